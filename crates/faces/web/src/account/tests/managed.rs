//! Whose account an organisation manages: nobody is left before a refusal.

use axum::http::StatusCode;
use candor_vault::Decision;

use super::*;

/// What must not stand on a page before the organisation decided.
const VALUES: [&str; 3] = ["Ada Löw", "analyst", "ada@people.example"];

async fn managed() -> World {
    let world = world().await;
    world.vault.set_managed(&world.admin, world.ada, true).await.unwrap();
    world
}

/// What the organisation says to Ada's one request.
async fn decide(world: &World, decision: Decision<'_>) {
    let requests = world.vault.requests(&world.admin, Some(world.ada), None, 10).await.unwrap().rows;
    assert!(requests[0].routed, "the organisation decides about it");
    world.vault.decide_request(&world.admin, requests[0].id, decision).await.unwrap();
}

#[tokio::test]
async fn the_page_says_who_decides_and_sends_the_request_and_shows_the_data_once_it_may() {
    let world = managed().await;
    let page = world.get("/data").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for said in
        ["The organisation that manages your account decides", "Ask for a copy of what is held", "value=\"access\""]
    {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert!(!VALUES.iter().any(|value| page.text.contains(value)), "{}", page.text);
    let asked = world.post("/rights", &[("right", "access")]).await;
    assert!(asked.location().starts_with("/acme/account/rights?done=request#"), "{}", asked.location());
    let waiting = world.get("/data").await.text;
    let card = between(&waiting, "id=\"ask-access\"", "</section>");
    assert!(card.contains("sent on 1 June 2026") && card.contains("Answer due by"), "{card}");
    assert!(!card.contains("<form"), "it is sent once");
    decide(&world, Decision::Approve).await;
    let shown = world.get("/data").await.text;
    assert!(VALUES.iter().all(|value| shown.contains(value)), "{shown}");
    world.in_days(31).await;
    let over = world.get("/data").await.text;
    assert!(
        over.contains("Ask for a copy of what is held") && over.contains("value=\"access\""),
        "after thirty days: {over}"
    );
}

#[tokio::test]
async fn what_the_law_leaves_to_the_person_is_named_and_works() {
    let world = managed().await;
    let page = world.get("/data").await.text;
    let yours = between(&page, "id=\"yours\"", "</section>");
    for path in ["/consents", "/rights#objections", "/messages", "/accesses", "/organisation", "/rights#complaints"] {
        assert!(yours.contains(&format!("href=\"/acme/account{path}\"")), "{path}: {yours}");
        let (path, anchor) = path.split_once('#').unwrap_or((path, ""));
        let there = world.get(path).await;
        assert_eq!(there.status, StatusCode::OK, "{path}");
        assert!(anchor.is_empty() || there.text.contains(&format!("id=\"{anchor}\"")), "{path}#{anchor}");
    }
    // The kinds of data stand in the policy for everybody, without a word of what is there.
    assert!(between(&page, "id=\"kinds\"", "</section>").contains("Job title"));
    assert_eq!(world.post("/rights/restriction", &[("act", "restrict")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.post("/consents/statistics", &[("answer", "no")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_refusal_is_told_and_may_be_asked_again() {
    let world = managed().await;
    world.post("/rights", &[("right", "access")]).await;
    decide(&world, Decision::Refuse { because: "A12ManifestlyExcessive" }).await;
    let page = world.get("/data").await.text;
    let card = between(&page, "id=\"ask-access\"", "</section>");
    assert!(card.contains("refused on 1 June 2026") && card.contains("value=\"access\""), "{card}");
}

#[tokio::test]
async fn no_page_offers_what_it_would_refuse() {
    let path = world().await.account_path().await;
    let world = managed().await;
    for path in [path.as_str(), "/leave", "/leave/erase"] {
        let page = world.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text.contains("decides"), "{path}: {}", page.text);
        assert!(!page.text.contains("/leave/export") && !page.text.contains("name=\"sure\""), "{path}");
        assert!(!VALUES.iter().any(|value| page.text.contains(value)), "{path}");
    }
    // Whoever posts the form all the same is refused, and shown the way to ask.
    for (path, fields) in [("/leave/export", ("kind", "access")), ("/leave/erase", ("sure", "yes"))] {
        let refused = world.post(path, &[fields]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        assert!(refused.text.contains("href=\"/acme/account/rights#ask\""), "{path}: {}", refused.text);
    }
    // Bob, whose account nobody manages, sees and takes what is his.
    assert!(world.get_as("bob", "/data").await.text.contains("Bob"));
    assert!(world.get_as("bob", "/leave").await.text.contains("/leave/export"));
}
