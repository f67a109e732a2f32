//! The password offered as an entry's, and why it was not taken: Active Directory says it in the text beside the result.

use candor_identity_port::DirectoryError;
use candor_words::Secret;
use ldap3::Ldap;

const SUCCESS: u32 = 0;
const NO_SUCH_OBJECT: u32 = 32;
const INAPPROPRIATE_AUTHENTICATION: u32 = 48;
const INVALID_CREDENTIALS: u32 = 49;

/// Offers the password. The name is not empty, and neither is the password: both would be somebody anonymous.
pub(crate) async fn offer(ldap: &mut Ldap, name: &str, password: &Secret<String>) -> Result<(), DirectoryError> {
    if name.trim().is_empty() || password.expose().is_empty() {
        return Err(DirectoryError::PasswordMissing);
    }
    let answer = ldap.simple_bind(name, password.expose()).await.map_err(|_| DirectoryError::Unreachable)?;
    outcome(answer.rc, &answer.text)
}

fn outcome(result: u32, text: &str) -> Result<(), DirectoryError> {
    match result {
        SUCCESS => Ok(()),
        INVALID_CREDENTIALS => Err(of_active_directory(text).unwrap_or(DirectoryError::CredentialsWrong)),
        NO_SUCH_OBJECT | INAPPROPRIATE_AUTHENTICATION => Err(DirectoryError::CredentialsWrong),
        result => Err(DirectoryError::SearchRefused { result }),
    }
}

/// The code after `data`, as in `80090308: LdapErr: DSID-0C09044E, comment: …, data 52e, v2580`: a Windows error in
/// hexadecimal.
fn of_active_directory(text: &str) -> Option<DirectoryError> {
    let (_, rest) = text.split_once("data ")?;
    let code = rest.split(|character: char| !character.is_ascii_hexdigit()).next()?;
    match code.to_ascii_lowercase().as_str() {
        "525" | "52e" => Some(DirectoryError::CredentialsWrong),
        "530" | "531" => Some(DirectoryError::NotNow),
        "532" => Some(DirectoryError::PasswordExpired),
        "533" => Some(DirectoryError::AccountDisabled),
        "701" => Some(DirectoryError::AccountExpired),
        "773" => Some(DirectoryError::PasswordMustChange),
        "775" => Some(DirectoryError::AccountLocked),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_active_directory_are_told_apart() {
        let of = |code: &str| {
            let text =
                format!("80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data {code}, v2580\0");
            outcome(INVALID_CREDENTIALS, &text).unwrap_err()
        };
        assert_eq!(of("52e"), DirectoryError::CredentialsWrong);
        assert_eq!(of("525"), DirectoryError::CredentialsWrong);
        assert_eq!(of("530"), DirectoryError::NotNow);
        assert_eq!(of("531"), DirectoryError::NotNow);
        assert_eq!(of("532"), DirectoryError::PasswordExpired);
        assert_eq!(of("533"), DirectoryError::AccountDisabled);
        assert_eq!(of("701"), DirectoryError::AccountExpired);
        assert_eq!(of("773"), DirectoryError::PasswordMustChange);
        assert_eq!(of("775"), DirectoryError::AccountLocked);
        assert_eq!(of("999"), DirectoryError::CredentialsWrong);
        assert_eq!(outcome(INVALID_CREDENTIALS, "").unwrap_err(), DirectoryError::CredentialsWrong);
        assert_eq!(outcome(INAPPROPRIATE_AUTHENTICATION, "").unwrap_err(), DirectoryError::CredentialsWrong);
        assert_eq!(outcome(51, "data 775").unwrap_err(), DirectoryError::SearchRefused { result: 51 });
    }
}
