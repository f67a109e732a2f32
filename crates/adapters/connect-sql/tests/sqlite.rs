//! SQLite, end to end: a file as an application would have it.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;

use candor_connect::{ConnectError, Connector};
use candor_connect_sql::sqlite;
use candor_places::{Act, Correction, Did, PersonIx, Role, Task};
use candor_words::Secret;
use rusqlite::Connection;
use support::*;

struct File {
    folder: tempfile::TempDir,
    at: Connection,
}

impl File {
    fn with(schema: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = Connection::open(folder.path().join("app.db")).unwrap();
        at.execute_batch(schema).unwrap();
        Self { folder, at }
    }

    fn connector(&self, places: &str) -> Arc<dyn Connector> {
        let path = self.folder.path().join("app.db");
        sqlite(map("sqlite", places), &Secret::new(path.to_str().unwrap().to_owned())).unwrap()
    }

    fn all(&self, query: &str) -> Vec<String> {
        let mut statement = self.at.prepare(query).unwrap();
        let n = statement.column_count();
        let rows = statement.query_map([], |row| {
            let texts = (0..n).map(|at| {
                row.get::<_, rusqlite::types::Value>(at).map(|value| match value {
                    rusqlite::types::Value::Null => "-".to_owned(),
                    rusqlite::types::Value::Integer(it) => it.to_string(),
                    rusqlite::types::Value::Text(it) => it,
                    other => format!("{other:?}"),
                })
            });
            Ok(texts.collect::<rusqlite::Result<Vec<_>>>()?.join("|"))
        });
        rows.unwrap().map(Result::unwrap).collect()
    }
}

const SHOP: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, state TEXT);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), total INTEGER NOT NULL, ship_to TEXT);
    CREATE TABLE items (order_id INTEGER NOT NULL REFERENCES orders (id), line INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '', PRIMARY KEY (order_id, line));
    CREATE TABLE messages (id INTEGER PRIMARY KEY, sender INTEGER NOT NULL REFERENCES users (id), receiver INTEGER REFERENCES users (id), body TEXT);
    CREATE TABLE invoices (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), billed TEXT);
    INSERT INTO users VALUES (1, 'Ada@x.example', 'Ada', 'on'), (2, 'bob@x.example', 'Bob', 'on');
    INSERT INTO orders VALUES (10, 1, 5, 'Ada, Street 1'), (11, 2, 6, 'Bob, Street 2');
    INSERT INTO items VALUES (10, 1, 'for Ada'), (10, 2, ''), (11, 1, 'for Bob');
    INSERT INTO messages VALUES (20, 1, 2, 'hello'), (21, 2, 1, 'hi Ada'), (22, 2, NULL, 'all');
    INSERT INTO invoices VALUES (30, 1, 'Ada'), (31, 2, 'Bob');";

const SHOP_PLACES: &str = r#"
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

#[tokio::test]
async fn a_person_is_erased_from_every_place_as_it_says_and_nobody_else_is_touched() {
    let file = File::with(SHOP);
    let connector = file.connector(SHOP_PLACES);
    let report = erase(connector.as_ref(), "ada@x.example").await;
    assert_eq!(file.all("SELECT * FROM users"), ["2|bob@x.example|Bob|on"]);
    assert_eq!(file.all("SELECT * FROM orders"), ["10|-|5|-", "11|2|6|Bob, Street 2"]);
    assert_eq!(file.all("SELECT * FROM items"), ["10|1|", "10|2|", "11|1|for Bob"]);
    assert_eq!(file.all("SELECT * FROM messages"), ["21|2|-|hi Ada", "22|2|-|all"]);
    assert_eq!(file.all("SELECT * FROM invoices"), ["30|-|Ada", "31|2|Bob"]);
    assert_eq!(rows(&report, "users", Did::Deleted), 1);
    assert_eq!(rows(&report, "items", Did::DeIdentified), 2);
    assert_eq!(rows(&report, "invoices", Did::Kept), 1);
    let kept = report.places.iter().find(|it| it.did == Did::Kept).unwrap();
    assert_eq!(kept.because.as_deref(), Some("Commercial code: ten years"));
    assert_eq!(traces(connector.as_ref(), "ada@x.example").await, []);
    let again = erase(connector.as_ref(), "ada@x.example").await;
    assert!(again.places.iter().all(|it| it.n_rows == 0), "{again:?}");
}

