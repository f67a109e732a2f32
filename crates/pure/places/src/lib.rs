//! Places outside the vault: whose their rows are, and what each right does there, in which order.
//!
//! A [`SystemMap`] is what a manifest says of one system, in names, ready for a connector: it leans on no position in the
//! manifest, so that a plan that was made under one version can be carried on under the next. A [`Catalogue`] is what the
//! live system says of itself. A [`Task`] is one right of a batch of people; a [`Report`] what became of it, place by place.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod catalogue;
mod check;
mod compare;
mod discover;
mod document;
pub mod graph;
mod map;
mod overdue;
mod person;
mod recognise;
mod report;
mod row;
pub mod sql;
mod task;
mod templates;

pub use catalogue::{Catalogue, Column, ColumnKind, ForeignKey, OnDelete, Table, TableKind, Trigger};
pub use check::{Finding, Samples, check, check_overdue};
pub use compare::normalised;
pub use discover::{KnownField, discover};
pub use document::{DOCUMENT_CELLS_MAX, DOCUMENT_DEPTH_MAX, DocumentPath, document_cells, text_of, value_like};
pub use map::{MappedColumn, MappedMark, MappedOwner, MappedPlace, SystemMap};
pub use overdue::{Began, Concerned, Ending, Overdue, OverdueDid, OverdueTask};
pub use person::{Identifier, Person, PersonIx};
pub use recognise::{Because, Likely, recognise};
pub use report::{Did, Foreseen, Found, PlaceReport, Preview, Report, Share, Trace};
pub use row::{FoundRow, Role, RowValue, VALUE_BYTES_MAX};
pub use task::{Act, Correction, Mark, TASK_PEOPLE_MAX, Task, Turn};
