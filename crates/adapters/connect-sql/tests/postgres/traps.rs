//! The traps that real schemas set: each gives the right result or a clear refusal.

use candor_connect::ConnectError;
use candor_places::Did;

use crate::server::PostgresServer;
use crate::support::*;
use crate::{connector, connector_at};

const USERS: &str = "place users key id {\n owned by subject through email as person.email\n person.name at name\n on erasure delete\n}\n";

async fn refusal(server: &PostgresServer, places: &str) -> ConnectError {
    connector(server, places).carry_out(&erasure(vec![by_email("ada@x.example")])).await.unwrap_err()
}

#[tokio::test]
async fn a_trigger_that_copies_rows_is_followed_or_refused() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text);
             CREATE TABLE users_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text, at timestamptz DEFAULT now());
             CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 INSERT INTO users_log (email) VALUES (OLD.email); RETURN OLD; END $$;
             CREATE TRIGGER keep AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION keep();
             INSERT INTO users VALUES (1, 'ada@x.example', 'Ada'), (2, 'bob@x.example', 'Bob');",
        )
        .await;
    let error = refusal(&server, USERS).await;
    assert!(
        matches!(&error, ConnectError::Refused { why } if why.contains("`keep`") && why.contains("`users_log`")),
        "{error}"
    );
    assert_eq!(server.rows("SELECT count(*) FROM users").await, ["2"]);
    let places = format!(
        "{USERS}place users_log key id {{\n owned by subject through email as person.email\n on erasure delete\n}}\n"
    );
    let connector = connector(&server, &places);
    let report = erase(connector.as_ref(), "ada@x.example").await;
    assert_eq!(rows(&report, "users_log", Did::Deleted), 1);
    assert_eq!(traces(connector.as_ref(), "ada@x.example").await, []);
    assert_eq!(server.rows("SELECT id FROM users").await, ["2"]);
}

#[tokio::test]
async fn what_is_nowhere_mapped_is_found_by_the_search() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text);
             CREATE TABLE plugin_log (n int, line text, extra jsonb, tags text[], raw bytea);
             CREATE SCHEMA hidden; CREATE TABLE hidden.copy (who varchar(50));
             CREATE VIEW seen AS SELECT email FROM users;
             INSERT INTO users VALUES (1, 'ada@x.example', 'Ada'), (2, 'nevada@x.example', 'N');
             CREATE MATERIALIZED VIEW cached AS SELECT email FROM users;
             INSERT INTO plugin_log VALUES (1, 'login of ADA@X.example, ok', NULL, NULL, NULL), (2, NULL, '{\"m\": \"ada@x.example\"}', NULL, NULL),
                 (3, NULL, NULL, '{a,ada@x.example}', NULL), (4, NULL, NULL, NULL, 'to ada@x.example'), (5, 'nevada@x.example', NULL, NULL, NULL);
             INSERT INTO hidden.copy VALUES ('ada@x.example');",
        )
        .await;
    let connector = connector(&server, USERS);
    erase(connector.as_ref(), "ada@x.example").await;
    let told = |found: Vec<candor_places::Trace>| {
        let mut places: Vec<String> =
            found.iter().map(|it| format!("{}.{}={}", it.place, it.column, it.n_rows)).collect();
        places.sort_unstable();
        places
    };
    let expected = [
        "cached.email=1",
        "hidden.copy.who=1",
        "plugin_log.extra=1",
        "plugin_log.line=1",
        "plugin_log.raw=1",
        "plugin_log.tags=1",
    ];
    assert_eq!(told(traces(connector.as_ref(), "Ada@x.example").await), expected);
    // Many at once are looked for in another way, and found the same.
    let mut people: Vec<_> = (0..50).map(|n| by_email(&format!("nobody{n}@x.example"))).collect();
    people.push(by_email("ada@x.example"));
    let found = connector.search(&people).await.unwrap();
    assert!(found.iter().all(|it| it.person.0 == 50 && !it.is_mapped));
    assert_eq!(told(found), expected);
}

