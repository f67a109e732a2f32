//! Where somebody goes on after signing in: a path of this server, so that nobody is sent away.

use serde::{Deserialize, Serialize};

/// The longest path that is gone on to.
const PATH_BYTES_MAX: usize = 2048;

/// A path on this server below one tenant, with its query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalPath(String);

impl LocalPath {
    /// Takes a path that is the tenant's own; `None` for anything that a browser could read as another place.
    pub fn parse(slug: &str, text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?.strip_prefix(slug)?;
        let is_own = rest.is_empty() || rest.starts_with(['/', '?']);
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#');
        let path = text.split('?').next().unwrap_or_default();
        let is_straight = !path.contains("//") && !path.split('/').any(|part| part == "." || part == "..");
        (is_own && is_plain && is_straight && text.len() <= PATH_BYTES_MAX).then(|| Self(text.to_owned()))
    }

    /// The text for a `Location` header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_tenant_are_gone_on_to() {
        for good in ["/acme", "/acme/account", "/acme/authorize?client_id=a%2Fb&x=https://elsewhere.example"] {
            assert_eq!(LocalPath::parse("acme", good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "/",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "/other/account",
            "/acmex/account",
            "/acme/../other",
            "/acme//elsewhere.example",
            "https://elsewhere.example/acme",
            "/acme/a\r\nSet-Cookie: x=y",
            "/acme/a b",
            "acme/account",
        ] {
            assert_eq!(LocalPath::parse("acme", bad), None, "{bad}");
        }
        assert_eq!(LocalPath::parse("acme", &format!("/acme/{}", "a".repeat(2048))), None);
    }
}
