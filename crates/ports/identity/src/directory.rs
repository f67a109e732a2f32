//! A company's directory: whether it accepts a password, and what it says of the person (LDAP, RFC 4511; Active Directory).

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use candor_words::Secret;

/// How long a name that is typed to sign in may be.
pub const USER_BYTES_MAX: usize = 256;
/// How long a password may be that is offered to a directory.
pub const PASSWORD_BYTES_MAX: usize = 1_024;

/// Offers passwords to directories.
#[async_trait]
pub trait Directory: Send + Sync + 'static {
    /// Whether the directory takes `password` as that of the one entry that `user` names, and what it says of the entry:
    /// the attributes `wanted` and no others.
    ///
    /// # Errors
    /// See [`DirectoryError`]. An unknown name and a wrong password are one and the same.
    async fn verify(
        &self,
        company: &Company,
        user: &str,
        password: &Secret<String>,
        wanted: &[String],
    ) -> Result<DirectoryPerson, DirectoryError>;
}

/// A directory as a tenant configured it.
#[derive(Debug)]
pub struct Company {
    /// `ldaps://host[:port]` or `ldap://host[:port]`.
    pub address: String,
    /// Whether an `ldap` connection turns to TLS before anything else is said (RFC 4513, section 3).
    pub start_tls: bool,
    /// Certificates (PEM) to trust beside those of the machine.
    pub trusted: Option<Vec<u8>>,
    /// The entry below which people are looked for.
    pub base: String,
    /// How one is found: a filter (RFC 4515) in which `{user}` stands for the name that is typed.
    pub filter: String,
    /// Who looks for people: the name of an entry and its password; nobody (anonymous) when there is none.
    pub reader: Option<Reader>,
    /// The attribute that names a person for good: `entryUUID`, or `objectGUID` of Active Directory.
    pub id_attribute: String,
}

/// Who looks for people.
#[derive(Debug)]
pub struct Reader {
    /// The name of its entry.
    pub name: String,
    /// Its password.
    pub password: Secret<String>,
}

/// Who a person is to a directory.
pub struct DirectoryPerson {
    /// The name of the entry. It changes when the person moves or marries.
    pub name: String,
    /// The id of the entry, in lower-case hexadecimal when the directory keeps it as bytes. It never changes.
    pub id: String,
    /// The attributes that were wanted and said, each with its values.
    pub attributes: BTreeMap<String, Vec<String>>,
}

// What a person is called is never printed.
impl fmt::Debug for DirectoryPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DirectoryPerson(…)")
    }
}

/// Why a directory did not let somebody in. Nothing that it or the person said stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// No password: a directory takes that as somebody anonymous and says yes (RFC 4513, section 5.1.2).
    #[error("the sign-in was refused: a password is needed")]
    PasswordMissing,
    /// The name or the password is longer than it may be.
    #[error("the sign-in was refused: the name may have {user_bytes_max} bytes and the password {password_bytes_max}")]
    TooLong {
        /// The most bytes of a name.
        user_bytes_max: usize,
        /// The most bytes of a password.
        password_bytes_max: usize,
    },
    /// The name is unknown, or the password is wrong: which of both is not said.
    #[error("the sign-in was refused: the name or the password is wrong")]
    CredentialsWrong,
    /// The password has expired.
    #[error("the sign-in was refused: the password has expired; change it where the company says")]
    PasswordExpired,
    /// The password must be changed before it is used for the first time.
    #[error("the sign-in was refused: the password must be changed first, where the company says")]
    PasswordMustChange,
    /// The account was disabled.
    #[error("the sign-in was refused: the account is disabled; ask the company's administrator")]
    AccountDisabled,
    /// The account's time is over.
    #[error("the sign-in was refused: the account has expired; ask the company's administrator")]
    AccountExpired,
    /// Too many wrong passwords.
    #[error("the sign-in was refused: the account is locked; wait, or ask the company's administrator")]
    AccountLocked,
    /// This account may not sign in at this time or from here.
    #[error("the sign-in was refused: the company does not allow it at this time or from here")]
    NotNow,
    /// More than one entry answers to the name.
    #[error("the sign-in was refused: the name is not one person's; the administrator must make the filter narrower")]
    Ambiguous,
    /// The connection would show the password.
    #[error("the directory was not asked: only `ldaps` or StartTLS may carry a password beyond this machine")]
    Insecure,
    /// The address, base, filter, id or certificates are no good.
    #[error("the directory was not asked: its configured {what} is malformed")]
    ConfigurationMalformed {
        /// What.
        what: &'static str,
    },
    /// The directory does not let people be looked for.
    #[error("the directory was asked in vain: it refused the configured reader or its search with result `{result}`")]
    SearchRefused {
        /// The result code (RFC 4511, section 4.1.9).
        result: u32,
    },
    /// The entry that was found has no id.
    #[error("the sign-in was refused: the entry has none of the attribute that names it for good")]
    IdMissing,
    /// The directory cannot be reached, or not in time, or TLS did not come about.
    #[error("the directory was not asked: it cannot be reached now; try again")]
    Unreachable,
}

impl DirectoryError {
    /// A stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PasswordMissing => "directory.password_missing",
            Self::TooLong { .. } => "directory.too_long",
            Self::CredentialsWrong => "directory.credentials_wrong",
            Self::PasswordExpired => "directory.password_expired",
            Self::PasswordMustChange => "directory.password_must_change",
            Self::AccountDisabled => "directory.account_disabled",
            Self::AccountExpired => "directory.account_expired",
            Self::AccountLocked => "directory.account_locked",
            Self::NotNow => "directory.not_now",
            Self::Ambiguous => "directory.ambiguous",
            Self::Insecure => "directory.insecure",
            Self::ConfigurationMalformed { .. } => "directory.configuration_malformed",
            Self::SearchRefused { .. } => "directory.search_refused",
            Self::IdMissing => "directory.id_missing",
            Self::Unreachable => "directory.unreachable",
        }
    }
}
