//! The parameters of a request: from a query or a posted form, bounded, each name once.
//!
//! Two readers of a message with a name twice could take different values; such a message is refused. A parameter
//! without a value is as if it were not there. Source: RFC 6749 §3.1, §3.2.

use crate::OAuthError;

/// The most bytes of a query or a form.
pub const PARAMS_BYTES_MAX: usize = 40 << 10;
/// The most parameters.
pub const PARAMS_MAX: usize = 48;
const NAME_BYTES_MAX: usize = 128;
const VALUE_BYTES_MAX: usize = 2_048;
/// A signed assertion is longer than anything else.
const ASSERTION_BYTES_MAX: usize = 16_384;

/// The parameters of one request.
#[derive(Clone, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// Too long, too many, a name twice, or bytes that are no text.
    pub fn read(text: &[u8]) -> Result<Self, OAuthError> {
        if text.len() > PARAMS_BYTES_MAX {
            return Err(OAuthError::request("the request was not read: it is longer than 40960 bytes"));
        }
        let mut params: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(text) {
            if params.len() >= PARAMS_MAX || name.len() > NAME_BYTES_MAX {
                return Err(OAuthError::request(
                    "the request was not read: it has more than 48 parameters, or a name of over 128 bytes",
                ));
            }
            let value_bytes_max = if name == "client_assertion" { ASSERTION_BYTES_MAX } else { VALUE_BYTES_MAX };
            if value.len() > value_bytes_max {
                return Err(OAuthError::request("the request was not read: a parameter is longer than 2048 bytes"));
            }
            // What could not be decoded was replaced by this mark; NUL and line ends belong into no parameter.
            if [&name, &value].iter().any(|text| text.contains(['\u{fffd}', '\0', '\r', '\n'])) {
                return Err(OAuthError::request("the request was not read: it is not plain text in UTF-8"));
            }
            if params.iter().any(|(known, _)| *known == name) {
                return Err(OAuthError::request("the request was not read: a parameter stands in it twice"));
            }
            params.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(params))
    }

    /// A parameter's value; `None` when it is not there or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// A parameter that must be there.
    ///
    /// # Errors
    /// `invalid_request`, with the given sentence.
    pub fn needed(&self, name: &str, missing: &'static str) -> Result<&str, OAuthError> {
        self.get(name).ok_or(OAuthError::request(missing))
    }

    /// The names, in the order in which they came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

// A password or a code may be among them.
impl std::fmt::Debug for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_stands_once_and_empty_is_absent() {
        let params = Params::read(b"client_id=a%20b&state=&scope=openid+x").unwrap();
        assert_eq!(params.get("client_id"), Some("a b"));
        assert_eq!(params.get("scope"), Some("openid x"));
        assert_eq!((params.get("state"), params.get("nonce")), (None, None));
        assert_eq!(format!("{params:?}"), r#"{"client_id", "state", "scope"}"#);
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        for bad in ["a=1&a=2", "a=1&%61=2", "a=%ff", "a=%00", "a=b%0d%0aSet-Cookie:x", "redirect_uri=&redirect_uri=x"] {
            assert!(Params::read(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_bound_holds() {
        let long = |name: &str, n: usize| format!("{name}={}", "x".repeat(n));
        assert!(Params::read(long("state", 2_048).as_bytes()).is_ok());
        assert!(Params::read(long("state", 2_049).as_bytes()).is_err());
        assert!(Params::read(long("client_assertion", 16_384).as_bytes()).is_ok());
        assert!(Params::read(long("client_assertion", 16_385).as_bytes()).is_err());
        let many: String = (0..=PARAMS_MAX).map(|at| format!("p{at}=1&")).collect();
        assert!(Params::read(many.as_bytes()).is_err());
    }
}
