//! What an entry of the later ledger means for data that is older than it.
//!
//! Whatever took something away is applied; whatever gave something is not: the data for it is lost, or the person
//! can say it again. One match over every kind, so that a new kind makes the compiler ask.

use candor_ledger::{Digest, EntryBody, FieldBits};
use candor_words::{ApiKeyId, ClientId, HoldId, RecordId};

use crate::choice::Told;
use crate::standing_form::ConsentState;

/// What must be done to older data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Effect {
    /// Nothing: it took nothing away.
    Nothing,
    /// The subject is gone.
    Erase,
    /// One of the subject's keys is gone, and all that it sealed.
    DestroyClass(u16),
    /// A record is gone.
    DeleteRecord { record: RecordId, group: u16 },
    /// Values were written, corrected or emptied, and are lost; the ones they took the place of are not true any more.
    Supersede { record: RecordId, fields: FieldBits },
    /// Consent to a purpose is no more, or was never.
    EndConsent { purpose: u16, text: Digest, state: ConsentState },
    /// A consent waits for its confirmation again; for which purpose cannot be told.
    UnconfirmConsents,
    /// The subject said no to a purpose.
    Object { purpose: u16 },
    /// The subject said no to a channel.
    OptOut { purpose: u16, channel: u16 },
    /// Processing was restricted, to terms that cannot be told: nothing is allowed.
    Restrict,
    /// The account was left.
    Deactivate,
    /// Nothing of the subject may be destroyed.
    Hold(HoldId),
    /// An instruction was taken back; which cannot be told.
    EndInstructions,
    /// The contract ended.
    EndContract,
    /// Something is known about the subject's age; what cannot be told.
    DoubtAge,
    /// A key of the API is refused from then on.
    RevokeKey(ApiKeyId),
    /// A collection is off; the digest of its name.
    SwitchOff(Digest),
    /// A policy came into force.
    Policy(Digest),
    /// A second factor is no more.
    DropFactor(RecordId),
    /// A client is no more, or its secret is not: it has to be registered anew.
    DropClient(ClientId),
    /// Nobody signs in with an upstream any more.
    DropUpstream(RecordId),
    /// Somebody does not sign in elsewhere any more; with which account there cannot be told.
    DropLinks,
    /// Somebody works at the console no more, or in fewer roles.
    DropStaff,
    /// An agent is no more, or asks under another key: it has to be declared anew.
    DropAgent(RecordId),
    /// A later program wrote it.
    Unknown,
}

