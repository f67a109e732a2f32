//! What breaks in the middle: the end is right all the same.

use std::time::{Duration, Instant};

use candor_places::Did;
use candor_tests::{SitePerson, WordPress};

use super::support::{Site, Who, count};

const ADA: SitePerson<'_> = SitePerson {
    login: "countess",
    email: "ada@lovelace.example",
    former_email: "ada@byron.example",
    name: "Ada Lovelace",
};
const ADDRESSES: Who<'_> = Who(&["ada@lovelace.example", "ada@byron.example"]);
const TABLES: [&str; 5] = ["users", "usermeta", "comments", "commentmeta", "posts"];

fn content(wordpress: &WordPress) -> String {
    TABLES.map(|table| wordpress.sql(&format!("select * from wp_{table} order by 1"))).join("\n")
}

/// Makes the last step wait, so that the one before is surely done.
fn wait_at_accounts(wordpress: &WordPress) {
    wordpress.sql("create trigger wait before delete on wp_users for each row do sleep(60)");
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(150);
    while !is_so() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn is_waiting(wordpress: &WordPress) -> bool {
    // Within a trigger a connection goes by the name of whoever made the trigger.
    let asked = "select info from information_schema.processlist where id <> connection_id()";
    let running = wordpress.sql(asked);
    running.contains("sleep") || running.contains("DELETE t FROM `wp_users`")
}

#[test]
fn a_connection_cut_in_the_middle_loses_nothing_and_a_repetition_finishes() {
    let wordpress = WordPress::start();
    wordpress.add_person(&ADA);
    let before = content(&wordpress);
    wait_at_accounts(&wordpress);
    let site = Site::of("wordpress", "", &wordpress.database_address());

    let failed = std::thread::scope(|threads| {
        let erasing = threads.spawn(|| site.erase(&ADDRESSES));
        until("the erasure does not get to the accounts", || erasing.is_finished() || is_waiting(&wordpress));
        assert!(!erasing.is_finished(), "it waited for nothing");
        assert!(wordpress.database().cut_off_everybody());
        erasing.join().unwrap().unwrap_err()
    });

    assert!(failed.is_passing(), "{failed}");
    until("what was begun is not undone", || content(&wordpress) == before);
    wordpress.sql("drop trigger wait");
    let erased = site.erase(&ADDRESSES).unwrap();
    assert_eq!(count(&erased.report, "wp_users", Did::Deleted), 1);
    assert_eq!(erased.traces, [""; 0]);
}

#[test]
fn a_database_that_crashes_in_the_middle_has_lost_nothing_when_it_is_back() {
    let mut wordpress = WordPress::start();
    wordpress.add_person(&ADA);
    let before = content(&wordpress);
    wait_at_accounts(&wordpress);
    let site = Site::of("wordpress", "", &wordpress.database_address());
    let failed = std::thread::scope(|threads| {
        let erasing = threads.spawn(|| site.erase(&ADDRESSES));
        until("the erasure does not get to the accounts", || erasing.is_finished() || is_waiting(&wordpress));
        assert!(!erasing.is_finished(), "it waited for nothing");
        wordpress.database_mut().crash_and_restart();
        erasing.join().unwrap().unwrap_err()
    });
    assert!(failed.is_passing(), "{failed}");
    assert_eq!(content(&wordpress), before);
    wordpress.sql("drop trigger wait");
    assert_eq!(site.erase(&ADDRESSES).unwrap().traces, [""; 0]);
}

#[test]
fn tables_without_transactions_are_told_and_a_repetition_does_what_is_left() {
    let wordpress = WordPress::start();
    wordpress.add_person(&ADA);
    for table in TABLES {
        wordpress.sql(&format!("set sql_mode = ''; alter table wp_{table} engine = MyISAM"));
    }
    let site = Site::of("wordpress", "", &wordpress.database_address());
    let previews = site.preview(&ADDRESSES).unwrap();
    let told = |place: &str| {
        previews.iter().any(|it| {
            it.would.place == place
                && it.would.because.as_deref().is_some_and(|because| because.contains("no transactions"))
        })
    };
    assert!(told("wp_users") && told("wp_comments"), "{previews:?}");

    wordpress.sql(
        "create trigger stop before delete on wp_users for each row signal sqlstate '45000' set message_text = 'no'",
    );
    site.erase(&ADDRESSES).unwrap_err();
    assert_eq!(wordpress.sql("select count(*) from wp_usermeta where user_id > 1"), "0", "what was done stands");
    assert_eq!(
        wordpress.sql("select count(*) from wp_users where ID > 1"),
        "1",
        "what leads to the rest was left for last"
    );
    wordpress.sql("drop trigger stop");
    let erased = site.erase(&ADDRESSES).unwrap();
    assert_eq!(erased.traces, [""; 0], "{erased:?}");
    assert_eq!(wordpress.where_is("countess"), [""; 0]);
}

#[test]
fn a_missing_privilege_is_named_and_nothing_is_done() {
    let wordpress = WordPress::start();
    wordpress.add_person(&ADA);
    let before = content(&wordpress);
    wordpress.database().run("mysql", "revoke delete on `wordpress`.* from 'candor'@'127.0.0.1'");
    let site = Site::of("wordpress", "", &wordpress.database_address());
    let refused = site.erase(&ADDRESSES).unwrap_err().to_string();
    assert!(refused.contains("DELETE on wp_"), "{refused}");
    assert_eq!(content(&wordpress), before);
}
