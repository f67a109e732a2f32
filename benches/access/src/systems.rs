//! Five systems that hold the same shop.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bench_erase_bed::{HUNDRED, PostgresServer, SCHEMA, address, people, shop};
use candor_connect::{ConnectError, Connector, Connectors};
use candor_manifest::model::SystemKind;
use candor_manifest::{Source, check};
use candor_places::SystemMap;
use candor_rights::{Addresses, Rights, RightsParts, STEP_WAIT};
use candor_vault::Vault;
use candor_words::Secret;

const SHOP: &str = include_str!("../../erase-bed/src/shop.candor");
/// The databases of the server; the last one has the large table.
const DATABASES: [&str; 3] = ["app", "second", "slow"];
const FILES: [&str; 2] = ["first_file", "second_file"];
/// The systems while they run.
pub struct Systems {
    server: PostgresServer,
    folder: PathBuf,
}

impl Systems {
    /// Fills all of them: the person and so many others; one has so many rows besides in a table without an index.
    pub async fn filled(folder: &Path, others: usize, large: usize) -> Self {
        let server = shop().await;
        for name in DATABASES.into_iter().skip(1) {
            server.run(&format!("CREATE DATABASE {name}")).await;
            bench_erase_bed::connection(&server, name).await.batch_execute(SCHEMA).await.expect("the tables");
        }
        for name in DATABASES {
            let client = bench_erase_bed::connection(&server, name).await;
            client.batch_execute(&people(1, others + 1, HUNDRED)).await.expect("people");
            if name == "slow" {
                let fill = format!(
                    "DROP INDEX sessions_user_id_idx;
                     INSERT INTO sessions (user_id, agent) SELECT 2, 'Mozilla/5.0' FROM generate_series(1, {large})"
                );
                client.batch_execute(&fill).await.expect("a large table");
            }
            client.batch_execute("VACUUM ANALYZE").await.expect("statistics");
        }
        let systems = Self { server, folder: folder.to_owned() };
        for name in FILES {
            systems.fill_file(name, others);
        }
        systems
    }

