//! Against a service of the test's own that misbehaves: no filter, the same page for ever, lies, conflicts, haste.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod people;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use candor_call::Limits;
use candor_connect::testing::{Kept, person};
use candor_connect::{ConnectError, Connector as _};
use candor_connect_rows::ByRows;
use candor_connect_scim::{Scim, with_limits};
use candor_places::{Act, Correction, PersonIx, Task};
use candor_words::Secret;
use parking_lot::Mutex;
use people::map;
use serde_json::{Value, json};

/// How the service misbehaves.
#[derive(Clone, Copy, PartialEq)]
enum Wrong {
    /// A filter is left out of account.
    NoFilter,
    /// A filter is refused.
    FilterRefused,
    /// Every page is the first.
    SamePage,
    /// A change is answered as done, and is not.
    Lies,
    /// The first two changes find that the resource has changed.
    Conflicts,
    /// The first calls are too many.
    Hasty,
    /// Too many calls, for a long time.
    Closed,
    /// The resource is gone when it is to be deleted.
    AlreadyGone,
    /// The answer is cut off.
    Truncated,
    /// What is to be changed is not for this client.
    Forbidden,
}

struct Service {
    wrong: Wrong,
    users: Mutex<Vec<Value>>,
    n_asked: Mutex<usize>,
    asked: Mutex<Vec<String>>,
}

