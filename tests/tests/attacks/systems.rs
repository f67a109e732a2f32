//! Connected systems that are lied to by people, or lie themselves: nobody else's rows are touched or shown, and nothing is told as
//! erased that stands.

use candor_tests::{Person, Server, Systems, parts, text};
use serde_json::{Value, json};

/// Somebody else, whom the vault knows by the number that stands on his invoices.
fn bob(server: &Server) -> Person {
    server.person(&[("account", json!({ "email": "bob@people.example", "name": "Bob", "customer": "C-2" }))])
}

/// Places and rows that an access export gives of the vendor's servers.
fn given(person: &Person) -> Vec<Value> {
    let archive = person.post("/export?kind=access", &json!({})).archive();
    parts(&archive).into_iter().filter(|part| part["part"] == "row" && part["system"] == "vendor").collect()
}

#[test]
fn who_types_anothers_number_in_is_neither_shown_their_rows_nor_takes_them_along() {
    let systems = Systems::default();
    let server = systems.server();
    let (ada, bob) = (server.ada_of_systems(), bob(&server));
    systems.vendor().execute_batch("UPDATE customers SET number = ' c-2' WHERE id = 1").unwrap();

    let shown = given(&ada);
    assert_eq!(shown.iter().map(|row| text(&row["place"])).collect::<Vec<_>>(), ["customers"], "{shown:#?}");
    let request = server.proved_request(&ada, "erasure");
    let planned = server.post(&format!("{request}/plan"), &json!({})).json(200);
    assert!(!planned.to_string().contains("account.customer"), "{planned:#}");
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    let receipt = server.get(&format!("{request}/receipt")).json(200);
    let vendor = &receipt["receipt"]["systems"][0];
    assert_eq!((&vendor["places"][1]["place"], &vendor["places"][1]["n_rows"]), (&json!("invoices"), &json!(0)));

    let shown = given(&bob);
    let places: Vec<&str> = shown.iter().map(|row| text(&row["place"])).collect();
    assert_eq!(places, ["customers", "invoices"], "what is his is his: {shown:#?}");
}

#[test]
fn a_request_is_not_answered_while_a_trigger_keeps_what_was_to_go() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let keeps = "CREATE TRIGGER keep BEFORE UPDATE OF body ON posts BEGIN SELECT RAISE(IGNORE); END";
    systems.site().execute_batch(keeps).unwrap();
    let request = server.proved_request(&ada, "erasure");
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    let steps = server.steps_until(&request, "waiting_for_somebody");
    let step = steps["steps"].as_array().unwrap().iter().find(|step| step["system"] == "site").unwrap();
    assert_eq!((&step["state"], &step["trouble"]["code"]), (&json!("stuck"), &json!("system.refused")), "{steps:#}");
    assert!(text(&step["trouble"]["text"]).contains("`posts`"), "{steps:#}");
    server.get(&format!("{request}/receipt")).problem(409, "request.open");
    ada.get("").json(200);
    assert_eq!(
        Systems::count(&systems.site(), "SELECT count(*) FROM users WHERE mail LIKE 'ada%'"),
        1,
        "all or nothing"
    );

    systems.site().execute_batch("DROP TRIGGER keep").unwrap();
    server.post(&format!("{request}/steps/site/retry"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    assert_eq!(Systems::count(&systems.site(), "SELECT count(*) FROM posts WHERE body LIKE '%q7391%'"), 0);
    ada.get("").problem(410, "subject.erased");
}
