//! What each right does, over a small shop.

use candor_places::{Act, Correction, Did, PersonIx, Task};
use candor_words::Secret;

use crate::connector;
use crate::server::PostgresServer;
use crate::support::*;

pub(crate) const SHOP: &str = "
    CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(60) NOT NULL UNIQUE, name text NOT NULL, state text);
    CREATE INDEX ON users (lower(email));
    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint REFERENCES users (id), total numeric NOT NULL, ship_to text);
    CREATE TABLE items (order_id bigint NOT NULL REFERENCES orders (id), line int NOT NULL, note text NOT NULL DEFAULT '', PRIMARY KEY (order_id, line));
    CREATE TABLE messages (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sender bigint NOT NULL REFERENCES users (id), receiver bigint REFERENCES users (id), body text);
    CREATE TABLE invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint REFERENCES users (id), billed text);
    INSERT INTO users (email, name, state) VALUES ('Ada@x.example', 'Ada', 'on'), ('bob@x.example', 'Bob', 'on');
    INSERT INTO orders (user_id, total, ship_to) VALUES (1, 5, 'Ada, Street 1'), (2, 6, 'Bob, Street 2');
    INSERT INTO items VALUES (1, 1, 'for Ada'), (1, 2, ''), (2, 1, 'for Bob');
    INSERT INTO messages (sender, receiver, body) VALUES (1, 2, 'hello'), (2, 1, 'hi Ada'), (2, NULL, 'all');
    INSERT INTO invoices (user_id, billed) VALUES (1, 'Ada'), (2, 'Bob');";

pub(crate) const SHOP_PLACES: &str = r#"
    place users key id {
        owned by subject through email as person.email
        person.name at name
        on erasure delete
        on restriction set state to "restricted"
    }
    place orders key id {
        owned by users through user_id
        person.name at ship_to
        on erasure de-identify
    }
    place items key order_id, line {
        owned by orders through order_id
        person.said at note
        on erasure de-identify
    }
    place messages key id {
        owned by users through sender
        accessed by users through receiver
        person.said at body
        on erasure delete
    }
    place invoices key id {
        owned by users through user_id
        person.name at billed
        on erasure keep "Commercial code: ten years"
    }"#;

/// The shop with so many users more, so that the plan for many people is taken too.
fn crowd(n: usize) -> String {
    format!(
        "{SHOP} INSERT INTO users (email, name) SELECT 'p' || n || '@x.example', 'P' FROM generate_series(1, {n}) n;
        INSERT INTO orders (user_id, total, ship_to) SELECT id, 1, 'to ' || email FROM users WHERE id > 2;"
    )
}

#[tokio::test]
async fn a_person_is_erased_in_one_statement_and_nobody_else_is_touched() {
    let server = PostgresServer::start();
    server.run(SHOP).await;
    let connector = connector(&server, SHOP_PLACES);
    let report = erase(connector.as_ref(), "ada@x.example").await;
    assert_eq!(server.rows("SELECT * FROM users").await, ["2|bob@x.example|Bob|on"]);
    assert_eq!(server.rows("SELECT * FROM orders ORDER BY id").await, ["1|-|5|-", "2|2|6|Bob, Street 2"]);
    assert_eq!(server.rows("SELECT * FROM items ORDER BY 1, 2").await, ["1|1|", "1|2|", "2|1|for Bob"]);
    assert_eq!(server.rows("SELECT * FROM messages ORDER BY id").await, ["2|2|-|hi Ada", "3|2|-|all"]);
    assert_eq!(server.rows("SELECT * FROM invoices ORDER BY id").await, ["1|-|Ada", "2|2|Bob"]);
    assert_eq!(rows(&report, "users", Did::Deleted), 1);
    assert_eq!(rows(&report, "items", Did::DeIdentified), 2);
    assert_eq!(rows(&report, "messages", Did::Deleted), 1);
    assert_eq!(rows(&report, "invoices", Did::Kept), 1);
    assert_eq!(traces(connector.as_ref(), "ada@x.example").await, []);
    let again = erase(connector.as_ref(), "ada@x.example").await;
    assert!(again.places.iter().all(|it| it.n_rows == 0), "{again:?}");
}

#[tokio::test]
async fn a_batch_ends_as_one_by_one_does() {
    let server = PostgresServer::start();
    server.run(&crowd(300)).await;
    let connector = connector(&server, SHOP_PLACES);
    let emails: Vec<String> = (1..=250).map(|n| format!("P{n}@x.example")).chain(["ada@x.example".into()]).collect();
    let people = || emails.iter().map(|email| by_email(email)).collect::<Vec<_>>();
    let ends = "SELECT * FROM (SELECT 'u', id, email, '' FROM users UNION ALL SELECT 'o', id, ship_to, user_id::text FROM orders
        UNION ALL SELECT 'm', id, body, receiver::text FROM messages UNION ALL SELECT 'i', id, billed, user_id::text FROM invoices) q ORDER BY 1, 2";
    server.run("CREATE DATABASE twin TEMPLATE app").await;
    let report = connector.carry_out(&erasure(people())).await.unwrap();
    assert_eq!(rows(&report, "users", Did::Deleted), 251);
    let batch = server.rows(ends).await;
    assert_eq!(connector.search(&people()).await.unwrap(), []);
    drop(connector);
    let twin = crate::connector_at(&server.address().replace("/app", "/twin"), SHOP_PLACES);
    for email in &emails {
        erase(twin.as_ref(), email).await;
    }
    let (client, connection) =
        tokio_postgres::connect(&server.address().replace("/app", "/twin"), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let found = client.simple_query(ends).await.unwrap();
    let one_by_one: Vec<String> = found
        .iter()
        .filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|at| row.get(at).unwrap_or("-")).collect::<Vec<_>>().join("|"))
            }
            _ => None,
        })
        .collect();
    assert_eq!(batch, one_by_one);
}

