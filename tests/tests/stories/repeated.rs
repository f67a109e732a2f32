//! A write of several units that is sent again under its idempotency key is done once and answered the same.

use candor_tests::Systems;
use serde_json::json;

#[test]
fn a_seat_a_plan_and_an_approval_are_given_under_a_key_and_answered_the_same_under_it() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let bob = server.person(&[("account", json!({ "email": "bob@people.example", "name": "Bob" }))]);
    let request = server.proved_request(&ada, "erasure");
    let calls = [
        ("PUT", format!("/v1/staff/{}", bob.id), json!({ "administrator": true })),
        ("POST", format!("{request}/plan"), json!({})),
        ("POST", format!("{request}/approve"), json!({})),
    ];
    for (n, (method, path, body)) in calls.iter().enumerate() {
        let key = format!("once-{n}");
        let [first, again] = [(); 2].map(|()| server.send(method, path, body, &[("idempotency-key", &key)]));
        let [first, again] = [first, again].map(|reply| reply.json(200));
        assert_eq!(first, again, "{path}");
    }
    server.steps_until(&request, "answered");
    ada.get("").problem(410, "subject.erased");
}
