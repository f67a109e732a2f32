//! Consent receipts: one consent in a form of its own, with the proof of its present state, to be kept and checked offline.
//!
//! Rendered from the policy under which the person was last asked, not from today's: it is that one they answered to.
//! The forms themselves are `pure/publish`; what makes the file checkable is `spec/ledger.md`, "Consent receipt".

use std::collections::HashMap;

use candor_ledger::{ConsentReceipt, Digest};
use candor_publish::{ConsentRecord, ConsentStatus, ConsentStep, consent_receipt_dpv, consent_receipt_kantara};
use candor_store::PAGE_MAX;
use candor_words::{Instant, SubjectId, SubjectRef, to_hex};
use serde::Deserialize;

use crate::caller::{Caller, Scope};
use crate::consent::ConsentEvent;
use crate::standing_form::StandingForm;
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

/// The most changes of one consent that a receipt tells.
pub const RECEIPT_EVENTS_MAX: usize = 1000;
/// The most pages of events that they are gathered from.
const EVENT_PAGES_MAX: usize = 200;

/// In which form a consent is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptForm {
    /// ISO/IEC TS 27560 in the profile of W3C DPV, as JSON-LD.
    #[default]
    Dpv,
    /// Kantara Consent Receipt 1.1.0.
    Kantara,
}

impl ReceiptForm {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dpv => "dpv",
            Self::Kantara => "kantara",
        }
    }
}

/// An event, and until when the consent then held.
type Said = (ConsentEvent, Option<Instant>);

impl Vault {
    /// Tells one consent from its first event to its present state, signed, with the proof of the latest event.
    ///
    /// # Errors
    /// The caller lacks the consent scope or is bound to other purposes; no such subject, or it was erased; nothing was
    /// ever said about the purpose; more was said than [`RECEIPT_EVENTS_MAX`]; in Kantara's form, no consent was in force.
    pub async fn consent_receipt(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        form: ReceiptForm,
    ) -> Result<ConsentReceipt, VaultError> {
        caller.needs(Scope::Consent)?;
        caller.may_ask_for(purpose)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let reference = self.live_for(caller, &tenant, subject).await?.reference;
        let said = self.said_about(&tenant, subject, purpose).await?;
        let Some((last, _)) = said.last() else {
            return Err(VaultError::missing("consent.none", "nothing was ever said about consent to this purpose")
                .help("ask for consent first, or list what was said at `/consents`"));
        };
        let (proving, text) = (last.entry, last.text.clone());
        // A withdrawal answers to the text and the policy of what it takes back.
        let asked =
            said.iter().rev().find(|(event, _)| event.kind != "consent.withdrawn").map_or(proving, |e| e.0.entry);
        let found = self.entries_at(&tenant, &[asked]).await?;
        let policy = found.first().and_then(|(_, entry)| tenant.policy_of(&entry.plan.0));
        let policy = policy.ok_or_else(|| VaultError::damaged("policy"))?;
        let manifest = policy.manifest();
        let declared = manifest.purpose(purpose).and_then(|ix| manifest.purposes.get(ix.at()));
        let now = self.now();
        let record = ConsentRecord {
            manifest,
            policy_digest: policy.digest.clone(),
            purpose: declared.ok_or_else(|| VaultError::damaged("policy"))?,
            subject: reference.to_string(),
            record_id: uuid(reference, &[purpose]),
            receipt_id: uuid(reference, &[purpose, &proving.to_string(), form.name()]),
            made_at: now,
            verifier_key: tenant.row.verifier_key.clone(),
            events: steps(&said, now),
        };
        let rendering = match form {
            ReceiptForm::Dpv => consent_receipt_dpv(&record),
            ReceiptForm::Kantara => consent_receipt_kantara(&record).ok_or_else(|| {
                VaultError::conflict("receipt.never_given", "no receipt was made: the consent was never in force")
                    .help("Kantara's form tells only of consents that were given; `form=dpv` tells of all")
            })?,
        };
        let proof = self.inclusion(tenant.id(), proving, None).await?;
        ConsentReceipt::sign(form.name(), rendering, text, proof, &tenant.signer).map_err(|_| too_much())
    }

