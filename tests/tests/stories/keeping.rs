//! While the server serves: backups under load, renewed keys, a tenant that moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use candor_tests::{Beside, Client, Person, Server, Trace, ledger_check, said, text};
use serde_json::{Value, json};

/// Whatever goes on beside: acknowledged writes and reads, none of which may fail.
struct Load {
    stop: Arc<AtomicBool>,
    n_done: Arc<AtomicUsize>,
    threads: Vec<std::thread::JoinHandle<Vec<String>>>,
}

impl Load {
    fn on(server: &Server, people: &[Person]) -> Self {
        let (stop, n_done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let threads = (0..2).map(|thread| {
            let (stop, n_done, people) = (Arc::clone(&stop), Arc::clone(&n_done), people.to_vec());
            let caller = server.with_key(server.presented());
            std::thread::spawn(move || {
                let mut written = Vec::new();
                for at in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    let person = people[at % people.len()].asked_by(&caller);
                    let note = json!({ "message": format!("note {thread}-{at}") });
                    written.push(text(&person.store("feedback", &note).json(201)["record"]).to_owned());
                    assert_eq!(person.read("service", &["account.name"]).granted().len(), 1);
                    n_done.fetch_add(1, Ordering::SeqCst);
                }
                written
            })
        });
        Self { threads: threads.collect(), stop, n_done }
    }

    /// Waits until so many more rounds were done.
    fn go_on_for(&self, n_rounds: usize) {
        let (from, began) = (self.n_done.load(Ordering::SeqCst), Instant::now());
        while self.n_done.load(Ordering::SeqCst) < from + n_rounds {
            assert!(began.elapsed() < Duration::from_secs(150), "the load does not go on");
            std::thread::yield_now();
        }
    }

    fn end(self) -> usize {
        self.stop.store(true, Ordering::SeqCst);
        self.threads.into_iter().map(|thread| thread.join().unwrap().len()).sum()
    }
}

fn people(server: &Client, n: usize) -> Vec<Person> {
    let account = |n: usize| json!({ "email": format!("p{n}@people.example"), "name": format!("Person {n}") });
    (0..n).map(|n| server.person(&[("account", account(n))])).collect()
}

#[test]
fn a_backup_is_made_under_load_and_is_of_one_moment() {
    let mut server = Server::start("assigntask");
    let people = people(&server, 20);
    let load = Load::on(&server, &people);
    let backups = server.backups();
    load.go_on_for(20);
    let first = backups.back_up();
    load.go_on_for(20);
    let second = backups.back_up();
    load.go_on_for(20);
    let n_written = load.end();
    assert!(n_written >= 60);
    server.tell_to_stop();
    assert!(server.ends_well());
    for (name, backup) in [("first", first), ("second", second)] {
        let into = server.folder().join(name);
        let data = server.folder().join("data").display().to_string();
        let told = backups.restore(&backup, &into, &["--ledger", &data], 0);
        assert!(told.contains(" entries in the backup"), "{told}");
        let restored = backups.serve(&into, &server);
        for person in &people {
            assert_eq!(person.asked_by(&restored).read("service", &["account.name"]).granted().len(), 1);
        }
        check(&restored, &[]);
    }
}

/// The whole ledger verifies over the network.
#[track_caller]
fn check(server: &Client, more: &[&str]) -> String {
    let key = server.get("/ledger/assigntask/key").text();
    let ledger = format!("http://{}/ledger/assigntask", server.address());
    let args = [&[ledger.as_str(), "--key", key.trim()], more].concat();
    said(ledger_check(&args).output().unwrap(), 0)
}

