//! The archives of many requests at once: each system is asked about fifty people as often as about one, and each person is given
//! what they are given alone.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use candor_tests::{MariaDb, Person, PostgresServer, Server, Setup, candor, parts, text};
use serde_json::{Value, json};

const N_PEOPLE: usize = 50;
/// Whose identity nobody proved, and who is erased before the archives are fetched.
const UNPROVED: usize = 20;
const ERASED: usize = 31;

struct World {
    shop: PostgresServer,
    forum: MariaDb,
    server: Server,
    folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    people: Vec<Person>,
}

impl World {
    /// A shop and a forum where everybody orders, gives to the next, posts, and is written about by the one before.
    fn start() -> Self {
        let shop = PostgresServer::start_with("shared_preload_libraries = 'pg_stat_statements'\n");
        let (forum, folder) = (MariaDb::start(), tempfile::tempdir().unwrap());
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(shop.run(&format!(
            "CREATE EXTENSION pg_stat_statements;
             CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, name text);
             CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, ship_to text);
             CREATE TABLE gifts (id int PRIMARY KEY, giver int REFERENCES users, receiver int REFERENCES users, words text);
             INSERT INTO users SELECT n, 'q' || n || '@together.example', 'Person ' || n FROM generate_series(0, {N_PEOPLE}) n;
             INSERT INTO orders SELECT n * 10 + m, n, 'Person ' || n FROM generate_series(0, {N_PEOPLE}) n, generate_series(1, n % 4) m;
             INSERT INTO gifts SELECT n, n, n + 1, 'words of ' || n FROM generate_series(0, {N_PEOPLE} - 1) n;"
        )));
        forum.run(
            "mysql",
            &format!(
                "CREATE DATABASE forum; USE forum;
                 CREATE TABLE members (id INT PRIMARY KEY, mail VARCHAR(100) NOT NULL UNIQUE);
                 CREATE TABLE posts (id INT PRIMARY KEY, author INT, about INT, body TEXT,
                     FOREIGN KEY (author) REFERENCES members (id), FOREIGN KEY (about) REFERENCES members (id));
                 INSERT INTO members SELECT seq, CONCAT('q', seq, '@together.example') FROM seq_0_to_{N_PEOPLE};
                 INSERT INTO posts SELECT seq, seq, (seq + 1) % {N_PEOPLE}, CONCAT('post ', seq) FROM seq_0_to_{N_PEOPLE};"
            ),
        );
        forum.grant("forum");
        let mut setup = Setup::of_policy(Path::new("tests/tests/together.candor"));
        setup.environment.extend([
            ("CANDOR_SYSTEMS", "together:SHOP_DATABASE,together:FORUM_DATABASE".to_owned()),
            ("SHOP_DATABASE", shop.address()),
            ("FORUM_DATABASE", forum.address("forum")),
        ]);
        let server = Server::start_as(setup);
        let person = |n| {
            let values = json!({"email": format!("q{n}@together.example"), "name": format!("Person {n}")});
            server.person(&[("account", values)])
        };
        let people = (0..N_PEOPLE).map(person).collect();
        Self { shop, forum, server, folder, runtime, people }
    }

    fn file(&self, name: &str, header: &str, lines: &[String]) -> PathBuf {
        let file = self.folder.path().join(name);
        std::fs::write(&file, format!("{header}\n{}\n", lines.join("\n"))).unwrap();
        file
    }

    /// Runs `candor request VERB …`.
    fn request(&self, args: &[&str]) -> (Value, Option<i32>) {
        let address = format!("http://{}", self.server.address());
        let mut command = candor(&[&["request"], args, &["--server", &address, "--json"]].concat());
        let output = command.env("CANDOR_API_KEY", self.server.presented()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let told = serde_json::from_str(&said);
        (told.unwrap_or_else(|_| panic!("{said}{}", String::from_utf8_lossy(&output.stderr))), output.status.code())
    }

    /// How many statements each database has been asked since it was last asked this.
    fn asked(&self, since: &mut u64) -> (u64, u64) {
        let counted =
            "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%'";
        let of_shop = self.runtime.block_on(self.shop.rows(counted)).concat().parse().unwrap();
        self.runtime.block_on(self.shop.rows("SELECT pg_stat_statements_reset()"));
        let status = self.forum.run("mysql", "SHOW GLOBAL STATUS LIKE 'Questions'");
        let n: u64 = status.trim().split('\t').nth(1).unwrap().parse().unwrap();
        let of_forum = n - *since;
        *since = n;
        (of_shop, of_forum)
    }
}

