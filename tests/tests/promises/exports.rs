//! Give it back: the copy that a person is given, whole, readable, and checkable by whoever receives it.

use std::io::{Cursor, Write};

use candor_tests::{Server, exported, ledger_check, parts, text};
use serde_json::json;
use zip::write::SimpleFileOptions;

#[test]
fn promise_c30_a_copy_is_one_signed_archive_of_json_and_csv() {
    let server = Server::start("assigntask");
    let content = json!({ "summary": "my own words", "description": "d", "comment": "c", "file": "f", "project": "p" });
    let ada = server
        .person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" })), ("content", content.clone())]);
    let bob = server.person(&[("account", json!({ "email": "bob@engines.example", "name": "Bob-q5150" }))]);
    // What others wrote about her is not under her sole control.
    ada.store_from("linked:calendar", "contacts", &json!({ "contact_name": "Bob-q5150", "event": "tea" })).json(201);

    let reply = ada.post("/export?kind=portability", &json!({}));
    assert_eq!(reply.header("content-type"), Some("application/zip"));
    assert_eq!(reply.header("content-length"), None, "it is sent while it is made");
    let archive = reply.archive();
    let given = exported(&archive);
    assert_eq!(
        (&given["account.email"], &given["content.summary"]),
        (&json!("ada@engines.example"), &json!("my own words"))
    );
    let sheet: Vec<&str> = archive["content.csv"].lines().collect();
    assert!(sheet.len() == 2 && sheet[0].contains("summary") && sheet[1].contains("my own words"), "{sheet:?}");
    for (name, file) in &archive {
        assert!(!file.contains("q5150") && !file.contains(&bob.id), "{name}: {file}");
    }

    // The list names each file, and the ledger keeps the digest of what was said.
    let listed: Vec<&str> =
        archive["SHA256SUMS"].lines().filter_map(|line| line.split_once("  ")).map(|(_, name)| name).collect();
    let mut files: Vec<&str> = archive.keys().map(String::as_str).collect();
    files.retain(|name| !name.starts_with("SHA256SUMS"));
    assert_eq!(listed, files);
    let end = parts(&archive).pop().unwrap();
    server.proves(&end["entry"]);

    // It verifies offline with the tenant's key alone, and with no other.
    let key = server.anonymous().get(&format!("/ledger/{}/key", server.slug())).text();
    let (verified, said) = checked(&server, "whole", &reply.bytes, key.trim());
    assert!(verified, "{said}");
    let other = Server::start("asign2");
    let foreign = other.anonymous().get(&format!("/ledger/{}/key", other.slug())).text();
    assert!(!checked(&server, "foreign", &reply.bytes, foreign.trim()).0);

    // A file that was changed, added or left out is named.
    type Change = fn(&str, &str) -> Option<String>;
    let changes: [(&str, Change, &str); 4] = [
        (
            "changed",
            |name, file| Some(if name == "account.csv" { file.replace("Ada", "Eve") } else { file.to_owned() }),
            "`account.csv` was changed",
        ),
        ("missing", |name, file| (name != "content.csv").then(|| file.to_owned()), "`content.csv` is missing"),
        ("unsigned", |name, file| (name != "SHA256SUMS.note").then(|| file.to_owned()), "no signed export"),
        (
            "relisted",
            |name, file| Some(if name == "SHA256SUMS" { String::new() } else { file.to_owned() }),
            "not the one that was signed",
        ),
    ];
    for (name, change, fault) in changes {
        let changed = archive.iter().filter_map(|(name, file)| Some((name.as_str(), change(name, file)?)));
        let (verified, said) = checked(&server, name, &zipped(changed), key.trim());
        assert!(!verified && said.contains(fault), "{name}: {said}");
    }
    let added = archive.iter().map(|(name, file)| (name.as_str(), file.clone())).chain([("extra.csv", "x".to_owned())]);
    let (verified, said) = checked(&server, "added", &zipped(added), key.trim());
    assert!(!verified && said.contains("`extra.csv` is not among"), "{said}");

    // No copy of it stays behind.
    let summary = text(&given["content.summary"]);
    let left: Vec<String> = server.files_with(summary);
    assert_eq!(left, [""; 0]);
}

#[test]
fn promise_c30_a_large_copy_is_signed_whole_too() {
    let server = Server::start("assigntask");
    let ada = server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))]);
    let long = "words ".repeat(2_000);
    // More than the sheets may hold at once: the archive continues in a folder of its own.
    for at in 0..400 {
        let message = format!("{at} {long}");
        ada.store("feedback", &json!({ "message": message })).json(201);
    }
    let reply = ada.post("/export?kind=access", &json!({}));
    let archive = reply.archive();
    assert!(archive.contains_key("part-2/export.json"), "{:?}", archive.keys());
    assert!(archive["SHA256SUMS"].contains("  part-2/feedback.csv\n"), "{}", archive["SHA256SUMS"]);
    let key = server.anonymous().get(&format!("/ledger/{}/key", server.slug())).text();
    let (verified, said) = checked(&server, "large", &reply.bytes, key.trim());
    assert!(verified, "{said}");
}

/// What `ledger-check` says of an archive.
fn checked(server: &Server, name: &str, archive: &[u8], key: &str) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("{name}.zip"));
    std::fs::write(&file, archive).unwrap();
    assert!(!file.starts_with(server.folder()));
    let output = ledger_check(&["--export", &file.display().to_string(), "--key", key]).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn zipped<'a>(files: impl Iterator<Item = (&'a str, String)>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, file) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(file.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
