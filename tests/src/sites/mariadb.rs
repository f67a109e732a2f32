//! A MariaDB that is real: over a folder of its own, on loopback.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::kept::kept;
use crate::{Authority, Certified};

const START_WAIT: Duration = Duration::from_secs(60);
/// The account that Candor signs in with: it reads, changes and deletes rows and sees triggers and views, and no more.
const CANDOR: (&str, &str) = ("candor", "of-candor");
/// What that account may do with a database.
pub(super) const RIGHTS: &str = "SELECT, UPDATE, DELETE, CREATE TEMPORARY TABLES, SHOW VIEW, TRIGGER";
/// The account of the sites themselves.
pub(super) const SITE: (&str, &str) = ("site", "of-the-site");
/// What makes it small and quick. What was committed outlives the server, though not the machine.
const SETTINGS: [&str; 8] = [
    "--innodb-log-file-size=8M",
    "--innodb-buffer-pool-size=48M",
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-stats-persistent=0",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--character-set-server=utf8mb4",
    "--performance-schema=0",
];

/// A running server; it ends when dropped.
pub struct MariaDb {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
    /// What it is started with besides.
    further: Vec<String>,
}

impl MariaDb {
    /// Starts an empty one.
    ///
    /// # Panics
    /// When MariaDB is not installed (`cargo xtask setup`).
    pub fn start() -> Self {
        Self::over(&Self::empty())
    }

    fn empty() -> PathBuf {
        let accounts: String = [CANDOR, SITE]
            .map(|(name, password)| format!("create user '{name}'@'127.0.0.1' identified by '{password}';"))
            .concat();
        let recipe = [SETTINGS.as_slice(), &[accounts.as_str()]].concat();
        kept("mariadb", &recipe, |folder| {
            let mut install = Command::new("mariadb-install-db");
            install.arg("--no-defaults").arg(format!("--datadir={}", folder.display())).args(as_root());
            install.args(["--auth-root-authentication-method=normal", "--skip-test-db", SETTINGS[0]]);
            let installed = install.output().expect("MariaDB is not installed: run `cargo xtask setup`");
            assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
            let server = Self::over(folder);
            server.run("mysql", &accounts);
            server.keep(folder);
        })
    }

