//! The vault: every use case over sealed personal data.
//!
//! Faces hold an `Arc<Vault>` and call one method per use case; there is no other way to a value than
//! [`Vault::read`] and its kin, which decide first, spend the permit, log, and only then answer.
//! Start at [`Vault::open`], then [`Vault::authenticate`], then `read.rs`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod caller;
mod channel;
mod consent;
mod derive;
mod disclosures;
mod draft;
mod entry;
mod error;
mod holds;
mod ids;
mod live;
mod policies;
mod read;
mod record_form;
mod records;
mod requests;
mod standing_form;
mod stripes;
mod subjects;
mod tenant;
mod tenants;
mod value;
mod vault;
mod why;

pub use caller::{Caller, IssuedKey, KeyView, NewKey, Scope};
pub use candor_store::{PAGE_MAX, Page};
pub use channel::{channel_name, channel_of};
pub use error::{ErrorKind, VaultError};
pub use ids::ONLY_RECORD;
pub use policies::{PlanInForce, PolicyView, digest_of};
pub use read::{
    ANSWER_RECORDS_MAX, ASKED_FIELDS_MAX, Answer, Ask, OpenedRecord, OpenedValue, RefusedField,
};
pub use records::{NewRecord, RecordView, Rectified};
pub use standing_form::{
    ConsentForm, ConsentState, ContractForm, ObjectionForm, ObjectionOutcome, RestrictionForm, StandingForm,
};
pub use subjects::{CreatedSubject, NEW_RECORDS_MAX, NewContract, NewSubject, SubjectView};
pub use tenants::{CreatedTenant, NewTenant, TenantView};
pub use value::{source_name, source_of};
pub use vault::{Counters, Vault, VaultParts};
pub use why::{Explanation, GrantedField};
