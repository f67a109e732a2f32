//! Drupal 10, from its documented core schema.
//!
//! An account is a row of `users` and one of `users_field_data` for each language. What somebody wrote stays, as with Drupal's
//! own way of making it anonymous: its author is number 0 from then on.

use candor_manifest::model::PlaceErasure;

use super::Template;
use super::sketch::{End, Sketch, TABLE, Whose, given, names, noted};

pub(super) const TEMPLATE: Template = Template {
    name: "drupal",
    accounts: "users_field_data",
    key: &["uid", "langcode"],
    email: "mail",
    on_erasure: PlaceErasure::Delete,
    prefix: "",
    nobody: Some("0"),
    referring: &["uid", "user_id"],
    known_by: ["users", "node_field_data"],
    parts: &[TABLES],
};

const TABLES: &[Sketch] = &[
    Sketch {
        table: "users_field_data",
        key: &["uid", "langcode"],
        owned: &[Whose::Address("mail")],
        columns: &[names("name"), noted("pass"), names("mail"), given("init"), noted("access"), noted("login")],
        ..TABLE
    },
    // All else refers to this row.
    Sketch { table: "users", key: &["uid"], owned: &[Whose::Behind("users_field_data", "uid")], ..TABLE },
    Sketch {
        table: "user__roles",
        key: &["entity_id", "deleted", "delta", "langcode"],
        owned: &[Whose::Of("users", "entity_id")],
        ..TABLE
    },
    Sketch {
        table: "user__user_picture",
        key: &["entity_id", "deleted", "delta", "langcode"],
        owned: &[Whose::Of("users", "entity_id")],
        columns: &[given("user_picture_alt"), given("user_picture_title")],
        ..TABLE
    },
    Sketch {
        table: "users_data",
        key: &["uid", "module", "name"],
        owned: &[Whose::Of("users", "uid")],
        columns: &[noted("value")],
        ..TABLE
    },
    Sketch {
        table: "sessions",
        key: &["sid"],
        owned: &[Whose::Of("users", "uid")],
        columns: &[noted("hostname"), noted("session")],
        ..TABLE
    },
    Sketch {
        table: "comment_field_data",
        key: &["cid", "langcode"],
        owned: &[Whose::Of("users", "uid"), Whose::Address("mail")],
        columns: &[given("name"), given("mail"), given("homepage"), noted("hostname")],
        end: End::DeIdentify,
        ..TABLE
    },
    Sketch { table: "node_field_data", key: &["nid", "langcode"], ..AUTHORED },
    Sketch { table: "node_field_revision", key: &["vid", "langcode"], ..AUTHORED },
    Sketch {
        table: "node_revision",
        key: &["vid"],
        owned: &[Whose::Of("users", "revision_uid")],
        end: End::DeIdentify,
        ..TABLE
    },
    Sketch { table: "media_field_data", key: &["mid", "langcode"], ..AUTHORED },
    Sketch { table: "media_field_revision", key: &["vid", "langcode"], ..AUTHORED },
    Sketch {
        table: "media_revision",
        key: &["vid"],
        owned: &[Whose::Of("users", "revision_user")],
        end: End::DeIdentify,
        ..TABLE
    },
    Sketch {
        table: "block_content_revision",
        key: &["revision_id"],
        owned: &[Whose::Of("users", "revision_user")],
        end: End::DeIdentify,
        ..TABLE
    },
    Sketch {
        table: "taxonomy_term_revision",
        key: &["revision_id"],
        owned: &[Whose::Of("users", "revision_user")],
        end: End::DeIdentify,
        ..TABLE
    },
    Sketch { table: "file_managed", key: &["fid"], ..AUTHORED },
    Sketch {
        table: "watchdog",
        key: &["wid"],
        owned: &[Whose::Of("users", "uid")],
        columns: &[noted("variables"), noted("location"), noted("referer"), noted("hostname")],
        ..TABLE
    },
    Sketch { table: "history", key: &["uid", "nid"], owned: &[Whose::Of("users", "uid")], ..TABLE },
    Sketch { table: "shortcut_set_users", key: &["uid"], owned: &[Whose::Of("users", "uid")], ..TABLE },
];

/// What somebody made and others use.
const AUTHORED: Sketch = Sketch { owned: &[Whose::Of("users", "uid")], end: End::DeIdentify, ..TABLE };
