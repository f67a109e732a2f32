//! A choice: what a subject said or had said for them, as the vault noted it.
//!
//! Every choice is one event with the whole standing after it, one ledger entry that proves it, and
//! is in force for every read that begins after the method returned.

use candor_decision::{Plan, PurposeIx};
use candor_ledger::{Digest, EntryBody};
use candor_manifest::model::Purpose;
use candor_words::{Entropy, Instant, SubjectId, to_hex};
use serde::Serialize;
use serde_json::Value;

use crate::draft::Draft;
use crate::{Vault, VaultError};

/// The most bytes of a text that tells a ground, a reference or a reason.
pub const LINE_BYTES_MAX: usize = 200;

/// What was noted, and where it is proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Whose choice.
    pub subject: SubjectId,
    /// What happened, as a stable code: `consent.withdrawn`.
    pub kind: &'static str,
    /// For which purpose, when for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Where it stands now: `withdrawn`, `pending`, `restricted` …
    pub state: &'static str,
    /// Since when.
    pub at: Instant,
    /// Until when, when it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// SHA-256 of the text that was shown, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_digest: Option<String>,
    /// The ledger entry that proves it.
    pub entry: u64,
}

/// What is to be noted, once the draft's standing says so.
pub(crate) struct Happened {
    pub kind: &'static str,
    pub state: &'static str,
    pub purpose: Option<String>,
    pub until: Option<Instant>,
    pub text: Option<Digest>,
    pub detail: Value,
    pub body: EntryBody,
}

impl Happened {
    pub(crate) const fn new(kind: &'static str, state: &'static str, detail: Value, body: EntryBody) -> Self {
        Self { kind, state, purpose: None, until: None, text: None, detail, body }
    }

    pub(crate) fn of(mut self, purpose: &str) -> Self {
        self.purpose = Some(purpose.to_owned());
        self
    }

    pub(crate) const fn until(mut self, until: Option<Instant>) -> Self {
        self.until = until;
        self
    }
}

/// What the ledger has no kind of its own for: the entry holds a digest of the event's detail; from 16 on, where
/// no subject is meant, of a name in the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum Told {
    ConsentUnconfirmed = 1,
    Instructed = 2,
    InstructionTakenBack = 3,
    ContractStarted = 4,
    ContractEnded = 5,
    AgeSet = 6,
    EventReported = 7,
    ManagedSet = 8,
    CollectionOn = 16,
    CollectionOff = 17,
    LengthSet = 18,
    LengthUnset = 19,
    FactorRequired = 20,
    FactorFree = 21,
}

impl Told {
    const ALL: [Self; 14] = [
        Self::ConsentUnconfirmed,
        Self::Instructed,
        Self::InstructionTakenBack,
        Self::ContractStarted,
        Self::ContractEnded,
        Self::AgeSet,
        Self::EventReported,
        Self::ManagedSet,
        Self::CollectionOn,
        Self::CollectionOff,
        Self::LengthSet,
        Self::LengthUnset,
        Self::FactorRequired,
        Self::FactorFree,
    ];

    /// Reads the code of an entry.
    pub(crate) fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|told| *told as u16 == code)
    }

    /// What it is called where entries are listed.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ConsentUnconfirmed => "consent_unconfirmed",
            Self::Instructed => "instruction_given",
            Self::InstructionTakenBack => "instruction_taken_back",
            Self::ContractStarted => "contract_started",
            Self::ContractEnded => "contract_ended",
            Self::AgeSet => "age_set",
            Self::EventReported => "event_reported",
            Self::ManagedSet => "managed_set",
            Self::CollectionOn => "collection_on",
            Self::CollectionOff => "collection_off",
            Self::LengthSet => "retention_length_set",
            Self::LengthUnset => "retention_length_unset",
            Self::FactorRequired => "factor_required",
            Self::FactorFree => "factor_not_required",
        }
    }
}

/// The entry that commits to a detail. The detail is salted first, for there are few possible ones and a
/// bare digest of them could be guessed.
pub(crate) fn told(entropy: &dyn Entropy, code: Told, detail: &mut Value) -> EntryBody {
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    detail["salt"] = to_hex(&salt).into();
    EntryBody::Other { code: code as u16, payload: Digest::of(detail.to_string().as_bytes()) }
}

impl Vault {
    /// Notes a choice that the draft's standing already holds, and makes it so.
    pub(crate) async fn conclude(&self, mut draft: Draft, happened: Happened) -> Result<Choice, VaultError> {
        let entry = draft.enter(happened.body);
        draft.event(happened.kind, happened.purpose.as_deref(), &happened.detail, entry);
        let (subject, at) = (draft.subject(), draft.now);
        let applied = self.apply(draft).await?;
        Ok(Choice {
            subject,
            kind: happened.kind,
            purpose: happened.purpose,
            state: happened.state,
            at,
            until: happened.until,
            text_digest: happened.text.map(|digest| to_hex(&digest.0)),
            entry: applied.entry(entry),
        })
    }
}

/// A purpose that the policy declares; those every policy has are not for choosing.
pub(crate) fn declared<'p>(plan: &'p Plan, name: &str) -> Result<(PurposeIx, &'p Purpose), VaultError> {
    let found = plan.purpose(name).and_then(|ix| Some((ix, plan.manifest().purposes.get(ix.at())?)));
    found.ok_or_else(|| {
        VaultError::unprocessable("purpose.undeclared", "nothing was changed: the policy declares no such purpose")
            .help("name a purpose that the policy declares")
    })
}

/// True for one line of 1 to [`LINE_BYTES_MAX`] bytes.
pub(crate) fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LINE_BYTES_MAX && !text.chars().any(char::is_control)
}

/// Refuses an end that is not to come.
pub(crate) fn refuse_past(until: Option<Instant>, now: Instant) -> Result<(), VaultError> {
    if until.is_some_and(|until| until <= now) {
        return Err(VaultError::bad("until.past", "nothing was changed: the end named is not in the future")
            .help("name a later instant, or none"));
    }
    Ok(())
}
