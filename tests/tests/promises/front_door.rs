//! The front door: what signing up asks, who is turned away, and what stands against guessing.

use std::process::Output;
use std::time::{Duration, Instant};

use candor_tests::{MailSink, Server, Visitor, candor, exported, link_below, location};
use serde_json::json;

/// Where people reach the server, as its letters say; nothing listens there.
const PUBLIC_URL: &str = "https://id.vendor.example";
const PASSWORD: &str = "correct horse battery staple";
/// That password, as a library of another language hashed it.
const BCRYPT: &str = "$2y$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS";

/// A server under a vendor's policy that sends its mail to the sink.
fn server(vendor: &str, sink: &MailSink) -> Server {
    let variables = [
        ("CANDOR_SMTP_HOST", sink.address()),
        ("CANDOR_SMTP_SECURITY", "plain"),
        ("CANDOR_MAIL_FROM", "door@vendor.example"),
        ("CANDOR_PUBLIC_URL", PUBLIC_URL),
    ];
    Server::start_policy_over(&format!("../policies/{vendor}"), None, &variables)
}

/// The labels of the form's inputs that must be filled in, and of those that may stay empty.
fn asked(page: &str) -> (Vec<String>, Vec<String>) {
    let (mut required, mut optional) = (Vec::new(), Vec::new());
    for input in page.split("<input ").chain(page.split("<textarea ")).skip(1) {
        let Some((_, name)) = input.split_once("name=\"") else { continue };
        let name = name.split('"').next().unwrap_or_default();
        if !name.contains('.') || name.starts_with("consent.") {
            continue;
        }
        let tag = input.split('>').next().unwrap_or_default();
        let into = if tag.contains(" required") { &mut required } else { &mut optional };
        if !into.contains(&name.to_owned()) {
            into.push(name.to_owned());
        }
    }
    (required, optional)
}

#[test]
fn promise_d01_the_sign_up_form_asks_what_the_policy_requires_and_the_rest_may_stay_empty() {
    let sink = MailSink::start();
    let server = server("miniorange-plugins", &sink);
    let mut ada = Visitor::of(&server);
    let at = "/miniorange-plugins/sign-up";
    assert_eq!(ada.get(at).status, 200);
    let (required, optional) = asked(ada.page());
    assert_eq!(required, ["account.email", "account.company", "account.password"]);
    for field in ["account.first_name", "account.last_name", "account.telephone"] {
        assert!(optional.contains(&field.to_owned()), "{field} of {optional:?}");
    }
    let policy = ada.hidden("policy").unwrap();
    let base = [("policy", policy.as_str()), ("account.email", "ada@example.org"), ("account.password", PASSWORD)];
    let born = [("born", "1990-12-31")];
    let reply = ada.submit(at, &[&base[..], &born].concat());
    assert_eq!(reply.status, 422, "the company is required");
    assert!(ada.page().contains("Fill in: Company or website"));

    // Name and telephone are left empty: the account is made all the same, without them.
    let company = [("account.company", "Engines Ltd")];
    let reply = ada.submit(at, &[&base[..], &born, &company].concat());
    assert_eq!(reply.status, 200, "{}", ada.page());
    let letter = sink.wait_for(1).remove(0);
    assert_eq!(letter.to, ["ada@example.org"]);
    ada.get(&link_below(&letter.raw, PUBLIC_URL));
    let code = ada.hidden("code").unwrap();
    assert_eq!(ada.submit("/miniorange-plugins/sign-up/confirm", &[("code", &code)]).status, 303, "{}", ada.page());
    let find = json!({ "purpose": "sign_in", "field": "account.email", "value": "ada@example.org" });
    let found = server.post("/v1/subjects/find", &find).json(200);
    let ada = server.known(found["subject"].as_str().unwrap());
    let held = exported(&ada.post("/export?kind=access", &json!({})).archive());
    assert_eq!(held["account.company"], "Engines Ltd");
    assert!(!held.contains_key("account.telephone") && !held.contains_key("account.first_name"));
}

#[test]
fn promise_c45_somebody_under_age_is_turned_away_at_the_door_with_nothing_kept() {
    let sink = MailSink::start();
    let server = server("assigntask", &sink);
    let mut young = Visitor::of(&server);
    young.get("/assigntask/sign-up");
    let policy = young.hidden("policy").unwrap();
    let fields = [
        ("policy", policy.as_str()),
        ("born", "2015-02-03"),
        ("account.email", "kid-planted@example.org"),
        ("account.name", "Kid Planted"),
        ("account.password", PASSWORD),
    ];
    let reply = young.submit("/assigntask/sign-up", &fields);
    assert_eq!(reply.status, 200);
    assert!(young.page().contains("Nothing of what you wrote was kept"), "{}", young.page());
    let find = json!({ "purpose": "authentication", "field": "account.email", "value": "kid-planted@example.org" });
    assert_eq!(server.post("/v1/subjects/find", &find).json(200)["subject"], json!(null));
    for planted in ["kid-planted", "Kid Planted", "2015-02-03"] {
        assert_eq!(server.files_with(planted), [""; 0], "{planted}");
    }
    assert!(sink.mails().is_empty(), "nobody was written to");
}

