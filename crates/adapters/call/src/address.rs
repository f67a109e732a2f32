//! Where a service is, and what Candor proves itself with there.
//!
//! What an environment variable holds is an `https` address, with `name:password@` for basic authentication, or a JSON
//! object: `{"url": …}` with `token`; `user` (or `email`) and `password` (or `token`); `header` and `key`; or
//! `token_url`, `client_id`, `client_secret` and perhaps `scope` (OAuth 2.0 client credentials). `trusted` holds further
//! certificates (PEM). The parts of a tenant's secret have the same names.

use candor_connect::ConnectError;
use candor_words::{Secret, is_loopback};
use reqwest::Url;
use serde::Deserialize;

const ADDRESS_BYTES_MAX: usize = 65_536;

/// Where a service is, and under which credentials it is asked.
#[derive(Debug)]
pub struct Address {
    /// Its address; without credentials.
    pub url: Url,
    /// What Candor proves itself with.
    pub credentials: Credentials,
    /// Certificates (PEM) that are trusted beside the machine's own.
    pub trusted: Option<String>,
}

/// What Candor proves itself with.
#[derive(Debug)]
pub enum Credentials {
    /// Nothing.
    Nothing,
    /// A token that is shown as it is.
    Bearer(Secret<String>),
    /// A name and a password.
    Basic {
        /// The name.
        user: Secret<String>,
        /// The password, or what stands in for it.
        password: Secret<String>,
    },
    /// A key in a header of the service's own.
    Header {
        /// Its name.
        name: String,
        /// The key.
        key: Secret<String>,
    },
    /// A token is asked for first (RFC 6749, section 4.4).
    Client {
        /// Where.
        token_url: Url,
        /// As whom.
        id: Secret<String>,
        /// With what.
        secret: Secret<String>,
        /// For what; the service's own default when nothing is said.
        scope: Option<String>,
    },
}

// No `Debug`: it holds what must not show.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    url: String,
    token: Option<String>,
    #[serde(alias = "email")]
    user: Option<String>,
    password: Option<String>,
    header: Option<String>,
    key: Option<String>,
    token_url: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    scope: Option<String>,
    trusted: Option<String>,
}

impl Address {
    /// Reads what an environment variable holds.
    ///
    /// # Errors
    /// It is no address ([`ConnectError::AddressMalformed`]), or would show data on the way ([`ConnectError::Insecure`]).
    pub fn parse(env: &str, text: &Secret<String>) -> Result<Self, ConnectError> {
        let malformed = |why| ConnectError::AddressMalformed { env: env.to_owned(), why };
        let text = text.expose().trim();
        if text.len() > ADDRESS_BYTES_MAX {
            return Err(malformed("it is longer than 65536 bytes"));
        }
        if text.starts_with('{') {
            let written = serde_json::from_str(text)
                .map_err(|_| malformed("it is no JSON object of the parts that docs/web-services.md names"))?;
            return Self::written(written, &malformed);
        }
        let mut url = Url::parse(text).map_err(|_| malformed("it is neither an https address nor a JSON object"))?;
        let decoded = |text: &str| {
            let pair = format!("x={}", text.replace('+', "%2B"));
            Url::parse(&format!("http://x/?{pair}"))
                .ok()
                .and_then(|url| url.query_pairs().next().map(|(_, value)| value.into_owned()))
                .unwrap_or_default()
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => Credentials::Nothing,
            (user, password) => Credentials::Basic {
                user: Secret::new(decoded(user)),
                password: Secret::new(decoded(password.unwrap_or_default())),
            },
        };
        if url.set_username("").and_then(|()| url.set_password(None)).is_err() {
            return Err(malformed("it has no host"));
        }
        Ok(Self { url: safe(url)?, credentials, trusted: None })
    }

