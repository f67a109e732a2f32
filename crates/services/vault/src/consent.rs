//! Consent: asked with a text, given or refused, perhaps confirmed, taken back at any time.
//!
//! The exact text is kept under its digest, for as long as the tenant keeps texts. A withdrawal is in
//! force before it is acknowledged, and undoes nothing that happened before (GDPR Art. 7(3)): the
//! past stays replayable with [`Vault::why`].

use std::collections::HashMap;
use std::sync::Arc;

use candor_decision::Plan;
use candor_ledger::{Digest, EntryBody};
use candor_manifest::model::{Basis, Purpose, SpecialBasis};
use candor_store::{Change, EventRow, PAGE_MAX, Page, TextRow, page_rows};
use candor_words::{Instant, Span, SubjectId, TenantId, from_hex, to_hex};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::caller::{Caller, Scope};
use crate::choice::{Choice, Happened, Told, declared, told};
use crate::draft::Draft;
use crate::standing_form::{ConsentForm, ConsentState};
use crate::{Vault, VaultError};

/// The most bytes of a text that is shown to people.
pub const TEXT_BYTES_MAX: usize = 20_000;
/// The most pages of events that one page of consents is gathered from.
const EVENT_PAGES_MAX: usize = 8;

/// What a subject said about one purpose.
#[derive(Debug, Clone)]
pub struct ConsentAct {
    /// The purpose.
    pub purpose: String,
    /// What was said.
    pub act: ConsentVerb,
    /// The exact text shown, the same for everybody; the policy's notice, else the purpose's title, when none is
    /// named. Looked at when consent is given or refused: the other acts speak of the text shown then.
    pub text: Option<String>,
    /// The text's language (BCP 47); the policy's own when none is named.
    pub language: Option<String>,
    /// How it was said, as a word of the tenant's: `sign_up_form`, 1 to 64 of `a` to `z`, `0` to `9`, `_`.
    pub method: Option<String>,
}

/// What can be said about a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentVerb {
    /// Yes.
    Given,
    /// No.
    Refused,
    /// Yes, said again over the channel itself (double opt-in).
    Confirmed,
    /// No longer.
    Withdrawn,
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ConsentEvent {
    pub purpose: String,
    /// `consent.given`, `consent.unconfirmed`, `consent.confirmed`, `consent.refused` or `consent.withdrawn`.
    pub kind: String,
    pub at: Instant,
    pub text_digest: String,
    /// The text itself.
    pub text: Option<String>,
    pub language: Option<String>,
    pub method: Option<String>,
    /// The ledger entry that proves it.
    pub entry: u64,
}

impl Vault {
    /// Notes what a subject said about a purpose; in force for every read that begins after this returns.
    ///
    /// A consent given where the policy wants `double opt-in` waits, without effect, for its confirmation; giving it
    /// anew waits anew. A consent that comes into force ends an earlier objection of the subject to that same
    /// purpose: both are the subject's word, and the later holds. Withdrawing is possible whatever was said before,
    /// and from purposes that the policy no longer declares.
    ///
    /// # Errors
    /// The caller lacks the consent scope or is bound to other purposes; no such subject; a purpose that is not
    /// declared or does not rest on consent; nothing that waits for confirmation; a text, language or method out of
    /// bounds.
    pub async fn consent(&self, caller: &Caller, subject: SubjectId, act: ConsentAct) -> Result<Choice, VaultError> {
        caller.needs(Scope::Consent)?;
        caller.may_ask_for(&act.purpose)?;
        act.check()?;
        let mut draft = self.draft(caller, subject).await?;
        let policy = Arc::clone(&draft.policy);
        let known = draft.form.consents.get(&act.purpose).cloned();
        let asked = Asked::of(&policy.plan, &act, known.as_ref())?;
        let state = asked.state_after(act.act, known.as_ref())?;
        let text = self.text_of(&mut draft, &asked, &act, known.as_ref())?;
        let until = asked.lasts.filter(|_| state == ConsentState::Given).map(|lasts| draft.now.plus(lasts));
        let shown_at = known.as_ref().filter(|_| act.act == ConsentVerb::Confirmed);
        let shown_at = shown_at.map(|known| known.shown_at.unwrap_or(known.at));
        let form = ConsentForm { state, at: draft.now, text: to_hex(&text.0), until, shown_at };
        draft.form.consents.insert(act.purpose.clone(), form);
        let ends_objection = state == ConsentState::Given && draft.form.objections.remove(&act.purpose).is_some();
        let mut detail = json!({ "text": to_hex(&text.0), "method": act.method, "ends_objection": ends_objection });
        let purpose = asked.purpose;
        let (kind, body) = match (act.act, state) {
            (_, ConsentState::Unconfirmed) => {
                ("consent.unconfirmed", told(self.entropy.as_ref(), Told::ConsentUnconfirmed, &mut detail))
            }
            (ConsentVerb::Confirmed, _) => ("consent.confirmed", EntryBody::ConsentGiven { purpose, text }),
            (_, ConsentState::Given) => ("consent.given", EntryBody::ConsentGiven { purpose, text }),
            (_, ConsentState::Refused) => ("consent.refused", EntryBody::ConsentRefused { purpose, text }),
            (_, ConsentState::Withdrawn) => ("consent.withdrawn", EntryBody::ConsentWithdrawn { purpose, text }),
        };
        let happened = Happened { text: Some(text), ..Happened::new(kind, state.name(), detail, body) };
        self.conclude(draft, happened.of(&act.purpose).until(until)).await
    }

