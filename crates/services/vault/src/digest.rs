//! A digest of a value, for a recipient that finds somebody by it and must not get the value.
//!
//! The policy declares the digest as a field of its own, `from derived`, and says for which purpose it is shared with whom.
//! It is stored nowhere. When the purpose may share it, the value is opened inside, against a permit that
//! [stays inside](candor_decision::Permit::stays_inside), and only its digest leaves, after the ledger has the entry.

use candor_decision::{FieldSet, Intrinsic, Question, View, decide};
use candor_ledger::{CONTROLLER, Digest, EntryBody, FieldBits};
use candor_manifest::model::Source;
use candor_words::SubjectId;

use crate::caller::{Caller, Scope};
use crate::live::LiveSubject;
use crate::read::{Ask, deadline, entry, refusal_of};
use crate::tenant::Tenant;
use crate::{Counters, Vault, VaultError};

/// A digest to be shared.
#[derive(Debug, Clone, Copy)]
pub struct DigestAsk<'a> {
    /// Whose value.
    pub subject: SubjectId,
    /// What for.
    pub purpose: &'a str,
    /// Who gets the digest.
    pub recipient: &'a str,
    /// The field that the digest is, as the policy declares it.
    pub field: &'a str,
    /// The field that it is a digest of: one that identifies.
    pub of: &'a str,
}

impl DigestAsk<'_> {
    /// The same as a question, for [`Vault::foresee`].
    pub fn question(&self) -> Ask {
        let fields = vec![self.field.to_owned()];
        Ask { recipient: Some(self.recipient.to_owned()), ..Ask::of(self.subject, self.purpose, fields) }
    }
}

impl Vault {
    /// The SHA-256 of an identifying value in lower case, without the spaces around it; `None` when the policy or the
    /// subject does not let the purpose share it, or there is no value. A refusal is logged as one of a read.
    ///
    /// # Errors
    /// `digest.field`: the policy declares no such digest; the caller lacks the read scope, or is bound to another purpose
    /// or recipient; no such subject; it was erased.
    pub async fn share_digest(&self, caller: &Caller, ask: DigestAsk<'_>) -> Result<Option<[u8; 32]>, VaultError> {
        caller.needs(Scope::Read)?;
        caller.may_ask_for(ask.purpose)?;
        let recipient = caller.recipient_for(Some(ask.recipient))?;
        let tenant = self.tenant(caller.tenant()).await?;
        let live = self.live_for(caller, &tenant, ask.subject).await?;
        let at = self.now();
        let question = ask.question();
        let decided = self.decide_by_name(&live, &tenant, &question, recipient, false, at);
        let decided = decided.map_err(|_| no_digest())?;
        let plan = &live.policy.plan;
        let refusal = refusal_of(plan, &decided.decision, decided.first_reason);
        let Ok(permit) = decided.decision.permit(deadline(at)) else {
            Counters::add(&self.counters().refusals, 1);
            let refused = refusal.map(|body| entry(&live, caller, at, body));
            tenant.gather.append(refused.into_iter().collect()).await?;
            return Ok(None);
        };
        let Some(digest) = self.digest_inside(&tenant, &live, &ask).await? else { return Ok(None) };
        Counters::add(&self.counters().permits, 1);
        let spent = permit.spend(self.now()).map_err(|_| VaultError::damaged("permit"))?;
        let body = EntryBody::Disclosure {
            purpose: spent.purpose().0,
            recipient: spent.recipient().map_or(CONTROLLER, |recipient| recipient.0),
            record: None,
            fields: FieldBits::from_words(spent.fields().as_words()),
            n_values: 1,
            ground: spent.ground() as u8,
        };
        // INVARIANT: durable before anybody outside is asked with it.
        tenant.gather.append(vec![entry(&live, caller, at, body)]).await?;
        Ok(Some(digest))
    }

    /// Opens the value, inside, and makes its digest.
    async fn digest_inside(
        &self,
        tenant: &Tenant,
        live: &LiveSubject,
        ask: &DigestAsk<'_>,
    ) -> Result<Option<[u8; 32]>, VaultError> {
        let plan = &live.policy.plan;
        let declared = |name: &str| plan.field(name).and_then(|ix| plan.manifest().fields.get(ix.at()));
        // What has few possible values is found again by trying them: only what tells people apart is made a digest of.
        let is_digest = declared(ask.field).is_some_and(|field| field.sources == [Source::Derived]);
        let is_named = declared(ask.of).is_some_and(|field| field.identifies);
        let Some(of) = plan.field(ask.of).filter(|_| is_digest && is_named) else { return Err(no_digest()) };
        let question = Question {
            tenant: tenant.id(),
            subject: live.row.id,
            purpose: plan.intrinsic(Intrinsic::Storage),
            recipient: None,
            fields: FieldSet::of(of),
            channel: None,
            view: View::Identified,
            gpc: false,
            approved: false,
            at: self.now(),
        };
        let Ok(permit) = decide(plan, &live.standing, &question).permit(deadline(question.at)) else { return Ok(None) };
        let rows = self.rows_for(tenant, live, None, FieldSet::of(of)).await?;
        let spent = permit.spend(self.now()).map_err(|_| VaultError::damaged("permit"))?;
        // INVARIANT: the permit stays inside; only the digest leaves this file.
        let (opened, _) = self.open_fields(live, &rows, spent)?;
        let value = opened.iter().flat_map(|record| record.values.values()).next();
        let text = value.and_then(|value| value.value.as_str()).map(str::trim).filter(|text| !text.is_empty());
        Ok(text.map(|text| Digest::of(text.to_lowercase().as_bytes()).0))
    }
}

fn no_digest() -> VaultError {
    VaultError::unprocessable("digest.field", "no digest was made: the policy declares none of that field")
        .help("declare it as a field `from derived`, and name one that identifies the subject as what it is made of")
}
