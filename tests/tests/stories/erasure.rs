//! After an erasure nothing of the person comes back, by whatever way it is asked for.

use candor_tests::{Client, MailSink, Server, Setup, text};
use serde_json::json;

use crate::operations::{Ids, call_all, check_that_none_is_missing, planted};

const MARK: &str = "kestrel-90210";

#[test]
fn after_an_erasure_no_operation_gives_a_field_and_no_file_holds_one() {
    let sink = MailSink::start();
    let mut server = Server::start_as(Setup::with_mail("assigntask", &sink));
    check_that_none_is_missing(&server);

    // A living twin shows that each operation works as it is called here, up to its own erasure.
    let twin = planted(&server, "twin-4411");
    let notice = announced(&server);
    for outcome in call_all(&server, &twin, &mut Ids::default()) {
        if outcome.path == "/sign-ins" {
            // This policy judges no sign-ins: there is nothing to list of anybody. Under one that does, `promises::risk`.
            outcome.reply.problem(422, "risk.none");
            continue;
        }
        assert!(outcome.reply.status < 300, "{} {}: {}", outcome.method, outcome.path, outcome.reply.text());
    }

    let subject = planted(&server, MARK);
    let read = json!({ "purpose": "service", "fields": ["account", "content", "google"] });
    assert!(server.post(&format!("/v1/subjects/{subject}/read"), &read).text().contains(MARK));
    let records = server.get(&format!("/v1/subjects/{subject}/records?group=account")).json(200);
    let hold = server.post(&format!("/v1/subjects/{subject}/holds"), &json!({ "ground": "case 1/26" })).json(201);
    let ids = Ids::known(text(&records["items"][0]["record"]), text(&hold["id"]), &notice);
    let lifted = server.send("DELETE", &format!("/v1/subjects/{subject}/holds/{}", text(&hold["id"])), &json!({}), &[]);
    assert_eq!(lifted.status, 204);
    let request = server.post(&format!("/v1/subjects/{subject}/requests"), &json!({ "right": "erasure" })).json(201);
    server.post(&format!("/v1/requests/{}/identity", text(&request["id"])), &json!({})).json(200);
    let erase = json!({ "request": request["id"] });
    let erased = server.post(&format!("/v1/subjects/{subject}/erase"), &erase).json(200);
    assert!(erased["n_keys_destroyed"].as_u64().unwrap() > 0, "{erased}");

    let nothing_comes_back = |server: &Server| {
        for outcome in call_all(server, &subject, &mut ids.clone()) {
            let said = outcome.reply.text();
            assert!(!said.contains(MARK), "{} {}: {said}", outcome.method, outcome.path);
            if outcome.path.starts_with("/erase") {
                assert_eq!(outcome.reply.json(200)["entry"], erased["entry"], "erasing again tells the first outcome");
            } else {
                outcome.reply.problem(410, "subject.erased");
            }
        }
        nothing_elsewhere(server, &subject, text(&request["id"]));
        assert_eq!(server.files_with(MARK), [""; 0]);
    };
    nothing_comes_back(&server);
    server.restart();
    nothing_comes_back(&server);
    server.kill_and_restart();
    nothing_comes_back(&server);
    server.proves(&erased["entry"]);
}

/// A version of the policy that people are told of; its digest names the notice.
fn announced(server: &Client) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/assigntask/policy.candor");
    let policy = std::fs::read_to_string(path).unwrap();
    let next = policy
        .replace("version 2026-01-10, effective 2026-02-15", "version 2026-03-01")
        .replace("controller \"RaMa Techno\"", "controller \"Buyer Ltd\"");
    let put = server.post("/v1/policies", &json!({ "files": [{ "path": "policy.candor", "text": next }] })).json(201);
    text(&put["digest"]).to_owned()
}

/// The operations that do not name the subject in their address.
fn nothing_elsewhere(server: &Client, subject: &str, request: &str) {
    let question = json!({ "purpose": "service", "fields": ["account"] });
    let many = server.post("/v1/reads", &json!({ "questions": [{ "subject": subject, "question": question }] }));
    assert_eq!(many.json(200)["answers"][0]["problem"]["code"], "subject.erased");
    let found = json!({ "purpose": "service", "field": "account.email", "value": format!("{MARK}@people.example") });
    let found = server.post("/v1/subjects/find", &found);
    assert_eq!(found.json(200), json!({ "subject": null }));
    let counted = server.post("/v1/aggregates", &json!({ "purpose": "research", "by": ["device.operating_system"] }));
    let listed = [
        server.get("/v1/subjects"),
        server.get("/v1/requests"),
        server.get(&format!("/v1/requests?subject={subject}")),
        server.get(&format!("/v1/requests/{request}")),
        server.get(&format!("/v1/requests/{request}/letter")),
        server.get("/v1/disclosures"),
        server.get("/v1/transparency/2026"),
        server.get("/metrics"),
    ];
    for reply in listed.iter().chain([&many, &found, &counted]) {
        assert!(reply.status < 300 && !reply.text().contains(MARK), "{}", reply.text());
    }
}
