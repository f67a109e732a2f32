//! What the tests share: manifests, and a service of the tests' own that answers as it is told to.

#![allow(dead_code, reason = "not every test uses all of it")]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use candor_call::Limits;
use candor_connect::testing::map;
use candor_connect_http::{Service, with_limits};
use candor_connect_rows::ByRows;
use candor_words::Secret;
use parking_lot::Mutex;

/// An example of the workspace.
pub fn example(name: &str) -> String {
    let path = format!("{}/../../../examples/systems/{name}.candor", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// What a service is asked.
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: String,
    /// How many were asked before.
    pub n_before: usize,
}

impl Asked {
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

type Answers = Box<dyn Fn(&Asked) -> Response + Send + Sync>;

/// A service that runs until the test ends.
pub struct Fake {
    pub address: String,
    log: Arc<Mutex<Vec<String>>>,
}

struct Running {
    answers: Answers,
    log: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    pub async fn start(answers: impl Fn(&Asked) -> Response + Send + Sync + 'static) -> Self {
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let running = Arc::new(Running { answers: Box::new(answers), log: log.clone() });
        let router = Router::new().fallback(answer).with_state(running);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, log }
    }

    /// What was asked, in order.
    pub fn asked(&self) -> Vec<String> {
        self.log.lock().clone()
    }

    pub fn connector(&self, manifest: &str) -> ByRows<Service> {
        self.connector_at(manifest, &format!(r#"{{"url": "{}", "token": "of-the-test"}}"#, self.address))
    }

    pub fn connector_at(&self, manifest: &str, address: &str) -> ByRows<Service> {
        let limits = Limits {
            pause: Duration::from_millis(1),
            pause_max: Duration::from_millis(50),
            answer: Duration::from_millis(1_500),
            answer_bytes_max: 1024 * 1024,
            ..Limits::default()
        };
        with_limits(map(manifest), &Secret::new(address.to_owned()), limits).unwrap()
    }
}

async fn answer(
    State(running): State<Arc<Running>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let n_before = {
        let mut log = running.log.lock();
        log.push(format!("{method} {uri}"));
        log.len() - 1
    };
    let query = uri.query().unwrap_or_default();
    let query = query.split('&').filter_map(|pair| pair.split_once('='));
    let asked = Asked {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: query.map(|(name, value)| (decoded(name), decoded(value))).collect(),
        headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
        n_before,
    };
    if asked.path == "/hang" || asked.headers.contains_key("x-hang") {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    (running.answers)(&asked)
}

pub fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| u8::from_str_radix(&text[at + 1..at + 3], 16).unwrap());
        out.push(hex.unwrap_or(bytes[at]));
        at += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).unwrap()
}

pub fn yes(value: &serde_json::Value) -> Response {
    value.to_string().into_response()
}

pub fn status(status: u16) -> Response {
    StatusCode::from_u16(status).unwrap().into_response()
}
