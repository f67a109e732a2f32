//! What the real `age` says to it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::process::{Command, Stdio};

use candor_age::{AgeKey, CHUNK_BYTES, Lock, Passphrase};
use candor_words::{Secret, SeededEntropy};

fn sealed(lock: &Lock, plain: &[u8]) -> Vec<u8> {
    let (mut file, mut chunks) = lock.close(&SeededEntropy::new(5)).unwrap();
    let mut pieces = plain.chunks(CHUNK_BYTES).peekable();
    loop {
        let mut piece = pieces.next().unwrap_or_default().to_vec();
        let is_last = pieces.peek().is_none();
        if is_last { chunks.seal_last(&mut piece) } else { chunks.seal(&mut piece) }.unwrap();
        file.extend(piece);
        if is_last {
            return file;
        }
    }
}

/// A pair of keys that the program made: the file of the private half, and the public one.
fn pair(folder: &std::path::Path) -> (String, AgeKey) {
    let file = folder.join("key.txt").display().to_string();
    let made = Command::new("age-keygen").args(["-o", &file]).output();
    assert!(made.expect("`age` is not installed: run `cargo xtask setup`").status.success());
    let shown = Command::new("age-keygen").args(["-y", &file]).output().unwrap();
    (file, AgeKey::parse(String::from_utf8(shown.stdout).unwrap().trim()).unwrap())
}

fn opened(key: &str, file: &[u8]) -> Option<Vec<u8>> {
    let mut age = Command::new("age");
    age.args(["-d", "-i", key]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = age.spawn().unwrap();
    let (mut to, file) = (child.stdin.take().unwrap(), file.to_vec());
    let writing = std::thread::spawn(move || drop(to.write_all(&file)));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    output.status.success().then_some(output.stdout)
}

#[test]
fn what_is_sealed_to_a_key_its_holder_opens_and_nobody_else_and_no_change_goes_unseen() {
    let (own, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ((file, key), (foreign, second)) = (pair(own.path()), pair(other.path()));
    for n_bytes in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
        let plain: Vec<u8> = (0..n_bytes).map(|n| (n % 251) as u8).collect();
        let sealed = sealed(&Lock::Keys(vec![key]), &plain);
        assert_eq!(opened(&file, &sealed).as_deref(), Some(plain.as_slice()), "{n_bytes}");
        assert_eq!(opened(&foreign, &sealed), None, "{n_bytes}");
    }
    let plain = vec![7; 2 * CHUNK_BYTES];
    let whole = sealed(&Lock::Keys(vec![key, second]), &plain);
    assert_eq!((opened(&file, &whole), opened(&foreign, &whole)), (Some(plain.clone()), Some(plain)));
    assert_eq!(opened(&file, &whole[..whole.len() - CHUNK_BYTES - 16]), None, "it ends after a whole piece");
    for at in [30, whole.len() / 2, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        assert_eq!(opened(&file, &changed), None, "at {at}");
    }
}

#[test]
fn a_passphrase_stands_alone_and_costs_work() {
    let words = Passphrase::new(Secret::new("four words of mine".to_owned())).unwrap();
    let file = sealed(&Lock::Passphrase(words), b"plain");
    let text = String::from_utf8_lossy(&file);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("age-encryption.org/v1"));
    let stanza: Vec<&str> = lines.next().unwrap().split(' ').collect();
    assert_eq!((stanza[..2].join(" ").as_str(), stanza[3], stanza.len()), ("-> scrypt", "16", 4));
    assert!(lines.nth(1).unwrap().starts_with("--- "));
    assert!(!text.contains("plain") && !text.contains("four words"));

    // The program asks for it at a terminal, so it is given one.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("sealed.age"), &file).unwrap();
    for (typed, expected) in [("four words of mine", Some("plain")), ("four words of yours", None)] {
        let mut terminal = Command::new("script");
        terminal.args(["-qec", "age -d -o opened sealed.age", "/dev/null"]).current_dir(folder.path());
        let mut child = terminal.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(format!("{typed}\n").as_bytes()).unwrap();
        assert_eq!(child.wait().unwrap().success(), expected.is_some());
        let opened = std::fs::read_to_string(folder.path().join("opened")).ok();
        assert_eq!(opened.as_deref(), expected);
        let _ = std::fs::remove_file(folder.path().join("opened"));
    }
}
