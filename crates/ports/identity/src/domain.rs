//! What a domain publishes: the texts under one of its names.

use async_trait::async_trait;

/// The most texts that an answer holds; what stands behind them is not looked at.
pub const TEXTS_MAX: usize = 100;
/// The longest of them, in bytes; a longer one is left out.
pub const TEXT_BYTES_MAX: usize = 1_024;
/// The longest name that is asked about. Source: RFC 1035, 2.3.4, without the final dot.
pub const NAME_BYTES_MAX: usize = 253;

/// Why a domain's texts are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// The name is none that a domain can have.
    #[error("the domain was not looked up: its name is not one that a domain can have")]
    Name,
    /// The resolver did not answer in time, or cannot be reached.
    #[error("the domain was not looked up: the resolver did not answer")]
    Unanswered,
    /// The resolver answered that it cannot say.
    #[error("the domain was not looked up: the resolver could not find out")]
    Failed,
}

/// Asks what domains publish.
#[async_trait]
pub trait Domains: Send + Sync + 'static {
    /// The texts (TXT records, RFC 1035, 3.3.14) under a name, each put together from its parts; none when there are
    /// none, or no such name. At most [`TEXTS_MAX`], of at most [`TEXT_BYTES_MAX`]; what is not UTF-8 is left out.
    ///
    /// # Errors
    /// What stood in the way; nothing is said of the domain then.
    async fn texts(&self, name: &str) -> Result<Vec<String>, DomainError>;
}
