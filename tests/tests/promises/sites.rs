//! Give it back, in two places: the marketplace's site and the vendor's own servers, both real.
//!
//! The site is a WordPress over MariaDB with what the vendor's plugin writes there; the vendor's servers are a PostgreSQL. The
//! policy is the vendor's own, with those servers beside the site.

use std::path::PathBuf;

use candor_tests::{
    Person, Planted, PostgresServer, Server, Setup, SitePerson, WordPress, exported, of_systems, parts, text,
};
use serde_json::{Value, json};

const POLICY: &str = include_str!("../../../policies/miniorange-plugins/policy.candor");
/// What the vendor keeps on its own servers, as the policy would map it.
const SERVERS: &str = r#"
system servers "The vendor's servers" is postgres at env MINIORANGE_SERVERS {
    place customers key id {
        owned by subject through email as account.email
        account.email at email
        account.company at company
        account.telephone at phone
        on erasure delete
    }
    place licences key licence_key {
        owned by customers through customer
        licence.key at licence_key
        licence.site at site
        on erasure delete
    }
    place invoices key number {
        owned by subject through billed_to as account.email
        account.email at billed_to
        on erasure keep "Invoices are kept for eight years (Companies Act 2013, section 128)"
    }
}
"#;
const SERVERS_TABLES: &str = "
    CREATE TABLE customers (id int PRIMARY KEY, email text UNIQUE NOT NULL, company text NOT NULL, phone text);
    CREATE TABLE licences (licence_key text PRIMARY KEY, customer int NOT NULL REFERENCES customers, site text NOT NULL);
    CREATE TABLE invoices (number int PRIMARY KEY, billed_to text NOT NULL, cents int NOT NULL);
    INSERT INTO customers VALUES (1, 'ada@lovelace.example', 'Engines-q7391', '+44 20 7946 0001'),
        (2, 'charles@babbage.example', 'Difference Ltd', NULL);
    INSERT INTO licences VALUES ('LK-q7391', 1, 'https://engines-q7391.example'), ('LK-2', 2, 'https://difference.example');
    INSERT INTO invoices VALUES (1, 'ada@lovelace.example', 4900), (2, 'charles@babbage.example', 9900);";
/// What the vendor's plugin for two factors notes of the people of a site, as its code writes it: secrets encrypted
/// under a key beside them, several values in one as PHP serialises them, and its report of sign-ins by the name typed.
const PLUGIN: &str = r#"
    create table if not exists wp_mo2f_network_transactions (
        id bigint not null auto_increment, ip_address mediumtext not null, username mediumtext not null, type mediumtext not null,
        url mediumtext not null, status mediumtext not null, created_timestamp int, unique key id (id));
    insert into wp_usermeta (user_id, meta_key, meta_value) values
        ({user_id}, 'mo2f_gauth_key', 'c2VjcmV0IG9m{login}'),
        ({user_id}, 'mo2f_get_auth_rnd_string', 'aB3dE5fG'),
        ({user_id}, 'mo2f_user_2fa_data', 'a:2:{s:26:"mo2f_configured_2FA_method";s:20:"GOOGLE AUTHENTICATOR";s:15:"mo2f_user_email";s:{length}:"{email}";}');
    insert into wp_mo2f_network_transactions (ip_address, username, type, url, status, created_timestamp) values
        ('203.0.113.77', '{login}', 'User Login', '', 'success', 1767225600),
        ('203.0.113.78', '{login}', 'User Login', '', 'failed', 1767225700);"#;
const ADA: SitePerson<'_> = SitePerson {
    login: "countess",
    email: "ada@lovelace.example",
    former_email: "ada@lovelace.example",
    name: "Ada Lovelace",
};
const CHARLES: SitePerson<'_> = SitePerson {
    login: "engineer",
    email: "charles@babbage.example",
    former_email: "charles@trinity.example",
    name: "Charles Babbage",
};

struct World {
    wordpress: WordPress,
    servers: PostgresServer,
    server: Server,
    ada: Person,
    planted: Planted,
    charles: Planted,
    _policy: tempfile::TempDir,
}

impl World {
    fn start() -> Self {
        let (wordpress, servers) = (WordPress::start(), PostgresServer::start());
        let (planted, charles) = (wordpress.add_person(&ADA), wordpress.add_person(&CHARLES));
        for (person, planted) in [(&ADA, &planted), (&CHARLES, &charles)] {
            let values = PLUGIN.replace("{user_id}", &planted.user_id.to_string()).replace("{login}", person.login);
            wordpress
                .sql(&values.replace("{email}", person.email).replace("{length}", &person.email.len().to_string()));
        }
        servers.ask("app", SERVERS_TABLES);
        let folder = tempfile::tempdir().unwrap();
        let policy = folder.path().join("miniorange.candor");
        std::fs::write(&policy, format!("{POLICY}{SERVERS}")).unwrap();
        let server = Server::start_as(Self::setup(policy, &wordpress, &servers));
        let account =
            json!({ "email": ADA.email, "first_name": "Ada", "last_name": "Lovelace", "company": "Engines-q7391" });
        let ada = server.person(&[("account", account)]);
        Self { wordpress, servers, server, ada, planted, charles, _policy: folder }
    }

