//! Random schemas and rows: whatever the references are, an erasure takes the person and nobody else, or is refused and takes
//! nothing.
//!
//! The oracle knows whose each row is because it made them: it follows no mapping and no plan.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::ref_option)]

mod support;

#[allow(dead_code)]
#[path = "../../../../tests/src/postgres.rs"]
mod server;

use std::collections::HashMap;
use std::sync::Arc;

use candor_connect::{ConnectError, Connector};
use candor_connect_sql::sqlite;
use candor_places::Did;
use candor_words::Secret;
use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;
use server::PostgresServer;
use support::*;

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

const ON_DELETE: [&str; 4] = ["", "ON DELETE CASCADE", "ON DELETE SET NULL", "ON DELETE RESTRICT"];

/// A table: whose its rows are by `owner`, and what `other` refers to besides.
struct Plan {
    erasure: &'static str,
    owner_to: usize,
    owner_required: bool,
    other_to: usize,
    other_required: bool,
    on_delete: [&'static str; 2],
}

struct World {
    plans: Vec<Plan>,
    schema: String,
    places: String,
    /// Whose each row is: by table and id.
    whose: HashMap<(usize, i64), usize>,
    rows: Vec<String>,
}

const N_USERS: usize = 3;

/// Table 0 are the users; each other is owned through one before it.
fn world(dice: &mut Dice) -> World {
    let n_tables = 2 + dice.below(5);
    let user_erasure = dice.one(&["delete", "delete", "de-identify"]);
    let mut world = World {
        plans: vec![],
        schema: "CREATE TABLE t0 (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, data TEXT);".into(),
        places: format!(
            "place t0 key id {{\n owned by subject through email as person.email\n person.name at data\n on erasure {user_erasure}\n}}\n"
        ),
        whose: HashMap::new(),
        rows: vec![],
    };
    world.plans.push(Plan {
        erasure: user_erasure,
        owner_to: 0,
        owner_required: false,
        other_to: 0,
        other_required: false,
        on_delete: ["", ""],
    });
    for at in 1..n_tables {
        let plan = Plan {
            erasure: dice.one(&["delete", "delete", "delete", "de-identify", "keep \"Law\""]),
            owner_to: dice.below(at),
            owner_required: dice.below(3) == 0,
            // To itself, back or forth: circles too.
            other_to: dice.below(n_tables),
            other_required: dice.below(6) == 0,
            on_delete: [dice.one(&ON_DELETE), dice.one(&ON_DELETE)],
        };
        let required = |is: bool| if is { "NOT NULL" } else { "" };
        world.schema.push_str(&format!(
            "CREATE TABLE t{at} (id INTEGER PRIMARY KEY, owner INTEGER {} REFERENCES t{} (id) {}, other INTEGER {} REFERENCES t{} (id) {}, data TEXT);",
            required(plan.owner_required), plan.owner_to, plan.on_delete[0], required(plan.other_required), plan.other_to, plan.on_delete[1]
        ));
        world.places.push_str(&format!(
            "place t{at} key id {{\n owned by t{} through owner\n person.said at data\n on erasure {}\n}}\n",
            plan.owner_to, plan.erasure
        ));
        world.plans.push(plan);
    }
    for user in 0..N_USERS {
        let id = i64::try_from(user).unwrap() + 1;
        world.whose.insert((0, id), user);
        world.rows.push(format!("INSERT INTO t0 VALUES ({id}, 'u{user}@x.example', 'name of u{user}@x.example');"));
    }
    for at in 1..n_tables {
        for id in 1..=i64::try_from(2 + dice.below(6)).unwrap() {
            let count = |table: usize, world: &World| world.whose.keys().filter(|(it, _)| *it == table).count();
            let (owner_to, other_to) = (world.plans[at].owner_to, world.plans[at].other_to);
            let owner = i64::try_from(1 + dice.below(count(owner_to, &world))).unwrap();
            let whose = world.whose[&(owner_to, owner)];
            world.whose.insert((at, id), whose);
            let n_other = if other_to >= at { 2 } else { count(other_to, &world) };
            let other = i64::try_from(1 + dice.below(n_other)).unwrap();
            let other =
                if dice.below(3) == 0 && !world.plans[at].other_required { "NULL".into() } else { other.to_string() };
            world.rows.push(format!("INSERT INTO t{at} VALUES ({id}, {owner}, {other}, 'by u{whose}@x.example');"));
        }
    }
    world
}

type Rows = HashMap<(usize, i64), Vec<Option<String>>>;

/// A database of either kind.
enum Base {
    Sqlite { _folder: tempfile::TempDir, path: String, at: Connection },
    Postgres { server: PostgresServer, crowd: usize },
}

impl Base {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.db").to_str().unwrap().to_owned();
        Self::Sqlite { at: Connection::open(&path).unwrap(), path, _folder: folder }
    }

