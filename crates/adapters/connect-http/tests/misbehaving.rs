//! Against a service of the test's own that misbehaves on demand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod service;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use candor_connect::testing::{Kept, person};
use candor_connect::{ConnectError, Connector as _};
use candor_places::{Act, Correction, PersonIx, Task};
use candor_words::Secret;
use parking_lot::Mutex;
use serde_json::{Value, json};
use service::{Fake, status, yes};

const POLICY: &str = r#"
policy "Shop", version 1
controller "Example" in DE, contact privacy@example.org
law gdpr
data account {
    email: EmailAddress, identifies the subject
    name: Name
}
purpose shop "Sell you things" is ServiceProvision {
    because contract
    uses account
}
keep account until contract ends, then erase
rights under gdpr {
    access within 1 month
    rectification within 1 month
    erasure within 1 month
    restriction within 1 month
    portability within 1 month
}
system shop is http at env SHOP {
    PACE
    place people key id {
        owned by subject through email as account.email
        account.email at email
        account.name at name.first
        CALLS
        on erasure ERASURE
        on restriction set held to "true"
    }
}
"#;

const CALLS: &str = r#"find email by GET "/people?email={email}", rows at data
        find id by GET "/people/{id}", fails where ok is "false"
        delete by DELETE "/people/{id}", fails where ok is "false"
        change by PATCH "/people/{id}" with json"#;

fn policy(calls: &str) -> String {
    POLICY.replace("PACE", "").replace("CALLS", calls).replace("ERASURE", "delete")
}

fn task(act: Act) -> Task {
    Task { act, people: vec![person(&[("account.email", "rosa@ships.example")])] }
}

fn rosa() -> Value {
    json!({"id": "1", "email": "rosa@ships.example", "name": {"first": "Rosa"}, "held": false})
}

fn renamed() -> Act {
    let value = Some(Secret::new("Rosalind".to_owned()));
    Act::Rectify(vec![Correction { person: PersonIx(0), field: "account.name".to_owned(), value }])
}

/// Whatever stood in the way says nothing of anybody.
fn without_values(error: ConnectError) -> ConnectError {
    let text = format!("{error} {error:?}");
    assert!(!text.contains("rosa") && !text.contains("of-the-test"), "{text}");
    error
}

#[tokio::test]
async fn haste_and_failures_that_pass_are_waited_out() {
    for wrong in [429, 500, 502, 503] {
        let fake = Fake::start(move |asked| match (asked.n_before, asked.method.as_str()) {
            (0..3, _) => (StatusCode::from_u16(wrong).unwrap(), [("retry-after", "0")]).into_response(),
            (_, "GET") if asked.path == "/people" => yes(&json!({"data": [rosa()]})),
            (_, "GET") => status(404),
            _ => yes(&json!({"ok": true})),
        })
        .await;
        let report = fake.connector(&policy(CALLS)).carry_out(&task(Act::Erase)).await.unwrap();
        assert_eq!(report.places[0].n_rows, 1, "{wrong}");
    }
    let fake = Fake::start(|_| (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "90")]).into_response()).await;
    let busy = fake.connector(&policy(CALLS)).carry_out(&task(Act::Erase)).await.unwrap_err();
    assert_eq!(busy, ConnectError::Busy { retry_after_seconds: Some(90) });
    assert_eq!(fake.asked().len(), 1);
    let fake = Fake::start(|_| status(500)).await;
    let failed = without_values(fake.connector(&policy(CALLS)).carry_out(&task(Act::Erase)).await.unwrap_err());
    assert!(!failed.is_passing(), "{failed}");
    assert_eq!(fake.asked().len(), 4, "a bound ends it");
}

#[tokio::test]
async fn a_service_that_hangs_is_given_up() {
    let fake = Fake::start(|_| status(200)).await;
    let calls = CALLS.replace("/people?email={email}", "/hang?email={email}");
    let address = format!("{}/", fake.address);
    let late = fake.connector_at(&policy(&calls), &address).carry_out(&task(Act::Erase)).await.unwrap_err();
    assert!(matches!(without_values(late), ConnectError::TimedOut { .. }));
}

#[tokio::test]
async fn answers_that_are_none_are_failures() {
    let long = format!("{{\"data\": \"{}\"}}", "rosa".repeat(400_000));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for body in ["{\"data\": [{\"id\": \"rosa", "<html>rosa</html>", "", "{\"error\": \"rosa\"}", &long, &deep] {
        let body = body.to_owned();
        let fake = Fake::start(move |_| body.clone().into_response()).await;
        let connector = fake.connector(&policy(CALLS));
        match connector.carry_out(&task(Act::Erase)).await {
            Err(error) => assert!(matches!(without_values(error), ConnectError::Failed { .. })),
            // Nothing at all is no row.
            Ok(report) => assert!(report.places.is_empty()),
        }
    }
}

