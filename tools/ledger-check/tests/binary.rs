//! The built binary over logs in folders: sound ones, and each kind of tampering.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use candor_ledger::{
    Appender, CheckpointSigner, ConsentReceipt, Digest, Entry, EntryBody, ExportSums, Receipt, inclusion_proof,
    tile_path,
};
use candor_words::{Instant, Secret, SubjectRef};
use tempfile::TempDir;

const ORIGIN: &str = "ledger.candor.example/test";

struct Answer {
    code: i32,
    out: String,
    err: String,
}

fn ledger_check(args: &[&str]) -> Answer {
    let output = Command::new(env!("CARGO_BIN_EXE_ledger-check")).args(args).output().unwrap();
    Answer {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn signer() -> CheckpointSigner {
    CheckpointSigner::new(ORIGIN, &Secret::new([7; 32])).unwrap()
}

fn key() -> String {
    signer().verifier_key().to_string()
}

fn entries(n: usize) -> Vec<Vec<u8>> {
    let entry = |n: usize| Entry {
        at: Instant::from_millis(1_795_000_000_000 + n as i64),
        subject: Some(SubjectRef::from_bytes([n as u8; 16])),
        actor: None,
        plan: Digest::of(b"plan"),
        body: if n.is_multiple_of(10) {
            EntryBody::SubjectCreated
        } else {
            EntryBody::StaffAccess { reason: n as u16 }
        },
    };
    (0..n).map(|n| entry(n).to_bytes()).collect()
}

/// Writes a signed log into a new folder, with its key beside it.
fn log_of(entries: &[Vec<u8>]) -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut appender = Appender::new();
    for (path, bytes) in appender.append(entries).unwrap().files() {
        write(folder.path(), &path, bytes);
    }
    write(folder.path(), "checkpoint", signer().sign(appender.size(), appender.root()).as_bytes());
    write(folder.path(), "key", format!("{}\n", key()).as_bytes());
    folder
}

fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

fn edit(folder: &TempDir, path: &str, change: impl Fn(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(folder.path().join(path)).unwrap();
    change(&mut bytes);
    write(folder.path(), path, &bytes);
}

/// Checks a log that must not verify, and that the answer says `expected`.
fn refused(folder: &TempDir, expected: &str) {
    let answer = ledger_check(&[folder.path().to_str().unwrap(), "--key", &key()]);
    assert_eq!(answer.code, 1, "{}{}", answer.out, answer.err);
    assert!(answer.out.contains(expected), "{}", answer.out);
    assert!(answer.out.ends_with("DOES NOT VERIFY\n"));
}

#[test]
fn a_sound_log_verifies() {
    let folder = log_of(&entries(700));
    let answer = ledger_check(&[folder.path().to_str().unwrap(), "--key", &key()]);
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    assert!(answer.out.contains("entries   700 of 700 read"), "{}", answer.out);
    assert!(answer.out.contains("70 subject_created") && answer.out.contains("630 staff_access"));
    assert!(answer.out.ends_with("\nverified\n"));
}

#[test]
fn the_report_is_also_json() {
    let folder = log_of(&entries(700));
    let answer = ledger_check(&[folder.path().to_str().unwrap(), "--key", &key(), "--json"]);
    let report: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(report["verified"], true);
    assert_eq!(report["report"]["n_entries"], 700);
    assert_eq!(report["report"]["n_by_kind"]["staff_access"], 630);
}

#[test]
fn a_key_from_the_log_itself_is_warned_of() {
    let folder = log_of(&entries(3));
    let answer = ledger_check(&[folder.path().to_str().unwrap()]);
    assert_eq!(answer.code, 0);
    assert!(answer.err.contains("the key came from the log itself"));
    let file = folder.path().join("key");
    let answer = ledger_check(&[folder.path().to_str().unwrap(), "--key-file", file.to_str().unwrap()]);
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
}

#[test]
fn a_changed_entry_is_refused() {
    let folder = log_of(&entries(700));
    edit(&folder, "tile/entries/000", |bytes| bytes[2 + 5] ^= 1);
    refused(&folder, "`tile/0/000` differs at hash `0`, which covers entries `0` to `0`");
}

#[test]
fn a_removed_last_entry_is_refused() {
    let folder = log_of(&entries(700));
    edit(&folder, "tile/entries/002.p/188", |bytes| bytes.truncate(bytes.len() - (2 + entries(2)[1].len())));
    refused(&folder, "holds `187` entries where the checkpoint says `188`");
}

#[test]
fn a_cut_bundle_is_refused() {
    let folder = log_of(&entries(700));
    edit(&folder, "tile/entries/001", |bytes| bytes.truncate(bytes.len() - 1));
    refused(&folder, "`tile/entries/001` is damaged");
}

#[test]
fn a_changed_tile_is_refused() {
    let folder = log_of(&entries(700));
    edit(&folder, "tile/1/000.p/2", |bytes| bytes[40] ^= 1);
    refused(&folder, "`tile/1/000.p/2` differs at hash `1`, which covers entries `256` to `511`");
}

#[test]
fn a_missing_file_is_refused() {
    let folder = log_of(&entries(700));
    std::fs::remove_file(folder.path().join("tile/entries/001")).unwrap();
    refused(&folder, "`tile/entries/001` is missing");
}

#[test]
fn a_file_beyond_its_bound_is_refused() {
    let folder = log_of(&entries(700));
    edit(&folder, "tile/0/000", |bytes| bytes.push(0));
    refused(&folder, "`tile/0/000` cannot be read: it is longer than `8192` bytes");
}

#[test]
fn a_checkpoint_that_was_changed_is_refused() {
    let folder = log_of(&entries(700));
    edit(&folder, "checkpoint", |bytes| {
        *bytes = String::from_utf8(bytes.clone()).unwrap().replace("\n700\n", "\n699\n").into_bytes();
    });
    refused(&folder, "the signature in the key's name is wrong");
}

#[test]
fn a_log_of_another_signer_is_refused() {
    let folder = log_of(&entries(7));
    let stranger = CheckpointSigner::new(ORIGIN, &Secret::new([8; 32])).unwrap();
    edit(&folder, "checkpoint", |bytes| *bytes = stranger.sign(7, Digest::of(b"")).into_bytes());
    refused(&folder, "the key has not signed it");
}

#[test]
fn a_rewritten_log_is_caught_by_an_old_checkpoint() {
    let old = log_of(&entries(300));
    let grown = log_of(&entries(700));
    let mut changed = entries(700);
    changed[17].clone_from(&entries(19)[18]);
    let forked = log_of(&changed);
    let kept = old.path().join("checkpoint");
    let ask = |folder: &TempDir| {
        ledger_check(&[folder.path().to_str().unwrap(), "--key", &key(), "--old-checkpoint", kept.to_str().unwrap()])
    };
    let answer = ask(&grown);
    assert_eq!(answer.code, 0, "{}", answer.out);
    assert!(answer.out.contains("compared with an old checkpoint of 300 entries"));
    let answer = ask(&forked);
    assert_eq!(answer.code, 1);
    assert!(answer.out.contains("history was rewritten: the first `300` entries"), "{}", answer.out);
    let answer = ask(&log_of(&entries(200)));
    assert_eq!(answer.code, 1);
    assert!(answer.out.contains("the log has shrunk"), "{}", answer.out);
}

#[test]
fn a_receipt_verifies_until_it_is_changed() {
    let entries = entries(700);
    let log = log_of(&entries);
    let tiles = |level: u8, index: u64, width: u16| std::fs::read(log.path().join(tile_path(level, index, width))).ok();
    let checkpoint = std::fs::read_to_string(log.path().join("checkpoint")).unwrap();
    let receipt = Receipt::new(&entries[444], inclusion_proof(&tiles, 444, 700).unwrap(), &checkpoint).to_json();
    write(log.path(), "receipt.json", receipt.as_bytes());
    let file = log.path().join("receipt.json");
    let ask = |args: &[&str]| ledger_check(&[&["--receipt", file.to_str().unwrap()], args].concat());

    let answer = ask(&["--key", &key()]);
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    assert!(answer.out.contains("index     444") && answer.out.contains("staff_access"));
    assert_eq!(ask(&[]).code, 2, "a receipt cannot vouch for itself");

    edit(&log, "receipt.json", |bytes| {
        *bytes = String::from_utf8(bytes.clone()).unwrap().replace("\"index\":444", "\"index\":445").into_bytes();
    });
    let answer = ask(&["--key", &key(), "--json"]);
    assert_eq!(answer.code, 1);
    assert!(answer.out.contains("its entry is not in the log of its checkpoint"), "{}", answer.out);
}

#[test]
fn a_consent_receipt_verifies_until_a_word_of_it_is_changed() {
    let body = EntryBody::ConsentGiven { purpose: 0, text: Digest::of(b"May we write?") };
    let entry = Entry {
        at: Instant::from_millis(1_795_000_000_000),
        subject: Some(SubjectRef::from_bytes([3; 16])),
        actor: None,
        plan: Digest::of(b"plan"),
        body,
    };
    let entries = [entry.to_bytes()];
    let log = log_of(&entries);
    let tiles = |level: u8, index: u64, width: u16| std::fs::read(log.path().join(tile_path(level, index, width))).ok();
    let checkpoint = std::fs::read_to_string(log.path().join("checkpoint")).unwrap();
    let proof = Receipt::new(&entries[0], inclusion_proof(&tiles, 0, 1).unwrap(), &checkpoint);
    let told = serde_json::json!({ "purpose": "newsletter" });
    let receipt = ConsentReceipt::sign("dpv", told, Some("May we write?".to_owned()), proof, &signer()).unwrap();
    write(log.path(), "receipt.json", receipt.to_json().as_bytes());
    let file = log.path().join("receipt.json");
    let ask = || ledger_check(&["--receipt", file.to_str().unwrap(), "--key", &key()]);

    let answer = ask();
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    assert!(answer.out.contains("index     0") && answer.out.contains("consent_given"), "{}", answer.out);
    assert!(answer.out.contains("form \"dpv\", signed whole"), "{}", answer.out);

    edit(&log, "receipt.json", |bytes| {
        *bytes = String::from_utf8(bytes.clone()).unwrap().replace("newsletter", "newsletters").into_bytes();
    });
    let answer = ask();
    assert_eq!(answer.code, 1);
    assert!(answer.out.contains("it was changed after it was signed"), "{}", answer.out);
}

#[test]
fn a_question_that_cannot_be_put_ends_with_2() {
    let folder = log_of(&entries(3));
    let place = folder.path().to_str().unwrap();
    let empty = TempDir::new().unwrap();
    assert_eq!(ledger_check(&[]).code, 2);
    assert_eq!(ledger_check(&["/nowhere/at/all"]).code, 2);
    assert_eq!(ledger_check(&[empty.path().to_str().unwrap(), "--key", &key()]).code, 2);
    assert_eq!(ledger_check(&[place, "--key", "nonsense"]).code, 2);
    assert_eq!(ledger_check(&[place, "--old-checkpoint", "/nowhere/at/all"]).code, 2);
    assert_eq!(ledger_check(&["http://127.0.0.1:1/log", "--key", &key()]).code, 2);
    assert_eq!(ledger_check(&["--help"]).code, 0);
}

#[test]
fn a_log_on_a_web_server_verifies() {
    let folder = log_of(&entries(700));
    let url = serve(folder.path());
    let answer = ledger_check(&[&url, "--key", &key()]);
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    std::fs::remove_file(folder.path().join("tile/0/001")).unwrap();
    let answer = ledger_check(&[&url, "--key", &key()]);
    assert_eq!(answer.code, 1);
    assert!(answer.out.contains("`tile/0/001` is missing"), "{}", answer.out);
}

/// Serves a folder on loopback, one request per connection, until the test ends.
fn serve(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/log/", listener.local_addr().unwrap());
    let folder = folder.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
            let request = lines.next().unwrap();
            lines.find(String::is_empty);
            let path = request.split(' ').nth(1).unwrap().trim_start_matches("/log/").to_owned();
            let (status, body) = match std::fs::read(folder.join(path)) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len()).unwrap();
            stream.write_all(&body).unwrap();
        }
    });
    url
}

