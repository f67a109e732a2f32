//! What the faults happen to: two databases of one PostgreSQL, each behind a sluice, and a server that reaches both.

use std::path::Path;
use std::time::{Duration, Instant};

use candor_tests::{Person, PostgresServer, Server, Sluice};
use serde_json::{Value, json};

use crate::support::{assert_clean, opened, server, system, told};

const SHOP: &str = "
    CREATE TABLE customers (id serial PRIMARY KEY, email text UNIQUE NOT NULL, name text NOT NULL);
    INSERT INTO customers (email, name) VALUES ('bob@people.example', 'Bob');";
const FORUM: &str = "
    CREATE TABLE members (id serial PRIMARY KEY, email text UNIQUE, shown_as text NOT NULL);
    CREATE TABLE posts (id serial PRIMARY KEY, author int NOT NULL REFERENCES members, body text, stars int NOT NULL);
    INSERT INTO members (email, shown_as) VALUES ('bob@people.example', 'Bob');
    INSERT INTO posts (author, body, stars) VALUES (1, 'his', 3);";
/// How long something is waited for; longer than the lease of a job whose server was killed.
const WAIT: Duration = Duration::from_secs(150);

/// The two systems and their server.
pub(crate) struct Pair {
    pub(crate) server: Server,
    pub(crate) database: PostgresServer,
    pub(crate) shop: Sluice,
    pub(crate) forum: Sluice,
}

/// Somebody who is a customer and a member.
pub(crate) struct Somebody {
    pub(crate) person: Person,
    /// What stands in each of their values.
    mark: String,
}

impl Pair {
    pub(crate) fn start() -> Self {
        let database = PostgresServer::start();
        database.ask("app", SHOP);
        database.ask("app", "CREATE DATABASE forum");
        database.ask("forum", FORUM);
        let (shop, forum) = (Sluice::before(database.port()), Sluice::before(database.port()));
        let variables = [
            ("SHOP_DATABASE", database.address_by(shop.port(), "app")),
            ("FORUM_DATABASE", database.address_by(forum.port(), "forum")),
        ];
        let server = server(Path::new("tests/tests/rights/pair.candor"), &variables);
        Self { server, database, shop, forum }
    }

    /// Somebody whom the vault and both systems know.
    pub(crate) fn somebody(&self, name: &str) -> Somebody {
        let mark = format!("{name}-q7391");
        self.put(&mark);
        let account = json!({ "email": format!("{mark}@people.example"), "name": mark });
        Somebody { person: self.server.person(&[("account", account)]), mark }
    }

    fn put(&self, mark: &str) {
        let values = format!("VALUES ('{mark}@people.example', '{mark}')");
        self.database.ask("app", &format!("INSERT INTO customers (email, name) {values}"));
        let member = format!("INSERT INTO members (email, shown_as) {values} RETURNING id");
        let post = format!(
            "WITH own AS ({member}) INSERT INTO posts (author, body, stars) SELECT id, 'of {mark}', 5 FROM own"
        );
        self.database.ask("forum", &post);
    }

    /// A request that was planned while everything worked: approving it asks no system anything. Its address.
    #[track_caller]
    pub(crate) fn planned(&self, somebody: &Somebody, right: &str) -> String {
        let request = format!("/v1/requests/{}", opened(&self.server, &somebody.person, right));
        let planned = self.server.post(&format!("{request}/plan"), &json!({})).json(200);
        assert_eq!(planned["state"], "planned", "{planned:#}");
        request
    }

    /// Has it carried out, and does not wait.
    #[track_caller]
    pub(crate) fn approve(&self, request: &str) {
        self.server.post(&format!("{request}/approve"), &json!({})).json(200);
    }

    /// The steps of a request once something is so.
    #[track_caller]
    pub(crate) fn once(&self, request: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + WAIT;
        loop {
            let steps = self.server.get(&format!("{request}/steps")).json(200);
            if is_so(&steps) {
                return steps;
            }
            assert!(Instant::now() < until, "{steps:#}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Has the shop erase somebody and nobody hear of it.
    pub(crate) fn lose_what_the_shop_did(&self, somebody: &Somebody) {
        let is_gone = format!("SELECT count(*) FROM customers WHERE name = '{}'", somebody.mark);
        let asking = self.database.asking("app", &is_gone);
        self.shop.lose_the_answer_once(move || asking() == ["0"]);
    }

    /// The same with the forum.
    pub(crate) fn lose_what_the_forum_did(&self, somebody: &Somebody) {
        let is_gone = format!("SELECT count(*) FROM members WHERE shown_as = '{}'", somebody.mark);
        let asking = self.database.asking("forum", &is_gone);
        self.forum.lose_the_answer_once(move || asking() == ["0"]);
    }

    /// Has a system search for somebody, and nobody hear what it found.
    pub(crate) fn lose_what_is_found(&self, sluice: &Sluice, request: &str, system: &'static str) {
        let (server, steps) = (self.server.clone(), format!("{request}/steps"));
        sluice.lose_the_answer_once(move || step(&server.get(&steps).json(200), system)["state"] == "searching");
    }

    pub(crate) fn count(&self, database: &str, question: &str) -> u64 {
        self.database.ask(database, question)[0].parse().unwrap()
    }

    /// That an erasure is answered, nothing is left of somebody anywhere, nobody else lost anything, and the receipt says what
    /// was so. It gives how many rows the shop said were deleted, over every time it answered.
    #[track_caller]
    pub(crate) fn assert_erased(&self, request: &str, somebody: &Somebody) -> u64 {
        self.server.steps_until(request, "answered");
        let mark = &somebody.mark;
        assert_eq!(self.count("app", &format!("SELECT count(*) FROM customers c WHERE c::text LIKE '%{mark}%'")), 0);
        assert_eq!(self.count("forum", &format!("SELECT count(*) FROM members m WHERE m::text LIKE '%{mark}%'")), 0);
        assert_eq!(self.count("forum", &format!("SELECT count(*) FROM posts p WHERE p::text LIKE '%{mark}%'")), 0);
        assert_eq!(self.database.ask("app", "SELECT name FROM customers WHERE id = 1"), ["Bob"]);
        assert_eq!(
            self.database
                .ask("forum", "SELECT shown_as, body FROM posts JOIN members m ON m.id = author WHERE stars = 3"),
            ["Bob|his"]
        );
        assert_eq!(
            self.count("forum", "SELECT count(*) FROM members"),
            self.count("forum", "SELECT count(*) FROM posts")
        );
        somebody.person.asked_by(&self.server).get("").problem(410, "subject.erased");
        let told = told(&self.server, request.trim_start_matches("/v1/requests/"));
        assert!(!told.to_string().contains("q7391"), "{told:#}");
        assert_clean(&told, "shop");
        assert_clean(&told, "forum");
        let customers =
            system(&told, "shop")["places"].as_array().unwrap().iter().find(|it| it["place"] == "customers");
        let customers = customers.unwrap_or_else(|| panic!("{told:#}"));
        assert_eq!((&customers["did"], &customers["n_rows_before"]), (&json!("deleted"), &json!(1)), "{told:#}");
        customers["n_rows"].as_u64().unwrap()
    }
}

/// A step of a request.
#[track_caller]
pub(crate) fn step<'a>(steps: &'a Value, system: &str) -> &'a Value {
    let found = steps["steps"].as_array().unwrap().iter().find(|step| step["system"] == system);
    found.unwrap_or_else(|| panic!("{steps:#}"))
}