#[tokio::test]
async fn rows_marked_as_deleted_are_rows_like_any() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text, deleted_at timestamptz);
             INSERT INTO users VALUES (1, 'ada@x.example', 'Ada', now()), (2, 'ADA@x.example', 'Ada', NULL), (3, 'bob@x.example', 'B', now());",
        )
        .await;
    erase(connector(&server, USERS).as_ref(), "ada@x.example").await;
    assert_eq!(server.rows("SELECT id FROM users").await, ["3"]);
}

#[tokio::test]
async fn json_arrays_and_enums_are_emptied_where_the_person_stands() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TYPE level AS ENUM ('gold', 'none');
             CREATE TABLE users (id int PRIMARY KEY, data jsonb NOT NULL, level level NOT NULL DEFAULT 'none', phones text[] NOT NULL, full_name text GENERATED ALWAYS AS (data ->> 'name') STORED);
             CREATE TABLE teams (id int PRIMARY KEY, members text[] NOT NULL, title text);
             INSERT INTO users VALUES (1, '{\"mail\": \"Ada@x.example\", \"name\": \"Ada\", \"theme\": \"dark\"}', 'gold', '{1,2}'), (2, '{\"mail\": \"bob@x.example\", \"name\": \"Bob\"}', 'gold', '{3}');
             INSERT INTO teams VALUES (1, '{ada@x.example,bob@x.example}', 'both'), (2, '{ADA@x.example}', 'alone'), (3, '{bob@x.example}', 'his');",
        )
        .await;
    let places = "place users key id {\n owned by subject through data.mail as person.email\n person.name at data.name\n person.said at level\n person.phone at phones\n on erasure de-identify\n}\n\
        place teams key id {\n owned by subject through members as person.email\n on erasure delete\n}\n";
    let connector = connector(&server, places);
    erase(connector.as_ref(), "ada@x.example").await;
    assert_eq!(
        server.rows("SELECT id, data, level, phones, full_name FROM users ORDER BY id").await,
        ["1|{\"theme\": \"dark\"}|none|{}|-", "2|{\"mail\": \"bob@x.example\", \"name\": \"Bob\"}|gold|{3}|Bob"]
    );
    assert_eq!(
        server.rows("SELECT * FROM teams ORDER BY id").await,
        ["1|{bob@x.example}|both", "3|{bob@x.example}|his"]
    );
    assert_eq!(traces(connector.as_ref(), "ada@x.example").await, []);
}

#[tokio::test]
async fn an_enum_that_must_say_something_is_refused() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TYPE level AS ENUM ('gold', 'silver');
             CREATE TABLE users (id int PRIMARY KEY, email text, level level NOT NULL);
             INSERT INTO users VALUES (1, 'ada@x.example', 'gold');",
        )
        .await;
    let places = "place users key id {\n owned by subject through email as person.email\n person.said at level\n on erasure de-identify\n}\n";
    let error = refusal(&server, places).await;
    assert!(
        matches!(&error, ConnectError::Refused { why } if why.contains("`level` of `users` cannot be emptied")),
        "{error}"
    );
    assert_eq!(server.rows("SELECT email FROM users").await, ["ada@x.example"]);
}

#[tokio::test]
async fn identifiers_that_are_numbers_uuids_and_enums_are_found() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TYPE who AS ENUM ('ada', 'bob');
             CREATE TABLE a (id int PRIMARY KEY, customer bigint); CREATE TABLE b (id int PRIMARY KEY, customer uuid);
             CREATE TABLE c (id int PRIMARY KEY, customer who); CREATE TABLE d (id int PRIMARY KEY, customer numeric);
             INSERT INTO a VALUES (1, 4711), (2, 47); INSERT INTO d VALUES (1, 4711), (2, 47110);
             INSERT INTO b VALUES (1, '8f0c3f4e-0000-4000-8000-000000000001'), (2, '8f0c3f4e-0000-4000-8000-000000000002');
             INSERT INTO c VALUES (1, 'ada'), (2, 'bob');",
        )
        .await;
    let place = |name: &str| {
        format!("place {name} key id {{\n owned by subject through customer as person.number\n on erasure delete\n}}\n")
    };
    let connector = connector(&server, &["a", "b", "c", "d"].map(place).concat());
    for number in ["4711", "8F0C3F4E-0000-4000-8000-000000000001", "Ada"] {
        connector.carry_out(&erasure(vec![person(&[("number", number)])])).await.unwrap();
    }
    for table in ["a", "b", "c", "d"] {
        assert_eq!(server.rows(&format!("SELECT id FROM {table}")).await, ["2"], "{table}");
    }
}

