//! An organisation that answers as a test tells it: believed when it signs, waited for, asked once, refused when it is another.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use candor_connect::testing::{Kept, map, person};
use candor_connect::{ConnectError, Connector, Connectors, Errand, Heard, HeardError};
use candor_connect_opendsr::Organisations;
use candor_dsr::opendsr::{Callback, ProcessorKey, Status};
use candor_places::{Act, Did, Person, Task};
use candor_words::{Instant, RequestId, Secret, SeededEntropy, SystemClock};
use parking_lot::Mutex;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};

const POLICY: &str = include_str!("../../../../tests/tests/asking.candor");
const EMAIL: &str = "zoe.quist@example.org";

/// What the organisation does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Nothing,
    SignsAnotherBody,
    SaysAnotherDomain,
    DoesNotSign,
    AnswersOfAnotherRequest,
}

struct Organisation {
    key: ProcessorKey,
    certificate: String,
    base: Mutex<String>,
    status: Mutex<Status>,
    wrong: Mutex<Wrong>,
    asked: Mutex<Vec<Value>>,
}

type Shared = Arc<Organisation>;

impl Organisation {
    fn signed(&self, status: StatusCode, body: &Value) -> Response {
        let wrong = *self.wrong.lock();
        let body = body.to_string();
        let signs = if wrong == Wrong::SignsAnotherBody { format!("{body} ") } else { body.clone() };
        let domain = if wrong == Wrong::SaysAnotherDomain { "elsewhere.example" } else { "127.0.0.1" };
        let mut response = (status, body).into_response();
        if wrong != Wrong::DoesNotSign {
            let signature = self.key.sign(signs.as_bytes()).unwrap();
            response.headers_mut().insert("x-opendsr-signature", signature.parse().unwrap());
        }
        response.headers_mut().insert("x-opendsr-processor-domain", domain.parse().unwrap());
        response
    }
}

async fn discovery(State(it): State<Shared>) -> String {
    json!({ "api_version": "2.0", "processor_certificate": format!("{}/cert.pem", it.base.lock()) }).to_string()
}

async fn certificate(State(it): State<Shared>) -> String {
    it.certificate.clone()
}

async fn take(State(it): State<Shared>, body: Bytes) -> Response {
    let asked: Value = serde_json::from_slice(&body).unwrap();
    let number = asked["subject_request_id"].clone();
    it.asked.lock().push(asked);
    it.signed(StatusCode::CREATED, &json!({ "subject_request_id": number, "controller_id": "quist" }))
}

async fn status(State(it): State<Shared>, Path(number): Path<String>) -> Response {
    if !it.asked.lock().iter().any(|asked| asked["subject_request_id"] == number.as_str()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let is_other = *it.wrong.lock() == Wrong::AnswersOfAnotherRequest;
    let number = if is_other { "a7551968-d5d6-44b2-9831-815ac9017798".to_owned() } else { number };
    let said = json!({
        "subject_request_id": number, "request_status": it.status.lock().word(), "controller_id": "quist",
        "expected_completion_time": "2026-12-01T00:00:00Z", "results_url": "https://127.0.0.1/results",
    });
    it.signed(StatusCode::OK, &said)
}

/// An organisation, the connector to it, and its certificate authority's certificate.
async fn asked() -> (Shared, Arc<dyn Connector>) {
    asked_trusting(true).await
}

async fn asked_trusting(is_trusted: bool) -> (Shared, Arc<dyn Connector>) {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let pair = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&pair, &authority).unwrap();
    let it = Arc::new(Organisation {
        key: ProcessorKey::of("127.0.0.1", &pair.serialize_der()).unwrap(),
        certificate: own.pem(),
        base: Mutex::default(),
        status: Mutex::new(Status::Completed),
        wrong: Mutex::new(Wrong::Nothing),
        asked: Mutex::default(),
    });
    let router = Router::new()
        .route("/v2/discovery", get(discovery))
        .route("/cert.pem", get(certificate))
        .route("/v2/requests", post(take))
        .route("/v2/requests/{number}", get(status))
        .with_state(Arc::clone(&it));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    *it.base.lock() = base.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let trusted = is_trusted.then(|| authority.pem());
    let address = json!({ "url": format!("{base}/v2"), "token": "of-the-controller", "trusted": trusted }).to_string();
    let maker = Organisations::new(Arc::new(SystemClock), Arc::new(SeededEntropy::new(7)));
    let connector = maker.connect(map(POLICY), &Secret::new(address)).await.unwrap();
    (it, connector)
}

fn errand() -> Errand {
    let request = RequestId::from_bytes([7; 16]);
    Errand { request, begun_at: Instant::from_date(2026, 6, 1).unwrap(), callback: Some("https://c.example/x".into()) }
}

fn zoe(act: Act, further: &[(&str, &str)]) -> Task {
    let all = [("account.email", EMAIL), ("account.name", "Zoe Quist")].into_iter().chain(further.iter().copied());
    Task { act, people: vec![person(&all.collect::<Vec<_>>())] }
}

