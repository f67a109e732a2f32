//! What Lighthouse says of the pages that people use most: `cargo xtask bench pages`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

use candor_tests::{FrontDoor, Peer};
use serde_json::{Value, json};

/// The lowest score of a category that does.
const SCORE_MIN: u64 = 95;
/// The most bytes of a page with all that it loads.
const BYTES_MAX: u64 = 60_000;

#[test]
#[ignore = "takes a minute and wants a machine to itself: `cargo xtask bench pages`"]
fn the_pages_that_people_use_most_score_at_least_95_in_each_category() {
    let door = FrontDoor::open();
    let mut ada = door.sign_up("ada@example.org");
    let cookie = ada.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let (mut worst, mut heaviest) = (100, 0);
    println!("| page | performance | accessibility | best practices | search | bytes |\n|---|---|---|---|---|---|");
    for (name, path, cookie) in [
        ("sign in", "/door/sign-in", ""),
        ("sign up", "/door/sign-up", ""),
        ("privacy centre", "/door/account", cookie.as_str()),
        ("what is held", "/door/account/data", cookie.as_str()),
        ("policy", "/door", ""),
    ] {
        // A browser of its own for each page: what one page keeps there goes before the cookies that the next is given.
        let mut lighthouse = Peer::node("lighthouse.mjs", &["/usr/bin/chromium"]);
        let measured = lighthouse.ask(json!({ "url": door.url(path), "cookie": cookie })).unwrap();
        assert_eq!(measured["url"].as_str(), Some(door.url(path).as_str()), "it is this page that was measured");
        let score = |category: &str| measured["scores"][category].as_u64().unwrap();
        let scores = ["performance", "accessibility", "best-practices", "seo"].map(score);
        let bytes = bytes(&measured);
        println!("| {name} | {} | {} | {} | {} | {bytes} |", scores[0], scores[1], scores[2], scores[3]);
        for short in measured["short"].as_array().unwrap() {
            println!("  {}", short.as_str().unwrap());
        }
        worst = worst.min(*scores.iter().min().unwrap());
        heaviest = heaviest.max(bytes);
    }
    println!("pages.weight value={heaviest}B goal={BYTES_MAX}B");
    println!("pages value={worst} ratio={:.3} goal=1 (of {SCORE_MIN})", worst as f64 / SCORE_MIN as f64);
    assert!(worst >= SCORE_MIN && heaviest <= BYTES_MAX);
}

fn bytes(measured: &Value) -> u64 {
    measured["bytes"].as_u64().or_else(|| measured["bytes"].as_f64().map(|bytes| bytes as u64)).unwrap()
}
