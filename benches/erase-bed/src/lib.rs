//! A shop in ten tables on a real PostgreSQL that syncs to disk, and an erasure in it written by hand.

#[allow(dead_code)]
#[path = "../../../tests/src/postgres.rs"]
mod postgres;

use std::sync::Arc;

use candor_connect::Connector;
use candor_manifest::Source;
use candor_places::{Act, Identifier, Person, SystemMap, Task};
use candor_words::Secret;

pub use postgres::PostgresServer;

/// Durable, as in production.
const SETTINGS: &str = "fsync = on\nfull_page_writes = on\nshared_buffers = 256MB\nmax_wal_size = 4GB\n";

/// Every reference has an index, and so has the address as it is looked up.
pub const SCHEMA: &str = "
    CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL, name text NOT NULL);
    CREATE UNIQUE INDEX ON users (lower(email));
    CREATE TABLE profiles (user_id bigint PRIMARY KEY REFERENCES users, phone text);
    CREATE TABLE addresses (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, street text);
    CREATE TABLE carts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL REFERENCES users);
    CREATE TABLE cart_items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, cart_id bigint NOT NULL REFERENCES carts, n int NOT NULL);
    CREATE TABLE messages (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, body text);
    CREATE TABLE sessions (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, agent text);
    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint REFERENCES users, ship_to text, total int NOT NULL);
    CREATE TABLE order_lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders, note text, price int NOT NULL);
    CREATE TABLE reviews (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint REFERENCES users, signed text, stars int NOT NULL);
    CREATE INDEX ON addresses (user_id); CREATE INDEX ON carts (user_id); CREATE INDEX ON cart_items (cart_id);
    CREATE INDEX ON messages (user_id); CREATE INDEX ON sessions (user_id); CREATE INDEX ON orders (user_id);
    CREATE INDEX ON order_lines (order_id); CREATE INDEX ON reviews (user_id);";

/// What the shop declares.
pub const POLICY: &str = include_str!("shop.candor");

/// How many rows a person has in each table.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    pub addresses: usize,
    pub carts: usize,
    pub items: usize,
    pub messages: usize,
    pub sessions: usize,
    pub orders: usize,
    pub lines: usize,
    pub reviews: usize,
}

/// A hundred rows in ten tables.
pub const HUNDRED: Rows =
    Rows { addresses: 3, carts: 2, items: 10, messages: 13, sessions: 10, orders: 10, lines: 3, reviews: 10 };
/// Twenty rows in ten tables.
pub const TWENTY: Rows =
    Rows { addresses: 1, carts: 1, items: 2, messages: 3, sessions: 2, orders: 2, lines: 3, reviews: 2 };

/// A running server with the shop in its database.
pub async fn shop() -> PostgresServer {
    let server = PostgresServer::start_with(SETTINGS);
    server.run(SCHEMA).await;
    server
}

/// Statements that add the people of these numbers.
pub fn people(from: usize, to: usize, rows: Rows) -> String {
    let whose = format!(
        "FROM users u CROSS JOIN LATERAL generate_series(1, $n) WHERE u.email IN (SELECT 'P' || n || '@shop.example' FROM generate_series({from}, {to}) n)"
    );
    let whose = |n: usize| whose.replace("$n", &n.to_string());
    format!(
        "INSERT INTO users (email, name) SELECT 'P' || n || '@shop.example', 'Person ' || n FROM generate_series({from}, {to}) n;
         INSERT INTO profiles SELECT u.id, '+49 30 ' || u.id {};
         INSERT INTO addresses (user_id, street) SELECT u.id, 'Street ' || u.id {};
         INSERT INTO carts (user_id) SELECT u.id {};
         INSERT INTO cart_items (cart_id, n) SELECT c.id, 1 FROM carts c JOIN users u ON u.id = c.user_id CROSS JOIN generate_series(1, {}) WHERE u.id IN (SELECT u.id {});
         INSERT INTO messages (user_id, body) SELECT u.id, 'I ordered it two weeks ago and have not heard of it since' {};
         INSERT INTO sessions (user_id, agent) SELECT u.id, 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' {};
         INSERT INTO orders (user_id, ship_to, total) SELECT u.id, 'Person, Street ' || u.id, 10 {};
         INSERT INTO order_lines (order_id, note, price) SELECT o.id, 'as a gift', 5 FROM orders o CROSS JOIN generate_series(1, {}) WHERE o.user_id IN (SELECT u.id {});
         INSERT INTO reviews (user_id, signed, stars) SELECT u.id, 'Person ' || u.id, 5 {};",
        whose(1), whose(rows.addresses), whose(rows.carts), rows.items, whose(1), whose(rows.messages), whose(rows.sessions),
        whose(rows.orders), rows.lines, whose(1), whose(rows.reviews)
    )
}

/// The address of the nth person, not as the table writes it.
pub fn email(n: usize) -> String {
    format!("p{n}@shop.example")
}

/// A connector to a database of the server.
pub fn connector(server: &PostgresServer, database: &str) -> Arc<dyn Connector> {
    let source = Source { path: "shop.candor".into(), text: POLICY.into() };
    let checked = candor_manifest::check(&[source]).unwrap_or_else(|found| panic!("{found:#?}"));
    let map = Arc::new(SystemMap::of(&checked.manifest, &checked.manifest.systems[0]));
    candor_connect_sql::postgres(map, &Secret::new(address(server, database))).expect("an address")
}

/// Where a database of the server is.
pub fn address(server: &PostgresServer, database: &str) -> String {
    server.address().replace("/app", &format!("/{database}"))
}

/// The erasure of these people.
pub fn erasure(numbers: std::ops::Range<usize>) -> Task {
    Task { act: Act::Erase, people: someone(numbers) }
}

/// These people.
pub fn someone(numbers: std::ops::Range<usize>) -> Vec<Person> {
    let one = |n| Identifier { field: "person.email".into(), value: Secret::new(email(n)) };
    numbers.map(|n| Person { identifiers: vec![one(n)] }).collect()
}

/// What stands in the shop, counted: the same after either way.
pub async fn counted(client: &tokio_postgres::Client) -> String {
    let tables = ["users", "profiles", "addresses", "carts", "cart_items", "messages", "sessions"];
    let mut counts: Vec<String> = tables.iter().map(|table| format!("(SELECT count(*) FROM {table})")).collect();
    counts.push("(SELECT count(*) FROM orders WHERE ship_to IS NULL AND user_id IS NULL)".into());
    counts.push("(SELECT count(*) FROM order_lines WHERE note IS NULL)".into());
    counts.push("(SELECT count(*) FROM reviews WHERE signed IS NULL AND user_id IS NULL)".into());
    let row = client.query_one(&format!("SELECT concat_ws(' ', {})", counts.join(", ")), &[]).await.expect("counts");
    row.get(0)
}

/// A connection to a database of the server.
pub async fn connection(server: &PostgresServer, database: &str) -> tokio_postgres::Client {
    let (client, connection) =
        tokio_postgres::connect(&address(server, database), tokio_postgres::NoTls).await.expect("a connection");
    tokio::spawn(async move {
        let _ = connection.await;
    });
    client
}
