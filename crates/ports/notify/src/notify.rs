//! The trait a carrier of messages implements.

use async_trait::async_trait;

use crate::Message;

/// Carries messages over one channel.
#[async_trait]
pub trait Notify: Send + Sync + 'static {
    /// Hands one message over. `Ok` means that the carrier took it upon itself, not that it was read.
    ///
    /// # Errors
    /// See [`Undelivered`]. After any of them the same message, under the same id, may be handed over again.
    async fn deliver(&self, message: &Message) -> Result<(), Undelivered>;
}

/// Why a message was not taken. Codes only: what a carrier answers may repeat the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// This message cannot be taken now; another might, and this one might later.
    #[error("the message was not delivered yet: the carrier answered `{code}` and may take it later")]
    Later {
        /// What the carrier answered; 0 when it broke off.
        code: u16,
    },
    /// This message will never be taken.
    #[error("the message was not delivered: the carrier answered `{code}` for good")]
    Never {
        /// What the carrier answered; 0 when the address is none.
        code: u16,
    },
    /// Nothing can be delivered now.
    #[error("the message was not delivered: the carrier cannot be reached")]
    Unreachable,
}
