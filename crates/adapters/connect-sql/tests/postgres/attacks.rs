//! Databases that compare as they like, say yes and do nothing, or are named to confuse.

use candor_connect::ConnectError;
use candor_places::Did;

use crate::connector;
use crate::server::PostgresServer;
use crate::support::*;

const USERS: &str = "place users key id {\n owned by subject through email as person.email\n person.name at name\n on erasure delete\n}\n";

#[tokio::test]
async fn a_column_that_ignores_accents_gives_nobody_elses_rows_away() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
             CREATE TABLE users (id int PRIMARY KEY, email text COLLATE loose NOT NULL, name text COLLATE \"C\", town text COLLATE \"POSIX\");
             CREATE TABLE lists (id int PRIMARY KEY, members text[] COLLATE loose NOT NULL);
             INSERT INTO users VALUES (1, 'jose@x.example', 'a', 'b'), (2, 'josé@x.example', 'c', 'd'), (3, 'JOSE@X.example', NULL, NULL);
             INSERT INTO lists VALUES (1, '{jose@x.example}'), (2, '{josé@x.example}'), (3, '{josé@x.example,jose@x.example}');",
        )
        .await;
    let lists = "place lists key id {\n owned by subject through members as person.email\n on erasure delete\n}\n";
    let connector = connector(&server, &format!("{USERS}{lists}"));
    let mut kept = Kept::default();
    connector.read(&[by_email("jose@x.example")], &mut kept).await.unwrap();
    assert!(!values(&kept, "users", "email").contains(&"josé@x.example".to_owned()), "another person's row was shown");
    let report = erase(connector.as_ref(), "jose@x.example").await;
    assert_eq!(rows(&report, "users", Did::Deleted), 2);
    assert_eq!(server.rows("SELECT id || name FROM users").await, ["2c"], "another person's row went");
    assert_eq!(
        server.rows("SELECT id || ' ' || members::text FROM lists ORDER BY id").await,
        ["2 {josé@x.example}", "3 {josé@x.example}"]
    );
    assert_eq!(traces(connector.as_ref(), "jose@x.example").await, [], "columns of several collations are searched");
    assert_eq!(traces(connector.as_ref(), "josé@x.example").await.len(), 2);
}

/// Orders of Ada, of which the database keeps something though it is told to let them go.
async fn with_orders(further: &str) -> PostgresServer {
    let server = PostgresServer::start();
    server
        .run(&format!(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text);
             CREATE TABLE orders (id int PRIMARY KEY, user_id int, ship_to text, gone_at timestamptz);
             INSERT INTO users VALUES (1, 'ada@x.example', 'Ada'), (2, 'bob@x.example', 'Bob');
             INSERT INTO orders VALUES (1, 1, 'Main Street 1'), (2, 2, 'Side Street 2');
             {further}"
        ))
        .await;
    server
}

fn orders(erasure: &str) -> String {
    format!(
        "{USERS}place orders key id {{\n owned by users through user_id\n person.phone at ship_to\n on erasure {erasure}\n}}\n"
    )
}

async fn refuses(server: &PostgresServer, places: &str) {
    let connector = connector(server, places);
    for n_people in [1, 2] {
        let people = ["ada@x.example", "bob@x.example"].into_iter().take(n_people).map(by_email).collect();
        let error = connector.carry_out(&erasure(people)).await.unwrap_err();
        assert!(matches!(&error, ConnectError::Refused { why } if why.contains("`orders`")), "{error}");
    }
    assert_eq!(server.rows("SELECT count(*) FROM users").await, ["2"], "what cannot be done whole is not begun");
    assert_eq!(server.rows("SELECT ship_to FROM orders WHERE user_id = 1").await, ["Main Street 1"]);
}

#[tokio::test]
async fn rows_that_a_trigger_keeps_are_not_told_as_erased() {
    // What many applications do instead of deleting.
    let server = with_orders(
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             UPDATE orders SET gone_at = now() WHERE id = OLD.id; RETURN NULL; END $$;
         CREATE TRIGGER keep BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION keep();",
    )
    .await;
    refuses(&server, &orders("delete")).await;
}

#[tokio::test]
async fn columns_that_a_trigger_restores_are_not_told_as_emptied() {
    let server = with_orders(
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.ship_to := OLD.ship_to; RETURN NEW; END $$;
         CREATE TRIGGER keep BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION keep();",
    )
    .await;
    refuses(&server, &orders("de-identify")).await;
}

#[tokio::test]
async fn a_text_that_must_be_there_and_is_restored_is_not_told_as_emptied() {
    let server = with_orders(
        "ALTER TABLE orders ALTER ship_to SET NOT NULL;
         CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.ship_to := OLD.ship_to; RETURN NEW; END $$;
         CREATE TRIGGER keep BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION keep();",
    )
    .await;
    refuses(&server, &orders("de-identify")).await;
}

#[tokio::test]
async fn rows_that_a_rule_keeps_are_not_told_as_erased_even_one_that_came_since() {
    let server = with_orders("").await;
    let places = orders("delete");
    let connector = connector(&server, &places);
    connector.preview(&erasure(vec![by_email("ada@x.example")])).await.unwrap();
    server.run("CREATE RULE keep AS ON DELETE TO orders DO INSTEAD NOTHING").await;
    let error = connector.carry_out(&erasure(vec![by_email("ada@x.example")])).await.unwrap_err();
    assert!(matches!(&error, ConnectError::Refused { why } if why.contains("`orders`")), "{error}");
    refuses(&server, &places).await;
}

