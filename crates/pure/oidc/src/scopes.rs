//! Scopes: `openid`, `offline_access`, and names of purposes. A scope is a purpose.

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, OAuthError};

/// The scope that asks for an ID token.
pub const OPENID: &str = "openid";
/// The scope that asks for a grant that outlives the session.
pub const OFFLINE_ACCESS: &str = "offline_access";
/// The most scopes of one request.
pub const SCOPES_MAX: usize = 32;
const NAME_BYTES_MAX: usize = 128;

/// What a request asks for: which purposes, and whether the standard's own two.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scopes {
    /// Who signed in is asked for.
    pub openid: bool,
    /// The grant is to outlive the session.
    pub offline: bool,
    /// Purposes, each once, in the order in which they were asked for.
    pub purposes: Vec<String>,
}

impl Scopes {
    /// Reads a list of scopes; nothing asks for nothing.
    ///
    /// # Errors
    /// `invalid_scope`: too many, or not of the form that names of purposes have.
    pub fn read(text: &str) -> Result<Self, OAuthError> {
        let mut scopes = Self::default();
        for (n_read, name) in text.split(' ').filter(|name| !name.is_empty()).enumerate() {
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
            if n_read >= SCOPES_MAX || name.len() > NAME_BYTES_MAX || !name.bytes().all(is_name) {
                return Err(OAuthError::new(
                    ErrorCode::InvalidScope,
                    "the scope holds more than 32 names, or something that is no name of a purpose",
                ));
            }
            match name {
                OPENID => scopes.openid = true,
                OFFLINE_ACCESS => scopes.offline = true,
                purpose if scopes.purposes.iter().any(|known| known == purpose) => {}
                purpose => scopes.purposes.push(purpose.to_owned()),
            }
        }
        Ok(scopes)
    }

    /// True when it asks for nothing.
    pub fn is_empty(&self) -> bool {
        !self.openid && !self.offline && self.purposes.is_empty()
    }

    /// True when everything that `other` asks for is asked for here too.
    pub fn covers(&self, other: &Self) -> bool {
        (self.openid || !other.openid)
            && (self.offline || !other.offline)
            && other.purposes.iter().all(|purpose| self.purposes.contains(purpose))
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let own = [(self.openid, OPENID), (self.offline, OFFLINE_ACCESS)];
        let own = own.iter().filter(|(is_there, _)| *is_there).map(|(_, name)| *name);
        for (at, name) in own.chain(self.purposes.iter().map(String::as_str)).enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_once_each_and_written_back() {
        let scopes = Scopes::read("profile_sync openid  profile_sync newsletter").unwrap();
        assert_eq!(scopes.to_string(), "openid profile_sync newsletter");
        assert!(scopes.covers(&Scopes::read("openid newsletter").unwrap()));
        assert!(!scopes.covers(&Scopes::read("offline_access").unwrap()));
        assert!(Scopes::read("").unwrap().is_empty());
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for bad in ["a\"b", "ä", "a\\b", &"x ".repeat(33), &"x".repeat(129)] {
            assert_eq!(Scopes::read(bad).unwrap_err().code, ErrorCode::InvalidScope, "{bad}");
        }
    }
}
