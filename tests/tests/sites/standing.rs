//! The sites that the other tests lean on stand, and hold what they are said to hold.

use candor_tests::{MediaWiki, SitePerson, WordPress};

const ADA: SitePerson<'_> = SitePerson {
    login: "countess",
    email: "ada@lovelace.example",
    former_email: "ada@byron.example",
    name: "Ada Lovelace",
};

#[test]
fn a_wordpress_is_installed_with_a_person_in_it() {
    let site = WordPress::start();
    site.open_shop();
    let planted = site.add_person(&ADA);
    site.add_plugins(&ADA, &planted);
    site.add_order(&ADA, planted.user_id);
    assert!(site.renders("/hello-world/").contains("Said with an address of before"));
    assert!(site.renders(&planted.post_path).contains("What an author wrote about engines"));
    let places = site.where_is(ADA.email);
    for place in [
        "wp_users.user_email",
        "wp_usermeta.meta_value",
        "wp_posts.post_title",
        "wp_comments.comment_author_email",
        "wp_newsletter_log.payload",
        "wp_wc_orders.billing_email",
    ] {
        assert!(places.iter().any(|found| found == place), "{place}: {places:?}");
    }
}

#[test]
fn a_mediawiki_is_installed_with_a_person_in_it() {
    let wiki = MediaWiki::start();
    wiki.add_account("Countess", "ada@lovelace.example");
    wiki.write("Countess", "Engines", "What a countess wrote about engines.", "a first draft");
    assert!(wiki.renders("/index.php/Engines").contains("What a countess wrote about engines."));
    assert_eq!(wiki.where_is("ada@lovelace.example"), ["user.user_email"]);
}
