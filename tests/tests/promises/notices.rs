//! People are told before a policy changes: by mail, in the app, on the site; and consent is asked again.

use candor_tests::{MailSink, Person, Server, Setup, text};
use candor_words::{Instant, Span, SpanUnit};
use serde_json::{Value, json};

const POLICY: &str = "policies/assigntask/policy.candor";
const BUYER: (&str, &str) = ("controller \"RaMa Techno\"", "controller \"Buyer Ltd\"");
const NEWS: (&str, &str) = (
    "uses account.email, account.name, usage.features, marketing\n",
    "uses account.email, account.name, account.job_title, usage.features, marketing\n",
);

/// The vendor's policy as a file of its own, with changes.
fn changed(changes: &[(&str, &str)]) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(POLICY);
    let mut text = std::fs::read_to_string(path).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "the policy has no `{from}`");
        text = text.replace(from, to);
    }
    text
}

/// The date so many days from now, as a policy writes it.
fn in_days(days: u32) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = Instant::from_millis(i64::try_from(now.as_millis()).unwrap());
    now.plus(Span::new(days, SpanUnit::Day)).to_string()[..10].to_owned()
}

/// The next version, with a date or without.
fn next_version(date: Option<&str>, changes: &[(&str, &str)]) -> Value {
    let head = date.map_or("version 2026-03-01".to_owned(), |date| format!("version 2026-03-01, effective {date}"));
    let mut all = vec![("version 2026-01-10, effective 2026-02-15", head.as_str())];
    all.extend(changes);
    json!({ "files": [{ "path": "policy.candor", "text": changed(&all) }] })
}

fn member(server: &Server, email: &str) -> Person {
    server.person(&[("account", json!({ "email": email, "name": "Ada Lovelace" }))])
}

/// Asks again and again until an answer is as wanted; a minute at most.
#[track_caller]
fn until(mut ask: impl FnMut() -> Value, wanted: impl Fn(&Value) -> bool) -> Value {
    let began_at = std::time::Instant::now();
    loop {
        let answer = ask();
        if wanted(&answer) {
            return answer;
        }
        assert!(began_at.elapsed() < std::time::Duration::from_secs(60), "it did not come to be: {answer}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// How far telling people has come, once it is done.
#[track_caller]
fn told(server: &Server, put: &Value) -> Value {
    let path = format!("/v1/policies/{}/notices", text(&put["digest"]));
    until(|| server.get(&path).json(200), |told| told["mailing"] == "done")
}

#[test]
fn promise_c16_a_transfer_is_told_by_mail_and_banner_before_it_takes_effect() {
    let sink = MailSink::start();
    let server = Server::start_as(Setup::with_mail("assigntask", &sink));
    let ada = member(&server, "ada@people.example");
    let left = member(&server, "left@people.example");
    left.post("/deactivate", &json!({})).json(200);
    let gone = member(&server, "gone@people.example");
    gone.post("/erase", &json!({})).json(200);

    // A date that leaves less than the 30 days promised is refused, with the earliest that would do.
    let soon = server.post("/v1/policies", &next_version(Some(&in_days(20)), &[BUYER]));
    let soon = soon.problem(422, "policy.notice_too_short");
    assert!(soon["earliest"].is_string() || soon.to_string().contains("earliest"), "{soon}");
    assert_eq!(server.get("/v1/policies").json(200)["items"].as_array().unwrap().len(), 1);

    let put = server.post("/v1/policies", &next_version(Some(&in_days(40)), &[BUYER])).json(201);
    assert_eq!(put["notice"], json!({ "class": "transfer", "by": ["email", "in_app"], "before": "30 days" }));

    // The mail leaves now, weeks before: who takes over, from when on, what one can do, a copy before leaving.
    let mails = sink.wait_for(1);
    let told = told(&server, &put);
    assert_eq!(sink.mails().len(), 1, "neither who left nor who was erased is written to");
    assert_eq!(mails[0].to, ["ada@people.example"]);
    assert_eq!(mails[0].from, "privacy@vendor.example");
    assert_eq!(mails[0].header("list-unsubscribe"), None);
    let subject = mails[0].header("subject").unwrap();
    assert!(subject.contains("your data passes into other hands on"), "{subject}");
    let said = mails[0].text();
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "who decides about your data is: Buyer Ltd (India)",
        "The controller is Buyer Ltd instead of RaMa Techno.",
        "https://privacy.example/assigntask/compare/2026-01-10/2026-03-01",
        "there is no opt-out from it",
    ] {
        assert!(flat.contains(part), "{part}: {said}");
    }
    assert!(flat.find("get a copy of your data").unwrap() < flat.find("deactivate your account").unwrap(), "{said}");
    assert_eq!([&told["n_mailed"], &told["n_withheld"], &told["n_undeliverable"]], [1, 1, 0], "{told}");

    // The ledger says that the address left the vault for it, on the law, and that it was told.
    let entries = ada.get("/accesses").json(200);
    let entries = entries["items"].as_array().unwrap();
    let read = entries.iter().find(|entry| entry["purpose"] == "@notice").unwrap();
    assert_eq!((&read["fields"], &read["ground"]), (&json!(["account.email"]), &json!("legal_obligation")));
    assert!(entries.iter().any(|entry| entry["kind"] == "notice_sent"), "{entries:?}");

    // The banner says it to everybody, and the app to each, until they have seen it.
    let banner = server.anonymous().get("/assigntask/notices.json").json(200);
    assert_eq!(banner["items"][0]["class"], "transfer", "{banner}");
    assert!(server.page().contains("your data passes into other hands on"));
    let open = ada.get("/notices").json(200);
    assert_eq!(open["items"][0]["new_controller"].as_str().unwrap().split(' ').next(), Some("Buyer"), "{open}");
    let id = text(&open["items"][0]["id"]).to_owned();
    let seen = ada.post(&format!("/notices/{id}/acknowledge"), &json!({})).json(200);
    assert!(seen["entry"].is_u64(), "{seen}");
    assert_eq!(ada.get("/notices").json(200), json!({ "items": [] }));
}
