//! Bad input gets a clear error with a stable code, and changes nothing.

use candor_tests::{Person, Reply, Server, after, text};
use serde_json::{Value, json};

use crate::operations::with_body;

/// What a refused request may not change: the person, everybody else, and the ledger.
fn everything(server: &Server, person: &Person) -> Value {
    let checkpoint = server.get("/ledger/asign2/checkpoint").text();
    let size = checkpoint.lines().nth(1).unwrap().to_owned();
    json!([person.state(), server.get("/v1/subjects").json(200), server.get("/v1/keys").json(200), size])
}

fn ada(server: &Server) -> Person {
    server.person(&[("account", json!({ "email": "ada@people.example", "name": "Ada", "organisation": "Engines" }))])
}

#[test]
fn no_operation_takes_a_body_that_is_malformed() {
    let server = Server::start("asign2");
    let ada = ada(&server);
    let before = everything(&server, &ada);
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(64), "]".repeat(64));
    let very_deep = "[".repeat(500_000);
    let cases: [(&[u8], &str); 9] = [
        (b"", "body.malformed"),
        (b"{\"records\": [", "body.malformed"),
        (b"{} {}", "body.malformed"),
        (b"[]", "body.wrong_type"),
        (b"\"text\"", "body.wrong_type"),
        (b"{\"no_such_field_8\": 1}", ""),
        (b"{\"a\": 1, \"a\": 2}", "body.duplicate_key"),
        (deep.as_bytes(), "body.too_deep"),
        (very_deep.as_bytes(), "body.too_deep"),
    ];
    for (method, path) in with_body(&server) {
        let address = filled(&path, &ada);
        let send = |body: &[u8], headers: &[(&str, &str)]| server.send_bytes(&method, &address, body, headers);
        // Who may open an archive need not be said.
        let may_be_empty = path.ends_with("/export") || path.ends_with("/archive");
        for (body, code) in cases.into_iter().filter(|(body, _)| !(may_be_empty && body.is_empty())) {
            let reply = send(body, &[]);
            let problem = reply.json(400);
            // Whether a field is missing or unknown first depends on the operation.
            let expected = if code.is_empty() { ["body.unknown_field", "body.missing_field"] } else { [code, code] };
            assert!(expected.contains(&text(&problem["code"])), "{method} {path}: {problem}");
            assert_eq!(reply.header("content-type"), Some("application/problem+json"));
            assert!(problem["help"].is_string() && problem["detail"].is_string(), "{method} {path}: {problem}");
        }
        send(b"{\"a\": \"\xff\xfe\"}", &[]).problem(400, "body.not_utf8");
        send(&vec![b' '; (1 << 20) + 1], &[]).problem(413, "body.too_large");
        send(b"{}", &[("content-type", "text/plain")]).problem(415, "body.content_type");
    }
    assert_eq!(everything(&server, &ada), before);
}

fn filled(path: &str, person: &Person) -> String {
    let mut path = path.replace("{subject}", &person.id).replace("{record}", &person.records[0]);
    for (name, value) in
        [("{group}", "account"), ("{purpose}", "tips"), ("{channel}", "email"), ("{recipient}", "hosting")]
    {
        path = path.replace(name, value);
    }
    path = path.replace("{domain}", "example.org").replace("{name}", "somewhere").replace("{agent}", "SOMEBODY");
    let ids = [
        ("{request}", "req"),
        ("{disclosure}", "req"),
        ("{client}", "cli"),
        ("{organisation}", "org"),
        ("{address}", "req"),
    ];
    if path.ends_with("/export") {
        path.push_str("?kind=access");
    }
    ids.iter().fold(path, |path, (name, kind)| path.replace(name, &format!("{kind}_{}", "0".repeat(32))))
}

