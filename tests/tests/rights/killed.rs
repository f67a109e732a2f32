//! The server is killed at every point of a request; the one that comes after it goes on.

use candor_tests::Server;

use crate::pair::{Pair, step};

/// Dies, and comes back to systems that answer.
fn dies(pair: &mut Pair) {
    pair.server.kill();
    pair.shop.open();
    pair.forum.open();
    pair.server.start_again();
}

#[test]
fn killed_at_every_point_it_is_gone_on_with_and_the_receipt_is_true() {
    let mut pair = Pair::start();

    let planned = pair.somebody("planned");
    let request = pair.planned(&planned, "erasure");
    pair.server.kill_and_restart();
    pair.approve(&request);
    assert_eq!(pair.assert_erased(&request, &planned), 1);

    let approved = pair.somebody("approved");
    let request = pair.planned(&approved, "erasure");
    pair.shop.hold();
    pair.forum.hold();
    pair.approve(&request);
    pair.shop.wait();
    pair.forum.wait();
    dies(&mut pair);
    assert_eq!(pair.assert_erased(&request, &approved), 1, "nothing was done before");

    let one_acted = pair.somebody("one-acted");
    let request = pair.planned(&one_acted, "erasure");
    pair.forum.hold();
    pair.approve(&request);
    pair.once(&request, |steps| step(steps, "shop")["state"] == "acted");
    pair.forum.wait();
    dies(&mut pair);
    assert_eq!(pair.assert_erased(&request, &one_acted), 1, "what was written down is not done again");

    let unheard = pair.somebody("unheard");
    let request = pair.planned(&unheard, "erasure");
    pair.lose_what_the_shop_did(&unheard);
    pair.approve(&request);
    pair.shop.wait();
    dies(&mut pair);
    assert_eq!(
        pair.assert_erased(&request, &unheard),
        0,
        "it was done again, and no row was left: one was there before"
    );

    let searching = pair.somebody("searching");
    let request = pair.planned(&searching, "erasure");
    pair.lose_what_is_found(&pair.shop, &request, "shop");
    pair.approve(&request);
    pair.shop.wait();
    let steps = pair.once(&request, |steps| step(steps, "forum")["state"] == "done");
    assert_eq!(step(&steps, "shop")["state"], "searching", "{steps:#}");
    searching.person.get("").json(200);
    dies(&mut pair);
    assert_eq!(pair.assert_erased(&request, &searching), 1);

    // Answered, it stays so.
    let before = receipt(&pair.server, &request);
    pair.server.kill_and_restart();
    assert_eq!(receipt(&pair.server, &request), before);
    assert_eq!(pair.server.files_with("q7391"), [""; 0]);
}

fn receipt(server: &Server, request: &str) -> serde_json::Value {
    server.get(&format!("{request}/receipt")).json(200)["receipt"].clone()
}
