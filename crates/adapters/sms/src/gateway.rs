//! The gateway that takes text messages, and how it is asked.

use candor_words::{Secret, is_loopback};
use reqwest::Url;

use crate::body::{Body, BodyError};

/// Headers beside those that every request has.
const HEADERS_MAX: usize = 16;

/// Where text messages are handed over.
#[derive(Debug)]
pub struct Gateway {
    /// Its address: https, or http on this machine.
    pub url: String,
    /// How it is asked.
    pub method: Method,
    /// Headers to send, such as `Authorization`; their values are secrets.
    pub headers: Vec<(String, Secret<String>)>,
    /// What is said.
    pub body: Body,
    /// Certificates (PEM) to trust beside those of the machine.
    pub trusted: Option<Vec<u8>>,
}

/// The methods that gateways use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// `POST`.
    #[default]
    Post,
    /// `PUT`.
    Put,
}

/// Why no text message can be sent at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SmsError {
    /// The address is none.
    #[error("the gateway of text messages cannot be used: its address must be https, without a name or password in it")]
    Address,
    /// A plain connection that would leave this machine.
    #[error(
        "the gateway of text messages is not this machine, and a plain connection to it would show what is sent; use https"
    )]
    PlainBeyondLoopback,
    /// A header cannot be sent.
    #[error(
        "the gateway of text messages cannot be used: header `{name}` is not one, or there are more than {HEADERS_MAX}"
    )]
    Header {
        /// Its name.
        name: String,
    },
    /// The template is none.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// TLS could not be set up.
    #[error(
        "the connection to the gateway of text messages could not be set up: the certificates to trust are no good"
    )]
    Tls,
}

impl Gateway {
    /// The address, when it may be used.
    ///
    /// # Errors
    /// See [`SmsError`].
    pub(crate) fn address(&self) -> Result<Url, SmsError> {
        let url = Url::parse(&self.url).map_err(|_| SmsError::Address)?;
        let is_bare = url.username().is_empty() && url.password().is_none();
        match url.scheme() {
            "https" if is_bare && url.has_host() => Ok(url),
            "http" if is_bare && url.host_str().is_some_and(is_this_machine) => Ok(url),
            "http" if is_bare => Err(SmsError::PlainBeyondLoopback),
            _ => Err(SmsError::Address),
        }
    }

    /// The headers, as they are sent.
    ///
    /// # Errors
    /// [`SmsError::Header`].
    pub(crate) fn header_map(&self) -> Result<reqwest::header::HeaderMap, SmsError> {
        let mut map = reqwest::header::HeaderMap::new();
        for (at, (name, value)) in self.headers.iter().enumerate() {
            let refused = || SmsError::Header { name: name.clone() };
            let header = reqwest::header::HeaderName::try_from(name.as_str()).map_err(|_| refused())?;
            let mut value = reqwest::header::HeaderValue::try_from(value.expose().as_str()).map_err(|_| refused())?;
            value.set_sensitive(true);
            if at >= HEADERS_MAX || map.insert(header, value).is_some() {
                return Err(refused());
            }
        }
        Ok(map)
    }
}

fn is_this_machine(host: &str) -> bool {
    is_loopback(host.trim_start_matches('[').trim_end_matches(']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gateway(url: &str) -> Gateway {
        let body = Body::form("to={to}&text={text}").unwrap();
        Gateway { url: url.into(), method: Method::Post, headers: Vec::new(), body, trusted: None }
    }

    #[test]
    fn a_plain_connection_stays_on_this_machine() {
        for url in ["http://127.0.0.1:9/x", "http://[::1]:9", "http://localhost:9", "https://sms.example/v1"] {
            assert!(gateway(url).address().is_ok(), "{url}");
        }
        for url in ["http://sms.example", "http://10.0.0.1", "http://localhost.example", "http://127.0.0.1.example"] {
            assert_eq!(gateway(url).address(), Err(SmsError::PlainBeyondLoopback), "{url}");
        }
        for url in ["", "sms.example", "ftp://sms.example", "https://user:word@sms.example", "https://user@sms.example"]
        {
            assert_eq!(gateway(url).address(), Err(SmsError::Address), "{url}");
        }
    }

    #[test]
    fn headers_are_single_lines_and_each_is_named_once() {
        let with = |headers: &[(&str, &str)]| {
            let own = |(name, value): &(&str, &str)| ((*name).to_owned(), Secret::new((*value).to_owned()));
            Gateway { headers: headers.iter().map(own).collect(), ..gateway("https://sms.example") }.header_map()
        };
        assert!(with(&[("Authorization", "Bearer x"), ("X-Api", "y")]).is_ok());
        for headers in [&[("Authorization", "a\r\nX: b")][..], &[("a b", "c")], &[("A", "b"), ("a", "c")]] {
            assert!(matches!(with(headers), Err(SmsError::Header { .. })));
        }
        assert!(!format!("{:?}", with(&[("Authorization", "Bearer x")])).contains("Bearer"));
    }
}
