//! Systems that are away, hang, or go away in the middle.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::pair::{Pair, step};
use crate::support::command;

#[test]
fn a_system_that_hangs_keeps_no_request_from_being_approved_and_no_other_from_acting() {
    let pair = Pair::start();
    let somebody = pair.somebody("hanging");
    pair.forum.hold();
    let request = pair.server.proved_request(&somebody.person, "erasure");
    let began = Instant::now();
    pair.approve(&request);
    assert!(began.elapsed() < Duration::from_secs(30), "whoever asks waits for {:?}", began.elapsed());
    let steps = pair.once(&request, |steps| step(steps, "shop")["state"] == "acted");
    assert_eq!(step(&steps, "forum")["trouble"]["code"], "system.timed_out", "{steps:#}");
    assert_eq!(pair.count("app", "SELECT count(*) FROM customers"), 1, "the shop waits for nobody");
    somebody.person.get("").json(200);
    pair.server.get(&format!("{request}/receipt")).problem(409, "request.open");
    pair.forum.open();
    assert_eq!(pair.assert_erased(&request, &somebody), 1);
}

#[test]
fn a_system_that_was_away_is_asked_again_by_itself_and_when_somebody_has_the_step_tried() {
    let mut pair = Pair::start();
    let somebody = pair.somebody("away");
    let request = pair.planned(&somebody, "erasure");
    let id = request.trim_start_matches("/v1/requests/").to_owned();
    pair.database.stop();
    pair.approve(&request);
    let is_failing = |steps: &serde_json::Value, system: &str| {
        let step = step(steps, system);
        step["state"] == "failed" && step["trouble"]["code"] == "system.unreachable" && step["again_at"].is_string()
    };
    pair.once(&request, |steps| is_failing(steps, "shop") && is_failing(steps, "forum"));
    let (code, status) = command(&pair.server, &["request", "status", &id]);
    assert_eq!((code, &status["state"]), (Some(0), &json!("running")), "{status:#}");
    pair.database.resume();
    // Under way again by itself already, there is nothing to try.
    let retried = pair.server.post(&format!("{request}/steps/shop/retry"), &json!({}));
    assert!(retried.status == 200 || retried.status == 409, "{}", retried.text());
    assert_eq!(pair.assert_erased(&request, &somebody), 1);
}

#[test]
fn a_database_that_is_restarted_in_the_middle_has_lost_nothing_and_is_gone_on_with() {
    let mut pair = Pair::start();
    let somebody = pair.somebody("restarted");
    let request = pair.planned(&somebody, "erasure");
    // Somebody else holds the row: the erasure waits in its transaction.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let other = runtime.block_on(pair.database.client());
    runtime.block_on(other.batch_execute("BEGIN; SELECT * FROM customers FOR UPDATE")).unwrap();
    pair.approve(&request);
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    let until = Instant::now() + Duration::from_secs(120);
    while pair.count("app", waits) == 0 {
        assert!(Instant::now() < until, "it does not come to the row");
        std::thread::sleep(Duration::from_millis(10));
    }
    pair.database.stop();
    pair.once(&request, |steps| step(steps, "shop")["trouble"]["code"] == "system.unreachable");
    pair.database.resume();
    assert_eq!(pair.assert_erased(&request, &somebody), 1);
}
