//! A provider of the tests' own: it records every request, and says whatever the test wants it to say.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use candor_identity_port::{Provider, Shape, UpstreamAnswer, UpstreamAttempt};
use candor_jose::{Algorithm, JwkSet, SigningKey, sign};
use candor_words::{Instant, Secret, SeededEntropy};
use serde_json::{Value, json};

pub const NOW: Instant = Instant::from_millis(1_795_000_000_000);
pub const NOW_SECONDS: i64 = 1_795_000_000;

/// One request as it came in: its first line, its authorization, its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub line: String,
    pub authorization: String,
    pub body: String,
}

/// What the provider says.
pub struct Script {
    /// What its description says otherwise; `null` leaves a member out.
    pub description: Value,
    /// The keys it publishes.
    pub keys: Value,
    /// What it signs with.
    pub key: SigningKey,
    /// What its tokens say otherwise.
    pub claims: Value,
    /// The token as a whole, if it is to be another one.
    pub token: Option<String>,
    pub userinfo: Value,
    /// Status, further head and body of the answer to a path, instead of what it would say.
    pub instead: Option<(&'static str, u16, String, Vec<u8>)>,
}

pub struct TestProvider {
    pub address: String,
    requests: Arc<Mutex<Vec<Request>>>,
    script: Arc<Mutex<Script>>,
}

pub fn key(seed: u64) -> SigningKey {
    SigningKey::generate(Algorithm::Es256, &SeededEntropy::new(seed)).unwrap()
}

pub fn published(keys: &[&SigningKey]) -> Value {
    JwkSet::of(keys.iter().map(|key| key.public().clone())).to_json()
}

pub fn with(mut object: Value, change: &Value) -> Value {
    for (name, value) in change.as_object().into_iter().flatten() {
        match value {
            Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
            other => object[name] = other.clone(),
        }
    }
    object
}

impl TestProvider {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let script = Script {
            description: json!({}),
            keys: published(&[&key(1)]),
            key: key(1),
            claims: json!({}),
            token: None,
            userinfo: json!({ "sub": "ada" }),
            instead: None,
        };
        let provider =
            Self { address: address.clone(), requests: Arc::default(), script: Arc::new(Mutex::new(script)) };
        let (requests, script) = (Arc::clone(&provider.requests), Arc::clone(&provider.script));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (requests, script, address) = (Arc::clone(&requests), Arc::clone(&script), address.clone());
                std::thread::spawn(move || serve(stream, &requests, &script, &address));
            }
        });
        provider
    }

    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The paths that were asked, in order.
    pub fn asked(&self) -> Vec<String> {
        let path = |request: Request| request.line.split(' ').nth(1).unwrap_or_default().to_owned();
        self.requests().into_iter().map(path).collect()
    }

    pub fn configured(&self) -> Provider {
        Provider {
            issuer: self.address.clone(),
            shape: Shape::Plain,
            directories: Vec::new(),
            client_id: "candor:app".into(),
            client_secret: Some(Secret::new("s3cret/+ %".into())),
            redirect_uri: "https://candor.example/callback".into(),
        }
    }
}

fn serve(stream: TcpStream, requests: &Mutex<Vec<Request>>, script: &Mutex<Script>, address: &str) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return;
    }
    let (mut authorization, mut length) = (String::new(), 0);
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).unwrap_or(0) == 0 || header == "\r\n" {
            break;
        }
        let (name, value) = header.trim_end().split_once(": ").unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "authorization" => authorization = value.to_owned(),
            "content-length" => length = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let line = line.trim_end().to_owned();
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let request = Request { line, authorization, body: String::from_utf8(body).unwrap() };
    requests.lock().unwrap().push(request);
    let (status, head, body) = answer(&path, &script.lock().unwrap(), address);
    let start = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{head}\r\n", body.len());
    let _ = (&stream).write_all(start.as_bytes());
    let _ = (&stream).write_all(&body);
}

fn answer(path: &str, script: &Script, address: &str) -> (u16, String, Vec<u8>) {
    if let Some((of, status, head, body)) = &script.instead
        && path.starts_with(of)
    {
        return (*status, head.clone(), body.clone());
    }
    let said = match path {
        "/keys" => script.keys.clone(),
        "/userinfo" => script.userinfo.clone(),
        "/token" => {
            let claims = json!({
                "iss": address, "sub": "ada", "aud": "candor:app", "exp": NOW_SECONDS + 300, "iat": NOW_SECONDS,
            });
            let token = sign(&script.key, "JWT", &with(claims, &script.claims)).unwrap();
            let token = script.token.clone().unwrap_or(token);
            json!({ "id_token": token, "access_token": "a-1", "token_type": "Bearer" })
        }
        path if path.ends_with("/.well-known/openid-configuration") => {
            let description = json!({
                "issuer": address,
                "authorization_endpoint": format!("{address}/authorize"),
                "token_endpoint": format!("{address}/token"),
                "jwks_uri": format!("{address}/keys"),
                "userinfo_endpoint": format!("{address}/userinfo"),
            });
            with(description, &script.description)
        }
        _ => return (404, String::new(), Vec::new()),
    };
    (200, String::new(), said.to_string().into_bytes())
}

/// An attempt, and the answer with which a person comes back from it.
pub fn attempt() -> (UpstreamAttempt, UpstreamAnswer) {
    let attempt = UpstreamAttempt::draw(&SeededEntropy::new(7));
    let answer =
        UpstreamAnswer { state: attempt.state.expose().clone(), code: Some("c-1".into()), error: None, issuer: None };
    (attempt, answer)
}