    /// The digest of the text that the act speaks of; kept with its text when it is shown now.
    pub(crate) fn text_of(
        &self,
        draft: &mut Draft,
        asked: &Asked,
        act: &ConsentAct,
        known: Option<&ConsentForm>,
    ) -> Result<Digest, VaultError> {
        let shown_before = known.filter(|_| matches!(act.act, ConsentVerb::Confirmed | ConsentVerb::Withdrawn));
        if let Some(known) = shown_before {
            return from_hex(&known.text).map(Digest).map_err(|_| VaultError::damaged("standing"));
        }
        let text = act.text.as_deref().unwrap_or(&asked.text);
        let digest = Digest::of(text.as_bytes());
        let own = draft.policy.manifest().languages.first().map_or("en", String::as_str);
        let language = act.language.as_deref().unwrap_or(own).to_owned();
        draft.put(Change::PutText(TextRow { digest: digest.0, language, text: text.to_owned() }));
        Ok(digest)
    }

    /// Everything that was said about consent, oldest first, with the texts shown and the entries that prove it.
    /// A page may hold fewer rows than asked for and still have a next one.
    ///
    /// # Errors
    /// The caller lacks the consent scope; no such subject; it was erased.
    pub async fn consents(
        &self,
        caller: &Caller,
        subject: SubjectId,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Page<ConsentEvent, u64>, VaultError> {
        caller.needs(Scope::Consent)?;
        let tenant = self.tenant(caller.tenant()).await?;
        self.live_for(caller, &tenant, subject).await?;
        let mut texts = HashMap::new();
        let mut rows = Vec::new();
        let mut cursor = after;
        for _ in 0..EVENT_PAGES_MAX {
            let page = self.store.events(tenant.id(), subject, cursor, PAGE_MAX).await?;
            for event in page.rows {
                if rows.len() == page_rows(limit) {
                    return Ok(Page { rows, next: cursor });
                }
                cursor = Some(event.version);
                if event.kind.starts_with("consent.") {
                    rows.push(self.consent_event(tenant.id(), event, &mut texts).await?);
                }
            }
            if page.next.is_none() {
                return Ok(Page { rows, next: None });
            }
        }
        Ok(Page { rows, next: cursor })
    }

    pub(crate) async fn consent_event(
        &self,
        tenant: TenantId,
        event: EventRow,
        texts: &mut HashMap<[u8; 32], Option<TextRow>>,
    ) -> Result<ConsentEvent, VaultError> {
        let detail: Value = serde_json::from_str(&event.detail).map_err(|_| VaultError::damaged("event"))?;
        let text_digest = detail["text"].as_str().unwrap_or_default().to_owned();
        let digest = from_hex(&text_digest).map_err(|_| VaultError::damaged("event"))?;
        let text = match texts.get(&digest) {
            Some(text) => text.clone(),
            None => {
                let text = self.store.text(tenant, digest).await?;
                texts.insert(digest, text.clone());
                text
            }
        };
        Ok(ConsentEvent {
            purpose: event.purpose.unwrap_or_default(),
            kind: event.kind,
            at: event.at,
            text_digest,
            language: text.as_ref().map(|text| text.language.clone()),
            text: text.map(|text| text.text),
            method: detail["method"].as_str().map(str::to_owned),
            entry: event.entry,
        })
    }
}

/// What the policy says of a consent that is asked.
pub(crate) struct Asked {
    pub(crate) purpose: u16,
    double_opt_in: bool,
    pub(crate) lasts: Option<Span>,
    text: String,
}

impl Asked {
    pub(crate) fn of(plan: &Plan, act: &ConsentAct, known: Option<&ConsentForm>) -> Result<Self, VaultError> {
        let may_be_gone = act.act == ConsentVerb::Withdrawn && known.is_some();
        let (ix, purpose) = match declared(plan, &act.purpose) {
            Ok(found) => found,
            // Taken back from what the policy no longer declares: nothing can use it, and it is noted all the same.
            Err(_) if may_be_gone => {
                return Ok(Self { purpose: u16::MAX, double_opt_in: false, lasts: None, text: String::new() });
            }
            Err(undeclared) => return Err(undeclared),
        };
        let (double_opt_in, lasts) = match terms_of(purpose) {
            Some(terms) => terms,
            None if may_be_gone => (false, None),
            None => {
                return Err(VaultError::unprocessable(
                    "consent.not_the_basis",
                    "nothing was changed: the purpose does not rest on consent",
                )
                .help("consent can be neither given nor taken back here; an objection may be possible"));
            }
        };
        let text = purpose.notice.clone().unwrap_or_else(|| purpose.title.clone());
        Ok(Self { purpose: ix.0, double_opt_in, lasts, text })
    }

