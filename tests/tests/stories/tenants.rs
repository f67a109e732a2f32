//! Two tenants on one server: neither sees, finds, changes or guesses anything of the other.

use candor_tests::{Client, Server, text};
use serde_json::{Value, json};

use crate::operations::{Ids, call_all, planted};

#[test]
fn one_tenants_key_reaches_nothing_of_another() {
    let server = Server::start_with(&["assigntask", "asign2"]);
    let (ours, theirs) = (server.tenant("assigntask"), server.tenant("asign2"));
    let subject = planted(&ours, "heron-3301");
    let records = ours.get(&format!("/v1/subjects/{subject}/records?group=account")).json(200);
    let hold = ours.post(&format!("/v1/subjects/{subject}/holds"), &json!({ "ground": "case 1/26" })).json(201);
    let ids = Ids::known(text(&records["items"][0]["record"]), text(&hold["id"]), "00");
    let before = whole(&ours, &subject);

    // Every operation on our person is for them an operation on nobody.
    for outcome in call_all(&theirs, &subject, &mut ids.clone()) {
        let said = outcome.reply.text();
        assert!(!said.contains("heron-3301"), "{} {}: {said}", outcome.method, outcome.path);
        assert_eq!(outcome.reply.status, 404, "{} {}: {said}", outcome.method, outcome.path);
        outcome.reply.problem(404, "subject.unknown");
    }

    // Nor do they find our requests, disclosures or keys, by list or by id.
    let request = ours.post(&format!("/v1/subjects/{subject}/requests"), &json!({ "right": "access" })).json(201);
    let question = json!({ "purpose": "lawful_requests", "recipient": "authorities", "fields": ["account.email"] });
    let proposal = json!({ "question": question, "legal_reference": "order 1/2026" });
    let disclosure = ours.post(&format!("/v1/subjects/{subject}/disclosures"), &proposal).json(201);
    let key = ours.post("/v1/keys", &json!({ "label": "ours alone", "scopes": ["read"] })).json(201);
    let (request, disclosure) = (text(&request["id"]), text(&disclosure["id"]));
    theirs.get(&format!("/v1/requests/{request}")).problem(404, "request.unknown");
    theirs.post(&format!("/v1/requests/{request}/identity"), &json!({})).problem(404, "request.unknown");
    theirs.post(&format!("/v1/disclosures/{disclosure}/approve"), &json!({})).problem(404, "disclosure.unknown");
    theirs.get(&format!("/v1/disclosures/{disclosure}")).problem(404, "disclosure.unknown");
    let address = format!("/v1/keys/{}", text(&key["id"]));
    theirs.send("DELETE", &address, &json!({}), &[]).problem(404, "key.unknown");
    for path in ["/v1/subjects", "/v1/requests", "/v1/disclosures"] {
        assert_eq!(theirs.get(path).json(200)["items"], json!([]), "{path}");
        assert_eq!(theirs.get(&format!("{path}?limit=1")).json(200)["next"], Value::Null);
    }
    assert!(!theirs.get("/v1/keys").text().contains("ours alone"));
    assert_eq!(theirs.get("/v1/policies").json(200)["items"].as_array().unwrap().len(), 1);
    let question = json!({ "purpose": "account_creation", "fields": ["account"] });
    let many = theirs.post("/v1/reads", &json!({ "questions": [{ "subject": subject, "question": question }] }));
    assert_eq!(many.json(200)["answers"][0]["problem"]["code"], "subject.unknown");

    // The same identifier is another person's there: blind indexes do not meet.
    let wanted =
        json!({ "purpose": "account_creation", "field": "account.email", "value": "heron-3301@people.example" });
    assert_eq!(theirs.post("/v1/subjects/find", &wanted).json(200)["subject"], Value::Null);
    let account = json!({ "email": "heron-3301@people.example", "name": "Namesake", "organisation": "O" });
    let namesake = theirs.person(&[("account", account)]);
    assert_eq!(theirs.post("/v1/subjects/find", &wanted).json(200)["subject"], namesake.id.as_str());
    namesake.post("/erase", &json!({})).json(200);

    // After all that, ours is as it was, and its key still works.
    let subjects = ours.get("/v1/subjects").json(200);
    assert_eq!(subjects["items"].as_array().unwrap().len(), 1);
    assert_eq!(whole(&ours, &subject), before);
    assert_eq!(ours.with_key(text(&key["secret"])).get("/v1/subjects").status, 200);
}

/// The person, their records and values, and what was said about consent.
fn whole(caller: &Client, subject: &str) -> Value {
    let at = |rest: &str| caller.get(&format!("/v1/subjects/{subject}{rest}")).json(200);
    let read = json!({ "purpose": "service", "fields": ["account", "content", "google"] });
    let values = caller.post(&format!("/v1/subjects/{subject}/read"), &read).json(200);
    json!([at(""), at("/records"), at("/consents"), at("/holds"), values["records"]])
}