#[tokio::test]
async fn a_trigger_of_one_partition_is_seen() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text);
             CREATE TABLE orders (id int, user_id int, ship_to text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
             CREATE TABLE orders_old PARTITION OF orders FOR VALUES FROM (0) TO (100);
             CREATE TABLE orders_new PARTITION OF orders FOR VALUES FROM (100) TO (200);
             INSERT INTO users VALUES (1, 'ada@x.example', 'Ada'), (2, 'bob@x.example', 'Bob');
             INSERT INTO orders VALUES (1, 1, 'Main Street 1'), (101, 2, 'Side Street 2');
             CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
             CREATE TRIGGER keep BEFORE DELETE ON orders_old FOR EACH ROW EXECUTE FUNCTION keep();",
        )
        .await;
    refuses(&server, &orders("delete")).await;
}

#[tokio::test]
async fn a_trigger_that_only_notes_the_time_is_in_nobodys_way() {
    let server = with_orders(
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.gone_at := now(); RETURN NEW; END $$;
         CREATE TRIGGER note BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note();",
    )
    .await;
    let connector = connector(&server, &orders("de-identify"));
    let report = erase(connector.as_ref(), "ada@x.example").await;
    assert_eq!(rows(&report, "orders", Did::DeIdentified), 1);
    assert_eq!(server.rows("SELECT coalesce(ship_to, '-') FROM orders ORDER BY id").await, ["-", "Side Street 2"]);
}

#[tokio::test]
async fn names_of_tables_and_columns_are_names_whatever_stands_in_them() {
    let server = PostgresServer::start();
    let long = "x".repeat(63);
    server
        .run(&format!(
            "CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY, email text);
             CREATE TABLE \"app.users\" (id int PRIMARY KEY, email text);
             CREATE TABLE \"it's; DROP TABLE x --\" (\"a\"\"b'c\n\" text, \"{long}\" text, \"ключ$1\" text);
             INSERT INTO app.users VALUES (1, 'ada@x.example');
             INSERT INTO \"app.users\" VALUES (1, 'bob@x.example');
             INSERT INTO \"it's; DROP TABLE x --\" VALUES ('ada@x.example', 'ada@x.example', 'ada@x.example');"
        ))
        .await;
    let connector = connector(
        &server,
        "place app.users key id {\n owned by subject through email as person.email\n on erasure delete\n}\n",
    );
    let found = traces(connector.as_ref(), "ada@x.example").await;
    let columns: Vec<&str> = found.iter().map(|trace| trace.column.as_str()).collect();
    assert_eq!(columns, ["email", "a\"b'c\n", &long, "ключ$1"], "{found:?}");
    let found = traces(connector.as_ref(), "bob@x.example").await;
    assert_eq!(found.len(), 1, "each table is looked through, whichever has a dot in its name: {found:?}");
    let report = erase(connector.as_ref(), "bob@x.example").await;
    assert_eq!(rows(&report, "app.users", Did::Deleted), 0, "`app.users` is the table of the schema `app`");
    erase(connector.as_ref(), "ada@x.example").await;
    assert_eq!(server.rows("SELECT email FROM \"app.users\"").await, ["bob@x.example"]);
    assert_eq!(server.rows("SELECT count(*) FROM app.users").await, ["0"]);
}

#[tokio::test]
async fn identifiers_are_values_whatever_stands_in_them() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text);
             CREATE TABLE notes (id bigint PRIMARY KEY, n bigint, line text);
             INSERT INTO users VALUES (1, 'a%', 'A'), (2, 'ab', 'B'), (3, 'a_', 'C'), (4, '''; DELETE FROM users; --', 'D'), (5, E'\\\\', 'E');
             INSERT INTO notes VALUES (1, 12, 'x'), (2, 1000, 'y');",
        )
        .await;
    let notes = "place notes key id {\n owned by subject through n as person.number\n on erasure delete\n}\n";
    let connector = connector(&server, &format!("{USERS}{notes}"));
    for (email, left) in [("a%", 4), ("a_", 3), ("'; DELETE FROM users; --", 2), ("\\", 1)] {
        erase(connector.as_ref(), email).await;
        assert_eq!(server.rows("SELECT count(*) FROM users").await, [left.to_string()], "{email}");
        traces(connector.as_ref(), email).await;
    }
    // What ends in a zero byte names nobody, and breaks nothing.
    for value in ["ab\0", "%", "_b", "ab\u{301}", "ａｂ"] {
        erase(connector.as_ref(), value).await;
    }
    for number in ["1e3", "12\n", "12.0", "0x0c", " 12", "٠١٢", "12 OR 1=1", "9".repeat(400).as_str()] {
        connector.carry_out(&erasure(vec![person(&[("number", number)])])).await.unwrap();
    }
    assert_eq!(server.rows("SELECT count(*) FROM users").await, ["1"]);
    assert_eq!(server.rows("SELECT count(*) FROM notes").await, ["2"]);
}
