//! The examples, each against a service of the test's own that answers as the provider documents.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod service;

use std::sync::Arc;

use candor_connect::Connector as _;
use candor_connect::testing::{Kept, person};
use candor_places::{Act, Correction, Did, PersonIx, Task};
use candor_words::Secret;
use parking_lot::Mutex;
use serde_json::{Value, json};
use service::{Asked, Fake, decoded, example, status, yes};

fn task(field: &str, act: Act) -> Task {
    Task { act, people: vec![person(&[(field, "rosa@ships.example")])] }
}

fn correction(field: &str, value: &str) -> Act {
    let value = Some(Secret::new(value.to_owned()));
    Act::Rectify(vec![Correction { person: PersonIx(0), field: field.to_owned(), value }])
}

type Rows = Arc<Mutex<Vec<Value>>>;

/// Customers as a payment provider keeps them: what is deleted answers that it is.
fn payments(customers: Rows, invoices: Rows) -> impl Fn(&Asked) -> axum::response::Response {
    move |asked| {
        assert_eq!(asked.headers["authorization"], "Bearer of-the-test");
        let page = |rows: Vec<Value>, after: Option<&str>| {
            let start = after.map_or(0, |after| rows.iter().position(|row| row["id"] == after).unwrap() + 1);
            let rows: Vec<Value> = rows.into_iter().skip(start).take(2).collect();
            yes(&json!({"data": rows, "has_more": !rows.is_empty()}))
        };
        let is_alive = |row: &&Value| row["deleted"] != true;
        match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/v1/customers/search") => {
                let query = asked.parameter("query").unwrap();
                let email = query.strip_prefix("email:\"").unwrap().strip_suffix('"').unwrap();
                let customers = customers.lock();
                let found: Vec<&Value> =
                    customers.iter().filter(is_alive).filter(|row| row["email"] == email).collect();
                let second = asked.parameter("page") == Some("the second/page");
                let next = (!second && found.len() > 1).then_some("the second/page");
                let page: Vec<&Value> = found.into_iter().skip(usize::from(second)).take(1).collect();
                yes(&json!({"data": page, "next_page": next}))
            }
            ("GET", "/v1/customers") => {
                let alive: Vec<Value> = customers.lock().iter().filter(is_alive).cloned().collect();
                page(alive, asked.parameter("starting_after"))
            }
            ("GET", "/v1/invoices") => {
                let customer = asked.parameter("customer").unwrap().to_owned();
                let mine = invoices.lock().iter().filter(|row| row["customer"] == customer).cloned().collect();
                page(mine, asked.parameter("starting_after"))
            }
            (method, path) => {
                let id = path.strip_prefix("/v1/customers/").unwrap();
                let mut customers = customers.lock();
                let Some(customer) = customers.iter_mut().find(|row| row["id"] == id) else { return status(404) };
                match method {
                    "GET" => {}
                    "DELETE" => *customer = json!({"id": id, "object": "customer", "deleted": true}),
                    "POST" => {
                        assert_eq!(asked.headers["content-type"], "application/x-www-form-urlencoded");
                        for (name, value) in asked.body.split('&').filter_map(|pair| pair.split_once('=')) {
                            customer[decoded(name)] = json!(decoded(value));
                        }
                    }
                    _ => return status(405),
                }
                yes(customer)
            }
        }
    }
}

#[tokio::test]
async fn a_payment_provider_is_searched_corrected_and_emptied_of_a_person() {
    let customer = |id: &str, email: &str| json!({"id": id, "email": email, "name": "N", "phone": "1"});
    let customers: Rows = Arc::new(Mutex::new(vec![
        customer("c1", "rosa@ships.example"),
        customer("c2", "otto@ships.example"),
        customer("c3", "rosa@ships.example"),
    ]));
    let invoice = |id: &str, of: &str| json!({"id": id, "customer": of, "amount_due": 500});
    let invoices: Rows =
        Arc::new(Mutex::new(vec![invoice("i1", "c1"), invoice("i2", "c2"), invoice("i3", "c1"), invoice("i4", "c1")]));
    let fake = Fake::start(payments(customers.clone(), invoices)).await;
    let connector = fake.connector(&example("payments"));

    let mut rows = Kept::default();
    connector.read(&task("customer.email", Act::Erase).people, &mut rows).await.unwrap();
    let found: Vec<_> = rows.0.iter().map(|row| row.key[0].as_str()).collect();
    assert_eq!(found, ["c1", "c3", "i1", "i3", "i4"], "over pages of both kinds");

    connector.carry_out(&task("customer.email", correction("customer.name", "Rosa & Co = 100%"))).await.unwrap();
    assert_eq!(customers.lock()[0]["name"], "Rosa & Co = 100%");
    assert_eq!(customers.lock()[1]["name"], "N");

    let preview = connector.preview(&task("customer.email", Act::Erase)).await.unwrap();
    assert_eq!(preview.last().unwrap().statements, ["DELETE /v1/customers/{id}"]);
    let report = connector.carry_out(&task("customer.email", Act::Erase)).await.unwrap();
    let did: Vec<_> = report.places.iter().map(|place| (place.place.as_str(), place.did, place.n_rows)).collect();
    assert_eq!(did, [("invoices", Did::Kept, 3), ("customers", Did::Deleted, 2)]);
    assert!(report.places[0].because.is_some());
    assert_eq!(connector.search(&task("customer.email", Act::Erase).people).await.unwrap(), []);
    assert!(connector.carry_out(&task("customer.email", Act::Erase)).await.unwrap().places.is_empty());
}

