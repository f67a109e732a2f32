//! The numbers of tenants, remembered: a tenant's number never changes.

use std::collections::HashMap;

use candor_words::TenantId;
use parking_lot::RwLock;
use rusqlite::Connection;

use crate::table::tenant_numbers;

/// The numbers that are committed, as far as they were asked for. 24 bytes per tenant.
#[derive(Default)]
pub(crate) struct Numbers {
    known: RwLock<HashMap<TenantId, i64>>,
}

impl Numbers {
    /// Returns a tenant's number if it has one. The connection must not be inside a transaction
    /// that gave it: what is found is remembered.
    pub(crate) fn find(&self, connection: &Connection, tenant: TenantId) -> rusqlite::Result<Option<i64>> {
        if let Some(number) = self.known.read().get(&tenant) {
            return Ok(Some(*number));
        }
        let number = tenant_numbers::find(connection, tenant)?;
        if let Some(number) = number {
            self.learn(tenant, number);
        }
        Ok(number)
    }

    /// Remembers a committed number.
    pub(crate) fn learn(&self, tenant: TenantId, number: i64) {
        self.known.write().insert(tenant, number);
    }
}
