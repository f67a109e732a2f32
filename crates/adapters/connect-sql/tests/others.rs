//! What is somebody else's own is no trace, and nothing else is left out: over random schemas, mappings and cells, the search tells of
//! exactly the cells that an oracle tells of, which knows whose each row is because it made them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

#[allow(dead_code)]
#[path = "../../../../tests/src/postgres.rs"]
mod server;

use std::collections::BTreeMap;
use std::sync::Arc;

use candor_connect::Connector;
use candor_connect_sql::{postgres, sqlite};
use candor_words::Secret;
use proptest::prelude::*;
use server::PostgresServer;
use support::*;

/// Ada signs in as `grace`; others are called so.
const WORD: &str = "grace";
const CELLS: [&str; 8] = ["Grace", "grace", "GRACE", "Grace Hopper", "ask grace!", "Bob", "", "disgrace"];
const N_USERS: usize = 4;

/// How a table says what stands in its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    /// The owner's name.
    Name,
    /// What may be about others.
    Said,
    /// Something that identifies.
    Login,
    /// Nothing.
    Unmapped,
}

struct World {
    schema: String,
    rows: String,
    places: String,
    /// What is to be found: by table and column.
    traces: BTreeMap<(String, String), u64>,
    /// How many cells are left out.
    n_others: usize,
}

/// Numbers from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// A table as it was made: whose each row is, and whether it and all places up to the person delete and have one owner.
struct Made {
    whose: Vec<Option<usize>>,
    all_delete: bool,
}

fn world(dice: &mut Dice) -> World {
    let mut world = World {
        schema: String::new(),
        rows: String::new(),
        places: String::new(),
        traces: BTreeMap::new(),
        n_others: 0,
    };
    let mut made: Vec<Made> = Vec::new();
    for at in 0..2 + dice.below(4) {
        let erasure = dice.one(&["delete", "delete", "delete", "delete", "de-identify", "keep \"Law\""]);
        let means = dice.one(&[Means::Name, Means::Name, Means::Name, Means::Said, Means::Login, Means::Unmapped]);
        // Some rows speak of somebody else besides, or have a second owner.
        let second = if at == 0 { "" } else { dice.one(&["", "", "", "accessed by", "owned jointly by"]) };
        let owner_to = if at == 0 { 0 } else { dice.below(at) };
        let owner = match at {
            0 => "owned by subject through email as person.email\n".to_owned(),
            _ => format!("owned by t{owner_to} through owner\n"),
        };
        let mapped = match means {
            Means::Name => "person.name at data\n",
            Means::Said => "person.said at data\n",
            Means::Login => "person.login at data\n",
            Means::Unmapped => "",
        };
        let second_clause = if second.is_empty() { String::new() } else { format!("{second} t0 through other\n") };
        let (joint, accessed) =
            if second == "accessed by" { (String::new(), second_clause) } else { (second_clause, String::new()) };
        world
            .places
            .push_str(&format!("place t{at} key id {{\n{owner}{joint}{accessed}{mapped}on erasure {erasure}\n}}\n"));
        world.schema.push_str(&format!(
            "CREATE TABLE t{at} (id INTEGER PRIMARY KEY, email TEXT, owner INTEGER, other INTEGER, data TEXT, more TEXT);"
        ));
        let mut this = Made {
            whose: Vec::new(),
            all_delete: erasure == "delete" && second != "owned jointly by" && (at == 0 || made[owner_to].all_delete),
        };
        let n_rows = if at == 0 { N_USERS + 1 } else { 2 + dice.below(8) };
        for id in 0..n_rows {
            let (email, whose, owner) = if at == 0 {
                // The last is an account without an address: nobody's.
                let email = if id == N_USERS { String::new() } else { format!("u{id}@x.example") };
                (email, (id < N_USERS).then_some(id), "NULL".to_owned())
            } else {
                let owners = &made[owner_to].whose;
                let owner = dice.below(owners.len() + 1);
                let whose = owners.get(owner).copied().flatten();
                // One further than there are leads to nothing.
                (String::new(), whose, owner.to_string())
            };
            let (data, more) = (dice.one(&CELLS), dice.one(&CELLS));
            let other = dice.below(N_USERS);
            world.rows.push_str(&format!(
                "INSERT INTO t{at} VALUES ({id}, '{email}', {owner}, {other}, '{data}', '{more}');"
            ));
            let names = |cell: &str| matches!(cell, "Grace" | "grace" | "GRACE" | "Grace Hopper" | "ask grace!");
            let is_others = this.all_delete
                && second.is_empty()
                && means == Means::Name
                && data.eq_ignore_ascii_case(WORD)
                && whose.is_some_and(|whose| whose != 0);
            world.n_others += usize::from(is_others);
            let mut trace = |column: &str| *world.traces.entry((format!("t{at}"), column.to_owned())).or_default() += 1;
            if names(data) && !is_others {
                trace("data");
            }
            if names(more) {
                trace("more");
            }
            if at == 0 && id == 0 {
                trace("email");
            }
            this.whose.push(whose);
        }
        made.push(this);
    }
    world
}

