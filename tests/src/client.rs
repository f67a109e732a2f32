//! Asks the server over HTTP with one API key.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How long an answer may take on a machine that is busy; the server itself gives up long before.
const ANSWER_WAIT: Duration = Duration::from_secs(150);

/// A caller of the API.
#[derive(Clone)]
pub struct Client {
    base: String,
    key: Option<String>,
    agent: ureq::Agent,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Header values by lower-case name.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Client {
    pub(crate) fn new(base: &str, key: Option<&str>) -> Self {
        Self::over(base, key, TlsConfig::default())
    }

    /// A caller that trusts whoever this authority (PEM) vouches for, and nobody else.
    pub(crate) fn trusting(base: &str, key: Option<&str>, authority: &str) -> Self {
        let authority = Certificate::from_pem(authority.as_bytes()).expect("a certificate");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = TlsConfig::builder().unversioned_rustls_crypto_provider(provider);
        Self::over(base, key, tls.root_certs(RootCerts::new_with_certs(&[authority])).build())
    }

    fn over(base: &str, key: Option<&str>, tls: TlsConfig) -> Self {
        // A server may close a connection whose last body it did not need; each request takes a fresh one.
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_idle_connections(0);
        let config = config.max_redirects(0).max_redirects_will_error(false);
        let config = config.timeout_global(Some(ANSWER_WAIT)).tls_config(tls);
        Self { base: base.to_owned(), key: key.map(str::to_owned), agent: config.build().into() }
    }

    /// A caller of a server that the test started by itself: `http://127.0.0.1:` and its port, and the key.
    pub fn of(base: &str, key: &str) -> Self {
        Self::new(base, Some(key))
    }

    /// The same server with another key.
    pub fn with_key(&self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self.clone() }
    }

    /// The same server, reached by another address.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The same server without a key.
    pub fn anonymous(&self) -> Self {
        Self { key: None, ..self.clone() }
    }

    /// GETs a path.
    pub fn get(&self, path: &str) -> Reply {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        Reply::of(request.call())
    }

    /// POSTs JSON to a path.
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, body, &[])
    }

    /// Sends JSON with a method and further headers.
    pub fn send(&self, method: &str, path: &str, body: &Value, headers: &[(&str, &str)]) -> Reply {
        self.send_bytes(method, path, body.to_string().as_bytes(), headers)
    }

    /// Sends any bytes as the body, declared as JSON unless the headers say otherwise.
    pub fn send_bytes(&self, method: &str, path: &str, body: &[u8], headers: &[(&str, &str)]) -> Reply {
        Reply::of(self.run(method, path, body, headers))
    }

    /// POSTs JSON to a server that may be gone before it answers.
    pub fn try_post(&self, path: &str, body: &Value) -> Option<Reply> {
        self.try_send("POST", path, body, &[])
    }

    /// Sends JSON to a server that may be gone before it answers, or half way through its answer.
    pub fn try_send(&self, method: &str, path: &str, body: &Value, headers: &[(&str, &str)]) -> Option<Reply> {
        let answer = self.run(method, path, body.to_string().as_bytes(), headers).ok()?;
        Reply::whole(answer)
    }

    fn run(&self, method: &str, path: &str, body: &[u8], headers: &[(&str, &str)]) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(body).expect("a request");
        self.agent.run(self.agent.configure_request(request).allow_non_standard_methods(true).build())
    }

    /// Where the server listens: `127.0.0.1:` and its port.
    pub fn address(&self) -> &str {
        self.base.trim_start_matches("http://").trim_start_matches("https://")
    }

    /// The key it presents.
    pub fn presented(&self) -> &str {
        self.key.as_deref().unwrap_or_default()
    }
}

type Answer = ureq::http::Response<ureq::Body>;

impl Reply {
    fn of(answer: Result<Answer, ureq::Error>) -> Self {
        Self::whole(answer.expect("the server answers")).expect("a whole body")
    }

    /// `None` when the body broke off.
    fn whole(mut answer: Answer) -> Option<Self> {
        let text = |value: &ureq::http::HeaderValue| value.to_str().unwrap_or("").to_owned();
        let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let status = answer.status().as_u16();
        let mut bytes = Vec::new();
        answer.body_mut().as_reader().take(64 << 20).read_to_end(&mut bytes).ok()?;
        Some(Self { status, headers, bytes })
    }

    /// The body as JSON, after checking the status.
    #[track_caller]
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.bytes.is_empty() { Value::Null } else { serde_json::from_slice(&self.bytes).expect("JSON") }
    }

    /// Checks status and stable code of a problem.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.json(status);
        assert_eq!(problem["code"], code, "{problem}");
        problem
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