    fn written(written: Written, malformed: &dyn Fn(&'static str) -> ConnectError) -> Result<Self, ConnectError> {
        let parse = |text: &str| {
            let url = Url::parse(text).map_err(|_| malformed("`url` or `token_url` is no address"))?;
            if !url.username().is_empty() || url.password().is_some() {
                return Err(malformed("`url` holds a name or a password; write `user` and `password`"));
            }
            safe(url)
        };
        let url = parse(&written.url)?;
        let user = written.user.map(Secret::new);
        let password = written.password.map(Secret::new);
        let token = written.token.map(Secret::new);
        let key = written.key.map(Secret::new);
        let id = written.client_id.map(Secret::new);
        let secret = written.client_secret.map(Secret::new);
        let credentials = match (user, password, token, written.header, key, written.token_url, id, secret) {
            (None, None, None, None, None, None, None, None) => Credentials::Nothing,
            (None, None, Some(token), None, None, None, None, None) => Credentials::Bearer(token),
            (Some(user), Some(password), None, None, None, None, None, None)
            | (Some(user), None, Some(password), None, None, None, None, None) => Credentials::Basic { user, password },
            (None, None, None, Some(name), Some(key), None, None, None) if is_header(&name) => {
                Credentials::Header { name, key }
            }
            (None, None, None, None, None, Some(token_url), Some(id), Some(secret)) => {
                Credentials::Client { token_url: parse(&token_url)?, id, secret, scope: written.scope }
            }
            _ => return Err(malformed("its credentials are not one of the kinds that docs/web-services.md names")),
        };
        Ok(Self { url, credentials, trusted: written.trusted })
    }
}

/// The scheme, host and port of a web address, as they are compared; nothing when it is none.
pub fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

fn is_header(name: &str) -> bool {
    const TAKEN: [&str; 4] = ["host", "content-length", "content-type", "transfer-encoding"];
    reqwest::header::HeaderName::try_from(name).is_ok_and(|name| !TAKEN.contains(&name.as_str()))
}

/// An address that may be asked: `https`, or plain within this machine.
pub(crate) fn safe(url: Url) -> Result<Url, ConnectError> {
    let host = url.host_str().unwrap_or_default();
    let is_here = is_loopback(host.trim_start_matches('[').trim_end_matches(']'));
    match url.scheme() {
        "https" if !host.is_empty() => Ok(url),
        "http" if is_here => Ok(url),
        _ => Err(ConnectError::Insecure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Address, ConnectError> {
        Address::parse("SHOP", &Secret::new(text.to_owned()))
    }

    #[test]
    fn credentials_are_read_from_an_address_and_from_parts() {
        let address = parse("https://us%40er:pa%2Bss@shop.example/v1").unwrap();
        assert_eq!(address.url.as_str(), "https://shop.example/v1");
        let Credentials::Basic { user, password } = &address.credentials else { panic!("{address:?}") };
        assert_eq!((user.expose().as_str(), password.expose().as_str()), ("us@er", "pa+ss"));
        let bearer = parse(r#"{"url": "https://shop.example", "token": "t"}"#).unwrap();
        assert!(matches!(bearer.credentials, Credentials::Bearer(_)));
        let lent = parse(r#"{"url": "https://shop.example", "email": "a@b.example", "token": "t"}"#).unwrap();
        assert!(matches!(lent.credentials, Credentials::Basic { .. }));
        let client =
            r#"{"url":"https://s.example","token_url":"https://i.example/t","client_id":"a","client_secret":"b"}"#;
        assert!(matches!(parse(client).unwrap().credentials, Credentials::Client { .. }));
        let header = r#"{"url":"https://s.example","header":"X-Api-Key","key":"b"}"#;
        assert!(matches!(parse(header).unwrap().credentials, Credentials::Header { .. }));
    }

    #[test]
    fn an_origin_is_compared_whatever_else_an_address_says() {
        for (text, is) in [
            ("https://API.example/v1?x", Some("https://api.example")),
            ("https://api.example:443", Some("https://api.example")),
            ("https://api.example@evil.example/", Some("https://evil.example")),
            ("http://127.0.0.1:8080/x", Some("http://127.0.0.1:8080")),
            ("postgres://db.example/shop", None),
            ("api.example", None),
        ] {
            assert_eq!(origin(text).as_deref(), is, "{text}");
        }
    }

    #[test]
    fn what_would_show_data_or_is_no_address_is_refused() {
        for text in ["http://shop.example", "ftp://shop.example", r#"{"url":"http://10.0.0.1"}"#] {
            assert_eq!(parse(text).unwrap_err(), ConnectError::Insecure, "{text}");
        }
        let plain_token =
            r#"{"url":"https://s.example","token_url":"http://i.example","client_id":"a","client_secret":"b"}"#;
        assert_eq!(parse(plain_token).unwrap_err(), ConnectError::Insecure);
        for text in [
            "",
            "shop",
            "{",
            r#"{"url":"https://s.example","user":"a"}"#,
            r#"{"url":"https://a:hunter2@s.example"}"#,
            r#"{"url":"https://s.example","token":"a","password":"hunter2"}"#,
            r#"{"url":"https://s.example","header":"Host","key":"a"}"#,
            r#"{"url":"https://s.example","extra":"hunter2"}"#,
        ] {
            let error = parse(text).unwrap_err();
            assert!(matches!(error, ConnectError::AddressMalformed { .. }), "{text}: {error}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
        assert!(parse("http://127.0.0.1:8080/scim").is_ok());
        assert!(!format!("{:?}", parse("https://u:hunter2@s.example")).contains("hunter2"));
    }
}
