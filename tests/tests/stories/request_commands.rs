//! `candor request` over a real server: what was agreed about a restriction, what is put right, the clock, decisions, disputes.

use candor_tests::{Server, Systems, candor, text};
use serde_json::{Value, json};

/// Asks by a command; its exit code, its JSON, and all that it said.
fn asks(server: &Server, args: &[&str]) -> (Option<i32>, Value, String) {
    let address = format!("http://{}", server.address());
    let mut command = candor(&[&["request"], args, &["--server", &address, "--json"]].concat());
    let output = command.env("CANDOR_API_KEY", server.presented()).output().unwrap();
    let told = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code(), told, String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

/// The same as people read it.
fn reads(server: &Server, args: &[&str]) -> String {
    let address = format!("http://{}", server.address());
    let mut command = candor(&[&["request"], args, &["--server", &address]].concat());
    let output = command.env("CANDOR_API_KEY", server.presented()).output().unwrap();
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn what_was_agreed_about_a_restriction_is_set_and_seen_by_command() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let (code, opened, said) = asks(&server, &["open", &ada.id, "restriction"]);
    assert_eq!(code, Some(0), "{said}");
    let id = text(&opened["id"]).to_owned();
    assert!(reads(&server, &["list"]).contains(&id));
    assert_eq!(asks(&server, &["plan", &id]).0, Some(0));

    // What is no day is refused before the server is asked, and nothing has begun.
    let (code, _, said) = asks(&server, &["run", &id, "--until", "soon"]);
    assert_eq!((code, said.contains("it is no day")), (Some(2), true), "{said}");
    let (code, _, said) = asks(&server, &["run", &id, "--allow", "profiling"]);
    assert_eq!((code, said.contains("purpose.undeclared")), (Some(3), true), "{said}");
    assert_eq!(asks(&server, &["status", &id]).1["state"], "planned");
    let agreed = ["run", &id, "--allow", "service", "--until", "2999-12-31", "--agreement", "file 7"];
    let (code, done, said) = asks(&server, &agreed);
    assert_eq!((code, &done["state"]), (Some(0), &json!("answered")), "{said}");
    let terms = json!({ "allowed_purposes": ["service"], "until": "3000-01-01T00:00:00.000Z", "agreement": "file 7" });
    assert_eq!(asks(&server, &["status", &id]).1["terms"], terms);
    let read = reads(&server, &["status", &id]);
    assert!(read.contains("everything is restricted, but for service") && read.contains("agreed in file 7"), "{read}");
    let standing = ada.get("").json(200)["standing"]["restriction"].clone();
    assert_eq!((&standing["allowed"], &standing["agreement"]), (&json!(["service"]), &json!("file 7")));
    ada.read("service", &["account.email"]).granted();
    assert_eq!(asks(&server, &["receipt", &id]).1["receipt"]["terms"], terms);
    assert!(!reads(&server, &["list"]).contains(&id), "it is open no more");
    assert!(reads(&server, &["list", "--all", "--subject", &ada.id]).contains(&id));
}

#[test]
fn a_correction_comes_from_a_file_and_is_watched_to_its_end() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let id = text(&asks(&server, &["open", &ada.id, "rectification"]).1["id"]).to_owned();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("right.json");
    std::fs::write(&file, "{\"group\": \"account\"}").unwrap();
    let at = file.display().to_string();
    let (code, _, said) = asks(&server, &["run", &id, "--correction", &at]);
    assert_eq!((code, said.contains("no `group` and `values`")), (Some(2), true), "{said}");
    let right = json!({ "group": "account", "record": ada.records[0], "values": { "name": "Augusta-q7391" } });
    std::fs::write(&file, right.to_string()).unwrap();
    let (code, begun, said) = asks(&server, &["run", &id, "--correction", &at, "--no-wait"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(matches!(begun["state"].as_str(), Some("running" | "answered")), "{said}");
    let (code, done, said) = asks(&server, &["watch", &id]);
    assert_eq!((code, &done["state"]), (Some(0), &json!("answered")), "{said}");
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM customers WHERE name = 'Augusta-q7391'"), 1);
    assert!(!said.contains("Augusta-q7391"), "no value is said: {said}");
}

#[test]
fn a_request_is_paused_extended_disputed_overridden_settled_and_refused_by_command() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let id = text(&asks(&server, &["open", &ada.id, "access"]).1["id"]).to_owned();
    let paused = asks(&server, &["pause", &id]).1;
    assert!(paused["paused_at"].is_string(), "{paused}");
    assert!(reads(&server, &["status", &id]).contains("the clock stands still since"));
    assert_eq!(asks(&server, &["resume", &id]).1["paused_at"], json!(null));
    let (code, extended, said) = asks(&server, &["extend", &id, "A12Complexity"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(text(&extended["due_at"]) > text(&paused["due_at"]), "{extended}");
    assert_eq!(asks(&server, &["extend", &id, "A12Laziness"]).0, Some(3));

    let (code, disputed, said) = asks(&server, &["dispute", &id]);
    assert!(code == Some(0) && disputed["disputed_at"].is_string(), "{said}");
    ada.read("service", &["account.email"]).refused("restriction");
    assert!(reads(&server, &["list", "--disputed"]).contains("restricted since"));
    let eased = ["override", &id, "--because", "the contract needs it", "--allow", "service"];
    assert_eq!(asks(&server, &eased).0, Some(0));
    ada.read("service", &["account.email"]).granted();
    let listed = reads(&server, &["list", "--disputed"]);
    assert!(listed.contains(&id) && listed.contains("but for service"), "{listed}");
    assert_eq!(asks(&server, &["settle", &id, "perhaps", "--informed", "letter"]).0, Some(2));
    let settled = asks(&server, &["settle", &id, "rejected", "--informed", "letter of 20 November"]).1;
    assert_eq!(settled["dispute_end"], "rejected");
    assert_eq!(asks(&server, &["list", "--disputed"]).1["items"], json!([]));

    let (code, refused, said) = asks(&server, &["refuse", &id, "A12ManifestlyExcessive"]);
    assert_eq!((code, &refused["state"]), (Some(0), &json!("refused")), "{said}");
    assert!(reads(&server, &["letter", &id]).contains("refused"), "{}", reads(&server, &["letter", &id]));
    assert_eq!(asks(&server, &["complete", &id]).0, Some(3), "it is closed");
    let other = text(&asks(&server, &["open", &ada.id, "portability"]).1["id"]).to_owned();
    let (code, _, said) = asks(&server, &["decide", &other, "--approve"]);
    assert!(code == Some(3), "nobody manages this account: {said}");
    assert_eq!(asks(&server, &["decide", &other]).0, Some(2), "yes or no has to be said");
    assert_eq!(asks(&server, &["complete", &other]).1["state"], "answered");
}