#[tokio::test]
async fn trees_and_circles_of_references_are_taken_apart() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text, main_address int, boss int REFERENCES users (id));
             CREATE TABLE addresses (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users (id), street text);
             ALTER TABLE users ADD FOREIGN KEY (main_address) REFERENCES addresses (id);
             CREATE TABLE posts (id int PRIMARY KEY, author int NOT NULL REFERENCES users (id), parent int REFERENCES posts (id));
             INSERT INTO users VALUES (1, 'ada@x.example', 'Ada'), (2, 'bob@x.example', 'Bob');
             INSERT INTO addresses VALUES (1, 1, 's'), (2, 2, 't');
             UPDATE users SET main_address = id; UPDATE users SET boss = 1;
             INSERT INTO posts VALUES (1, 1, NULL), (2, 1, 1), (3, 2, 2), (4, 1, 3), (5, 2, NULL);",
        )
        .await;
    let places = format!(
        "{USERS}place addresses key id {{\n owned by users through user_id\n person.said at street\n on erasure delete\n}}\n\
         place posts key id {{\n owned by users through author\n on erasure delete\n}}\n"
    );
    server.run("CREATE DATABASE twin TEMPLATE app").await;
    let one = connector(&server, &places);
    erase(one.as_ref(), "ada@x.example").await;
    assert_eq!(server.rows("SELECT id, main_address, boss FROM users").await, ["2|2|-"]);
    assert_eq!(server.rows("SELECT id FROM addresses").await, ["2"]);
    assert_eq!(server.rows("SELECT id, parent FROM posts ORDER BY id").await, ["3|-", "5|-"]);
    // The same in steps, as for a crowd.
    let mut crowd: Vec<_> = (0..200).map(|n| by_email(&format!("nobody{n}@x.example"))).collect();
    crowd.push(by_email("ada@x.example"));
    let twin = connector_at(&server.address().replace("/app", "/twin"), &places);
    let report = twin.carry_out(&erasure(crowd)).await.unwrap();
    assert_eq!(rows(&report, "posts", Did::Deleted), 3);
    assert_eq!(rows(&report, "addresses", Did::Deleted), 1);
}

#[tokio::test]
async fn ownership_is_followed_to_any_depth_and_in_circles() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text);
             CREATE TABLE folders (id int PRIMARY KEY, owner int REFERENCES users (id), parent int REFERENCES folders (id));
             CREATE TABLE files (id int PRIMARY KEY, folder int NOT NULL REFERENCES folders (id));
             INSERT INTO users VALUES (1, 'ada@x.example', 'Ada'), (2, 'bob@x.example', 'Bob');
             INSERT INTO folders SELECT n, CASE WHEN n = 1 THEN 1 END, CASE WHEN n > 1 THEN n - 1 END FROM generate_series(1, 40) n;
             INSERT INTO folders VALUES (50, 2, NULL), (51, NULL, 50), (52, 2, 40);
             INSERT INTO files SELECT id, id FROM folders;",
        )
        .await;
    let places = format!(
        "{USERS}place folders key id {{\n owned by users through owner\n owned jointly by folders through parent\n on erasure delete\n}}\n\
         place files key id {{\n owned by folders through folder\n on erasure delete\n}}\n"
    );
    let report = erase(connector(&server, &places).as_ref(), "ada@x.example").await;
    assert_eq!(rows(&report, "folders", Did::Deleted), 40);
    assert_eq!(rows(&report, "files", Did::Deleted), 40);
    // Bob's folder within hers stays his, without the link.
    assert_eq!(server.rows("SELECT id, owner, parent FROM folders ORDER BY id").await, ["50|2|-", "51|-|50", "52|2|-"]);
    assert_eq!(server.rows("SELECT id FROM files ORDER BY id").await, ["50", "51", "52"]);
}