#[test]
fn both_keys_are_renewed_while_everybody_is_read() {
    let mut server = Server::start("assigntask");
    let people = people(&server, 30);
    let backups = server.backups();
    let key = |args: &[&str]| backups.run(&[&["key"], args].concat(), &[]);
    let list = || said(key(&["list"]), 0);
    assert!(list().contains("version 1: wraps 1 tenant keys"), "{}", list());
    let load = Load::on(&server, &people);
    load.go_on_for(5);

    // The tenant's key: subject keys move in the background.
    let begun = server.post("/v1/rotation", &json!({})).json(202);
    assert_eq!((&begun["version"], &begun["is_moving"]), (&json!(2), &json!(true)));
    wait_until(|| server.get("/v1/rotation").json(200)["is_moving"] == false);
    load.go_on_for(5);
    let listed = list();
    assert!(listed.contains("assigntask version 1: under root 1, wraps 0 subject keys"), "{listed}");

    // The root key: taken up by the running server, then the old version is retired.
    said(key(&["rotate"]), 0);
    let refused = said(key(&["retire", "2"]), 2);
    assert!(refused.contains("wrapped by it") || refused.contains("newest"), "{refused}");
    wait_until(|| list().contains("version 1: wraps 0 tenant keys"));
    said(key(&["retire", "1"]), 0);
    load.go_on_for(5);
    load.end();
    server.restart();
    for person in &people {
        assert_eq!(person.asked_by(&server).read("service", &["account.name"]).granted().len(), 1);
    }
    let report = check(&server, &[]);
    assert!(report.contains("2 key_rotated") && report.contains("1 keys_moved"), "{report}");
    assert!(!list().contains("version 1: wraps"), "{}", list());
}

fn wait_until(holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(150), "it did not come about");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_tenant_moves_to_another_server_as_it_is() {
    let mut server = Server::start("assigntask");
    let people = people(&server, 3);
    people[0].consent("given", "statistics");
    let erased = people[1].post("/erase", &json!({})).json(200);
    let receipt = server.proves(&erased["entry"]);
    server.tell_to_stop();
    assert!(server.ends_well());
    let place = |name: &str| server.folder().join(name);
    let (to, transfer) = (place("moved"), place("transfer.key"));
    let transfer_key = transfer.display().to_string();
    let export = ["export", "tenant", "assigntask", "--transfer-key", &transfer_key, "--to"];
    said(server.backups().run(&export, &[&to]), 0);
    let refused = said(server.backups().run(&export, &[&to]), 2);
    assert!(refused.contains("exists already"), "{refused}");

    // The export by itself: its ledger verifies, its values stay sealed.
    let manifest: Value = serde_json::from_slice(&std::fs::read(to.join("manifest.json")).unwrap()).unwrap();
    let ledger = to.join("ledger").display().to_string();
    said(ledger_check(&[&ledger, "--key", text(&manifest["verifier_key"])]).output().unwrap(), 0);
    assert_eq!(Trace::of("Person 0", &["p0@people.example".to_owned()]).in_folder(&to), [""; 0]);

    // Another server, with keys of its own.
    let (data, keys) = (place("other"), place("other.key"));
    let on_other = |args: &[&str]| {
        let mut command = candor_tests::candor(args);
        command.arg("--data-dir").arg(&data).arg("--key-file").arg(&keys).output().unwrap()
    };
    said(on_other(&["init"]), 0);
    let folder = to.display().to_string();
    let import = ["import", "tenant", &folder, "--transfer-key", &transfer_key];
    let rows = std::fs::read(to.join("rows.jsonl")).unwrap();
    std::fs::write(to.join("rows.jsonl"), &rows[..rows.len() - 1]).unwrap();
    said(on_other(&import), 2);
    std::fs::write(to.join("rows.jsonl"), &rows).unwrap();
    said(on_other(&import), 0);
    let refused = said(on_other(&import), 3);
    assert!(refused.contains("is here already"), "{refused}");

    let other = Beside::over(&data, &keys, &server);
    let first = people[0].asked_by(&other);
    assert_eq!(first.read("service", &["account.name"]).values()["account.name"], "Person 0");
    people[1].asked_by(&other).get("").problem(410, "subject.erased");
    first.consent("withdrawn", "statistics");
    let note = place("moved-checkpoint");
    std::fs::write(&note, text(&receipt["checkpoint"])).unwrap();
    check(&other, &["--old-checkpoint", &note.display().to_string()]);
    let file = place("old-receipt.json");
    std::fs::write(&file, receipt.to_string()).unwrap();
    let key = other.get("/ledger/assigntask/key").text();
    said(ledger_check(&["--receipt", &file.display().to_string(), "--key", key.trim()]).output().unwrap(), 0);
}
