//! A mapping that an engineer wrote in good faith: what it gets wrong is told and mended while the request is under way, and nobody
//! else's rows pay for it.

use std::path::Path;

use candor_tests::{Server, Setup, Systems, text};
use serde_json::{Value, json};

/// The policy with further places of the vendor's system.
fn policy_with(places: &str) -> String {
    let policy = std::fs::read_to_string("tests/systems.candor").expect("the policy");
    policy.replace("    place invoices key id {", &format!("{places}    place invoices key id {{"))
}

fn start(systems: &Systems, folder: &Path, places: &str) -> Server {
    let file = folder.join("systems.candor");
    std::fs::write(&file, policy_with(places)).expect("a file");
    Server::start_as(Setup { policies: vec![file], ..systems.setup() })
}

fn step<'a>(run: &'a Value, system: &str) -> &'a Value {
    run["steps"].as_array().into_iter().flatten().find(|step| step["system"] == system).expect("a step")
}

#[test]
fn a_step_that_is_tried_again_is_carried_out_as_the_policy_in_force_maps_its_system() {
    let systems = Systems::default();
    let schema = "CREATE TABLE visits (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id), page TEXT);
         INSERT INTO visits VALUES (1, 1, 'a'), (2, 2, 'b');";
    systems.vendor().execute_batch(schema).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let server = start(&systems, folder.path(), "");
    let ada = server.ada_of_systems();
    let request = server.proved_request(&ada, "erasure");
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    let stuck = server.steps_until(&request, "waiting_for_somebody");
    let why = text(&step(&stuck, "vendor")["trouble"]["text"]).to_owned();
    assert!(why.contains("`visits`") && why.contains("is not mapped"), "{why}");

    // The mapping is mended, and the step tried again: no other request is needed.
    let visits =
        "    place visits key id {\n        owned by customers through customer_id\n        on erasure delete\n    }\n";
    let mended = policy_with(visits).replace("version 2026-06-01", "version 2026-06-02");
    let files = json!({ "files": [{ "path": "systems.candor", "text": mended }] });
    let digest = text(&server.post("/v1/policies", &files).json(201)["digest"]).to_owned();
    server.post(&format!("{request}/steps/vendor/retry"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM visits"), 1);
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM customers WHERE id = 1"), 0);
    // The receipt says what was carried out under which policy, and what is kept.
    let receipt = server.get(&format!("{request}/receipt")).json(200)["receipt"].clone();
    let of = |name: &str| {
        let systems = receipt["systems"].as_array().into_iter().flatten();
        systems.into_iter().find(|system| system["system"] == name).cloned().expect("a system")
    };
    assert_eq!(of("vendor")["policy"]["digest"], digest.as_str(), "{receipt:#}");
    let vendor = of("vendor");
    let visits = vendor["places"].as_array().into_iter().flatten().find(|place| place["place"] == "visits");
    let visits = visits.expect("the place that was mapped later");
    assert_eq!((&visits["n_rows"], &visits["n_rows_before"]), (&json!(1), &json!(1)), "it was foreseen anew");
    assert!(of("site")["policy"].is_null() && receipt["policy"]["digest"] != digest.as_str(), "{receipt:#}");
}

#[test]
fn an_address_in_a_persons_rows_that_is_somebody_elses_reaches_nobody_else() {
    let systems = Systems::default();
    // It occurs once, and so could be another address of theirs; the vault knows better.
    let schema = "CREATE TABLE gifts (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id), ask TEXT UNIQUE);
         INSERT INTO gifts VALUES (1, 1, 'bob@people.example'), (2, 2, 'cy@people.example');";
    systems.vendor().execute_batch(schema).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let gifts = "    place gifts key id {\n        owned by customers through customer_id\n        account.email at ask\n        on erasure delete\n    }\n";
    let server = start(&systems, folder.path(), gifts);
    let ada = server.ada_of_systems();
    let bob = server.person(&[("account", json!({ "email": "bob@people.example", "name": "Bob" }))]);
    let request = server.proved_request(&ada, "erasure");
    let plan = server.post(&format!("{request}/plan"), &json!({})).json(200);
    let places = step(&plan, "vendor")["previews"].as_array().unwrap().clone();
    let customers = places.iter().find(|preview| preview["would"]["place"] == "customers").unwrap();
    assert_eq!(customers["would"]["n_rows"], 1, "one person's: {plan:#}");
    // Behind his address stand his number, and his invoice by that.
    let kept = places.iter().find(|preview| preview["would"]["place"] == "invoices").unwrap();
    assert_eq!(kept["would"]["n_rows"], 1, "one person's: {plan:#}");
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM customers WHERE name = 'Bob'"), 1);
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM invoices WHERE customer = 'C-2'"), 1);
    assert_eq!(Systems::count(&systems.site(), "SELECT count(*) FROM users WHERE display_name = 'Bob'"), 1);
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM gifts WHERE id = 1"), 0);
    bob.read("service", &["account.email"]).granted();
}
