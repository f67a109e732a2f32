//! MediaWiki, as its own `maintenance/tables-generated.sql` makes it (seen in 1.39).
//!
//! An account cannot go: every version of every page refers to it through its actor, and a version without one disappears
//! from the history. So the row stays and says nothing of anybody, and each version is by a name that was drawn at random.

use candor_manifest::model::PlaceErasure;

use super::Template;
use super::sketch::{End, Sketch, TABLE, Whose, given, names, noted};

pub(super) const TEMPLATE: Template = Template {
    name: "mediawiki",
    accounts: "user",
    key: &["user_id"],
    email: "user_email",
    on_erasure: PlaceErasure::DeIdentify,
    prefix: "",
    nobody: None,
    referring: &[],
    known_by: ["actor", "revision"],
    parts: &[TABLES],
};

const HISTORY: &str = "the wiki's history stands; the name of its author was replaced";

const TABLES: &[Sketch] = &[
    Sketch {
        table: "user",
        key: &["user_id"],
        owned: &[Whose::Address("user_email")],
        columns: &[
            names("user_name"),
            given("user_real_name"),
            noted("user_password"),
            noted("user_newpassword"),
            names("user_email"),
            noted("user_token"),
            noted("user_email_token"),
            noted("user_email_authenticated"),
        ],
        end: End::DeIdentify,
        ..TABLE
    },
    Sketch {
        table: "actor",
        key: &["actor_id"],
        owned: &[Whose::Of("user", "actor_user")],
        columns: &[names("actor_name")],
        end: End::DeIdentify,
        ..TABLE
    },
    Sketch {
        table: "revision",
        key: &["rev_id"],
        owned: &[Whose::Of("actor", "rev_actor")],
        end: End::Keep(HISTORY),
        ..TABLE
    },
    Sketch {
        table: "archive",
        key: &["ar_id"],
        owned: &[Whose::Of("actor", "ar_actor")],
        end: End::Keep(HISTORY),
        ..TABLE
    },
    Sketch {
        table: "image",
        key: &["img_name"],
        owned: &[Whose::Of("actor", "img_actor")],
        end: End::Keep(HISTORY),
        ..TABLE
    },
    Sketch {
        table: "filearchive",
        key: &["fa_id"],
        owned: &[Whose::Of("actor", "fa_actor")],
        end: End::Keep(HISTORY),
        ..TABLE
    },
    // A list that is made of the history and forgotten after some weeks; it holds the addresses edits came from.
    Sketch {
        table: "recentchanges",
        key: &["rc_id"],
        owned: &[Whose::Of("actor", "rc_actor")],
        columns: &[noted("rc_ip")],
        ..TABLE
    },
    // What the wiki logged of them as an account: its title is their name.
    Sketch {
        table: "logging",
        key: &["log_id"],
        only: Some(("log_type", &["newusers", "rights", "block", "renameuser"])),
        owned: &[Whose::Named { as_in: "user.user_name", column: "log_title" }],
        columns: &[noted("log_title"), noted("log_params")],
        ..TABLE
    },
    Sketch {
        table: "watchlist",
        key: &["wl_id"],
        owned: &[Whose::Of("user", "wl_user")],
        columns: &[given("wl_title")],
        ..TABLE
    },
    Sketch { table: "watchlist_expiry", key: &["we_item"], owned: &[Whose::Of("watchlist", "we_item")], ..TABLE },
    Sketch {
        table: "user_properties",
        key: &["up_user", "up_property"],
        owned: &[Whose::Of("user", "up_user")],
        columns: &[given("up_value")],
        ..TABLE
    },
    Sketch { table: "user_groups", key: &["ug_user", "ug_group"], owned: &[Whose::Of("user", "ug_user")], ..TABLE },
    Sketch {
        table: "user_former_groups",
        key: &["ufg_user", "ufg_group"],
        owned: &[Whose::Of("user", "ufg_user")],
        ..TABLE
    },
    Sketch {
        table: "user_newtalk",
        key: &["user_id"],
        owned: &[Whose::Of("user", "user_id")],
        columns: &[noted("user_ip")],
        ..TABLE
    },
    Sketch {
        table: "bot_passwords",
        key: &["bp_user", "bp_app_id"],
        owned: &[Whose::Of("user", "bp_user")],
        columns: &[noted("bp_password"), noted("bp_token")],
        ..TABLE
    },
    Sketch {
        table: "ipblocks",
        key: &["ipb_id"],
        owned: &[Whose::Of("user", "ipb_user")],
        columns: &[noted("ipb_address")],
        ..TABLE
    },
    Sketch {
        table: "ipblocks_restrictions",
        key: &["ir_ipb_id", "ir_type", "ir_value"],
        owned: &[Whose::Of("ipblocks", "ir_ipb_id")],
        ..TABLE
    },
    Sketch { table: "uploadstash", key: &["us_id"], owned: &[Whose::Of("user", "us_user")], ..TABLE },
];