    fn setup(policy: PathBuf, wordpress: &WordPress, servers: &PostgresServer) -> Setup {
        let mut setup = Setup::of_policy(&policy);
        setup.environment.extend([
            ("CANDOR_SYSTEMS", "miniorange:MINIORANGE_PLUGINS_SITE,miniorange:MINIORANGE_SERVERS".to_owned()),
            ("MINIORANGE_PLUGINS_SITE", wordpress.database_address()),
            ("MINIORANGE_SERVERS", servers.address()),
        ]);
        setup
    }

    /// Everything that is Charles', on the site and on the servers.
    fn of_charles(&self) -> String {
        let id = self.charles.user_id;
        let site = self.wordpress.sql(&format!(
            "select * from wp_users where ID = {id}; select * from wp_usermeta where user_id = {id};
             select * from wp_posts where post_author = {id}; select * from wp_comments where user_id = {id};
             select * from wp_mo2f_network_transactions where username = 'engineer'"
        ));
        let servers =
            self.servers.ask("app", "SELECT * FROM customers WHERE id = 2; SELECT * FROM licences WHERE customer = 2");
        format!("{site}\n{servers:?}")
    }
}

fn of<'a>(told: &'a Value, system: &str) -> &'a Value {
    let found = told.as_array().unwrap().iter().find(|told| told["system"] == system);
    found.unwrap_or_else(|| panic!("{told:#}"))
}

/// How many rows of a place met an end, by what a receipt tells of a system.
fn n_rows(told: &Value, place: &str, did: &str) -> u64 {
    let places = told["places"].as_array().unwrap().iter();
    places.filter(|it| it["place"] == place && it["did"] == did).filter_map(|it| it["n_rows"].as_u64()).sum()
}

/// The person is given what the site and the servers hold of them, and nothing of anybody else.
fn assert_given(world: &World) {
    let archive = world.ada.post("/export?kind=access", &json!({})).archive();
    assert_eq!(exported(&archive)["account.first_name"], "Ada");
    let rows: Vec<Value> = parts(&archive).into_iter().filter(|part| part["part"] == "row").collect();
    let of_place =
        |place: &str| rows.iter().filter(|row| row["place"] == place).map(Value::to_string).collect::<Vec<_>>();
    assert_eq!((of_place("wp_users").len(), of_place("licences").len()), (1, 1), "{rows:#?}");
    assert!(of_place("wp_posts").join("").contains("What an author wrote about engines"), "{rows:#?}");
    assert_eq!(of_place("wp_mo2f_network_transactions").len(), 2, "found by the name that the site knows: {rows:#?}");
    for (place, said) in [
        ("wp_users", "countess"),
        ("wp_usermeta", "The life of Ada Lovelace"),
        ("wp_usermeta", "GOOGLE AUTHENTICATOR"),
        ("wp_comments", "Said as a user"),
        ("wp_mo2f_network_transactions", "203.0.113.78"),
        ("customers", "Engines-q7391"),
    ] {
        assert!(of_place(place).join("").contains(said), "{said} in {place}: {rows:#?}");
    }
    // A value among many kinds of values is given as what it is.
    let first_name = rows.iter().find(|row| row["values"]["meta_key"]["value"] == "first_name").unwrap();
    assert_eq!(first_name["values"]["meta_value"], json!({ "value": "Ada", "field": "account.first_name" }));
    let account = rows.iter().find(|row| row["place"] == "wp_users").unwrap();
    let is_kept_back =
        account["values"].get("user_pass").is_none() && account["withheld"].to_string().contains("user_pass");
    assert!(is_kept_back, "the hash of a password is given to nobody: {account:#}");
    let portable = world.ada.post("/export?kind=portability", &json!({})).archive();
    let sheets = of_systems(&portable);
    assert!(json!(parts(&portable)).to_string().contains("account.first_name"), "{sheets}");
    assert!(sheets.contains("Ada Lovelace"), "{sheets}");
    assert!(!sheets.contains("203.0.113.78"), "what was seen of her is not hers to take along");
    for other in ["charles", "engineer", "Babbage", "LK-2"] {
        assert!(!archive.values().any(|file| file.contains(other)), "{other}");
    }
}

