//! Connected systems for a server under test: two SQLite files, as a vendor and a marketplace's site would have them.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::{Person, Server, Setup, text};

/// The vendor's file and the site's, in a folder of the test's own.
pub struct Systems {
    folder: tempfile::TempDir,
}

const VENDOR: &str = "
    CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT UNIQUE NOT NULL, number TEXT, name TEXT, frozen TEXT, initials TEXT, wanted TEXT);
    CREATE TABLE invoices (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, cents INTEGER NOT NULL);
    INSERT INTO customers VALUES (1, 'ada-q7391@people.example', 'C-7391', 'Ada-q7391', NULL, 'A', NULL),
        (2, 'bob@people.example', 'C-2', 'Bob', NULL, 'B', NULL);
    INSERT INTO invoices VALUES (1, 'C-7391', 1200), (2, 'C-2', 900);";

const SITE: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT, display_name TEXT);
    CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users (id), body TEXT, stars INTEGER NOT NULL);
    INSERT INTO users VALUES (1, 'ada-q7391@people.example', 'Ada-q7391'), (2, 'bob@people.example', 'Bob');
    INSERT INTO posts VALUES (1, 1, 'mine-q7391', 5), (2, 1, 'also mine-q7391', 4), (3, 2, 'his', 3);";

impl Default for Systems {
    fn default() -> Self {
        let systems = Self { folder: tempfile::tempdir().expect("a folder") };
        systems.vendor().execute_batch(VENDOR).expect("the vendor's tables");
        systems.site().execute_batch(SITE).expect("the site's tables");
        systems
    }
}

impl Systems {
    /// The vendor's database.
    pub fn vendor(&self) -> Connection {
        Connection::open(self.vendor_file()).expect("the vendor's file")
    }

    /// The site's database.
    pub fn site(&self) -> Connection {
        Connection::open(self.site_file()).expect("the site's file")
    }

    /// Where the vendor's database lies.
    pub fn vendor_file(&self) -> PathBuf {
        self.folder.path().join("vendor.db")
    }

    /// Where the site's lies.
    pub fn site_file(&self) -> PathBuf {
        self.folder.path().join("site.db")
    }

    /// A server that reaches both.
    pub fn server(&self) -> Server {
        Server::start_as(self.setup())
    }

    /// What it is started with.
    pub fn setup(&self) -> Setup {
        let variables = [("VENDOR_FILE", self.vendor_file()), ("SITE_FILE", self.site_file())];
        let mut environment: Vec<(&'static str, String)> =
            variables.map(|(name, file)| (name, file.display().to_string())).into();
        environment.push(("CANDOR_SYSTEMS", "systems:VENDOR_FILE,systems:SITE_FILE".to_owned()));
        Setup { policies: vec![Path::new("tests/tests/systems.candor").to_path_buf()], environment, ..Setup::default() }
    }

    /// What it is started with under another policy, whose name is the tenant's.
    pub fn setup_of(&self, tenant: &str) -> Setup {
        let mut setup = self.setup();
        setup.policies = vec![Path::new("tests/tests").join(format!("{tenant}.candor"))];
        for (name, value) in &mut setup.environment {
            if *name == "CANDOR_SYSTEMS" {
                *value = format!("{tenant}:VENDOR_FILE,{tenant}:SITE_FILE");
            }
        }
        setup
    }

    /// Waits until a question counts so many rows.
    #[track_caller]
    pub fn wait_for(&self, sql: &str, n_rows: i64) {
        let began = Instant::now();
        while Self::count(&self.vendor(), sql) != n_rows {
            assert!(began.elapsed() < Duration::from_secs(150), "not {n_rows}: {sql}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// How many rows a question counts.
    pub fn count(connection: &Connection, sql: &str) -> i64 {
        // The server may be writing there.
        connection.busy_timeout(Duration::from_secs(60)).expect("a wait");
        connection.query_row(sql, [], |row| row.get(0)).expect("a count")
    }

    /// True when a file, or what lies beside it, holds a text anywhere in its bytes.
    pub fn holds(file: &Path, text: &str) -> bool {
        let beside = ["", "-wal", "-journal"].map(|end| PathBuf::from(format!("{}{end}", file.display())));
        let bytes = beside.into_iter().filter_map(|file| std::fs::read(file).ok());
        bytes.into_iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    }
}

impl Server {
    /// Somebody whom the vault knows by their address, as the systems do.
    #[track_caller]
    pub fn ada_of_systems(&self) -> Person {
        self.person(&[("account", json!({ "email": "ada-q7391@people.example", "name": "Ada-q7391" }))])
    }

    /// Opens a request for a right, with identity proved; its address.
    #[track_caller]
    pub fn proved_request(&self, person: &Person, right: &str) -> String {
        let asked = person.post("/requests", &json!({ "right": right })).json(201);
        let address = format!("/v1/requests/{}", text(&asked["id"]));
        self.post(&format!("{address}/identity"), &json!({})).json(200);
        address
    }

    /// Looks at a request's steps until it is in a state; longer than the lease of a job whose server was killed.
    #[track_caller]
    pub fn steps_until(&self, request: &str, state: &str) -> Value {
        self.steps_within(request, state, Duration::from_secs(150))
    }

    /// The same, for what may take longer.
    #[track_caller]
    pub fn steps_within(&self, request: &str, state: &str, wait: Duration) -> Value {
        let began = Instant::now();
        loop {
            let steps = self.get(&format!("{request}/steps")).json(200);
            if steps["state"] == state {
                return steps;
            }
            assert!(began.elapsed() < wait, "not {state}: {steps:#}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
