//! A request that the organisation which manages the account decides.

use candor_manifest::model::RightKind;
use candor_words::RequestId;

use super::{IdentityProof, OpenRequest, RequestView, State, justification};
use crate::caller::{Caller, Scope};
use crate::managed::{self, Decision};
use crate::{Vault, VaultError};

impl Vault {
    /// Decides for the organisation that manages the account: the person may then have what they asked for, or is told
    /// why not. An approved erasure is carried out at once; an approved export can be had by the person for thirty days,
    /// which answers the request. The organisation vouches for who asked.
    ///
    /// # Errors
    /// The caller lacks the admin scope; no such request; it is closed, was decided before, or is not of a managed
    /// account whose organisation decides; a justification that does not exist or does not fit the right; a legal hold.
    pub async fn decide_request(
        &self,
        caller: &Caller,
        request: RequestId,
        decision: Decision<'_>,
    ) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Admin)?;
        let mut change = self.change(caller, request).await?;
        let live = self.live(&change.tenant, change.open.row.subject).await?;
        if !managed::decides(&live.form, live.policy.manifest(), change.open.right) {
            return Err(managed::not_managed());
        }
        if change.open.form.decided_at.is_some() {
            return Err(VaultError::conflict("request.decided", "nothing was changed: the request was decided before"));
        }
        let (subject, right) = (change.open.row.subject, change.open.right);
        let OpenRequest { form, .. } = &mut change.open;
        (form.routed, form.decided_at) = (true, Some(change.now));
        form.approved = Some(matches!(decision, Decision::Approve));
        let state = match decision {
            Decision::Approve => {
                IdentityProof::Organisation.note_in(form, change.now);
                match right {
                    RightKind::Access | RightKind::Portability => State::Answered,
                    _ => State::IdentityProved,
                }
            }
            Decision::Refuse { because } => {
                form.refused_because = Some(justification::for_refusal(because, right)?.name.to_owned());
                State::Refused
            }
        };
        let outcome = if state == State::Refused { managed::REFUSED } else { managed::APPROVED };
        let told =
            self.entry(&change.tenant, change.now, change.reference, change.actor, managed::decided(request, outcome))?;
        change.unit.entries.push(told);
        let decided = self.conclude_request(change, state).await?;
        if outcome == managed::APPROVED && right == RightKind::Erasure {
            self.erase_everywhere(&caller.carrying_out().unmarked(), subject, Some(request)).await?;
            return self.request(&caller.carrying_out(), request).await;
        }
        Ok(decided)
    }
}