#[tokio::test]
async fn a_preview_says_what_would_be_done_and_does_nothing() {
    let file = File::with(SHOP);
    let before = file.all("SELECT * FROM users UNION ALL SELECT * FROM orders");
    let previews = file.connector(SHOP_PLACES).preview(&erasure(vec![by_email("ADA@x.example")])).await.unwrap();
    let told = |place: &str, did| previews.iter().find(|it| it.would.place == place && it.would.did == did).unwrap();
    assert_eq!(told("users", Did::Deleted).would.n_rows, 1);
    assert!(told("users", Did::Deleted).statements[0].starts_with("DELETE FROM \"users\""));
    assert_eq!(told("messages", Did::Deleted).would.n_rows, 1);
    assert!(!format!("{previews:?}").to_lowercase().contains("ada@"));
    assert_eq!(file.all("SELECT * FROM users UNION ALL SELECT * FROM orders"), before);
}

#[tokio::test]
async fn what_is_about_others_is_withheld() {
    let file = File::with(SHOP);
    let mut kept = Kept::default();
    file.connector(SHOP_PLACES).read(&[by_email("ada@x.example")], &mut kept).await.unwrap();
    assert_eq!(values(&kept, "users", "email"), ["Ada@x.example"]);
    assert_eq!(values(&kept, "items", "note"), ["for Ada", ""]);
    // Sent: whom it went to is withheld. Received: who sent it and what they said is.
    assert_eq!(values(&kept, "messages", "receiver"), ["<withheld>", "1"]);
    assert_eq!(values(&kept, "messages", "sender"), ["1", "<withheld>"]);
    assert_eq!(values(&kept, "messages", "body"), ["hello", "<withheld>"]);
    let roles: Vec<Role> = kept.0.iter().filter(|row| row.place == "messages").map(|row| row.role).collect();
    assert_eq!(roles, [Role::Owner, Role::Mentioned]);
}

#[tokio::test]
async fn a_value_is_put_right_where_it_stands_and_in_its_copies() {
    let file = File::with(SHOP);
    let connector = file.connector(SHOP_PLACES);
    let correct = |field: &str, value: &str| Task {
        act: Act::Rectify(vec![Correction {
            person: PersonIx(0),
            field: field.into(),
            value: Some(Secret::new(value.into())),
        }]),
        people: vec![by_email("ada@x.example")],
    };
    let report = connector.carry_out(&correct("person.name", "Ada L.")).await.unwrap();
    assert_eq!(file.all("SELECT name FROM users"), ["Ada L.", "Bob"]);
    assert_eq!(file.all("SELECT ship_to FROM orders"), ["Ada L.", "Bob, Street 2"]);
    assert_eq!(rows(&report, "users", Did::Corrected), 1);
    connector.carry_out(&correct("person.email", "lovelace@x.example")).await.unwrap();
    assert_eq!(file.all("SELECT email FROM users ORDER BY id"), ["lovelace@x.example", "bob@x.example"]);
}

#[tokio::test]
async fn what_stands_only_in_rows_that_are_led_to_is_put_right_and_names_its_person() {
    let file = File::with(LED_TO);
    let connector = file.connector(LED_TO_PLACES);
    let found = connector.identify(&[by_email("ada@x.example")]).await.unwrap();
    assert_eq!(found.iter().map(|found| found.identifier.value.expose().as_str()).collect::<Vec<_>>(), ["ada99"]);
    connector.carry_out(&led_to_correction()).await.unwrap();
    assert_eq!(file.all("SELECT phone FROM phones ORDER BY id"), ["+41 1", "+41 9"]);
}

