//! What the language knows of laws: their clocks, the rights each basis gives, and countries.

use crate::model::{Basis, Law, RightKind};

pub mod clocks;
pub mod countries;

impl Law {
    /// Every law Candor knows.
    pub const ALL: [Self; 5] = [Self::Gdpr, Self::UkGdpr, Self::Ccpa, Self::Dpdp, Self::Lgpd];

    /// The word it is written with.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gdpr => "gdpr",
            Self::UkGdpr => "uk-gdpr",
            Self::Ccpa => "ccpa",
            Self::Dpdp => "dpdp",
            Self::Lgpd => "lgpd",
        }
    }
}

impl RightKind {
    /// Every right, in the order of the GDPR's articles, others after them.
    pub const ALL: [Self; 9] = [
        Self::Access,
        Self::Rectification,
        Self::Erasure,
        Self::Restriction,
        Self::Portability,
        Self::Objection,
        Self::Withdrawal,
        Self::AutomatedDecision,
        Self::SaleOptOut,
    ];

    /// The words it is written with.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Rectification => "rectification",
            Self::Erasure => "erasure",
            Self::Restriction => "restriction",
            Self::Portability => "portability",
            Self::Objection => "objection",
            Self::Withdrawal => "withdrawal",
            Self::AutomatedDecision => "automated decision",
            Self::SaleOptOut => "sale opt-out",
        }
    }

    /// Its DPV term; `None` for a right the GDPR does not have.
    pub const fn term(self) -> Option<&'static str> {
        match self {
            Self::Access => Some("A15"),
            Self::Rectification => Some("A16"),
            Self::Erasure => Some("A17"),
            Self::Restriction => Some("A18"),
            Self::Portability => Some("A20"),
            Self::Objection => Some("A21"),
            Self::Withdrawal => Some("A7-3"),
            Self::AutomatedDecision => Some("A22"),
            Self::SaleOptOut => None,
        }
    }
}

impl Basis {
    /// Its DPV term.
    pub const fn term(&self) -> &'static str {
        match self {
            Self::Consent { .. } => "A6-1-a",
            Self::Contract => "A6-1-b",
            Self::LegalObligation(_) => "A6-1-c",
            Self::VitalInterest => "A6-1-d",
            Self::PublicTask(_) => "A6-1-e",
            Self::LegitimateInterest(_) => "A6-1-f",
        }
    }

    /// True when people have the right over what is processed on this basis.
    ///
    /// Source: the DPV's mapping of the GDPR's legal bases to its rights.
    pub fn gives(&self, right: RightKind) -> bool {
        right.term().is_some_and(|term| crate::dpv::basis_gives(self.term(), term))
    }
}
