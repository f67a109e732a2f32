//! What SQLite makes of values, of its own triggers, and of columns that compare as they like.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use candor_connect::{ConnectError, Connector};
use candor_connect_sql::sqlite;
use candor_words::Secret;
use rusqlite::Connection;
use support::*;

struct File {
    folder: tempfile::TempDir,
    at: Connection,
}

fn file(schema: &str) -> File {
    let folder = tempfile::tempdir().unwrap();
    let at = Connection::open(folder.path().join("app.db")).unwrap();
    at.execute_batch(schema).unwrap();
    File { folder, at }
}

impl File {
    fn connector(&self, places: &str) -> Arc<dyn Connector> {
        let path = self.folder.path().join("app.db");
        sqlite(map("sqlite", places), &Secret::new(path.to_str().unwrap().to_owned())).unwrap()
    }

    fn all(&self, query: &str) -> Vec<String> {
        let mut statement = self.at.prepare(query).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }
}

const USERS: &str = "place users key id {\n owned by subject through email as person.email\n person.name at name\n on erasure delete\n}\n";

#[tokio::test]
async fn a_text_that_looks_like_a_number_is_nobody_elses_number() {
    let file = file(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, n INTEGER, m NUMERIC);
         INSERT INTO notes VALUES (1, 1000, 1000), (2, 12, 12), (3, -7, -7);",
    );
    for column in ["n", "m"] {
        let place = format!(
            "place notes key id {{\n owned by subject through {column} as person.number\n on erasure delete\n}}\n"
        );
        let connector = file.connector(&place);
        for number in
            ["1e3", "1000.0", "12.0", " 12", "12\n", "0x0c", "+12", "--7", "-", "1-2", "", "9999999999999999999999"]
        {
            connector.carry_out(&erasure(vec![person(&[("number", number)])])).await.unwrap();
            assert_eq!(file.all("SELECT count(*) || '' FROM notes"), ["3"], "{number:?} in {column}");
        }
    }
    let connector =
        file.connector("place notes key id {\n owned by subject through n as person.number\n on erasure delete\n}\n");
    for number in ["-7", "12", "1000"] {
        connector.carry_out(&erasure(vec![person(&[("number", number)])])).await.unwrap();
    }
    assert_eq!(file.all("SELECT count(*) || '' FROM notes"), ["0"]);
}

#[tokio::test]
async fn a_link_that_ignores_case_leads_to_nobody_elses_rows() {
    let file = file(
        "CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT, name TEXT);
         CREATE TABLE posts (id INTEGER PRIMARY KEY, author TEXT COLLATE NOCASE, body TEXT);
         INSERT INTO users VALUES ('Bob', 'ada@x.example', 'Ada'), ('bob', 'bob@x.example', 'Bob');
         INSERT INTO posts VALUES (1, 'Bob', 'of ada'), (2, 'bob', 'of bob');",
    );
    let posts = "place posts key id {\n owned by users through author\n person.phone at body\n on erasure delete\n}\n";
    let connector = file.connector(&format!("{USERS}{posts}"));
    let mut kept = Kept::default();
    connector.read(&[by_email("ada@x.example")], &mut kept).await.unwrap();
    assert_eq!(values(&kept, "posts", "body"), ["of ada"]);
    erase(connector.as_ref(), "ada@x.example").await;
    assert_eq!(file.all("SELECT body FROM posts"), ["of bob"]);
}

#[tokio::test]
async fn rows_that_a_trigger_keeps_are_not_told_as_erased() {
    let schema = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
         CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER, ship_to TEXT);
         INSERT INTO users VALUES (1, 'ada@x.example', 'Ada'); INSERT INTO orders VALUES (1, 1, 'Main Street 1');";
    let ignores = "CREATE TRIGGER keep BEFORE DELETE ON orders BEGIN SELECT RAISE(IGNORE); END;";
    let restores = "CREATE TRIGGER keep AFTER UPDATE ON orders BEGIN UPDATE orders SET ship_to = old.ship_to WHERE id = old.id; END;";
    for (trigger, erasure_is) in [(ignores, "delete"), (restores, "de-identify")] {
        let file = file(&format!("{schema}{trigger}"));
        let orders = format!(
            "place orders key id {{\n owned by users through user_id\n person.phone at ship_to\n on erasure {erasure_is}\n}}\n"
        );
        let connector = file.connector(&format!("{USERS}{orders}"));
        let error = connector.carry_out(&erasure(vec![by_email("ada@x.example")])).await.unwrap_err();
        assert!(matches!(&error, ConnectError::Refused { why } if why.contains("`orders`")), "{error}");
        assert_eq!(file.all("SELECT email || ship_to FROM users, orders"), ["ada@x.exampleMain Street 1"]);
    }
}

#[tokio::test]
async fn names_of_tables_are_names_whatever_stands_in_them() {
    let file = file(
        "CREATE TABLE \"main.users\" (id INTEGER PRIMARY KEY, \"e\"\"mail'\" TEXT);
         CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
         INSERT INTO \"main.users\" VALUES (1, 'ada@x.example'); INSERT INTO users VALUES (1, 'bob@x.example', 'Bob');",
    );
    let connector = file.connector(USERS);
    let found = traces(connector.as_ref(), "ada@x.example").await;
    assert_eq!((found.len(), found[0].place.as_str()), (1, "main.users"));
}
