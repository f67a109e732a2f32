//! A WordPress that is real: Debian's package over a MariaDB of its own, served by PHP.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::kept::kept;
use super::php::{self, Served};
use super::{MariaDb, mariadb};
use crate::binaries::{installed, root};
use crate::ports::free_port;

const DATABASE: &str = "wordpress";
/// The tables of `WooCommerce`, which no package here ships, as its documentation describes them.
const SHOP: &str = include_str!("../../sites/woocommerce.sql");
/// What two plugins left behind that registered no exporter and no eraser.
const PLUGINS: &str = include_str!("../../sites/wordpress/plugins.sql");
const INSTALL: &str = include_str!("../../sites/wordpress/install.php");

/// A running site; it ends when dropped.
pub struct WordPress {
    served: Served,
    database: MariaDb,
    environment: Vec<(&'static str, String)>,
}

/// Somebody who has an account on the site and uses it.
#[derive(Debug, Clone, Copy)]
pub struct SitePerson<'a> {
    /// What they sign in with.
    pub login: &'a str,
    /// Their address.
    pub email: &'a str,
    /// An address they had before, under which they commented.
    pub former_email: &'a str,
    /// How they are called.
    pub name: &'a str,
}

/// What a person left on the site.
#[derive(Debug, Clone)]
pub struct Planted {
    /// Their account.
    pub user_id: u64,
    /// A post they wrote.
    pub post_id: u64,
    /// The path of its page.
    pub post_path: String,
    /// Their comments: as a user, by their address alone, by a former address.
    pub comment_ids: Vec<u64>,
}

impl WordPress {
    /// Starts a site that was just installed: an administrator, a post, a page and a comment.
    ///
    /// # Panics
    /// When what it needs is not there (`cargo xtask setup`).
    pub fn start() -> Self {
        let folder = folder();
        std::fs::copy(script("wp-config.php"), folder.join("wp-config.php")).expect("a configuration");
        let data = kept("wordpress", &[INSTALL, mariadb::RIGHTS], |at| {
            let database = MariaDb::start();
            let (name, _) = mariadb::SITE;
            let grant = format!("grant all on {DATABASE}.* to '{name}'@'127.0.0.1'");
            database.run("mysql", &format!("create database {DATABASE} character set utf8mb4; {grant}"));
            database.grant(DATABASE);
            php::run(&script("install.php"), &[], "", &environment(&database, &folder, 80));
            database.keep(at);
        });
        let (database, port) = (MariaDb::over(&data), free_port());
        let environment = environment(&database, &folder, port);
        let served = Served::start(&folder, Some(&script("router.php")), port, &environment);
        Self { served, database, environment }
    }

    /// Adds the tables of a shop.
    pub fn open_shop(&self) {
        self.sql(SHOP);
    }

    /// Adds the tables of two plugins that nobody registered, with a person's traces: one by the number of the account,
    /// and one by the address inside a serialised value and inside JSON.
    pub fn add_plugins(&self, person: &SitePerson<'_>, planted: &Planted) {
        let user_id = planted.user_id.to_string();
        self.sql(&PLUGINS.replace("{email}", person.email).replace("{user_id}", &user_id));
    }

    /// Has the site's own code add a person: an account with what plugins noted, a post, three comments, sessions, an
    /// application password and a request of theirs under the site's own privacy tools.
    pub fn add_person(&self, person: &SitePerson<'_>) -> Planted {
        let told = json!({ "login": person.login, "email": person.email, "former_email": person.former_email, "name": person.name });
        let said = php::run(&script("person.php"), &[], &told.to_string(), &self.environment);
        let said: Value = serde_json::from_str(&said).expect("what was added");
        let number = |name: &str| said[name].as_u64().expect("a number");
        let comment_ids = said["comments"].as_array().expect("comments").iter().filter_map(Value::as_u64).collect();
        let post_path = said["path"].as_str().expect("a path").to_owned();
        Planted { user_id: number("user"), post_id: number("post"), post_path, comment_ids }
    }

    /// Lets somebody without an account order something in the shop, or with one when it is told.
    pub fn add_order(&self, person: &SitePerson<'_>, user_id: u64) {
        let order = include_str!("../../sites/woocommerce-order.sql");
        let order = order.replace("{email}", person.email).replace("{name}", person.name);
        self.sql(&order.replace("{user_id}", &user_id.to_string()));
    }

    /// The page at a path, which the site answers with success.
    #[track_caller]
    pub fn renders(&self, path: &str) -> String {
        self.served.renders(path)
    }

    /// Runs statements in its database as an administrator would.
    #[track_caller]
    pub fn sql(&self, statements: &str) -> String {
        self.database.run(DATABASE, statements)
    }

    /// Everywhere in its database where a text stands, as `table.column`, whatever the case.
    pub fn where_is(&self, text: &str) -> Vec<String> {
        self.database.where_is(DATABASE, text)
    }

    /// Where Candor finds its database.
    pub fn database_address(&self) -> String {
        self.database.address(DATABASE)
    }

    /// Its database.
    pub const fn database(&self) -> &MariaDb {
        &self.database
    }

    /// Its database, to be restarted.
    pub const fn database_mut(&mut self) -> &mut MariaDb {
        &mut self.database
    }
}

fn folder() -> PathBuf {
    let folder = installed("sites/usr/share/wordpress");
    assert!(folder.exists(), "WordPress is not there: run `cargo xtask setup`");
    folder
}

fn script(name: &str) -> PathBuf {
    root().join("tests/sites/wordpress").join(name)
}

fn environment(database: &MariaDb, folder: &Path, port: u16) -> Vec<(&'static str, String)> {
    let (name, password) = mariadb::SITE;
    vec![
        ("SITE_FOLDER", folder.display().to_string()),
        ("SITE_HOST", format!("127.0.0.1:{port}")),
        ("SITE_DATABASE", DATABASE.to_owned()),
        ("SITE_DATABASE_HOST", format!("127.0.0.1:{}", database.port())),
        ("SITE_DATABASE_USER", name.to_owned()),
        ("SITE_DATABASE_PASSWORD", password.to_owned()),
    ]
}
