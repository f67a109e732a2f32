//! Against a real SCIM service, `scim2-server`, in a process of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod people;
#[path = "../../../../tests/src/ports.rs"]
mod ports;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use candor_call::{Address, Call, Limits, Method, Site};
use candor_connect::testing::{Kept, person};
use candor_connect::{ConnectError, Connector as _};
use candor_connect_rows::ByRows;
use candor_connect_scim::{Scim, scim};
use candor_places::{Act, Correction, Did, PersonIx, SystemMap, Task};
use candor_words::Secret;
use people::{map, values};
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUPS: &str = r#"place Groups key id {
        owned by subject through externalId as account.login
        accessed by Users through members.value
        on erasure delete
    }"#;

/// A service that runs; it ends when dropped.
struct Service {
    process: Child,
    address: String,
    site: Site,
}

impl Service {
    async fn start() -> Self {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target"),
            |folder| Path::new(&folder).to_path_buf(),
        );
        let port = ports::free_port();
        let mut command = Command::new(target.join("python/bin/scim2-server"));
        command.args(["--port", &port.to_string(), "--bearer-token", "of-the-test"]);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("run `cargo xtask setup`");
        let address = format!(r#"{{"url": "http://127.0.0.1:{port}/v2", "token": "of-the-test"}}"#);
        let parsed = Address::parse("SCIM_SERVICE", &Secret::new(address.clone())).unwrap();
        let site = Site::new(parsed, Limits { tries_max: 1, ..Limits::default() });
        let service = Self { process, address, site };
        let until = Instant::now() + Duration::from_secs(60);
        while service.site.send(&Call::new(Method::Get, "/Schemas", "")).await.is_err() {
            assert!(Instant::now() < until, "the service did not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        service
    }

    fn connector(&self, map: Arc<SystemMap>) -> ByRows<Scim> {
        scim(map, &Secret::new(self.address.clone())).unwrap()
    }

    async fn make(&self, endpoint: &str, resource: Value) -> String {
        let call = Call::new(Method::Post, format!("/{endpoint}"), "POST");
        let call = call.with_body("application/scim+json", resource.to_string().into_bytes());
        let made = self.site.send(&call).await.unwrap().json().unwrap();
        made["id"].as_str().unwrap().to_owned()
    }

    async fn user(&self, login: &str, work: &str, home: &str) -> String {
        self.make(
            "Users",
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
                "userName": login, "active": true, "name": {"givenName": format!("Given {login}")},
                "emails": [{"value": work, "type": "work"}, {"value": home, "type": "home"}],
                ENTERPRISE: {"department": "Ships"},
            }),
        )
        .await
    }

