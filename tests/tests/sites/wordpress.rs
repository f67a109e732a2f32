//! A WordPress with a shop.

use candor_places::Did;
use candor_tests::{Planted, SitePerson, WordPress};

use super::support::{Site, Who, count};

const ADA: SitePerson<'_> = SitePerson {
    login: "countess",
    email: "ada@lovelace.example",
    former_email: "ada@byron.example",
    name: "Ada Lovelace",
};
const CHARLES: SitePerson<'_> = SitePerson {
    login: "engineer",
    email: "charles@babbage.example",
    former_email: "charles@trinity.example",
    name: "Charles Babbage",
};
const ADDRESSES: Who<'_> = Who(&["ada@lovelace.example", "ada@byron.example"]);
/// The plugin's tables, once somebody noticed them.
const PLUGINS: &str = "
    place wp_users key ID {
        owned by subject through user_email as person.email
        person.email at user_email
        on erasure delete
    }
    place wp_quiz_results key id {
        owned by wp_users through user_id
        on erasure delete
    }
    place wp_newsletter_log key id {
        owned by subject through payload.to.address as person.email
        on erasure delete
    }";

/// A site with two people in it.
fn lived_in() -> (WordPress, Planted) {
    let wordpress = WordPress::start();
    wordpress.open_shop();
    let planted = wordpress.add_person(&ADA);
    wordpress.add_order(&ADA, planted.user_id);
    // Ordered before she had an account.
    wordpress.add_order(&SitePerson { email: ADA.former_email, ..ADA }, 0);
    let other = wordpress.add_person(&CHARLES);
    wordpress.add_order(&CHARLES, other.user_id);
    (wordpress, planted)
}

/// Every value of the other person's that may not change.
fn of_charles(wordpress: &WordPress) -> String {
    wordpress.sql(
        "select * from wp_users where user_login = 'engineer'; select * from wp_usermeta where user_id = (select ID from wp_users where user_login = 'engineer'); select * from wp_comments where comment_author_email like '%babbage%' or comment_author_email like '%trinity%'; select * from wp_posts where post_author = (select ID from wp_users where user_login = 'engineer'); select * from wp_wc_orders where billing_email like '%babbage%'; select * from wp_wc_order_addresses where first_name like 'Charles%'",
    )
}

#[test]
fn a_person_is_exported_with_all_that_the_site_holds_of_them() {
    let (wordpress, planted) = lived_in();
    let rows = Site::of("wordpress", "", &wordpress.database_address()).export(&ADDRESSES);
    let all = rows.join("\n");
    for said in [
        "wp_users: ",
        "user_email=ada@lovelace.example",
        "meta_value=The life of Ada Lovelace",
        "meta_value=+41 44 668 18 00",
        "Browser of countess",
        "comment_content=Said as a user",
        "comment_content=Said with an address alone",
        "comment_content=Said with an address of before",
        "post_title=On engines",
        "post_type=user_request",
        "customer_note=Please ring twice for Ada Lovelace",
        "address_1=Analytical Lane 1",
    ] {
        assert!(all.contains(said), "{said}: {all}");
    }
    assert!(!all.contains("Charles") && !all.contains("engineer"), "{all}");
    let orders = rows.iter().filter(|row| row.starts_with("wp_wc_orders:")).count();
    assert_eq!(orders, 2, "one by account, one by a former address: {planted:?}");

    // Beside somebody else, each is given the same, and the site is asked no more.
    let site = Site::of("wordpress", "", &wordpress.database_address());
    let n_asked = || -> u64 {
        let status = wordpress.sql("show global status like 'Questions'");
        status.split_whitespace().last().unwrap().parse().unwrap()
    };
    let charles = Who(&["charles@babbage.example", "charles@trinity.example"]);
    site.export_each(&[Who(&["nobody@site.example"])]);
    let before = n_asked();
    let alone = site.export_each(&[Who(ADDRESSES.0)]);
    let of_one = n_asked() - before;
    let of_charles = site.export_each(&[Who(charles.0)]);
    let before = n_asked();
    let together = site.export_each(&[Who(ADDRESSES.0), charles]);
    let of_two = n_asked() - before;
    assert_eq!((&together[0], &together[1]), (&alone[0], &of_charles[0]));
    assert!(of_two <= of_one + 8, "{of_one} statements for one, {of_two} for two");
}