impl Effect {
    /// Reads what an entry means.
    pub(super) fn of(body: &EntryBody) -> Self {
        match *body {
            EntryBody::Erased { .. } => Self::Erase,
            EntryBody::KeyDestroyed { class, .. } => Self::DestroyClass(class),
            EntryBody::RecordDeleted { record, group } => Self::DeleteRecord { record, group },
            EntryBody::RecordWritten { record, fields, .. } | EntryBody::Rectified { record, fields } => {
                Self::Supersede { record, fields }
            }
            EntryBody::ConsentWithdrawn { purpose, text } => {
                Self::EndConsent { purpose, text, state: ConsentState::Withdrawn }
            }
            EntryBody::ConsentRefused { purpose, text } => {
                Self::EndConsent { purpose, text, state: ConsentState::Refused }
            }
            EntryBody::Objection { purpose } => Self::Object { purpose },
            EntryBody::OptOut { purpose, channel } => Self::OptOut { purpose, channel },
            EntryBody::Restricted => Self::Restrict,
            EntryBody::Deactivated => Self::Deactivate,
            EntryBody::HoldPlaced { hold } => Self::Hold(hold),
            EntryBody::ApiKeyRevoked { key } => Self::RevokeKey(key),
            EntryBody::PolicyInForce { policy, .. } => Self::Policy(policy),
            EntryBody::FactorChanged { factor, act: 2.., .. } => Self::DropFactor(factor),
            EntryBody::ClientChanged { client, act: 3.., .. } => Self::DropClient(client),
            // One that was switched off must not be open again: it has to be named anew.
            EntryBody::UpstreamChanged { upstream, act: 2 | 3 } => Self::DropUpstream(upstream),
            EntryBody::UpstreamLinked { act: 2.., .. } => Self::DropLinks,
            EntryBody::StaffChanged { act: 2, .. } => Self::DropStaff,
            EntryBody::AgentChanged { agent, .. } => Self::DropAgent(agent),
            EntryBody::Other { code, payload } => match Told::from_code(code) {
                Some(Told::ConsentUnconfirmed) => Self::UnconfirmConsents,
                Some(Told::InstructionTakenBack) => Self::EndInstructions,
                Some(Told::ContractEnded) => Self::EndContract,
                Some(Told::AgeSet) => Self::DoubtAge,
                Some(Told::CollectionOff) => Self::SwitchOff(payload),
                // What the tenant reports and sets is not in the ledger; it is reported and set again (docs/backup.md).
                Some(Told::EventReported | Told::ManagedSet | Told::LengthSet | Told::LengthUnset) => Self::Nothing,
                Some(Told::FactorRequired | Told::FactorFree) => Self::Nothing,
                Some(Told::Instructed | Told::ContractStarted | Told::CollectionOn) => Self::Nothing,
                None => Self::Unknown,
            },
            // These gave, or only tell.
            EntryBody::Disclosure { .. }
            | EntryBody::Refusal { .. }
            | EntryBody::ConsentGiven { .. }
            | EntryBody::ObjectionResolved { .. }
            | EntryBody::OptIn { .. }
            | EntryBody::RestrictionLifted
            | EntryBody::Reactivated
            | EntryBody::HoldLifted { .. }
            | EntryBody::SubjectCreated
            | EntryBody::Exported { .. }
            | EntryBody::Request { .. }
            | EntryBody::ApiKeyIssued { .. }
            | EntryBody::Approval { .. }
            | EntryBody::StaffAccess { .. }
            // Which records it was is not told; every rule is carried out anew before anything is served.
            | EntryBody::KeepEnded { .. }
            | EntryBody::NoticeSent { .. }
            | EntryBody::NoticeFailed { .. }
            | EntryBody::NoticeAcknowledged { .. }
            // No backup holds a secret of the tenant: what was removed is not brought back.
            | EntryBody::SecretKept { .. }
            | EntryBody::SecretAsked { .. }
            | EntryBody::SecretRemoved { .. }
            | EntryBody::Verified { .. }
            // No backup holds a session; a new password is a value that was written.
            | EntryBody::SignIn { .. }
            | EntryBody::SignedOut { .. }
            | EntryBody::FactorChanged { .. }
            | EntryBody::CredentialChanged { .. }
            // No backup holds a grant.
            | EntryBody::ClientChanged { .. }
            | EntryBody::GrantChanged { .. }
            | EntryBody::RiskJudged { .. }
            // Claims and decisions are looked at anew after a restore (docs/backup.md).
            | EntryBody::OrganisationChanged { .. }
            | EntryBody::AccountClaimed { .. }
            | EntryBody::StaffChanged { .. }
            | EntryBody::Decided { .. }
            // The restriction and its lifting are entries of their own.
            | EntryBody::Dispute { .. }
            // The erasure itself is an entry of its own.
            | EntryBody::RequestStep { .. }
            | EntryBody::RequestProved { .. }
            // What systems were told stands there; the choice itself is an entry of its own.
            | EntryBody::Pushed { .. }
            | EntryBody::CorrectionPushed { .. }
            | EntryBody::RecipientTold { .. }
            | EntryBody::SystemKept { .. }
            | EntryBody::AgentRequest { .. }
            | EntryBody::UpstreamChanged { .. }
            | EntryBody::UpstreamLinked { .. }
            | EntryBody::Restored { .. }
            | EntryBody::KeyRotated { .. }
            | EntryBody::KeysMoved { .. } => Self::Nothing,
        }
    }
}
