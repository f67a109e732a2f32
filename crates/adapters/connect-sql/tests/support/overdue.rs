//! A shop with rows that are over their time: the same in every database, with the same end.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::sync::Arc;

use candor_connect::Connector;
use candor_manifest::model::KeepEvent;
use candor_places::{Began, Concerned, Ending, Overdue, OverdueDid, OverdueTask, SystemMap};
use candor_words::Instant;

use super::by_email;

/// The places of the shop.
pub const PLACES: &str = r#"
    place users key id {
        owned by subject through email as person.email
        person.name at name
        on erasure delete
    }
    place visits key id {
        owned by users through user_id
        person.phone at phone
        created at seen_at
        on erasure delete
    }
    place tags key visit_id, tag {
        owned by visits through visit_id
        on erasure delete
    }
    place posts key id {
        owned by users through user_id
        person.said at body
        person.phone at reached_at
        created at posted_at
        on erasure de-identify
    }
    place invoices key id {
        owned by users through user_id
        person.phone at billed
        created at billed_at
        on erasure keep "§ 257 HGB: ten years"
    }
"#;

/// The tables, with `MOMENT` where a moment stands.
pub const SCHEMA: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(190) NOT NULL UNIQUE, name VARCHAR(80));
    CREATE TABLE visits (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), phone VARCHAR(80), seen_at MOMENT);
    CREATE TABLE tags (visit_id INTEGER NOT NULL REFERENCES visits (id), tag VARCHAR(20) NOT NULL, PRIMARY KEY (visit_id, tag));
    CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), body VARCHAR(80) NOT NULL,
        reached_at VARCHAR(80), posted_at MOMENT NOT NULL);
    CREATE TABLE invoices (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), billed VARCHAR(80), billed_at MOMENT);
    INSERT INTO users VALUES (1, 'ada@x.example', 'Ada'), (2, 'bob@x.example', 'Bob'), (3, 'eve@x.example', 'Eve'),
        (4, 'kim@x.example', 'Kim'), (5, 'may@x.example', 'May');
    INSERT INTO visits VALUES (1, 1, '1', '2020-01-01 10:00:00'), (2, 1, '1', '2026-01-01 10:00:00'),
        (3, 3, '3', '2020-01-01 10:00:00'), (4, NULL, '4', '2020-01-01 10:00:00'), (5, 2, '2', NULL),
        (6, 5, '5', '2024-06-01 10:00:00'), (7, 2, '2', '2024-06-01 10:00:00');
    INSERT INTO tags VALUES (1, 'a'), (1, 'b'), (2, 'a'), (3, 'a');
    INSERT INTO posts VALUES (1, 2, 'old', '2', '2020-01-01 10:00:00'), (2, 2, 'newer', '2', '2024-06-01 10:00:00'),
        (3, 2, 'new', '2', '2026-06-01 10:00:00');
    INSERT INTO invoices VALUES (1, 4, 'Kim', '2020-01-01 10:00:00');
";

pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// Names and addresses end with what is known of people; telephone numbers two years after, and what was said four years after the
/// row was made; for managed accounts numbers after one year less.
pub fn task(map: &Arc<SystemMap>, people: Vec<Concerned>) -> OverdueTask {
    let ending = |field: &str, event: KeepEvent, by: &str| Ending {
        field: format!("person.{field}"),
        all: vec![vec![Began { event, by: at(by) }]],
    };
    let endings = |phone: &str| {
        vec![
            ending("email", KeepEvent::LastSignIn, "2023-11-01T00:00:00Z"),
            ending("name", KeepEvent::LastSignIn, "2023-11-01T00:00:00Z"),
            ending("phone", KeepEvent::Created, phone),
            ending("said", KeepEvent::Created, "2022-11-01T00:00:00Z"),
        ]
    };
    OverdueTask {
        map: Arc::clone(map),
        endings: endings("2024-11-01T00:00:00Z"),
        managed: endings("2023-11-01T00:00:00Z"),
        people,
    }
}

pub fn concerned(email: &str, held: Option<&str>, is_managed: bool, has_ended: bool) -> Concerned {
    let ended = if has_ended { vec!["person.email".to_owned(), "person.name".to_owned()] } else { Vec::new() };
    Concerned { person: by_email(email), held: held.map(str::to_owned), is_managed, ended }
}

