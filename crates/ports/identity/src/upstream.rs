//! An upstream provider: where a person signs in elsewhere (OpenID Connect Core, authorization code flow with PKCE).
//!
//! Nothing is asked of a provider before [`Upstream::begin`], and [`Upstream::begin`] is called only after the person
//! agreed. What comes back holds the claims that were wanted and no others.

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use candor_jose::{ClaimsError, JwsError};
use candor_words::{Entropy, Secret, to_hex};

/// How long what a person brings back from a provider may be, each part.
pub const ANSWER_BYTES_MAX: usize = 2_048;

/// Sends people to a provider, and takes what they bring back.
#[async_trait]
pub trait Upstream: Send + Sync + 'static {
    /// The address at the provider to send the person to. The first request to the provider is made here.
    ///
    /// # Errors
    /// The provider cannot be reached or does not describe itself as the issuer that was configured.
    async fn begin(
        &self,
        provider: &Provider,
        attempt: &UpstreamAttempt,
        wanted: &[String],
    ) -> Result<String, UpstreamError>;

    /// Exchanges what the person brought back, and returns who they are to the provider, with the claims `wanted`.
    ///
    /// # Errors
    /// The answer belongs to another attempt or another issuer, the provider refused, or its word does not verify.
    async fn finish(
        &self,
        provider: &Provider,
        attempt: &UpstreamAttempt,
        answer: &UpstreamAnswer,
        wanted: &[String],
    ) -> Result<UpstreamPerson, UpstreamError>;
}

/// A provider as a tenant configured it.
#[derive(Debug)]
pub struct Provider {
    /// Who it is; for [`Shape::Microsoft`] perhaps with `{tenantid}` where the directory's id stands.
    pub issuer: String,
    /// Whose habits it has.
    pub shape: Shape,
    /// The directories whose people may come, by their `tid` ([`Shape::Microsoft`]); all when empty.
    pub directories: Vec<String>,
    /// Who Candor is to it.
    pub client_id: String,
    /// What Candor proves that with; without one, only by PKCE.
    pub client_secret: Option<Secret<String>>,
    /// Where the person comes back to.
    pub redirect_uri: String,
}

/// Whose habits a provider has: who issues, and when an e-mail address counts as verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// None in particular: `email_verified` says it.
    #[default]
    Plain,
    /// Google: `email_verified`, of addresses that Google itself answers for (`gmail.com`, or hosted: `hd`).
    Google,
    /// Microsoft: many directories, each an issuer of its own; `xms_edov` says that the domain's owner was verified.
    Microsoft,
}

/// What ties an answer to the one browser that was sent away: made anew for each attempt, used once, and forgotten.
#[derive(Debug)]
pub struct UpstreamAttempt {
    /// Comes back with the person.
    pub state: Secret<String>,
    /// Comes back within the ID token.
    pub nonce: Secret<String>,
    /// Proves that who exchanges the code is who asked for it (PKCE, RFC 7636).
    pub verifier: Secret<String>,
}

impl UpstreamAttempt {
    /// Draws three texts that nobody can guess.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        let text = || {
            let mut bytes = zeroize::Zeroizing::new([0; 32]);
            entropy.fill(bytes.as_mut_slice());
            Secret::new(to_hex(bytes.as_slice()))
        };
        Self { state: text(), nonce: text(), verifier: text() }
    }
}

/// What a person brought back from a provider: the parameters of the address. None of it is trusted yet.
#[derive(Default)]
pub struct UpstreamAnswer {
    /// The state.
    pub state: String,
    /// The code, if the provider gave one.
    pub code: Option<String>,
    /// What the provider says instead of a code.
    pub error: Option<String>,
    /// Who says that it answers (RFC 9207).
    pub issuer: Option<String>,
}

/// Who a person is to a provider.
pub struct UpstreamPerson {
    /// Whose word it is.
    pub issuer: String,
    /// The provider's name for the person; never given to another one.
    pub subject: String,
    /// The e-mail address, if it was wanted and said.
    pub email: Option<UpstreamEmail>,
    /// The other claims that were wanted and said, as text.
    pub claims: BTreeMap<String, String>,
}

/// An e-mail address as a provider says it.
#[derive(Clone, PartialEq, Eq)]
pub struct UpstreamEmail {
    /// The address.
    pub address: String,
    /// Whether the provider vouches that it is the person's.
    pub is_verified: bool,
}

