//! Writing to the ledger.

use candor_ledger::{Digest, Entry, EntryBody};
use candor_words::{ApiKeyId, Instant, SubjectRef};

use crate::tenant::Tenant;
use crate::{Vault, VaultError};

impl Vault {
    /// Encodes an entry under the policy in force at `at`.
    pub(crate) fn entry(
        &self,
        tenant: &Tenant,
        at: Instant,
        subject: Option<SubjectRef>,
        actor: Option<ApiKeyId>,
        body: EntryBody,
    ) -> Result<Vec<u8>, VaultError> {
        let plan = Digest(*tenant.policy_at(at)?.plan.digest());
        Ok(Entry { at, subject, actor, plan, body }.to_bytes())
    }
}
