//! What a person says reaches the systems that can hold it, and those who received their data are told (GDPR Art. 19, 21, 7(3)).

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use candor_tests::{MailSink, Person, Server, Systems, text};
use serde_json::{Value, json};

const FROZEN: &str = "SELECT count(*) FROM customers WHERE frozen = 'yes' AND id = 1";
const FREE: &str = "SELECT count(*) FROM customers WHERE frozen = 'no' AND id = 1";

/// A recipient's own server: the first notice is refused, whatever else comes is taken.
fn hoster() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/told", listener.local_addr().unwrap());
    let (sender, notices) = channel();
    std::thread::spawn(move || {
        let mut n = 0;
        for mut stream in listener.incoming().map_while(Result::ok) {
            let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
            let is_whole = loop {
                let text = String::from_utf8_lossy(&read).into_owned();
                let length =
                    text.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
                let body = text.split_once("\r\n\r\n").map(|(_, body)| body.len());
                if length.is_some_and(|length: usize| body.is_some_and(|body| body >= length)) {
                    break true;
                }
                let n_bytes = stream.read(&mut buffer).unwrap_or_default();
                if n_bytes == 0 {
                    break false;
                }
                read.extend_from_slice(&buffer[..n_bytes]);
            };
            // Whoever was killed while they spoke has said nothing.
            if !is_whole {
                continue;
            }
            let status = if n == 0 { "503 Service Unavailable" } else { "204 No Content" };
            let _ = stream
                .write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes());
            if n > 0 && sender.send(String::from_utf8(read).unwrap()).is_err() {
                return;
            }
            n += 1;
        }
    });
    (address, notices)
}

