//! A MediaWiki.

use candor_places::Did;
use candor_tests::MediaWiki;

use super::support::{Site, Who, count};

const ADA: Who<'_> = Who(&["ada@lovelace.example"]);

fn lived_in() -> MediaWiki {
    let wiki = MediaWiki::start();
    wiki.add_account("Countess", "Ada@Lovelace.example");
    wiki.add_account("Engineer", "charles@babbage.example");
    wiki.write("Engineer", "Engines", "What an engineer wrote.", "begun");
    wiki.write("Countess", "Engines", "What an engineer wrote.\n\nWhat somebody added.", "notes were added");
    wiki.write("Countess", "Looms", "What somebody wrote about looms.", "a draft");
    wiki.sql(
        "update user set user_real_name = 'Ada Lovelace' where user_name = 'Countess';
         insert into user_properties select user_id, 'nickname', 'The countess of looms' from user where user_name = 'Countess';
         insert into watchlist (wl_user, wl_namespace, wl_title) select user_id, 0, 'Looms' from user where user_name = 'Countess';
         insert into user_groups (ug_user, ug_group) select user_id, 'sysop' from user where user_name = 'Countess';
         update recentchanges set rc_ip = '203.0.113.77';
         insert into logging (log_type, log_action, log_timestamp, log_actor, log_namespace, log_title, log_comment_id, log_params)
            select 'newusers', 'create', '20260101000000', actor_id, 2, 'Countess', 1, '' from actor where actor_name = 'Countess'",
    );
    wiki
}

#[test]
fn a_person_is_exported_with_their_edits() {
    let wiki = lived_in();
    let rows = Site::of("mediawiki", "", &wiki.database_address()).export(&ADA);
    let all = rows.join("\n");
    for said in [
        "user_name=Countess",
        "user_real_name=Ada Lovelace",
        "up_value=The countess of looms",
        "wl_title=Looms",
        "rc_ip=203.0.113.77",
    ] {
        assert!(all.contains(said), "{said}: {all}");
    }
    assert_eq!(rows.iter().filter(|row| row.starts_with("revision:")).count(), 2, "{all}");
    assert!(!all.contains("Engineer") && !all.contains("babbage"), "{all}");
}

#[test]
fn a_person_is_erased_and_the_history_stands() {
    let wiki = lived_in();
    let site = Site::of("mediawiki", "", &wiki.database_address());
    let history = "select rev_id, rev_page, rev_timestamp, rev_actor from revision order by rev_id";
    let before = wiki.sql(history);
    let logged = wiki.sql("select count(*) from logging where log_title = 'Countess'");

    let erased = site.erase(&ADA).unwrap();

    assert_eq!(erased.traces, [""; 0], "{erased:?}");
    assert_eq!(count(&erased.report, "user", Did::DeIdentified), 1);
    assert_eq!(count(&erased.report, "actor", Did::DeIdentified), 1);
    assert_eq!(count(&erased.report, "logging", Did::Deleted).to_string(), logged);
    for text in ["Countess", "ada@lovelace.example", "Ada Lovelace"] {
        assert_eq!(wiki.where_is(text), [""; 0], "{text}");
    }
    assert_eq!(wiki.sql(history), before, "each version is still its actor's");
    assert_eq!(wiki.sql("select count(distinct user_name) from user"), wiki.sql("select count(*) from user"));
    assert_eq!(wiki.sql("select count(*) from recentchanges where rc_ip <> '' and rc_actor in (select actor_id from actor where actor_name like 'anon-%')"), "0");
    assert!(wiki.renders("/index.php/Engines").contains("What somebody added."));
    let shown = wiki.renders("/index.php?title=Engines&action=history");
    assert!(shown.contains("notes were added") && shown.contains("Engineer") && !shown.contains("Countess"), "{shown}");
    wiki.renders("/index.php/Special:RecentChanges");
    let again = site.erase(&ADA).unwrap();
    assert_eq!(again.traces, [""; 0]);
    assert!(again.report.iter().all(|place| place.n_rows == 0), "{again:?}");
}

#[test]
fn the_wiki_goes_on_being_written() {
    let wiki = lived_in();
    Site::of("mediawiki", "", &wiki.database_address()).erase(&ADA).unwrap();
    wiki.write("Engineer", "Looms", "What an engineer wrote about looms.", "gone over");
    wiki.add_account("Countess", "ada@lovelace.example");
    wiki.write("Countess", "Engines", "The name is free again.", "back");
    assert!(wiki.renders("/index.php/Looms").contains("What an engineer wrote about looms."));
    assert!(wiki.renders("/index.php/Engines").contains("The name is free again."));
}
