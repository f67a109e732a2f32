//! The checked manifest: what a `.candor` text means once every name is resolved and every rule of
//! the language holds.
//!
//! Fields, purposes and recipients are known by their position ([`FieldIx`], [`PurposeIx`],
//! [`RecipientIx`]); the positions are those of the text, so that the same text gives the same plan.
//! A `Manifest` can only be obtained from [`crate::check`], so whoever holds one need not check again.

use candor_words::Instant;
use serde::Serialize;

mod calls;
mod clauses;
mod draft;
mod keep_event;
mod system_at;
mod systems;

pub use calls::{BodyForm, Call, CallBody, CallMethod, Calls, FindCall, NextPage};
pub use clauses::*;
pub use keep_event::KeepEvent;
pub use system_at::{SystemAt, SystemSecret};
pub use systems::*;

/// The most fields one policy may declare.
pub const FIELDS_MAX: usize = 512;
/// The most purposes one policy may declare, the ones every policy has included.
pub const PURPOSES_MAX: usize = 512;
/// The most purposes a text may declare: the rest of [`PURPOSES_MAX`] is for those every policy has.
pub const PURPOSES_DECLARED_MAX: usize = 500;
/// The most recipients one policy may declare.
pub const RECIPIENTS_MAX: usize = 512;
/// The most (purpose, channel) pairs from which a subject may opt out.
pub const CHANNEL_SLOTS_MAX: usize = 512;

macro_rules! positions {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(pub u16);

        impl $name {
            /// The position as an index.
            pub const fn at(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

positions! {
    /// The position of a field among all fields of the manifest.
    FieldIx;
    /// The position of a purpose.
    PurposeIx;
    /// The position of a recipient.
    RecipientIx;
    /// The position of a data group.
    GroupIx;
}

/// A whole policy, checked.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Manifest {
    /// The policy's title.
    pub name: String,
    /// The version as written: a date or a dotted number.
    pub version: String,
    /// When it comes into force; `None` means as soon as it is put into force.
    pub effective: Option<Instant>,
    /// The languages of its texts, first the one they are written in (BCP 47).
    pub languages: Vec<String>,
    /// Who decides why and how personal data is processed (GDPR Art. 4(7)).
    pub controller: Controller,
    /// Where a subject may complain, by country (GDPR Art. 77).
    pub authorities: Vec<Authority>,
    /// The laws whose rights and clocks apply, in order of precedence.
    pub laws: Vec<Law>,
    /// True when the policy says `honours global privacy control`.
    pub honours_gpc: bool,
    /// True when the policy says `sells data`; otherwise no purpose may be of class sale.
    pub sells_data: bool,
    /// Kinds of record, each a group of fields.
    pub groups: Vec<Group>,
    /// Every field, in the order of the text.
    pub fields: Vec<Field>,
    /// Every declared purpose, in the order of the text.
    pub purposes: Vec<Purpose>,
    /// Every recipient, in the order of the text.
    pub recipients: Vec<Recipient>,
    /// How long what is kept.
    pub keeps: Vec<Keep>,
    /// The rights people have and within what time they are answered.
    pub rights: Vec<Right>,
    /// Staff roles and the purposes they work for.
    pub roles: Vec<StaffRole>,
    /// What an administrator may switch off at the door.
    pub collections: Vec<Collection>,
    /// What is done to a value before it is stored.
    pub scrubs: Vec<Scrub>,
    /// The age under which nothing is knowingly collected.
    pub age: Option<AgeRule>,
    /// How people are told of changes.
    pub notices: Vec<NoticeRule>,
    /// What an organisation that manages accounts may do.
    pub organisations: Option<Organisations>,
    /// Where fields live outside the vault.
    pub systems: Vec<System>,
}

impl Manifest {
    /// Finds a field by `group.field`.
    pub fn field(&self, name: &str) -> Option<FieldIx> {
        self.fields.iter().position(|field| field.name == name).map(position).map(FieldIx)
    }

    /// Finds a purpose by name.
    pub fn purpose(&self, name: &str) -> Option<PurposeIx> {
        self.purposes.iter().position(|purpose| purpose.name == name).map(position).map(PurposeIx)
    }

    /// Finds a recipient by name.
    pub fn recipient(&self, name: &str) -> Option<RecipientIx> {
        self.recipients.iter().position(|recipient| recipient.name == name).map(position).map(RecipientIx)
    }

    /// Finds a data group by name.
    pub fn group(&self, name: &str) -> Option<GroupIx> {
        self.groups.iter().position(|group| group.name == name).map(position).map(GroupIx)
    }
}

// INVARIANT: the checker refuses more than FIELDS_MAX, PURPOSES_MAX and RECIPIENTS_MAX, all below 2^16.
fn position(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}
