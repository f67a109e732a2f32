//! A tenant moves: everything of it written out, and read in on another server as it was (spec/tenant-export.md).
//!
//! Values stay sealed all the way. The tenant's keys are wrapped by a *transfer key* that is handed over apart; ids,
//! subject keys, blind indexes and the ledger are the same on the other side, so that receipts and proofs hold and
//! what was erased stays erased. Nothing of an import is seen before its last unit, and nothing of one that fails
//! stays behind.

mod line;
mod manifest;
mod read_in;
mod write_out;

pub use line::{TENANT_LINE_BYTES_MAX, TenantLine};
pub use manifest::{TENANT_MANIFEST_BYTES_MAX, TenantManifest};
pub use read_in::ImportedTenant;