async fn answer(
    State(service): State<Arc<Service>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let n_asked = {
        let mut n_asked = service.n_asked.lock();
        *n_asked += 1;
        *n_asked
    };
    service.asked.lock().push(format!("{method} {uri}"));
    let path = uri.path().trim_start_matches("/v2").to_owned();
    match service.wrong {
        Wrong::Hasty if n_asked <= 2 => return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")]).into_response(),
        Wrong::Closed => return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3600")]).into_response(),
        _ => {}
    }
    let id = path.strip_prefix("/Users/").map(str::to_owned);
    match (&method, id) {
        (&Method::GET, None) if path == "/Users" => {
            if service.wrong == Wrong::FilterRefused && uri.query().is_some_and(|query| query.contains("filter")) {
                let message = json!({"scimType": "invalidFilter", "detail": "rosa@ships.example?"});
                return (StatusCode::BAD_REQUEST, message.to_string()).into_response();
            }
            let users = service.users.lock().clone();
            let starts = uri.query().is_some_and(|query| query.contains("startIndex=1&"));
            let users = if starts || service.wrong == Wrong::SamePage { users } else { Vec::new() };
            let n_all = if service.wrong == Wrong::SamePage { 1_000 } else { users.len() };
            let text = json!({"totalResults": n_all, "Resources": users}).to_string();
            if service.wrong == Wrong::Truncated {
                return text[..text.len() / 2].to_owned().into_response();
            }
            text.into_response()
        }
        (&Method::GET, Some(id)) => match service.users.lock().iter().find(|user| user["id"] == id) {
            Some(user) => ([("etag", "W/\"1\"")], user.to_string()).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        (&Method::PATCH, Some(id)) => {
            assert_eq!(headers["if-match"], "W/\"1\"");
            if service.wrong == Wrong::Forbidden {
                return (StatusCode::FORBIDDEN, "rosa@ships.example is not yours").into_response();
            }
            let patch: Value = serde_json::from_slice(&body).unwrap();
            let n_patches = service.asked.lock().iter().filter(|asked| asked.starts_with("PATCH")).count();
            if service.wrong == Wrong::Conflicts && n_patches <= 2 {
                return StatusCode::PRECONDITION_FAILED.into_response();
            }
            if service.wrong != Wrong::Lies {
                let mut users = service.users.lock();
                let user = users.iter_mut().find(|user| user["id"] == id).unwrap();
                user["name"]["givenName"] = patch["Operations"][0]["value"].clone();
            }
            StatusCode::NO_CONTENT.into_response()
        }
        (&Method::DELETE, Some(id)) => {
            service.users.lock().retain(|user| user["id"] != id);
            let gone = service.wrong == Wrong::AlreadyGone;
            if gone { StatusCode::NOT_FOUND.into_response() } else { StatusCode::NO_CONTENT.into_response() }
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn start(wrong: Wrong) -> (Arc<Service>, ByRows<Scim>) {
    let user = |id: &str, name: &str| {
        json!({
            "id": id, "userName": name, "name": {"givenName": name},
            "emails": [{"value": format!("{name}@ships.example"), "type": "work"}],
        })
    };
    let users = Mutex::new(vec![user("1", "rosa"), user("2", "otto")]);
    let service = Arc::new(Service { wrong, users, n_asked: Mutex::default(), asked: Mutex::default() });
    let router = Router::new().fallback(answer).with_state(service.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v2", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let limits = Limits {
        pause: Duration::from_millis(1),
        pause_max: Duration::from_millis(20),
        answer: Duration::from_secs(5),
        ..Limits::default()
    };
    (service, with_limits(map(""), &Secret::new(address), limits).unwrap())
}

fn task(act: Act) -> Task {
    Task { act, people: vec![person(&[("account.email", "rosa@ships.example")])] }
}

fn named(value: &str) -> Task {
    let value = Some(Secret::new(value.to_owned()));
    task(Act::Rectify(vec![Correction { person: PersonIx(0), field: "account.given".to_owned(), value }]))
}

#[tokio::test]
async fn a_filter_that_is_left_out_of_account_costs_nobody_else_their_account() {
    for wrong in [Wrong::NoFilter, Wrong::FilterRefused] {
        let (service, connector) = start(wrong).await;
        let report = connector.carry_out(&task(Act::Erase)).await.unwrap();
        assert_eq!((report.places.len(), report.places[0].n_rows), (1, 1), "{report:?}");
        let left: Vec<_> = service.users.lock().iter().map(|user| user["userName"].clone()).collect();
        assert_eq!(left, ["otto"]);
    }
}

#[tokio::test]
async fn a_list_without_end_is_an_error() {
    let (_, connector) = start(Wrong::SamePage).await;
    let error = connector.read(&task(Act::Erase).people, &mut Kept::default()).await.unwrap_err();
    assert!(error.to_string().contains("the same page again"), "{error}");
}

#[tokio::test]
async fn what_is_said_to_be_done_is_looked_at() {
    let (_, connector) = start(Wrong::Lies).await;
    let error = connector.carry_out(&named("Rosalind")).await.unwrap_err();
    assert!(error.to_string().contains("was answered as done, and was not"), "{error}");
}

#[tokio::test]
async fn a_resource_that_changed_meanwhile_is_read_again() {
    let (service, connector) = start(Wrong::Conflicts).await;
    connector.carry_out(&named("Rosalind")).await.unwrap();
    assert_eq!(service.users.lock()[0]["name"]["givenName"], "Rosalind");
}

#[tokio::test]
async fn haste_is_answered_with_patience_and_a_closed_door_is_told() {
    let (_, connector) = start(Wrong::Hasty).await;
    connector.carry_out(&task(Act::Erase)).await.unwrap();
    let (service, connector) = start(Wrong::Closed).await;
    let error = connector.carry_out(&task(Act::Erase)).await.unwrap_err();
    assert_eq!(error, ConnectError::Busy { retry_after_seconds: Some(3_600) });
    assert_eq!(*service.n_asked.lock(), 1, "nobody knocks while the door is closed");
}

#[tokio::test]
async fn what_is_gone_is_done_and_what_is_forbidden_named_without_values() {
    let (_, connector) = start(Wrong::AlreadyGone).await;
    connector.carry_out(&task(Act::Erase)).await.unwrap();
    let (_, connector) = start(Wrong::Forbidden).await;
    let error = connector.carry_out(&named("Rosalind")).await.unwrap_err();
    assert!(matches!(error, ConnectError::PrivilegeMissing { .. }), "{error}");
    assert!(!error.to_string().contains("rosa"), "{error}");
}

#[tokio::test]
async fn half_an_answer_is_a_failure_without_values() {
    let (_, connector) = start(Wrong::Truncated).await;
    let error = connector.carry_out(&task(Act::Erase)).await.unwrap_err();
    assert!(matches!(error, ConnectError::Failed { .. }), "{error}");
    assert!(!format!("{error:?}").contains("rosa"), "{error:?}");
}