    pub(crate) fn state_after(
        &self,
        verb: ConsentVerb,
        known: Option<&ConsentForm>,
    ) -> Result<ConsentState, VaultError> {
        match verb {
            ConsentVerb::Given if self.double_opt_in => Ok(ConsentState::Unconfirmed),
            ConsentVerb::Given => Ok(ConsentState::Given),
            ConsentVerb::Refused => Ok(ConsentState::Refused),
            ConsentVerb::Withdrawn => Ok(ConsentState::Withdrawn),
            ConsentVerb::Confirmed if known.is_some_and(|known| known.state == ConsentState::Unconfirmed) => {
                Ok(ConsentState::Given)
            }
            ConsentVerb::Confirmed => Err(VaultError::conflict(
                "consent.not_waiting",
                "nothing was changed: no consent to the purpose waits for confirmation",
            )
            .help("let the subject give consent first, then confirm it over the channel")),
        }
    }
}

/// Whether a purpose's consent is confirmed a second time and how long it lasts; `None` when it asks for none.
pub(crate) fn terms_of(purpose: &Purpose) -> Option<(bool, Option<Span>)> {
    match (&purpose.basis, purpose.special) {
        (Basis::Consent { double_opt_in, lasts, .. }, _) => Some((*double_opt_in, *lasts)),
        // Another basis, but explicit consent for what is of a special category (Art. 9(2)(a)).
        (_, Some(SpecialBasis::ExplicitConsent)) => Some((false, None)),
        _ => None,
    }
}

impl ConsentAct {
    pub(crate) fn check(&self) -> Result<(), VaultError> {
        if self.text.as_ref().is_some_and(|text| text.trim().is_empty() || text.len() > TEXT_BYTES_MAX) {
            return Err(VaultError::bad("consent.text_length", "the text that was shown has 1 to 20000 bytes"));
        }
        let is_tag =
            |tag: &str| (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if self.language.as_deref().is_some_and(|tag| !is_tag(tag)) {
            return Err(VaultError::bad(
                "consent.language",
                "the language is not a BCP 47 tag such as `en` or `pt-BR`",
            ));
        }
        let is_word = |word: &str| {
            (1..=64).contains(&word.len()) && word.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
        };
        if self.method.as_deref().is_some_and(|word| !is_word(word)) {
            return Err(VaultError::bad("consent.method", "the method has 1 to 64 of `a` to `z`, `0` to `9` and `_`"));
        }
        Ok(())
    }
}

impl ConsentState {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}