#[tokio::test]
async fn a_restriction_is_marked_and_lifted() {
    let file = File::with(SHOP);
    let connector = file.connector(SHOP_PLACES);
    let task = |act| Task { act, people: vec![by_email("ada@x.example")] };
    let report = connector.carry_out(&task(Act::Restrict)).await.unwrap();
    assert_eq!(file.all("SELECT state FROM users"), ["restricted", "on"]);
    assert_eq!(rows(&report, "users", Did::Restricted), 1);
    assert_eq!(rows(&report, "orders", Did::CannotHold), 1);
    connector.carry_out(&task(Act::LiftRestriction)).await.unwrap();
    assert_eq!(file.all("SELECT state FROM users"), ["-", "on"]);
}

#[tokio::test]
async fn further_identifiers_are_found_before_anything_is_erased() {
    let file = File::with(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, login TEXT NOT NULL);
         CREATE TABLE posts (id INTEGER PRIMARY KEY, author TEXT NOT NULL, body TEXT);
         CREATE TABLE addresses (id INTEGER PRIMARY KEY, author TEXT NOT NULL, email TEXT);
         INSERT INTO users VALUES (1, 'ada@x.example', 'ada99'), (2, 'bob@x.example', 'bob');
         INSERT INTO posts VALUES (1, 'ada99', 'x'), (2, 'bob', 'y');
         INSERT INTO addresses VALUES (1, 'Ada99', 'old@x.example');",
    );
    let connector = file.connector(
        "place users key id {\n owned by subject through email as person.email\n person.login at login\n on erasure delete\n}\n\
         place posts key id {\n owned by subject through author as person.login\n on erasure delete\n}\n\
         place addresses key id {\n owned by subject through author as person.login\n person.email at email\n on erasure delete\n}",
    );
    let told = async |known: &[(&str, &str)]| {
        let found = connector.identify(&[person(known)]).await.unwrap();
        found.iter().map(|it| it.identifier.value.expose().clone()).collect::<Vec<_>>()
    };
    assert_eq!(told(&[("email", "ada@x.example")]).await, ["ada99"], "one step: whoever asks may know better");
    assert_eq!(told(&[("email", "ada@x.example"), ("login", "ada99")]).await, ["old@x.example"]);
    let all = [("email", "ada@x.example"), ("login", "ada99"), ("email", "old@x.example")];
    assert_eq!(told(&all).await, Vec::<String>::new());
}

const GIFTS: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), ask TEXT);
    CREATE TABLE hints (id INTEGER PRIMARY KEY, by_user INTEGER REFERENCES users (id), friend TEXT);
    INSERT INTO users VALUES (1, 'ada@x.example', 'Ada'), (2, 'bob@x.example', 'Bob');
    INSERT INTO orders VALUES (1, 1, 'ADA@x.example'), (2, 1, 'bob@x.example'), (3, 2, 'bob@x.example');
    INSERT INTO hints VALUES (1, 1, 'cy@x.example'), (2, 1, 'bob@x.example'), (3, 2, 'ada@x.example');";

const GIFTS_PLACES: &str = "
    place users key id {\n owned by subject through email as person.email\n person.name at name\n on erasure delete\n}
    place orders key id {\n owned by users through user_id\n person.email at ask\n on erasure delete\n}
    place hints key id {\n owned by users through by_user\n owned jointly by subject through friend as person.email\n on erasure delete\n}";

#[tokio::test]
async fn an_address_that_a_person_wrote_into_an_order_leads_to_nobody_else() {
    let file = File::with(GIFTS);
    let connector = file.connector(GIFTS_PLACES);
    // It is searched for, by where it stands, and names nobody's account.
    let found = connector.identify(&[by_email("ada@x.example")]).await.unwrap();
    let mut named: Vec<(&str, &str)> =
        found.iter().map(|it| (it.identifier.field.as_str(), it.identifier.value.expose().as_str())).collect();
    named.sort_unstable();
    assert_eq!(named, [("orders.ask", "bob@x.example")]);
    let mut ada = by_email("ada@x.example");
    ada.identifiers.extend(found.into_iter().map(|found| found.identifier));
    connector.carry_out(&erasure(vec![ada])).await.unwrap();
    assert_eq!(file.all("SELECT email FROM users"), ["bob@x.example"]);
    assert_eq!(file.all("SELECT id FROM orders"), ["3"]);
}

