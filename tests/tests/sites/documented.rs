//! Drupal and Joomla: tables written from their documented core schemas, for no registry here ships the programs.

use candor_places::Did;
use candor_tests::{Authority, MariaDb};

use super::support::{Site, Who, count};

const ADA: Who<'_> = Who(&["ada@lovelace.example", "ada@byron.example"]);
const DRUPAL: &str = include_str!("../../sites/drupal.sql");
const JOOMLA: &str = include_str!("../../sites/joomla.sql");

fn with(tables: &str) -> MariaDb {
    filled(MariaDb::start(), tables)
}

fn filled(database: MariaDb, tables: &str) -> MariaDb {
    database.run("mysql", "create database site character set utf8mb4");
    database.grant("site");
    database.run("site", tables);
    database
}

#[test]
fn a_person_is_erased_from_drupal_and_what_they_wrote_stands() {
    let database = with(DRUPAL);
    let site = Site::of("drupal", "", &database.address("site"));
    let all = site.export(&ADA).join("\n");
    for said in [
        "mail=ada@lovelace.example",
        "roles_target_id=editor",
        "title=On engines",
        "hostname=203.0.113.77",
        "subject=Second",
    ] {
        assert!(all.contains(said), "{said}: {all}");
    }
    assert!(!all.contains("charles"), "{all}");

    let erased = site.erase(&ADA).unwrap();

    assert_eq!(erased.traces, [""; 0], "{erased:?}");
    assert_eq!(count(&erased.report, "users_field_data", Did::Deleted), 2, "one for each language");
    assert_eq!(count(&erased.report, "users", Did::Deleted), 1);
    assert_eq!(count(&erased.report, "comment_field_data", Did::DeIdentified), 2);
    for text in ["countess", "lovelace", "byron", "203.0.113.77", "Ada"] {
        assert_eq!(database.where_is("site", text), [""; 0], "{text}");
    }
    assert_eq!(
        database.run("site", "select nid, uid, title from node_field_data"),
        "1\t0\tOn engines",
        "whoever is not signed in"
    );
    assert_eq!(database.run("site", "select comment_body_value from comment__comment_body").lines().count(), 2);
    assert_eq!(database.run("site", "select uid from users order by uid"), "0\n8");
    assert_eq!(
        database.run("site", "select name, hostname from comment_field_data where cid = 3"),
        "charles\t203.0.113.78"
    );
    assert_eq!(site.erase(&ADA).unwrap().report.iter().map(|place| place.n_rows).sum::<u64>(), 0);
}

#[test]
fn a_person_is_erased_from_joomla_under_the_prefix_it_drew() {
    let database = with(JOOMLA);
    let site = Site::of("joomla", "", &database.address("site"));
    let known = site.identifiers(&ADA);
    assert!(known.iter().any(|(_, value)| value == "countess"), "{known:?}");

    let erased = site.erase_by(&known).unwrap();

    assert_eq!(erased.traces, [""; 0], "{erased:?}");
    assert_eq!(count(&erased.report, "k3v_users", Did::Deleted), 1);
    assert_eq!(count(&erased.report, "k3v_user_keys", Did::Deleted), 1, "found by the name they signed in with");
    assert_eq!(count(&erased.report, "k3v_content", Did::DeIdentified), 1);
    for text in ["countess", "lovelace", "203.0.113.77", "Analytical"] {
        assert_eq!(database.where_is("site", text), [""; 0], "{text}");
    }
    assert_eq!(database.run("site", "select title, created_by from k3v_content"), "On engines\t0");
    assert_eq!(database.run("site", "select username from k3v_users"), "charles");
    assert_eq!(
        database.run("site", "select message_id from k3v_messages where message_id = 2"),
        "2",
        "others' letters stand"
    );
}

#[test]
fn a_database_is_spoken_with_under_tls_when_the_right_authority_vouches_for_it() {
    let database = filled(MariaDb::under_tls(&Authority::new()), DRUPAL);
    // From here on nobody gets in unencrypted.
    database.run("mysql", "alter user 'candor'@'127.0.0.1' require ssl");
    let trusted = database.address_under_tls("site");
    assert_eq!(Site::of("drupal", "", &trusted).erase(&ADA).unwrap().traces, [""; 0]);
    let plain = Site::of("drupal", "", &database.address("site")).erase(&ADA).unwrap_err();
    assert!(plain.to_string().contains("the account or its password"), "{plain}");
    // A public authority did not vouch for it.
    let other = format!("{}?tls=on", database.address("site"));
    let refused = Site::of("drupal", "", &other).erase(&ADA).unwrap_err();
    assert!(refused.to_string().contains("its certificate is not trusted"), "{refused}");
}
