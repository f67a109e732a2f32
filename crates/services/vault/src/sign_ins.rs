//! The audit of sign-ins: who tried to sign in, by what, and with what outcome; newest first.
//!
//! People stand in it by the blinded reference of the ledger, or by the subject that is asked about; what somebody typed is nowhere.

use candor_ledger::{BUNDLE_ENTRIES_MAX, Entry, EntryBody};
use candor_store::Page;
use candor_words::{Instant, SubjectId, SubjectRef};
use serde::Serialize;

use crate::caller::{Caller, Scope};
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

const WIDTH: u64 = BUNDLE_ENTRIES_MAX as u64;
/// The most bundles that one page is gathered from; a page may be short, and the next goes on below.
const BUNDLES_MAX: usize = 64;

/// One attempt to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignInView {
    /// Its position in the ledger.
    pub entry: u64,
    /// When.
    pub at: Instant,
    /// Who, by the ledger's blinded reference; absent when nobody was found.
    pub reference: Option<SubjectRef>,
    /// What was proved, a bit each. Source: spec/ledger.md, kind 46.
    #[serde(skip)]
    pub methods: u16,
    /// `refused`, `signed_in`, `factor_asked` or `denied`.
    pub outcome: &'static str,
}

impl Vault {
    /// The tenant's sign-ins below a position.
    ///
    /// # Errors
    /// The caller lacks the audit scope.
    pub async fn sign_ins(
        &self,
        caller: &Caller,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Page<SignInView, u64>, VaultError> {
        caller.needs(Scope::Audit)?;
        caller.reaches_all()?;
        let tenant = self.tenant(caller.tenant()).await?;
        let size = self.store.ledger_size(tenant.id()).await?;
        let mut below = below.unwrap_or(size).min(size);
        let mut rows = Vec::new();
        for _ in 0..BUNDLES_MAX {
            if below == 0 {
                return Ok(Page { rows, next: None });
            }
            let first = (below - 1) / WIDTH * WIDTH;
            let mut entries = self.entries_from(&tenant, first).await?;
            entries.retain(|(position, _)| *position < below);
            for (position, entry) in entries.iter().rev() {
                if let Some(row) = view(*position, entry) {
                    rows.push(row);
                    if rows.len() >= limit {
                        return Ok(Page { rows, next: Some(*position).filter(|at| *at > 0) });
                    }
                }
            }
            below = first;
        }
        Ok(Page { rows, next: Some(below) })
    }

    /// The sign-ins of one subject below a position.
    ///
    /// # Errors
    /// The caller has neither the audit nor the rights scope; no such subject; it was erased.
    pub async fn sign_ins_of(
        &self,
        caller: &Caller,
        subject: SubjectId,
        below: Option<u64>,
        limit: usize,
    ) -> Result<Page<SignInView, u64>, VaultError> {
        crate::accesses::needs_audit_or_rights(caller)?;
        caller.may_reach(subject)?;
        let tenant: std::sync::Arc<Tenant> = self.tenant(caller.tenant()).await?;
        let live = self.live(&tenant, subject).await?;
        self.index_entries(&tenant).await?;
        let page = self.store.entries_of(tenant.id(), live.reference, below, limit).await?;
        let entries = self.entries_at(&tenant, &page.rows).await?;
        let rows = entries.iter().filter_map(|(position, entry)| view(*position, entry)).collect();
        Ok(Page { rows, next: page.next })
    }
}

fn view(position: u64, entry: &Entry) -> Option<SignInView> {
    let EntryBody::SignIn { methods, outcome } = entry.body else { return None };
    let outcome = match outcome {
        1 => "signed_in",
        2 => "factor_asked",
        3 => "denied",
        _ => "refused",
    };
    Some(SignInView { entry: position, at: entry.at, reference: entry.subject, methods, outcome })
}
