//! Telling an application that somebody signed out (OpenID Connect Back-Channel Logout 1.0).

use async_trait::async_trait;

/// Why an application was not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BackChannelError {
    /// It does not answer, or only later than is waited for.
    #[error("the application was not told: it does not answer")]
    Unreachable,
    /// It answers with something else than success.
    #[error("the application was not told: it answered with the status {status}")]
    Refused {
        /// The status.
        status: u16,
    },
    /// Its address is none that is called: neither `https` nor this machine.
    #[error("the application was not told: its address is not `https`")]
    Insecure,
}

/// Brings logout tokens to applications.
#[async_trait]
pub trait BackChannel: Send + Sync {
    /// Posts a logout token to an application's address, once.
    ///
    /// # Errors
    /// What [`BackChannelError`] names.
    async fn tell(&self, address: &str, logout_token: &str) -> Result<(), BackChannelError>;
}
