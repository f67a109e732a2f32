//! Telling another organisation how far a request has come.

use async_trait::async_trait;

/// A message to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// Where to: `https`, or this machine.
    pub address: String,
    /// Of what type the body is.
    pub content_type: &'static str,
    /// What else the receiver is told: names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// What is posted.
    pub body: Vec<u8>,
}

/// Why nobody was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// Nobody answers, or only later than is waited for.
    #[error("the call-back was not taken: nobody answers")]
    Unreachable,
    /// The answer was something else than success.
    #[error("the call-back was not taken: it was answered with the status {status}")]
    Refused {
        /// The status.
        status: u16,
    },
    /// The address is none that is called: neither `https` nor this machine.
    #[error("the call-back was not made: its address is not `https`")]
    Insecure,
}

/// Posts call-backs.
#[async_trait]
pub trait Callbacks: Send + Sync + 'static {
    /// Posts one, once. No redirect is followed.
    ///
    /// # Errors
    /// What [`CallbackError`] names.
    async fn post(&self, callback: &Callback) -> Result<(), CallbackError>;
}
