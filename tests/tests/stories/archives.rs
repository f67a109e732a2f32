//! Archives: encrypted to their person, readable with programs that anybody has, and made in bounded memory.

use std::io::{Cursor, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use candor_tests::{Person, PostgresServer, Server, Setup, Systems, candor, text};
use rusqlite::Connection;
use serde_json::{Value, json};

/// What the server may take at most while it exports, whatever the size.
const MEMORY_BYTES_MAX: u64 = 200_000_000;
/// How long one letter is.
const LETTER_BYTES: usize = 256 << 10;

/// A pair of keys that the real program made: the file of the private half, and the public one.
fn pair(folder: &Path) -> (String, String) {
    let file = folder.join("key.txt").display().to_string();
    let made = Command::new("age-keygen").args(["-o", &file]).output();
    assert!(made.expect("`age` is not installed: run `cargo xtask setup`").status.success());
    let shown = Command::new("age-keygen").args(["-y", &file]).output().unwrap();
    (file, String::from_utf8(shown.stdout).unwrap().trim().to_owned())
}

/// What the real program makes of a file.
fn opened(key: &str, file: &[u8]) -> Option<Vec<u8>> {
    let mut age = Command::new("age");
    age.args(["-d", "-i", key]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = age.spawn().unwrap();
    let (mut to, file) = (child.stdin.take().unwrap(), file.to_vec());
    let writing = std::thread::spawn(move || drop(to.write_all(&file)));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    output.status.success().then_some(output.stdout)
}

fn files(archive: &[u8]) -> Vec<String> {
    let archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    archive.file_names().map(|name| name.unwrap().into_owned()).collect()
}

#[test]
fn an_archive_for_a_key_is_opened_by_its_holder_alone_and_unzipped_by_any_program() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let folder = tempfile::tempdir().unwrap();
    let (file, key) = pair(folder.path());
    let reply = ada.post("/export?kind=access", &json!({ "age_keys": [key] }));
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/octet-stream")));
    assert!(reply.header("content-disposition").unwrap().contains("export.zip.age"));
    assert!(reply.bytes.starts_with(b"age-encryption.org/v1\n-> X25519 "));
    assert!(!reply.bytes.windows(4).any(|four| four == b"q739"), "nothing shows");
    let archive = opened(&file, &reply.bytes).expect("its holder opens it");
    assert!(files(&archive).contains(&"systems/site/posts.csv".to_owned()));
    assert_eq!(opened(&file, &reply.bytes[..reply.bytes.len() - 1]), None, "one that broke off is not opened");
    let (foreign, _) = pair(tempfile::tempdir().unwrap().keep().as_path());
    assert_eq!(opened(&foreign, &reply.bytes), None);

    // An archiver of another make finds nothing wrong with it.
    let zip = folder.path().join("export.zip");
    std::fs::write(&zip, &archive).unwrap();
    let tested = Command::new("python3").args(["-m", "zipfile", "-t"]).arg(&zip).output().unwrap();
    assert!(tested.status.success() && !String::from_utf8_lossy(&tested.stdout).contains("corrupted"));

    // What was asked for wrongly is refused before anything is read.
    for (body, code) in [
        (json!({ "age_keys": ["age1zz"] }), "lock.key_malformed"),
        (json!({ "passphrase": "too short" }), "lock.passphrase_unfit"),
        (json!({ "passphrase": "four words of mine", "age_keys": [key] }), "lock.ambiguous"),
    ] {
        ada.post("/export?kind=access", &body).problem(400, code);
    }
}

#[test]
fn promise_d20_no_archive_leaves_before_identity_is_proved_and_the_archive_answers_the_request() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let asked = ada.post("/requests", &json!({ "right": "access" })).json(201);
    let request = format!("/v1/requests/{}", text(&asked["id"]));
    let archive = format!("{request}/archive");
    let disclosed = || ada.accesses().iter().filter(|access| access["kind"] == "disclosure").count();
    let before = disclosed();
    server.post(&archive, &json!({})).problem(409, "request.identity_unproved");
    assert_eq!(disclosed(), before, "nothing left the vault");
    server.post(&format!("{request}/identity"), &json!({})).json(200);

    // Over the command line, encrypted unless somebody says that it is not to be.
    let folder = tempfile::tempdir().unwrap();
    let (file, key) = pair(folder.path());
    let to = folder.path().join("export.zip.age");
    let id = text(&asked["id"]);
    let place = format!("http://{}", server.address());
    let fetch = |more: &[&str]| {
        let args = ["request", "archive", id, "--to", to.to_str().unwrap(), "--server", &place];
        let mut command = candor(&[&args, more].concat());
        command.env("CANDOR_API_KEY", server.presented()).output().unwrap()
    };
    assert_eq!(fetch(&[]).status.code(), Some(2), "who may open it has to be said");
    let fetched = fetch(&["--recipient", &key]);
    assert!(fetched.status.success(), "{}", String::from_utf8_lossy(&fetched.stderr));
    let sealed = std::fs::read(&to).unwrap();
    assert!(files(&opened(&file, &sealed).unwrap()).contains(&"systems/vendor/customers.csv".to_owned()));
    let again = fetch(&["--plain"]);
    assert_eq!(again.status.code(), Some(2), "a file that exists is not written over");

    // Its last part answered the request, in the unit that records the export.
    let answered = server.get(&request).json(200);
    assert_eq!(answered["state"], "answered", "{answered}");
    server.proves(&ada.newest("exported")["entry"]);
    server.post(&archive, &json!({})).archive();

    // A refused one gives nothing, and one for another right nothing either.
    let other = ada.post("/requests", &json!({ "right": "access" })).json(201);
    let other = format!("/v1/requests/{}", text(&other["id"]));
    server.post(&format!("{other}/refuse"), &json!({ "because": "A12ManifestlyExcessive" })).json(200);
    server.post(&format!("{other}/archive"), &json!({})).problem(409, "request.closed");
    let erasure = server.proved_request(&ada, "erasure");
    server.post(&format!("{erasure}/archive"), &json!({})).problem(422, "request.other_right");

    // Nothing of an archive stays behind.
    assert_eq!(server.files_with("mine-q7391"), [""; 0]);
}

