//! Somebody who holds the database and the keys rewrites the ledger: whoever kept one old checkpoint finds out.

use std::path::{Path, PathBuf};

use candor_ledger::{
    Appender, Checkpoint, ConsistencyProof, Entry, EntryBody, VerifierKey, split_bundle, verify_consistency,
};
use candor_tests::{Client, Server, ledger_check};
use rusqlite::{Connection, params};
use serde_json::json;

const TENANT: &str = "crash";

/// Every entry of the ledger in the database of a stopped server, which has not filled a bundle yet.
fn entries_of(database: &Connection) -> Vec<Vec<u8>> {
    let mut pieces = database.prepare("SELECT entries FROM ledger_tail ORDER BY entry").unwrap();
    let pieces = pieces.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let pieces: Vec<Vec<u8>> = pieces.map(Result::unwrap).collect();
    pieces.iter().flat_map(|piece| split_bundle(piece).unwrap()).map(<[u8]>::to_vec).collect()
}

/// Puts other entries in their place, with their hashes, and no checkpoint, so that the server signs a new one.
fn rewrite(database: &Connection, entries: &[Vec<u8>]) {
    for table in ["ledger_tail", "tiles", "checkpoints"] {
        database.execute(&format!("DELETE FROM {table}"), []).unwrap();
    }
    let appended = Appender::new().append(entries).unwrap();
    let ([tile], [bundle]) = (&appended.tiles[..], &appended.bundles[..]) else { panic!("less than a bundle") };
    let sql = "INSERT INTO ledger_tail (tenant, entry, hashes, entries) VALUES (1, 0, ?1, ?2)";
    database.execute(sql, params![tile.hashes, bundle.bytes]).unwrap();
    database.execute("UPDATE ledgers SET size = ?1", [entries.len() as i64]).unwrap();
}

fn checkpoint(client: &Client) -> Vec<u8> {
    let reply = client.anonymous().get(&format!("/ledger/{TENANT}/checkpoint"));
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.bytes
}

fn key(client: &Client) -> String {
    client.anonymous().get(&format!("/ledger/{TENANT}/key")).text().trim().to_owned()
}

/// What an auditor's tool says of the served ledger, with or without a checkpoint that was kept.
fn audited(client: &Client, key: &str, kept: Option<&Path>) -> (bool, String) {
    let ledger = format!("http://{}/ledger/{TENANT}", client.address());
    let kept = kept.map(|kept| kept.display().to_string());
    let mut args = vec![ledger.as_str(), "--key", key];
    if let Some(kept) = &kept {
        args.extend(["--old-checkpoint", kept.as_str()]);
    }
    let output = ledger_check(&args).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn kept_in(server: &Server, note: &[u8]) -> PathBuf {
    let file = server.folder().join("checkpoint-kept");
    std::fs::write(&file, note).unwrap();
    file
}

fn stop(server: &mut Server) -> Connection {
    server.tell_to_stop();
    assert!(server.ends_well());
    Connection::open(server.folder().join("data/candor.db")).unwrap()
}

#[test]
fn a_ledger_rewritten_with_the_keys_in_hand_is_caught_by_one_old_checkpoint() {
    let mut server = Server::start_policy("tests/crash/crash.candor");
    let ada = server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))]);
    ada.consent("given", "letters");
    let withdrawn = ada.consent("withdrawn", "letters");
    let read = json!({ "subject": ada.id, "question": { "purpose": "service", "fields": ["account.name"] } });
    server.post("/v1/reads", &json!({ "questions": vec![read; 150] })).json(200);
    let (key, old) = (key(&server), checkpoint(&server));
    let kept = kept_in(&server, &old);
    let receipt = server.receipt(&withdrawn["entry"]);
    ada.consent("given", "letters");
    assert!(audited(&server, &key, Some(&kept)).0);

    // The withdrawal becomes a consent, and the whole tree is made anew over it.
    let database = stop(&mut server);
    let mut entries = entries_of(&database);
    let at = withdrawn["entry"].as_u64().unwrap() as usize;
    let mut entry = Entry::decode(&entries[at]).unwrap();
    let EntryBody::ConsentWithdrawn { purpose, text } = entry.body else { panic!("{entry:?}") };
    entry.body = EntryBody::ConsentGiven { purpose, text };
    entries[at] = entry.to_bytes();
    rewrite(&database, &entries);
    drop(database);
    server.start_again();

    // In itself the forgery is without fault, signed by the true key; so it goes on being served and written.
    let (verified, said) = audited(&server, &key, None);
    assert!(verified, "{said}");
    ada.asked_by(&server).read("service", &["account.name"]).json(200);

    // Whoever kept a checkpoint is told how much of what it signs is not there any more.
    let before = Checkpoint::open(&old, &VerifierKey::parse(&key).unwrap()).unwrap();
    let (verified, said) = audited(&server, &key, Some(&kept));
    assert!(
        !verified && said.contains(&format!("history was rewritten: the first `{}` entries", before.size)),
        "{said}"
    );

    // Nor can a proof be had that the new ledger continues the old one.
    let after = Checkpoint::open(&checkpoint(&server), &VerifierKey::parse(&key).unwrap()).unwrap();
    let asked = format!("/ledger/{TENANT}/consistency?from={}&to={}", before.size, after.size);
    let proof: ConsistencyProof = serde_json::from_value(server.anonymous().get(&asked).json(200)).unwrap();
    verify_consistency(&proof, &before.root, &after.root).unwrap_err();
    // And the receipt that Ada kept still proves what was signed then: the ledger tells another thing of that entry now.
    assert!(server.verify(&receipt).0);
    assert_ne!(server.receipt(&withdrawn["entry"])["entry"], receipt["entry"]);
}

#[test]
fn two_views_of_one_ledger_are_shown_as_a_fork() {
    let mut server = Server::start_policy("tests/crash/crash.candor");
    let ada = server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))]);
    ada.consent("given", "letters");
    let (key, common) = (key(&server), kept_in(&server, &checkpoint(&server)));

    // From here on there are two: one is shown to the auditor, one to everybody else.
    drop(stop(&mut server));
    let database = server.folder().join("data/candor.db");
    let aside = server.folder().join("aside.db");
    std::fs::copy(&database, &aside).unwrap();
    server.start_again();
    ada.asked_by(&server).consent("withdrawn", "letters");
    let shown_to_others = server.folder().join("checkpoint-of-others");
    std::fs::write(&shown_to_others, checkpoint(&server)).unwrap();
    assert!(audited(&server, &key, Some(&common)).0);
    drop(stop(&mut server));
    std::fs::copy(&aside, &database).unwrap();
    server.start_again();
    ada.asked_by(&server).consent("refused", "letters");

    // Each continues what was before and is sound; the two checkpoints side by side are not.
    assert!(audited(&server, &key, Some(&common)).0);
    let (verified, said) = audited(&server, &key, Some(&shown_to_others));
    assert!(!verified && said.contains("the log was forked: of `"), "{said}");
}
