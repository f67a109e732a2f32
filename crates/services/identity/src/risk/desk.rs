//! Judged sign-ins as staff sees them: everybody's or one person's, newest first, for the purpose that the policy judges
//! them for and for no other.
//!
//! Whose sign-ins are shown is decided person by person. Each of them has it in the ledger that staff looked and what was
//! disclosed, and in their own words why and where it is written down; all of that is durable before anything is shown.
//! Whose consent or objection stands against it is left out. Source: docs/risk.md.

use std::collections::BTreeMap;

use candor_ledger::EntryBody;
use candor_risk::Audience;
use candor_vault::{Caller, ErrorKind, Observation, Seat, StaffReason, VaultError};
use candor_words::{SubjectId, TenantId};

use super::note::Note;
use super::policy::RiskPolicy;
use super::views::{SignInView, none_judged};
use crate::attempt::RiskOutcome;
use crate::drawer::{Kept, Sort, read};
use crate::identity::Identity;
use crate::language::Language;
use crate::staff::{StaffLook, needs_purpose, stated};

/// The most sign-ins on one page.
pub const RISK_SEEN_MAX: usize = 20;
/// How many notes are fetched at once, and looked through for one page.
const SLICE: usize = 100;
const LOOKED_THROUGH_MAX: usize = 2_000;

/// Which judged sign-ins are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct RiskAsked {
    /// Those with this outcome.
    pub outcome: Option<RiskOutcome>,
    /// Those of this person.
    pub subject: Option<SubjectId>,
    /// Those after this place: the `next` of the page before.
    pub after: Option<[u8; 32]>,
}

/// A judged sign-in and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskSeen {
    /// Whose.
    pub subject: SubjectId,
    /// What was judged, in numbers and in words.
    pub sign_in: SignInView,
}

/// A page of judged sign-ins, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskPage {
    /// At most [`RISK_SEEN_MAX`].
    pub rows: Vec<RiskSeen>,
    /// How many the policy refused to show.
    pub n_withheld: usize,
    /// Where older ones begin; `None` when there are none.
    pub next: Option<[u8; 32]>,
}

impl Identity {
    /// The purpose for which the policy in force judges sign-ins.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn risk_purpose(&self, tenant: TenantId) -> Result<Option<String>, VaultError> {
        Ok(self.risk_policy(tenant).await?.map(|policy| policy.purpose))
    }

    /// Shows judged sign-ins to a member of staff who has a role for it; whoever they are of sees who looked and why.
    ///
    /// # Errors
    /// `staff.ticket`: it is not said where it is written down; `risk.none`: the policy judges no sign-ins;
    /// `staff.purpose_foreign`: the roles are for other purposes; no such subject.
    pub async fn look_at_risk(
        &self,
        tenant: TenantId,
        seat: &Seat,
        asked: RiskAsked,
        (reason, ticket): (StaffReason, &str),
        language: Language,
    ) -> Result<RiskPage, VaultError> {
        let ticket = stated(ticket)?;
        let policy = self.risk_policy(tenant).await?.ok_or_else(none_judged)?;
        needs_purpose(seat, &policy.purpose)?;
        let staff = self.vault.staff(tenant, seat, reason).await?;
        let (found, next) = self.noted(tenant, asked).await?;
        // Who is asked for by name learns of it even when there is nothing to see.
        let mut n_of: BTreeMap<SubjectId, u32> = asked.subject.into_iter().map(|subject| (subject, 0)).collect();
        for subject in found.iter().filter_map(|kept| kept.owner) {
            *n_of.entry(subject).or_default() += 1;
        }
        let purpose = policy.purpose.clone();
        let look = StaffLook { at: self.now(), actor: staff.key(), purpose, reason, ticket: ticket.to_owned() };
        let mut shown = Vec::new();
        for (subject, n_notes) in n_of {
            match self.told_look(&staff, &policy, &look, (subject, n_notes)).await {
                Ok(true) => shown.push(subject),
                Ok(false) => {}
                // Erased since the notes were read: there is nothing of theirs to show.
                Err(error) if asked.subject.is_none() && is_gone(&error) => {}
                Err(error) => return Err(error),
            }
        }
        let n_found = found.len();
        let row = |kept: Kept<Note>| {
            let subject = kept.owner.filter(|owner| shown.contains(owner))?;
            Some(RiskSeen { subject, sign_in: SignInView::of(kept.body, language, Audience::Administrator) })
        };
        let rows: Vec<RiskSeen> = found.into_iter().filter_map(row).collect();
        Ok(RiskPage { n_withheld: n_found - rows.len(), rows, next })
    }

    /// The notes that are asked for, by age, and where to go on.
    async fn noted(
        &self,
        tenant: TenantId,
        asked: RiskAsked,
    ) -> Result<(Vec<Kept<Note>>, Option<[u8; 32]>), VaultError> {
        let is_asked = |note: &Note| asked.outcome.is_none_or(|outcome| outcome == note.judgement.outcome.into());
        let (mut found, mut after) = (Vec::new(), asked.after);
        for _ in 0..LOOKED_THROUGH_MAX / SLICE {
            // INVARIANT: notes are named so that they stand newest first (`note.rs`).
            let page = self.vault.slips(tenant, Note::KIND, asked.subject, after, SLICE).await?;
            let mut slips = page.rows.into_iter().peekable();
            while let Some(slip) = slips.next() {
                let kept = read::<Note>(slip)?;
                let name = kept.name;
                if is_asked(&kept.body) {
                    found.push(kept);
                }
                if found.len() == RISK_SEEN_MAX {
                    let next = if slips.peek().is_some() { Some(name) } else { page.next };
                    return Ok((found, next));
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok((found, after))
    }

    /// Decides whether a person's judged sign-ins may be shown, and has it written down before they are: one unit for each.
    async fn told_look(
        &self,
        staff: &Caller,
        policy: &RiskPolicy,
        look: &StaffLook,
        (subject, n_notes): (SubjectId, u32),
    ) -> Result<bool, VaultError> {
        let fields = policy.fields.iter().map(|(name, _)| name.clone()).collect();
        let observation = Observation { subject, purpose: policy.purpose.clone(), fields };
        let usable = self.vault.may_use(staff, &observation).await?;
        let may_show = !usable.fields.is_empty();
        let n_values = if may_show { n_notes } else { 0 };
        let access = EntryBody::StaffAccess { reason: look.reason as u16 };
        let told = std::iter::once(access).chain(usable.disclosed(n_values));
        let told = told.map(|body| (Some(subject), body)).collect();
        let put = self.put_look(subject, look)?;
        self.vault.change_slips(staff, vec![put], told).await?;
        Ok(may_show)
    }
}

fn is_gone(error: &VaultError) -> bool {
    matches!(error.kind(), ErrorKind::Missing | ErrorKind::Gone)
}
