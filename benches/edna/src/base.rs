//! The two databases, both real and both syncing to disk: a connection, and a connector of Candor's.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bench_erase_bed::PostgresServer;
use candor_connect::Connector;
use candor_manifest::Source;
use candor_places::SystemMap;
use candor_words::Secret;
use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use tokio_postgres::Client;

const START_WAIT: Duration = Duration::from_secs(60);

/// A running server.
pub enum Base {
    Postgres(PostgresServer),
    Mariadb(MariaDb),
}

/// What becomes of a contact when they are erased.
#[derive(Clone, Copy)]
pub enum Goes {
    /// The account goes, and what they wrote stays and is nobody's.
    Away,
    /// Everything stays, and the account is nobody's.
    Anonymous,
}

impl Base {
    pub fn postgres() -> Self {
        let settings = "fsync = on\nfull_page_writes = on\nshared_buffers = 256MB\nmax_wal_size = 4GB\n";
        Self::Postgres(PostgresServer::start_with(settings))
    }

    pub fn mariadb() -> Self {
        Self::Mariadb(MariaDb::start())
    }

    pub const fn name(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "postgres",
            Self::Mariadb(_) => "mariadb",
        }
    }

    fn address(&self) -> String {
        match self {
            Self::Postgres(server) => server.address(),
            Self::Mariadb(server) => server.address(),
        }
    }

    /// A connection, as an application has one.
    pub async fn talk(&self) -> Talk {
        match self {
            Self::Postgres(server) => Talk::Postgres(server.client().await),
            Self::Mariadb(server) => {
                // Over TCP, as the connector speaks to it.
                let options = mysql_async::Opts::from_url(&server.address()).expect("an address");
                let options = mysql_async::OptsBuilder::from_opts(options).prefer_socket(false);
                Talk::Mariadb(Conn::new(options).await.expect("a connection"))
            }
        }
    }

    /// A connector, by a policy in which an erasure does this.
    pub fn connector(&self, goes: Goes) -> Arc<dyn Connector> {
        let goes = match goes {
            Goes::Away => "delete",
            Goes::Anonymous => "de-identify",
        };
        let text = include_str!("conference.candor").replace("KIND", self.name()).replace("GOES", goes);
        let checked = candor_manifest::check(&[Source { path: "conference.candor".into(), text }]);
        let checked = checked.unwrap_or_else(|found| panic!("{found:#?}"));
        let map = Arc::new(SystemMap::of(&checked.manifest, &checked.manifest.systems[0]));
        let address = Secret::new(self.address());
        match self {
            Self::Postgres(_) => candor_connect_sql::postgres(map, &address),
            Self::Mariadb(_) => candor_connect_sql::mariadb(map, &address),
        }
        .expect("an address")
    }
}

/// A connection.
pub enum Talk {
    Postgres(Client),
    Mariadb(Conn),
}

impl Talk {
    /// Runs statements that end in `;`.
    pub async fn run(&mut self, statements: &str) {
        match self {
            Self::Postgres(client) => client.batch_execute(statements).await.expect("statements"),
            Self::Mariadb(conn) => {
                for statement in statements.split(';').filter(|it| !it.trim().is_empty()) {
                    conn.query_drop(statement).await.unwrap_or_else(|error| panic!("{error}\n{statement:.300}"));
                }
            }
        }
    }

    /// The one text that a query gives.
    pub async fn text(&mut self, query: &str) -> String {
        match self {
            Self::Postgres(client) => client.query_one(query, &[]).await.expect("a query").get(0),
            Self::Mariadb(conn) => conn.query_first(query).await.expect("a query").expect("a row"),
        }
    }
}

/// A MariaDB over a folder of its own, on loopback; it ends when dropped.
pub struct MariaDb {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl MariaDb {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path().display().to_string();
        // It refuses to run as root unless it is told so by name; elsewhere the word changes nothing.
        let mut install = Command::new("mariadb-install-db");
        install.args(["--no-defaults", "--skip-test-db", "--user=root"]).arg(format!("--datadir={at}/data"));
        let installed = install.output().expect("MariaDB is not installed: run `cargo xtask setup`");
        assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
        let accounts = "CREATE DATABASE conference;\nCREATE USER 'bench'@'127.0.0.1' IDENTIFIED BY 'pw';\nGRANT ALL ON conference.* TO 'bench'@'127.0.0.1';\n";
        std::fs::write(folder.path().join("accounts.sql"), accounts).expect("a file");
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let port = free.expect("a port").port();
        let mut serve = Command::new("/usr/sbin/mariadbd");
        serve.args(["--no-defaults", "--user=root", "--bind-address=127.0.0.1", "--skip-name-resolve"]);
        serve.args([
            "--innodb-flush-log-at-trx-commit=1",
            "--innodb-buffer-pool-size=256M",
            "--character-set-server=utf8mb4",
        ]);
        serve.args([format!("--datadir={at}/data"), format!("--socket={at}/socket"), format!("--pid-file={at}/pid")]);
        serve.args([format!("--port={port}"), format!("--tmpdir={at}"), format!("--init-file={at}/accounts.sql")]);
        let child = serve.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("MariaDB");
        let mut server = Self { child, port, _folder: folder };
        server.wait();
        server
    }

    fn address(&self) -> String {
        format!("mysql://bench:pw@127.0.0.1:{}/conference", self.port)
    }

    fn wait(&mut self) {
        let until = Instant::now() + START_WAIT;
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.try_wait().expect("its state");
            assert!(ended.is_none() && Instant::now() < until, "MariaDB does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
