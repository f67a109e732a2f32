//! A disk that is full, or may not be written: said with a stable code, nothing acknowledged that is not durable,
//! and all well again when the disk is.
//!
//! The disk is a small file system in memory, mounted for the test. Where that is not allowed (no root), the
//! stories say so and do nothing.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use candor_tests::{Server, text};
use serde_json::{Value, json};

const POLICY: &str = "tests/crash/crash.candor";

/// A file system of some MiB, taken away when dropped.
struct Disk {
    at: tempfile::TempDir,
}

impl Disk {
    fn mounted(mib: usize) -> Option<Self> {
        let at = tempfile::tempdir().unwrap();
        let disk = Self { at };
        if mount(&["-t", "tmpfs", "-o", &format!("size={mib}m"), "candor-test"], disk.path()) {
            return Some(disk);
        }
        eprintln!("no file system can be mounted here: the story is not told");
        None
    }

    fn path(&self) -> &Path {
        self.at.path()
    }

    fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// Fills what is free, down to the last page.
    fn fill(&self) {
        let mut filler = std::fs::File::create(self.path().join("filler")).unwrap();
        let mut piece = 1 << 16;
        while piece >= 512 {
            if filler.write_all(&vec![0x55; piece]).is_err() {
                piece /= 2;
            }
        }
    }

    fn free(&self) {
        std::fs::remove_file(self.path().join("filler")).unwrap();
    }

    fn remount(&self, how: &str) {
        assert!(mount(&["-o", &format!("remount,{how}")], self.path()), "remounted {how}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).stderr(Stdio::null()).status();
    }
}

fn mount(args: &[&str], at: &Path) -> bool {
    let mounted = Command::new("mount").args(args).arg(at).stderr(Stdio::null()).status();
    mounted.is_ok_and(|status| status.success())
}

/// A record of some length: soon there is no room for it.
fn long(n: usize) -> Value {
    json!({ "group": "note", "values": { "message": format!("{n} {}", "long ".repeat(300)) } })
}

#[test]
fn a_full_disk_is_said_and_what_was_acknowledged_is_there_when_there_is_room_again() {
    let Some(disk) = Disk::mounted(6) else { return };
    let mut server = Server::start_policy_over(POLICY, Some(&disk.data()), &[]);
    let ada = server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))]);
    let eve = server.person(&[("account", json!({ "email": "eve@engines.example", "name": "Eve" }))]);
    ada.consent("given", "letters");
    disk.fill();

    // Writes until there is no room; whatever is answered with 201 counts.
    let mut written = Vec::new();
    let refused = loop {
        let reply = ada.post("/records", &long(written.len()));
        if reply.status != 201 {
            break reply;
        }
        written.push(text(&reply.json(201)["record"]).to_owned());
        assert!(written.len() < 5_000, "the disk does not fill");
    };
    let problem = refused.problem(503, "store.not_writable");
    assert!(text(&problem["help"]).contains("free space"), "{problem}");
    assert!(refused.header("retry-after").is_some());

    // Consent, erasure and reads need the ledger: none of them is answered as if it were there.
    let withdrawn = ada.post("/consents", &json!({ "purpose": "letters", "act": "withdrawn" }));
    let erased = eve.post("/erase", &json!({}));
    let mut reads = Vec::new();
    for _ in 0..20 {
        reads.push(ada.read("letters", &["account.name"]));
    }
    let nothing_leaves = reads.iter().filter(|reply| reply.status != 200);
    nothing_leaves.for_each(|reply| {
        assert!(reply.status == 503 || reply.status == 403, "{}", reply.text());
        assert!(!reply.text().contains("Ada"));
    });
    for reply in [&withdrawn, &erased] {
        assert!(reply.status < 300 || reply.status == 503, "{}", reply.text());
    }
    assert!(reads.iter().chain([&withdrawn, &erased]).any(|reply| reply.status == 503), "the disk is full");

    // Whoever looks after the disk reads why, once.
    let log = std::fs::read_to_string(server.folder().join("log")).unwrap();
    assert_eq!(log.matches("the store does not write").count(), 1, "{log}");
    assert!(log.contains("database or disk is full"), "{log}");

    // The server lives and gives what needs no writing; even one that is killed now loses nothing.
    assert_eq!(server.anonymous().get("/health/live").status, 200);
    assert_eq!(server.anonymous().get("/crash").status, 200);
    ada.get("").json(200);
    assert!(server.lives());
    server.kill();
    match server.try_start_again() {
        Ok(()) => assert!(server.lives()),
        // What it says is told to whoever starts it: the reason, and what to do.
        Err(refused) => {
            println!("{refused}");
            assert!(refused.contains("full") && refused.contains("free space"), "{refused}");
        }
    }
    if server.lives() {
        server.kill();
    }
    disk.free();
    server.start_again();

    // There is room again.
    let (ada, eve) = (ada.asked_by(&server), eve.asked_by(&server));
    for record in &written {
        let question = json!({ "purpose": "service", "fields": ["note.message"], "record": record });
        assert!(text(&ada.ask(&question).values()["note.message"]).contains("long long"));
    }
    let letters = ada.read("letters", &["account.name"]).status;
    assert_eq!(letters, if withdrawn.status == 201 { 403 } else { 200 });
    assert_eq!(eve.get("").status, if erased.status == 200 { 410 } else { 200 });
    ada.post("/records", &long(0)).json(201);
    ledger_verifies(&server);
}

#[test]
fn a_full_disk_that_gets_room_while_the_server_runs_is_written_again_without_a_restart() {
    let Some(disk) = Disk::mounted(6) else { return };
    let server = Server::start_policy_over(POLICY, Some(&disk.data()), &[]);
    let ada = server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))]);
    for _ in 0..3 {
        disk.fill();
        let mut n_written = 0;
        while ada.post("/records", &long(n_written)).status == 201 {
            n_written += 1;
            assert!(n_written < 5_000, "the disk does not fill");
        }
        ada.post("/records", &long(0)).problem(503, "store.not_writable");
        disk.free();
        ada.post("/records", &long(0)).json(201);
        ada.consent("given", "letters");
        assert_eq!(ada.read("letters", &["account.name"]).status, 200);
    }
    ledger_verifies(&server);
}

#[test]
fn a_disk_that_may_not_be_written_is_named_at_the_start() {
    let Some(disk) = Disk::mounted(6) else { return };
    let mut server = Server::start_policy_over(POLICY, Some(&disk.data()), &[]);
    let ada = server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))]);
    let withdrawn = ada.consent("given", "letters");
    server.tell_to_stop();
    assert!(server.ends_well());

    disk.remount("ro");
    let refused = server.try_start_again().unwrap_err();
    assert!(refused.contains("cannot be used; make it writable"), "{refused}");
    assert!(refused.contains("Read-only file system"), "{refused}");

    disk.remount("rw");
    server.start_again();
    let ada = ada.asked_by(&server);
    assert_eq!(ada.newest("consent_given")["entry"], withdrawn["entry"]);
    ada.post("/records", &long(0)).json(201);
}

fn ledger_verifies(server: &Server) {
    let ledger = format!("http://{}/ledger/{}", server.address(), server.slug());
    let key = server.anonymous().get(&format!("/ledger/{}/key", server.slug())).text();
    let checked = candor_tests::ledger_check(&[&ledger, "--key", key.trim()]).output().unwrap();
    assert_eq!(checked.status.code(), Some(0), "{}", String::from_utf8_lossy(&checked.stdout));
}
