//! Somebody at the front door with a plain browser: keeps cookies, fills in the forms that it is shown, runs no scripts.

use std::collections::BTreeMap;

use crate::{Client, Reply};

/// A visitor of one server.
pub struct Visitor {
    client: Client,
    cookies: BTreeMap<String, String>,
    /// Further headers that it sends each time.
    headers: Vec<(String, String)>,
    page: String,
}

impl Visitor {
    /// A visitor who was never here.
    pub fn of(client: &Client) -> Self {
        let headers = vec![("user-agent".to_owned(), "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0".to_owned())];
        Self { client: client.anonymous(), cookies: BTreeMap::new(), headers, page: String::new() }
    }

    /// Sends another header each time.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends a header no more.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// Opens a page.
    pub fn get(&mut self, path: &str) -> Reply {
        self.run("GET", path, &[])
    }

    /// Opens a page, and where it leads.
    pub fn follow(&mut self, path: &str) -> Reply {
        let mut reply = self.get(path);
        for _ in 0..10 {
            if !matches!(reply.status, 302 | 303) {
                return reply;
            }
            reply = self.get(&location(&reply));
        }
        panic!("{path} leads on and on");
    }

    /// Sends the form of the page that is shown, with its token.
    pub fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let token = self.token();
        let fields: Vec<_> = std::iter::once(("form_token", token.as_str())).chain(fields.iter().copied()).collect();
        self.post(path, &fields)
    }

    /// Sends fields as they are.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.run("POST", path, fields)
    }

    /// The token that the forms of the page carry; empty when it has none.
    pub fn token(&self) -> String {
        self.hidden("form_token").unwrap_or_default()
    }

    /// The value of a hidden field of the page.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let (_, rest) = self.page.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split('"').next().map(str::to_owned)
    }

    /// The page as it came.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// Cookies by name.
    pub fn cookies(&mut self) -> &mut BTreeMap<String, String> {
        &mut self.cookies
    }

    fn run(&mut self, method: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        let mut headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        if !cookies.is_empty() {
            headers.push(("cookie", &cookies));
        }
        headers.push(("content-type", "application/x-www-form-urlencoded"));
        let reply = self.client.send_bytes(method, path, body.join("&").as_bytes(), &headers);
        for (_, line) in reply.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, rest) = line.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        self.page = String::from_utf8_lossy(&reply.bytes).into_owned();
        reply
    }
}

/// Where an answer leads.
pub fn location(reply: &Reply) -> String {
    reply.headers.iter().find(|(name, _)| name == "location").map(|(_, to)| to.clone()).expect("it leads on")
}

fn escaped(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
