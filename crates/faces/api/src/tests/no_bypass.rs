//! There is no way round the decision: the table of routes, the router and the schemas agree.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::world::world;
use crate::openapi::described_path;
use crate::{Access, ROUTES, ReturnsFields, Route, openapi_document, table_text};

/// The schemas that hold a field's value.
const VALUES: [&str; 2] = ["OpenedValue", "DeIdentifiedValue"];
/// An archive of either kind holds them too.
const ARCHIVES: [&str; 2] = ["application/zip", "application/x-tar"];

#[test]
fn the_table_lists_every_operation_and_no_other() {
    let document = openapi_document();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            described.insert((method.to_uppercase(), path.clone()));
        }
    }
    let listed: BTreeSet<_> =
        ROUTES.iter().map(|route| (route.method.to_owned(), described_path(route.path))).collect();
    assert_eq!(listed, described);
    assert_eq!(listed.len(), ROUTES.len(), "an operation is listed twice");
}

#[test]
fn an_answer_that_can_hold_a_value_is_marked_and_no_other() {
    let document = openapi_document();
    for route in ROUTES {
        let operation = &document["paths"][described_path(route.path)][route.method.to_lowercase()];
        let holds =
            operation["responses"].as_object().unwrap().values().any(|response| holds_values(&document, response));
        let marked = matches!(route.returns, ReturnsFields::Through(_));
        assert_eq!(holds, marked, "{} {}", route.method, route.path);
    }
}

fn holds_values(document: &Value, response: &Value) -> bool {
    response["content"].as_object().into_iter().flatten().any(|(kind, content)| {
        ARCHIVES.contains(&kind.as_str()) || reaches(document, &content["schema"], &mut BTreeSet::new())
    })
}

fn reaches(document: &Value, schema: &Value, seen: &mut BTreeSet<String>) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(key, member)| match (key.as_str(), member.as_str()) {
            ("$ref", Some(reference)) => {
                let name = reference.rsplit('/').next().unwrap().to_owned();
                VALUES.contains(&name.as_str())
                    || seen.insert(name) && reaches(document, document.pointer(&reference[1..]).unwrap(), seen)
            }
            _ => reaches(document, member, seen),
        }),
        Value::Array(items) => items.iter().any(|item| reaches(document, item, seen)),
        _ => false,
    }
}

#[test]
fn public_routes_are_those_of_the_ledger() {
    for route in ROUTES.iter().filter(|route| route.access == Access::Public) {
        assert!(route.path.starts_with("/ledger/") && route.method == "GET", "{}", route.path);
    }
}

#[test]
fn writes_return_no_field() {
    for route in ROUTES.iter().filter(|route| route.writes) {
        assert_eq!(
            route.returns,
            ReturnsFields::Never,
            "{} {}: its answer would be remembered",
            route.method,
            route.path
        );
    }
}

#[test]
fn the_table_is_the_one_that_was_reviewed() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/routes.golden");
    if std::env::var_os("CANDOR_REGEN").is_some() {
        std::fs::write(golden, table_text()).unwrap();
    }
    let reviewed = std::fs::read_to_string(golden).unwrap();
    assert_eq!(reviewed, table_text(), "review the change, then run the test with CANDOR_REGEN=1");
}

/// Every operation that needs a key, as an address that leads to nobody.
fn addressed(route: &Route) -> String {
    let ids = BTreeMap::from([
        ("{subject}", "sub_00000000000000000000000000000000"),
        ("{record}", "rec_00000000000000000000000000000000"),
        ("{hold}", "hld_00000000000000000000000000000000"),
        ("{key}", "key_00000000000000000000000000000000"),
        ("{request}", "req_00000000000000000000000000000000"),
        ("{disclosure}", "req_00000000000000000000000000000000"),
        ("{group}", "account"),
        ("{purpose}", "billing"),
        ("{recipient}", "gateway"),
        ("{channel}", "email"),
        ("{year}", "2026"),
        ("{digest}", "00"),
        ("{notice}", "00"),
        ("{event}", "last_interest"),
    ]);
    ids.iter().fold(route.path.to_owned(), |path, (name, id)| path.replace(name, id))
}

#[tokio::test]
async fn without_a_key_nothing_answers_but_the_ledger() {
    let world = world().await;
    for route in ROUTES.iter().filter(|route| route.access != Access::Public) {
        let answered = world.send_with(route.method, &addressed(route), &[], "{}").await;
        assert_eq!((answered.status, answered.code()), (401, "key.missing"), "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn a_key_without_the_scope_is_refused_by_every_operation() {
    let world = world().await;
    for route in ROUTES {
        let wanted = match route.access {
            Access::Public | Access::AnyKey => continue,
            Access::Scoped(scope) => vec![scope],
            Access::AnyOf(scopes) => scopes.to_vec(),
        };
        let others = candor_vault::Scope::ALL.into_iter().filter(|scope| !wanted.contains(scope)).collect();
        let (_, key) = world.key_with(others, None).await;
        let authorization = super::world::bearer(&key);
        let answered =
            world.send_with(route.method, &addressed(route), &[("authorization", &authorization)], "{}").await;
        assert_eq!((answered.status, answered.code()), (403, "key.scope_missing"), "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn each_opened_value_was_decided_and_permitted() {
    use std::sync::atomic::Ordering::Relaxed;
    let world = world().await;
    let ada = world.ada().await;
    let asked = world.send("POST", &format!("/v1/subjects/{ada}/requests"), json!({"right": "portability"})).await;
    let request = asked.body["id"].as_str().unwrap().to_owned();
    world.send("POST", &format!("/v1/requests/{request}/identity"), json!({})).await;
    let counters = world.vault.counters();
    let before = (counters.decisions.load(Relaxed), counters.permits.load(Relaxed));
    for route in ROUTES.iter().filter(|route| matches!(route.returns, ReturnsFields::Through(_))) {
        let path = route.path.replace("{subject}", &ada).replace("{request}", &request);
        let question = json!({"purpose": "billing", "fields": ["account.email"]});
        let (path, body) = match path.rsplit('/').next().unwrap() {
            "reads" => (path, json!({"questions": [{"subject": ada, "question": question}]})),
            "read" => (path, question),
            "export" if path.starts_with("/v1/aggregates") => {
                (path, json!({"purpose": "analytics", "by": ["usage.feature"], "form": "csv"}))
            }
            "export" => (format!("{path}?kind=access"), json!({})),
            "archive" => (path, json!({})),
            "requests:archives" => (path, json!({"requests": [{"request": request}]})),
            "aggregates" => (path, json!({"purpose": "analytics", "by": ["usage.feature"]})),
            "research" => (path, json!({"purpose": "analytics", "fields": ["usage.feature"]})),
            other => panic!("`{other}` returns fields and has no case here"),
        };
        let opened = counters.fields_opened.load(Relaxed);
        let permits = counters.permits.load(Relaxed);
        let answered = world.send("POST", &path, body).await;
        assert_eq!(answered.status, 200, "{path}: {}", answered.body);
        if counters.fields_opened.load(Relaxed) > opened {
            assert!(counters.permits.load(Relaxed) > permits, "{path} opened a field without a permit");
        }
    }
    assert!(counters.decisions.load(Relaxed) > before.0 && counters.permits.load(Relaxed) > before.1);
}
