//! One service at one address.

use std::sync::OnceLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use candor_connect::ConnectError;
use candor_words::Secret;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Url};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::address::{Address, Credentials};
use crate::client::client;
use crate::token::{self, Token};
use crate::{Call, Limits, Method, Reply};

const TARGET_BYTES_MAX: usize = 16_384;

/// One service at one address.
pub struct Site {
    address: Address,
    limits: Limits,
    client: OnceLock<Option<Client>>,
    token: Mutex<Option<Token>>,
    /// When the next call may go out.
    next_at: Mutex<Option<Instant>>,
}

impl Site {
    /// A site; nothing is opened.
    pub fn new(address: Address, limits: Limits) -> Self {
        let (client, token, next_at) = (OnceLock::new(), Mutex::new(None), Mutex::new(None));
        Self { address, limits, client, token, next_at }
    }

    /// Asks, and asks again while the site is busy or does not answer: everything that is asked may be asked twice.
    ///
    /// # Errors
    /// No answer came about within the bounds, or the credentials are refused. What the site answered otherwise is the
    /// caller's to judge.
    pub async fn send(&self, call: &Call) -> Result<Reply, ConnectError> {
        let mut pause = self.limits.pause;
        let mut has_new_token = false;
        let mut n_tries = 0;
        loop {
            n_tries += 1;
            self.pace().await;
            let outcome = self.once(call).await;
            let wait = match &outcome {
                Ok(reply) if reply.status == 401 && self.forgets_token().await && !has_new_token => {
                    has_new_token = true;
                    continue;
                }
                Ok(reply) if is_passing(reply.status) => match reply.retry_after_seconds {
                    Some(seconds) if Duration::from_secs(seconds) > self.limits.pause_max => return outcome,
                    Some(seconds) => Duration::from_secs(seconds),
                    None => pause,
                },
                Err(error) if error.is_passing() => pause,
                _ => return outcome,
            };
            if n_tries >= self.limits.tries_max {
                return outcome;
            }
            tokio::time::sleep(wait).await;
            pause = pause.saturating_mul(2).min(self.limits.pause_max);
        }
    }

    /// Where it is.
    pub fn address(&self) -> &Url {
        &self.address.url
    }

    /// Certificates (PEM) that are trusted beside the machine's own.
    pub fn trusted(&self) -> Option<&str> {
        self.address.trusted.as_deref()
    }

