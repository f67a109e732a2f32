//! `candor retention`: over a folder that no server holds, and over a server that runs.

use candor_tests::{Lived, candor};
use candor_words::SpanUnit;
use serde_json::{Value, json};

#[test]
fn a_dry_run_says_what_would_go_and_why_and_a_run_does_it() {
    let sign_in = json!({ "at": "2026-10-01T08:00:00Z", "action": "in", "resource": "site 1" });
    let (lived, (ada, held)) = Lived::since(31, "plugin-vendor", async |past| {
        let ada = past.person(&[("sign_in", "observed", sign_in.clone())]).await;
        let held = past.person(&[("sign_in", "observed", sign_in.clone())]).await;
        past.vault.place_hold(&past.admin, held, "case 17", None).await.unwrap();
        past.pass(2, SpanUnit::Day);
        past.person(&[("sign_in", "observed", sign_in.clone())]).await;
        (ada, held)
    });
    let data = lived.folder().join("data").display().to_string();
    let key_file = lived.folder().join("root.key").display().to_string();
    let here = |more: &[&str]| {
        let output = candor(&[&["retention", "--data-dir", &data, "--key-file", &key_file], more].concat()).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for _ in 0..2 {
        let said = here(&["--dry-run"]);
        let rule = "keep sign_in until 30 days after created, then erase within 1 day";
        let parts = ["plugin-vendor", rule, &ada.to_string(), "ground `case 17`", &held.to_string(), "next due: 20"];
        for part in parts {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
    let told: Value = serde_json::from_str(&here(&["--dry-run", "--json", "--tenant", "plugin-vendor"])).unwrap();
    assert_eq!(told["retention"]["outcomes"][0]["n_values"], 3, "{told}");
    let told: Value = serde_json::from_str(&here(&["--json"])).unwrap();
    assert_eq!((&told["retention"]["n_values_erased"], &told["retention"]["n_held"]), (&json!(3), &json!(1)), "{told}");

    // The hold is still told the day after; over a server, by an administrator's key.
    let server = lived.start();
    let address = format!("http://{}", server.address());
    let asked = |key: &str, more: &[&str]| {
        let mut command = candor(&[&["retention", "--server", &address], more].concat());
        let output = command.env("CANDOR_API_KEY", key).output().unwrap();
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let (code, said) = asked(server.presented(), &["--dry-run"]);
    assert!(code == Some(0) && said.contains("nothing would go") && said.contains("case 17"), "{said}");
    let (code, said) = asked(server.presented(), &[]);
    assert!(code == Some(0) && said.contains("left 0"), "{said}");
    let reader = server.key(&json!({ "label": "reader", "scopes": ["read"] }));
    let (code, said) = asked(reader.presented(), &[]);
    assert!(code == Some(3) && said.contains("key.scope_missing"), "{said}");

    // While the server holds the folder, the command says whom to ask.
    let output = candor(&["retention", "--data-dir", &data, "--key-file", &key_file]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(3) && said.contains("--server"), "{said}");
}