    async fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members.iter().map(|id| json!({"value": id, "type": "User"})).collect();
        let schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"];
        self.make("Groups", json!({"schemas": schemas, "displayName": name, "members": members})).await
    }

    async fn get(&self, path: &str) -> Option<Value> {
        let reply = self.site.send(&Call::new(Method::Get, path, "GET")).await.unwrap();
        (!reply.is_gone()).then(|| reply.json().unwrap())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn task(act: Act) -> Task {
    Task { act, people: vec![person(&[("account.email", "Rosa@Ships.example")])] }
}

fn correction(field: &str, value: &str) -> Correction {
    Correction { person: PersonIx(0), field: field.to_owned(), value: Some(Secret::new(value.to_owned())) }
}

#[tokio::test]
async fn a_person_is_exported_put_right_restricted_and_erased() {
    let service = Service::start().await;
    let rosa = service.user("rosa.kern", "rosa@ships.example", "rosa@home.example").await;
    let otto = service.user("otto", "otto@ships.example", "otto@home.example").await;
    let group = service.group("Sailors", &[&rosa, &otto]).await;
    let connector = service.connector(map(GROUPS));

    let mut rows = Kept::default();
    connector.read(&task(Act::Restrict).people, &mut rows).await.unwrap();
    assert_eq!(rows.0.len(), 2, "{rows:?}", rows = rows.0);
    assert_eq!(values(&rows, "account.login"), ["rosa.kern"]);
    assert_eq!(values(&rows, "account.private"), ["rosa@home.example"]);
    assert_eq!(values(&rows, "account.department"), ["Ships"]);
    let shown: Vec<_> = rows.0[1].values.iter().filter_map(|value| value.value.as_deref()).collect();
    assert!(shown.contains(&rosa.as_str()) && !shown.contains(&otto.as_str()), "other members are not shown");

    let further = connector.identify(&task(Act::Restrict).people).await.unwrap();
    let mut further: Vec<_> = further.iter().map(|found| found.identifier.value.expose().as_str()).collect();
    further.sort_unstable();
    assert_eq!(further, ["rosa.kern", "rosa@home.example"]);

    let corrections = vec![
        correction("account.given", "Rosalind"),
        correction("account.department", "Harbour"),
        correction("account.private", "new@home.example"),
    ];
    let report = connector.carry_out(&task(Act::Rectify(corrections))).await.unwrap();
    assert_eq!((report.places[0].did, report.places[0].n_rows), (Did::Corrected, 1));
    let user = service.get(&format!("/Users/{rosa}")).await.unwrap();
    assert_eq!(user["name"]["givenName"], "Rosalind");
    assert_eq!(user[ENTERPRISE]["department"], "Harbour");
    assert_eq!(user["emails"][0]["value"], "rosa@ships.example");
    assert_eq!(user["emails"][1]["value"], "new@home.example");

    connector.carry_out(&task(Act::Restrict)).await.unwrap();
    assert_eq!(service.get(&format!("/Users/{rosa}")).await.unwrap()["active"], false);
    connector.carry_out(&task(Act::LiftRestriction)).await.unwrap();
    assert_eq!(service.get(&format!("/Users/{rosa}")).await.unwrap()["active"], true);

    let before = connector.search(&task(Act::Erase).people).await.unwrap();
    assert!(before.iter().any(|trace| trace.place == "Users" && trace.is_mapped), "{before:?}");
    connector.carry_out(&task(Act::Erase)).await.unwrap();
    assert_eq!(service.get(&format!("/Users/{rosa}")).await, None);
    assert!(service.get(&format!("/Users/{otto}")).await.is_some(), "nobody else is touched");
    let members = service.get(&format!("/Groups/{group}")).await.unwrap()["members"].clone();
    assert_eq!(members.as_array().map(Vec::len), Some(1), "{members}");
    assert_eq!(connector.search(&task(Act::Erase).people).await.unwrap(), []);
    let again = connector.carry_out(&task(Act::Erase)).await.unwrap();
    assert!(again.places.is_empty(), "what is gone is done: {again:?}");
}

#[tokio::test]
async fn groups_that_the_manifest_does_not_know_are_left_first() {
    let service = Service::start().await;
    let rosa = service.user("rosa.kern", "rosa@ships.example", "rosa@home.example").await;
    let group = service.group("Sailors", &[&rosa]).await;
    let connector = service.connector(map(""));
    let preview = connector.preview(&task(Act::Erase)).await.unwrap();
    assert_eq!(preview[0].statements.len(), 2, "{preview:?}");
    assert!(service.get(&format!("/Users/{rosa}")).await.is_some(), "a preview changes nothing");
    connector.carry_out(&task(Act::Erase)).await.unwrap();
    assert_eq!(service.get(&format!("/Users/{rosa}")).await, None);
    let group = service.get(&format!("/Groups/{group}")).await.unwrap();
    assert!(group["members"].as_array().is_none_or(Vec::is_empty), "{group}");
}

#[tokio::test]
async fn many_resources_are_gone_through_page_by_page() {
    let service = Service::start().await;
    for n in 0..130 {
        service.user(&format!("user{n}"), &format!("user{n}@ships.example"), &format!("user{n}@home.example")).await;
    }
    let connector = service.connector(map(""));
    let last = person(&[("account.private", "USER129@home.example")]);
    let traces = connector.search(&[last]).await.unwrap();
    assert_eq!(traces.len(), 1, "{traces:?}");
    assert_eq!((traces[0].column.as_str(), traces[0].n_rows, traces[0].is_mapped), ("emails.value", 1, true));
    let sample = connector.sample("Users", "userName", 125).await.unwrap();
    assert_eq!(sample.len(), 125);
    // So many at once that all are gone through rather than each asked for.
    let everybody: Vec<_> = (0..300).map(|n| person(&[("account.email", &format!("user{n}@ships.example"))])).collect();
    let report = connector.carry_out(&Task { act: Act::Erase, people: everybody }).await.unwrap();
    assert_eq!(report.places[0].n_rows, 130);
    assert_eq!(service.get("/Users").await.unwrap()["totalResults"], 0);
}

#[tokio::test]
async fn the_catalogue_tells_kinds_of_resources_and_their_attributes() {
    let service = Service::start().await;
    let catalogue = service.connector(map("")).catalogue().await.unwrap();
    let users = catalogue.tables.iter().find(|table| table.name == "Users").unwrap();
    for column in ["userName", "emails.value", "name.givenName", "department", "active"] {
        assert!(users.columns.iter().any(|known| known.name == column), "{column}");
    }
    assert!(users.unique.contains(&vec!["userName".to_owned()]), "{:?}", users.unique);
}

#[tokio::test]
async fn a_token_that_is_refused_is_said_so() {
    let service = Service::start().await;
    let address = service.address.replace("of-the-test", "of-nobody");
    let connector = scim(map(""), &Secret::new(address)).unwrap();
    let refused = connector.carry_out(&task(Act::Erase)).await.unwrap_err();
    assert!(matches!(refused, ConnectError::PrivilegeMissing { .. }), "{refused}");
}
