//! The purposes that every policy has, because the law gives them: rights, claims, storage itself.
//!
//! Their names begin with `@`, which the manifest language cannot write, and [`crate::resolve`] does
//! not take them from outside: only the service that carries out the right or the job asks for them.

use candor_manifest::model::{Basis, Channel, Field, FieldIx, Manifest, Purpose, Source};

use super::rule::{ChannelRule, Kinds, Mask, PurposeRule, SpecialRule};
use crate::gate::{self, Gates};
use crate::{FieldSet, Ground, Reason};

/// A purpose that every policy has. It shares with no recipient, and a restriction never stops it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Intrinsic {
    /// The subject's right of access: all stored fields but hashes (GDPR Art. 15).
    Access,
    /// The right to portability: what the subject provided for a purpose on consent or contract
    /// (Art. 20). The vault also looks at each value's own source.
    Portability,
    /// The right to rectification: fields shown before and after (Art. 16).
    Rectification,
    /// Storage itself: jobs that seal again, derive or scrub, hashes included. What it opens stays
    /// inside the vault ([`crate::Spent::stays_inside`]).
    Storage,
    /// Legal claims: all stored fields but hashes, while a legal hold is in force (Art. 18(2)).
    Claims,
    /// Telling people that the policy changes (Art. 13(3), 12(1)): the one address at which the subject is
    /// written to, and nothing else. Who left the account is told too, for their data is still held; nobody is whose account
    /// is sealed.
    Notice,
}

impl Intrinsic {
    /// All of them, in the order in which a plan appends them.
    pub const ALL: [Self; 6] =
        [Self::Access, Self::Portability, Self::Rectification, Self::Storage, Self::Claims, Self::Notice];

    /// The name, which no manifest can write.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Access => "@access",
            Self::Portability => "@portability",
            Self::Rectification => "@rectification",
            Self::Storage => "@storage",
            Self::Claims => "@claims",
            Self::Notice => "@notice",
        }
    }

    /// True when it reaches what waits, sealed, for its erasure.
    pub const fn reaches_the_sealed(self) -> bool {
        matches!(self, Self::Access | Self::Storage | Self::Claims)
    }

    /// The row of the plan.
    pub(super) fn rule(self, manifest: &Manifest, kinds: &Kinds) -> PurposeRule {
        let named = match self {
            Self::Portability => portable(manifest),
            Self::Access | Self::Rectification | Self::Storage | Self::Claims => kinds.declared,
            Self::Notice => address(manifest).into_iter().collect(),
        };
        let opens_hashes = self == Self::Storage;
        let stored = named.minus(&kinds.held);
        let open = if opens_hashes { stored } else { stored.minus(&kinds.hashed) };
        let mut rule = PurposeRule {
            ground: Ground::LegalObligation,
            stopped_by: self.stopped_by(manifest),
            uses: Mask { named, open },
            compares: FieldSet::EMPTY,
            unnamed: if self == Self::Portability { Reason::FieldNotPortable } else { Reason::FieldNotUsed },
            special: SpecialRule::Open,
            is_intrinsic: true,
            is_de_identified: false,
            opens_hashes,
            shares: 0..0,
            channels: [ChannelRule::Undeclared; 6],
        };
        if self == Self::Notice {
            // The law wants people told: there is no opt-out.
            rule.set_channel(Channel::Email, ChannelRule::Fixed);
            rule.set_channel(Channel::InApp, ChannelRule::Fixed);
        }
        rule
    }

    fn stopped_by(self, manifest: &Manifest) -> Gates {
        let reaches_the_sealed = self.reaches_the_sealed();
        gate::ALWAYS
            .or(gate::ANONYMOUS.when(self != Self::Storage))
            .or(gate::QUARANTINED.when(!reaches_the_sealed))
            .or(gate::UNDER_AGE.when(!reaches_the_sealed && manifest.age.is_some()))
            .or(gate::NO_HOLD.when(self == Self::Claims))
    }
}

/// The field with the address at which a subject is written to: of the mail addresses that are the subject's own and stand
/// once per subject, the first that identifies them, else the first that they gave.
pub(super) fn address(manifest: &Manifest) -> Option<FieldIx> {
    let own = (0u16..).map(FieldIx).zip(&manifest.fields).filter(|(_, field)| {
        let is_many = manifest.groups.get(field.group.at()).is_some_and(|group| group.many);
        let is_kept_plain = !field.hashed && field.held_by.is_none() && field.derived.is_none();
        field.term.starts_with("EmailAddress") && is_kept_plain && !field.about_others && !is_many
    });
    let own: Vec<(FieldIx, &Field)> = own.collect();
    let identifying = own.iter().find(|(_, field)| field.identifies);
    identifying.or_else(|| own.iter().find(|(_, field)| is_provided(field))).map(|(ix, _)| *ix)
}

/// The fields that the subject provides for a purpose on consent or contract.
fn portable(manifest: &Manifest) -> FieldSet {
    let purposes = manifest.purposes.iter().filter(|purpose| is_agreed(purpose));
    let processed: FieldSet = purposes.flat_map(fields_of).collect();
    let provided = (0u16..).zip(&manifest.fields).filter(|(_, field)| is_provided(field));
    let provided: FieldSet = provided.map(|(at, _)| FieldIx(at)).collect();
    processed.and(&provided)
}

fn is_agreed(purpose: &Purpose) -> bool {
    matches!(purpose.basis, Basis::Consent { .. } | Basis::Contract)
}

fn fields_of(purpose: &Purpose) -> impl Iterator<Item = FieldIx> + '_ {
    let shared = purpose.shares.iter().flat_map(|share| &share.fields);
    purpose.uses.iter().chain(shared).copied()
}

fn is_provided(field: &Field) -> bool {
    field.sources.contains(&Source::Subject)
}