#[tokio::test]
async fn an_address_of_somebody_else_is_not_put_right_with_a_persons_own() {
    let file = File::with(GIFTS);
    let connector = file.connector(GIFTS_PLACES);
    let value = Some(Secret::new("lovelace@x.example".to_owned()));
    let task = Task {
        act: Act::Rectify(vec![Correction { person: PersonIx(0), field: "person.email".into(), value }]),
        people: vec![by_email("ada@x.example")],
    };
    let report = connector.carry_out(&task).await.unwrap();
    assert_eq!(file.all("SELECT email FROM users ORDER BY id"), ["lovelace@x.example", "bob@x.example"]);
    assert_eq!(
        file.all("SELECT ask FROM orders ORDER BY id"),
        ["lovelace@x.example", "bob@x.example", "bob@x.example"]
    );
    assert_eq!(
        file.all("SELECT friend FROM hints ORDER BY id"),
        ["cy@x.example", "bob@x.example", "lovelace@x.example"]
    );
    assert_eq!(rows(&report, "orders", Did::Corrected), 1);
    assert_eq!(rows(&report, "hints", Did::Corrected), 1);
}

#[tokio::test]
async fn what_two_people_own_goes_with_the_second_although_the_account_of_the_first_stays_without_them() {
    let file = File::with(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);
         CREATE TABLE plans (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES users (id), b INTEGER REFERENCES users (id), title TEXT);
         INSERT INTO users VALUES (1, 'ada@x.example'), (2, 'bob@x.example'), (3, 'cy@x.example');
         INSERT INTO plans VALUES (1, 1, 2, 'our bed'), (2, 2, 1, 'a bed'), (3, 1, 3, 'with Cy');",
    );
    let connector = file.connector(
        "place users key id {\n owned by subject through email as person.email\n on erasure de-identify\n}\n\
         place plans key id {\n owned by users through a\n owned jointly by users through b\n person.said at title\n on erasure delete\n}",
    );
    erase(connector.as_ref(), "ada@x.example").await;
    assert_eq!(file.all("SELECT id FROM plans ORDER BY id"), ["1", "2", "3"], "each has another owner");
    erase(connector.as_ref(), "bob@x.example").await;
    assert_eq!(file.all("SELECT id FROM plans ORDER BY id"), ["3"]);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_before_anything_is_done() {
    let file = File::with(SHOP);
    let refused = |places: &str| {
        let connector = file.connector(places);
        async move { connector.carry_out(&erasure(vec![by_email("ada@x.example")])).await.unwrap_err() }
    };
    let error =
        refused("place people key id {\n owned by subject through email as person.email\n on erasure delete\n}").await;
    assert!(matches!(error, ConnectError::SchemaDiffers { what } if what.contains("`people` is not there")));
    let error =
        refused("place users key id {\n owned by subject through mail as person.email\n on erasure delete\n}").await;
    assert!(matches!(error, ConnectError::SchemaDiffers { what } if what.contains("no column `mail`")));
    // Messages refer to users, and nobody says whose they are.
    let error =
        refused("place users key id {\n owned by subject through email as person.email\n on erasure delete\n}").await;
    assert!(matches!(error, ConnectError::Refused { why } if why.contains("is not mapped")));
    assert_eq!(file.all("SELECT count(*) FROM users"), ["2"]);
}

