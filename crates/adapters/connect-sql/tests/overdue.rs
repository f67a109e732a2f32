//! Rows that are over their time, in SQLite and in PostgreSQL; MariaDB has its turn among the sites (`tests/tests/sites`).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

#[allow(dead_code)]
#[path = "../../../../tests/src/postgres.rs"]
mod server;

use std::sync::Arc;

use candor_places::{Concerned, Overdue, OverdueDid};
use candor_words::Secret;
use rusqlite::Connection;
use server::PostgresServer;
use support::map;
use support::overdue::{PLACES, SCHEMA, check, n, people, task};

#[tokio::test]
async fn sqlite_ends_what_is_over_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    let at = Connection::open(&file).unwrap();
    at.execute_batch(&SCHEMA.replace("MOMENT", "DATETIME")).unwrap();
    let map = map("sqlite", PLACES);
    let connector =
        candor_connect_sql::sqlite(Arc::clone(&map), &Secret::new(file.to_str().unwrap().to_owned())).unwrap();
    let all = async |query: &str| {
        let mut statement = at.prepare(query).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, rusqlite::types::Value>(0)).unwrap();
        let text = |value| match value {
            rusqlite::types::Value::Integer(it) => it.to_string(),
            rusqlite::types::Value::Text(it) => it,
            other => format!("{other:?}"),
        };
        rows.map(|row| text(row.unwrap())).collect()
    };
    check(&*connector, &map, all).await;
}

#[tokio::test]
async fn postgres_ends_what_is_over_its_time() {
    let server = PostgresServer::start();
    server.run(&SCHEMA.replace("MOMENT", "timestamptz")).await;
    let map = map("postgres", PLACES);
    let connector = candor_connect_sql::postgres(Arc::clone(&map), &Secret::new(server.address())).unwrap();
    let all = async |query: &str| server.rows(query).await;
    check(&*connector, &map, all).await;
}

#[tokio::test]
async fn a_database_says_which_rules_it_cannot_hold() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    let at = Connection::open(&file).unwrap();
    at.execute_batch(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, mail TEXT, other TEXT, said TEXT); INSERT INTO notes VALUES (1, 'ada@x.example', NULL, 'x');",
    )
    .unwrap();
    let places = "place notes key id {\n owned by subject through mail as person.email\n owned jointly by subject through other as person.email\n person.said at said\n on erasure delete\n }";
    let map = map("sqlite", places);
    let connector =
        candor_connect_sql::sqlite(Arc::clone(&map), &Secret::new(file.to_str().unwrap().to_owned())).unwrap();
    let told = connector.end_overdue(&task(&map, people())).await.unwrap();
    let cannot: Vec<&Overdue> = told.iter().filter(|it| it.did == OverdueDid::CannotHold).collect();
    assert_eq!(cannot.len(), 2, "{told:#?}");
    let several = cannot[0].because.as_ref().unwrap();
    assert!(several.contains("several owners") && several.contains("`last sign-in at COLUMN`"), "{several}");
    assert!(cannot[1].because.as_ref().unwrap().contains("`created at COLUMN`"));
    assert!(told.iter().all(|it| it.n_rows == 0), "{told:#?}");
}

#[tokio::test]
async fn dates_are_read_as_the_column_holds_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    let at = Connection::open(&file).unwrap();
    at.execute_batch(
        "CREATE TABLE visits (id INTEGER PRIMARY KEY, mail TEXT, phone TEXT, seen_at);
         INSERT INTO visits VALUES (1, 'a', 'x', 1577872800), (2, 'a', 'x', 1577872800000), (3, 'a', 'x', '2020-01-01T10:00:00Z'),
            (4, 'a', 'x', '2024-11-01'), (5, 'a', 'x', '2024-10-31'), (6, 'a', 'x', 0), (7, 'a', 'x', 'never'), (8, 'a', 'x', NULL),
            (9, 'a', 'x', '2026-11-01'), (10, 'a', 'x', 1900000000);",
    )
    .unwrap();
    let places = "place visits key id {\n owned by subject through mail as person.phone_name\n person.phone at phone\n created at seen_at\n on erasure de-identify\n }";
    let map = map("sqlite", &places.replace("person.phone_name", "person.email"));
    let connector =
        candor_connect_sql::sqlite(Arc::clone(&map), &Secret::new(file.to_str().unwrap().to_owned())).unwrap();
    let told = connector.end_overdue(&task(&map, Vec::new())).await.unwrap();
    assert_eq!(n(&told, "visits", OverdueDid::Emptied), 4, "{told:#?}");
    assert_eq!(n(&told, "visits", OverdueDid::Undated), 3);
    let mut statement = at.prepare("SELECT id FROM visits WHERE phone IS NULL ORDER BY id").unwrap();
    let ids: Vec<i64> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(ids, [1, 2, 3, 5]);
    let again = connector.preview_overdue(&task(&map, Vec::<Concerned>::new())).await.unwrap();
    assert_eq!(n(&again, "visits", OverdueDid::Emptied), 0);
}