#[test]
fn values_ids_and_options_of_the_wrong_kind_change_nothing() {
    let server = Server::start("asign2");
    let ada = ada(&server);
    let before = everything(&server, &ada);
    let long = "x".repeat(100_000);
    let cases: [(Reply, u16, &str); 22] = [
        (ada.change("account", &json!({ "name": 7 })), 422, "field.wrong_kind"),
        (ada.change("account", &json!({ "name": ["Ada"] })), 422, "field.wrong_kind"),
        (ada.change("account", &json!({ "name": { "first": "Ada" } })), 422, "field.wrong_kind"),
        (ada.change("account", &json!({ "name": long })), 422, "field.too_long"),
        (ada.change("account", &json!({ "surname": "L" })), 422, "field.undeclared"),
        (
            ada.store_from("observed", "usage", &json!({ "feature": "f", "duration_ms": "long", "release": "1" })),
            422,
            "field.wrong_kind",
        ),
        (ada.store("sign_in", &json!({ "login": "ada", "password": "plain text" })), 422, "field.hash_expected"),
        (ada.store("billing", &json!({ "address": "1 Row" })), 422, "field.missing"),
        (ada.post("/records", &json!({ "group": "account", "values": [] })), 400, "body.wrong_type"),
        (ada.post("/records", &json!({ "group": 7, "values": {} })), 400, "body.wrong_type"),
        (ada.post("/records", &json!({ "group": "account", "values": {}, "extra": 1 })), 400, "body.unknown_field"),
        (ada.post("/consents", &json!({ "purpose": "tips", "act": "perhaps" })), 400, "body.wrong_type"),
        (ada.put("/preferences/tips/pigeon", &json!({ "opt": "out" })), 400, "path.malformed"),
        (ada.put("/preferences/tips/sms", &json!({ "opt": "out" })), 422, "channel.undeclared"),
        (ada.put("/contract", &json!({ "until": "tomorrow" })), 400, "body.wrong_type"),
        (ada.get("/records?limit=0"), 400, "page.limit"),
        (ada.get("/records?limit=501"), 400, "page.limit"),
        (ada.get("/records?limit=-1"), 400, "query.malformed"),
        (ada.get("/accesses?after=%21%21"), 400, "page.cursor"),
        (ada.get("/accesses?colour=red"), 400, "query.malformed"),
        (server.get("/v1/subjects/ada@people.example"), 400, "path.malformed"),
        (server.get(&format!("/v1/subjects/sub_{}", "0".repeat(32))), 404, "subject.unknown"),
    ];
    for (at, (reply, status, code)) in cases.iter().enumerate() {
        let problem = reply.json(*status);
        assert_eq!(problem["code"], *code, "case {at}: {problem}");
        assert!(!reply.text().contains("plain text") && !reply.text().contains("xxxx"), "a problem repeats no value");
    }
    let questions: Vec<Value> =
        vec![json!({ "subject": ada.id, "question": { "purpose": "tips", "fields": [] } }); 501];
    assert_eq!(server.post("/v1/reads", &json!({ "questions": questions })).status, 400);
    assert_eq!(everything(&server, &ada), before);
    assert_eq!(server.files_with("plain text"), [""; 0]);
}

