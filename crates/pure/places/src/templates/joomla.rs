//! Joomla 5, from its documented core schema.
//!
//! Its tables' names begin with letters that the installer drew; they are read off the place of accounts that the manifest
//! declares, or off the only Joomla in the database.

use candor_manifest::model::PlaceErasure;

use super::Template;
use super::sketch::{End, Sketch, TABLE, Whose, given, names, noted};

pub(super) const TEMPLATE: Template = Template {
    name: "joomla",
    accounts: "users",
    key: &["id"],
    email: "email",
    on_erasure: PlaceErasure::Delete,
    prefix: "jos_",
    nobody: Some("0"),
    referring: &["user_id", "userid"],
    known_by: ["user_usergroup_map", "content"],
    parts: &[TABLES],
};

const TABLES: &[Sketch] = &[
    Sketch {
        table: "users",
        owned: &[Whose::Address("email")],
        columns: &[
            given("name"),
            names("username"),
            names("email"),
            noted("password"),
            noted("activation"),
            noted("params"),
            noted("otpKey"),
            noted("otep"),
        ],
        ..TABLE
    },
    Sketch {
        table: "user_profiles",
        key: &["user_id", "profile_key"],
        owned: &[Whose::Of("users", "user_id")],
        columns: &[given("profile_value")],
        ..TABLE
    },
    // What others noted about them.
    Sketch {
        table: "user_notes",
        owned: &[Whose::Of("users", "user_id")],
        columns: &[noted("subject"), noted("body")],
        ..TABLE
    },
    Sketch {
        table: "user_usergroup_map",
        key: &["user_id", "group_id"],
        owned: &[Whose::Of("users", "user_id")],
        ..TABLE
    },
    // Its column `user_id` holds the name that they sign in with.
    Sketch {
        table: "user_keys",
        owned: &[Whose::Named { as_in: "users.username", column: "user_id" }],
        columns: &[noted("token")],
        ..TABLE
    },
    Sketch {
        table: "user_mfa",
        owned: &[Whose::Of("users", "user_id")],
        columns: &[given("title"), noted("options")],
        ..TABLE
    },
    Sketch {
        table: "session",
        key: &["session_id"],
        owned: &[Whose::Of("users", "userid")],
        columns: &[noted("data"), noted("username")],
        ..TABLE
    },
    Sketch {
        table: "contact_details",
        owned: &[Whose::Of("users", "user_id"), Whose::Address("email_to")],
        columns: &[
            given("name"),
            given("con_position"),
            given("address"),
            given("suburb"),
            given("state"),
            given("postcode"),
            given("telephone"),
            given("fax"),
            given("misc"),
            given("image"),
            given("email_to"),
            given("mobile"),
            given("webpage"),
        ],
        ..TABLE
    },
    Sketch {
        table: "content",
        owned: &[Whose::Of("users", "created_by")],
        columns: &[given("created_by_alias")],
        end: End::DeIdentify,
        ..TABLE
    },
    Sketch {
        table: "messages",
        key: &["message_id"],
        owned: &[Whose::Of("users", "user_id_to"), Whose::Of("users", "user_id_from")],
        columns: &[given("subject"), given("message")],
        ..TABLE
    },
    Sketch { table: "messages_cfg", key: &["user_id", "cfg_name"], owned: &[Whose::Of("users", "user_id")], ..TABLE },
    Sketch {
        table: "action_logs",
        owned: &[Whose::Of("users", "user_id")],
        columns: &[noted("message"), noted("ip_address")],
        ..TABLE
    },
    Sketch { table: "action_logs_users", key: &["user_id"], owned: &[Whose::Of("users", "user_id")], ..TABLE },
    Sketch {
        table: "privacy_requests",
        owned: &[Whose::Address("email")],
        columns: &[given("email"), noted("confirm_token")],
        ..TABLE
    },
    // Its body holds the address and the browser from which somebody agreed.
    Sketch {
        table: "privacy_consents",
        owned: &[Whose::Of("users", "user_id")],
        columns: &[noted("subject"), noted("body"), noted("token")],
        ..TABLE
    },
];