#[tokio::test]
async fn an_erasure_is_asked_once_with_what_the_organisation_knows_and_believed_by_its_signature() {
    let (it, connector) = asked().await;
    for _ in 0..3 {
        let report = connector.carry_out_for(&errand(), &zoe(Act::Erase, &[])).await.unwrap();
        assert_eq!((report.places[0].did, report.places[0].n_rows), (Did::Deleted, 1));
        assert!(report.places[0].because.as_ref().unwrap().contains("signed by 127.0.0.1"));
    }
    let asked = it.asked.lock().clone();
    assert_eq!(asked.len(), 1, "repeated, it is the same request");
    let identities = json!([{ "identity_type": "email", "identity_format": "raw", "identity_value": EMAIL }]);
    assert_eq!(asked[0]["subject_identities"], identities, "no name: the policy does not say that it is known there");
    assert_eq!(asked[0]["subject_request_type"], "erasure");
    assert_eq!(asked[0]["status_callback_urls"], json!(["https://c.example/x"]));
    // A further identifier is another question.
    connector.carry_out_for(&errand(), &zoe(Act::Erase, &[("account.number", "C-77")])).await.unwrap();
    assert_eq!(it.asked.lock().len(), 2);
    assert_eq!(it.asked.lock()[1]["subject_identities"][1]["identity_type"], "controller_customer_id");
}

#[tokio::test]
async fn nothing_is_done_until_the_organisation_says_so_under_its_signature() {
    let (it, connector) = asked().await;
    for status in [Status::Pending, Status::InProgress] {
        *it.status.lock() = status;
        let error = connector.carry_out_for(&errand(), &zoe(Act::Erase, &[])).await.unwrap_err();
        assert_eq!((error.code(), error.is_passing()), ("system.awaited", true));
    }
    *it.status.lock() = Status::Cancelled;
    let error = connector.carry_out_for(&errand(), &zoe(Act::Erase, &[])).await.unwrap_err();
    assert_eq!((error.code(), error.is_passing()), ("system.refused", false), "somebody has to look");
    *it.status.lock() = Status::Completed;
    for wrong in [Wrong::SignsAnotherBody, Wrong::SaysAnotherDomain, Wrong::DoesNotSign, Wrong::AnswersOfAnotherRequest]
    {
        *it.wrong.lock() = wrong;
        let error = connector.carry_out_for(&errand(), &zoe(Act::Erase, &[])).await.unwrap_err();
        assert!(!error.is_passing(), "{wrong:?}: {error}");
        assert!(!error.to_string().contains(EMAIL));
    }
    *it.wrong.lock() = Wrong::Nothing;
    assert!(connector.carry_out_for(&errand(), &zoe(Act::Erase, &[])).await.is_ok());
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_signs_nothing() {
    let (_, connector) = asked_trusting(false).await;
    let error = connector.carry_out_for(&errand(), &zoe(Act::Erase, &[])).await.unwrap_err();
    assert_eq!(error.code(), "system.refused", "{error}");
}

#[tokio::test]
async fn nobody_is_asked_about_whom_the_organisation_cannot_know_and_what_it_cannot_do_is_said() {
    let (it, connector) = asked().await;
    let nobody = Task { act: Act::Erase, people: vec![Person { identifiers: Vec::new() }] };
    let report = connector.carry_out_for(&errand(), &nobody).await.unwrap();
    assert_eq!(report.places[0].n_rows, 0);
    for act in [Act::Rectify(Vec::new()), Act::Restrict, Act::LiftRestriction] {
        let report = connector.carry_out_for(&errand(), &zoe(act, &[])).await.unwrap();
        assert_eq!(report.places[0].did, Did::CannotHold);
    }
    assert!(it.asked.lock().is_empty());
    let alone = connector.carry_out(&zoe(Act::Erase, &[])).await.unwrap_err();
    assert!(matches!(alone, ConnectError::Refused { .. }));
}

#[tokio::test]
async fn a_call_back_is_believed_under_the_same_conditions() {
    let (it, connector) = asked().await;
    let told = Callback {
        controller_id: "quist".into(),
        status_callback_url: "https://c.example/x".into(),
        subject_request_id: "a7551968-d5d6-44b2-9831-815ac9017798".into(),
        request_status: Status::Completed,
        expected_completion_time: Instant::from_date(2026, 12, 1).unwrap(),
    };
    let body = told.write();
    let heard = |body: &[u8], domain: &str, signature: String, url: &str| Heard {
        url: url.to_owned(),
        domain: domain.to_owned(),
        signature,
        body: body.to_vec(),
    };
    let signature = || it.key.sign(&body).unwrap();
    let ours = "https://c.example/x";
    assert_eq!(connector.heard(&heard(&body, "127.0.0.1", signature(), ours)).await, Ok(()));
    let others = heard(&body, "evil.example", signature(), ours);
    assert_eq!(connector.heard(&others).await, Err(HeardError::Stranger));
    assert_eq!(connector.heard(&heard(&body, "127.0.0.1", "Zm9yZ2Vk".into(), ours)).await, Err(HeardError::Forged));
    let elsewhere = heard(&body, "127.0.0.1", signature(), "https://c.example/another");
    assert_eq!(connector.heard(&elsewhere).await, Err(HeardError::Forged), "meant for another address");
    let nonsense = b"not JSON";
    let signed = heard(nonsense, "127.0.0.1", it.key.sign(nonsense).unwrap(), ours);
    assert_eq!(connector.heard(&signed).await, Err(HeardError::Forged));
}

#[tokio::test]
async fn a_copy_is_asked_for_and_told_where_it_is() {
    let (it, connector) = asked().await;
    let mut rows = Kept::default();
    connector.read(&zoe(Act::Erase, &[]).people, &mut rows).await.unwrap();
    assert_eq!(it.asked.lock()[0]["subject_request_type"], "access");
    let values: Vec<_> = rows.0[0].values.iter().filter_map(|value| value.value.clone()).collect();
    assert_eq!(values, ["completed", "https://127.0.0.1/results"]);
}
