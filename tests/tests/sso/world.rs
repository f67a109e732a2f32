//! A server with applications and a person, and the steps of a plain client that the attacks vary.

#![allow(dead_code, reason = "two test programs use their parts of it")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candor_tests::{Client, Person, Reply, Server, Visitor, text};
use serde_json::{Value, json};

pub const SLUG: &str = "clients";
pub const EMAIL: &str = "ada@example.org";
pub const PASSWORD: &str = "correct horse battery staple";
/// The hash of [`PASSWORD`].
const BCRYPT: &str = "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS";
/// Source: RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const BACK: &str = "https://calendar.example/back";

pub struct World {
    pub server: Server,
    pub ada: Person,
}

/// A client that was registered.
#[derive(Debug, Clone)]
pub struct App {
    pub id: String,
    pub secret: String,
}

pub fn world() -> World {
    let server = Server::start_policy(&format!("tests/{SLUG}.candor"));
    let values =
        json!({ "email": EMAIL, "name": "Ada", "company": "Acme", "telephone": "+49 30 1", "password": BCRYPT });
    let ada = server.person(&[("account", values)]);
    World { server, ada }
}

impl World {
    /// Where the server is reached.
    pub fn base(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// An address of one of the tenant's pages.
    pub fn url(&self, page: &str) -> String {
        format!("{}/{page}", self.issuer())
    }

    pub fn issuer(&self) -> String {
        format!("{}/{SLUG}", self.base())
    }

    /// Registers a client of the calendar.
    #[track_caller]
    pub fn app(&self, metadata: Value) -> App {
        app_at(&self.server, metadata)
    }

    /// The calendar's site.
    #[track_caller]
    pub fn calendar(&self) -> App {
        self.app(json!({ "redirect_uris": [BACK], "token_endpoint_auth_method": "client_secret_post" }))
    }

    /// A browser in which Ada is signed in.
    #[track_caller]
    pub fn browser(&self) -> Visitor {
        let mut visitor = Visitor::of(&self.server);
        visitor.get(&format!("/{SLUG}/sign-in"));
        let fields = [("identifier", EMAIL), ("password", PASSWORD)];
        assert_eq!(visitor.submit(&format!("/{SLUG}/sign-in"), &fields).status, 303, "{}", visitor.page());
        visitor
    }

    /// Asks for tokens.
    pub fn token(&self, fields: &[(&str, &str)]) -> Reply {
        self.post("token", fields, &[])
    }

    /// Posts a form to an endpoint.
    pub fn post(&self, endpoint: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
        post_to(&self.server, &format!("/{SLUG}/{endpoint}"), fields, headers)
    }

    /// Looks at what a token opens.
    pub fn userinfo(&self, token: &str) -> Reply {
        let bearer = format!("Bearer {token}");
        self.server.anonymous().send_bytes("GET", &format!("/{SLUG}/userinfo"), b"", &[("authorization", &bearer)])
    }

    /// What a token is worth to a client that asks.
    #[track_caller]
    pub fn introspect(&self, app: &App, token: &str) -> Value {
        let fields = [("client_id", app.id.as_str()), ("client_secret", &app.secret), ("token", token)];
        self.post("introspect", &fields, &[]).json(200)
    }

    /// Ada lets the client in, with yes to every question: tokens.
    #[track_caller]
    pub fn tokens(&self, visitor: &mut Visitor, app: &App, scope: &str) -> Value {
        let code = self.code(visitor, app, scope);
        self.exchange(app, &code).json(200)
    }

    /// A code for the client.
    #[track_caller]
    pub fn code(&self, visitor: &mut Visitor, app: &App, scope: &str) -> String {
        let back = agree(visitor, &authorize(app, &[("scope", scope)]), true);
        said(&back, "code").unwrap_or_else(|| panic!("no code: {back}"))
    }

    /// Exchanges a code.
    pub fn exchange(&self, app: &App, code: &str) -> Reply {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
            ("client_id", &app.id),
            ("client_secret", &app.secret),
        ])
    }

    /// Exchanges a refresh token.
    pub fn refresh(&self, app: &App, token: &str) -> Reply {
        self.token(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", &app.id),
            ("client_secret", &app.secret),
        ])
    }
}

#[track_caller]
pub fn app_at(server: &Client, metadata: Value) -> App {
    let mut metadata = metadata;
    metadata["client_name"] = "Calendar".into();
    let made = server.post("/v1/clients", &json!({ "recipient": "calendar", "metadata": metadata })).json(201);
    let secret = made["client_secret"].as_str().unwrap_or_default().to_owned();
    App { id: text(&made["client_id"]).to_owned(), secret }
}

pub fn post_to(server: &Client, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
    let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
    all.extend_from_slice(headers);
    server.anonymous().send_bytes("POST", path, query(fields).as_bytes(), &all)
}

/// The address of an authorization request: a fine one, with some parameters replaced.
pub fn authorize(app: &App, changes: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("response_type", "code"),
        ("client_id", app.id.as_str()),
        ("redirect_uri", BACK),
        ("scope", "openid profile"),
        ("state", "the-state"),
        ("nonce", "the-nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for change in changes {
        match fields.iter_mut().find(|(name, _)| *name == change.0) {
            Some(field) => *field = *change,
            None => fields.push(*change),
        }
    }
    fields.retain(|(_, value)| !value.is_empty());
    format!("/{SLUG}/authorize?{}", query(&fields))
}

/// Follows a request to where the browser goes on to the application, with yes or no to every question.
#[track_caller]
pub fn agree(visitor: &mut Visitor, path: &str, yes: bool) -> String {
    let mut reply = visitor.follow(path);
    if reply.header("refresh").is_none() && visitor.page().contains("name=\"request\"") {
        let request = visitor.hidden("request").unwrap();
        let names: Vec<String> = visitor
            .page()
            .split("name=\"consent.")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        let answer = if yes { "yes" } else { "no" };
        let names: Vec<String> = names.into_iter().map(|name| format!("consent.{name}")).collect();
        let mut fields = vec![("request", request.as_str()), ("answer", "go_on")];
        for name in &names {
            if !fields.iter().any(|(known, _)| known == name) {
                fields.push((name, answer));
            }
        }
        reply = visitor.submit(&format!("/{SLUG}/consent"), &fields);
    }
    led_to(&reply).unwrap_or_else(|| panic!("{}: it leads nowhere: {}", reply.status, visitor.page()))
}

/// Where a page leads the browser by itself.
pub fn led_to(reply: &Reply) -> Option<String> {
    reply.header("refresh").and_then(|to| to.strip_prefix("0; url=")).map(str::to_owned)
}

/// What an address to the application says.
pub fn said(location: &str, name: &str) -> Option<String> {
    let (_, query) = location.split_once('?')?;
    let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")))?;
    let mut bytes = Vec::new();
    let mut rest = pair.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
            }
            other => bytes.push(other),
        }
    }
    Some(String::from_utf8(bytes).unwrap())
}

pub fn query(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| -> String {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
        text.bytes()
            .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    };
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    pairs.join("&")
}

/// The claims of a token, unverified.
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a token");
    let bytes = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&bytes).expect("claims")
}