async fn check(world: &World, connector: &Arc<dyn Connector>) {
    let ada = person(&[("email", "u0@x.example"), ("login", WORD)]);
    let found = connector.search(&[ada]).await.unwrap();
    let found: BTreeMap<_, _> = found.into_iter().map(|it| ((it.place, it.column), it.n_rows)).collect();
    let by_name = |(place, column): &(String, String)| (place.trim_start_matches("public.").to_owned(), column.clone());
    let found: BTreeMap<_, _> = found.iter().map(|(at, n)| (by_name(at), *n)).collect();
    assert_eq!(found, world.traces, "{}\n{}", world.places, world.rows.replace(';', ";\n"));
}

fn run_sqlite(seed: u64) -> World {
    let world = world(&mut Dice(seed));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let base = rusqlite::Connection::open(&path).unwrap();
    base.execute_batch(&format!("PRAGMA synchronous = OFF; BEGIN; {}{} COMMIT;", world.schema, world.rows)).unwrap();
    let connector = sqlite(map("sqlite", &world.places), &Secret::new(path.to_str().unwrap().to_owned())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(check(&world, &connector));
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_search_leaves_out_what_is_anothers_own_and_nothing_else(seed in any::<u64>()) {
        run_sqlite(seed);
    }
}

#[test]
fn many_schemas_hold_something_that_is_anothers_own() {
    let n_left_out: usize = (0..40).map(|seed| run_sqlite(seed).n_others).sum();
    assert!(n_left_out > 15, "{n_left_out}");
}

#[tokio::test]
async fn postgresql_tells_the_same() {
    let server = PostgresServer::start();
    for seed in 0..25 {
        let world = world(&mut Dice(seed));
        server.run(&format!("DROP SCHEMA public CASCADE; CREATE SCHEMA public; {}{}", world.schema, world.rows)).await;
        check(&world, &postgres(map("postgres", &world.places), &Secret::new(server.address())).unwrap()).await;
    }
}

#[tokio::test]
async fn what_an_erasure_leaves_of_the_person_is_told_beside_what_is_anothers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let base = rusqlite::Connection::open(&path).unwrap();
    base.execute_batch(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, login TEXT, first TEXT);
         CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER, note TEXT);
         CREATE TABLE log (id INTEGER PRIMARY KEY, line TEXT);
         INSERT INTO users VALUES (1, 'ada@x.example', 'grace', 'Ada'), (2, 'hopper@x.example', 'hopper', 'Grace');
         INSERT INTO notes VALUES (1, 1, 'grace'), (2, 2, 'grace');",
    )
    .unwrap();
    let places = "place users key id {\nowned by subject through email as person.email\nperson.login at login\nperson.name at first\non erasure delete\n}\n\
                  place notes key id {\nowned by users through user_id\nperson.phone at note\non erasure delete\n}\n";
    let connector = sqlite(map("sqlite", places), &Secret::new(path.to_str().unwrap().to_owned())).unwrap();
    let ada = || person(&[("email", "ada@x.example"), ("login", "grace")]);
    connector.carry_out(&erasure(vec![ada()])).await.unwrap();
    assert!(connector.search(&[ada()]).await.unwrap().is_empty(), "Grace Hopper keeps her name and her note");
    // A note that was written meanwhile and leads to the account that went, and a line where nothing is mapped.
    base.execute_batch("INSERT INTO notes VALUES (3, 1, 'grace'); INSERT INTO log VALUES (1, 'grace');").unwrap();
    let left = connector.search(&[ada()]).await.unwrap();
    let left: Vec<_> = left.iter().map(|it| (it.place.as_str(), it.column.as_str(), it.n_rows)).collect();
    assert_eq!(left, [("notes", "note", 1), ("log", "line", 1)]);
}