    /// Starts an empty one that speaks TLS, with a certificate by an authority.
    pub fn under_tls(authority: &Authority) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let Certified { certificate, key } = authority.certify(folder.path());
        let further = vec![format!("--ssl-cert={}", certificate.display()), format!("--ssl-key={}", key.display())];
        std::fs::write(folder.path().join("authority.pem"), authority.pem()).expect("a file");
        Self::start_in(folder, &Self::empty(), further)
    }

    /// Starts one over a copy of a folder of data.
    pub(super) fn over(data: &Path) -> Self {
        Self::start_in(tempfile::tempdir().expect("a folder"), data, Vec::new())
    }

    fn start_in(folder: tempfile::TempDir, data: &Path, further: Vec<String>) -> Self {
        copy(data, &folder.path().join("data"));
        let port = crate::ports::free_port();
        let mut server = Self { child: serve(folder.path(), port, &further), port, folder, further };
        server.wait();
        server
    }

    /// Stops it, and puts its data in place of what a folder holds.
    pub(super) fn keep(mut self, at: &Path) {
        self.stop();
        std::fs::remove_dir_all(at).expect("what was there goes");
        copy(&self.folder.path().join("data"), at);
    }

    /// Runs statements as its administrator, and gives what they answer: a line for a row, tabs between columns.
    ///
    /// # Panics
    /// A statement fails.
    #[track_caller]
    pub fn run(&self, database: &str, statements: &str) -> String {
        let mut client = self.client(database, statements);
        let output = client.output().expect("the client of MariaDB");
        assert!(output.status.success(), "{}\n{statements}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    fn client(&self, database: &str, statements: &str) -> Command {
        let mut client = Command::new("mariadb");
        client.args(["--no-defaults", "-uroot", "--default-character-set=utf8mb4", "-N", "-B", "-r"]);
        client.arg(format!("--socket={}", self.socket().display())).args([database, "-e", statements]);
        client
    }

    /// Lets Candor do with a database what a connection of its needs.
    pub fn grant(&self, database: &str) {
        self.run("mysql", &format!("grant {RIGHTS} on `{database}`.* to '{}'@'127.0.0.1'", CANDOR.0));
    }

    /// Where Candor finds a database: what stands in a system's environment variable.
    pub fn address(&self, database: &str) -> String {
        let (name, password) = CANDOR;
        format!("mysql://{name}:{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// The same under TLS, trusting whoever vouched for it alone ([`under_tls`](Self::under_tls)).
    pub fn address_under_tls(&self, database: &str) -> String {
        format!("{}?ca={}", self.address(database), self.folder.path().join("authority.pem").display())
    }

    /// Everywhere in a database where a text stands, as `table.column`, whatever the case: asked of each column with
    /// statements of its own, so that it vouches for what Candor's search says.
    pub fn where_is(&self, database: &str, text: &str) -> Vec<String> {
        let columns = format!(
            "select concat('`', table_name, '`.`', column_name, '`') from information_schema.columns \
             join information_schema.tables using (table_schema, table_name) \
             where table_schema = '{database}' and table_type = 'BASE TABLE'"
        );
        let columns = self.run(database, &columns);
        let asked = columns.lines().filter_map(|column| {
            let (table, name) = column.split_once('.')?;
            let bare = column.replace('`', "");
            Some(format!("(select '{bare}' from {table} where locate(lower('{text}'), lower(convert({name} using utf8mb4))) limit 1)"))
        });
        let asked: Vec<String> = asked.collect();
        self.run(database, &asked.join(" union all ")).lines().map(str::to_owned).collect()
    }

    /// Its port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Ends every connection in the middle of whatever it does; true when there was one.
    pub fn cut_off_everybody(&self) -> bool {
        let others =
            "select id from information_schema.processlist where id <> connection_id() and command <> 'Daemon'";
        let ids = self.run("mysql", others);
        // One that has ended by itself meanwhile is no failure.
        ids.lines().for_each(|id| drop(self.client("mysql", &format!("kill {id}")).output()));
        !ids.is_empty()
    }

    /// Ends it at once, as a crash of it would, and starts it again over its data on the same port.
    pub fn crash_and_restart(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.child = serve(self.folder.path(), self.port, &self.further);
        self.wait();
    }

    fn stop(&mut self) {
        let mut stop = Command::new("mariadb-admin");
        stop.args(["--no-defaults", "-uroot"]).arg(format!("--socket={}", self.socket().display())).arg("shutdown");
        assert!(stop.status().expect("the client of MariaDB").success(), "MariaDB did not stop");
        self.child.wait().expect("its end");
    }

    fn wait(&mut self) {
        let until = Instant::now() + START_WAIT;
        while !self.answers() {
            let ended = self.child.try_wait().expect("its state");
            assert!(ended.is_none() && Instant::now() < until, "MariaDB does not answer: {}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn answers(&self) -> bool {
        let mut ping = Command::new("mariadb-admin");
        ping.args(["--no-defaults", "-uroot"]).arg(format!("--socket={}", self.socket().display())).arg("status");
        ping.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(folder: &Path, port: u16, further: &[String]) -> Child {
    let log = std::fs::File::options().create(true).append(true).open(folder.join("log")).expect("a log file");
    let mut serve = Command::new("/usr/sbin/mariadbd");
    serve.arg("--no-defaults").args(as_root()).args(SETTINGS);
    let at = folder.display();
    serve.args([format!("--datadir={at}/data"), format!("--socket={at}/socket"), format!("--pid-file={at}/pid")]);
    serve.args(further);
    serve.args([format!("--tmpdir={at}"), "--bind-address=127.0.0.1".to_owned(), format!("--port={port}")]);
    serve.stdout(Stdio::null()).stderr(log).spawn().expect("MariaDB is not installed: run `cargo xtask setup`")
}

/// It refuses to run as root unless it is told so by name.
fn as_root() -> Option<&'static str> {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    is_root.then_some("--user=root")
}

fn copy(from: &Path, to: &Path) {
    let mut copy = Command::new("cp");
    copy.args(["-r", "--reflink=auto", "--sparse=always"]).arg(from).arg(to);
    assert!(copy.status().expect("cp").success(), "{} was not copied", from.display());
}
