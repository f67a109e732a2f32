//! Connected systems that hold what keep rules end: a shop, a sales desk and a folder of exports.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use candor_words::SubjectId;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::{Lived, Past, Server};

/// The policy that says what is kept there.
pub const KEPT_POLICY: &str = "tests/tests/kept.candor";

const SHOP: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE NOT NULL, name TEXT);
    CREATE TABLE visits (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), page TEXT, seen_at TEXT);";
const CRM: &str = "CREATE TABLE contacts (id INTEGER PRIMARY KEY, mail TEXT, name TEXT);";

/// Their files, in a folder of the test's own.
pub struct KeptSystems {
    folder: tempfile::TempDir,
}

impl Default for KeptSystems {
    fn default() -> Self {
        let systems = Self { folder: tempfile::tempdir().expect("a folder") };
        systems.shop().execute_batch(SHOP).expect("the shop's tables");
        fs::create_dir(systems.exports()).expect("a folder");
        systems
    }
}

impl KeptSystems {
    /// The shop's database.
    pub fn shop(&self) -> Connection {
        Connection::open(self.folder.path().join("shop.db")).expect("the shop's file")
    }

    /// Puts the sales desk's database there, with these people: nobody can connect to it before.
    pub fn make_crm(&self, emails: &[&str]) {
        let making = self.folder.path().join("making.db");
        let crm = Connection::open(&making).expect("the desk's file");
        crm.execute_batch(CRM).expect("the desk's table");
        for email in emails {
            crm.execute("INSERT INTO contacts (mail, name) VALUES (?1, ?1)", [email]).expect("a contact");
        }
        drop(crm);
        fs::rename(making, self.folder.path().join("crm.db")).expect("the desk's file");
    }

    /// Who stands in the sales desk's database.
    pub fn contacts(&self) -> i64 {
        self.count_in("crm.db", "SELECT count(*) FROM contacts")
    }

    /// The folder of exports.
    pub fn exports(&self) -> PathBuf {
        self.folder.path().join("exports")
    }

    /// Writes the exports: each person's number and address.
    pub fn export(&self, emails: &[&str]) {
        let rows = emails.iter().enumerate().map(|(n, email)| format!("{n},{email},{email}\n"));
        fs::write(self.exports().join("people.csv"), format!("id,email,name\n{}", rows.collect::<String>()))
            .expect("a file");
    }

    /// What stands in them.
    pub fn exported(&self) -> String {
        fs::read_to_string(self.exports().join("people.csv")).expect("a file")
    }

    /// Somebody in the shop.
    pub fn user(&self, id: u32, email: &str) {
        self.shop().execute("INSERT INTO users VALUES (?1, ?2, ?2)", (id, email)).expect("a user");
    }

    /// So many visits of a user, of so many days ago.
    pub fn visits(&self, user: u32, n: u32, days_ago: u32) {
        let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
            INSERT INTO visits (user_id, page, seen_at) SELECT ?2, 'page-q' || i, datetime('now', ?3) FROM n";
        self.shop().execute(rows, (n, user, format!("-{days_ago} days"))).expect("visits");
    }

    /// How many rows of the shop a question counts.
    pub fn count(&self, sql: &str) -> i64 {
        self.count_in("shop.db", sql)
    }

    fn count_in(&self, file: &str, sql: &str) -> i64 {
        let at = Connection::open(self.folder.path().join(file)).expect("a file");
        at.busy_timeout(Duration::from_secs(60)).expect("a wait");
        at.query_row(sql, [], |row| row.get(0)).expect("a count")
    }

    /// A server that reaches them, with a past of so many days.
    pub fn lived<T>(&self, days_ago: u32, lived: impl AsyncFnOnce(&Past) -> T) -> (Server, T) {
        let (past, told) = Lived::under(days_ago, "kept", Path::new(KEPT_POLICY), lived);
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        let variables = [
            ("CANDOR_SYSTEM_KEPT_SHOP", at("shop.db")),
            ("CANDOR_SYSTEM_KEPT_CRM", at("crm.db")),
            ("CANDOR_SYSTEM_KEPT_EXPORTS", at("exports")),
            (
                "CANDOR_SYSTEMS",
                "kept:CANDOR_SYSTEM_KEPT_SHOP,kept:CANDOR_SYSTEM_KEPT_CRM,kept:CANDOR_SYSTEM_KEPT_EXPORTS".to_owned(),
            ),
        ];
        let variables: Vec<(&'static str, &str)> =
            variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        (past.start_in(&variables), told)
    }
}

impl Past {
    /// Somebody who has an account under this address.
    pub async fn account(&self, email: &str) -> SubjectId {
        self.person(&[("account", "subject", json!({ "email": email, "name": email }))]).await
    }
}

impl Server {
    /// What retention says of a system, when it is asked to run everywhere.
    #[track_caller]
    pub fn kept_in(&self, system: &str) -> Value {
        one(&self.post("/v1/retention/systems/run", &json!({})).json(200), system)
    }

    /// What retention would do in a system.
    #[track_caller]
    pub fn would_keep_in(&self, system: &str) -> Value {
        one(&self.get("/v1/retention/systems").json(200), system)
    }
}

#[track_caller]
fn one(told: &Value, system: &str) -> Value {
    let systems = told["systems"].as_array().expect("systems").iter();
    systems.clone().find(|it| it["system"] == system).unwrap_or_else(|| panic!("{told:#}")).clone()
}

/// How many rows of a place something was, or would be, done to.
pub fn kept_rows(told: &Value, place: &str, did: &str) -> u64 {
    let places = told["places"].as_array().into_iter().flatten();
    places.filter(|it| it["place"] == place && it["did"] == did).filter_map(|it| it["n_rows"].as_u64()).sum()
}

/// Looks until something is so; longer than the lease of a job whose server was killed.
#[track_caller]
pub fn in_time(what: &str, so: impl Fn() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < Duration::from_secs(150), "not in time: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