#[tokio::test]
async fn a_row_owned_jointly_outlives_one_owner_and_goes_with_the_last() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text);
             CREATE TABLE chats (id int PRIMARY KEY, a int REFERENCES users (id), b int REFERENCES users (id), body text);
             CREATE TABLE homes (id int PRIMARY KEY, street text);
             CREATE TABLE living (user_id int REFERENCES users (id), home_id int REFERENCES homes (id), PRIMARY KEY (user_id, home_id));
             INSERT INTO users VALUES (1, 'ada@x.example', 'Ada'), (2, 'bob@x.example', 'Bob');
             INSERT INTO chats VALUES (1, 1, 2, 'x'), (2, 1, 1, 'self'), (3, 2, NULL, 'his');
             INSERT INTO homes VALUES (1, 'both'), (2, 'hers');
             INSERT INTO living VALUES (1, 1), (2, 1), (1, 2);",
        )
        .await;
    let places = format!(
        "{USERS}place chats key id {{\n owned by users through a\n owned jointly by users through b\n on erasure delete\n}}\n\
         place living key user_id, home_id {{\n owned by users through user_id\n on erasure delete\n}}\n\
         place homes key id {{\n owned by living through living.home_id\n person.said at street\n on erasure delete\n}}\n"
    );
    let connector = connector(&server, &places);
    erase(connector.as_ref(), "ada@x.example").await;
    assert_eq!(server.rows("SELECT * FROM chats ORDER BY id").await, ["1|-|2|x", "3|2|-|his"]);
    assert_eq!(server.rows("SELECT * FROM homes").await, ["1|both"]);
    erase(connector.as_ref(), "bob@x.example").await;
    for table in ["users", "chats", "homes", "living"] {
        assert_eq!(server.rows(&format!("SELECT * FROM {table}")).await, [] as [&str; 0], "{table}");
    }
}

#[tokio::test]
async fn anonymised_rows_keep_their_joins_and_their_unique_constraints() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TABLE users (id int PRIMARY KEY, email varchar(40) NOT NULL UNIQUE, login varchar(16) NOT NULL UNIQUE, name text NOT NULL);
             CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users (id), note text);
             INSERT INTO users SELECT n, 'p' || n || '@x.example', 'login' || n, 'N' FROM generate_series(1, 300) n;
             INSERT INTO orders SELECT n, n, 'for p' || n FROM generate_series(1, 300) n;",
        )
        .await;
    let places = "place users key id {\n owned by subject through email as person.email\n person.login at login\n person.name at name\n on erasure de-identify\n}\n\
        place orders key id {\n owned by users through user_id\n person.said at note\n on erasure de-identify\n}\n";
    let connector = connector(&server, places);
    let people = (1..=200).map(|n| by_email(&format!("p{n}@x.example"))).collect();
    connector.carry_out(&erasure(people)).await.unwrap();
    assert_eq!(server.rows("SELECT count(*), count(DISTINCT email), count(DISTINCT login) FROM users WHERE email LIKE '%@anonymous.invalid'").await, ["200|200|200"]);
    assert_eq!(
        server.rows("SELECT count(*) FROM orders JOIN users ON users.id = user_id WHERE note IS NULL").await,
        ["200"]
    );
    assert_eq!(server.rows("SELECT count(*) FROM users WHERE login LIKE 'login%'").await, ["100"]);
}

