//! Passkeys: the two ceremonies of Web Authentication, registering a credential and signing in with one.
//!
//! A ceremony begins here, goes on in the person's browser and ends here. Between the two, its [`Ceremony::state`] is
//! kept by the server and nowhere else, for minutes, and is used once. What is kept of a credential is a [`Passkey`]:
//! a public key and a counter, no attestation, nothing of the device's model. Source: W3C Web Authentication, Level 3.

use candor_words::SubjectId;

/// The site that a passkey is good for: one origin, whose host is the relying party's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The origin as browsers write it: `https://id.vendor.example`, with a port where it is not the usual one.
    pub origin: String,
    /// What people know the site as.
    pub name: String,
}

/// Whom a new passkey is for.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Kept in the authenticator, and told when it signs in: random, and nothing but this server knows whose it is.
    pub subject: SubjectId,
    /// What authenticators list the passkey by, such as the address that the person signs in with.
    pub name: String,
}

/// A ceremony that has begun.
#[derive(Debug)]
pub struct Ceremony {
    /// What the browser is handed, as JSON: `{"publicKey": …}` with binary values in base64url.
    pub options: String,
    /// What the server keeps until the answer comes.
    pub state: Vec<u8>,
}

/// What is kept of one credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// The credential's id.
    pub id: Vec<u8>,
    /// Public key and counter, in the form of whoever made it.
    pub kept: Vec<u8>,
    /// True when it may be kept in step over several devices.
    pub is_synced: bool,
}

/// Who an answer says it comes from: a claim, until the ceremony is finished with that credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The credential's id.
    pub id: Vec<u8>,
    /// Whose it is; always told where the person was not known before.
    pub subject: Option<SubjectId>,
}

/// Runs both ceremonies. User verification (a finger, a face, a number) is always required.
pub trait Passkeys: Send + Sync + 'static {
    /// Begins the registration of a discoverable credential. `known` are the ids of those that the holder has.
    ///
    /// # Errors
    /// [`PasskeyError::Site`].
    fn start_registration(&self, site: &Site, holder: &Holder, known: &[Vec<u8>]) -> Result<Ceremony, PasskeyError>;

    /// Checks what the browser answered, and returns the passkey to keep.
    ///
    /// # Errors
    /// See [`PasskeyError`].
    fn finish_registration(&self, site: &Site, state: &[u8], answer: &str) -> Result<Passkey, PasskeyError>;

    /// Begins a sign-in: with one of the passkeys, or with any that the person's authenticator finds when none is named.
    ///
    /// # Errors
    /// [`PasskeyError::Site`].
    fn start_sign_in(&self, site: &Site, allowed: &[Vec<u8>]) -> Result<Ceremony, PasskeyError>;

    /// Reads which passkey an answer claims to come from, so that it can be looked up.
    ///
    /// # Errors
    /// [`PasskeyError::Answer`].
    fn claimed(&self, answer: &str) -> Result<Claimed, PasskeyError>;

    /// Checks what the browser answered against the passkey as it is kept, and returns it as it is to be kept from now on.
    ///
    /// # Errors
    /// See [`PasskeyError`].
    fn finish_sign_in(
        &self,
        site: &Site,
        state: &[u8],
        answer: &str,
        passkey: &Passkey,
    ) -> Result<Passkey, PasskeyError>;
}

/// Why a ceremony came to nothing. No variant holds a part of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// The site has no origin that browsers use passkeys for.
    #[error("passkeys cannot be used here: the public address must be https with a domain name, or `localhost`")]
    Site,
    /// The answer is not of the form that browsers write.
    #[error("the passkey was not taken: the browser's answer could not be read; try again")]
    Answer,
    /// The answer is to another question: another site, another challenge, another ceremony.
    #[error("the passkey was not taken: it answers another question than the one that was asked; try again")]
    Mismatch,
    /// The person was not verified by the authenticator.
    #[error("the passkey was not taken: the device did not verify who uses it; set up a screen lock or number on it")]
    Unverified,
    /// The signature does not hold.
    #[error("the passkey was not taken: its signature does not hold")]
    Signature,
    /// The counter went back: two devices may hold copies of the key.
    #[error(
        "the passkey was not taken: its counter went back, so that a copy of it may be in use; remove it, and add a new one"
    )]
    Copied,
    /// The holder has it already.
    #[error("the passkey was not taken: this device holds one for the account already")]
    Known,
}

impl PasskeyError {
    /// The stable code of the reason.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Site => "passkey.site",
            Self::Answer => "passkey.answer",
            Self::Mismatch => "passkey.mismatch",
            Self::Unverified => "passkey.unverified",
            Self::Signature => "passkey.signature",
            Self::Copied => "passkey.copied",
            Self::Known => "passkey.known",
        }
    }
}