#[test]
fn a_key_that_is_foreign_expired_revoked_or_too_narrow_changes_nothing() {
    let server = Server::start_with(&["asign2", "assigntask"]);
    let ada = ada(&server);
    let now = ada.get("").json(200)["created_at"].clone();
    let key = |bounds: Value| server.post("/v1/keys", &bounds).json(201);
    let expired = key(json!({ "label": "expired", "scopes": ["read", "write"], "expires_at": after(&now, -1000) }));
    let revoked = key(json!({ "label": "revoked", "scopes": ["read", "write"] }));
    let narrow = key(json!({ "label": "narrow", "scopes": ["audit"] }));
    let revoked_caller = server.with_key(text(&revoked["secret"]));
    assert_eq!(ada.asked_by(&revoked_caller).get("").status, 200, "it worked before");
    let address = format!("/v1/keys/{}", text(&revoked["id"]));
    assert_eq!(server.send("DELETE", &address, &json!({}), &[]).status, 204);

    let before = everything(&server, &ada);
    let whole = text(&narrow["secret"]);
    let wrong = format!("{}{}", &whole[..whole.len() - 1], if whole.ends_with('0') { '1' } else { '0' });
    let bad = [
        (server.with_key(text(&expired["secret"])), 401, "key.refused"),
        (revoked_caller, 401, "key.refused"),
        (server.with_key("candor_1_2"), 401, "key.refused"),
        (server.with_key(&wrong), 401, "key.refused"),
        (server.anonymous(), 401, "key.missing"),
        (server.tenant("assigntask"), 404, "subject.unknown"),
        (server.with_key(whole), 403, "key.scope_missing"),
    ];
    for (caller, status, code) in bad {
        let person = ada.asked_by(&caller);
        for reply in [
            person.read("account_creation", &["account.name"]),
            person.store("request", &json!({ "subject_line": "s", "message": "m" })),
            person.put("/preferences/tips/email", &json!({ "opt": "out" })),
            person.post("/erase", &json!({})),
        ] {
            reply.problem(status, code);
            assert_eq!(reply.header("www-authenticate").is_some(), status == 401);
            assert!(!reply.text().contains("Ada"), "{}", reply.text());
        }
    }
    assert_eq!(everything(&server, &ada), before);
    assert!(server.files_with(whole).is_empty(), "keys are kept as hashes");
}

#[test]
fn a_write_sent_twice_happens_once_and_its_key_serves_no_other() {
    let server = Server::start("asign2");
    let ada = ada(&server);
    let made = |name: &str, idempotency: &str| {
        let account = json!({ "email": format!("{name}@people.example"), "name": name, "organisation": "O" });
        let body = json!({ "records": [{ "group": "account", "values": account }] });
        server.send("POST", "/v1/subjects", &body, &[("idempotency-key", idempotency)])
    };
    let first = made("bob", "key-1");
    first.json(201);
    let before = everything(&server, &ada);
    let again = made("bob", "key-1");
    assert_eq!(again.json(201), first.json(201));
    assert_eq!((again.header("idempotent-replayed"), first.header("idempotent-replayed")), (Some("true"), None));

    // Another body, another address or another method under the same key is another write.
    made("eve", "key-1").problem(422, "idempotency.mismatch");
    let elsewhere = server.send("POST", &ada.at("/deactivate"), &json!({}), &[("idempotency-key", "key-1")]);
    elsewhere.problem(422, "idempotency.mismatch");
    made("eve", "").problem(400, "idempotency.malformed");
    made("eve", &"k".repeat(129)).problem(400, "idempotency.malformed");
    assert_eq!(everything(&server, &ada), before);

    // A refusal is remembered too; another caller's keys are their own.
    let taken = made("bob", "key-2");
    assert_eq!(taken.status, 409, "{}", taken.text());
    assert_eq!(made("bob", "key-2").json(409), taken.json(409));
    let other = server.key(&json!({ "label": "other", "scopes": ["write", "consent"] }));
    let account = json!({ "email": "eve@people.example", "name": "eve", "organisation": "O" });
    let body = json!({ "records": [{ "group": "account", "values": account }] });
    other.send("POST", "/v1/subjects", &body, &[("idempotency-key", "key-1")]).json(201);

    // A new key's secret is shown once, also to whoever repeats the request.
    let issue = || {
        server.send("POST", "/v1/keys", &json!({ "label": "k", "scopes": ["read"] }), &[("idempotency-key", "key-3")])
    };
    let (first, again) = (issue().json(201), issue().json(201));
    assert_eq!((&first["id"], &again["secret"]), (&again["id"], &Value::Null));
    assert!(server.files_with(text(&first["secret"])).is_empty());
}
