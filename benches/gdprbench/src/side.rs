//! What a side of the comparison can do.

pub mod plain;
pub mod vault;

use std::path::PathBuf;

use crate::op::{Op, Outcome};

/// A store under test.
pub trait Side: Sync {
    /// Writes the records that the roles begin with.
    fn load(&self, n_records: u64);
    /// Carries an operation out, for one of the workers.
    fn carry_out(&self, worker: usize, op: &Op) -> Outcome;
    /// Brings everything into the database, and says where it lies.
    fn settle(&self) -> PathBuf;
}
