//! Hundreds of people in one batch, over two real databases: one in whose way something stands holds up nobody, and a kill in
//! the middle undoes nothing.

use std::path::Path;
use std::time::{Duration, Instant};

use candor_tests::{PostgresServer, Server, Setup, Systems, candor, text};
use rusqlite::Connection;
use serde_json::{Value, json};

const WAIT: Duration = Duration::from_secs(240);
const N_PEOPLE: usize = 300;
/// Whom the shop's trigger does not let go.
const HELD: usize = 123;

struct World {
    shop: PostgresServer,
    forum: std::path::PathBuf,
    server: Server,
    folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    people: Vec<String>,
}

impl World {
    fn start() -> Self {
        let (shop, folder) = (PostgresServer::start(), tempfile::tempdir().unwrap());
        let forum = folder.path().join("forum.db");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(shop.run(&format!(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, name text);
             CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id), ship_to text);
             INSERT INTO users SELECT n, 'q' || n || '@batches.example', 'Person ' || n FROM generate_series(0, {N_PEOPLE}) n;
             INSERT INTO orders SELECT n * 10 + m, n, 'Person ' || n FROM generate_series(0, {N_PEOPLE}) n, generate_series(1, n % 3) m;
             CREATE FUNCTION holds() RETURNS trigger AS $$ BEGIN
                 IF old.id = {HELD} THEN RAISE EXCEPTION 'a lawsuit'; END IF; RETURN old; END $$ LANGUAGE plpgsql;
             CREATE TRIGGER holds BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION holds();"
        )));
        Connection::open(&forum)
            .unwrap()
            .execute_batch(&format!(
                "CREATE TABLE posts (id INTEGER PRIMARY KEY, author TEXT NOT NULL, body TEXT);
                 WITH RECURSIVE s (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {N_PEOPLE})
                 INSERT INTO posts SELECT n, 'q' || n || '@batches.example', 'hello' FROM s;"
            ))
            .unwrap();
        let mut setup = Setup::of_policy(Path::new("tests/tests/batches.candor"));
        setup.environment.extend([
            ("CANDOR_SYSTEMS", "batches:SHOP_DATABASE,batches:FORUM_FILE".to_owned()),
            ("SHOP_DATABASE", shop.address()),
            ("FORUM_FILE", forum.display().to_string()),
        ]);
        let server = Server::start_as(setup);
        let person = |n| {
            let values = json!({"email": format!("q{n}@batches.example"), "name": format!("Person {n}")});
            let person = json!({"records": [{"group": "account", "values": values}]});
            text(&server.post("/v1/subjects", &person).json(201)["subject"]).to_owned()
        };
        let people = (0..N_PEOPLE).map(person).collect();
        Self { shop, forum, server, folder, runtime, people }
    }

    /// Runs `candor request batch` over a file of all of them.
    fn batch(&self, more: &[&str]) -> (Value, Option<i32>) {
        let file = self.folder.path().join("people.csv");
        std::fs::write(&file, format!("subject\n{}\n", self.people.join("\n"))).unwrap();
        let (file, address) = (file.display().to_string(), format!("http://{}", self.server.address()));
        let args = ["request", "batch", "erasure", &file, "--server", &address, "--json"];
        let mut command = candor(&[&args[..], more].concat());
        let output = command.env("CANDOR_API_KEY", self.server.presented()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let told = serde_json::from_str(&said);
        (told.unwrap_or_else(|_| panic!("{said}{}", String::from_utf8_lossy(&output.stderr))), output.status.code())
    }

    fn in_shop(&self, query: &str) -> String {
        self.runtime.block_on(self.shop.rows(query)).concat()
    }

    fn n_posts(&self) -> usize {
        let forum = Connection::open(&self.forum).unwrap();
        let n_posts = Systems::count(&forum, "SELECT count(*) FROM posts");
        usize::try_from(n_posts).unwrap()
    }

    #[track_caller]
    fn until(&self, request: &str, state: &str) -> Value {
        let until = Instant::now() + WAIT;
        loop {
            let steps = self.server.get(&format!("/v1/requests/{request}/steps")).json(200);
            if steps["state"] == state {
                return steps;
            }
            assert!(Instant::now() < until, "it is not {state}: {steps:#}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

#[test]
fn a_batch_of_hundreds_survives_a_kill_and_one_who_is_held_holds_up_nobody() {
    let mut world = World::start();
    let (planned, _) = world.batch(&["--identity-proved", "--dry-run"]);
    let places = |at: usize| planned["foreseen"][at]["places"].as_array().cloned().unwrap_or_default();
    let n_rows = |at: usize, place: &str| {
        places(at).iter().find(|line| line["place"] == place).and_then(|line| line["n_rows"].as_u64())
    };
    assert_eq!(
        (n_rows(0, "users"), n_rows(0, "orders"), n_rows(1, "posts")),
        (Some(300), Some(300), Some(300)),
        "{planned}"
    );
    assert_eq!(world.n_posts(), N_PEOPLE + 1);
    let (told, code) = world.batch(&["--identity-proved"]);
    assert_eq!(told["requests"], planned["requests"]);
    assert_eq!((told["n_opened"].as_u64(), code), (Some(N_PEOPLE as u64), Some(0)), "{told}");
    let requests: Vec<String> =
        told["requests"].as_array().unwrap().iter().map(|request| text(request).to_owned()).collect();
    let until = Instant::now() + WAIT;
    while world.n_posts() > N_PEOPLE / 2 {
        assert!(Instant::now() < until, "nobody is erased");
        std::thread::sleep(Duration::from_millis(5));
    }
    world.server.kill_and_restart();
    for (n, request) in requests.iter().enumerate().filter(|(n, _)| *n != HELD) {
        world.until(request, "answered");
        if n % 60 == 2 {
            let receipt = world.server.get(&format!("/v1/requests/{request}/receipt"));
            let (verified, said) = world.server.verify(&receipt.json(200));
            assert!(verified, "{said}");
            let orders = receipt.json(200)["receipt"]["systems"][0]["places"]
                .as_array()
                .unwrap()
                .iter()
                .find(|place| place["place"] == "orders")
                .cloned()
                .unwrap();
            assert_eq!(orders["n_rows_before"].as_u64(), Some(n as u64 % 3), "{orders}");
            assert!(!receipt.text().contains("batches.example"), "{}", receipt.text());
        }
    }
    // Whoever the trigger holds waits for somebody, and alone; the last is nobody's in the batch.
    let held = &requests[HELD];
    let steps = world.until(held, "waiting_for_somebody");
    assert_eq!(
        (steps["steps"][0]["state"].as_str(), steps["steps"][1]["state"].as_str()),
        (Some("stuck"), Some("acted"))
    );
    assert_eq!(world.in_shop("SELECT string_agg(id::text, ',' ORDER BY id) FROM users"), format!("{HELD},{N_PEOPLE}"));
    assert_eq!(world.n_posts(), 1);
    world.runtime.block_on(world.shop.run("DROP TRIGGER holds ON users"));
    world.server.post(&format!("/v1/requests/{held}/steps/shop/retry"), &json!({})).json(200);
    world.until(held, "answered");
    assert_eq!(world.in_shop("SELECT count(*) FROM users"), "1");
}
