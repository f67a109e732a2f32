//! Taking up what a system knows people by besides: never what the vault knows as somebody else's.
//!
//! What stands in a column is what somebody wrote there: an order's address for questions may be another customer's. Followed
//! further, that would be two people in one request, and the erasure of one would reach the other. A system follows names as far as
//! they lead, so what it found behind somebody else's is left out too; what is the person's own all the same is found again, from
//! what was taken up.

use candor_places::Found;
use candor_vault::{Caller, VaultError};
use candor_words::SubjectId;

use crate::Rights;
use crate::named::Named;

/// The vault looks nobody up by such a field.
const NOT_AN_IDENTIFIER: &str = "field.not_identifier";

impl Rights {
    /// Takes up what a system knows a person by; true when something is new.
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
        let (mut theirs, mut n_others, mut hops_max) = (Vec::with_capacity(found.len()), 0_usize, u32::MAX);
        for one in found {
            let (field, value) = (&one.identifier.field, one.identifier.value.expose());
            if named.knows(field, value) {
                continue;
            }
            if self.is_others(office, subject, field, value).await? {
                n_others += 1;
                hops_max = hops_max.min(one.hops);
            } else {
                theirs.push(one);
            }
        }
        theirs.retain(|one| one.hops <= hops_max);
        if n_others > 0 {
            tracing::warn!(
                n_identifiers = n_others,
                "a system knows a person by what is somebody else's in the vault: it was not taken up"
            );
        }
        Ok(named.add(theirs))
    }

    /// Whether another subject holds a value. What no field of the policy is, is told by where it stands: an address is looked for
    /// in every field that identifies, while the same word may be two people's in two places.
    async fn is_others(
        &self,
        office: &Caller,
        subject: SubjectId,
        field: &str,
        value: &str,
    ) -> Result<bool, VaultError> {
        match self.vault.holder(office, field, value).await {
            Ok(holder) => return Ok(holder.is_some_and(|holder| holder != subject)),
            Err(error) if error.code() == NOT_AN_IDENTIFIER => {}
            Err(error) => return Err(error),
        }
        if !value.contains('@') {
            return Ok(false);
        }
        let plan = self.vault.plan(office.tenant(), None).await?;
        for field in plan.manifest().fields.iter().filter(|field| field.identifies) {
            match self.vault.holder(office, &field.name, value).await {
                Ok(Some(holder)) if holder != subject => return Ok(true),
                Ok(_) => {}
                Err(error) if error.code() == NOT_AN_IDENTIFIER => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }
}
