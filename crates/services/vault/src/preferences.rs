//! Preferences: what people are offered to choose, per purpose and channel, and what is fixed and why.

use std::sync::Arc;

use candor_decision::Ground;
use candor_ledger::EntryBody;
use candor_manifest::model::{Channel, OptOut, Purpose};
use candor_words::{Instant, SubjectId};
use serde::Serialize;
use serde_json::json;

use crate::caller::{Caller, Scope};
use crate::channel::{channel_name, channel_number};
use crate::choice::{Choice, Happened, declared};
use crate::consent::terms_of;
use crate::live::LiveSubject;
use crate::objections::can_object;
use crate::standing_form::{ConsentState, ObjectionForm, StandingForm};
use crate::{Vault, VaultError};

/// What a subject may choose, and has chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preferences {
    /// Whose.
    pub subject: SubjectId,
    /// Every declared purpose, in the policy's order.
    pub purposes: Vec<Preference>,
}

/// One purpose in the preference centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preference {
    /// Its name.
    pub purpose: String,
    /// What people are told it is.
    pub title: String,
    /// The text to show when asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// On what ground it rests.
    pub basis: Ground,
    /// True for direct marketing and advertising.
    pub is_marketing: bool,
    /// Set when consent is asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentPreference>,
    /// True when an objection is possible.
    pub can_object: bool,
    /// The objection, when one was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objection: Option<ObjectionForm>,
    /// The channels of its messages.
    pub channels: Vec<ChannelPreference>,
    /// Why its messages cannot be declined; `None` when they can, or when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<String>,
}

/// Where a consent stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsentPreference {
    /// What was said last; `None` when it was never asked.
    pub state: Option<ConsentState>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// When it lapses by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// True when the purpose may lean on it now.
    pub in_force: bool,
    /// True when the policy has come to do more than was consented to: it must be asked again, and until then the purpose does
    /// without what is new.
    pub ask_again: bool,
}

/// One channel of a purpose's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ChannelPreference {
    /// Its name.
    pub channel: &'static str,
    /// True when messages over it were declined.
    pub opted_out: bool,
    /// True when they can be.
    pub can_opt_out: bool,
}

/// Whether messages are declined or wanted again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptAct {
    /// No more.
    Out,
    /// Again.
    In,
}

impl Vault {
    /// What a subject may choose, and has chosen.
    ///
    /// # Errors
    /// The caller lacks the consent scope; no such subject; it was erased.
    pub async fn preferences(&self, caller: &Caller, subject: SubjectId) -> Result<Preferences, VaultError> {
        caller.needs(Scope::Consent)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let live = self.live_for(caller, &tenant, subject).await?;
        let now = self.now();
        let purposes = live.policy.manifest().purposes.iter();
        Ok(Preferences { subject, purposes: purposes.map(|purpose| preference(purpose, &live, now)).collect() })
    }

    /// Declines a purpose's messages over one channel, or wants them again.
    ///
    /// # Errors
    /// The caller lacks the consent scope or is bound to other purposes; no such subject; an undeclared purpose; a
    /// channel that it does not use; messages that the policy fixes, with its reason.
    pub async fn opt(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        channel: Channel,
        act: OptAct,
    ) -> Result<Choice, VaultError> {
        caller.needs(Scope::Consent)?;
        caller.may_ask_for(purpose)?;
        let mut draft = self.draft(caller, subject).await?;
        let policy = Arc::clone(&draft.policy);
        let (ix, declared) = declared(&policy.plan, purpose)?;
        refuse_fixed(declared, channel)?;
        let pair = (purpose.to_owned(), channel_name(channel).to_owned());
        let detail = json!({ "channel": pair.1 });
        let (purpose_ix, channel) = (ix.0, channel_number(channel));
        let happened = match act {
            OptAct::Out => {
                draft.form.opt_outs.insert(pair);
                Happened::new(
                    "message.opt_out",
                    "opted_out",
                    detail,
                    EntryBody::OptOut { purpose: purpose_ix, channel },
                )
            }
            OptAct::In => {
                draft.form.opt_outs.remove(&pair);
                Happened::new("message.opt_in", "opted_in", detail, EntryBody::OptIn { purpose: purpose_ix, channel })
            }
        };
        self.conclude(draft, happened.of(purpose)).await
    }
}

fn refuse_fixed(purpose: &Purpose, channel: Channel) -> Result<(), VaultError> {
    if !purpose.channels.contains(&channel) {
        return Err(VaultError::unprocessable(
            "channel.undeclared",
            "nothing was changed: the purpose sends nothing over this channel",
        )
        .help("name a channel that the policy names for the purpose"));
    }
    match &purpose.opt_out {
        OptOut::Offered => Ok(()),
        OptOut::Fixed(why) => Err(VaultError::unprocessable(
            "opt_out.fixed",
            "nothing was changed: the policy makes these messages part of the service",
        )
        .detail("why", why)),
        OptOut::None => Err(VaultError::unprocessable(
            "opt_out.not_offered",
            "nothing was changed: the purpose sends nothing that could be declined",
        )),
    }
}

fn preference(purpose: &Purpose, live: &LiveSubject, now: Instant) -> Preference {
    let form = &live.form;
    let ix = live.policy.plan.purpose(&purpose.name);
    let outgrown = ix.map(|ix| (live.standing.outgrown.touches(ix), live.standing.outgrown.is_whole(ix)));
    let (ask_again, is_whole) = outgrown.unwrap_or_default();
    let can_opt_out = purpose.opt_out == OptOut::Offered;
    let channel = |channel: &Channel| {
        let name = channel_name(*channel);
        let opted_out = can_opt_out && form.opt_outs.iter().any(|(p, c)| *p == purpose.name && c == name);
        ChannelPreference { channel: name, opted_out, can_opt_out }
    };
    Preference {
        purpose: purpose.name.clone(),
        title: purpose.title.clone(),
        notice: purpose.notice.clone(),
        basis: Ground::from(&purpose.basis),
        is_marketing: purpose.is_marketing,
        consent: terms_of(purpose).map(|_| {
            let said = consent(&purpose.name, form, now);
            ConsentPreference { in_force: said.in_force && !is_whole, ask_again, ..said }
        }),
        can_object: can_object(purpose),
        objection: form.objections.get(&purpose.name).cloned(),
        channels: purpose.channels.iter().map(channel).collect(),
        fixed: match &purpose.opt_out {
            OptOut::Fixed(why) => Some(why.clone()),
            OptOut::Offered | OptOut::None => None,
        },
    }
}

fn consent(purpose: &str, form: &StandingForm, now: Instant) -> ConsentPreference {
    match form.consents.get(purpose) {
        Some(said) => ConsentPreference {
            state: Some(said.state),
            at: Some(said.at),
            until: said.until,
            in_force: said.state == ConsentState::Given && said.until.is_none_or(|until| now < until),
            ask_again: false,
        },
        None => ConsentPreference { state: None, at: None, until: None, in_force: false, ask_again: false },
    }
}
