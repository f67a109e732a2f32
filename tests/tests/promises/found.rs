//! What the search finds and is not the person: an administrator says so, and nothing is glossed over.

use candor_tests::{Systems, candor, text};
use serde_json::{Value, json};

fn vendor(steps: &Value) -> &Value {
    steps["steps"].as_array().unwrap().iter().find(|step| step["system"] == "vendor").unwrap()
}

#[test]
fn promise_b20_what_was_found_and_is_not_the_person_is_decided_by_an_administrator_and_stands_in_the_receipt() {
    let systems = Systems::default();
    // A room is called as Ada's customer number is.
    systems.vendor().execute_batch("CREATE TABLE rooms (name TEXT); INSERT INTO rooms VALUES ('C-7391');").unwrap();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let request = server.proved_request(&ada, "erasure");
    let accept = format!("{request}/steps/vendor/accept-found");
    let room = json!({ "place": "rooms", "reason": "a meeting room of that name" });
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    let steps = server.steps_until(&request, "waiting_for_somebody");
    let found = json!([{ "person": 0, "place": "rooms", "column": "name", "n_rows": 1, "is_mapped": false }]);
    assert_eq!((&vendor(&steps)["state"], &vendor(&steps)["left"]), (&json!("found_again"), &found), "{steps:#}");

    // Nobody but an administrator decides, of what was found, and with a reason.
    let clerk = server.key(&json!({ "label": "clerk", "scopes": ["read", "write", "audit", "rights"] }));
    clerk.post(&accept, &room).problem(403, "key.scope_missing");
    server.post(&accept, &json!({ "place": "customers", "reason": "no" })).problem(409, "found.nothing_there");
    server
        .post(&accept, &json!({ "place": "rooms", "column": "id", "reason": "no" }))
        .problem(409, "found.nothing_there");
    server.post(&accept, &json!({ "place": "rooms", "reason": " " })).problem(400, "found.reason");
    let steps = server.get(&format!("{request}/steps")).json(200);
    assert_eq!(vendor(&steps)["accepted"], json!([]));

    // One more row than was decided about is found again.
    systems.vendor().execute_batch("INSERT INTO rooms VALUES ('was written to by C-7391');").unwrap();
    server.post(&accept, &room).json(200);
    let steps = server.steps_until(&request, "waiting_for_somebody");
    assert_eq!(vendor(&steps)["left"][0]["n_rows"], 2, "{steps:#}");
    systems.vendor().execute_batch("DELETE FROM rooms WHERE name LIKE 'was%'; VACUUM;").unwrap();
    server.post(&format!("{request}/steps/vendor/retry"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    let receipt = server.get(&format!("{request}/receipt")).json(200);
    assert!(server.verify(&receipt).0);
    let told = &receipt["receipt"]["systems"][0]["search"];
    assert_eq!(told["found"], json!([]));
    let decided = &told["decided_not_to_be_them"][0];
    assert_eq!((&decided["place"], &decided["n_rows"]), (&json!("rooms"), &json!(1)), "{receipt:#}");
    assert_eq!(decided["reason"], "a meeting room of that name");
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM rooms"), 1, "it was not theirs");
}

#[test]
fn the_command_line_decides_what_was_found() {
    let systems = Systems::default();
    systems.vendor().execute_batch("CREATE TABLE rooms (name TEXT); INSERT INTO rooms VALUES ('C-7391');").unwrap();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let request = server.proved_request(&ada, "erasure");
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    server.steps_until(&request, "waiting_for_somebody");
    let id = request.trim_start_matches("/v1/requests/").to_owned();
    let address = format!("http://{}", server.address());
    let args = [
        "request",
        "accept-found",
        &id,
        "vendor",
        "rooms",
        "--column",
        "name",
        "--reason",
        "a room",
        "--server",
        &address,
    ];
    let output = candor(&args).env("CANDOR_API_KEY", server.presented()).output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("decided not to be them: rooms.name, 1 row: a room"), "{said}");
    let steps = server.steps_until(&request, "answered");
    assert_eq!(text(&steps["state"]), "answered");
}