/// A person with so many letters of 256 KiB in a PostgreSQL, and a quarter as many in a SQLite file; a database keeps what
/// repeats in little room.
struct Large {
    server: Server,
    database: PostgresServer,
    _folder: tempfile::TempDir,
    site: PathBuf,
}

impl Large {
    fn with(n_letters: usize, n_posts: usize) -> Self {
        let database = PostgresServer::start();
        let statements = format!(
            "CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE NOT NULL);
             CREATE TABLE letters (id int PRIMARY KEY, author int NOT NULL REFERENCES users, body text);
             INSERT INTO users VALUES (1, 'ada@large.example'), (2, 'bob@large.example');
             INSERT INTO letters SELECT n, 1, repeat(md5(n::text), {}) FROM generate_series(1, {n_letters}) n;
             INSERT INTO letters VALUES (0, 2, 'his own-q5150');",
            LETTER_BYTES / 32
        );
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(database.run(&statements));
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site.db");
        let file = Connection::open(&site).unwrap();
        file.execute_batch(&format!(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT);
             CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users (id), body TEXT);
             INSERT INTO users VALUES (1, 'ada@large.example');
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n_posts})
             INSERT INTO posts SELECT i, 1, hex(randomblob({})) FROM n WHERE i <= {n_posts};",
            LETTER_BYTES / 2
        ))
        .unwrap();
        drop(file);
        let setup = Setup {
            policies: vec![Path::new("tests/tests/large.candor").to_owned()],
            environment: vec![
                ("SHOP_DB", database.address()),
                ("SITE_FILE", site.display().to_string()),
                ("CANDOR_SYSTEMS", "large:SHOP_DB,large:SITE_FILE".to_owned()),
            ],
            ..Setup::default()
        };
        Self { server: Server::start_as(setup), database, _folder: folder, site }
    }

    fn ada(&self) -> Person {
        self.server.person(&[("account", json!({ "email": "ada@large.example" }))])
    }

    /// The most memory that the server ever held.
    fn memory_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.process())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    /// Takes the export and throws it away; how many bytes came, and what the body ended with.
    fn drained(&self, ada: &Person, lock: &Value) -> (u64, Vec<u8>) {
        let body = lock.to_string();
        let address = self.server.address();
        let mut to = TcpStream::connect(address).unwrap();
        write!(
            to,
            "POST /v1/subjects/{}/export?kind=access HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            ada.id,
            self.server.presented(),
            body.len()
        )
        .unwrap();
        let (mut n_bytes, mut end, mut buffer) = (0, Vec::new(), vec![0; 1 << 20]);
        loop {
            let n = to.read(&mut buffer).unwrap();
            if n == 0 {
                return (n_bytes, end);
            }
            if n_bytes == 0 {
                assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..n]));
            }
            n_bytes += n as u64;
            end.extend_from_slice(&buffer[..n]);
            end.drain(..end.len().saturating_sub(5));
        }
    }
}

