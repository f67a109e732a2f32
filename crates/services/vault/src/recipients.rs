//! Who receives what of a subject: every recipient the policy names, and what the ledger says each was
//! given. Source: GDPR Art. 15(1)(c).

use std::collections::BTreeMap;

use candor_ledger::{CONTROLLER, EntryBody};
use candor_manifest::model::{Country, Manifest, Recipient, RecipientIx, RecipientRole, Safeguard};
use candor_store::PAGE_MAX;
use candor_words::{Instant, RequestId, SubjectId};
use serde::Serialize;

use crate::accesses::{fields_of, needs_audit_or_rights, recipient_of};
use crate::caller::Caller;
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

/// How many of the newest entries about a subject are counted.
pub const RECIPIENT_ENTRIES_MAX: usize = 10_000;

/// Somebody else who may receive fields of a subject, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecipientView {
    /// Its name in the policy.
    pub name: String,
    /// What people are told it is called.
    pub title: String,
    /// Where it processes.
    pub country: Country,
    /// In what role.
    pub role: RecipientRole,
    /// What makes a transfer abroad lawful.
    pub safeguard: Option<Safeguard>,
    /// True when fields go to another country.
    pub is_transfer: bool,
    /// Its own privacy policy.
    pub policy_url: Option<String>,
    /// True when the policy in force still names it.
    pub is_declared: bool,
    /// What the policy lets it receive, by purpose.
    pub declared: Vec<DeclaredShare>,
    /// How often something of this subject was disclosed to it.
    pub n_disclosures: u64,
    /// When that was last.
    pub last_disclosure: Option<Instant>,
    /// When it was told of a rectification, an erasure, a restriction or its lifting (GDPR Art. 19), newest first.
    pub told: Vec<ToldRecipient>,
    /// False when the subject has more than 10 000 entries, of which only the newest were counted.
    pub is_count_complete: bool,
}

/// That a recipient was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToldRecipient {
    /// When.
    pub at: Instant,
    /// Of which request, or push.
    pub request: RequestId,
    /// `group.field` of what named the person to it.
    pub named_by: Vec<String>,
    /// The ledger entry that proves it.
    pub entry: u64,
}

/// What a recipient may receive for one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeclaredShare {
    /// The purpose's name.
    pub purpose: String,
    /// What people are told it is.
    pub title: String,
    /// `group.field` of each field.
    pub fields: Vec<String>,
    /// True when they go on the subject's instruction only.
    pub on_instruction: bool,
}

impl Vault {
    /// Every recipient of the policy in force, and any other that was given something of the subject.
    ///
    /// # Errors
    /// The caller has neither the audit nor the rights scope; no such subject; it was erased.
    pub async fn recipients(&self, caller: &Caller, subject: SubjectId) -> Result<Vec<RecipientView>, VaultError> {
        needs_audit_or_rights(caller)?;
        let tenant = self.tenant(caller.tenant()).await?;
        caller.may_reach(subject)?;
        self.recipients_of(&tenant, subject).await
    }

    pub(crate) async fn recipients_of(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
    ) -> Result<Vec<RecipientView>, VaultError> {
        let live = self.live(tenant, subject).await?;
        let counts = self.count_disclosures(tenant, &live).await?;
        let manifest = live.policy.manifest();
        let declared = (0_u16..).zip(&manifest.recipients);
        let mut views: Vec<RecipientView> =
            declared.map(|(at, found)| view(manifest, Some(RecipientIx(at)), found)).collect();
        for name in counts.by_name.keys().filter(|name| manifest.recipient(name).is_none()) {
            views.extend(former(tenant, name));
        }
        for view in &mut views {
            view.is_count_complete = counts.is_complete;
            view.told = counts.told.get(&view.name).cloned().unwrap_or_default();
            if let Some((n_disclosures, last)) = counts.by_name.get(&view.name) {
                view.n_disclosures = *n_disclosures;
                view.last_disclosure = Some(*last);
            }
        }
        Ok(views)
    }

    async fn count_disclosures(&self, tenant: &Tenant, live: &crate::live::LiveSubject) -> Result<Counts, VaultError> {
        self.index_entries(tenant).await?;
        let mut counts = Counts { by_name: BTreeMap::new(), told: BTreeMap::new(), is_complete: false };
        let mut below = None;
        for _ in 0..RECIPIENT_ENTRIES_MAX / PAGE_MAX {
            let page = self.store.entries_of(tenant.id(), live.reference, below, PAGE_MAX).await?;
            for (position, entry) in self.entries_at(tenant, &page.rows).await? {
                let (recipient, told) = match &entry.body {
                    EntryBody::Disclosure { recipient, .. } if *recipient != CONTROLLER => (*recipient, None),
                    EntryBody::RecipientTold { request, recipient, fields, state: 2 } => {
                        (*recipient, Some((*request, fields)))
                    }
                    _ => continue,
                };
                let plan = tenant.policy_of(entry.plan.as_bytes()).map(|policy| &policy.plan);
                let Some(name) = recipient_of(plan, recipient) else { continue };
                if let Some((request, fields)) = told {
                    let told =
                        ToldRecipient { at: entry.at, request, named_by: fields_of(plan, fields), entry: position };
                    counts.told.entry(name).or_default().push(told);
                    continue;
                }
                let (n_disclosures, last) = counts.by_name.entry(name).or_insert((0, entry.at));
                *n_disclosures += 1;
                *last = entry.at.max(*last);
            }
            below = page.next;
            if below.is_none() {
                counts.is_complete = true;
                break;
            }
        }
        Ok(counts)
    }
}

struct Counts {
    by_name: BTreeMap<String, (u64, Instant)>,
    told: BTreeMap<String, Vec<ToldRecipient>>,
    is_complete: bool,
}

/// A recipient that an earlier policy named, as the last of those described it.
fn former(tenant: &Tenant, name: &str) -> Option<RecipientView> {
    tenant.policies.iter().rev().find_map(|policy| {
        let manifest = policy.manifest();
        let at = manifest.recipient(name)?;
        Some(view(manifest, None, &manifest.recipients[at.at()]))
    })
}

fn view(manifest: &Manifest, declared: Option<RecipientIx>, recipient: &Recipient) -> RecipientView {
    RecipientView {
        name: recipient.name.clone(),
        title: recipient.title.clone(),
        country: recipient.country,
        role: recipient.role,
        safeguard: recipient.safeguard,
        is_transfer: recipient.is_transfer,
        policy_url: recipient.policy_url.clone(),
        is_declared: declared.is_some(),
        declared: declared.map(|at| shares_with(manifest, at)).unwrap_or_default(),
        n_disclosures: 0,
        last_disclosure: None,
        told: Vec::new(),
        is_count_complete: true,
    }
}

fn shares_with(manifest: &Manifest, with: RecipientIx) -> Vec<DeclaredShare> {
    let shares = manifest.purposes.iter().flat_map(|purpose| purpose.shares.iter().map(move |share| (purpose, share)));
    let theirs = shares.filter(|(_, share)| share.with == with);
    theirs
        .map(|(purpose, share)| DeclaredShare {
            purpose: purpose.name.clone(),
            title: purpose.title.clone(),
            fields: share.fields.iter().map(|field| manifest.fields[field.at()].name.clone()).collect(),
            on_instruction: share.on_instruction,
        })
        .collect()
}
