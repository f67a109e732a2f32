//! Bad input: a clear problem, and nothing changed.

use axum::http::HeaderMap;
use candor_http::Rate;
use candor_vault::Scope;
use candor_words::{Instant, Span, SpanUnit};
use serde_json::json;

use super::world::{World, bearer, world, world_at_rate};

/// Sends what must be refused, and checks that nothing changed.
async fn refused(
    world: &World,
    ada: &str,
    request: (&str, &str, &[(&str, &str)], Vec<u8>),
    expected: (u16, &str),
) -> HeaderMap {
    let (method, path, headers, body) = request;
    let before = world.state_of(ada).await;
    let answered = world.send_bytes(method, path, headers, body).await;
    assert_eq!((answered.status, answered.code()), expected, "{method} {path}: {}", answered.body);
    assert!(answered.body["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
    assert_eq!(world.state_of(ada).await, before, "{method} {path} changed something");
    answered.headers
}

#[tokio::test]
async fn malformed_bodies_are_refused_and_change_nothing() {
    let world = world().await;
    let ada = world.ada().await;
    let key = bearer(&world.key);
    let records = format!("/v1/subjects/{ada}/records");
    let deep = format!(r#"{{"group": "account", "values": {{"name": {}1{}}}}}"#, "[".repeat(30), "]".repeat(30));
    let long = format!(r#"{{"group": "{}", "values": {{}}}}"#, "g".repeat(200));
    let cases: Vec<(&str, Vec<u8>, (u16, &str))> = vec![
        (&records, b"{".to_vec(), (400, "body.malformed")),
        (&records, b"".to_vec(), (400, "body.malformed")),
        (&records, b"[]".to_vec(), (400, "body.wrong_type")),
        (&records, vec![b' '; 17 << 10], (413, "body.too_large")),
        (&records, br#"{"group": "account", "values": {}, "more": 1}"#.to_vec(), (400, "body.unknown_field")),
        (&records, br#"{"group": 1, "values": {}}"#.to_vec(), (400, "body.wrong_type")),
        (&records, br#"{"values": {}}"#.to_vec(), (400, "body.missing_field")),
        (&records, br#"{"group": "account", "group": "account", "values": {}}"#.to_vec(), (400, "body.duplicate_key")),
        (&records, deep.into_bytes(), (400, "body.too_deep")),
        (&records, long.into_bytes(), (400, "body.wrong_type")),
        (&records, b"{\"group\": \"\xff\", \"values\": {}}".to_vec(), (400, "body.not_utf8")),
        (&records, br#"{"group": "nowhere", "values": {}}"#.to_vec(), (422, "group.undeclared")),
        (&records, br#"{"group": "account", "values": {"shoe_size": 43}}"#.to_vec(), (422, "field.undeclared")),
    ];
    for (path, body, expected) in cases {
        refused(&world, &ada, ("POST", path, &[("authorization", &key)], body), expected).await;
    }
    let plain: &[(&str, &str)] = &[("authorization", &key), ("content-type", "text/plain")];
    refused(&world, &ada, ("POST", &records, plain, b"{}".to_vec()), (415, "body.content_type")).await;
}

#[tokio::test]
async fn malformed_addresses_are_refused_and_change_nothing() {
    let world = world().await;
    let ada = world.ada().await;
    let key = bearer(&world.key);
    let nobody = "sub_00000000000000000000000000000000";
    for (method, path, expected) in [
        ("GET", "/v1/subjects/ada".to_owned(), (400, "path.malformed")),
        ("GET", format!("/v1/subjects/{nobody}"), (404, "subject.unknown")),
        ("GET", "/v1/subjects?limit=501".to_owned(), (400, "page.limit")),
        ("GET", "/v1/subjects?limit=many".to_owned(), (400, "query.malformed")),
        ("GET", "/v1/subjects?limits=1".to_owned(), (400, "query.malformed")),
        ("GET", "/v1/subjects?after=!".to_owned(), (400, "page.cursor")),
        ("GET", "/v1/nowhere".to_owned(), (404, "route.unknown")),
        ("DELETE", "/v1/subjects".to_owned(), (405, "method.unknown")),
        ("GET", format!("/v1/{}", "x".repeat(1100)), (414, "path.too_long")),
        ("GET", format!("/v1/subjects?after={}", "x".repeat(4100)), (414, "query.too_long")),
        ("POST", format!("/v1/subjects/{ada}/export?kind=everything"), (400, "query.malformed")),
        ("GET", "/ledger/nobody/checkpoint".to_owned(), (404, "tenant.unknown")),
        ("GET", "/ledger/sketch/tile/9/999".to_owned(), (404, "ledger.no_file")),
    ] {
        refused(&world, &ada, (method, &path, &[("authorization", &key)], Vec::new()), expected).await;
    }
}

#[tokio::test]
async fn keys_that_are_not_whole_and_live_are_refused_alike() {
    let world = world().await;
    let ada = world.ada().await;
    let (revoked_id, revoked) = world.key_with(vec![Scope::Write], None).await;
    assert_eq!(world.send("DELETE", &format!("/v1/keys/{revoked_id}"), json!({})).await.status, 204);
    let soon = Instant::from_date(2026, 6, 2).unwrap();
    let (_, expired) = world.key_with(vec![Scope::Write], Some(soon)).await;
    world.clock.advance(Span::new(2, SpanUnit::Day));
    let mut wrong = world.key.clone();
    wrong.pop();
    wrong.push('x');
    let path = format!("/v1/subjects/{ada}/records");
    let body = br#"{"group": "account", "values": {"name": "Eve"}}"#.to_vec();
    for (authorization, code) in [
        (String::new(), "key.missing"),
        ("Bearer".to_owned(), "key.missing"),
        ("Bearer ".to_owned(), "key.missing"),
        ("Basic YTpi".to_owned(), "key.missing"),
        (bearer("candor_"), "key.refused"),
        (bearer("candor__"), "key.refused"),
        (bearer("nonsense"), "key.refused"),
        (bearer(&wrong), "key.refused"),
        (bearer(&revoked), "key.refused"),
        (bearer(&expired), "key.refused"),
    ] {
        let headers =
            refused(&world, &ada, ("POST", &path, &[("authorization", &authorization)], body.clone()), (401, code))
                .await;
        assert!(headers.contains_key("www-authenticate"));
    }
}

#[tokio::test]
async fn one_tenants_key_does_not_see_anothers_subject() {
    let world = world().await;
    let ada = world.ada().await;
    let foreign = bearer(&world.other_key);
    let question = br#"{"purpose": "billing", "fields": ["account.email"]}"#.to_vec();
    for (method, path, body) in [
        ("GET", format!("/v1/subjects/{ada}"), Vec::new()),
        ("POST", format!("/v1/subjects/{ada}/read"), question.clone()),
        ("POST", format!("/v1/subjects/{ada}/erase"), b"{}".to_vec()),
        ("POST", format!("/v1/subjects/{ada}/export?kind=access"), Vec::new()),
        ("GET", format!("/v1/subjects/{ada}/accesses"), Vec::new()),
        ("POST", format!("/v1/subjects/{ada}/records"), br#"{"group": "account", "values": {"name": "Eve"}}"#.to_vec()),
    ] {
        refused(&world, &ada, (method, &path, &[("authorization", &foreign)], body), (404, "subject.unknown")).await;
    }
    let found = world
        .send_with(
            "POST",
            "/v1/subjects/find",
            &[("authorization", &foreign)],
            r#"{"purpose": "billing", "field": "account.email", "value": "ada@people.example"}"#,
        )
        .await;
    assert_eq!(found.body, json!({"subject": null}));
}

#[tokio::test]
async fn an_idempotency_key_answers_the_same_once_more_and_refuses_another_body() {
    let world = world().await;
    let ada = world.ada().await;
    let key = bearer(&world.key);
    let headers: &[(&str, &str)] = &[("authorization", &key), ("idempotency-key", "one")];
    let path = format!("/v1/subjects/{ada}/objections");
    let first = world.send_with("POST", &path, headers, r#"{"purpose": "tips"}"#).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let before = world.state_of(&ada).await;
    let again = world.send_with("POST", &path, headers, r#"{"purpose": "tips"}"#).await;
    assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(world.state_of(&ada).await, before);
    let other = br#"{"purpose": "billing"}"#.to_vec();
    refused(&world, &ada, ("POST", &path, headers, other), (422, "idempotency.mismatch")).await;
    let elsewhere = format!("/v1/subjects/{ada}/deactivate");
    refused(&world, &ada, ("POST", &elsewhere, headers, b"{}".to_vec()), (422, "idempotency.mismatch")).await;
    for malformed in ["", "with space", &"x".repeat(129)] {
        let headers: &[(&str, &str)] = &[("authorization", &key), ("idempotency-key", malformed)];
        refused(&world, &ada, ("POST", &path, headers, b"{}".to_vec()), (400, "idempotency.malformed")).await;
    }
}

#[tokio::test]
async fn a_repeated_issue_of_a_key_does_not_show_its_secret_again() {
    let world = world().await;
    let key = bearer(&world.key);
    let headers: &[(&str, &str)] = &[("authorization", &key), ("idempotency-key", "issue")];
    let body = r#"{"label": "mailer", "scopes": ["read"]}"#;
    let first = world.send_with("POST", "/v1/keys", headers, body).await;
    assert!(first.body["secret"].as_str().unwrap().starts_with("candor_"));
    let again = world.send_with("POST", "/v1/keys", headers, body).await;
    assert_eq!((&again.body["id"], &again.body["secret"]), (&first.body["id"], &json!(null)));
}

#[tokio::test]
async fn a_key_that_asks_too_often_is_told_when_to_come_back() {
    let world = world_at_rate(Rate { per_second: 1, burst: 2 }).await;
    assert_eq!(world.send("GET", "/v1/subjects", json!(null)).await.status, 200);
    assert_eq!(world.send("GET", "/v1/subjects", json!(null)).await.status, 200);
    let refused = world.send("GET", "/v1/subjects", json!(null)).await;
    assert_eq!((refused.status, refused.code()), (429, "rate.exceeded"));
    assert!(refused.headers.contains_key("retry-after"));
}
