//! Why a field is refused: a stable code, a sentence, and what can be done.
//!
//! The order of the variants is the order in which a decision looks: the first that applies is the
//! reason given. The gates come first, each refusing every field asked for; what is left speaks of
//! one field.

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $code:literal, $message:literal, $help:literal;)*) => {
        /// Why a field is refused.
        ///
        /// Numbers and codes are stable: ledger entries keep them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Reason {
            $($(#[$doc])* $name = $number,)*
        }

        impl Reason {
            /// Every reason, in the order in which a decision looks.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stable code, for APIs and ledger entries.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The reason in words, to follow "refused, because".
            pub const fn message(self) -> &'static str {
                match self { $(Self::$name => $message,)* }
            }

            /// What can be done about it.
            pub const fn help(self) -> &'static str {
                match self { $(Self::$name => $help,)* }
            }
        }
    };
}

reasons! {
    // ── what the policy does not know ────────────────────────────────────────────────────────
    /// The policy declares no such purpose.
    PurposeUndeclared = 100, "purpose.undeclared",
        "the policy declares no such purpose",
        "name a purpose that the policy declares, or declare this one with a basis";
    /// A purpose of Candor's own was asked for by name.
    PurposeReserved = 101, "purpose.reserved",
        "the purpose is one of Candor's own and cannot be asked for by name",
        "exercise the right it serves, which asks for it";
    /// The policy declares no such recipient.
    RecipientUndeclared = 102, "recipient.undeclared",
        "the policy declares no such recipient",
        "name a recipient that the policy declares, or declare this one with its role and country";

    // ── the subject's state ──────────────────────────────────────────────────────────────────
    /// The subject was erased.
    SubjectErased = 200, "subject.erased",
        "the subject was erased",
        "nothing: what was erased cannot be read again";
    /// The subject's data waits, sealed, for erasure.
    SubjectQuarantined = 201, "subject.quarantined",
        "the subject's data is in quarantine until it can be erased",
        "only access by the subject, storage and legal claims reach it";
    /// The subject is younger than the policy serves.
    AgeUnder = 202, "age.under",
        "the subject is younger than the policy serves",
        "erase the subject's data, as the policy's age rule says";
    /// No legal hold is in force.
    HoldMissing = 203, "hold.missing",
        "no legal hold on the subject is in force",
        "record the legal hold and its ground first";
    /// Processing is restricted (GDPR Art. 18).
    Restriction = 204, "restriction",
        "the subject's data is restricted to storage, claims, consent and what the restriction's terms allow",
        "wait until the restriction ends, or agree terms that allow the purpose";
    /// The subject deactivated the account.
    SubjectDeactivated = 205, "subject.deactivated",
        "the subject's account is deactivated and the purpose would address them",
        "wait until the subject comes back";
    /// What is kept is about nobody in particular.
    SubjectAnonymous = 206, "subject.anonymous",
        "the data was made anonymous and belongs to nobody in particular",
        "count it for a de-identified purpose";

    // ── the purpose's basis ──────────────────────────────────────────────────────────────────
    /// Global Privacy Control is on.
    Gpc = 300, "gpc",
        "the subject's browser sends Global Privacy Control, to which the purpose yields",
        "nothing: the signal is a valid opt-out of sale, sharing and advertising";
    /// The subject objected (GDPR Art. 21).
    BasisObjected = 301, "basis.objected",
        "the subject objected to the purpose",
        "resolve the objection; an objection to marketing is final";
    /// No consent is in force.
    BasisConsentMissing = 302, "basis.consent_missing",
        "no consent of the subject to the purpose is in force",
        "ask for consent with the purpose's notice";
    /// There was never a contract.
    BasisContractMissing = 303, "basis.contract_missing",
        "there is no contract with the subject",
        "record the contract or subscription first";
    /// The contract has ended.
    BasisContractEnded = 304, "basis.contract_ended",
        "the contract with the subject has ended",
        "renew the contract, or use a purpose with another basis";
    /// The policy changed beyond what the subject consented to (GDPR Art. 7).
    BasisConsentAgain = 305, "basis.consent_again",
        "the subject consented under an earlier version of the policy, and consent must be given again",
        "ask for consent anew, with the purpose's present notice";
    /// The time for which the purpose may use data has ended.
    KeepEnded = 306, "keep.ended",
        "the time for which the policy lets the purpose use the data has ended",
        "nothing: what the policy promised to end has ended";

    // ── how it is asked ──────────────────────────────────────────────────────────────────────
    /// An identified view of a de-identified purpose.
    ViewIdentified = 400, "view.identified",
        "the purpose reads a de-identified view only, and the question names a subject",
        "ask for the de-identified view";
    /// The purpose does not use the channel.
    ChannelUndeclared = 401, "channel.undeclared",
        "the purpose declares no such channel",
        "use a channel that the policy names for the purpose";
    /// The subject opted out of the channel.
    OptedOut = 402, "opted_out",
        "the subject opted out of the purpose's messages over this channel",
        "do not send; the subject may opt in again in the preference centre";
    /// An authority receives nothing that two people have not approved.
    ApprovalMissing = 403, "approval.missing",
        "a disclosure to an authority needs the approval of two people",
        "open a disclosure request and have two people approve it";
    /// No field was asked for.
    QuestionEmpty = 404, "question.empty",
        "the question names no field",
        "name the fields that the purpose needs";

    // ── one field ────────────────────────────────────────────────────────────────────────────
    /// The policy declares no such field.
    FieldUndeclared = 500, "field.undeclared",
        "the policy declares no such field",
        "name a field that the policy declares, or declare this one";
    /// The purpose does not use the field.
    FieldNotUsed = 501, "field.not_used",
        "the policy does not let the purpose use the field",
        "use a purpose that names the field, or let the policy say that this one does";
    /// The recipient does not receive the field for the purpose.
    RecipientNotShared = 502, "recipient.not_shared",
        "the policy does not share the field with the recipient for the purpose",
        "send only the fields that the policy shares with the recipient";
    /// The field is not the subject's to carry elsewhere (GDPR Art. 20).
    FieldNotPortable = 503, "field.not_portable",
        "the field is not provided by the subject for a purpose on consent or contract",
        "the right of access covers it";
    /// Another holds the field.
    FieldHeldElsewhere = 504, "field.held_elsewhere",
        "the field is held by its recipient and never stored here",
        "ask the recipient that holds it";
    /// Only a hash of the field is kept.
    FieldHashed = 505, "field.hashed",
        "only a hash of the field is kept, which no read returns",
        "verify a value against it instead";
    /// The purpose has no condition for special categories (GDPR Art. 9).
    SpecialConditionMissing = 506, "special.condition_missing",
        "the field is of a special category and the purpose names no condition for it",
        "name the condition of GDPR Art. 9(2) in the purpose";
    /// The explicit consent that a special category needs is not in force.
    SpecialConsentMissing = 507, "special.consent_missing",
        "the field is of a special category and no explicit consent to the purpose is in force",
        "ask for explicit consent with the purpose's notice";
    /// A de-identified view shows no identifier.
    ViewDeIdentified = 508, "view.de_identified",
        "the field identifies the subject, and the view is de-identified",
        "leave the field out";
    /// The subject has not instructed the recipient.
    InstructionMissing = 509, "instruction.missing",
        "the recipient receives the field only on the subject's instruction, and there is none",
        "let the subject instruct it first";
    /// The policy widened the purpose to the field after the subject consented (GDPR Art. 7).
    FieldConsentAgain = 510, "field.consent_again",
        "the purpose was widened to this use of the field after the subject consented, and consent must be given again",
        "ask for consent anew, with the purpose's present notice; what was consented to goes on meanwhile";
    /// Only hashes are compared.
    ViewCompared = 511, "view.compared",
        "a candidate is compared with a hash, and the field is not kept as one",
        "read the field instead, or name one that the policy keeps as a hash";
    /// The value waits, sealed, for its erasure.
    ValueSealed = 512, "value.sealed",
        "the time for which the value is kept has ended, and it is sealed until it is erased",
        "let the subject come back while the policy's grace lasts";
}

impl Reason {
    /// Reads a code back.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.code() == code)
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl serde::Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_read_back() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(reason.code()), Some(*reason));
        }
        assert_eq!(Reason::from_code("no.such"), None);
    }

    #[test]
    fn reasons_are_listed_in_the_order_of_their_numbers() {
        assert!(Reason::ALL.is_sorted_by_key(|reason| *reason as u16));
    }

    #[test]
    fn sentences_follow_the_house_style() {
        for reason in Reason::ALL {
            for text in [reason.message(), reason.help()] {
                assert!(!text.ends_with('.') && !text.is_empty(), "{text}");
                assert!(!text.starts_with(char::is_uppercase), "{text}");
            }
        }
    }
}