#[test]
fn a_person_is_erased_and_not_found_again_while_the_site_renders() {
    let (wordpress, planted) = lived_in();
    let before = of_charles(&wordpress);
    let counts = wordpress.sql("select ID, comment_count from wp_posts order by ID");
    let site = Site::of("wordpress", "", &wordpress.database_address());

    let erased = site.erase(&ADDRESSES).unwrap();

    assert_eq!(erased.traces, [""; 0], "{erased:?}");
    assert_eq!(count(&erased.report, "wp_users", Did::Deleted), 1);
    assert_eq!(count(&erased.report, "wp_comments", Did::DeIdentified), 3);
    assert_eq!(count(&erased.report, "wp_posts", Did::DeIdentified), 2, "a post and what the site noted of a request");
    assert_eq!(count(&erased.report, "wp_posts", Did::Deleted), 1, "the request");
    assert_eq!(count(&erased.report, "wp_wc_orders", Did::DeIdentified), 2);
    for text in [ADA.email, ADA.former_email, ADA.login, ADA.name, "+41 44 668 18 00"] {
        let left = wordpress.where_is(text);
        // Charles has the same number.
        let left: Vec<_> =
            left.iter().filter(|place| text.contains('@') || !wordpress.sql(&shown(place, text)).is_empty()).collect();
        assert!(left.is_empty(), "{text}: {left:?}");
    }
    assert_eq!(of_charles(&wordpress), before, "nobody else lost anything");
    assert_eq!(
        wordpress.sql("select ID, comment_count from wp_posts order by ID").lines().count() + 1,
        counts.lines().count()
    );
    let stands = wordpress.renders(&planted.post_path);
    assert!(stands.contains("What an author wrote about engines"), "{stands}");
    let discussed = wordpress.renders("/hello-world/");
    for said in ["Said as a user", "Said with an address alone", "Said with an address of before"] {
        assert!(discussed.contains(said), "{said}");
    }
    assert!(!discussed.contains("Ada Lovelace"));
    let total = wordpress.sql("select sum(total_amount) from wp_wc_orders");
    assert!(total.starts_with("597"), "the books are as they were: {total}");
}

/// Rows of a place with a text that are not Charles'.
fn shown(place: &str, text: &str) -> String {
    let (table, column) = place.split_once('.').unwrap();
    let charles = match table {
        "wp_usermeta" => "user_id <> (select ID from wp_users where user_login = 'engineer')",
        "wp_wc_order_addresses" => "first_name not like 'Charles%'",
        _ => "1 = 1",
    };
    format!("select {column} from {table} where {column} like '%{text}%' and {charles}")
}

#[test]
fn erasing_twice_has_the_same_end() {
    let (wordpress, _) = lived_in();
    let site = Site::of("wordpress", "", &wordpress.database_address());
    let known = site.identifiers(&ADDRESSES);
    assert!(known.iter().any(|(_, value)| value == "countess"), "{known:?}");
    site.erase_by(&known).unwrap();
    let content = |wordpress: &WordPress| {
        let tables =
            ["users", "usermeta", "comments", "posts", "wc_orders", "wc_order_addresses", "wc_customer_lookup"];
        tables.map(|table| wordpress.sql(&format!("select * from wp_{table}"))).join("\n")
    };
    let once = content(&wordpress);
    let again = site.erase_by(&known).unwrap();
    assert!(again.report.iter().all(|place| place.n_rows == 0), "{again:?}");
    assert_eq!(again.traces, [""; 0]);
    assert_eq!(content(&wordpress), once);
}

#[test]
fn tables_that_nobody_registered_are_named_and_the_person_is_not_erased_until_they_are_declared() {
    let (wordpress, planted) = lived_in();
    wordpress.add_plugins(&ADA, &planted);
    let unaware = Site::of("wordpress", "", &wordpress.database_address());
    let refused = unaware.erase(&ADDRESSES).unwrap_err().to_string();
    assert!(refused.contains("wp_quiz_results"), "{refused}");
    assert!(unaware.preview(&ADDRESSES).unwrap_err().to_string().contains("wp_quiz_results"));
    assert_eq!(wordpress.sql("select count(*) from wp_users where user_login = 'countess'"), "1", "nothing was done");

    // The first table is declared, the second is not: what the search finds there keeps the receipt from saying erased.
    let quiz = PLUGINS.split_once("    place wp_newsletter_log").unwrap().0;
    let aware = Site::of("wordpress", quiz, &wordpress.database_address());
    let erased = aware.erase(&ADDRESSES).unwrap();
    assert_eq!(count(&erased.report, "wp_quiz_results", Did::Deleted), 1);
    assert_eq!(erased.traces, ["wp_newsletter_log.settings", "wp_newsletter_log.payload"]);

    // What stands inside a serialised value no mapping can reach: the plugin's own tool takes it out.
    wordpress.sql("update wp_newsletter_log set settings = '' where settings like '%ada@lovelace.example%'");
    let erased = Site::of("wordpress", PLUGINS, &wordpress.database_address()).erase(&ADDRESSES).unwrap();
    assert_eq!(count(&erased.report, "wp_newsletter_log", Did::Deleted), 1);
    assert_eq!(erased.traces, [""; 0]);
    assert_eq!(wordpress.sql("select user_id from wp_quiz_results"), "1", "the keeper's result stands");
}

#[test]
fn a_manifest_that_keeps_the_account_has_it_de_identified() {
    let (wordpress, planted) = lived_in();
    let declared = "
    place wp_users key ID {
        owned by subject through user_email as person.email
        person.email at user_email
        on erasure de-identify
    }";
    let erased = Site::of("wordpress", declared, &wordpress.database_address()).erase(&ADDRESSES).unwrap();
    assert_eq!(count(&erased.report, "wp_users", Did::DeIdentified), 1);
    assert_eq!(erased.traces, [""; 0]);
    let author = wordpress.sql(&format!("select post_author from wp_posts where ID = {}", planted.post_id));
    assert_eq!(author, planted.user_id.to_string(), "joins hold");
    let account =
        wordpress.sql(&format!("select user_login, display_name from wp_users where ID = {}", planted.user_id));
    assert!(!account.contains("countess") && !account.contains("Ada"), "{account}");
    wordpress.renders(&planted.post_path);
}
