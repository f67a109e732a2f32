//! Fides' datasets and systems (fideslang 3, YAML) as a manifest.
//!
//! What the source says is translated by a table (`taxonomy/`); what it does not say is left open: as a comment in the
//! manifest that begins with `question`, and in [`Translation::questions`]. Nothing is made up silently. Start at
//! [`translate`]; the mapping is described in `docs/import.md`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod groups;
mod head;
mod names;
mod places;
mod purposes;
mod shapes;
mod taxonomy;
mod translate;
mod writing;
mod yaml;

pub use translate::{Options, SystemKind, Translation, translate};
pub use yaml::{FILE_BYTES_MAX, FILES_MAX, FidesError};
