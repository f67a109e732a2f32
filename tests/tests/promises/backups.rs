//! Where deletion isn't possible yet: backups, and what comes back from one.

use std::collections::BTreeMap;
use std::path::Path;

use candor_tests::{Client, Person, Server, Trace, said};
use serde_json::{Value, json};

const MARK: &str = "kestrel-51177";

/// A planted person of the vendor's policy, whose every value can be recognised.
fn planted(server: &Client, mark: &str) -> Person {
    let account = json!({
        "email": format!("{mark}@people.example"), "name": format!("Name {mark}"), "display_name": format!("Shown {mark}"),
    });
    let billing =
        json!({ "representative": mark, "representative_email": format!("{mark}@bills.example"), "address": mark });
    server.person(&[("account", account), ("billing", billing)])
}

fn cookies(server: &Client, person: &Person) -> Person {
    person.store_from("observed", "cookies", &json!({ "statistics": "st-9" })).json(201);
    person.consent("given", "statistics");
    person.asked_by(server)
}

fn statistics(person: &Person) -> candor_tests::Reply {
    person.read("statistics", &["cookies.statistics"])
}

#[test]
fn promise_c41_a_restore_applies_every_later_erasure_and_withdrawal_before_it_serves() {
    let mut server = Server::start("assigntask");
    server.switch("cookies", true);
    let (ada, bob, eve) = (planted(&server, MARK), planted(&server, "bob"), planted(&server, "eve"));
    let (bob, eve) = (cookies(&server, &bob), cookies(&server, &eve));
    let backups = server.backups();
    let backup = backups.back_up();
    // The later facts: one person is erased, one takes consent back, one objects, declines and is restricted.
    let erased = ada.post("/erase", &json!({})).json(200);
    let withdrawn = bob.consent("withdrawn", "statistics");
    eve.put("/restriction", &json!({})).json(200);
    let old_checkpoint = server.folder().join("checkpoint-seen");
    std::fs::write(&old_checkpoint, server.get("/ledger/assigntask/checkpoint").bytes).unwrap();

    // Not while the old server writes the ledger, and not without the ledger.
    let (data, into) = (server.folder().join("data"), server.folder().join("restored"));
    let ledger = data.display().to_string();
    let refused = backups.restore(&backup, &into, &["--ledger", &ledger], 2);
    assert!(refused.contains("stop that server"), "{refused}");
    server.tell_to_stop();
    assert!(server.ends_well());
    let refused = backups.restore(&backup, &into, &[], 2);
    assert!(refused.contains("--ledger") && !into.exists(), "{refused}");
    backups.restore(&backup, &into, &["--ledger", &ledger], 0);

    // The first answer of the restored server knows them all.
    let restored = backups.serve(&into, &server);
    let (ada, bob, eve) = (ada.asked_by(&restored), bob.asked_by(&restored), eve.asked_by(&restored));
    ada.get("").problem(410, "subject.erased");
    assert_eq!(trace().in_folder(&into), [""; 0]);
    statistics(&bob).refused("basis.consent_missing");
    assert_eq!(bob.read("service", &["account.name"]).granted().len(), 1, "the rest of the backup is back");
    eve.read("service", &["account.name"]).refused("restriction");
    assert_eq!(bob.newest("consent_withdrawn")["entry"], withdrawn["entry"]);

    // The ledger is the one that auditors know, and says that there was a restore.
    let checked = candor_tests::ledger_check(&[
        &format!("http://{}/ledger/assigntask", restored.address()),
        "--key",
        restored.get("/ledger/assigntask/key").text().trim(),
        "--old-checkpoint",
        &old_checkpoint.display().to_string(),
    ]);
    let report = said({ checked }.output().unwrap(), 0);
    assert!(report.contains("1 restored"), "{report}");
    let receipt = restored.get(&format!("/ledger/assigntask/receipts/{}", erased["entry"])).json(200);
    assert!(receipt["entry"].is_string(), "{receipt}");
}