    /// Everything that was said about one purpose, oldest first.
    async fn said_about(&self, tenant: &Tenant, subject: SubjectId, purpose: &str) -> Result<Vec<Said>, VaultError> {
        let mut texts = HashMap::new();
        let mut said = Vec::new();
        let mut cursor = None;
        for _ in 0..EVENT_PAGES_MAX {
            let page = self.store.events(tenant.id(), subject, cursor, PAGE_MAX).await?;
            for event in page.rows {
                if event.purpose.as_deref() != Some(purpose) || !event.kind.starts_with("consent.") {
                    continue;
                }
                if said.len() == RECEIPT_EVENTS_MAX {
                    return Err(too_much());
                }
                let form = StandingForm::after(&event)?;
                let until = form.consents.get(purpose).and_then(|consent| consent.until);
                said.push((self.consent_event(tenant.id(), event, &mut texts).await?, until));
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(said);
            }
        }
        Err(too_much())
    }
}

/// The changes in the vocabulary's words; a consent whose time ran out has that as a change too.
fn steps(said: &[Said], now: Instant) -> Vec<ConsentStep> {
    let mut steps: Vec<ConsentStep> = Vec::with_capacity(said.len());
    for (event, until) in said {
        expire(&mut steps, event.at);
        let status = status_of(event, &steps);
        steps.push(ConsentStep {
            status,
            at: event.at,
            until: until.filter(|_| status.is_valid()),
            text_digest: event.text_digest.clone(),
            language: event.language.clone(),
            method: event.method.clone(),
            entry: Some(event.entry),
        });
    }
    expire(&mut steps, now);
    steps
}

fn status_of(event: &ConsentEvent, before: &[ConsentStep]) -> ConsentStatus {
    match event.kind.as_str() {
        "consent.unconfirmed" => ConsentStatus::Requested,
        "consent.refused" => ConsentStatus::Refused,
        "consent.withdrawn" => ConsentStatus::Withdrawn,
        _ => {
            let standing = before.iter().rev().find(|step| step.status != ConsentStatus::Requested);
            match standing {
                Some(step) if step.status.is_valid() || step.status == ConsentStatus::Expired => ConsentStatus::Renewed,
                _ => ConsentStatus::Given,
            }
        }
    }
}

/// Adds the end of a consent that ran out by `at`.
fn expire(steps: &mut Vec<ConsentStep>, at: Instant) {
    let Some(last) = steps.last().filter(|last| last.status.is_valid()) else { return };
    let Some(until) = last.until.filter(|until| *until <= at) else { return };
    let expired = ConsentStep {
        status: ConsentStatus::Expired,
        at: until,
        until: None,
        text_digest: last.text_digest.clone(),
        language: last.language.clone(),
        method: None,
        entry: None,
    };
    steps.push(expired);
}

/// A UUID that stays the same for the same consent. The reference in it is random and known to nobody else, so
/// that it is as good as drawn; it is marked as version 4, which the technical specification asks for.
fn uuid(reference: SubjectRef, parts: &[&str]) -> String {
    let text = format!("candor consent receipt\n{reference}\n{}", parts.join("\n"));
    let Digest([a, b, c, d, e, f, version, h, variant, rest @ ..]) = Digest::of(text.as_bytes());
    let (version, variant) = ((version & 0x0f) | 0x40, (variant & 0x3f) | 0x80);
    let hex = to_hex(&[a, b, c, d, e, f, version, h, variant]) + &to_hex(&rest[..7]);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

fn too_much() -> VaultError {
    VaultError::unprocessable("receipt.too_long", "no receipt was made: more was said about the purpose than one holds")
        .detail("events_max", RECEIPT_EVENTS_MAX)
        .help("list what was said at `/consents`, and fetch the receipt of each entry")
}