/// What an archive says of its person, in no order: records, rows and how systems ended.
fn said(archive: &BTreeMap<String, String>) -> BTreeSet<String> {
    let told = parts(archive)
        .into_iter()
        .filter(|part| matches!(part["part"].as_str(), Some("record" | "row" | "system" | "choices" | "recipients")));
    let each: Vec<String> = told
        .map(|mut part| {
            for one in part["recipients"].as_array_mut().into_iter().flatten() {
                // Who received something, and when, grows with every archive.
                one["n_disclosures"] = Value::Null;
                one["last_disclosure"] = Value::Null;
            }
            part.to_string()
        })
        .collect();
    let distinct: BTreeSet<String> = each.iter().cloned().collect();
    assert_eq!(distinct.len(), each.len(), "nothing is said twice");
    distinct
}

fn opened(path: &Path) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.insert(file.name().unwrap().into_owned(), text);
    }
    files
}

fn ids(told: &Value) -> Vec<String> {
    told["requests"].as_array().unwrap().iter().map(|request| text(request).to_owned()).collect()
}

#[test]
fn fifty_archives_ask_no_more_of_a_database_than_one_and_each_says_what_it_says_alone() {
    let world = World::start();
    let people: Vec<String> = world.people.iter().map(|person| person.id.clone()).collect();
    let file = world.file("people.csv", "subject", &people);
    let (told, _) = world.request(&["batch", "access", file.to_str().unwrap(), "--open-only", "--identity-proved"]);
    let mut requests = ids(&told);
    assert_eq!(requests.len(), N_PEOPLE, "{told}");
    let asked = world.people[UNPROVED].post("/requests", &json!({ "right": "access" })).json(201);
    text(&asked["id"]).clone_into(&mut requests[UNPROVED]);
    // What is asked once of a schema was asked before.
    let mut since = 0;
    let archive =
        |at: usize| world.server.post(&format!("/v1/requests/{}/archive", requests[at]), &json!({})).archive();
    archive(1);
    world.asked(&mut since);
    archive(1);
    let (of_shop, of_forum) = world.asked(&mut since);
    assert!(of_shop > 5 && of_forum > 5, "{of_shop} and {of_forum}");
    let alone: Vec<_> = (2..6).map(|at| (at, said(&archive(at)))).collect();
    world.people[ERASED].post("/erase", &json!({})).json(202);
    erased(&world, &people[ERASED]);

    world.asked(&mut since);
    let listed = world.file("requests.csv", "request", &requests);
    let to = world.folder.path().join("archives");
    let fetch = || world.request(&["archives", listed.to_str().unwrap(), "--to", to.to_str().unwrap(), "--plain"]);
    let (told, code) = fetch();
    let (shop_of_all, forum_of_all) = world.asked(&mut since);
    eprintln!("one: {of_shop} and {of_forum} statements; fifty: {shop_of_all} and {forum_of_all}");
    assert!(shop_of_all <= of_shop + 4 && forum_of_all <= of_forum + 4, "{shop_of_all} and {forum_of_all}");

    // Each request has an outcome of its own.
    assert_eq!((told["n_written"].as_u64(), told["n_missing"].as_u64(), code), (Some(48), Some(2), Some(1)), "{told}");
    let outcome = |at: usize| {
        let outcomes = told["outcomes"].as_array().unwrap();
        outcomes.iter().find(|outcome| outcome["request"] == *requests[at]).cloned().unwrap()
    };
    assert_eq!(outcome(UNPROVED)["code"], "request.identity_unproved");
    assert!(outcome(ERASED)["state"] == "refused", "{}", outcome(ERASED));
    let state = |at: usize| world.server.get(&format!("/v1/requests/{}", requests[at])).json(200)["state"].clone();
    assert_eq!((state(0), state(UNPROVED), state(49)), (json!("answered"), json!("received"), json!("answered")));
    assert_eq!(std::fs::read_dir(&to).unwrap().count(), 48, "no part of another is left");

    // And each archive is what the person is given alone, with nothing of anybody else.
    let of = |at: usize| opened(&to.join(format!("{}.zip", requests[at])));
    for (at, alone) in &alone {
        assert_eq!(said(&of(*at)), *alone, "{at}");
    }
    for at in (0..N_PEOPLE).filter(|at| ![UNPROVED, ERASED].contains(at)) {
        let all = of(at).into_values().collect::<String>();
        assert!(all.contains(&format!("q{at}@together.example")), "{at}");
        let others = all.matches("@together.example").count() - all.matches(&format!("q{at}@together.example")).count();
        // The controller's own address is in every archive that names it.
        assert_eq!(others, all.matches("privacy@together.example").count(), "{at}: {all}");
    }
    // A row of two is given to both, each without who the other is.
    let gift = |at: usize, id: &str| {
        let rows = parts(&of(at));
        let row = rows.into_iter().find(|row| row["place"] == "gifts" && row["key"][0] == *id);
        row.unwrap_or_else(|| panic!("{at} has no gift {id}"))
    };
    let (given, received) = (gift(7, "7"), gift(8, "7"));
    assert_eq!((&given["values"]["giver"]["value"], &given["values"]["receiver"]), (&json!("7"), &Value::Null));
    assert_eq!((&received["values"]["receiver"]["value"], &received["values"]["giver"]), (&json!("8"), &Value::Null));

    // Run again, what is there is not asked for again.
    let (again, _) = fetch();
    assert_eq!((again["n_there"].as_u64(), again["n_written"].as_u64()), (Some(48), Some(0)), "{again}");
    // Nothing of an archive stays behind on the server.
    assert_eq!(world.server.files_with("words of 7"), [""; 0]);
}