#[tokio::test]
async fn a_no_under_a_yes_and_a_yes_that_was_none_are_seen() {
    let is_no = Arc::new(AtomicBool::new(true));
    let no = is_no.clone();
    let fake = Fake::start(move |asked| match asked.method.as_str() {
        "DELETE" if no.load(Ordering::Relaxed) => yes(&json!({"ok": false, "error": "rosa"})),
        "DELETE" => yes(&json!({"ok": true})),
        "PATCH" => yes(&rosa()),
        _ if asked.path == "/people" => yes(&json!({"data": [rosa()]})),
        _ => yes(&rosa()),
    })
    .await;
    let connector = fake.connector(&policy(CALLS));
    let refused = without_values(connector.carry_out(&task(Act::Erase)).await.unwrap_err());
    assert!(refused.to_string().contains("said no"), "{refused}");
    is_no.store(false, Ordering::Relaxed);
    let lie = without_values(connector.carry_out(&task(Act::Erase)).await.unwrap_err());
    assert!(lie.to_string().contains("as done, and was not"), "{lie}");
    let lie = without_values(connector.carry_out(&task(renamed())).await.unwrap_err());
    assert!(lie.to_string().contains("as done, and was not"), "{lie}");
}

#[tokio::test]
async fn what_was_not_asked_for_is_left_alone() {
    let others = json!([
        {"id": "2", "email": "otto@ships.example"}, rosa(), {"id": "3", "email": "xrosa@ships.example"}, rosa(),
    ]);
    let fake = Fake::start(move |asked| match asked.method.as_str() {
        "GET" if asked.path == "/people" => yes(&json!({"data": others})),
        "GET" => status(404),
        _ => status(204),
    })
    .await;
    let report = fake.connector(&policy(CALLS)).carry_out(&task(Act::Erase)).await.unwrap();
    assert_eq!(report.places[0].n_rows, 1, "a row that comes twice is one");
    let deleted: Vec<_> = fake.asked().into_iter().filter(|asked| asked.starts_with("DELETE")).collect();
    assert_eq!(deleted, ["DELETE /people/1"]);
}

#[tokio::test]
async fn every_kind_of_paging_is_followed_to_its_end() {
    let everybody: Vec<Value> =
        (0..7).map(|n| json!({"id": n, "email": if n == 6 { "rosa@ships.example" } else { "x@y.example" }})).collect();
    for (paging, how) in [
        ("next page at next as page", "mark"),
        ("next page at next", "address"),
        ("next page by link", "link"),
        ("next page after id as after", "after"),
        ("pages by number as page", "number"),
        ("pages by offset as skip", "offset"),
    ] {
        let everybody = everybody.clone();
        let fake = Fake::start(move |asked| {
            let number = |name: &str| asked.parameter(name).and_then(|text| text.parse::<usize>().ok());
            let start = match how {
                "after" => number("after").map_or(0, |after| after + 1),
                "number" => (number("page").unwrap() - 1) * 3,
                "offset" => number("skip").unwrap(),
                _ => number("page").unwrap_or(0),
            };
            let page: Vec<&Value> = everybody.iter().skip(start).take(3).collect();
            let host = asked.headers["host"].to_str().unwrap();
            let next = (start + 3 < everybody.len()).then(|| format!("http://{host}/people?page={}", start + 3));
            match how {
                "link" => match next {
                    Some(next) => ([("link", format!("<{next}>; rel=\"next\""))], json!({"data": page}).to_string())
                        .into_response(),
                    None => yes(&json!({"data": page})),
                },
                "mark" => yes(&json!({"data": page, "next": next.map(|_| start + 3)})),
                _ => yes(&json!({"data": page, "next": next})),
            }
        })
        .await;
        let calls = format!(
            "list by GET \"/people\", rows at data, {paging}\n delete by DELETE \"/people/{{id}}\"\n change by PATCH \"/people/{{id}}\" with json"
        );
        let mut rows = Kept::default();
        fake.connector(&policy(&calls)).read(&task(Act::Erase).people, &mut rows).await.unwrap();
        assert_eq!(rows.0.iter().map(|row| row.key[0].as_str()).collect::<Vec<_>>(), ["6"], "{how}");
    }
}

#[tokio::test]
async fn pages_that_run_in_circles_or_lead_elsewhere_are_failures() {
    for (paging, next) in [
        ("next page at next as page", json!("again")),
        ("next page at next", json!("/people?page=1")),
        ("pages by number as page", json!(null)),
        ("next page at next", json!("https://evil.example/people")),
        ("next page at next", json!("//evil.example/people")),
    ] {
        let fake = Fake::start(move |_| yes(&json!({"data": [rosa()], "next": next}))).await;
        let calls = format!(
            "list by GET \"/people\", rows at data, {paging}\n delete by DELETE \"/people/{{id}}\"\n change by PATCH \"/people/{{id}}\" with json"
        );
        let connector = fake.connector(&policy(&calls));
        without_values(connector.carry_out(&task(Act::Erase)).await.unwrap_err());
        assert!(fake.asked().len() < 4, "{:?}", fake.asked());
    }
}

