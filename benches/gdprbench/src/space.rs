//! How many bytes a database takes, and where.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;

/// The tables that hold the ledger and what is found through it.
const LEDGER: [&str; 6] = ["tiles", "bundles", "ledger_tail", "ledgers", "checkpoints", "entries_of_subject"];

/// The bytes of a database, by table and index.
pub struct Space {
    pub tables: BTreeMap<String, u64>,
    pub file_bytes: u64,
}

impl Space {
    /// Looks into a database whose write-ahead log is empty.
    pub fn of(database: &Path) -> Self {
        let connection = Connection::open(database).expect("the database");
        let mut sql = connection.prepare("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").expect("the sizes");
        let rows = sql.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64))).expect("the sizes");
        let tables = rows.collect::<Result<_, _>>().expect("the sizes");
        let file_bytes = std::fs::metadata(database).expect("the database").len();
        Self { tables, file_bytes }
    }

    pub fn ledger_bytes(&self) -> u64 {
        LEDGER.iter().filter_map(|table| self.tables.get(*table)).sum()
    }

    /// The largest parts, with what each takes for every record.
    pub fn tell(&self, n_records: u64) {
        let mut parts: Vec<_> = self.tables.iter().collect();
        parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(**bytes));
        for (table, bytes) in parts.into_iter().take(10) {
            println!("    {table:<28} {:>8.1} B a record", *bytes as f64 / n_records as f64);
        }
    }
}
