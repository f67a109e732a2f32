//! Several exports at once read each system in one pass, and each is what it would be alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use candor_vault::{Erasure, Export, ExportPart, VaultError};
use candor_words::{RequestId, SubjectId};
use futures_util::future::join_all;
use serde_json::Value;
use support::{Fault, World, world};

async fn asked(world: &World, people: &[SubjectId]) -> Vec<RequestId> {
    let mut requests = Vec::new();
    for subject in people {
        requests.push(world.request(*subject, "access").await);
    }
    requests
}

async fn begun(world: &World, requests: &[RequestId]) -> Vec<Result<Export, VaultError>> {
    world.vault.export_of_requests(&world.admin, requests).await.unwrap()
}

/// All of an export, or why it ended before.
async fn pulled(export: Result<Export, VaultError>) -> Result<Vec<Value>, &'static str> {
    let mut export = export.map_err(|error| error.code())?;
    let mut parts = Vec::new();
    while let Some(part) = export.next().await.map_err(|error| error.code())? {
        if !matches!(part, ExportPart::Accesses { .. }) {
            parts.push(serde_json::to_value(&part).unwrap());
        }
    }
    Ok(parts)
}

/// All of them, side by side.
async fn all(exports: Vec<Result<Export, VaultError>>) -> Vec<Result<Vec<Value>, &'static str>> {
    join_all(exports.into_iter().map(pulled)).await
}

/// What is told of the person: in no order, without what differs from one time to the next.
fn told(parts: &[Value]) -> BTreeSet<String> {
    let of_them = parts.iter().filter(|part| part["part"] != "begin" && part["part"] != "end");
    of_them.map(ToString::to_string).collect()
}

/// How a system ended for somebody, and how many of its rows they were given.
fn end<'a>(parts: &'a [Value], system: &str) -> (&'a str, u64) {
    let end = parts.iter().find(|part| part["part"] == "system" && part["system"] == system).unwrap();
    (end["state"].as_str().unwrap(), end["n_rows"].as_u64().unwrap())
}

fn taken(count: &AtomicU32) -> u32 {
    count.swap(0, Ordering::SeqCst)
}

#[tokio::test]
async fn fifty_people_are_read_as_often_as_one_and_each_is_told_what_they_are_told_alone() {
    let world = world().await;
    let people = world.crowd(50).await;
    let requests = asked(&world, &people).await;
    let alone = pulled(world.vault.export_of_request(&world.admin, requests[5]).await).await.unwrap();
    let of_one = [&world.shop, &world.forum].map(|system| (taken(&system.n_reads), taken(&system.n_identified)));

    let together = all(begun(&world, &requests).await).await;
    let of_fifty = [&world.shop, &world.forum].map(|system| (taken(&system.n_reads), taken(&system.n_identified)));
    assert_eq!(of_fifty, of_one);
    assert_eq!(told(together[5].as_ref().unwrap()), told(&alone));
    for (n, (parts, request)) in together.iter().zip(&requests).enumerate() {
        let parts = parts.as_ref().unwrap();
        assert_eq!((end(parts, "shop"), end(parts, "forum")), (("read", 2), ("read", n as u64 % 3)), "{n}");
        let rows: Vec<&Value> = parts.iter().filter(|part| part["part"] == "row").collect();
        let names = |row: &&Value| {
            let value = |column: &str| row["values"][column]["value"].as_str().map(str::to_owned);
            value("email").is_none_or(|email| email == format!("p{n}@example.org"))
                && value("customer").is_none_or(|customer| customer == format!("C-{n}"))
        };
        assert!(rows.iter().all(names), "{n}: {rows:?}");
        assert_eq!(world.vault.request(&world.admin, *request).await.unwrap().state, "answered");
    }
}

#[tokio::test]
async fn whoever_goes_or_is_erased_meanwhile_keeps_nobody_waiting() {
    let world = world().await;
    let people = world.crowd(6).await;
    // More than wait for somebody at a time.
    for email in ["p1@example.org", "p2@example.org", "p4@example.org"] {
        (0..300).for_each(|_| world.forum.put("posts", &[("email", email), ("name", "N")]));
    }
    let requests = asked(&world, &people).await;
    let mut exports = begun(&world, &requests).await;
    let mut gone = exports.remove(1).unwrap();
    gone.next().await.unwrap();
    let Erasure::UnderWay(erasure) = world.vault.erase_everywhere(&world.admin, people[2], None).await.unwrap() else {
        panic!("it goes through systems");
    };
    world.until(erasure, "answered").await;
    let leaving = async {
        for _ in 0..2_000 {
            tokio::task::yield_now().await;
        }
        drop(gone);
    };
    let (others, ()) = tokio::join!(all(exports), leaving);
    assert_eq!(others[1].as_ref().map(|_| ()).unwrap_err(), &"subject.erased");
    assert_eq!(end(others[0].as_ref().unwrap(), "shop"), ("read", 2));
    assert_eq!(end(others[3].as_ref().unwrap(), "forum"), ("read", 301));
    let state = async |at: usize| world.vault.request(&world.admin, requests[at]).await.unwrap().state;
    assert_eq!(
        (state(0).await.as_str(), state(1).await.as_str(), state(4).await.as_str()),
        ("answered", "received", "answered")
    );
}

#[tokio::test]
async fn what_stands_in_the_way_of_one_stands_in_nobody_elses() {
    let world = world().await;
    let people = world.crowd(8).await;
    let mut requests = asked(&world, &people).await;
    requests[2] = world.request(people[2], "erasure").await;
    world.vault.refuse_request(&world.admin, requests[6], "A12ManifestlyExcessive").await.unwrap();
    // The shop chokes on one of them.
    *world.shop.holds_on_to.lock() = Some("p5@example.org".into());
    let given = all(begun(&world, &requests).await).await;
    let n_reads = taken(&world.shop.n_reads);
    assert!(n_reads <= 7, "by halves: {n_reads}");
    for (n, given) in given.iter().enumerate() {
        match n {
            2 => assert_eq!(given.as_ref().unwrap_err(), &"request.other_right"),
            6 => assert_eq!(given.as_ref().unwrap_err(), &"request.closed"),
            5 => assert_eq!(end(given.as_ref().unwrap(), "shop"), ("failed", 0)),
            _ => assert_eq!(end(given.as_ref().unwrap(), "shop"), ("read", 2), "{n}"),
        }
    }
    // What is the system's own trouble is told in each.
    world.forum.fail(Fault::Down);
    let requests = asked(&world, &people[..3]).await;
    let given = all(begun(&world, &requests).await).await;
    assert!(given.iter().all(|given| end(given.as_ref().unwrap(), "forum") == ("failed", 0)));
    assert_eq!(taken(&world.forum.n_reads), 1);
}

#[tokio::test]
async fn a_hundred_requests_at_most_and_each_once() {
    let world = world().await;
    let people = world.crowd(1).await;
    let request = asked(&world, &people).await[0];
    for (requests, code) in [
        (vec![request; 2], "archives.repeated"),
        (Vec::new(), "archives.repeated"),
        (vec![request; 101], "archives.too_many"),
    ] {
        let refused = world.vault.export_of_requests(&world.admin, &requests).await.err().unwrap();
        assert_eq!(refused.code(), code);
    }
}
