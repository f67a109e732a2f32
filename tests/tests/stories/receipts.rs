//! A consent, told in both forms after each of its states, and checked by somebody who has the file and the key.

use candor_tests::{Person, Server, ledger_check, text};
use serde_json::{Value, json};

/// What `ledger-check` says of a file: its exit code, and its answer in JSON.
fn check(server: &Server, name: &str, bytes: &[u8], key: &str) -> (Option<i32>, Value) {
    let file = server.folder().join(name);
    std::fs::write(&file, bytes).unwrap();
    let file = file.display().to_string();
    let output = ledger_check(&["--receipt", &file, "--key", key, "--json"]).output().unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

fn receipt(person: &Person, form: &str) -> Value {
    person.get(&format!("/consents/newsletter/receipt?form={form}")).json(200)
}

#[test]
fn a_consent_receipt_is_checked_offline_and_a_changed_byte_is_found() {
    let server = Server::start("assigntask");
    let account = json!({ "email": "ada-77@people.example", "name": "Ada Seven", "display_name": "Ada" });
    let ada = server.person(&[("account", account)]);
    let key = server.anonymous().get(&format!("/ledger/{}/key", server.slug())).text();
    let key = key.trim();
    ada.get("/consents/newsletter/receipt").problem(404, "consent.none");

    // Asked, and not confirmed yet: only the form that can say so tells it.
    let asked = ada.consent("given", "newsletter");
    assert_eq!(asked["state"], "unconfirmed");
    ada.get("/consents/newsletter/receipt?form=kantara").problem(409, "receipt.never_given");
    let waiting = receipt(&ada, "dpv");
    let (code, said) = check(&server, "waiting.json", waiting.to_string().as_bytes(), key);
    assert_eq!((code, &said["index"]), (Some(0), &asked["entry"]), "{said}");

    let mut kept = Vec::new();
    for (act, kind) in [("confirmed", "consent_given"), ("withdrawn", "consent_withdrawn")] {
        let choice = ada.consent(act, "newsletter");
        for form in ["dpv", "kantara"] {
            let receipt = receipt(&ada, form);
            for personal in [ada.id.as_str(), "ada-77", "Ada Seven"] {
                assert!(!receipt.to_string().contains(personal), "{receipt}");
            }
            let name = format!("{act}-{form}.json");
            let (code, said) = check(&server, &name, receipt.to_string().as_bytes(), key);
            assert_eq!((code, &said["verified"]), (Some(0), &json!(true)), "{said}");
            assert_eq!((&said["index"], text(&said["form"])), (&choice["entry"], form));
            assert_eq!((text(&said["entry"]["kind"]), &said["entry"]["at"]), (kind, &choice["at"]));
            kept.push((name, receipt));
        }
    }
    let record = &kept[2].1["receipt"]["dpv:hasRecordOfActivity"][0];
    let statuses: Vec<_> = record["dpv:hasConsentStatus"].as_array().unwrap().iter().map(|s| &s["@type"][0]).collect();
    assert_eq!(statuses, ["dpv:ConsentRequested", "dpv:ConsentGiven", "dpv:ConsentWithdrawn"]);
    let ended = text(&kept[3].1["receipt"]["services"][0]["purposes"][0]["termination"]);
    assert!(ended.starts_with("Withdrawn at "), "{ended}");

    // Each part of the file counts: what was agreed, the text, the proof, the time.
    for (name, receipt) in &kept {
        let whole = receipt.to_string().into_bytes();
        for at in (0..whole.len()).step_by(whole.len() / 12) {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            let (code, said) = check(&server, name, &changed, key);
            assert_eq!((code, &said["verified"]), (Some(1), &json!(false)), "byte {at} of {name}: {said}");
        }
    }
    let (_, mut other) = kept.remove(0);
    other["receipt"]["dpv:hasRecordOfActivity"][0]["dpv:hasProcess"][0]["dpv:hasPurpose"][0]["dct:title"] =
        "More".into();
    let (code, said) = check(&server, "other.json", other.to_string().as_bytes(), key);
    assert_eq!(
        (code, &said["messages"][0]),
        (Some(1), &json!("the receipt does not verify: it was changed after it was signed"),)
    );

    // After the erasure nothing can be asked, and what was kept still holds, as does the proof of the erasure.
    let erased = ada.post("/erase", &json!({})).json(200);
    ada.get("/consents/newsletter/receipt").problem(410, "subject.erased");
    for (name, receipt) in &kept {
        assert_eq!(check(&server, name, receipt.to_string().as_bytes(), key).0, Some(0));
    }
    let proof = server.receipt(&erased["entry"]);
    let (code, said) = check(&server, "erased.json", proof.to_string().as_bytes(), key);
    assert_eq!((code, text(&said["entry"]["kind"])), (Some(0), "erased"), "{said}");
    assert_eq!(said["entry"]["n_keys"], erased["n_keys_destroyed"]);
}
