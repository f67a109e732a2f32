//! A withdrawal among a thousand reads from several connections: none that began after its answer is permitted.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use candor_tests::{Client, Person, Server};
use serde_json::json;

const READERS: usize = 8;
const ROUNDS: usize = 5;
/// How many reads there are in all.
const READS: usize = 1_000;

/// What a round of reads came to.
#[derive(Default)]
struct Tally {
    n_reads: AtomicUsize,
    n_permitted: AtomicUsize,
    n_began_after: AtomicUsize,
    acknowledged: AtomicBool,
}

#[test]
fn no_read_that_began_after_a_withdrawal_was_answered_is_permitted() {
    let server = Server::start("assigntask");
    let ada = server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))]);
    server.switch("cookies", true);
    for round in 0..ROUNDS {
        ada.consent("given", "statistics");
        ada.store_from("observed", "cookies", &json!({ "statistics": "st-9" })).json(201);
        let tally = Tally::default();
        std::thread::scope(|scope| {
            for reader in 0..READERS {
                let (caller, tally) = (server.with_key(server.presented()), &tally);
                let ada = ada.asked_by(&caller);
                scope.spawn(move || read_until_done(&caller, &ada, reader, tally));
            }
            // In the midst of the reads, each round at another moment.
            let began_at = Instant::now();
            while tally.n_permitted.load(Ordering::SeqCst) < READS / ROUNDS * (round + 1) / (ROUNDS + 3) {
                assert!(began_at.elapsed() < Duration::from_secs(150), "too few reads are permitted");
                std::thread::yield_now();
            }
            ada.consent("withdrawn", "statistics");
            tally.acknowledged.store(true, Ordering::SeqCst);
        });
        let n_after = tally.n_began_after.load(Ordering::SeqCst);
        assert!(n_after >= READERS, "{n_after} reads began after the withdrawal");
    }
}

/// Reads until there are enough, and some of them began after the withdrawal; every other read asks for two at once.
fn read_until_done(caller: &Client, ada: &Person, reader: usize, tally: &Tally) {
    let question = json!({ "purpose": "statistics", "fields": ["cookies.statistics"] });
    let many = json!({ "questions": [
        { "subject": ada.id, "question": question }, { "subject": ada.id, "question": question } ] });
    let mut n_after = 0;
    while n_after < 3 || tally.n_reads.load(Ordering::SeqCst) < READS / ROUNDS {
        let began_after = tally.acknowledged.load(Ordering::SeqCst);
        let said = if reader.is_multiple_of(2) {
            let reply = ada.ask(&question);
            assert!(reply.status == 200 || reply.status == 403, "{}", reply.text());
            reply.text()
        } else {
            let reply = caller.post("/v1/reads", &many);
            assert_eq!(reply.status, 200, "{}", reply.text());
            reply.text()
        };
        let permitted = said.contains("st-9");
        assert!(!began_after || !permitted, "it began after the withdrawal was answered: {said}");
        tally.n_reads.fetch_add(1, Ordering::SeqCst);
        tally.n_permitted.fetch_add(usize::from(permitted), Ordering::SeqCst);
        tally.n_began_after.fetch_add(usize::from(began_after), Ordering::SeqCst);
        n_after += usize::from(began_after);
    }
}
