//! A PostgreSQL server that is real: started for one test, on loopback and in a folder of its own.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

#[allow(clippy::duplicate_mod, reason = "this file is loaded alone too, without its neighbours")]
#[path = "ports.rs"]
mod ports;

use ports::free_port;

const START_WAIT: Duration = Duration::from_secs(60);
const PASSWORD: &str = "pw";

/// A running server; it ends when dropped.
pub struct PostgresServer {
    child: Option<Child>,
    port: u16,
    folder: tempfile::TempDir,
}

impl PostgresServer {
    /// Starts one with an empty database `app`.
    ///
    /// # Panics
    /// When PostgreSQL is not installed (`cargo xtask setup`).
    pub fn start() -> Self {
        Self::start_with("")
    }

    /// Starts one that speaks TLS too, with a certificate and its key.
    pub fn start_with_tls(certificate: &str, key: &str) -> Self {
        Self::begin("ssl = on\n", &[("server.crt", certificate), ("server.key", key)])
    }

    /// Starts one with further settings.
    pub fn start_with(settings: &str) -> Self {
        Self::begin(settings, &[])
    }

    fn begin(settings: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
        let data = folder.path().join("data");
        copied(&template(), &data);
        let port = free_port();
        let all = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\nfsync = off\n\
             full_page_writes = off\nmax_connections = 40\nautovacuum = off\n{settings}"
        );
        let conf = data.join("postgresql.conf");
        let before = fs::read_to_string(&conf).expect("the configuration");
        fs::write(&conf, format!("{before}\n{all}")).expect("the configuration");
        for (name, text) in files {
            fs::write(data.join(name), text).expect("a file");
            fs::set_permissions(data.join(name), fs::Permissions::from_mode(0o600)).expect("permissions");
            let owner = fs::metadata(&data).expect("the folder");
            std::os::unix::fs::chown(data.join(name), Some(owner.uid()), Some(owner.gid())).expect("an owner");
        }
        let mut server = Self { child: None, port, folder };
        server.resume();
        server
    }

    /// Starts it again after [`stop`](Self::stop).
    pub fn resume(&mut self) {
        let mut serve = as_postgres(&program("postgres"));
        serve.arg("-D").arg(self.folder.path().join("data"));
        let child = serve.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.child = Some(child.expect("PostgreSQL is not installed: run `cargo xtask setup`"));
        let until = Instant::now() + START_WAIT;
        while !self.is_ready() {
            let ended = self.child.as_mut().map(|child| child.try_wait().expect("its state"));
            assert!(ended == Some(None) && Instant::now() < until, "PostgreSQL does not answer: {ended:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn is_ready(&self) -> bool {
        let mut asked = Command::new(program("pg_isready"));
        asked.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        asked.status().is_ok_and(|status| status.success())
    }

    /// Ends it at once; what it had not committed is lost.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = Command::new("kill").args(["-QUIT", &child.id().to_string()]).status();
            let _ = child.wait();
        }
    }

    /// Its address for somebody who signs in.
    pub fn address_of(&self, user: &str, password: &str) -> String {
        format!("postgres://{user}:{password}@127.0.0.1:{}/app", self.port)
    }

    /// Its address for the superuser.
    pub fn address(&self) -> String {
        self.address_of("postgres", PASSWORD)
    }

    /// The same in a database, by way of a port: its own, or that of a sluice before it.
    pub fn address_by(&self, port: u16, database: &str) -> String {
        format!("postgres://postgres:{PASSWORD}@127.0.0.1:{port}/{database}")
    }

    /// Its port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Runs statements in a database, and gives the rows as [`rows`](Self::rows) does; for tests without a runtime.
    pub fn ask(&self, database: &str, statements: &str) -> Vec<String> {
        asked(&self.address_by(self.port, database), statements)
    }

    /// What asks a question of a database again and again, wherever it is taken.
    pub fn asking(&self, database: &str, question: &str) -> impl Fn() -> Vec<String> + Send + Sync + 'static + use<> {
        let (address, question) = (self.address_by(self.port, database), question.to_owned());
        move || asked(&address, &question)
    }

    /// A connection of the superuser.
    pub async fn client(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.address(), NoTls).await.expect("a connection");
        tokio::spawn(async move {
            let _ = connection.await;
        });
        client
    }

    /// Runs statements.
    pub async fn run(&self, statements: &str) {
        self.client().await.batch_execute(statements).await.unwrap_or_else(|error| panic!("{error:?}"));
    }

    /// The rows of a query, their values joined by `|`; `-` for nothing.
    pub async fn rows(&self, query: &str) -> Vec<String> {
        let found = self.client().await.simple_query(query).await.unwrap_or_else(|error| panic!("{error:?}"));
        read(&found)
    }
}

fn asked(address: &str, statements: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(address, NoTls).await.expect("a connection");
        let connection = tokio::spawn(connection);
        let found = client.simple_query(statements).await.unwrap_or_else(|error| panic!("{error:?}"));
        connection.abort();
        read(&found)
    })
}

fn read(found: &[SimpleQueryMessage]) -> Vec<String> {
    let rows = found.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    rows.map(|row| (0..row.len()).map(|at| row.get(at).unwrap_or("-")).collect::<Vec<_>>().join("|")).collect()
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn program(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is not installed: run `cargo xtask setup`");
    let mut found: Vec<PathBuf> = versions.filter_map(|it| it.ok().map(|it| it.path())).collect();
    found.sort_by_key(|path| path.file_name().and_then(|it| it.to_str()?.parse::<u32>().ok()));
    let newest = found.into_iter().rev().find(|path| path.join("bin/postgres").exists());
    newest.expect("PostgreSQL is not installed: run `cargo xtask setup`").join("bin").join(name)
}

/// The server refuses to run as root.
fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}

/// An empty cluster, made once and copied for each server.
fn template() -> PathBuf {
    let version = program("postgres").components().nth(4).map(|it| it.as_os_str().to_string_lossy().into_owned());
    let whose = if is_root() { "root" } else { "own" };
    let ready = std::env::temp_dir().join(format!("candor-postgres-{}-{whose}", version.unwrap_or_default()));
    if ready.exists() {
        return ready;
    }
    let making = tempfile::Builder::new().prefix("candor-postgres-making-").tempdir().expect("a folder").keep();
    let data = making.join("data");
    let open = fs::Permissions::from_mode(0o777);
    fs::set_permissions(&making, open).expect("permissions");
    fs::write(making.join("password"), PASSWORD).expect("a file");
    let mut init = as_postgres(&program("initdb"));
    init.arg("-D").arg(&data).args([
        "-U",
        "postgres",
        "--auth=scram-sha-256",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]);
    init.arg(format!("--pwfile={}", making.join("password").display()));
    let made = init.output().expect("initdb");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut single = as_postgres(&program("postgres"));
    single.args(["--single", "-D"]).arg(&data).arg("postgres").stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = single.stderr(Stdio::null()).spawn().expect("postgres");
    std::io::Write::write_all(&mut child.stdin.take().expect("its input"), b"CREATE DATABASE app\n")
        .expect("a statement");
    assert!(child.wait().expect("postgres").success());
    // Another process may have been faster; then its own is as good.
    let _ = fs::rename(&data, &ready);
    let _ = fs::remove_dir_all(&making);
    ready
}

fn copied(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().expect("cp");
    assert!(copied.success());
}