/// Exports so many letters and posts and says how much memory that took, in the daily run and by hand.
fn bounded(n_letters: usize, n_posts: usize) {
    let large = Large::with(n_letters, n_posts);
    let ada = large.ada();
    let began = Instant::now();
    let idle = large.memory_bytes();
    // With a passphrase: making a key of it takes memory of its own.
    let (n_bytes, end) = large.drained(&ada, &json!({ "passphrase": "four words of mine" }));
    assert_eq!(end, b"0\r\n\r\n", "it came whole");
    let peak = large.memory_bytes();
    let n_megabytes = ((n_letters + n_posts) * LETTER_BYTES) / 1_000_000;
    eprintln!(
        "{n_megabytes} MB of values: {} MB sent in {:.1?}; memory {} MB at rest, {} MB at most",
        n_bytes / 1_000_000,
        began.elapsed(),
        idle / 1_000_000,
        peak / 1_000_000
    );
    assert!(peak < MEMORY_BYTES_MAX, "{peak} bytes");
    let told = ada.newest("exported");
    assert!(told["entry"].is_number(), "{told}");
}

#[test]
fn memory_is_bounded_while_more_than_that_is_exported_out_of_two_systems() {
    bounded(640, 160);
}

/// Run by hand: it takes a while. What it said stands in docs/exports.md.
#[test]
#[ignore = "takes minutes"]
fn memory_is_bounded_while_five_gigabytes_are_exported() {
    bounded(18_000, 1_200);
}

#[test]
fn rows_as_long_as_an_export_takes_stay_within_the_bound_and_longer_ones_are_named() {
    let large = Large::with(0, 0);
    let file = Connection::open(&large.site).unwrap();
    let mib = 1 << 20;
    for (id, n_bytes) in [(1, 8 * mib), (2, 8 * mib), (3, 8 * mib), (4, 8 * mib + 1), (5, 40 * mib)] {
        let body = "INSERT INTO posts VALUES (?1, 1, replace(hex(zeroblob((?2 + 1) / 2)), '0', 'q'))";
        file.execute(body, (id, n_bytes)).unwrap();
        file.execute("UPDATE posts SET body = substr(body, 1, ?2) WHERE id = ?1", (id, n_bytes)).unwrap();
    }
    drop(file);
    let ada = large.ada();
    let archive = ada.post("/export?kind=access", &json!({})).archive();
    let whole: String =
        archive.iter().filter(|(name, _)| name.ends_with("posts.csv")).map(|(_, text)| &**text).collect();
    assert_eq!(whole.lines().filter(|line| line.contains("qqqqqqqq")).count(), 3);
    assert_eq!(whole.lines().filter(|line| line.contains("body (value.too_long)")).count(), 2);
    assert!(
        archive["index.html"].contains("longer than an archive takes") && archive["index.html"].contains("(2 values)")
    );
    assert!(!archive.values().any(|file| file.contains("q5150")), "nobody else is in it");
    let peak = large.memory_bytes();
    assert!(peak < MEMORY_BYTES_MAX, "{peak} bytes");
}

#[test]
fn whoever_hangs_up_ends_the_reading_and_leaves_the_request_open() {
    // More than what is sent and not read can be on its way.
    let large = Large::with(60, 40);
    let ada = large.ada();
    let asked = ada.post("/requests", &json!({ "right": "access" })).json(201);
    let request = format!("/v1/requests/{}", text(&asked["id"]));
    large.server.post(&format!("{request}/identity"), &json!({})).json(200);
    let address = large.server.address();
    let mut to = TcpStream::connect(address).unwrap();
    write!(
        to,
        "POST {request}/archive HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-length: 0\r\n\r\n",
        large.server.presented()
    )
    .unwrap();
    let mut first = [0; 1024];
    to.read_exact(&mut first).unwrap();
    assert!(first.starts_with(b"HTTP/1.1 200"));
    drop(to);
    // The database is not asked any further: the session of the export is gone.
    let until = Instant::now() + Duration::from_secs(150);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let reading = "SELECT count(*) FROM pg_stat_activity WHERE state IN ('active', 'idle in transaction') AND pid <> pg_backend_pid()";
    while runtime.block_on(large.database.rows(reading)) != ["0"] {
        assert!(Instant::now() < until, "it goes on reading");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(large.server.get(&request).json(200)["state"], "identity_proved");
    large.server.post(&format!("{request}/archive"), &json!({})).archive();
    assert_eq!(large.server.get(&request).json(200)["state"], "answered");
}