#[tokio::test]
async fn a_mailing_service_forgets_a_reader_for_good() {
    let members: Rows = Arc::new(Mutex::new(vec![
        json!({"id": "m1", "list_id": "l1", "email_address": "rosa@ships.example", "merge_fields": {"FNAME": "Rosa"}}),
        json!({"id": "m2", "list_id": "l2", "email_address": "otto@ships.example", "merge_fields": {"FNAME": "Otto"}}),
    ]));
    let kept = members.clone();
    let fake = Fake::start(move |asked| {
        let mut members = kept.lock();
        assert!(asked.headers["authorization"].to_str().unwrap().starts_with("Basic "));
        if asked.path == "/3.0/search-members" {
            let query = asked.parameter("query").unwrap();
            let found: Vec<&Value> = members.iter().filter(|row| row["email_address"] == query).collect();
            return yes(&json!({"exact_matches": {"members": found}, "full_search": {"members": []}}));
        }
        let Some(path) = asked.path.strip_prefix("/3.0/lists/l1/members/m1") else { return status(404) };
        match (asked.method.as_str(), path) {
            ("POST", "/actions/delete-permanent") => {
                members.retain(|row| row["id"] != "m1");
                status(204)
            }
            ("PATCH", "") => {
                let change: Value = serde_json::from_str(&asked.body).unwrap();
                members[0]["merge_fields"]["FNAME"] = change["merge_fields"]["FNAME"].clone();
                yes(&members[0])
            }
            _ => status(405),
        }
    })
    .await;
    let address = format!(r#"{{"url": "{}", "user": "candor", "password": "of-the-test"}}"#, fake.address);
    let connector = fake.connector_at(&example("mailing"), &address);
    connector.carry_out(&task("reader.email", correction("reader.first", "Rosa \"R\""))).await.unwrap();
    assert_eq!(members.lock()[0]["merge_fields"]["FNAME"], "Rosa \"R\"");
    connector.carry_out(&task("reader.email", Act::Erase)).await.unwrap();
    assert_eq!(members.lock().len(), 1);
    assert_eq!(connector.search(&task("reader.email", Act::Erase).people).await.unwrap(), []);
}

#[tokio::test]
async fn an_account_in_atlassian_cloud_is_found_in_the_directory_and_removed() {
    let log: Arc<Mutex<Vec<String>>> = Arc::default();
    let (kept, fake_log) = (log.clone(), log);
    let user = |id: &str| json!({"account_id": id, "email": format!("{id}@ships.example"), "name": id});
    let fake = Fake::start(move |asked| {
        let host = asked.headers["host"].to_str().unwrap().to_owned();
        let users = "/admin/v1/orgs/an-organisation/users";
        match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", path) if path == users && asked.parameter("cursor").is_none() => {
                let next = format!("http://{host}{users}?cursor=2");
                yes(&json!({"data": [user("otto")], "links": {"next": next}}))
            }
            ("GET", path) if path == users => yes(&json!({"data": [user("rosa")], "links": {}})),
            ("GET", "/users/rosa/manage/profile") => yes(&json!({"account": user("rosa")})),
            ("POST", path) => {
                kept.lock().push(path.to_owned());
                status(202)
            }
            _ => status(404),
        }
    })
    .await;
    let connector = fake.connector(&example("atlassian"));
    let report = connector.carry_out(&task("account.email", Act::Erase)).await.unwrap();
    assert_eq!((report.places[0].did, report.places[0].n_rows), (Did::Deleted, 1));
    assert_eq!(*fake_log.lock(), ["/users/rosa/manage/lifecycle/delete"]);
    let traces = connector.search(&task("account.email", Act::Erase).people).await.unwrap();
    assert_eq!(traces.len(), 1, "what goes 14 days later is still found until then: {traces:?}");
}

#[test]
fn each_example_is_in_its_canonical_form() {
    for name in ["payments", "mailing", "atlassian"] {
        let text = example(name);
        assert_eq!(candor_manifest::format(&text).unwrap(), text, "{name}");
    }
}