#[tokio::test]
async fn a_value_says_no_more_than_what_it_is() {
    let fake = Fake::start(|_| yes(&json!({"data": []}))).await;
    let connector = fake.connector(&policy(CALLS));
    let evil = "x&email=*#/../admin?y=\r\nX-Evil: 1";
    let people = [person(&[("account.email", evil)])];
    connector.read(&people, &mut Kept::default()).await.unwrap();
    let asked = fake.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(service::decoded(asked[0].split_once("email=").unwrap().1), evil);
    assert!(asked[0].starts_with("GET /people?email=x%26email%3D%2A%23"), "{asked:?}");
    let quoting = CALLS.replace("/people?email={email}", "/people?q=email:'{email}'");
    let connector = fake.connector(&policy(&quoting));
    let refused = connector.read(&[person(&[("account.email", "a' or '1")])], &mut Kept::default()).await.unwrap_err();
    assert!(refused.to_string().contains("quote"), "{refused}");
    assert_eq!(fake.asked().len(), 1, "it was not asked");
}

#[tokio::test]
async fn rows_are_corrected_marked_and_emptied() {
    let row = Arc::new(Mutex::new(rosa()));
    let kept = row.clone();
    let fake = Fake::start(move |asked| {
        let mut row = kept.lock();
        match asked.method.as_str() {
            "PATCH" => {
                let change: Value = serde_json::from_str(&asked.body).unwrap();
                for (name, value) in change.as_object().unwrap() {
                    row[name] = value.clone();
                }
                yes(&row)
            }
            _ if asked.path == "/people" => {
                let rows = if row["email"].is_null() { json!([]) } else { json!([*row]) };
                yes(&json!({"data": rows}))
            }
            _ => yes(&row),
        }
    })
    .await;
    let connector = fake.connector(&policy(CALLS).replace("on erasure delete", "on erasure de-identify"));
    connector.carry_out(&task(renamed())).await.unwrap();
    assert_eq!(row.lock()["name"]["first"], "Rosalind");
    connector.carry_out(&task(Act::Restrict)).await.unwrap();
    assert_eq!(row.lock()["held"], true, "of the kind that stood there");
    connector.carry_out(&task(Act::LiftRestriction)).await.unwrap();
    assert_eq!(row.lock()["held"], false);
    connector.carry_out(&task(Act::Erase)).await.unwrap();
    assert_eq!(*row.lock(), json!({"id": "1", "email": null, "name": {"first": null}, "held": false}));
    let n_asked = fake.asked().len();
    assert!(connector.carry_out(&task(Act::Erase)).await.unwrap().places.is_empty());
    assert_eq!(fake.asked().len(), n_asked + 1, "nothing is changed twice");
}

#[tokio::test]
async fn a_token_is_asked_for_kept_and_renewed_when_it_is_refused() {
    let n_tokens = Arc::new(AtomicUsize::new(0));
    let counted = n_tokens.clone();
    let fake = Fake::start(move |asked| {
        if asked.path == "/token" {
            assert_eq!(asked.headers["authorization"], "Basic Y2FuZG9yOm9mLXRoZS10ZXN0");
            assert!(asked.body.contains("grant_type=client_credentials") && asked.body.contains("scope=people"));
            let n = counted.fetch_add(1, Ordering::Relaxed) + 1;
            return yes(&json!({"access_token": format!("token-{n}"), "expires_in": 3600}));
        }
        // The first token is withdrawn after two calls.
        match asked.headers["authorization"].to_str().unwrap() {
            "Bearer token-1" if asked.n_before < 3 => yes(&json!({"data": []})),
            "Bearer token-2" => yes(&json!({"data": []})),
            _ => status(401),
        }
    })
    .await;
    let address = json!({
        "url": fake.address, "token_url": format!("{}/token", fake.address),
        "client_id": "candor", "client_secret": "of-the-test", "scope": "people",
    });
    let connector = fake.connector_at(&policy(CALLS), &address.to_string());
    for _ in 0..4 {
        connector.read(&task(Act::Erase).people, &mut Kept::default()).await.unwrap();
    }
    assert_eq!(n_tokens.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn credentials_that_are_refused_are_said_so_and_not_tried_again() {
    let fake = Fake::start(|_| status(401)).await;
    let refused = fake.connector(&policy(CALLS)).carry_out(&task(Act::Erase)).await.unwrap_err();
    assert!(matches!(without_values(refused), ConnectError::PrivilegeMissing { .. }));
    assert_eq!(fake.asked().len(), 1);
}

#[tokio::test]
async fn no_more_is_asked_in_a_second_than_the_policy_says() {
    let fake = Fake::start(|_| yes(&json!({"data": []}))).await;
    let paced =
        POLICY.replace("PACE", "at most 20 calls a second").replace("CALLS", CALLS).replace("ERASURE", "delete");
    let connector = fake.connector(&paced);
    let people: Vec<_> = (0..11).map(|n| person(&[("account.email", &format!("p{n}@ships.example"))])).collect();
    let start = std::time::Instant::now();
    connector.read(&people, &mut Kept::default()).await.unwrap();
    assert_eq!(fake.asked().len(), 11);
    assert!(start.elapsed().as_millis() >= 490, "{:?}", start.elapsed());
}
