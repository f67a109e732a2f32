//! WordPress, as its own `wp-admin/includes/schema.php` makes it (seen in 6.1).

use candor_manifest::model::PlaceErasure;

use super::Template;
use super::sketch::{End, Sketch, TABLE, Whose, given, names, noted};
use super::woocommerce;

pub(super) const TEMPLATE: Template = Template {
    name: "wordpress",
    accounts: "users",
    key: &["ID"],
    email: "user_email",
    on_erasure: PlaceErasure::Delete,
    prefix: "wp_",
    nobody: Some("0"),
    referring: &["user_id", "userid", "author_id", "wp_user_id"],
    known_by: ["usermeta", "posts"],
    parts: &[TABLES, woocommerce::TABLES],
};

/// Notes of WordPress, of a spam filter and of a shop about the sender of a comment.
const NOTES_OF_COMMENTS: &[&str] = &[
    "akismet_as_submitted",
    "akismet_history",
    "akismet_pro_tip",
    "akismet_rechecking",
    "akismet_user",
    "akismet_user_result",
    "_wp_trash_meta_comments_status",
];

const TABLES: &[Sketch] = &[
    Sketch {
        table: "users",
        key: &["ID"],
        owned: &[Whose::Address("user_email")],
        columns: &[
            names("user_login"),
            noted("user_pass"),
            names("user_nicename"),
            names("user_email"),
            given("user_url"),
            noted("user_registered"),
            noted("user_activation_key"),
            given("display_name"),
        ],
        is_shared: true,
        ..TABLE
    },
    // Names, descriptions, sessions with addresses and browsers, application passwords, and what plugins note (`billing_…`).
    Sketch {
        table: "usermeta",
        key: &["umeta_id"],
        owned: &[Whose::Of("users", "user_id")],
        columns: &[given("meta_value")],
        is_shared: true,
        ..TABLE
    },
    // Found by account and by address: whoever is not signed in leaves the address alone. What was said stays.
    Sketch {
        table: "comments",
        key: &["comment_ID"],
        owned: &[Whose::Of("users", "user_id"), Whose::Address("comment_author_email")],
        columns: &[
            given("comment_author"),
            given("comment_author_email"),
            given("comment_author_url"),
            noted("comment_author_IP"),
            noted("comment_agent"),
        ],
        end: End::DeIdentify,
        ..TABLE
    },
    Sketch {
        table: "commentmeta",
        key: &["meta_id"],
        only: Some(("meta_key", NOTES_OF_COMMENTS)),
        owned: &[Whose::Of("comments", "comment_id")],
        columns: &[noted("meta_value")],
        ..TABLE
    },
    // What an author published stands; its author is nobody from then on (0, as WordPress has it).
    Sketch { table: "posts", key: &["ID"], owned: &[Whose::Of("users", "post_author")], end: End::DeIdentify, ..TABLE },
    // The address of whoever made a request under the site's own privacy tools is its title.
    Sketch {
        table: "posts",
        key: &["ID"],
        only: Some(("post_type", &["user_request"])),
        owned: &[Whose::Address("post_title")],
        columns: &[given("post_title"), noted("post_password")],
        is_apart: true,
        ..TABLE
    },
    Sketch {
        table: "links",
        key: &["link_id"],
        owned: &[Whose::Of("users", "link_owner")],
        columns: &[given("link_url"), given("link_name"), given("link_notes")],
        ..TABLE
    },
    // A network's sign-ups that were not finished.
    Sketch {
        table: "signups",
        key: &["signup_id"],
        owned: &[Whose::Address("user_email")],
        columns: &[given("user_login"), given("user_email"), noted("meta")],
        is_shared: true,
        ..TABLE
    },
    Sketch {
        table: "registration_log",
        key: &["ID"],
        owned: &[Whose::Address("email")],
        columns: &[given("email"), noted("IP")],
        is_shared: true,
        ..TABLE
    },
];