fn server(systems: &Systems, sink: &MailSink, hoster: &str) -> Server {
    let mut setup = systems.setup_of("pushed").mailing_to(sink);
    for (name, value) in &mut setup.environment {
        if *name == "CANDOR_SYSTEMS" {
            value.push_str(",pushed:HOSTER_NOTICES");
        }
    }
    let held = format!("{hoster}#whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    setup.environment.push(("HOSTER_NOTICES", held));
    Server::start_as(setup)
}

/// The pushes about a person, once all of them are over; newest first.
#[track_caller]
fn pushes(server: &Server, person: &Person, n: usize) -> Vec<Value> {
    let began = std::time::Instant::now();
    loop {
        let mut pushes = person.get("/pushes").json(200)["items"].as_array().unwrap().clone();
        pushes.sort_by_key(|push| std::cmp::Reverse(text(&push["since"]).to_owned()));
        if pushes.len() == n && pushes.iter().all(|push| push["state"] == "answered") {
            for push in &pushes {
                let receipt = server.get(&format!("/v1/requests/{}/receipt", text(&push["id"]))).json(200);
                assert!(server.verify(&receipt).0);
                assert!(!receipt.to_string().contains("q7391"), "{receipt:#}");
            }
            return pushes;
        }
        // Longer than the lease of a job whose server was killed.
        assert!(began.elapsed().as_secs() < 150, "{pushes:#?}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn promise_b22_a_restriction_an_objection_and_a_withdrawal_are_pushed_and_lifted_where_they_can_be_held() {
    let (systems, sink) = (Systems::default(), MailSink::start());
    let (address, _notices) = hoster();
    let server = server(&systems, &sink, &address);
    let ada = server.ada_of_systems();
    ada.put("/restriction", &json!({})).json(200);
    ada.read("service", &["account.email"]).refused("restriction");
    systems.wait_for(FROZEN, 1);
    ada.post("/restriction/lift", &json!({ "informed": "letter" })).json(200);
    systems.wait_for(FREE, 1);
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM customers WHERE frozen IS NOT NULL"), 1);

    // A withdrawal holds in the vault when it is acknowledged; the system follows, and a new yes takes it back.
    ada.post("/consents", &json!({ "purpose": "news", "act": "given" })).json(201);
    ada.read("news", &["account.email"]).granted();
    ada.post("/consents", &json!({ "purpose": "news", "act": "withdrawn" })).json(201);
    ada.read("news", &["account.email"]).refused("basis.consent_missing");
    systems.wait_for("SELECT count(*) FROM customers WHERE wanted = 'no' AND id = 1", 1);
    ada.post("/consents", &json!({ "purpose": "news", "act": "given" })).json(201);
    systems.wait_for("SELECT count(*) FROM customers WHERE wanted = 'yes' AND id = 1", 1);

    ada.post("/objections", &json!({ "purpose": "polls" })).json(201);
    let pushes = pushes(&server, &ada, 5);
    assert_eq!(
        Systems::count(&systems.site(), "SELECT count(*) FROM users WHERE display_name = '(no polls)' AND id = 1"),
        1
    );
    assert_eq!(pushes.iter().filter(|push| push["purpose"] == json!(null)).count(), 2);
    server.proves(&ada.newest("pushed")["entry"]);
    // It is nobody's request.
    assert_eq!(server.get(&format!("/v1/requests?subject={}", ada.id)).json(200)["items"], json!([]));
}

#[test]
fn promise_c35_a_dispute_is_pushed_and_its_override_lifts_it_there_too() {
    let (systems, sink) = (Systems::default(), MailSink::start());
    let (address, _notices) = hoster();
    let mut server = server(&systems, &sink, &address);
    let ada = server.ada_of_systems();
    let asked = ada.post("/requests", &json!({ "right": "rectification" })).json(201);
    let request = format!("/v1/requests/{}", text(&asked["id"]));
    // The system is away, and the server dies: the push is not forgotten.
    let away = systems.vendor_file().with_extension("away");
    std::fs::rename(systems.vendor_file(), &away).unwrap();
    server.post(&format!("{request}/dispute"), &json!({})).json(200);
    server.kill_and_restart();
    std::fs::rename(&away, systems.vendor_file()).unwrap();
    systems.wait_for(FROZEN, 1);
    let because = json!({ "because": "the claim has no basis" });
    server.post(&format!("{request}/dispute/override"), &because).json(200);
    systems.wait_for(FREE, 1);
}

#[test]
fn promise_b21_what_is_derived_from_a_mistake_is_corrected_in_systems_too_and_what_cannot_be_is_named() {
    let (systems, sink) = (Systems::default(), MailSink::start());
    let (address, notices) = hoster();
    let server = server(&systems, &sink, &address);
    let ada = server.ada_of_systems();
    let asked = ada.post("/requests", &json!({ "right": "rectification" })).json(201);
    let request = format!("/v1/requests/{}", text(&asked["id"]));
    let correction = json!({ "group": "account", "record": ada.records[0], "values": { "name": "Augusta King" } });
    server.post(&format!("{request}/approve"), &json!({ "correction": correction })).json(200);
    server.steps_until(&request, "answered");
    let right = "SELECT count(*) FROM customers WHERE name = 'Augusta King' AND initials = 'AK' AND id = 1";
    assert_eq!(Systems::count(&systems.vendor(), right), 1);
    assert_eq!(ada.read("service", &["account.initials"]).values()["account.initials"], "AK");
    let told = server.get(&format!("{request}/receipt")).json(200)["receipt"].clone();
    assert_eq!(told["corrected"]["fields"], json!(["account.name", "account.initials"]));
    assert_eq!(told["corrected"]["not_recomputed"][0]["field"], "account.score");
    // Who has the name is told that it was put right, and not to what; who has none is not told.
    let mails = sink.wait_for(1);
    assert!(mails[0].text().contains("ada-q7391@people.example") && !mails[0].text().contains("Augusta"));
    assert!(notices.try_recv().is_err());
}

#[test]
fn promise_b21_a_correction_made_at_once_reaches_systems_and_copies_through_a_crash_and_the_newest_holds() {
    let (systems, sink) = (Systems::default(), MailSink::start());
    let (address, notices) = hoster();
    let mut server = server(&systems, &sink, &address);
    let ada = server.ada_of_systems();
    let correct = |server: &Server, values: &Value| {
        let correction = json!({ "group": "account", "record": ada.records[0], "values": values, "source": "subject" });
        ada.asked_by(server).post("/rectify", &correction).json(200);
    };
    // A system is away, and the server dies: neither correction is forgotten, and the newer one holds.
    let away = systems.vendor_file().with_extension("away");
    std::fs::rename(systems.vendor_file(), &away).unwrap();
    correct(&server, &json!({ "name": "Ada Byron-q7391" }));
    server.kill_and_restart();
    correct(&server, &json!({ "name": "Ada King-q7391" }));
    server.kill_and_restart();
    std::fs::rename(&away, systems.vendor_file()).unwrap();
    pushes(&server, &ada.asked_by(&server), 2);
    let right = "SELECT count(*) FROM customers WHERE name = 'Ada King-q7391' AND initials = 'AK' AND id = 1";
    assert_eq!(Systems::count(&systems.vendor(), right), 1);
    assert!(notices.try_recv().is_err(), "who has no name is not told of it");

    // An address names her there: it is found by what it was, in both, and stands as it is now.
    correct(&server, &json!({ "email": "king-q7391@people.example" }));
    let pushes = pushes(&server, &ada.asked_by(&server), 3);
    assert_eq!(pushes[0]["corrected"], json!(["account.email"]));
    let email = "email = 'king-q7391@people.example' AND id = 1";
    assert_eq!(Systems::count(&systems.vendor(), &format!("SELECT count(*) FROM customers WHERE {email}")), 1);
    assert_eq!(
        Systems::count(
            &systems.site(),
            "SELECT count(*) FROM users WHERE mail = 'king-q7391@people.example' AND id = 1"
        ),
        1
    );
    assert_eq!(
        Systems::count(&systems.vendor(), "SELECT count(*) FROM customers WHERE email = 'bob@people.example'"),
        1
    );
    let told = server.get(&format!("/v1/requests/{}/receipt", text(&pushes[0]["id"]))).json(200)["receipt"].clone();
    assert_eq!(
        (&told["about"], &told["corrected"]["fields"]),
        (&json!({ "correction": true }), &json!(["account.email"]))
    );
    server.proves(&ada.asked_by(&server).newest("correction_pushed")["entry"]);
    assert_eq!(server.files_with("q7391"), [""; 0]);
}

#[test]
fn promise_c32_recipients_hear_of_a_correction_made_at_once_by_the_name_that_they_know() {
    let (systems, sink) = (Systems::default(), MailSink::start());
    let (address, notices) = hoster();
    let server = server(&systems, &sink, &address);
    let ada = server.ada_of_systems();
    let values = json!({ "email": "king-q7391@people.example" });
    let correction = json!({ "group": "account", "record": ada.records[0], "values": values, "source": "subject" });
    ada.post("/rectify", &correction).json(200);
    let push = pushes(&server, &ada, 1).remove(0);
    // Once more, for the first was refused; each by the address that it has, and none learns the new one from us unasked.
    let notice = notices.recv_timeout(std::time::Duration::from_secs(150)).unwrap();
    let mail = sink.wait_for(1)[0].text();
    for told in [&notice, &mail] {
        assert!(told.contains("ada-q7391@people.example") && !told.contains("king-q7391"), "{told}");
    }
    assert!(notice.contains("\"right\":\"rectification\"") && notice.contains("account.email"), "{notice}");
    let told =
        server.get(&format!("/v1/requests/{}/receipt", text(&push["id"]))).json(200)["receipt"]["recipients"].clone();
    assert_eq!((&told[0]["state"], &told[1]["state"]), (&json!("told"), &json!("told")));
    assert_eq!(told[2]["state"], "to_be_asked_separately");
    assert!(notices.try_recv().is_err() && sink.mails().len() == 1, "each of them once");
}

#[test]
fn promise_c32_recipients_are_told_by_themselves_and_the_person_sees_who_was_and_whom_to_ask() {
    let (systems, sink) = (Systems::default(), MailSink::start());
    let (address, notices) = hoster();
    let server = server(&systems, &sink, &address);
    let ada = server.ada_of_systems();
    ada.put("/restriction", &json!({})).json(200);
    let push = pushes(&server, &ada, 1).remove(0);
    // Once more, for the first was refused; with what names her there and nothing else of her.
    let notice = notices.recv_timeout(std::time::Duration::from_secs(150)).unwrap();
    assert!(
        notice.contains("webhook-signature: v1,") && notice.contains("\"value\":\"ada-q7391@people.example\""),
        "{notice}"
    );
    assert!(!notice.contains("Ada-q7391"), "{notice}");
    assert!(!sink.wait_for(1)[0].text().contains("Ada-q7391"));
    let seen: Vec<(String, usize)> = ada.get("/recipients").json(200)["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(&one["name"]).to_owned(), one["told"].as_array().unwrap().len()))
        .collect();
    assert_eq!(seen, [("lists".to_owned(), 1), ("hoster".to_owned(), 1), ("printer".to_owned(), 0)]);
    let told =
        server.get(&format!("/v1/requests/{}/receipt", text(&push["id"]))).json(200)["receipt"]["recipients"].clone();
    assert_eq!((&told[0]["state"], &told[1]["state"]), (&json!("told"), &json!("told")));
    assert_eq!(
        (&told[2]["state"], &told[2]["policy"]),
        (&json!("to_be_asked_separately"), &json!("https://printer.example/privacy"))
    );
    server.proves(&ada.newest("recipient_told")["entry"]);

    // An erasure is answered after they were told of it, while there is still a name to tell them.
    let request = server.proved_request(&ada, "erasure");
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    let notice = notices.recv_timeout(std::time::Duration::from_secs(150)).unwrap();
    assert!(notice.contains("\"right\":\"erasure\""), "{notice}");
    assert_eq!(sink.wait_for(2).len(), 2);
    ada.get("").problem(410, "subject.erased");
    assert_eq!(server.files_with("q7391"), [""; 0]);
}
