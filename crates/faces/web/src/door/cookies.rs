//! Cookies: read and written by their names, one set for each tenant.
//!
//! All bear the prefix `__Host-`: a browser takes them over a safe connection only, from this host alone and for the whole
//! of it. Source: RFC 6265bis, 4.1.3.2.

use axum::http::{HeaderMap, HeaderValue, header};
use candor_identity::Token;

/// The most bytes of a cookie header that are looked at.
const HEADER_BYTES_MAX: usize = 8 << 10;
/// How long a device is known: six months.
const DEVICE_SECONDS: u32 = 180 * 24 * 60 * 60;

/// What a cookie is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Jar {
    /// Somebody who is signed in.
    Session,
    /// Somebody who is not: what their forms are bound to.
    Guest,
    /// An attempt to sign in that waits for a further factor.
    Attempt,
    /// A device on which somebody signed in before.
    Device,
}

impl Jar {
    const fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Guest => "guest",
            Self::Attempt => "attempt",
            Self::Device => "device",
        }
    }

    fn name(self, slug: &str) -> String {
        format!("__Host-candor-{}-{slug}", self.word())
    }

    /// The text that a browser sends; `None` when it sends none, or two.
    pub(crate) fn text(self, slug: &str, headers: &HeaderMap) -> Option<String> {
        let name = self.name(slug);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.filter(|line| line.len() <= HEADER_BYTES_MAX).flat_map(|line| line.split(';'));
        let mut found = pairs.filter_map(|pair| pair.trim().split_once('=')).filter(|(key, _)| *key == name);
        let (_, value) = found.next()?;
        found.next().is_none().then(|| value.to_owned())
    }

    /// The token that a browser sends.
    pub(crate) fn token(self, slug: &str, headers: &HeaderMap) -> Option<Token> {
        self.text(slug, headers).and_then(|text| Token::parse(&text))
    }

    /// The header that gives it to the browser.
    pub(crate) fn set(self, slug: &str, token: &Token) -> Option<HeaderValue> {
        let age = if self == Self::Device { format!("; Max-Age={DEVICE_SECONDS}") } else { String::new() };
        self.line(slug, token.expose(), &age)
    }

    /// The header that takes it away.
    pub(crate) fn forget(self, slug: &str) -> Option<HeaderValue> {
        self.line(slug, "", "; Max-Age=0")
    }

    fn line(self, slug: &str, value: &str, age: &str) -> Option<HeaderValue> {
        let line = format!("{}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}", self.name(slug));
        HeaderValue::from_str(&line).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_words::SeededEntropy;

    #[test]
    fn a_cookie_is_the_tenants_own_and_stands_once() {
        let token = Token::draw(&SeededEntropy::new(1));
        let line = Jar::Session.set("acme", &token).unwrap();
        let text = line.to_str().unwrap();
        assert!(text.starts_with("__Host-candor-session-acme="));
        for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(text.contains(part), "{part}");
        }
        let pair = text.split(';').next().unwrap();
        let headers = |line: String| HeaderMap::from_iter([(header::COOKIE, line.parse().unwrap())]);
        let read = |line: String| Jar::Session.token("acme", &headers(line));
        assert_eq!(read(format!("a=b; {pair}; c=d")), Some(token));
        assert_eq!(read(format!("{pair}; {pair}")), None, "two are none");
        assert_eq!(Jar::Session.token("other", &headers(pair.to_owned())), None);
        assert_eq!(Jar::Guest.token("acme", &headers(pair.to_owned())), None);
        assert!(Jar::Session.forget("acme").unwrap().to_str().unwrap().contains("Max-Age=0"));
    }
}
