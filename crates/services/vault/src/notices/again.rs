//! Who must be asked for consent again, because the policy does more than they said yes to.

use candor_decision::PurposeIx;
use candor_store::Page;
use candor_words::SubjectId;
use serde::Serialize;

use crate::caller::{Caller, Scope};
use crate::{ErrorKind, Vault, VaultError};

/// How many subjects are looked at for one page, found or not.
const LOOKED_AT_MAX: usize = 2_000;
const SUBJECTS_PER_PAGE: usize = 200;

/// Somebody whose consent no longer reaches as far as the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AskAgain {
    /// Who.
    pub subject: SubjectId,
    /// For which purposes, by name.
    pub purposes: Vec<String>,
}

impl Vault {
    /// Lists who must be asked again under the policy in force, by subject, and how many subjects were looked at for the
    /// page: at most 2000, so that a page may hold fewer rows than asked for and still have a next one.
    ///
    /// # Errors
    /// The caller lacks the consent scope.
    pub async fn ask_again(
        &self,
        caller: &Caller,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<(Page<AskAgain, SubjectId>, u64), VaultError> {
        caller.needs(Scope::Consent)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let (mut rows, mut cursor, mut n_looked) = (Vec::new(), after, 0);
        while n_looked < LOOKED_AT_MAX {
            let page = self.store.subjects(tenant.id(), cursor, SUBJECTS_PER_PAGE).await?;
            for row in page.rows {
                if rows.len() >= limit {
                    return Ok((Page { rows, next: cursor }, n_looked as u64));
                }
                cursor = Some(row.id);
                n_looked += 1;
                let live = match self.glance(&tenant, row.id).await {
                    Ok(live) => live,
                    Err(error) if matches!(error.kind(), ErrorKind::Gone | ErrorKind::Missing) => continue,
                    Err(error) => return Err(error),
                };
                let purposes = live.policy.manifest().purposes.iter();
                let purposes = (0u16..).map(PurposeIx).zip(purposes);
                let again = purposes.filter(|(ix, _)| live.standing.outgrown.touches(*ix));
                let purposes: Vec<String> = again.map(|(_, purpose)| purpose.name.clone()).collect();
                if !purposes.is_empty() {
                    rows.push(AskAgain { subject: row.id, purposes });
                }
            }
            if page.next.is_none() {
                return Ok((Page { rows, next: None }, n_looked as u64));
            }
        }
        Ok((Page { rows, next: cursor }, n_looked as u64))
    }
}