    async fn load(&self, world: &World) {
        match self {
            Self::Sqlite { at, .. } => {
                at.execute_batch(&format!(
                    "PRAGMA foreign_keys = OFF; BEGIN; {} {} COMMIT;",
                    world.schema,
                    world.rows.concat()
                ))
                .unwrap();
            }
            Self::Postgres { server, .. } => {
                // Tables may refer to later ones.
                let mut schema = String::from("DROP SCHEMA public CASCADE; CREATE SCHEMA public;");
                let mut keys = String::new();
                for table in world.schema.split(';').filter(|it| !it.is_empty()) {
                    let (name, columns) = table.strip_prefix("CREATE TABLE ").unwrap().split_once(" (").unwrap();
                    let mut bare = Vec::new();
                    for column in columns.trim_end_matches(')').split(", ") {
                        let (before, after) = column.split_once(" REFERENCES ").unwrap_or((column, ""));
                        bare.push(before.to_owned());
                        if !after.is_empty() {
                            let of = before.split(' ').next().unwrap();
                            keys.push_str(&format!("ALTER TABLE {name} ADD FOREIGN KEY ({of}) REFERENCES {after};"));
                        }
                    }
                    schema.push_str(&format!("CREATE TABLE {name} ({});", bare.join(", ")));
                }
                server.run(&format!("{schema} {} {keys}", world.rows.concat())).await;
            }
        }
    }

    fn connector(&self, places: &str) -> Arc<dyn Connector> {
        match self {
            Self::Sqlite { path, .. } => sqlite(map("sqlite", places), &Secret::new(path.clone())).unwrap(),
            Self::Postgres { server, .. } => {
                candor_connect_sql::postgres(map("postgres", places), &Secret::new(server.address())).unwrap()
            }
        }
    }

    /// Others who are nowhere, so that a plan for many is taken.
    fn people(&self) -> Vec<candor_places::Person> {
        let n = if let Self::Postgres { crowd, .. } = self { *crowd } else { 0 };
        let others = (0..n).map(|n| by_email(&format!("nobody{n}@x.example")));
        [by_email("U0@x.example")].into_iter().chain(others).collect()
    }

    async fn dump(&self, n: usize) -> Rows {
        let mut all = HashMap::new();
        for table in 0..n {
            let query = format!("SELECT * FROM t{table}");
            let rows: Vec<Vec<Option<String>>> = match self {
                Self::Sqlite { at, .. } => {
                    let mut statement = at.prepare(&query).unwrap();
                    let n = statement.column_count();
                    let text = |value: Value| match value {
                        Value::Integer(it) => Some(it.to_string()),
                        Value::Text(it) => Some(it),
                        _ => None,
                    };
                    let rows = statement.query_map([], |row| (0..n).map(|at| row.get(at).map(text)).collect());
                    rows.unwrap().map(Result::unwrap).collect()
                }
                Self::Postgres { server, .. } => {
                    let rows = server.rows(&query).await;
                    rows.iter()
                        .map(|row| row.split('|').map(|it| (it != "-").then(|| it.to_owned())).collect())
                        .collect()
                }
            };
            for row in rows {
                all.insert((table, row[0].as_ref().unwrap().parse().unwrap()), row);
            }
        }
        all
    }
}

