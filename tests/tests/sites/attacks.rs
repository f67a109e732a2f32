//! A MariaDB that compares loosely, is set up to read quotes otherwise, has tables named to confuse, and undoes what it is told.

use std::sync::Arc;

use candor_connect::{ConnectError, Connector};
use candor_connect_sql::mariadb;
use candor_tests::MariaDb;
use candor_words::Secret;

use super::rows::{by_email, erase, erasure, map, person, traces};

const USERS: &str = "place users key id {\n owned by subject through email as person.email\n person.name at name\n on erasure delete\n}\n";

fn database(tables: &str) -> MariaDb {
    let database = MariaDb::start();
    database.run("mysql", "create database app character set utf8mb4 collate utf8mb4_general_ci");
    database.run("app", tables);
    database.grant("app");
    database
}

fn connector(database: &MariaDb, places: &str) -> Arc<dyn Connector> {
    mariadb(map("mariadb", places), &Secret::new(database.address("app"))).unwrap()
}

#[tokio::test]
async fn a_collation_that_ignores_accents_gives_nobody_elses_rows_away() {
    let database = database(
        "create table users (id int primary key, email varchar(100), name varchar(50)) collate utf8mb4_unicode_ci;
         create table notes (id int primary key, n int);
         insert into users values (1, 'strasse@x.example', 'A'), (2, 'straße@x.example', 'B'), (3, 'strässe@x.example', 'C'),
             (4, 'STRASSE@x.example', 'D'), (5, 'ｓtrasse@x.example', 'E');
         insert into notes values (1, 12), (2, 1000);",
    );
    let notes = "place notes key id {\n owned by subject through n as person.number\n on erasure delete\n}\n";
    let connector = connector(&database, &format!("{USERS}{notes}"));
    erase(connector.as_ref(), "strasse@x.example").await;
    assert_eq!(database.run("app", "select group_concat(name order by id) from users"), "B,C,E");
    for number in ["12\n", "1e3", "12.0", "0x0c", "12 or 1=1"] {
        connector.carry_out(&erasure(vec![person(&[("number", number)])])).await.unwrap();
    }
    assert_eq!(database.run("app", "select count(*) from notes"), "2");
    connector.carry_out(&erasure(vec![person(&[("number", "12")])])).await.unwrap();
    assert_eq!(database.run("app", "select group_concat(n) from notes"), "1000");
}

#[tokio::test]
async fn values_are_values_however_the_server_reads_quotes() {
    let database = database(
        "create table users (id int primary key, email varchar(100), name varchar(50));
         set global sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT';
         insert into users values (1, 0x615c27, 'A'), (2, 0x22206f7220313d31202d2d20, 'B'), (3, '%', 'C'), (4, 'x', 'D');",
    );
    let connector = connector(&database, USERS);
    for (email, left) in [("\" or 1=1 -- ", "A,C,D"), ("%", "A,D"), ("a\\'", "D")] {
        erase(connector.as_ref(), email).await;
        assert_eq!(database.run("app", "select group_concat(name order by id) from users"), left, "{email}");
        assert_eq!(traces(connector.as_ref(), email).await, []);
    }
    erase(connector.as_ref(), "\\' or 1=1 -- ").await;
    assert_eq!(database.run("app", "select count(*) from users"), "1");
}

#[tokio::test]
async fn a_table_named_like_one_of_another_database_is_a_table_of_this_one() {
    let database = database(
        "create table users (id int primary key, email varchar(100), name varchar(50));
         create table `other.users` (id int primary key, email varchar(100));
         insert into `other.users` values (1, 'ada@x.example');",
    );
    database.run("mysql", "create database other");
    database.run(
        "other",
        "create table users (id int primary key, email varchar(100)); insert into users values (1, 'bob@x.example')",
    );
    database.grant("other");
    let connector = connector(&database, USERS);
    let found = traces(connector.as_ref(), "ada@x.example").await;
    assert_eq!(found.iter().map(|trace| trace.place.as_str()).collect::<Vec<_>>(), ["other.users"]);
    assert_eq!(traces(connector.as_ref(), "bob@x.example").await, [], "another database is nobody's business here");
}

#[tokio::test]
async fn columns_that_a_trigger_restores_are_not_told_as_emptied() {
    let database = database(
        "create table users (id int primary key, email varchar(100), name varchar(50)) engine InnoDB;
         create table orders (id int primary key, user_id int, ship_to varchar(100)) engine InnoDB;
         create trigger keep before update on orders for each row set new.ship_to = old.ship_to;
         insert into users values (1, 'ada@x.example', 'Ada'); insert into orders values (1, 1, 'Main Street 1');",
    );
    let orders = "place orders key id {\n owned by users through user_id\n person.phone at ship_to\n on erasure de-identify\n}\n";
    let connector = connector(&database, &format!("{USERS}{orders}"));
    let error = connector.carry_out(&erasure(vec![by_email("ada@x.example")])).await.unwrap_err();
    assert!(matches!(&error, ConnectError::Refused { why } if why.contains("`orders`")), "{error}");
    assert_eq!(database.run("app", "select count(*) from users"), "1", "all of it or nothing");
}

#[tokio::test]
async fn a_table_that_the_account_is_not_shown_is_not_passed_over() {
    let database = database(
        "create table users (id int primary key, email varchar(100), name varchar(50));
         create table plugin_log (line text); insert into plugin_log values ('login of ada@x.example');",
    );
    let connector = connector(&database, USERS);
    assert_eq!(traces(connector.as_ref(), "ada@x.example").await.len(), 1);
    let table_by_table = "revoke all privileges on app.* from 'candor'@'127.0.0.1';
        grant create temporary tables on app.* to 'candor'@'127.0.0.1'; grant select, delete on app.users to 'candor'@'127.0.0.1'";
    database.run("mysql", table_by_table);
    let error = connector.search(&[by_email("ada@x.example")]).await.unwrap_err();
    assert!(matches!(&error, ConnectError::PrivilegeMissing { what } if what.contains("every table")), "{error}");
}
