//! On what ground a field is used: recorded with every disclosure.

use candor_manifest::model::Basis;

/// The ground of a decision that allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ground {
    /// The subject consented (GDPR Art. 6(1)(a)).
    Consent,
    /// A contract with the subject needs it (Art. 6(1)(b)).
    Contract,
    /// The law demands it (Art. 6(1)(c)).
    LegalObligation,
    /// A life depends on it (Art. 6(1)(d)).
    VitalInterest,
    /// A task in the public interest needs it (Art. 6(1)(e)).
    PublicTask,
    /// A legitimate interest that the subject has not objected to (Art. 6(1)(f)).
    LegitimateInterest,
    /// The subject instructed that this recipient receive it.
    Instruction,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Self; 7] = [
        Self::Consent,
        Self::Contract,
        Self::LegalObligation,
        Self::VitalInterest,
        Self::PublicTask,
        Self::LegitimateInterest,
        Self::Instruction,
    ];

    /// The stable code, for ledger entries and APIs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Contract => "contract",
            Self::LegalObligation => "legal_obligation",
            Self::VitalInterest => "vital_interest",
            Self::PublicTask => "public_task",
            Self::LegitimateInterest => "legitimate_interest",
            Self::Instruction => "instruction",
        }
    }

    /// Reads a code back.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.code() == code)
    }

    /// The ground in words, to follow "allowed, because".
    pub const fn message(self) -> &'static str {
        match self {
            Self::Consent => "the subject consented to it",
            Self::Contract => "the contract with the subject needs it",
            Self::LegalObligation => "the law demands it",
            Self::VitalInterest => "a vital interest needs it",
            Self::PublicTask => "a task in the public interest needs it",
            Self::LegitimateInterest => "a legitimate interest needs it and the subject has not objected",
            Self::Instruction => "the subject instructed it",
        }
    }
}

impl From<&Basis> for Ground {
    fn from(basis: &Basis) -> Self {
        match basis {
            Basis::Consent { .. } => Self::Consent,
            Basis::Contract => Self::Contract,
            Basis::LegalObligation(_) => Self::LegalObligation,
            Basis::VitalInterest => Self::VitalInterest,
            Basis::PublicTask(_) => Self::PublicTask,
            Basis::LegitimateInterest(_) => Self::LegitimateInterest,
        }
    }
}

impl std::fmt::Display for Ground {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl serde::Serialize for Ground {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}