/// Ada and Kim have not signed in for long, Eve is under a hold, May's account is managed.
pub fn people() -> Vec<Concerned> {
    vec![
        concerned("ada@x.example", None, false, true),
        concerned("EVE@x.example", Some("case 17"), false, true),
        concerned("kim@x.example", None, false, true),
        concerned("may@x.example", None, true, false),
    ]
}

pub fn n(told: &[Overdue], place: &str, did: OverdueDid) -> u64 {
    told.iter().filter(|it| it.place == place && it.did == did).map(|it| it.n_rows).sum()
}

/// What every database does with it; `all` reads rows of a query as text.
pub async fn check(connector: &dyn Connector, map: &Arc<SystemMap>, all: impl AsyncFn(&str) -> Vec<String>) {
    let before = all("SELECT count(*) FROM visits").await;
    let foreseen = connector.preview_overdue(&task(map, people())).await.unwrap();
    assert_eq!(all("SELECT count(*) FROM visits").await, before, "a preview changes nothing");
    let done = connector.end_overdue(&task(map, people())).await.unwrap();
    for told in [&foreseen, &done] {
        // Visit 1 of Ada, 4 of nobody, 7 of Bob; 6 is of a managed account, whose administrator keeps them longer.
        assert_eq!(n(told, "visits", OverdueDid::Deleted), 3, "{told:#?}");
        assert_eq!(n(told, "visits", OverdueDid::Held), 1);
        assert_eq!(n(told, "visits", OverdueDid::Undated), 1);
        assert_eq!(n(told, "tags", OverdueDid::Deleted), 2, "what has no field of its own follows");
        // Ada's visit of this year refers to her, Kim's invoice is kept: both wait.
        assert_eq!(n(told, "users", OverdueDid::Deleted), 0);
        assert_eq!(n(told, "users", OverdueDid::Waiting), 2);
        assert_eq!(n(told, "users", OverdueDid::Held), 1);
        let held = told.iter().find(|it| it.place == "users" && it.did == OverdueDid::Held).unwrap();
        assert_eq!(held.because.as_deref(), Some("case 17"));
        assert_eq!(n(told, "posts", OverdueDid::DeIdentified), 1, "the old one says nothing any more");
        assert_eq!(n(told, "posts", OverdueDid::Emptied), 1, "the newer one's number is over, what it says is not");
        assert_eq!(n(told, "invoices", OverdueDid::Kept), 1);
        let fields: BTreeSet<&str> = told
            .iter()
            .filter(|it| it.place == "posts" && it.did == OverdueDid::Emptied && it.n_rows > 0)
            .flat_map(|it| it.fields.iter().map(String::as_str))
            .collect();
        assert_eq!(fields, BTreeSet::from(["person.phone"]));
    }
    assert!(foreseen.iter().any(|it| it.statements.iter().any(|statement| statement.starts_with("DELETE"))));
    assert_eq!(all("SELECT id FROM visits ORDER BY id").await, ["2", "3", "5", "6"]);
    assert_eq!(all("SELECT visit_id FROM tags ORDER BY visit_id").await, ["2", "3"]);
    assert_eq!(all("SELECT id FROM users ORDER BY id").await, ["1", "2", "3", "4", "5"]);
    assert_eq!(all("SELECT coalesce(reached_at, '-') FROM posts ORDER BY id").await, ["-", "-", "2"]);
    let bodies = all("SELECT body FROM posts ORDER BY id").await;
    assert!(bodies[0] != "old" && bodies[1..] == ["newer", "new"], "{bodies:?}");

    // Nothing is left, and nothing is done twice.
    let again = connector.end_overdue(&task(map, people())).await.unwrap();
    let changed: Vec<&Overdue> = again.iter().filter(|it| it.did.is_change() && it.n_rows > 0).collect();
    assert_eq!(changed, [] as [&Overdue; 0]);
    // Once nothing refers to her any more, Ada goes; once the hold is lifted, Eve.
    connector_free(&all).await;
    let people = vec![concerned("ada@x.example", None, false, true), concerned("eve@x.example", None, false, true)];
    let done = connector.end_overdue(&task(map, people)).await.unwrap();
    assert_eq!(n(&done, "users", OverdueDid::Deleted), 2, "{done:#?}");
    assert_eq!(all("SELECT id FROM users ORDER BY id").await, ["2", "4", "5"]);
}

/// Ada's last visit grows old.
async fn connector_free(all: &impl AsyncFn(&str) -> Vec<String>) {
    all("UPDATE visits SET seen_at = '2020-01-01 10:00:00' WHERE id = 2").await;
}