// What a person is called, and what they bring, is never printed.
impl fmt::Debug for UpstreamAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UpstreamAnswer(…)")
    }
}

impl fmt::Debug for UpstreamPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UpstreamPerson(…)")
    }
}

impl fmt::Debug for UpstreamEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UpstreamEmail(…)")
    }
}

/// Why a sign-in elsewhere did not come about. Nothing that a provider or a person said stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    /// The provider cannot be reached, or not in time.
    #[error("the provider was not asked: it cannot be reached now; try again")]
    Unreachable,
    /// An address of the provider is not `https`.
    #[error("the provider was not asked: its {what} is not an `https` address, and nothing is sent in the open")]
    Insecure {
        /// Which address.
        what: &'static str,
    },
    /// The provider's answer is longer than it may be.
    #[error("the provider's {what} was not read: it is longer than {bytes_max} bytes")]
    TooLong {
        /// Which answer.
        what: &'static str,
        /// The most bytes.
        bytes_max: usize,
    },
    /// The provider's answer is not what the protocol says.
    #[error("the provider's {what} was not read: it answered `{status}`, and not in the form of OpenID Connect")]
    Malformed {
        /// Which answer.
        what: &'static str,
        /// The status of the answer.
        status: u16,
    },
    /// The provider describes itself as somebody else.
    #[error("the provider was refused: it describes itself as another issuer than the one configured")]
    IssuerDiffers,
    /// The answer belongs to another attempt.
    #[error("the sign-in was refused: the answer belongs to another attempt; start again")]
    StateWrong,
    /// The answer comes from another provider than the one the person was sent to.
    #[error("the sign-in was refused: the answer comes from another provider than the one asked")]
    MixedUp,
    /// The provider refused.
    #[error("the provider refused the sign-in: `{code}`")]
    Refused {
        /// The code of the standard; `other` for any that is not one.
        code: &'static str,
    },
    /// The ID token's form, key or signature.
    #[error("the sign-in was refused: the provider's word does not verify")]
    Signature(#[from] JwsError),
    /// What the ID token says.
    #[error("the sign-in was refused: the provider's word is not for this attempt")]
    Claims(#[from] ClaimsError),
    /// The person's directory is not among those that may come.
    #[error("the sign-in was refused: people of this directory may not come")]
    DirectoryRefused,
    /// The two places where the provider describes the person speak of two people.
    #[error("the sign-in was refused: the provider speaks of two people at once")]
    SubjectDiffers,
}

impl UpstreamError {
    /// A stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable => "upstream.unreachable",
            Self::Insecure { .. } => "upstream.insecure",
            Self::TooLong { .. } => "upstream.too_long",
            Self::Malformed { .. } => "upstream.malformed",
            Self::IssuerDiffers => "upstream.issuer_differs",
            Self::StateWrong => "upstream.state_wrong",
            Self::MixedUp => "upstream.mixed_up",
            Self::Refused { .. } => "upstream.refused",
            Self::Signature(_) => "upstream.signature",
            Self::Claims(_) => "upstream.claims",
            Self::DirectoryRefused => "upstream.directory_refused",
            Self::SubjectDiffers => "upstream.subject_differs",
        }
    }
}

#[cfg(test)]
mod tests {
    use candor_words::SeededEntropy;

    use super::*;

    #[test]
    fn an_attempt_is_never_another_one_and_is_not_printed() {
        let entropy = SeededEntropy::new(1);
        let (one, other) = (UpstreamAttempt::draw(&entropy), UpstreamAttempt::draw(&entropy));
        let texts = |attempt: &UpstreamAttempt| {
            [&attempt.state, &attempt.nonce, &attempt.verifier].map(|text| text.expose().clone())
        };
        let mut all = [texts(&one), texts(&other)].concat();
        assert!(!format!("{one:?}").contains(&all[0]));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 6);
        assert!(all.iter().all(|text| text.len() == 64));
    }

    #[test]
    fn who_a_person_is_is_not_printed() {
        let email = UpstreamEmail { address: "ada@id.example".into(), is_verified: true };
        let person = UpstreamPerson {
            issuer: "https://id.example".into(),
            subject: "ada".into(),
            email: Some(email.clone()),
            claims: BTreeMap::new(),
        };
        assert!(!format!("{person:?} {email:?}").contains("ada"));
    }
}