/// Waits until somebody is erased everywhere.
fn erased(world: &World, subject: &str) {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(150);
    while world.server.get(&format!("/v1/subjects/{subject}")).status == 200 {
        assert!(std::time::Instant::now() < until, "they are not erased");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_batch_opens_requests_and_fetches_their_archives_each_for_its_own_key() {
    let world = World::start();
    let folder = world.folder.path();
    let key = |name: &str| {
        let file = folder.join(name);
        let made = Command::new("age-keygen").arg("-o").arg(&file).output();
        assert!(made.expect("`age` is not installed: run `cargo xtask setup`").status.success());
        let shown = Command::new("age-keygen").arg("-y").arg(&file).output().unwrap();
        (file, String::from_utf8(shown.stdout).unwrap().trim().to_owned())
    };
    let opens = |key: &Path, archive: &Path| {
        let mut age = Command::new("age");
        age.arg("-d").arg("-i").arg(key).arg("-o").arg(folder.join("opened.zip")).arg(archive);
        age.stderr(Stdio::null()).status().unwrap().success()
    };
    let ((office, of_office), (ada, of_ada)) = (key("office"), key("ada"));
    let people: Vec<String> = world.people.iter().take(3).map(|person| person.id.clone()).collect();
    let file = world.file("people.csv", "subject", &people);
    let to = folder.join("opened by the office");
    let batch = ["batch", "access", file.to_str().unwrap(), "--identity-proved"];
    let fetch = [&batch[..], &["--archives-to", to.to_str().unwrap(), "--age-key", &of_office]].concat();
    let (told, code) = world.request(&fetch);
    assert_eq!((told["archives"]["n_written"].as_u64(), code), (Some(3), Some(0)), "{told}");
    for request in ids(&told) {
        let archive = to.join(format!("{request}.zip.age"));
        assert!(opens(&office, &archive) && !opens(&ada, &archive));
        assert!(opened(&folder.join("opened.zip")).contains_key("systems/forum/posts.csv"));
        std::fs::remove_file(folder.join("opened.zip")).unwrap();
    }

    // One key for one of them, another for the rest.
    let (told, _) = world.request(&[&batch[..], &["--open-only"]].concat());
    let requests = ids(&told);
    let lines = [format!("{},{of_ada}", requests[0]), format!("{},", requests[1]), requests[2].clone()];
    let listed = world.file("requests.csv", "request,age_key", &lines);
    let to = folder.join("each");
    let args = ["archives", listed.to_str().unwrap(), "--to", to.to_str().unwrap(), "--age-key", &of_office];
    assert_eq!(world.request(&args).1, Some(0));
    let archive = |at: usize| to.join(format!("{}.zip.age", requests[at]));
    assert!(opens(&ada, &archive(0)) && !opens(&office, &archive(0)) && opens(&office, &archive(2)));

    // Without a program of ours: the pieces of one, one after the other, are its archive.
    let asked = world.server.post("/v1/requests:archives", &json!({ "requests": [{ "request": requests[1] }] }));
    assert_eq!((asked.status, asked.header("content-type")), (200, Some("application/x-tar")));
    let tar = folder.join("archives.tar");
    std::fs::write(&tar, &asked.bytes).unwrap();
    let unpacked = Command::new("tar").arg("-xf").arg(&tar).arg("-C").arg(folder).output().unwrap();
    assert!(unpacked.status.success(), "{}", String::from_utf8_lossy(&unpacked.stderr));
    let joined = format!("cat {id}/export.zip.* > joined.zip", id = requests[1]);
    assert!(Command::new("sh").args(["-c", &joined]).current_dir(folder).status().unwrap().success());
    assert!(opened(&folder.join("joined.zip")).contains_key("SHA256SUMS.note"));
    let outcome = std::fs::read(folder.join(&requests[1]).join("outcome.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&outcome).unwrap()["state"], "written");

    // What is asked wrongly is refused before anything is read.
    for (body, status, code) in [
        (json!({ "requests": [] }), 422, "archives.repeated"),
        (json!({ "requests": [{ "request": requests[1] }, { "request": requests[1] }] }), 422, "archives.repeated"),
        (json!({ "requests": [{ "request": requests[1], "age_keys": ["age1zz"] }] }), 400, "lock.key_malformed"),
    ] {
        world.server.post("/v1/requests:archives", &body).problem(status, code);
    }
    world
        .server
        .key(&json!({ "label": "reads", "scopes": ["read"] }))
        .post("/v1/requests:archives", &json!({ "requests": [{ "request": requests[1] }] }))
        .problem(403, "key.scope_missing");
}

#[test]
fn memory_is_bounded_while_a_hundred_archives_are_made_side_by_side() {
    const N: usize = 100;
    let (database, folder) = (PostgresServer::start(), tempfile::tempdir().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // A hundred and fifty megabytes of values, between all of them.
    runtime.block_on(database.run(&format!(
        "CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE NOT NULL);
         CREATE TABLE letters (id int PRIMARY KEY, author int NOT NULL REFERENCES users, body text);
         INSERT INTO users SELECT n, 'q' || n || '@large.example' FROM generate_series(0, {N} - 1) n;
         INSERT INTO letters SELECT n, n % {N}, repeat(md5(n::text), 8192) FROM generate_series(0, 6 * {N} - 1) n;"
    )));
    let site = folder.path().join("site.db");
    rusqlite::Connection::open(&site)
        .unwrap()
        .execute_batch(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT);
             CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users (id), body TEXT);",
        )
        .unwrap();
    let mut setup = Setup::of_policy(Path::new("tests/tests/large.candor"));
    setup.environment.extend([
        ("CANDOR_SYSTEMS", "large:SHOP_DB,large:SITE_FILE".to_owned()),
        ("SHOP_DB", database.address()),
        ("SITE_FILE", site.display().to_string()),
    ]);
    let server = Server::start_as(setup);
    let person = |n| server.person(&[("account", json!({ "email": format!("q{n}@large.example") }))]).id;
    let people: Vec<String> = (0..N).map(person).collect();
    let file = folder.path().join("people.csv");
    std::fs::write(&file, format!("subject\n{}\n", people.join("\n"))).unwrap();
    let to = folder.path().join("archives");
    let args = ["request", "batch", "access", file.to_str().unwrap(), "--identity-proved", "--plain", "--json"];
    let place = format!("http://{}", server.address());
    let mut command = candor(&[&args[..], &["--archives-to", to.to_str().unwrap(), "--server", &place]].concat());
    let output = command.env("CANDOR_API_KEY", server.presented()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let told: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}"));
    assert_eq!((told["archives"]["n_written"].as_u64(), output.status.code()), (Some(100), Some(0)), "{told}");
    for request in ids(&told).iter().step_by(33) {
        let archive = opened(&to.join(format!("{request}.zip")));
        let letters: usize =
            archive.iter().filter(|(name, _)| name.ends_with("letters.csv")).map(|(_, it)| it.len()).sum();
        assert!(letters > 6 * (256 << 10), "{letters} bytes");
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.process())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak = line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024;
    eprintln!("memory {} MB at most", peak / 1_000_000);
    assert!(peak < 200_000_000, "{peak} bytes");
}
