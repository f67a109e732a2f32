//! What a system's error means for a step.

use candor_connect::ConnectError;
use candor_vault::{ErrorKind, VaultError};

use crate::machine::{Outcome, Trouble};

pub(crate) fn failed(error: &ConnectError) -> Outcome {
    let retry_after_ms = match error {
        ConnectError::Busy { retry_after_seconds: Some(seconds) } => i64::try_from(seconds.saturating_mul(1_000)).ok(),
        _ => None,
    };
    let trouble = Trouble { code: error.code().to_owned(), text: error.to_string() };
    Outcome::Failed { is_passing: error.is_passing(), retry_after_ms, trouble }
}

/// The store or the keys did not answer while a step was under way: it is tried again.
pub(crate) fn vault_failed(error: &VaultError) -> Outcome {
    let is_passing = matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Internal | ErrorKind::Conflict);
    let trouble = Trouble { code: error.code().to_owned(), text: error.message().to_owned() };
    Outcome::Failed { is_passing, retry_after_ms: None, trouble }
}

/// What planning or looking at a system failed for, as a use case's error.
pub(crate) fn refused(error: &ConnectError) -> VaultError {
    let kind = if error.is_passing() { ErrorKind::Unavailable } else { ErrorKind::Unprocessable };
    VaultError::new(kind, error.code(), error.to_string())
}
