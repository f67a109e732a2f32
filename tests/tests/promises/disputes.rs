//! Use them for nothing while it is disputed: disputes and objections at the console, decided by whoever administers the
//! organisation, each act in the ledger.

use candor_tests::{Office, text};
use serde_json::json;

#[test]
fn promise_c35_a_dispute_is_seen_overridden_for_a_use_and_settled_at_the_console_and_logged() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();
    let asked = ada.post("/requests", &json!({ "right": "rectification", "country": "FR" })).json(201);
    let request = text(&asked["id"]).to_owned();
    let mut desk = office.staff("boss@vendor.example", &[], true);
    let (own, at) = (format!("requests/{request}"), format!("disputes/{request}"));
    assert_eq!(desk.get("disputes"), 200);
    assert!(desk.page().contains("No request is disputed"), "{}", desk.page());
    assert_eq!(desk.get(&at), 404, "it is not disputed");

    // Noted on the request's page: use stops in the vault and where a system can hold it.
    ada.read("service", &["account.email"]).granted();
    desk.act(&own, &[("act", "dispute")]);
    assert!(desk.page().contains("This request is disputed"), "{}", desk.page());
    ada.read("service", &["account.email"]).refused("restriction");
    ada.read("safety", &["account.email"]).refused("restriction");
    office.systems.wait_for("SELECT count(*) FROM customers WHERE frozen = 'yes' AND id = 1", 1);
    server.proves(&ada.newest("dispute")["entry"]);

    // What is disputed, since when, which fields are used for what no more.
    assert_eq!(desk.get("disputes"), 200);
    assert!(desk.page().contains(&request) && desk.page().contains("use is restricted"), "{}", desk.page());
    assert_eq!(desk.get(&at), 200);
    let page = desk.page().to_owned();
    let (restricted, actions) = page.split_once("id=\"settle\"").expect("what can be done");
    for part in ["Disputed since", "Use restricted since", "Email address", "What you wrote", "Run the service"] {
        assert!(restricted.contains(part), "{part}: {restricted}");
    }
    assert!(restricted.contains("Answer courts and authorities"), "it survives: {restricted}");
    assert!(actions.contains("purpose.service") && !actions.contains("purpose.lawful_requests"), "{actions}");
    assert!(!page.contains("ada-q7391@people.example"), "no value of anybody");

    // Overridden for one use, for a reason; the rest stays.
    let refused = desk.submit(&at, &at, &[("act", "override"), ("purpose.safety", "yes"), ("because", " ")]);
    assert_eq!(refused.status, 422);
    assert!(desk.page().contains("id=\"because-error\""), "{}", desk.page());
    ada.read("safety", &["account.email"]).refused("restriction");
    let because = "abuse of the account goes on";
    desk.act(&at, &[("act", "override"), ("purpose.safety", "yes"), ("because", because)]);
    ada.read("safety", &["account.email"]).granted();
    ada.read("service", &["account.email"]).refused("restriction");
    assert!(desk.page().contains("restricted, in part"), "{}", desk.page());

    // Settled once the person was told; who was right stands on the request.
    let refused = desk.submit(&at, &at, &[("act", "settle"), ("informed", "")]);
    assert_eq!(refused.status, 422);
    assert!(desk.page().contains("id=\"outcome-error\"") && desk.page().contains("id=\"informed-error\""));
    let settled = [("act", "settle"), ("outcome", "rejected"), ("informed", "letter of 20 November")];
    assert_eq!(desk.submit(&at, &at, &settled).status, 303);
    ada.read("service", &["account.email"]).granted();
    assert_eq!(desk.get(&own), 200);
    assert!(desk.page().contains("the person was not right"), "{}", desk.page());
    assert_eq!(desk.get(&at), 404);
    let logged = ada.get("/accesses?limit=100").json(200)["items"].clone();
    let acts = logged.as_array().expect("entries").iter().filter(|entry| entry["kind"] == "dispute");
    let acts: Vec<_> = acts.map(|entry| entry["request"].clone()).collect();
    assert_eq!(acts, vec![json!(request); 3], "noted, overridden, settled: {logged:#}");
    server.proves(&ada.newest("restriction_lifted")["entry"]);
}

