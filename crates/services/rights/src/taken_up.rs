//! Taking up what a system knows people by besides: never what the vault knows as somebody else's.
//!
//! What stands in a column is what somebody wrote there: an order's address for questions may be another customer's. Followed
//! further, that would be two people in one request, and the erasure of one would reach the other.

use candor_places::Found;
use candor_vault::{Caller, VaultError};
use candor_words::SubjectId;

use crate::Rights;
use crate::named::Named;

impl Rights {
    /// Takes up what a system knows a person by; true when something is new. What another subject holds in the vault is left out.
    ///
    /// # Errors
    /// The store does not answer.
    pub(crate) async fn take_up(
        &self,
        office: &Caller,
        subject: SubjectId,
        named: &mut Named,
        found: Vec<Found>,
    ) -> Result<bool, VaultError> {
        let (mut theirs, mut n_others) = (Vec::with_capacity(found.len()), 0_usize);
        for one in found {
            let (field, value) = (&one.identifier.field, one.identifier.value.expose());
            if named.knows(field, value) {
                continue;
            }
            match self.vault.holder(office, field, value).await {
                Ok(Some(holder)) if holder != subject => n_others += 1,
                Ok(_) => theirs.push(one),
                // A name that the policy in force does not know leads to nobody in the vault.
                Err(error) if error.code() == NOT_AN_IDENTIFIER => theirs.push(one),
                Err(error) => return Err(error),
            }
        }
        if n_others > 0 {
            tracing::warn!(
                n_identifiers = n_others,
                "a system knows a person by what is somebody else's in the vault: it was not taken up"
            );
        }
        Ok(named.add(theirs))
    }
}

/// The vault looks nobody up by such a field.
const NOT_AN_IDENTIFIER: &str = "field.not_identifier";