#[test]
fn promise_a06_a_backup_from_before_an_erasure_gives_nothing_of_the_erased_person() {
    let server = Server::start("assigntask");
    let (ada, bob) = (planted(&server, MARK), planted(&server, "bob"));
    let backups = server.backups();
    let backup = backups.back_up();
    assert_eq!(trace().in_folder(backups.folder()), [""; 0], "a backup holds no value in the clear");
    let old_keys = std::fs::read(backups.keys()).unwrap();

    // Erased, and the key file refreshed; the data file from before is still there, and so is the root key.
    ada.post("/erase", &json!({})).json(200);
    backups.refresh();
    assert_ne!(std::fs::read(backups.keys()).unwrap(), old_keys);
    let into = server.folder().join("beside");
    let ledger = backups.ledger().display().to_string();
    backups.restore(&backup, &into, &["--ledger", &ledger], 0);
    let beside = backups.serve(&into, &server);
    ada.asked_by(&beside).get("").problem(410, "subject.erased");
    let found = json!({ "purpose": "service", "field": "account.email", "value": format!("{MARK}@people.example") });
    assert_eq!(beside.post("/v1/subjects/find", &found).json(200), json!({ "subject": null }));
    assert_eq!(values(&bob.asked_by(&beside))["account.name"], "Name bob");
    drop(beside);

    // Even taken without the ledger nobody can be read who has no key any more.
    let doubtful = server.folder().join("doubtful");
    let told = backups.restore(&backup, &doubtful, &["--danger-without-later-ledger"], 0);
    assert!(told.contains("1 had no key"), "{told}");
    let beside = backups.serve(&doubtful, &server);
    ada.asked_by(&beside).get("").problem(410, "subject.erased");
    drop(beside);
    for folder in [&into, &doubtful, &backups.folder().to_path_buf()] {
        assert_eq!(trace().in_folder(folder), [""; 0], "{}", folder.display());
    }
}

/// What to look for: the mark, and every value that it was planted in.
fn trace() -> Trace {
    let values = ["{}@people.example", "Name {}", "Shown {}", "{}", "{}@bills.example"];
    Trace::of(MARK, &values.map(|value| value.replace("{}", MARK)))
}

fn values(person: &Person) -> BTreeMap<String, Value> {
    person.read("service", &["account.name"]).values()
}

#[test]
fn a_backup_that_was_changed_or_cut_off_is_refused_and_leaves_nothing() {
    let mut server = Server::start("assigntask");
    planted(&server, "bob");
    let backups = server.backups();
    let backup = backups.back_up();
    server.tell_to_stop();
    assert!(server.ends_well());
    let into = server.folder().join("restored");
    let ledger = backups.ledger().display().to_string();
    let refused = |file: &Path, change: &dyn Fn(&mut Vec<u8>)| {
        let whole = std::fs::read(file).unwrap();
        let mut changed = whole.clone();
        change(&mut changed);
        std::fs::write(file, &changed).unwrap();
        let output = candor_tests::candor(&["restore"])
            .arg(&backup)
            .args(["--ledger", &ledger, "--data-dir"])
            .arg(&into)
            .arg("--key-file")
            .arg(server.folder().join("root.key"))
            .output()
            .unwrap();
        assert!(matches!(output.status.code(), Some(2 | 3)), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(!into.exists() && !into.with_extension("restoring").exists());
        assert!(!into.with_extension("restoring.ledger").exists());
        std::fs::write(file, &whole).unwrap();
    };
    for file in [backup.join("data.db"), backup.join("manifest.json"), backups.keys()] {
        refused(&file, &|bytes| bytes.truncate(bytes.len() / 2));
        refused(&file, &|bytes| {
            let at = bytes.len() / 2;
            bytes[at] ^= 1;
        });
    }
    backups.restore(&backup, &into, &["--ledger", &ledger], 0);

    // Another store's backup does not replace this one's key file.
    let other = Server::start("assigntask");
    let before = std::fs::read(backups.keys()).unwrap();
    let keys = backups.keys().display().to_string();
    let told = said(other.backups().run(&["backup", "--keys", &keys], &[other.backups().folder()]), 3);
    assert!(told.contains("cannot replace the key file"), "{told}");
    assert_eq!(std::fs::read(backups.keys()).unwrap(), before);
}
