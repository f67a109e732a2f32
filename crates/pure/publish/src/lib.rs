//! What the manifest says, for readers: the policy page, the records of processing, the DPV export, consent receipts;
//! and what two versions of it differ in, and how people are told.
//!
//! The first are rendered from the same checked [`Manifest`](candor_manifest::Manifest) that the plan
//! is compiled from, so that what is published cannot differ from what runs. Each names every
//! pair of purpose and field that the manifest allows, and no other: [`facts`] is where they take them from.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod facts;

mod archive_page;
mod comparison;
mod comparison_page;
mod consent_receipt;
mod dpv;
#[cfg(test)]
mod fixture;
mod notice;
mod notice_banner;
mod policy_page;
mod records;
mod records_page;
mod wording;

pub use archive_page::{ArchivedVersion, Standing, archive_page};
pub use comparison::{Change, Class, Comparison, compare};
pub use comparison_page::{Compared, comparison_page};
pub use consent_receipt::{ConsentRecord, ConsentStatus, ConsentStep, consent_receipt_dpv, consent_receipt_kantara};
pub use dpv::dpv_jsonld;
pub use notice::{Notice, NoticeChoice, NoticeOf, ToldChange, notice};
pub use notice_banner::notice_banner;
pub use policy_page::{PageContext, VersionLink, policy_page};
pub use records::{Activity, Disclosure, Item, Measure, Records, Row, TimeLimit, records_of_processing};
pub use records_page::records_page;
pub use wording::{country, date, joined};
