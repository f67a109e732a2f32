//! PostgreSQL: a shop, by an account that may do what docs/systems.md gives it and nothing else.

use std::path::Path;

use candor_tests::{Person, PostgresServer, Server};
use serde_json::json;

use crate::support::{assert_clean, carried_out, corrected, done, rows, server, system};

const TABLES: &str = "
    CREATE TABLE customers (id int PRIMARY KEY, email text UNIQUE NOT NULL, number text UNIQUE, name text NOT NULL, phone text,
        frozen boolean NOT NULL DEFAULT false);
    CREATE TABLE addresses (customer int REFERENCES customers, kind text, street text NOT NULL, PRIMARY KEY (customer, kind));
    CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customers, cents int NOT NULL, note text);
    CREATE TABLE order_lines (order_id int REFERENCES orders, line int, cents int NOT NULL, gift_for text, PRIMARY KEY (order_id, line));
    CREATE TABLE invoices (id int PRIMARY KEY, customer_number text NOT NULL, billed_to text NOT NULL, cents int NOT NULL);
    INSERT INTO customers VALUES (1, 'Ada-q7391@people.example', 'C-7391', 'Ada-q7391', '+44 20 7946 0001'),
        (2, 'bob@people.example', 'C-2', 'Bob', NULL);
    INSERT INTO addresses VALUES (1, 'home', 'Square-q7391 12'), (1, 'work', 'Lane-q7391 1'), (2, 'home', 'Elsewhere 2');
    INSERT INTO orders VALUES (10, 1, 1200, 'ring twice q7391'), (11, 1, 300, NULL), (20, 2, 900, 'his');
    INSERT INTO order_lines VALUES (10, 1, 700, 'Grace-q7391'), (10, 2, 500, NULL), (11, 1, 300, NULL), (20, 1, 900, 'Hers');
    INSERT INTO invoices VALUES (1, 'C-7391', 'Ada-q7391', 1500), (2, 'C-2', 'Bob', 900);
    CREATE ROLE candor LOGIN PASSWORD 'of-candor';
    GRANT CONNECT, TEMPORARY ON DATABASE app TO candor;
    GRANT USAGE ON SCHEMA public TO candor;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO candor;
    GRANT UPDATE, DELETE ON customers, addresses TO candor;
    GRANT UPDATE ON orders, order_lines, invoices TO candor;";

fn world() -> (PostgresServer, Server, Person) {
    let database = PostgresServer::start();
    database.ask("app", TABLES);
    let variables = [("SHOP_DATABASE", database.address_of("candor", "of-candor"))];
    let server = server(Path::new("tests/tests/rights/shop.candor"), &variables);
    let account = json!({ "email": "ada-q7391@people.example", "name": "Ada-q7391" });
    let ada = server.person(&[("account", account)]);
    (database, server, ada)
}

/// Everything that is not Ada's.
fn of_bob(database: &PostgresServer) -> Vec<String> {
    database.ask(
        "app",
        "SELECT * FROM customers WHERE id = 2; SELECT * FROM addresses WHERE customer = 2; SELECT * FROM orders WHERE id = 20;
         SELECT * FROM order_lines WHERE order_id = 20; SELECT * FROM invoices WHERE id = 2",
    )
}

#[test]
fn every_right_of_a_customer_reaches_the_shop() {
    let (database, server, ada) = world();
    let bobs = of_bob(&database);

    let given = rows(&ada, "shop");
    let of = |place: &str| given.iter().filter(|row| row.starts_with(&format!("{place} "))).count();
    let counts = ["customers", "addresses", "orders", "order_lines", "invoices"].map(of);
    assert_eq!(counts, [1, 2, 2, 3, 1], "found by a number that only the shop knew: {given:#?}");
    let all = given.join("\n");
    assert!(all.contains("+44 20 7946 0001") && all.contains("Lane-q7391 1"), "{all}");
    assert!(!all.contains("bob@") && !all.contains("Elsewhere"), "{all}");

    let told = corrected(&server, &ada, "account", &json!({ "name": "Augusta-q7391" }));
    assert_eq!(done(&told, "shop"), ["customers corrected 1", "invoices corrected 1"]);
    assert_eq!(
        database.ask("app", "SELECT name, phone FROM customers WHERE id = 1"),
        ["Augusta-q7391|+44 20 7946 0001"]
    );

    let told = carried_out(&server, &ada, "restriction");
    assert!(done(&told, "shop").contains(&"customers restricted 1".to_owned()), "{told:#}");
    assert!(done(&told, "shop").iter().any(|line| line.starts_with("orders cannot_hold")), "{told:#}");
    assert_eq!(database.ask("app", "SELECT id FROM customers WHERE frozen"), ["1"]);
    ada.read("service", &["account.email"]).refused("restriction");

    let told = carried_out(&server, &ada, "erasure");
    assert_clean(&told, "shop");
    let expected = [
        "addresses deleted 2",
        "customers deleted 1",
        "invoices kept 1",
        "order_lines de_identified 3",
        "orders de_identified 2",
    ];
    assert_eq!(done(&told, "shop"), expected);
    let kept = system(&told, "shop")["search"]["found_in_what_is_kept"].to_string();
    assert!(kept.contains("invoices") && told.to_string().contains("HGB § 257"), "{told:#}");
    assert!(!told.to_string().contains("q7391"), "{told:#}");
    assert_eq!(
        database.ask("app", "SELECT id, customer, cents, note FROM orders WHERE id < 20 ORDER BY id"),
        ["10|-|1200|-", "11|-|300|-"]
    );
    assert_eq!(
        database.ask("app", "SELECT count(*), sum(cents) FROM order_lines WHERE order_id < 20 AND gift_for IS NULL"),
        ["3|1500"]
    );
    assert_eq!(of_bob(&database), bobs);
    ada.get("").problem(410, "subject.erased");
    assert_eq!(server.files_with("q7391"), [""; 0]);
}
