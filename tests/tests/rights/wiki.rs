//! MariaDB: a MediaWiki that is real.

use std::path::Path;

use candor_tests::MediaWiki;
use serde_json::json;

use crate::support::{assert_clean, carried_out, corrected, done, rows, server};

#[test]
fn every_right_of_a_writer_reaches_the_wiki_and_its_history_stands() {
    let wiki = MediaWiki::start();
    wiki.add_account("Countess", "ada-q7391@lovelace.example");
    wiki.add_account("Engineer", "charles@babbage.example");
    wiki.write("Engineer", "Engines", "What an engineer wrote.", "begun");
    wiki.write("Countess", "Engines", "What an engineer wrote.\n\nWhat somebody added.", "notes were added");
    wiki.sql("update user set user_real_name = 'Ada-q7391' where user_name = 'Countess'");
    let server = server(Path::new("tests/tests/rights/wiki.candor"), &[("WIKI_DATABASE", wiki.database_address())]);
    let ada = server.person(&[("account", json!({ "email": "ada-q7391@lovelace.example", "name": "Ada-q7391" }))]);

    let given = rows(&ada, "wiki").join("\n");
    for said in ["Countess", "Ada-q7391", "revision "] {
        assert!(given.contains(said), "{said}: {given}");
    }
    assert!(!given.contains("Engineer") && !given.contains("babbage"), "{given}");

    let told = corrected(&server, &ada, "account", &json!({ "name": "Augusta-q7391" }));
    assert_eq!(done(&told, "wiki"), ["user corrected 1"]);
    assert_eq!(wiki.sql("select user_real_name from user where user_name = 'Countess'"), "Augusta-q7391");

    // A wiki has no place for it: the vault holds to it, and the receipt says where it is not held.
    let told = carried_out(&server, &ada, "restriction");
    assert!(done(&told, "wiki").contains(&"user cannot_hold 1".to_owned()), "{told:#}");
    ada.read("service", &["account.email"]).refused("restriction");

    let history = "select rev_id, rev_page, rev_timestamp, rev_actor from revision order by rev_id";
    let before = wiki.sql(history);
    let told = carried_out(&server, &ada, "erasure");
    assert_clean(&told, "wiki");
    let lines = done(&told, "wiki");
    for line in ["user de_identified 1", "actor de_identified 1", "revision kept 1"] {
        assert!(lines.contains(&line.to_owned()), "{line}: {lines:?}");
    }
    for mark in ["Countess", "ada-q7391@lovelace.example", "Augusta-q7391"] {
        assert_eq!(wiki.where_is(mark), [""; 0], "{mark}");
        assert!(!told.to_string().contains(mark), "{told:#}");
    }
    assert_eq!(wiki.sql(history), before);
    assert!(wiki.renders("/index.php/Engines").contains("What somebody added."));
    let shown = wiki.renders("/index.php?title=Engines&action=history");
    assert!(shown.contains("Engineer") && !shown.contains("Countess"), "{shown}");
    ada.get("").problem(410, "subject.erased");
}
