//! What an organisation that takes requests of its own has to know of one, and what it says of it later.

use candor_words::{Instant, RequestId};

/// Which request an act is part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// The request. What is asked under it twice is one thing.
    pub request: RequestId,
    /// When it was begun.
    pub begun_at: Instant,
    /// Where changes are told, when this server is reached over `https`.
    pub callback: Option<String>,
}

/// A call-back as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Where it came to.
    pub url: String,
    /// The domain that it says to be from.
    pub domain: String,
    /// The signature that it carries.
    pub signature: String,
    /// Its body, not believed yet.
    pub body: Vec<u8>,
}

/// Why a call-back is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeardError {
    /// Nobody there is expected to call back.
    #[error("the call-back was not taken: nothing is waited for there")]
    Unexpected,
    /// Somebody else's domain, or a certificate that nobody vouches for.
    #[error("the call-back was not taken: it is not from the organisation that was asked")]
    Stranger,
    /// The signature is not one of this body, or the body is none of ours.
    #[error("the call-back was not taken: its signature or its form is wrong")]
    Forged,
    /// The certificate could not be fetched.
    #[error("the call-back was not taken: the certificate of the organisation that was asked could not be fetched")]
    Unreachable,
}