/// An archive of these files, with a list signed by the log's key.
fn export_of(files: &[(&str, &str)]) -> Vec<u8> {
    let mut sums = ExportSums::default();
    for (name, text) in files {
        sums.add(name, Digest::of(text.as_bytes())).unwrap();
    }
    let (list, note) = (sums.to_text(), sums.sign(&signer()));
    let signed = [("SHA256SUMS", list.as_str()), ("SHA256SUMS.note", note.as_str())];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files.iter().chain(&signed) {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn an_export_verifies_whole_and_not_otherwise() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("export.zip").display().to_string();
    let archive = export_of(&[("export.json", "[]"), ("account.csv", "email\nada@people.example\n")]);
    std::fs::write(&file, &archive).unwrap();
    let answer = ledger_check(&["--export", &file, "--key", &key()]);
    assert_eq!((answer.code, answer.out.contains("files     2")), (0, true), "{}{}", answer.out, answer.err);
    let answer = ledger_check(&["--export", &file, "--key", &key(), "--json"]);
    assert!(answer.out.contains("\"verified\": true"), "{}", answer.out);

    // No flipped bit of a file's own bytes goes unseen, wherever in the archive it is.
    let mut n_seen = 0;
    for at in (0..archive.len()).step_by(7) {
        let mut changed = archive.clone();
        changed[at] ^= 1;
        std::fs::write(&file, &changed).unwrap();
        let answer = ledger_check(&["--export", &file, "--key", &key()]);
        assert!((0..=2).contains(&answer.code), "{at}: {}", answer.err);
        n_seen += usize::from(answer.code != 0);
    }
    assert!(n_seen > archive.len() / 7 / 2, "only times and attributes of the archive itself are not signed: {n_seen}");
    assert_eq!(ledger_check(&["--export", &file]).code, 2, "an export cannot vouch for itself");
    std::fs::write(&file, b"no archive").unwrap();
    assert_eq!(ledger_check(&["--export", &file, "--key", &key()]).code, 2);
}
