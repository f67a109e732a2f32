//! The commands tell denied from bad input, and bad input makes nothing.

use candor_tests::{Server, candor, ledger_check};
use serde_json::Value;

const POLICIES: [&str; 5] = ["asign2", "miniorange-cloud", "assigntask", "miniorange-plugins", "plugin-vendor"];

fn exits(args: &[&str]) -> Option<i32> {
    candor(args).output().unwrap().status.code()
}

#[test]
fn check_ends_with_0_for_good_policies_and_2_for_bad_ones() {
    for policy in POLICIES {
        assert_eq!(exits(&["check", &format!("policies/{policy}")]), Some(0), "{policy}");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.candor");
    std::fs::write(&file, "policy \"P\", version 1.0\ndata d \"D\" {\n    e \"E\": EmailAddress\n}\npurpose p \"P\" is Marketing {\n    uses d\n}\n").unwrap();
    let bad = file.display().to_string();
    let output = candor(&["check", &bad]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    // Every error at once, each with its code and a mark below the words.
    for part in ["purpose-without-basis", "controller-missing", "law-missing", "^"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(exits(&["check", "policies/asign2", &bad]), Some(2), "one bad policy among good ones");
    assert_eq!(exits(&["check", "no/such/policy"]), Some(2));
    std::fs::write(&file, b"policy \"\xff\"\n").unwrap();
    assert_eq!(exits(&["check", &bad]), Some(2), "bad UTF-8");
    std::fs::write(&file, "{".repeat(100_000)).unwrap();
    assert_eq!(exits(&["check", &bad]), Some(2), "deep nesting");
    assert_eq!(exits(&["check"]), Some(2), "usage");
}

#[test]
fn explain_ends_with_0_when_allowed_1_when_denied_and_2_for_bad_input() {
    let explain = |args: &[&str]| exits(&[&["explain", "policies/assigntask"], args].concat());
    let newsletter = ["--purpose", "newsletter", "--field", "account.email"];
    assert_eq!(explain(&["--purpose", "service", "--field", "account.email"]), Some(0));
    assert_eq!(explain(&newsletter), Some(1));
    assert_eq!(explain(&[&newsletter[..], &["--consented"]].concat()), Some(0));
    assert_eq!(explain(&[&newsletter[..], &["--consented", "--objected"]].concat()), Some(1));
    assert_eq!(explain(&["--purpose", "service", "--field", "account.email", "--no-contract"]), Some(1));
    assert_eq!(explain(&["--purpose", "billing", "--field", "billing.card", "--recipient", "payments"]), Some(1));
    assert_eq!(explain(&["--purpose", "service"]), Some(2));
    assert_eq!(exits(&["explain", "no/such/policy", "--purpose", "p", "--field", "f"]), Some(2));

    let output =
        candor(&["explain", "policies/assigntask", "--purpose", "newsletter", "--field", "account.email", "--json"]);
    let output = { output }.output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&answer["allowed"], answer["code"].as_str()), (&Value::from(false), Some("basis.consent_missing")));
}

#[test]
fn a_policy_with_errors_is_not_served_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(at("bad.candor"), "policy \"P\", version 1.0\n").unwrap();
    let (data, key) = (at("data"), at("root.key"));
    let serve = |policies: &[&str], listen: &str| {
        exits(&[&["serve"], policies, &["--data-dir", &data, "--key-file", &key, "--listen", listen]].concat())
    };
    assert_eq!(serve(&["policies/asign2", &at("bad.candor")], "127.0.0.1:0"), Some(2));
    assert_eq!(serve(&["policies/asign2"], "0.0.0.0:0"), Some(2), "beyond this machine only with TLS");
    assert!(!folder.path().join("data").exists() && !folder.path().join("root.key").exists());
}

#[test]
fn ledger_check_ends_with_0_verified_1_forged_and_2_unasked() {
    let server = Server::start("asign2");
    let checks = |args: &[&str]| ledger_check(args).output().unwrap().status.code();
    let ledger = format!("http://{}/ledger/asign2", server.address());
    assert_eq!(checks(&[&ledger]), Some(0));
    assert_eq!(checks(&[&format!("http://{}/ledger/nobody", server.address())]), Some(2));
    assert_eq!(checks(&["no/such/folder"]), Some(2));
    assert_eq!(checks(&[]), Some(2));
    let mut forged = server.receipt(&Value::from(0));
    assert!(server.verify(&forged).0);
    forged["index"] = Value::from(1);
    let (verified, said) = server.verify(&forged);
    assert!(!verified, "{said}");
}