#[tokio::test]
async fn a_mapping_is_proposed_that_the_manifest_language_takes_and_the_connector_carries_out() {
    let file = File::with(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, contact TEXT NOT NULL, first_name TEXT, secret_hash TEXT);
         CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customers (id), ship_street TEXT);
         CREATE TABLE notes (id INTEGER PRIMARY KEY, writer INTEGER NOT NULL REFERENCES customers (id), reader INTEGER REFERENCES customers (id), said TEXT);
         CREATE TABLE visits (ip_addr TEXT);
         CREATE TABLE settings (id INTEGER PRIMARY KEY, value TEXT);
         INSERT INTO customers VALUES (1, 'ada@x.example', 'Ada', '$2y$10$a'), (2, 'bob@x.example', 'Bob', '$2y$10$b'), (3, 'cy@x.example', 'Cy', '$2y$10$c');
         INSERT INTO orders VALUES (1, 1, 's'), (2, 2, 't'); INSERT INTO notes VALUES (1, 1, 2, 'x'), (2, 2, 1, 'y');
         INSERT INTO visits VALUES ('10.0.0.1'), ('10.0.0.2'), ('10.0.0.3');",
    );
    let empty = file.connector(
        "place customers key id {\n owned by subject through contact as person.email\n on erasure delete\n}",
    );
    let catalogue = empty.catalogue().await.unwrap();
    let mut samples = candor_places::Samples::new();
    for table in &catalogue.tables {
        for column in &table.columns {
            let values = empty.sample(&table.name, &column.name, 100).await.unwrap();
            samples.insert(
                (table.name.clone(), column.name.clone()),
                values.iter().map(|value| value.expose().clone()).collect(),
            );
        }
    }
    let known = [
        candor_places::KnownField { name: "person.email".into(), term: "EmailAddress".into(), identifies: true },
        candor_places::KnownField { name: "person.name".into(), term: "Name".into(), identifies: false },
    ];
    let map = map(
        "sqlite",
        "place customers key id {\n owned by subject through contact as person.email\n on erasure delete\n}",
    );
    let proposal = candor_places::discover(&map, &catalogue, &samples, &known);
    assert!(!proposal.contains("x.example"), "a proposal shows no value");
    for line in [
        "owned by subject through contact as person.email",
        "person.name at first_name",
        "found.password at secret_hash",
        "place orders key id",
        "owned by customers through customer",
        "owned by customers through writer",
        "accessed by customers through reader",
        "# Whose are these rows?",
    ] {
        assert!(proposal.contains(line), "{line} is missing in\n{proposal}");
    }
    assert!(proposal.contains("# Nothing personal was seen in: settings") && !proposal.contains("place settings"));
    let (found, system) = proposal.split_at(proposal.find("system app").unwrap());
    let places = system.split_once('{').unwrap().1.rsplit_once('}').unwrap().0;
    let connector = sqlite(
        map_with("sqlite", found, places),
        &Secret::new(file.folder.path().join("app.db").to_str().unwrap().to_owned()),
    )
    .unwrap();
    erase(connector.as_ref(), "ada@x.example").await;
    assert_eq!(file.all("SELECT id FROM customers UNION ALL SELECT id FROM orders"), ["2", "3", "2"]);
    assert_eq!(file.all("SELECT * FROM notes"), ["2|2|-|y"]);
}

#[tokio::test]
async fn what_others_noted_about_others_is_withheld_of_own_rows_too_and_what_is_too_long_stays_where_it_is() {
    let file = File::with(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, said TEXT, noted TEXT);
         INSERT INTO customers VALUES (1, 'ada@x.example', 'my words on Bob', 'met with Bob'), (2, 'bob@x.example', NULL, NULL);",
    );
    let long = "q".repeat(candor_places::VALUE_BYTES_MAX);
    file.at.execute("INSERT INTO customers VALUES (3, 'ada@x.example', ?1, NULL)", [&long]).unwrap();
    file.at.execute("INSERT INTO customers VALUES (4, 'ada@x.example', ?1 || 'q', NULL)", [&long]).unwrap();
    let further = "data found {\n noted: Communication, about others, optional, from observed\n}\n";
    let places = "place customers key id {
        owned by subject through email as person.email
        person.said at said
        found.noted at noted
        on erasure delete
    }";
    let path = file.folder.path().join("app.db");
    let connector =
        sqlite(map_with("sqlite", further, places), &Secret::new(path.to_str().unwrap().to_owned())).unwrap();
    let mut kept = Kept::default();
    connector.read(&[by_email("ada@x.example")], &mut kept).await.unwrap();
    assert_eq!(values(&kept, "customers", "noted"), ["<withheld>", "", ""]);
    assert_eq!(values(&kept, "customers", "said"), ["my words on Bob", long.as_str(), ""]);
    let too_long = kept.0.iter().flat_map(|row| &row.values).filter(|value| value.is_too_long);
    assert_eq!(too_long.map(|value| value.column.as_str()).collect::<Vec<_>>(), ["said"]);
}

