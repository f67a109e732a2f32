//! Plain SQLite: rows with ten fields, indexes on the fields that are asked by, nothing sealed, decided or logged.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use rusqlite::{Connection, Row, ToSql, params};

use crate::data::{Choices, KINDS, PURPOSES, TENS, kind, n_users, text};
use crate::op::{By, Op, Outcome, Set};
use crate::side::Side;

const SCHEMA: &str = "
    CREATE TABLE records (
        key TEXT PRIMARY KEY, pur TEXT NOT NULL, ttl INTEGER NOT NULL, usr TEXT NOT NULL, obj TEXT NOT NULL,
        dec TEXT NOT NULL, acl TEXT NOT NULL, shr TEXT NOT NULL, src TEXT NOT NULL, cat TEXT NOT NULL, data TEXT NOT NULL
    ) STRICT;
    CREATE INDEX records_by_pur ON records (pur);
    CREATE INDEX records_by_ttl ON records (ttl);
    CREATE INDEX records_by_usr ON records (usr);
    CREATE INDEX records_by_shr ON records (shr);
    CREATE TABLE people (
        usr TEXT PRIMARY KEY, objected INTEGER NOT NULL, scored INTEGER NOT NULL, shared INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";
const TTL: [u64; TENS as usize] = [30, 10_000, 12_000, 14_000, 16_000, 18_000, 20_000, 22_000, 24_000, 1_000_000];

/// One connection that writes, one for each worker that reads; the same journal as the vault's.
pub struct Plain {
    file: PathBuf,
    n_users: u64,
    writer: Mutex<Connection>,
    readers: Vec<Mutex<Connection>>,
}

impl Plain {
    pub fn new(folder: &Path, n_records: u64, n_workers: usize) -> Self {
        let file = folder.join("plain.db");
        let writer = connect(&file);
        writer.execute_batch(SCHEMA).expect("a schema");
        let readers = (0..n_workers).map(|_| Mutex::new(connect(&file))).collect();
        Self { file, n_users: n_users(n_records), writer: Mutex::new(writer), readers }
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().expect("no panic meanwhile")
    }

    fn change(&self, sql: &str, values: &[&dyn ToSql]) -> usize {
        self.writer().prepare_cached(sql).and_then(|mut sql| sql.execute(values)).expect("a change")
    }

    fn texts(&self, worker: usize, sql: &str, value: &dyn ToSql) -> Outcome {
        let reader = self.readers[worker].lock().expect("no panic meanwhile");
        let mut sql = reader.prepare_cached(sql).expect("a statement");
        let texts = sql.query_map([value], |row| row.get(0)).and_then(Iterator::collect);
        let mut texts: Vec<String> = texts.expect("rows");
        texts.sort_unstable();
        Outcome::Texts(texts)
    }

    fn metadata(&self, worker: usize, sql: &str, value: &dyn ToSql) -> Outcome {
        let read = |row: &Row<'_>| {
            let choices = Choices { objected: row.get(0)?, scored: row.get(1)?, shared: row.get(2)? };
            Ok((choices, row.get::<_, i64>(3)? as usize))
        };
        let reader = self.readers[worker].lock().expect("no panic meanwhile");
        let mut sql = reader.prepare_cached(sql).expect("a statement");
        let found = sql.query_map([value], read).and_then(Iterator::collect);
        let found: Vec<(Choices, usize)> = found.expect("rows");
        Outcome::Metadata(found.into_iter().find(|(_, n_records)| *n_records > 0))
    }

    fn update_metadata(&self, by: By, set: Set) -> usize {
        let (column, value) = match set {
            Set::Objected => ("objected", true),
            Set::Scored(given) => ("scored", given),
            Set::Shared(given) => ("shared", given),
        };
        let (field, of) = matching(by);
        let sql = format!("UPDATE people SET {column} = ?1 WHERE usr IN (SELECT usr FROM records WHERE {field} = ?2)");
        self.change(&sql, &[&value, &of])
    }

    fn delete_user(&self, user: u64) -> usize {
        let name = format!("user{user}");
        let mut writer = self.writer();
        let unit = writer.transaction().expect("a transaction");
        let n = unit.execute("DELETE FROM records WHERE usr = ?1", [&name]).expect("a change");
        if n > 0 {
            unit.execute("DELETE FROM people WHERE usr = ?1", [&name]).expect("a change");
        }
        unit.commit().expect("a commit");
        n
    }
}

impl Side for Plain {
    fn load(&self, n_records: u64) {
        let mut writer = self.writer();
        let unit = writer.transaction().expect("a transaction");
        for user in 0..self.n_users {
            put_person(&unit, user, Choices::at_first(user));
            for n in (user..n_records).step_by(self.n_users as usize) {
                put_record(&unit, n, user);
            }
        }
        unit.commit().expect("a commit");
    }

