//! Group commit: the units that wait together, one durable transaction, each unit on its own feet.
//!
//! A unit whose guard does not hold, or that fails, leaves the group unharmed. When the group's
//! own commit fails, every unit of it is answered with that failure and nothing has changed.

use std::collections::BTreeMap;

use candor_store::{Change, CommitError, Committed, JobRow, StoreError, Unit};
use candor_words::{Instant, TenantId};
use rusqlite::Connection;

use crate::failure::{Refused, store_error};
use crate::guard::failing_guard;
use crate::ledger::{Advance, Logs};
use crate::numbers::Numbers;
use crate::table::{jobs, tenant_numbers};
use crate::unit::{apply_changes, erases, run};

/// A transaction that takes up units.
pub(crate) struct Group<'w> {
    connection: &'w Connection,
    numbers: &'w Numbers,
    logs: &'w mut Logs,
    /// Numbers given by this transaction, not known to others yet.
    given: Vec<(TenantId, i64)>,
    /// The entries of the units applied so far, by tenant number.
    entries: BTreeMap<i64, Vec<Vec<u8>>>,
    /// Whether something was destroyed.
    erased: bool,
    /// Why SQLite has rolled the whole transaction back by itself (a full disk).
    lost: Option<StoreError>,
}

impl<'w> Group<'w> {
    /// Begins the transaction.
    pub(crate) fn begin(
        connection: &'w Connection,
        numbers: &'w Numbers,
        logs: &'w mut Logs,
    ) -> Result<Self, StoreError> {
        run(connection, "BEGIN IMMEDIATE").map_err(|error| store_error("begin a group of units", &error))?;
        Ok(Self { connection, numbers, logs, given: Vec::new(), entries: BTreeMap::new(), erased: false, lost: None })
    }

    /// Applies a unit, or leaves everything as it was before the unit.
    pub(crate) fn apply(&mut self, unit: Unit) -> Result<Committed, CommitError> {
        // INVARIANT: without its transaction nothing is applied, for it could not be undone.
        if let Some(error) = &self.lost {
            return Err(error.clone().into());
        }
        let applied = self.try_apply(unit).map_err(CommitError::from);
        if let Err(CommitError::Store(error)) = &applied
            && self.connection.is_autocommit()
        {
            self.lost = Some(error.clone());
        }
        applied
    }

    fn try_apply(&mut self, unit: Unit) -> Result<Committed, Refused> {
        let number = self.number(unit.tenant)?;
        let first_entry = self.size(number)?;
        if let Some(guard) = failing_guard(self.connection, number, first_entry, &unit)? {
            return Err(Refused::Guard(guard));
        }
        let number = match number {
            Some(number) => number,
            None => self.give_number(unit.tenant)?,
        };
        apply_changes(self.connection, number, &unit, first_entry)?;
        if unit.changes.iter().any(|change| matches!(change, Change::ForgetTenant)) {
            self.logs.forget(number);
            self.entries.remove(&number);
        }
        self.erased |= erases(&unit);
        let size = first_entry + unit.entries.len() as u64;
        if !unit.entries.is_empty() {
            self.entries.entry(number).or_default().extend(unit.entries);
        }
        Ok(Committed { first_entry, size })
    }

    /// Leases due jobs.
    pub(crate) fn lease(&mut self, now: Instant, until: Instant, limit: usize) -> Result<Vec<JobRow>, StoreError> {
        if let Some(error) = &self.lost {
            return Err(error.clone());
        }
        let leased = jobs::lease(self.connection, now, until, limit).map_err(|error| store_error("lease jobs", &error));
        if self.connection.is_autocommit() {
            self.lost = leased.as_ref().err().cloned();
        }
        leased
    }

    /// Writes the ledgers and makes everything durable; says whether something was destroyed.
    ///
    /// # Errors
    /// Nothing of the group was applied.
    pub(crate) fn commit(mut self) -> Result<bool, StoreError> {
        let advances = match self.write_and_commit() {
            Ok(advances) => advances,
            Err(refused) => {
                // Fails only when SQLite has rolled back by itself already.
                let _ = run(self.connection, "ROLLBACK");
                return Err(group_error(refused));
            }
        };
        for (tenant, number) in self.given {
            self.numbers.learn(tenant, number);
        }
        for (tenant, advance) in advances {
            self.logs.advance(tenant, advance);
        }
        self.logs.shrink();
        Ok(self.erased)
    }

    fn write_and_commit(&mut self) -> Result<Vec<(i64, Advance)>, Refused> {
        if let Some(error) = self.lost.take() {
            return Err(Refused::Store(error));
        }
        let mut advances = Vec::with_capacity(self.entries.len());
        for (tenant, entries) in &self.entries {
            let log = self.logs.load(self.connection, *tenant)?;
            advances.push((*tenant, log.write(self.connection, *tenant, entries)?));
        }
        run(self.connection, "COMMIT")?;
        Ok(advances)
    }

    fn number(&self, tenant: TenantId) -> rusqlite::Result<Option<i64>> {
        match self.given.iter().find(|(id, _)| *id == tenant) {
            Some((_, number)) => Ok(Some(*number)),
            None => self.numbers.find(self.connection, tenant),
        }
    }

    fn give_number(&mut self, tenant: TenantId) -> rusqlite::Result<i64> {
        let number = tenant_numbers::add(self.connection, tenant)?;
        self.given.push((tenant, number));
        Ok(number)
    }

    /// The ledger's size with what this group appends to it.
    fn size(&mut self, number: Option<i64>) -> Result<u64, Refused> {
        let Some(number) = number else { return Ok(0) };
        let appended = self.entries.get(&number).map_or(0, Vec::len) as u64;
        Ok(self.logs.load(self.connection, number)?.size() + appended)
    }
}

fn group_error(refused: Refused) -> StoreError {
    match refused {
        Refused::Store(error) => error,
        Refused::Sql(error) => store_error("commit a group of units", &error),
        Refused::Guard(_) | Refused::Unfit(_) => StoreError::Damaged { what: "ledger" },
    }
}
