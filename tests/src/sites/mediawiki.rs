//! A MediaWiki that is real: Debian's package over a MariaDB of its own, served by PHP.

use std::path::{Path, PathBuf};

use super::kept::kept;
use super::php::{self, Served};
use super::{MariaDb, mariadb};
use crate::binaries::{installed, root};
use crate::ports::free_port;

const DATABASE: &str = "wiki";
const SETTINGS: &str = include_str!("../../sites/mediawiki/LocalSettings.php");

/// A running wiki; it ends when dropped.
pub struct MediaWiki {
    served: Served,
    database: MariaDb,
    folder: PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl MediaWiki {
    /// Starts a wiki that was just installed: an administrator and a main page.
    ///
    /// # Panics
    /// When what it needs is not there (`cargo xtask setup`).
    pub fn start() -> Self {
        let folder = installed("sites/usr/share/mediawiki");
        assert!(folder.exists(), "MediaWiki is not there: run `cargo xtask setup`");
        let data = kept("mediawiki", &[SETTINGS, mariadb::RIGHTS], |at| install(&folder, at));
        let (database, port) = (MariaDb::over(&data), free_port());
        let environment = environment(&database, port);
        let served = Served::start(&folder, None, port, &environment);
        Self { served, database, folder, environment }
    }

    /// Has the wiki's own code make an account.
    pub fn add_account(&self, name: &str, email: &str) {
        self.script("createAndPromote.php", &[name, "a pass phrase of a test"], "");
        self.script("resetUserEmail.php", &["--no-reset-password", name, email], "");
    }

    /// Has the wiki's own code write a page as somebody.
    pub fn write(&self, name: &str, title: &str, text: &str, summary: &str) {
        self.script("edit.php", &["--user", name, "--summary", summary, title], text);
    }

    /// The page at a path, which the wiki answers with success.
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

    #[track_caller]
    fn script(&self, name: &str, args: &[&str], input: &str) -> String {
        php::run(&self.folder.join("maintenance").join(name), args, input, &self.environment)
    }
}

fn install(folder: &Path, at: &Path) {
    let settings = folder.join("LocalSettings.php");
    if settings.symlink_metadata().is_ok() {
        std::fs::remove_file(&settings).expect("the package's link goes");
    }
    let database = MariaDb::start();
    let ((name, password), port) = (mariadb::SITE, database.port());
    database.run("mysql", &format!("create database {DATABASE}; grant all on {DATABASE}.* to '{name}'@'127.0.0.1'"));
    database.grant(DATABASE);
    let own = tempfile::tempdir().expect("a folder");
    let (server, confpath) = (format!("127.0.0.1:{port}"), own.path().display().to_string());
    let args = [
        ["--dbtype", "mysql"],
        ["--dbserver", &server],
        ["--dbname", DATABASE],
        ["--dbuser", name],
        ["--dbpass", password],
        ["--server", "http://127.0.0.1"],
        ["--scriptpath", ""],
        ["--confpath", &confpath],
        ["--pass", "of the wiki's administrator"],
    ];
    let args = [args.as_flattened(), &["A wiki", "Keeper"]].concat();
    php::run(&folder.join("maintenance/install.php"), &args, "", &[]);
    std::fs::copy(root().join("tests/sites/mediawiki/LocalSettings.php"), settings).expect("its settings");
    database.keep(at);
}

fn environment(database: &MariaDb, port: u16) -> Vec<(&'static str, String)> {
    let (name, password) = mariadb::SITE;
    vec![
        ("SITE_HOST", format!("127.0.0.1:{port}")),
        ("SITE_DATABASE", DATABASE.to_owned()),
        ("SITE_DATABASE_HOST", format!("127.0.0.1:{}", database.port())),
        ("SITE_DATABASE_USER", name.to_owned()),
        ("SITE_DATABASE_PASSWORD", password.to_owned()),
    ]
}