#[test]
fn promise_c35_only_the_administrator_overrides_and_a_dispute_is_not_eased_otherwise() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();
    let asked = ada.post("/requests", &json!({ "right": "rectification" })).json(201);
    let request = format!("/v1/requests/{}", text(&asked["id"]));
    let helper = server.key(&json!({ "label": "help desk", "scopes": ["rights", "read"] }));
    helper.post(&format!("{request}/dispute"), &json!({})).json(200);
    let listed = helper.get("/v1/disputes").json(200)["items"].clone();
    assert_eq!((&listed[0]["request"]["id"], &listed[0]["restricts"]), (&asked["id"], &json!(true)), "{listed}");

    // Neither by the terms of a restriction nor by lifting it.
    let person = ada.asked_by(&helper);
    let eased = person.put("/restriction", &json!({ "allowed_purposes": ["service"] }));
    eased.problem(409, "restriction.disputed");
    person.post("/restriction/lift", &json!({ "informed": "letter" })).problem(409, "restriction.disputed");
    let because = json!({ "because": "needed", "purposes": ["service"] });
    helper.post(&format!("{request}/dispute/override"), &because).problem(403, "key.scope_missing");
    ada.read("service", &["account.email"]).refused("restriction");

    // A closed request leaves its dispute; it is settled all the same.
    helper.post(&format!("{request}/refuse"), &json!({ "because": "A12ManifestlyUnfounded" })).json(200);
    assert_eq!(helper.get("/v1/disputes").json(200)["items"].as_array().map(Vec::len), Some(1));
    ada.read("service", &["account.email"]).refused("restriction");
    let settle = format!("{request}/dispute/settle");
    helper.post(&settle, &json!({ "outcome": "rejected", "informed": " " })).problem(400, "restriction.not_informed");
    let told = json!({ "outcome": "rejected", "informed": "with the refusal" });
    let settled = helper.post(&settle, &told).json(200);
    assert_eq!((&settled["dispute_end"], &settled["disputed_at"]), (&json!("rejected"), &json!(null)));
    ada.read("service", &["account.email"]).granted();
    helper.post(&settle, &told).problem(409, "request.not_disputed");
    assert_eq!(helper.get("/v1/disputes").json(200)["items"], json!([]));
}

#[test]
fn promise_d23_a_restriction_that_was_asked_for_outlives_a_dispute_about_something_else() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();
    let open = |right: &str| {
        let asked = ada.post("/requests", &json!({ "right": right })).json(201);
        format!("/v1/requests/{}", text(&asked["id"]))
    };
    let (disputed, asked) = (open("rectification"), open("restriction"));
    server.post(&format!("{disputed}/dispute"), &json!({})).json(200);
    server.post(&format!("{asked}/approve"), &json!({})).json(200);
    server.steps_until(&asked, "answered");
    let told = json!({ "outcome": "upheld", "informed": "letter of 20 November" });
    server.post(&format!("{disputed}/dispute/settle"), &told).json(200);
    ada.read("service", &["account.email"]).refused("restriction");
    ada.post("/restriction/lift", &json!({ "informed": "letter" })).json(200);
    ada.read("service", &["account.email"]).granted();
}

#[test]
fn promise_c36_an_objection_waits_at_the_console_until_it_is_answered() {
    let office = Office::default();
    let ada = office.ada();
    let mut desk = office.staff("boss@vendor.example", &[], true);
    ada.read("safety", &["account.email"]).granted();
    ada.post("/objections", &json!({ "purpose": "safety" })).json(201);
    ada.read("safety", &["account.email"]).refused("basis.objected");
    let waiting = office.server.get("/v1/objections").json(200)["items"].clone();
    assert_eq!((&waiting[0]["subject"], &waiting[0]["purpose"]), (&json!(ada.id), &json!("safety")), "{waiting}");

    let at = format!("objections/{}/safety", ada.id);
    assert_eq!(desk.get("disputes"), 200);
    assert!(desk.page().contains(&at), "{}", desk.page());
    let refused = desk.submit(&at, &at, &[("outcome", "overridden"), ("ground", "")]);
    assert_eq!(refused.status, 422);
    assert!(desk.page().contains("id=\"ground-error\""), "{}", desk.page());
    ada.read("safety", &["account.email"]).refused("basis.objected");
    let answered = desk.submit(&at, &at, &[("outcome", "overridden"), ("ground", "abuse of the account goes on")]);
    assert_eq!(answered.status, 303, "{}", desk.page());
    ada.read("safety", &["account.email"]).granted();
    office.server.proves(&ada.newest("objection_resolved")["entry"]);
    assert_eq!(office.server.get("/v1/objections").json(200)["items"], json!([]));
    assert_eq!(desk.get(&at), 404);

    // One that stands is not on the list either, and one of somebody who was erased is nobody's.
    let bob = office.person("bob@people.example", "Bob");
    bob.post("/objections", &json!({ "purpose": "safety" })).json(201);
    assert_eq!(office.server.get("/v1/objections").json(200)["items"].as_array().map(Vec::len), Some(1));
    let at = format!("objections/{}/safety", bob.id);
    assert_eq!(desk.submit(&at, &at, &[("outcome", "upheld"), ("ground", "")]).status, 303);
    bob.read("safety", &["account.email"]).refused("basis.objected");
    assert_eq!(office.server.get("/v1/objections").json(200)["items"], json!([]));
}