fn says(value: &Option<String>, text: &str) -> bool {
    value.as_ref().is_some_and(|it| it.contains(text))
}

async fn run(seed: u64, base: &Base) -> &'static str {
    let mut dice = Dice(seed);
    let world = world(&mut dice);
    base.load(&world).await;
    let before = base.dump(world.plans.len()).await;
    let connector = base.connector(&world.places);
    let outcome = connector.carry_out(&erasure(base.people())).await;
    let after = base.dump(world.plans.len()).await;
    let report = match outcome {
        Err(ConnectError::Refused { .. }) => {
            assert_eq!(before, after, "refused, and yet something was done");
            return "refused";
        }
        other => other.unwrap(),
    };
    assert!(!report.places.is_empty());
    let is_gone_from =
        |to: usize, id: &Option<String>| id.as_ref().is_some_and(|id| !after.contains_key(&(to, id.parse().unwrap())));
    for ((table, id), row) in after.iter().filter(|((table, _), _)| *table > 0) {
        let plan = &world.plans[*table];
        let broken = is_gone_from(plan.owner_to, &row[1]) || is_gone_from(plan.other_to, &row[2]);
        assert!(!broken, "t{table} {id} refers to nothing");
    }
    let is_gone = |table: usize, value: &Option<String>| is_gone_from(table, value);
    for (key, row) in &before {
        let (plan, whose) = (&world.plans[key.0], world.whose[key]);
        let now = after.get(key);
        let links = if key.0 == 0 { vec![] } else { vec![(1, plan.owner_to, 0), (2, plan.other_to, 1)] };
        if whose == 0 {
            match plan.erasure {
                "delete" => assert!(now.is_none(), "t{} {} is theirs and stays", key.0, key.1),
                "de-identify" => {
                    let now = now.unwrap_or_else(|| panic!("t{} {} was to stay", key.0, key.1));
                    assert!(!now.iter().any(|value| says(value, "u0@")), "t{} {} says who it was", key.0, key.1);
                }
                _ => {
                    let now = now.unwrap_or_else(|| panic!("t{} {} was to be kept", key.0, key.1));
                    assert_eq!(now.last(), row.last());
                }
            }
            continue;
        }
        let Some(now) = now else {
            // Another person's row goes only where the database takes it along.
            let is_taken = links
                .iter()
                .any(|(column, to, n)| plan.on_delete[*n].contains("CASCADE") && is_gone(*to, &row[*column]));
            assert!(
                is_taken && plan.erasure == "delete",
                "t{} {} is another person's and went\n{}\n{}",
                key.0,
                key.1,
                world.schema,
                world.places
            );
            continue;
        };
        for (n, (was, is)) in row.iter().zip(now).enumerate() {
            let was_cut = links.iter().any(|(column, to, _)| *column == n && is_gone(*to, was) && is.is_none());
            assert!(was == is || was_cut, "t{} {} is another person's and changed", key.0, key.1);
        }
    }
    let found = connector.search(&[by_email("u0@x.example")]).await.unwrap();
    for trace in found {
        let table: usize = trace.place[1..].parse().unwrap();
        assert!(world.plans[table].erasure.starts_with("keep"), "{} still names them", trace.place);
    }
    "done"
}

/// Of several people that are read together, each is given what they are given alone: their rows, without what is others'.
async fn reads_each_as_alone(connector: &dyn Connector, people: &[candor_places::Person]) {
    let mut together = Kept::default();
    connector.read(people, &mut together).await.unwrap();
    for (at, person) in people.iter().enumerate().take(3) {
        let mut alone = Kept::default();
        connector.read(std::slice::from_ref(person), &mut alone).await.unwrap();
        assert_eq!(given(&together, u32::try_from(at).unwrap()), given(&alone, 0));
    }
}