    fn carry_out(&self, worker: usize, op: &Op) -> Outcome {
        match *op {
            Op::Create(n) => {
                let mut writer = self.writer();
                let unit = writer.transaction().expect("a transaction");
                put_person(&unit, n % self.n_users, Choices::default());
                put_record(&unit, n, n % self.n_users);
                unit.commit().expect("a commit");
                Outcome::Changed(1)
            }
            Op::Delete(By::Usr(user)) => Outcome::Changed(self.delete_user(user)),
            Op::Delete(by) => {
                let (field, of) = matching(by);
                Outcome::Changed(self.change(&format!("DELETE FROM records WHERE {field} = ?1"), &[&of]))
            }
            Op::UpdateMetadata(by, set) => Outcome::Changed(self.update_metadata(by, set)),
            Op::UpdateData { key, edition } => {
                Outcome::Changed(self.change(
                    "UPDATE records SET data = ?1 WHERE key = ?2",
                    &[&text(key, edition), &format!("key{key}")],
                ))
            }
            Op::ReadByKey(key) => self.texts(worker, "SELECT data FROM records WHERE key = ?1", &format!("key{key}")),
            Op::ReadByUsr(user) => {
                self.texts(worker, "SELECT data FROM records WHERE usr = ?1", &format!("user{user}"))
            }
            Op::ReadByPur(purpose) => {
                self.texts(worker, "SELECT data FROM records WHERE pur = ?1", &format!("purpose{purpose}"))
            }
            Op::ReadByObj(ten) => {
                let sql = "SELECT data FROM records JOIN people USING (usr) WHERE ttl = ?1 AND NOT objected";
                self.texts(worker, sql, &(TTL[ten as usize] as i64))
            }
            Op::ReadByDec(ten) => {
                let sql = "SELECT data FROM records JOIN people USING (usr) WHERE ttl = ?1 AND scored";
                self.texts(worker, sql, &(TTL[ten as usize] as i64))
            }
            Op::MetadataByKey(key) => {
                let sql = "SELECT objected, scored, shared, (SELECT count(*) FROM records WHERE usr = r.usr)
                    FROM records r JOIN people USING (usr) WHERE r.key = ?1";
                self.metadata(worker, sql, &format!("key{key}"))
            }
            Op::MetadataByUsr(user) => {
                let sql = "SELECT objected, scored, shared, (SELECT count(*) FROM records WHERE usr = p.usr)
                    FROM people p WHERE usr = ?1";
                self.metadata(worker, sql, &format!("user{user}"))
            }
            // There is no log to read.
            Op::Logs(n) => Outcome::Entries(n),
            Op::VerifyDeletion(user) => {
                let found = self.texts(worker, "SELECT data FROM records WHERE usr = ?1", &format!("user{user}"));
                Outcome::Deleted(found == Outcome::Texts(Vec::new()))
            }
        }
    }

    fn settle(&self) -> PathBuf {
        self.writer().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("a checkpoint");
        self.file.clone()
    }
}

fn connect(file: &Path) -> Connection {
    let connection = Connection::open(file).expect("a connection");
    let pragmas = "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;";
    connection.execute_batch(pragmas).expect("settings");
    connection.busy_timeout(Duration::from_secs(10)).expect("a timeout");
    connection.set_prepared_statement_cache_capacity(64);
    connection
}

fn put_person(connection: &Connection, user: u64, choices: Choices) {
    let sql = "INSERT INTO people (usr, objected, scored, shared) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    let values = params![format!("user{user}"), choices.objected, choices.scored, choices.shared];
    connection.prepare_cached(sql).and_then(|mut sql| sql.execute(values)).expect("a person");
}

fn put_record(connection: &Connection, n: u64, user: u64) {
    let kind = kind(user);
    let ten = kind % TENS;
    let sql = "INSERT INTO records (key, pur, ttl, usr, obj, dec, acl, shr, src, cat, data)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let values = params![
        format!("key{n}"),
        format!("purpose{}", kind % PURPOSES),
        TTL[ten as usize] as i64,
        format!("user{user}"),
        format!("obj{}", user % (2 * KINDS)),
        format!("dec{}", user % 2),
        format!("acl{ten}"),
        format!("shr{ten}"),
        format!("src{ten}"),
        format!("cat{ten}"),
        text(n, 0),
    ];
    connection.prepare_cached(sql).and_then(|mut sql| sql.execute(values)).expect("a record");
}

/// The column and value that an operation asks by.
fn matching(by: By) -> (&'static str, Box<dyn ToSql>) {
    match by {
        By::Pur(purpose) => ("pur", Box::new(format!("purpose{purpose}"))),
        By::Ttl(ten) => ("ttl", Box::new(TTL[ten as usize] as i64)),
        By::Shr(ten) => ("shr", Box::new(format!("shr{ten}"))),
        By::Usr(user) => ("usr", Box::new(format!("user{user}"))),
        By::Key(key) => ("key", Box::new(format!("key{key}"))),
    }
}