#[tokio::test]
async fn children_that_nobody_mapped_are_named() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text);
             CREATE TABLE badges (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users (id));
             CREATE TABLE visits (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users (id) ON DELETE CASCADE);
             INSERT INTO users VALUES (1, 'ada@x.example', 'Ada'), (2, 'bob@x.example', 'Bob');
             INSERT INTO badges VALUES (1, 1); INSERT INTO visits VALUES (1, 1), (2, 1), (3, 2);",
        )
        .await;
    let error = refusal(&server, USERS).await;
    assert!(
        matches!(&error, ConnectError::Refused { why } if why.contains("`badges`") && why.contains("place badges")),
        "{error}"
    );
    assert_eq!(server.rows("SELECT count(*) FROM visits").await, ["3"]);
    server.run("DELETE FROM badges").await;
    let connector = connector(&server, USERS);
    let previews = connector.preview(&erasure(vec![by_email("ada@x.example")])).await.unwrap();
    let cascade = previews.iter().find(|it| it.would.place == "visits").unwrap();
    assert_eq!((cascade.would.n_rows, cascade.would.did), (2, Did::Deleted));
    erase(connector.as_ref(), "ada@x.example").await;
    assert_eq!(server.rows("SELECT id FROM visits").await, ["3"]);
}

#[tokio::test]
async fn a_cascade_never_takes_what_is_kept() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text);
             CREATE TABLE invoices (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users (id) ON DELETE CASCADE);
             INSERT INTO users VALUES (1, 'ada@x.example', 'Ada'), (2, 'bob@x.example', 'Bob');
             INSERT INTO invoices VALUES (1, 1);",
        )
        .await;
    let places = format!(
        "{USERS}place invoices key id {{\n owned by users through user_id\n on erasure keep \"Ten years\"\n}}\n"
    );
    let error = refusal(&server, &places).await;
    assert!(matches!(&error, ConnectError::Refused { why } if why.contains("`invoices`")), "{error}");
    assert_eq!(server.rows("SELECT count(*) FROM users, invoices").await, ["2"]);
    // Whose rows lean on nothing of theirs goes.
    assert_eq!(rows(&erase(connector(&server, &places).as_ref(), "bob@x.example").await, "users", Did::Deleted), 1);
}

#[tokio::test]
async fn a_composite_key_is_followed_column_by_column() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE SCHEMA sales;
             CREATE TABLE sales.contacts (region text, number int, mail text, label text, value text, PRIMARY KEY (region, number));
             CREATE TABLE sales.calls (id int PRIMARY KEY, region text, number int, said text, FOREIGN KEY (region, number) REFERENCES sales.contacts);
             INSERT INTO sales.contacts VALUES ('n', 1, 'ada@x.example', 'name', 'Ada'), ('s', 1, 'bob@x.example', 'name', 'Bob'), ('w', 1, 'ada@x.example', 'other', 'x');
             INSERT INTO sales.calls VALUES (1, 'n', 1, 'a'), (2, 's', 1, 'b'), (3, 'w', 1, 'c');",
        )
        .await;
    let places = "place sales.contacts key region, number {\n only where label is \"name\", \"lead\"\n owned by subject through mail as person.email\n person.name at value where label is \"name\"\n on erasure delete\n}\n\
        place sales.calls key id {\n owned by sales.contacts through number\n on erasure delete\n}\n";
    erase(connector(&server, places).as_ref(), "ada@x.example").await;
    assert_eq!(server.rows("SELECT region FROM sales.contacts ORDER BY 1").await, ["s", "w"]);
    assert_eq!(server.rows("SELECT id FROM sales.calls ORDER BY 1").await, ["2", "3"]);
}