/// Two people go together: each is told of exactly the rows that the oracle says are theirs.
async fn run_two(seed: u64, base: &Base) -> &'static str {
    let mut dice = Dice(seed);
    let world = world(&mut dice);
    base.load(&world).await;
    let before = base.dump(world.plans.len()).await;
    let connector = base.connector(&world.places);
    let mut people = base.people();
    people.insert(1, by_email("u1@x.example"));
    let n_people = people.len();
    reads_each_as_alone(&*connector, &people).await;
    let foreseen = connector.foresee(&erasure(people)).await;
    let mut people = base.people();
    people.insert(1, by_email("u1@x.example"));
    let each = match connector.carry_out(&erasure(people)).await {
        Err(ConnectError::Refused { .. }) => return "refused",
        report => report.unwrap().of_each(n_people),
    };
    let foreseen = foreseen.unwrap().of_each(n_people);
    for (person, (done, foreseen)) in each.iter().zip(&foreseen).enumerate().take(2) {
        for (table, plan) in world.plans.iter().enumerate() {
            let did = match plan.erasure {
                "delete" => Did::Deleted,
                "de-identify" => Did::DeIdentified,
                _ => Did::Kept,
            };
            let n_theirs = before.keys().filter(|key| key.0 == table && world.whose[key] == person).count();
            for lines in [&done.places, foreseen] {
                let is_it = |line: &&candor_places::PlaceReport| {
                    line.place == format!("t{table}") && line.did == did && (line.because.is_none() || did == Did::Kept)
                };
                let n_told: u64 = lines.iter().filter(is_it).map(|line| line.n_rows).sum();
                assert_eq!(n_told, n_theirs as u64, "person {person}, t{table}: {lines:?}");
            }
        }
    }
    "done"
}

#[test]
fn of_several_people_each_is_told_of_their_own_rows() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let outcomes: Vec<&str> = (0..120).map(|seed| runtime.block_on(run_two(seed, &Base::sqlite()))).collect();
    assert!(outcomes.iter().filter(|outcome| **outcome == "done").count() > 30, "{outcomes:?}");
}

#[tokio::test]
async fn postgresql_tells_each_of_their_own_rows_in_one_statement_and_in_steps() {
    let mut base = Base::Postgres { server: PostgresServer::start(), crowd: 0 };
    for seed in 0..25 {
        for n in [0, 150] {
            if let Base::Postgres { crowd, .. } = &mut base {
                *crowd = n;
            }
            run_two(seed, &base).await;
        }
    }
}

fn run_sqlite(seed: u64) -> &'static str {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(run(seed, &Base::sqlite()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn an_erasure_takes_the_person_and_nobody_else_or_nothing(seed in any::<u64>()) {
        run_sqlite(seed);
    }
}

#[test]
fn most_schemas_are_erased_from_and_some_refuse() {
    let outcomes: Vec<&str> = (0..80).map(run_sqlite).collect();
    let n = |it| outcomes.iter().filter(|outcome| **outcome == it).count();
    assert!(n("done") > 20 && n("refused") > 5, "{} done, {} refused", n("done"), n("refused"));
}

#[tokio::test]
async fn postgresql_ends_the_same_in_one_statement_and_in_steps() {
    let mut base = Base::Postgres { server: PostgresServer::start(), crowd: 0 };
    for seed in 0..25 {
        for n in [0, 150] {
            if let Base::Postgres { crowd, .. } = &mut base {
                *crowd = n;
            }
            run(seed, &base).await;
        }
    }
}

/// Run by hand.
#[test]
#[ignore = "takes minutes"]
fn thousands_of_schemas_end_right() {
    for seed in 0..2_000 {
        run_sqlite(seed);
    }
}