#[tokio::test]
async fn a_mapping_is_held_beside_the_live_schema() {
    let file = File::with(&format!(
        "{SHOP} CREATE TABLE badges (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id));
         CREATE TABLE subscribers (id INTEGER PRIMARY KEY, email TEXT);
         CREATE TABLE tally (n INTEGER);
         CREATE TRIGGER count AFTER DELETE ON users BEGIN UPDATE tally SET n = n + 1; END;"
    ));
    let places = SHOP_PLACES.replace("accessed by users through receiver\n", "").replace("person.name at name\n", "");
    let catalogue = file.connector(&places).catalogue().await.unwrap();
    let dialect = candor_places::sql::Dialect::Sqlite;
    let found = candor_places::check(&map("sqlite", &places), &catalogue, dialect, &Default::default());
    let told: Vec<(&str, &str, bool)> = found.iter().map(|it| (it.code, it.place.as_str(), it.is_error)).collect();
    for expected in [
        ("child-unmapped", "badges", true),
        ("owner-ambiguous", "messages", false),
        ("table-unowned", "subscribers", false),
        ("trigger-changes", "users", false),
    ] {
        assert!(told.contains(&expected), "{expected:?} is missing in {found:#?}");
    }
}

#[tokio::test]
async fn twelve_hundred_places_are_one_plan() {
    let mut schema = String::from(
        "BEGIN; CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL); INSERT INTO users VALUES (1, 'ada@x.example'), (2, 'bob@x.example');",
    );
    let mut places =
        String::from("place users key id {\n owned by subject through email as person.email\n on erasure delete\n}\n");
    for n in 0..1_200 {
        // Chains of ten.
        let to = if n % 10 == 0 { "users".to_owned() } else { format!("t{}", n - 1) };
        schema.push_str(&format!(
            "CREATE TABLE t{n} (id INTEGER PRIMARY KEY, up INTEGER NOT NULL REFERENCES {to} (id)); INSERT INTO t{n} VALUES (1, 1), (2, 2);"
        ));
        places.push_str(&format!("place t{n} key id {{\n owned by {to} through up\n on erasure delete\n}}\n"));
    }
    let file = File::with(&format!("{schema} COMMIT"));
    let report = erase(file.connector(&places).as_ref(), "ada@x.example").await;
    assert_eq!(report.places.iter().map(|it| it.n_rows).sum::<u64>(), 1_201);
    assert_eq!(
        file.all("SELECT id FROM t0 UNION ALL SELECT id FROM t9 UNION ALL SELECT id FROM t1199"),
        ["2", "2", "2"]
    );
}

#[tokio::test]
async fn a_column_that_is_something_else_in_each_row_is_given_as_what_it_is_there() {
    let file = File::with(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, email TEXT NOT NULL, kind TEXT NOT NULL, value TEXT);
         INSERT INTO notes VALUES (1, 'ada@x.example', 'name', 'Ada'), (2, 'ada@x.example', 'phone', '+44'), (3, 'ada@x.example', 'colour', 'red');",
    );
    let connector = file.connector(
        "place notes key id {
            owned by subject through email as person.email
            person.name at value where kind is \"name\"
            person.phone at value where kind is \"phone\", \"mobile\"
            on erasure delete
        }",
    );
    let mut kept = Kept::default();
    connector.read(&[by_email("ada@x.example")], &mut kept).await.unwrap();
    let values = kept.0.iter().flat_map(|row| &row.values).filter(|value| value.column == "value");
    let given: Vec<_> = values.map(|it| (it.value.as_deref().unwrap(), it.field.as_deref(), it.is_provided)).collect();
    assert_eq!(given, [("Ada", Some("person.name"), true), ("+44", Some("person.phone"), true), ("red", None, false)]);
}
