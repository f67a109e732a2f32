//! Twelve hundred places in one plan, over three real databases: planned, erased, searched again and proved, within bounds.

use std::time::{Duration, Instant};

use candor_tests::{PostgresServer, Server, Setup, text};
use rusqlite::Connection;
use serde_json::json;

const WAIT: Duration = Duration::from_secs(300);
const PLACES_OF_SYSTEM: usize = 400;
/// What the server may hold at most beyond what it held when it was idle.
const GROWTH_KB_MAX: u64 = 200 << 10;

const HEAD: &str = r#"policy "Places", version 2026-11-01
controller "Places GmbH" in DE, contact privacy@places.example
law gdpr

data account "Your account" {
    email: EmailAddress, identifies the subject
    note: Communication, optional
}

purpose service "Give you your account" is ServiceProvision {
    because contract
    uses account
}

keep account until contract ends, then erase

rights under gdpr {
    access   within 1 month
    erasure  within 1 month
}
"#;

/// The places of one system: users, and what is theirs.
fn places() -> String {
    let mut text = String::from(
        "    place users key id {\n        owned by subject through email as account.email\n        account.email at email\n        on erasure delete\n    }\n",
    );
    for at in 1..PLACES_OF_SYSTEM {
        let what = ["delete", "de-identify", "keep \"The law\""][at % 3];
        // What is kept may not lean on rows that go.
        let through = if at % 3 == 2 {
            "owned by subject through owner_email as account.email"
        } else {
            "owned by users through owner"
        };
        text.push_str(&format!(
            "    place p{at} key id {{\n        {through}\n        account.note at note\n        on erasure {what}\n    }}\n"
        ));
    }
    text
}

fn schema() -> String {
    let mut text = String::from(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);
         INSERT INTO users VALUES (1, 'zoe@places.example'), (2, 'otto@places.example');",
    );
    for at in 1..PLACES_OF_SYSTEM {
        let owner = if at % 3 == 2 { "owner_email TEXT" } else { "owner INTEGER REFERENCES users (id)" };
        let of = |n: usize| match (at % 3, n) {
            (2, 1) => "'zoe@places.example'".to_owned(),
            (2, _) => "'otto@places.example'".to_owned(),
            _ => n.to_string(),
        };
        text.push_str(&format!(
            "CREATE TABLE p{at} (id INTEGER PRIMARY KEY, {owner}, note TEXT);
             INSERT INTO p{at} VALUES (1, {}, 'hers'), (2, {}, 'his');",
            of(1),
            of(2)
        ));
    }
    text
}

fn peak_kb(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.process())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap()
}

#[test]
fn twelve_hundred_places_are_planned_erased_and_proved_within_bounds() {
    let (shop, folder) = (PostgresServer::start(), tempfile::tempdir().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(shop.run(&schema()));
    let files = ["forum", "mail"].map(|name| folder.path().join(format!("{name}.db")));
    for file in &files {
        Connection::open(file).unwrap().execute_batch(&format!("BEGIN; {} COMMIT;", schema())).unwrap();
    }
    let systems = [("shop", "postgres", "SHOP"), ("forum", "sqlite", "FORUM"), ("mail", "sqlite", "MAIL")];
    let declared = systems
        .map(|(name, kind, env)| format!("system {name} \"{name}\" is {kind} at env {env} {{\n{}}}\n", places()));
    let policy = folder.path().join("places.candor");
    std::fs::write(&policy, format!("{HEAD}{}", declared.concat())).unwrap();
    let mut setup = Setup::of_policy(&policy);
    setup.environment.extend([
        ("CANDOR_SYSTEMS", "places:SHOP,places:FORUM,places:MAIL".to_owned()),
        ("SHOP", shop.address()),
        ("FORUM", files[0].display().to_string()),
        ("MAIL", files[1].display().to_string()),
    ]);
    let server = Server::start_as(setup);
    let person = json!({"records": [{"group": "account", "values": {"email": "zoe@places.example"}}]});
    let subject = text(&server.post("/v1/subjects", &person).json(201)["subject"]).to_owned();
    let before = peak_kb(&server);

    let begun = Instant::now();
    let asked = server.post(&format!("/v1/subjects/{subject}/requests"), &json!({"right": "erasure"})).json(201);
    let address = format!("/v1/requests/{}", text(&asked["id"]));
    let planned = server.post(&format!("{address}/plan"), &json!({})).json(200);
    for step in planned["steps"].as_array().unwrap() {
        assert_eq!(step["previews"].as_array().unwrap().len(), PLACES_OF_SYSTEM, "{}", step["trouble"]);
    }
    let planned_in = begun.elapsed();
    server.post(&format!("{address}/approve"), &json!({})).json(200);
    server.steps_within(&address, "answered", WAIT);
    let receipt = server.get(&format!("{address}/receipt"));
    let (verified, said) = server.verify(&receipt.json(200));
    assert!(verified, "{said}");
    for system in receipt.json(200)["receipt"]["systems"].as_array().unwrap() {
        let places = system["places"].as_array().unwrap();
        assert_eq!(places.len(), PLACES_OF_SYSTEM);
        assert!(places.iter().all(|place| place["n_rows"] == 1), "{system}");
        assert_eq!(system["search"]["found"], json!([]));
    }
    let grown = peak_kb(&server) - before;
    eprintln!("1 200 places: planned in {planned_in:?}, answered in {:?}, grown by {grown} kB", begun.elapsed());
    assert!(grown < GROWTH_KB_MAX, "{grown} kB");
    // The other's rows stand.
    assert_eq!(runtime.block_on(shop.rows("SELECT count(*) FROM users WHERE id = 2")), ["1"]);
    for file in &files {
        let forum = Connection::open(file).unwrap();
        let n: i64 = forum.query_row("SELECT count(*) FROM p1", [], |row| row.get(0)).unwrap();
        assert_eq!(n, 2, "what is de-identified stays");
    }
}