    async fn once(&self, call: &Call) -> Result<Reply, ConnectError> {
        let client = self.client()?;
        let url = self.target(call)?;
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = client.request(method, url).headers(self.credentials(client).await?);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        if let Some((kind, body)) = &call.body {
            request = request.header("content-type", *kind).body(body.expose().clone());
        }
        let mut answer = request.send().await.map_err(|error| self.unanswered(&error, call))?;
        let text = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut reply = Reply {
            what: call.what.clone(),
            status: answer.status().as_u16(),
            etag: text("etag"),
            next: text("link").and_then(|link| next_of(&link)),
            retry_after_seconds: text("retry-after").and_then(|value| value.trim().parse().ok()),
            headers: call.keeps.iter().filter_map(|name| Some((*name, text(name)?))).collect(),
            body: Vec::new(),
        };
        let bytes_max = self.limits.answer_bytes_max;
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.unanswered(&error, call))? {
            if reply.body.len() + chunk.len() > bytes_max {
                let why = format!("`{}` was answered with more than {bytes_max} bytes", call.what);
                return Err(ConnectError::Failed { why });
            }
            reply.body.extend_from_slice(&chunk);
        }
        Ok(reply)
    }

    fn client(&self) -> Result<&Client, ConnectError> {
        // The machine's certificates are read when the site is first asked: that takes a while.
        let make = || client(self.address.trusted.as_deref(), self.limits.answer);
        self.client.get_or_init(make).as_ref().ok_or_else(|| ConnectError::Unreachable {
            why: "the connection could not be set up; the certificates to trust may be no good".to_owned(),
        })
    }

    /// Where a call goes. Whatever a site says, no other host is asked: it would be shown the credentials.
    fn target(&self, call: &Call) -> Result<Url, ConnectError> {
        let refused = |why: &str| ConnectError::Refused { why: format!("`{}` {why}", call.what) };
        let (target, base) = (call.target.expose(), &self.address.url);
        if target.len() > TARGET_BYTES_MAX {
            return Err(refused("has an address longer than 16384 bytes"));
        }
        if let Some(path) = target.strip_prefix('/').filter(|path| !path.starts_with('/')) {
            let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
            // A step upwards would leave what the address names.
            let is_upwards = |step: &str| matches!(step.to_lowercase().replace("%2e", ".").as_str(), "." | "..");
            if path.split(['/', '\\']).any(is_upwards) {
                return Err(refused("would leave the service's address"));
            }
            let mut url = base.clone();
            url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
            url.set_query(query);
            return Ok(url);
        }
        let url = base.join(target).map_err(|_| refused("names no address"))?;
        let is_same = url.scheme() == base.scheme()
            && url.host_str() == base.host_str()
            && url.port_or_known_default() == base.port_or_known_default()
            && url.username().is_empty()
            && url.password().is_none();
        if is_same { Ok(url) } else { Err(refused("would go to another host")) }
    }

    async fn credentials(&self, client: &Client) -> Result<HeaderMap, ConnectError> {
        let (name, value) = match &self.address.credentials {
            Credentials::Nothing => return Ok(HeaderMap::new()),
            Credentials::Bearer(token) => (AUTHORIZATION, Secret::new(format!("Bearer {}", token.expose()))),
            Credentials::Basic { user, password } => {
                let pair = Secret::new(format!("{}:{}", user.expose(), password.expose()));
                (AUTHORIZATION, Secret::new(format!("Basic {}", STANDARD.encode(pair.expose()))))
            }
            Credentials::Header { name, key } => {
                let name = HeaderName::try_from(name.as_str()).map_err(|_| unusable())?;
                (name, Secret::new(key.expose().clone()))
            }
            Credentials::Client { token_url, id, secret, scope } => {
                let mut kept = self.token.lock().await;
                if kept.as_ref().is_none_or(|token| token.until <= Instant::now()) {
                    *kept = Some(token::ask(client, token_url, id, secret, scope.as_deref()).await?);
                }
                let token = kept.as_ref().ok_or_else(unusable)?;
                (AUTHORIZATION, Secret::new(format!("Bearer {}", token.token.expose())))
            }
        };
        let mut value = HeaderValue::try_from(value.expose().as_str()).map_err(|_| unusable())?;
        value.set_sensitive(true);
        Ok(HeaderMap::from_iter([(name, value)]))
    }

    /// True when a token was kept that may have been withdrawn.
    async fn forgets_token(&self) -> bool {
        self.token.lock().await.take().is_some()
    }

    /// Waits for the turn of a call, where there is a bound on calls in a second.
    async fn pace(&self) {
        let Some(per_second) = self.limits.per_second.filter(|n| *n > 0) else { return };
        let turn = {
            let mut next_at = self.next_at.lock().await;
            let turn = next_at.map_or_else(Instant::now, |at| at.max(Instant::now()));
            *next_at = Some(turn + Duration::from_secs(1) / per_second);
            turn
        };
        tokio::time::sleep_until(turn).await;
    }

    fn unanswered(&self, error: &reqwest::Error, call: &Call) -> ConnectError {
        if error.is_timeout() {
            return ConnectError::TimedOut { seconds: self.limits.answer.as_secs() };
        }
        // The error's own text may hold the address, and with it what somebody is looked for by.
        ConnectError::Unreachable { why: format!("`{}` was not answered", call.what) }
    }
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("limits", &self.limits).finish_non_exhaustive()
    }
}

fn unusable() -> ConnectError {
    ConnectError::PrivilegeMissing { what: "credentials that no header can hold".to_owned() }
}

const fn is_passing(status: u16) -> bool {
    matches!(status, 429 | 500 | 502 | 503 | 504)
}

/// The address of the next page in a `Link` header.
fn next_of(link: &str) -> Option<String> {
    link.split(',').find_map(|part| {
        let (address, parameters) = part.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = parameters.split(';').any(|parameter| {
            let parameter = parameter.trim();
            parameter == "rel=\"next\"" || parameter == "rel=next"
        });
        is_next.then(|| address.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        let address = Address::parse("SHOP", &Secret::new("https://shop.example:8443/v1/".to_owned())).unwrap();
        Site::new(address, Limits::default())
    }

    #[test]
    fn a_call_stays_with_its_site() {
        let target = |text: &str| {
            site().target(&Call::new(Method::Get, text, "GET /x")).map(|url| url.to_string()).map_err(|e| e.code())
        };
        assert_eq!(target("/users?a=b").as_deref(), Ok("https://shop.example:8443/v1/users?a=b"));
        assert_eq!(target("https://shop.example:8443/v2?p=2").as_deref(), Ok("https://shop.example:8443/v2?p=2"));
        for text in [
            "https://evil.example/",
            "http://shop.example:8443/v1",
            "https://shop.example/v1",
            "//evil.example/x",
            "https://user@shop.example:8443/",
            "/../admin",
            "/users/%2e%2E",
            "/a/../../b",
        ] {
            assert_eq!(target(text), Err("system.refused"), "{text}");
        }
    }

    #[test]
    fn the_next_page_is_found_in_a_header() {
        let link = "<https://a.example/?p=1>; rel=\"prev\", <https://a.example/?p=3>; rel=\"next\"; title=\"x\"";
        assert_eq!(next_of(link).as_deref(), Some("https://a.example/?p=3"));
        assert_eq!(next_of("<x>; rel=\"last\", nonsense, <"), None);
    }
}
