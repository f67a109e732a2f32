//! Every operation on one subject, with a body that it takes; held to the OpenAPI document.

use std::collections::{BTreeMap, BTreeSet};

use candor_tests::{Client, Reply, text};
use serde_json::{Value, json};

/// An operation on a subject under the policy of `assigntask`, in an order in which each succeeds.
struct Operation {
    method: &'static str,
    path: &'static str,
    filled: &'static str,
    body: fn(&Ids) -> Value,
}

/// What earlier answers named, to be put into later addresses and bodies.
#[derive(Clone, Default)]
pub struct Ids(BTreeMap<&'static str, String>);

/// What came of one operation.
pub struct Outcome {
    pub method: &'static str,
    pub path: &'static str,
    pub reply: Reply,
}

impl Ids {
    /// Ids that are known beforehand.
    pub fn known(record: &str, hold: &str, notice: &str) -> Self {
        let known = [("account", record), ("feedback", record), ("hold", hold), ("notice", notice)];
        Self(known.map(|(name, id)| (name, id.to_owned())).into())
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Learns what an answer named.
    fn learn(&mut self, operation: &Operation, reply: &Reply) {
        let Ok(answer) = serde_json::from_slice::<Value>(&reply.bytes) else { return };
        let mut learn = |name, value: &Value| {
            if let Some(value) = value.as_str() {
                self.0.insert(name, value.to_owned());
            }
        };
        match (operation.method, operation.path) {
            ("GET", "/records") => learn("account", &answer["items"][0]["record"]),
            ("POST", "/records") => learn("feedback", &answer["record"]),
            ("POST", "/holds") => learn("hold", &answer["id"]),
            ("GET", "/notices") => learn("notice", &answer["items"][0]["id"]),
            _ => {}
        }
    }
}

const fn of(method: &'static str, path: &'static str, filled: &'static str, body: fn(&Ids) -> Value) -> Operation {
    Operation { method, path, filled, body }
}

fn nothing(_: &Ids) -> Value {
    json!({})
}

static OPERATIONS: &[Operation] = &[
    of("GET", "", "", nothing),
    of("GET", "/records", "/records?group=account", nothing),
    of("GET", "/accesses", "/accesses", nothing),
    of("GET", "/consents", "/consents", nothing),
    of("GET", "/holds", "/holds", nothing),
    of("GET", "/notices", "/notices", nothing),
    of("POST", "/notices/{notice}/acknowledge", "/notices/{notice}/acknowledge", nothing),
    of("GET", "/preferences", "/preferences", nothing),
    of("GET", "/pushes", "/pushes", nothing),
    of("GET", "/recipients", "/recipients", nothing),
    of("PUT", "/age", "/age", |_| json!({ "age": "at_least" })),
    of("PUT", "/contract", "/contract", nothing),
    of("POST", "/consents", "/consents", |_| json!({ "purpose": "statistics", "act": "given" })),
    of("GET", "/consents/{purpose}/receipt", "/consents/statistics/receipt?form=kantara", nothing),
    of("POST", "/read", "/read", |_| json!({ "purpose": "service", "fields": ["account"] })),
    of("POST", "/why", "/why", |_| json!({ "question": { "purpose": "service", "fields": ["account"] } })),
    of("GET", "/sign-in-audit", "/sign-in-audit", nothing),
    of("POST", "/sign-ins", "/sign-ins", |_| json!({ "purpose": "security" })),
    of("GET", "/factors", "/factors", nothing),
    of("DELETE", "/factors", "/factors", nothing),
    of("PUT", "/lock", "/lock", nothing),
    of("GET", "/lock", "/lock", nothing),
    of("DELETE", "/lock", "/lock", nothing),
    of("POST", "/export", "/export?kind=access", nothing),
    of("POST", "/disclosures", "/disclosures", |_| {
        let question = json!({ "purpose": "lawful_requests", "recipient": "authorities", "fields": ["account.email"] });
        json!({ "question": question, "legal_reference": "order 12/2026" })
    }),
    of("POST", "/requests", "/requests", |_| json!({ "right": "access" })),
    of("POST", "/records", "/records", |_| json!({ "group": "feedback", "values": { "message": "it broke" } })),
    of(
        "PATCH",
        "/records/{group}/{record}",
        "/records/account/{account}",
        |_| json!({ "values": { "name": "Other" } }),
    ),
    of("POST", "/records/{group}/{record}/close", "/records/feedback/{feedback}/close", nothing),
    of(
        "POST",
        "/rectify",
        "/rectify",
        |ids| json!({ "group": "account", "record": ids.get("account"), "values": { "name": "Other" } }),
    ),
    of("DELETE", "/records/{group}/{record}", "/records/feedback/{feedback}", nothing),
    of("PUT", "/instructions/{purpose}/{recipient}", "/instructions/apps/app", nothing),
    of("DELETE", "/instructions/{purpose}/{recipient}", "/instructions/apps/app", nothing),
    of("POST", "/objections", "/objections", |_| json!({ "purpose": "personalisation" })),
    of(
        "POST",
        "/objections/{purpose}/resolve",
        "/objections/personalisation/resolve",
        |_| json!({ "outcome": "upheld" }),
    ),
    of("PUT", "/preferences/{purpose}/{channel}", "/preferences/notifications/email", |_| json!({ "opt": "out" })),
    of(
        "POST",
        "/disputes",
        "/disputes",
        |_| json!({ "group": "account", "field": "account.name", "reason": "not mine" }),
    ),
    of("PUT", "/restriction", "/restriction", nothing),
    of("POST", "/restriction/lift", "/restriction/lift", |_| json!({ "informed": "letter of 2026-11-20" })),
    of("POST", "/holds", "/holds", |_| json!({ "ground": "case 4711/26" })),
    of("DELETE", "/holds/{hold}", "/holds/{hold}", nothing),
    of("POST", "/deactivate", "/deactivate", nothing),
    of("POST", "/reactivate", "/reactivate", nothing),
    of("PUT", "/events/{event}", "/events/last_interest", nothing),
    of("PUT", "/managed", "/managed", |_| json!({ "managed": true })),
    of("DELETE", "/contract", "/contract", nothing),
    of("POST", "/erase", "/erase", nothing),
    of("POST", "/erase-minor", "/erase-minor", nothing),
];

/// Calls every operation on a subject, in order.
pub fn call_all(caller: &Client, subject: &str, ids: &mut Ids) -> Vec<Outcome> {
    let call = |operation: &Operation, ids: &mut Ids| {
        let mut address = format!("/v1/subjects/{subject}{}", operation.filled);
        for name in ["account", "feedback", "hold", "notice"] {
            address = address.replace(&format!("{{{name}}}"), ids.get(name));
        }
        let reply = match operation.method {
            "GET" => caller.get(&address),
            method => caller.send(method, &address, &(operation.body)(ids), &[]),
        };
        ids.learn(operation, &reply);
        Outcome { method: operation.method, path: operation.path, reply }
    };
    OPERATIONS.iter().map(|operation| call(operation, ids)).collect()
}

/// Holds the list above to what the server says that it offers.
#[track_caller]
pub fn check_that_none_is_missing(caller: &Client) {
    let document = caller.get("/openapi.json").json(200);
    let mut offered = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let Some(rest) = path.strip_prefix("/v1/subjects/{subject}") else { continue };
        let methods = operations.as_object().unwrap().keys().filter(|key| *key != "parameters");
        offered.extend(methods.map(|method| format!("{} {rest}", method.to_uppercase())));
    }
    let listed = OPERATIONS.iter().map(|operation| format!("{} {}", operation.method, operation.path));
    assert_eq!(offered, listed.collect::<BTreeSet<_>>(), "an operation on a subject is not in this list");
}

/// The operations that take a body, as method and address with well-formed ids in it.
pub fn with_body(caller: &Client) -> Vec<(String, String)> {
    let document = caller.get("/openapi.json").json(200);
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if operation.get("requestBody").is_some() {
                found.push((method.to_uppercase(), path.clone()));
            }
        }
    }
    assert!(found.len() > 15, "{found:?}");
    found
}

/// The policy's own people: one with a value in every kind of field that can be planted.
#[track_caller]
pub fn planted(caller: &Client, mark: &str) -> String {
    let account = json!({
        "email": format!("{mark}@people.example"), "name": format!("Name {mark}"), "display_name": format!("Shown {mark}"),
        "preferences": [format!("list {mark}")],
    });
    let content = json!({
        "summary": format!("summary {mark}"), "description": mark, "comment": mark, "file": mark, "project": mark,
    });
    let billing =
        json!({ "representative": mark, "representative_email": format!("{mark}@bills.example"), "address": mark });
    let records = json!([
        { "group": "account", "values": account },
        { "group": "content", "values": content },
        { "group": "billing", "values": billing },
        { "group": "google", "values": { "google_name": mark }, "source": "linked:google" },
    ]);
    let made = caller.post("/v1/subjects", &json!({ "records": records, "contract": {} })).json(201);
    text(&made["subject"]).to_owned()
}
