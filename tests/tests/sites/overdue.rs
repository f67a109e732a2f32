//! Rows that are over their time, in a real MariaDB: as in the other databases (`connect-sql/tests/overdue.rs`).

use std::sync::Arc;

use candor_tests::MariaDb;
use candor_words::Secret;

use super::rows::map;
use super::rows::overdue::{PLACES, SCHEMA, check};

#[test]
fn mariadb_ends_what_is_over_its_time() {
    let database = MariaDb::start();
    database.run("mysql", "CREATE DATABASE shop");
    database.run("shop", &SCHEMA.replace("MOMENT", "DATETIME"));
    database.grant("shop");
    let map = map("mariadb", PLACES);
    let address = Secret::new(database.address("shop"));
    let connector = candor_connect_sql::mariadb(Arc::clone(&map), &address).unwrap();
    let all = async |query: &str| database.run("shop", query).lines().map(str::to_owned).collect::<Vec<String>>();
    tokio::runtime::Runtime::new().unwrap().block_on(check(&*connector, &map, all));
}
