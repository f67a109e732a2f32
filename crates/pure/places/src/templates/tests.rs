use candor_manifest::Source;

use super::*;
use crate::catalogue::{Column, ColumnKind, Table, TableKind};
use crate::check::{Samples, check};
use crate::sql::Dialect;

const POLICY: &str = "policy \"P\", version 2026-01-01
controller \"C\" in CH, contact c@c.example
law gdpr
data person { email: EmailAddress, identifies the subject
    phone: TelephoneNumber }
purpose service \"Serve\" is ServiceProvision { because contract
    uses person }
keep person until 1 year after last sign-in, then erase
rights under gdpr { access within 1 month
    rectification within 1 month
    erasure within 1 month
    restriction within 1 month
    portability within 1 month }
";

/// The map of a system that is declared so.
fn map(system: &str) -> SystemMap {
    let text = format!("{POLICY}{system}");
    let checked = candor_manifest::check(&[Source { path: "p.candor".to_owned(), text }]).unwrap();
    SystemMap::of(&checked.manifest, checked.manifest.systems.first().unwrap())
}

/// A catalogue of tables, each `name: column column …`.
fn catalogue(tables: &str) -> Catalogue {
    let column = |name: &str| Column {
        name: name.to_owned(),
        kind: ColumnKind::Text { chars_max: None },
        is_nullable: false,
        default: None,
        is_generated: false,
    };
    let table = |line: &str| {
        let (name, columns) = line.split_once(':').unwrap();
        Table {
            name: name.trim().to_owned(),
            kind: TableKind::Table,
            columns: columns.split_whitespace().map(column).collect(),
            primary_key: columns.split_whitespace().take(1).map(str::to_owned).collect(),
            unique: Vec::new(),
            foreign_keys: Vec::new(),
            triggers: Vec::new(),
            n_rows: None,
        }
    };
    Catalogue { tables: tables.lines().filter(|line| line.contains(':')).map(table).collect() }
}

const WORDPRESS: &str = "
    wp_users: ID user_login user_pass user_email display_name
    wp_usermeta: umeta_id user_id meta_key meta_value
    wp_posts: ID post_author post_title post_type
    wp_comments: comment_ID user_id comment_author comment_author_email comment_content";

fn places(map: &SystemMap) -> Vec<&str> {
    map.places.iter().map(|place| place.name.as_str()).collect()
}

#[test]
fn a_template_alone_is_enough() {
    let map = map("system site is mariadb at env SITE, template wordpress").completed(&mut catalogue(WORDPRESS));
    assert_eq!(places(&map), ["wp_users", "wp_usermeta", "wp_comments", "wp_posts", "wp_posts"]);
    let comments = map.place("wp_comments").unwrap();
    assert_eq!(comments.on_erasure, PlaceErasure::DeIdentify);
    assert_eq!(comments.owned_by.len(), 2);
    assert!(comments.columns.iter().all(|column| column.column != "comment_content"), "what was said stays");
}

#[test]
fn what_the_manifest_says_of_a_table_wins_and_the_template_adds_its_columns() {
    let declared = "system site is mariadb at env SITE, template wordpress {
        place wp_users key ID {
            owned by subject through user_email as person.email
            person.email at user_email
            on erasure de-identify
        }
    }";
    let map = map(declared).completed(&mut catalogue(WORDPRESS));
    let users = map.place("wp_users").unwrap();
    assert_eq!(users.on_erasure, PlaceErasure::DeIdentify);
    let columns: Vec<_> =
        users.columns.iter().map(|column| (column.column.as_str(), column.field.as_deref())).collect();
    let mapped = ("user_email", Some("person.email"));
    assert_eq!(columns, [mapped, ("user_login", None), ("user_pass", None), ("display_name", None)]);
}

#[test]
fn the_prefix_is_read_off_the_declared_place() {
    let declared = "system site is mariadb at env SITE, template wordpress {
        place blog_users key ID {
            owned by subject through user_email as person.email
            person.email at user_email
            on erasure delete
        }
    }";
    // Another site's tables lie beside it.
    let tables = format!("{WORDPRESS}{}", WORDPRESS.replace("wp_", "blog_"));
    let map = map(declared).completed(&mut catalogue(&tables));
    assert_eq!(places(&map), ["blog_users", "blog_usermeta", "blog_comments", "blog_posts", "blog_posts"]);
}

#[test]
fn an_undeclared_prefix_is_found_when_one_site_is_there() {
    let one = map("system site is mariadb at env SITE, template wordpress");
    let found = one.completed(&mut catalogue(&WORDPRESS.replace("wp_", "blog_")));
    assert_eq!(places(&found).first(), Some(&"blog_users"));
    let two = format!("{}{}", WORDPRESS.replace("wp_", "a_"), WORDPRESS.replace("wp_", "b_"));
    assert_eq!(places(&one.completed(&mut catalogue(&two))), ["wp_users"], "which of two is meant, nobody said");
}

#[test]
fn every_site_of_a_network_is_reached() {
    let tables = format!("{WORDPRESS}{}", WORDPRESS.replace("wp_", "wp_7_").replace("wp_7_user", "wp_7_other"));
    let map = map("system site is mariadb at env SITE, template wordpress").completed(&mut catalogue(&tables));
    let comments = map.place("wp_7_comments").unwrap();
    let link = |owner: &MappedOwner| matches!(owner, MappedOwner::Place(link) if link.place == "wp_users");
    assert!(comments.owned_by.iter().any(link), "accounts are there once");
}

#[test]
fn a_drupal_account_is_reached_through_its_languages() {
    let mut tables = catalogue(
        "users: uid uuid
        users_field_data: uid langcode name mail pass
        node_field_data: nid langcode uid title",
    );
    let map = map("system site is mariadb at env SITE, template drupal").completed(&mut tables);
    let users = map.place("users").unwrap();
    assert!(matches!(users.owned_by.as_slice(), [MappedOwner::Place(link)] if link.stands == LinkStands::There));
    assert_eq!(map.place("node_field_data").unwrap().on_erasure, PlaceErasure::DeIdentify);
    let author = tables.table("node_field_data").unwrap().column("uid").unwrap();
    assert_eq!(author.default.as_deref(), Some("0"), "whoever is not signed in");
}

#[test]
fn a_map_without_template_is_as_it_was() {
    let map = map("system site is mariadb at env SITE");
    assert_eq!(map.completed(&mut catalogue(WORDPRESS)), map);
}

#[test]
fn a_check_names_tables_of_plugins_that_refer_to_accounts() {
    let map = map("system site is mariadb at env SITE, template wordpress");
    let tables = format!("{WORDPRESS}\n    wp_quiz_results: id user_id score\n    other_results: id user_id score");
    let findings = check(&map, &catalogue(&tables), Dialect::Mariadb, &Samples::new());
    let named: Vec<_> = findings.iter().filter(|it| it.code == "child-unmapped").map(|it| it.place.as_str()).collect();
    assert_eq!(named, ["wp_quiz_results"], "what has not the site's prefix is another program's: {findings:?}");
}