fn import(server: &Server, rows: &str) -> Output {
    let file = server.folder().join("people.csv");
    std::fs::write(&file, rows).unwrap();
    let path = file.display().to_string();
    let address = format!("http://{}", server.address());
    let args = ["import", "people", &path, "--source", "subject", "--contract", "--server", &address];
    candor(&args).env("CANDOR_API_KEY", server.presented()).output().unwrap()
}

/// A server with Ada, whose password another program hashed.
fn with_ada() -> Server {
    let server = Server::start("plugin-vendor");
    let rows = format!(
        "account.email,account.username,account.first_name,account.last_name,account.password\n\
         ada@plugins.example,ada,Ada,Lovelace,{BCRYPT}\n"
    );
    let output = import(&server, &rows);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    server
}

fn sign_in(visitor: &mut Visitor, identifier: &str, password: &str) -> u16 {
    visitor.get("/plugin-vendor/sign-in");
    visitor.submit("/plugin-vendor/sign-in", &[("identifier", identifier), ("password", password)]).status
}

#[test]
fn promise_e02_who_was_imported_with_bcrypt_signs_in_at_the_door_and_is_hashed_anew() {
    let server = with_ada();
    let mut ada = Visitor::of(&server);
    assert_eq!(sign_in(&mut ada, "ada@plugins.example", PASSWORD), 303, "{}", ada.page());
    let find = json!({ "purpose": "authorisation", "field": "account.email", "value": "ada@plugins.example" });
    let found = server.post("/v1/subjects/find", &find).json(200);
    let known = server.known(found["subject"].as_str().unwrap());
    let kinds: Vec<_> = known.accesses().iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect();
    let n_written = kinds.iter().filter(|kind| *kind == "record_written").count();
    assert_eq!(n_written, 2, "the import, and the stronger hash: {kinds:?}");
    assert!(kinds.contains(&"sign_in".to_owned()), "{kinds:?}");
    // By the user name too; and nothing is hashed a third time.
    assert_eq!(sign_in(&mut Visitor::of(&server), "ada", PASSWORD), 303);
    let again = known.accesses().iter().filter(|entry| entry["kind"] == "record_written").count();
    assert_eq!(again, 2);
}

#[test]
fn promise_a04_guessing_is_slowed_down_sessions_are_unguessable_and_end() {
    let server = with_ada();
    let mut ada = Visitor::of(&server);
    assert_eq!(sign_in(&mut ada, "ada@plugins.example", PASSWORD), 303);
    let session = ada.cookies()["__Host-candor-session-plugin-vendor"].clone();
    assert_eq!(session.len(), 43, "256 bits");
    assert_eq!(server.files_with(&session), [""; 0], "the store knows no token");
    assert_eq!(ada.get("/plugin-vendor/account/prove").status, 200);

    // A session that somebody put there beforehand is not taken over, and one that was left opens nothing.
    let mut fixed = Visitor::of(&server);
    let planted = "A".repeat(43);
    fixed.cookies().insert("__Host-candor-session-plugin-vendor".to_owned(), planted.clone());
    assert_eq!(sign_in(&mut fixed, "ada@plugins.example", PASSWORD), 303);
    assert_ne!(fixed.cookies()["__Host-candor-session-plugin-vendor"], planted);
    ada.get("/plugin-vendor/account/prove");
    assert_eq!(ada.submit("/plugin-vendor/sign-out", &[]).status, 303);
    ada.cookies().insert("__Host-candor-session-plugin-vendor".to_owned(), session);
    let reply = ada.get("/plugin-vendor/account/prove");
    assert_eq!((reply.status, location(&reply).starts_with("/plugin-vendor/sign-in")), (303, true));

    // Guesses at one account end after ten, whether or not there is such an account, each after half a second.
    for identifier in ["ada@plugins.example", "nobody@plugins.example"] {
        let mut eve = Visitor::of(&server);
        for n in 0..10 {
            let began_at = Instant::now();
            assert_eq!(sign_in(&mut eve, identifier, "guess"), 422, "{n}");
            assert!(began_at.elapsed() >= Duration::from_millis(500));
        }
        assert_eq!(sign_in(&mut eve, identifier, PASSWORD), 429, "{identifier}");
    }
}