#[test]
fn promise_d21_one_request_erases_a_wordpress_site_the_vendors_servers_and_the_vault_and_proves_that_nothing_is_left() {
    let world = World::start();
    let World { wordpress, servers, server, ada, planted, .. } = &world;
    assert_given(&world);
    let before = world.of_charles();
    let asked = ada.post("/requests", &json!({ "right": "erasure" })).json(201);
    let request = format!("/v1/requests/{}", text(&asked["id"]));
    // d20: nobody is asked anything before the proof.
    server.post(&format!("{request}/plan"), &json!({})).problem(409, "request.identity_unproved");
    server.post(&format!("{request}/identity"), &json!({})).json(200);
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    server.steps_until(&request, "answered");

    for mark in [ADA.email, ADA.login, ADA.name] {
        assert_eq!(wordpress.where_is(mark), [""; 0], "{mark}");
    }
    assert_eq!(wordpress.sql(&format!("select count(*) from wp_usermeta where user_id = {}", planted.user_id)), "0");
    assert_eq!(world.of_charles(), before, "nobody else lost anything");
    assert!(
        wordpress.renders(&planted.post_path).contains("What an author wrote about engines"),
        "what she wrote stands"
    );
    assert!(wordpress.renders(&world.charles.post_path).contains("What an author wrote about engines"));
    let discussed = wordpress.renders("/hello-world/");
    assert!(discussed.contains("Said as a user") && !discussed.contains("Ada Lovelace"), "{discussed}");
    assert_eq!(servers.ask("app", "SELECT id FROM customers"), ["2"]);
    assert_eq!(servers.ask("app", "SELECT licence_key FROM licences"), ["LK-2"]);
    assert_eq!(servers.ask("app", "SELECT number, cents FROM invoices ORDER BY number"), ["1|4900", "2|9900"]);
    ada.get("").problem(410, "subject.erased");
    for mark in ["lovelace", "q7391"] {
        assert_eq!(server.files_with(mark), [""; 0], "{mark}");
    }

    let receipt = server.get(&format!("{request}/receipt")).json(200);
    let (verified, said) = server.verify(&receipt);
    assert!(verified, "{said}");
    let told = &receipt["receipt"]["systems"];
    for system in ["site", "servers"] {
        let search = &of(told, system)["search"];
        assert!(search["at"].is_string() && search["found"] == json!([]), "{search:#}");
    }
    let (site, own) = (of(told, "site"), of(told, "servers"));
    assert_eq!((n_rows(site, "wp_users", "deleted"), n_rows(site, "wp_comments", "de_identified")), (1, 3), "{site:#}");
    assert_eq!(n_rows(site, "wp_mo2f_network_transactions", "deleted"), 2, "{site:#}");
    assert_eq!((n_rows(own, "customers", "deleted"), n_rows(own, "licences", "deleted")), (1, 1), "{own:#}");
    assert_eq!(n_rows(own, "invoices", "kept"), 1, "{own:#}");
    assert_eq!(own["search"]["found_in_what_is_kept"][0]["place"], "invoices", "{own:#}");
    for mark in ["lovelace", "countess", "Ada", "q7391"] {
        assert!(!receipt.to_string().contains(mark), "{mark}: {receipt:#}");
    }
    let mut forged = receipt.clone();
    forged["receipt"]["systems"][0]["search"]["at"] = json!("2026-01-01T00:00:00Z");
    assert!(!server.verify(&forged).0);
}

#[test]
fn a_table_of_the_plugins_that_nobody_mapped_is_named_and_the_site_is_left_alone_until_it_is_seen_to() {
    let world = World::start();
    let World { wordpress, servers, server, ada, planted, .. } = &world;
    // Where earlier versions kept what they note of a person.
    wordpress.sql(&format!(
        "create table wp_mo2f_user_details (user_id bigint not null, mo2f_user_email mediumtext not null, unique key user_id (user_id));
         insert into wp_mo2f_user_details values ({}, '{}')",
        planted.user_id, ADA.email
    ));
    let request = server.proved_request(ada, "erasure");
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    let steps = server.steps_until(&request, "waiting_for_somebody");
    let site = of(&steps["steps"], "site");
    assert!(site["state"] == "stuck" && text(&site["trouble"]["text"]).contains("wp_mo2f_user_details"), "{site:#}");
    assert_eq!(wordpress.sql("select count(*) from wp_users where user_login = 'countess'"), "1");
    // The vendor's own servers wait for nobody, and the vault for both.
    assert_eq!(servers.ask("app", "SELECT id FROM customers"), ["2"]);
    ada.get("").json(200);
    server.get(&format!("{request}/receipt")).problem(409, "request.open");
    wordpress.sql("drop table wp_mo2f_user_details");
    server.post(&format!("{request}/steps/site/retry"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    assert_eq!(wordpress.where_is(ADA.email), [""; 0]);
    ada.get("").problem(410, "subject.erased");
}
