//! Requests: a subject's exercise of a right, with its clock.

use candor_words::RequestId;

use crate::draft::Draft;
use crate::{Vault, VaultError};

impl Vault {
    /// Closes a request as answered, in the unit that answers it.
    pub(crate) async fn close_request_in(&self, _draft: &mut Draft, _request: RequestId, _right: &str) -> Result<(), VaultError> {
        Ok(())
    }
}