#[tokio::test]
async fn what_may_not_be_read_is_named_and_never_left_out() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text);
             CREATE TABLE diary (id int PRIMARY KEY, line text);
             INSERT INTO users VALUES (1, 'ada@x.example', 'Ada');
             CREATE ROLE app LOGIN PASSWORD 'app'; GRANT SELECT ON users TO app;",
        )
        .await;
    let connector = connector_at(&server.address_of("app", "app"), USERS);
    let error = connector.carry_out(&erasure(vec![by_email("ada@x.example")])).await.unwrap_err();
    assert!(matches!(&error, ConnectError::PrivilegeMissing { what } if what.contains("users")), "{error}");
    // All that is missing is told at once.
    let lacking = connector.lacking().await.unwrap();
    let told: Vec<_> =
        lacking.iter().map(|it| (it.table.as_str(), it.column.as_deref(), it.is_for_corrections)).collect();
    assert_eq!(told, [("users", None, false), ("users", Some("name"), true)]);
    server.run("GRANT DELETE ON users TO app; GRANT UPDATE (name) ON users TO app").await;
    assert_eq!(connector.lacking().await.unwrap(), []);
    erase(connector.as_ref(), "ada@x.example").await;
    let error = connector.search(&[by_email("ada@x.example")]).await.unwrap_err();
    assert!(matches!(&error, ConnectError::PrivilegeMissing { what } if what.contains("diary")), "{error}");
    server.run("GRANT SELECT ON diary TO app; ALTER TABLE diary ENABLE ROW LEVEL SECURITY; INSERT INTO diary VALUES (1, 'ada@x.example')").await;
    let error = connector.search(&[by_email("ada@x.example")]).await.unwrap_err();
    assert!(matches!(&error, ConnectError::PrivilegeMissing { what } if what.contains("diary")), "{error}");
}

#[tokio::test]
async fn a_schema_that_changed_is_noticed_before_anything_is_done() {
    let server = PostgresServer::start();
    server
        .run("CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text); INSERT INTO users VALUES (1, 'ada@x.example', 'Ada'), (2, 'bob@x.example', 'B');")
        .await;
    let connector = connector(&server, USERS);
    erase(connector.as_ref(), "nobody@x.example").await;
    server.run("ALTER TABLE users RENAME COLUMN email TO mail").await;
    let error = connector.carry_out(&erasure(vec![by_email("ada@x.example")])).await.unwrap_err();
    assert!(matches!(&error, ConnectError::SchemaDiffers { what } if what.contains("email")), "{error}");
    // What came to it is taken into account without a new start.
    server
        .run("ALTER TABLE users RENAME COLUMN mail TO email; CREATE TABLE badges (id int PRIMARY KEY, user_id int REFERENCES users (id)); INSERT INTO badges VALUES (1, 1)")
        .await;
    let error = connector.carry_out(&erasure(vec![by_email("ada@x.example")])).await.unwrap_err();
    assert!(matches!(&error, ConnectError::Refused { why } if why.contains("badges")), "{error}");
    assert_eq!(server.rows("SELECT count(*) FROM users").await, ["2"]);
}

#[tokio::test]
async fn what_stands_in_an_array_of_theirs_names_a_person() {
    let server = PostgresServer::start();
    server
        .run(
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, others text[] NOT NULL);
             CREATE TABLE letters (id int PRIMARY KEY, mail text NOT NULL);
             INSERT INTO users VALUES (1, 'ada@x.example', '{old@x.example,\"a,b@x.example\"}'), (2, 'bob@x.example', '{}');
             INSERT INTO letters VALUES (1, 'OLD@x.example'), (2, 'bob@x.example');",
        )
        .await;
    let places = "place users key id {\n owned by subject through email as person.email\n person.login at others\n on erasure delete\n}\n\
        place letters key id {\n owned by subject through mail as person.login\n on erasure delete\n}\n";
    let connector = connector(&server, places);
    let found = connector.identify(&[by_email("ada@x.example")]).await.unwrap();
    let mut values: Vec<&str> = found.iter().map(|found| found.identifier.value.expose().as_str()).collect();
    values.sort_unstable();
    assert_eq!(values, ["a,b@x.example", "old@x.example"]);
    let mut ada = by_email("ada@x.example");
    ada.identifiers.extend(found.into_iter().map(|found| found.identifier));
    connector.carry_out(&erasure(vec![ada])).await.unwrap();
    assert_eq!(server.rows("SELECT id FROM letters").await, ["2"]);
}