    /// The same tables and rows in a file.
    fn fill_file(&self, name: &str, others: usize) {
        let file = rusqlite::Connection::open(self.file(name)).expect("a file");
        let n = others + 1;
        let number = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n})");
        let of = |table: &str, columns: &str, values: &str, times: usize| {
            format!(
                "INSERT INTO {table} ({columns}) WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < {times})
                 SELECT {values} FROM users u CROSS JOIN t;"
            )
        };
        let rows = HUNDRED;
        let text = [
            "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE COLLATE NOCASE NOT NULL, name TEXT NOT NULL);
             CREATE TABLE profiles (user_id INTEGER PRIMARY KEY REFERENCES users, phone TEXT);
             CREATE TABLE addresses (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, street TEXT);
             CREATE TABLE carts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users);
             CREATE TABLE cart_items (id INTEGER PRIMARY KEY, cart_id INTEGER NOT NULL REFERENCES carts, n INTEGER NOT NULL);
             CREATE TABLE messages (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, body TEXT);
             CREATE TABLE sessions (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, agent TEXT);
             CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, ship_to TEXT, total INTEGER NOT NULL);
             CREATE TABLE order_lines (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders, note TEXT, price INTEGER NOT NULL);
             CREATE TABLE reviews (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, signed TEXT, stars INTEGER NOT NULL);
             BEGIN;"
                .to_owned(),
            format!("INSERT INTO users {number} SELECT i, 'p' || i || '@shop.example', 'Person ' || i FROM n;"),
            of("profiles", "user_id, phone", "u.id, '+49 30 ' || u.id", 1),
            of("addresses", "user_id, street", "u.id, 'Street ' || u.id", rows.addresses),
            of("carts", "user_id", "u.id", rows.carts),
            format!(
                "INSERT INTO cart_items (cart_id, n) WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < {})
                 SELECT c.id, 1 FROM carts c CROSS JOIN t;",
                rows.items
            ),
            of("messages", "user_id, body", "u.id, 'I ordered it two weeks ago and have not heard of it since'", rows.messages),
            of("sessions", "user_id, agent", "u.id, 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0)'", rows.sessions),
            of("orders", "user_id, ship_to, total", "u.id, 'Person, Street ' || u.id, 10", rows.orders),
            format!(
                "INSERT INTO order_lines (order_id, note, price) WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < {})
                 SELECT o.id, 'as a gift', 5 FROM orders o CROSS JOIN t;",
                rows.lines
            ),
            of("reviews", "user_id, signed, stars", "u.id, 'Person ' || u.id, 5", rows.reviews),
            "COMMIT;
             CREATE INDEX a ON addresses (user_id); CREATE INDEX b ON carts (user_id); CREATE INDEX c ON cart_items (cart_id);
             CREATE INDEX d ON messages (user_id); CREATE INDEX e ON sessions (user_id); CREATE INDEX f ON orders (user_id);
             CREATE INDEX g ON order_lines (order_id); CREATE INDEX h ON reviews (user_id); ANALYZE;"
                .to_owned(),
        ];
        file.execute_batch(&text.concat()).expect("the tables");
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.db"))
    }

    /// The shop's policy with five systems in it.
    pub fn policy(&self) -> String {
        let (head, system) = SHOP.split_at(SHOP.find("system shop").expect("a system"));
        let system = |name: &str, kind: &str| {
            let head = format!("system {name} \"The shop\" is {kind} at env {}", name.to_uppercase());
            system.replace("system shop \"The shop\" is postgres at env SHOP_DATABASE", &head)
        };
        let databases = DATABASES.map(|name| system(name, "postgres"));
        [head.to_owned(), databases.concat(), FILES.map(|name| system(name, "sqlite")).concat()].concat()
    }

    /// Lets the vault reach them.
    pub fn rights(&self, vault: &Arc<Vault>) -> Arc<Rights> {
        let connectors: Vec<(SystemKind, Arc<dyn Connectors>)> =
            vec![(SystemKind::Postgres, Arc::new(Sql)), (SystemKind::Sqlite, Arc::new(Sql))];
        let addresses = Arc::new(Known(self.addresses()));
        Rights::open(RightsParts { vault: Arc::clone(vault), connectors, addresses, step_wait: STEP_WAIT })
    }

    /// A connector to each, by name.
    pub async fn connectors(&self) -> Vec<(String, Arc<dyn Connector>)> {
        let source = Source { path: "policy.candor".into(), text: self.policy() };
        let manifest = check(&[source]).unwrap_or_else(|found| panic!("{found:#?}")).manifest;
        let mut connectors = Vec::new();
        for (system, (_, address)) in manifest.systems.iter().zip(self.addresses()) {
            let map = Arc::new(SystemMap::of(&manifest, system));
            let connector = Sql.connect(map, &Secret::new(address)).await.expect("a connector");
            connectors.push((system.name.clone(), connector));
        }
        connectors
    }

    fn addresses(&self) -> Vec<(String, String)> {
        let databases = DATABASES.map(|name| (name.to_uppercase(), address(&self.server, name)));
        let files = FILES.map(|name| (name.to_uppercase(), self.file(name).display().to_string()));
        databases.into_iter().chain(files).collect()
    }
}

struct Known(Vec<(String, String)>);

impl Addresses for Known {
    fn address(&self, _: &str, env: &str) -> Option<Secret<String>> {
        self.0.iter().find(|(name, _)| name == env).map(|(_, address)| Secret::new(address.clone()))
    }

    fn may_lead_to(&self, _: &str, _: &str) -> bool {
        false
    }
}

struct Sql;

#[async_trait]
impl Connectors for Sql {
    async fn connect(&self, map: Arc<SystemMap>, address: &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError> {
        if address.expose().starts_with("postgres") {
            candor_connect_sql::postgres(map, address)
        } else {
            candor_connect_sql::sqlite(map, address)
        }
    }
}
