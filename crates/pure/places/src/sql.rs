//! What each right does in a database, as statements: planned from map and catalogue alone, tried out without a database.
//!
//! A plan works on *sets*: for each place which of its rows are whose (`candor_r0`: person and key), and which of them go
//! (`candor_x0`). A set is one `SELECT` over the sets of its owners, for all people of a task at once. What is done to a place
//! is then one statement over its set, however many people there are.

mod act;
mod dialect;
mod emptied;
mod erase;
mod fold;
mod keys;
mod needed;
mod others;
mod outside;
mod overdue;
mod read;
mod search;
mod sets;
mod stage;
mod trigger;

pub use act::{mark, rectify};
pub use dialect::Dialect;
pub use erase::{Change, Echo, ErasePlan, Guard, Obstacle, erase};
pub use fold::{IDENTIFIER_BYTES_MAX, json_text, people_json};
pub use needed::{Needed, lacking, needed};
pub use others::{others_parameter, without_others};
pub use overdue::{OverdueChange, OverdueCount, OverduePlan, grounds, overdue, roles_json};
pub use read::{KnownColumn, ReadCase, ReadColumn, ReadPlan, known, known_at_once, read, read_at_once};
pub use search::{Matcher, SearchTable, at_once, searched};
pub use sets::{Step, accessed, owned, whose};
pub use trigger::{Writes, written};