#[tokio::test]
async fn a_preview_counts_and_changes_nothing() {
    let server = PostgresServer::start();
    server.run(SHOP).await;
    let previews = connector(&server, SHOP_PLACES).preview(&erasure(vec![by_email("ADA@x.example")])).await.unwrap();
    let told = |place: &str, did| previews.iter().find(|it| it.would.place == place && it.would.did == did).unwrap();
    assert_eq!(told("users", Did::Deleted).would.n_rows, 1);
    assert_eq!(told("items", Did::DeIdentified).would.n_rows, 2);
    assert!(!format!("{previews:?}").to_lowercase().contains("ada@"));
    assert_eq!(server.rows("SELECT count(*) FROM users").await, ["2"]);
}

#[tokio::test]
async fn an_export_withholds_what_is_about_others() {
    let server = PostgresServer::start();
    server.run(SHOP).await;
    let mut kept = Kept::default();
    connector(&server, SHOP_PLACES).read(&[by_email("ada@x.example")], &mut kept).await.unwrap();
    assert_eq!(values(&kept, "users", "email"), ["Ada@x.example"]);
    assert_eq!(values(&kept, "messages", "receiver"), ["<withheld>", "1"]);
    assert_eq!(values(&kept, "messages", "sender"), ["1", "<withheld>"]);
    assert_eq!(values(&kept, "messages", "body"), ["hello", "<withheld>"]);
}

#[tokio::test]
async fn a_mark_that_is_lifted_says_what_the_policy_says_otherwise_and_a_no_has_one_of_its_own() {
    let server = PostgresServer::start();
    server.run(&format!("{SHOP} ALTER TABLE users ADD COLUMN polls boolean NOT NULL DEFAULT true;")).await;
    let places = SHOP_PLACES.replace(
        "set state to \"restricted\"",
        "set state to \"restricted\", otherwise \"on\"\n        on objection to polls set polls to \"false\", otherwise \"true\"",
    );
    let connector = connector(&server, &places);
    let task = |act| Task { act, people: vec![by_email("ada@x.example")] };
    let rows = "SELECT state || ' ' || polls FROM users ORDER BY id";
    for (act, ada) in [
        (Act::Restrict, "restricted true"),
        (Act::Stop("polls".into()), "restricted false"),
        (Act::LiftRestriction, "on false"),
        (Act::Allow("polls".into()), "on true"),
    ] {
        let task = task(act);
        for _ in 0..2 {
            let (of, turn) = task.act.mark().unwrap();
            let report = connector.carry_out(&task).await.unwrap();
            let done = report.places.iter().find(|place| place.place == "users").unwrap();
            assert_eq!((done.did, done.n_rows), (of.did(turn), 1), "{report:?}");
            assert_eq!(server.rows(rows).await, [ada, "on true"], "{:?}", task.act);
        }
    }
    let report = connector.carry_out(&task(Act::Stop("polls".into()))).await.unwrap();
    assert_eq!(report.places.len(), 1, "no other place is mapped for the purpose: {report:?}");
}

#[tokio::test]
async fn a_value_is_put_right_and_a_restriction_marked() {
    let server = PostgresServer::start();
    server.run(SHOP).await;
    let connector = connector(&server, SHOP_PLACES);
    let task = |act| Task { act, people: vec![by_email("ada@x.example")] };
    let correct = |field: &str, value: &str| {
        let value = Some(Secret::new(value.to_owned()));
        task(Act::Rectify(vec![Correction { person: PersonIx(0), field: field.into(), value }]))
    };
    connector.carry_out(&correct("person.name", "Ada L.")).await.unwrap();
    assert_eq!(server.rows("SELECT name FROM users ORDER BY id").await, ["Ada L.", "Bob"]);
    assert_eq!(server.rows("SELECT billed FROM invoices ORDER BY id").await, ["Ada L.", "Bob"]);
    connector.carry_out(&task(Act::Restrict)).await.unwrap();
    assert_eq!(server.rows("SELECT state FROM users ORDER BY id").await, ["restricted", "on"]);
    connector.carry_out(&task(Act::LiftRestriction)).await.unwrap();
    assert_eq!(server.rows("SELECT state FROM users ORDER BY id").await, ["-", "on"]);
    // A copy that would meet another person's value is refused, and nothing is changed.
    let error = connector.carry_out(&correct("person.email", "bob@x.example")).await.unwrap_err();
    assert_eq!(error.code(), "system.refused");
    assert_eq!(server.rows("SELECT email FROM users ORDER BY id").await, ["Ada@x.example", "bob@x.example"]);
}

#[tokio::test]
async fn what_stands_only_in_rows_that_are_led_to_is_put_right_and_names_its_person() {
    let server = PostgresServer::start();
    server.run(LED_TO).await;
    let connector = connector(&server, LED_TO_PLACES);
    let found = connector.identify(&[by_email("ada@x.example")]).await.unwrap();
    assert_eq!(found.iter().map(|found| found.identifier.value.expose().as_str()).collect::<Vec<_>>(), ["ada99"]);
    connector.carry_out(&led_to_correction()).await.unwrap();
    assert_eq!(server.rows("SELECT phone FROM phones ORDER BY id").await, ["+41 1", "+41 9"]);
}
