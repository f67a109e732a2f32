//! What a directory answers (RFC 4511, appendix A), in the words of the port. Its texts are dropped: values may stand in them.

use candor_connect::ConnectError;

pub(crate) const SUCCESS: u32 = 0;
pub(crate) const NO_SUCH_ATTRIBUTE: u32 = 16;
pub(crate) const VALUE_EXISTS: u32 = 20;
pub(crate) const NO_SUCH_OBJECT: u32 = 32;
pub(crate) const INSUFFICIENT_ACCESS: u32 = 50;
pub(crate) const CLASS_VIOLATION: u32 = 65;
pub(crate) const NOT_ALLOWED_ON_NON_LEAF: u32 = 66;

/// Why a request was not carried out.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The directory answered with a result code.
    Code(u32),
    /// There was no answer.
    Lost(ConnectError),
}

impl From<ConnectError> for Trouble {
    fn from(error: ConnectError) -> Self {
        Self::Lost(error)
    }
}

impl Trouble {
    /// The same as an error, with what was attempted: `write on inetOrgPerson.mail`.
    pub(crate) fn about(self, what: &str) -> ConnectError {
        match self {
            Self::Lost(error) => error,
            Self::Code(code) => refused(code, what),
        }
    }

    /// Whether it is this code.
    pub(crate) const fn is(&self, code: u32) -> bool {
        matches!(self, Self::Code(said) if *said == code)
    }
}

fn refused(code: u32, what: &str) -> ConnectError {
    let what = what.to_owned();
    match code {
        3 => ConnectError::TimedOut { seconds: crate::session::REQUEST_SECONDS },
        4 | 11 => ConnectError::PrivilegeMissing { what: format!("{what} beyond its limit on entries") },
        8 | 13 => ConnectError::Insecure,
        10 => ConnectError::Refused { why: format!("{what} is another server's; give the address of that one") },
        17 | NO_SUCH_OBJECT => ConnectError::SchemaDiffers { what: format!("{what}: there is none") },
        49 => ConnectError::PrivilegeMissing { what: "the name or the password in its address".to_owned() },
        INSUFFICIENT_ACCESS => ConnectError::PrivilegeMissing { what },
        51 => ConnectError::Busy { retry_after_seconds: None },
        52 => ConnectError::Unreachable { why: "the directory is unavailable".to_owned() },
        CLASS_VIOLATION => {
            ConnectError::Refused { why: format!("{what} would leave an object class without what it must have") }
        }
        19 | 21 => ConnectError::Refused { why: format!("{what}: the directory does not take such a value") },
        53 => ConnectError::Refused { why: format!("{what}: the directory is unwilling") },
        64 | 66..=69 => ConnectError::Refused { why: format!("{what}: the directory says no, LDAP result {code}") },
        code => ConnectError::Failed { why: format!("{what}: LDAP result {code}") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_and_what_does_not_is_told_apart() {
        let said = |code| Trouble::Code(code).about("write on inetOrgPerson.mail");
        assert!(said(51).is_passing() && said(52).is_passing() && said(3).is_passing());
        assert_eq!(said(50), ConnectError::PrivilegeMissing { what: "write on inetOrgPerson.mail".to_owned() });
        for code in [4, 11, 8, 10, 17, 19, 21, 32, 49, 53, 65, 66, 68, 80] {
            assert!(!said(code).is_passing(), "{code}");
        }
    }
}
