//! What was acknowledged survives a kill, and the ledger verifies from outside.

use std::sync::mpsc;

use candor_tests::{Server, ledger_check, text};
use serde_json::{Value, json};

#[test]
fn what_was_acknowledged_is_there_after_a_kill_and_the_ledger_verifies() {
    let mut server = Server::start("assigntask");
    server.switch("cookies", true);
    let ada = server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))]);
    ada.store_from("observed", "cookies", &json!({ "statistics": "st-9" })).json(201);
    ada.consent("given", "statistics");
    assert_eq!(ada.read("statistics", &["cookies.statistics"]).granted().len(), 1);
    let note = server.folder().join("checkpoint-before");
    std::fs::write(&note, server.get("/ledger/assigntask/checkpoint").bytes).unwrap();

    // Others write all the time, so that the kill falls into the midst of it.
    let (acknowledge, acknowledged) = mpsc::channel::<Value>();
    let writer = {
        let (caller, address) = (server.with_key(server.presented()), ada.at("/records"));
        std::thread::spawn(move || {
            for at in 0.. {
                let record = json!({ "group": "feedback", "values": { "message": format!("note {at}") } });
                let Some(reply) = caller.try_post(&address, &record) else { return };
                if reply.status == 201 {
                    acknowledge.send(reply.json(201)["record"].clone()).unwrap();
                }
            }
        })
    };
    let mut written: Vec<Value> = (0..20).map(|_| acknowledged.recv().unwrap()).collect();
    let withdrawn = ada.consent("withdrawn", "statistics");
    let last = ada.store("feedback", &json!({ "message": "the last word" })).json(201);
    server.kill_and_restart();
    writer.join().unwrap();
    written.extend(acknowledged.try_iter());

    // Withdrawn is withdrawn, written is written, down to the last acknowledged one.
    let ada = ada.asked_by(&server);
    ada.read("statistics", &["cookies.statistics"]).refused("basis.consent_missing");
    assert_eq!(ada.newest("consent_withdrawn")["entry"], withdrawn["entry"]);
    let question = json!({ "purpose": "support", "fields": ["feedback.message"], "record": last["record"] });
    assert_eq!(ada.ask(&question).values()["feedback.message"], "the last word");
    for record in &written {
        let question = json!({ "purpose": "support", "fields": ["feedback.message"], "record": record });
        assert!(text(&ada.ask(&question).values()["feedback.message"]).starts_with("note "));
    }
    server.proves(&withdrawn["entry"]);

    // The whole ledger verifies over the network, and continues the one from before.
    let ledger = format!("http://{}/ledger/assigntask", server.address());
    let key = server.get("/ledger/assigntask/key").text();
    let note = note.display().to_string();
    let checked = ledger_check(&[&ledger, "--key", key.trim(), "--old-checkpoint", &note, "--json"]).output().unwrap();
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert_eq!(checked.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&checked.stderr));

    // A checkpoint of another ledger is not its past, and another's key does not vouch for it.
    let other = Server::start("assigntask");
    let foreign = server.folder().join("checkpoint-foreign");
    std::fs::write(&foreign, other.get("/ledger/assigntask/checkpoint").bytes).unwrap();
    let foreign = foreign.display().to_string();
    let checked = ledger_check(&[&ledger, "--key", key.trim(), "--old-checkpoint", &foreign]).output().unwrap();
    assert_eq!(checked.status.code(), Some(1));
    let foreign = other.get("/ledger/assigntask/key").text();
    let checked = ledger_check(&[&ledger, "--key", foreign.trim()]).output().unwrap();
    assert_eq!(checked.status.code(), Some(1));
}
