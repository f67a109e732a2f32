//! One life of the server: started, asked, stopped.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bench_bed::Client;

use crate::data::Data;

/// `bench_bed::ROOT_KEY` as the executable takes it.
const ROOT_KEY_LINE: &str = "candor-root-key v1 1 BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// The figure that is not about idling.
pub const AFTER_READS: &str = "after 1 000 reads";
const STARTED_WITHIN: Duration = Duration::from_secs(60);
/// Longer than the interval of every job that an idle server runs.
const JOBS_RAN: Duration = Duration::from_secs(13);

/// A running server.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(data: &Data) -> Self {
        let executable = std::env::var("CANDOR_BIN")
            .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/release/candor").to_owned());
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let child = Command::new(executable)
            .arg("serve")
            .arg("--data-dir")
            .arg(&data.folder)
            .args(["--listen", &address.to_string(), "--log", "warn"])
            .env("CANDOR_ROOT_KEY", ROOT_KEY_LINE)
            .stdout(Stdio::null())
            .spawn()
            .expect("the executable; `cargo build --release -p candor` makes it");
        Self { child, address }
    }

    /// Connects as soon as somebody listens.
    fn connect(&self, data: &Data) -> Client {
        let start = Instant::now();
        while start.elapsed() < STARTED_WITHIN {
            match Client::connect(self.address, &data.key) {
                Ok(client) => return client,
                Err(_) => std::thread::sleep(Duration::from_micros(100)),
            }
        }
        panic!("the server does not listen");
    }

    /// Resident memory in bytes.
    fn resident_bytes(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the process's status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its resident memory");
        line.split_ascii_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).expect("a number") * 1_024
    }

    /// Processor time of all threads, as the scheduler counts it.
    fn processor_time(&self) -> Duration {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("the process's threads");
        let nanos = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok());
        let nanos = nanos.filter_map(|text| text.split_ascii_whitespace().next()?.parse::<u64>().ok());
        Duration::from_nanos(nanos.sum())
    }

    /// The part of it that no file backs.
    fn anonymous_bytes(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the process's status");
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("its anonymous memory");
        line.split_ascii_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).expect("a number") * 1_024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.child.wait();
    }
}

/// How long it takes from the start of the process to a whole answer with values, and how much processor time.
pub fn first_answer(data: &Data, n: usize) -> (Duration, Duration) {
    let start = Instant::now();
    let server = Server::start(data);
    let mut client = server.connect(data);
    read(&mut client, data, n);
    let took = start.elapsed();
    (took, server.processor_time())
}

/// Resident memory at several moments of a server that nobody asks anything, and after some reads.
pub fn memory(data: &Data) -> Vec<(&'static str, u64)> {
    let server = Server::start(data);
    drop(server.connect(data));
    std::thread::sleep(Duration::from_secs(3));
    let mut figures = vec![("idle, before any question", server.resident_bytes())];
    let mut client = server.connect(data);
    read(&mut client, data, 0);
    std::thread::sleep(JOBS_RAN);
    figures.push(("idle, one answer, jobs ran", server.resident_bytes()));
    println!("of it not backed by a file: {:.1} MB", server.anonymous_bytes() as f64 / 1e6);
    (0..1_000).for_each(|n| read(&mut client, data, n));
    figures.push((AFTER_READS, server.resident_bytes()));
    figures
}

fn read(client: &mut Client, data: &Data, n: usize) {
    let subject = data.subjects[n * 7_919 % data.subjects.len()];
    let body = r#"{"purpose":"billing","fields":["account.email","account.name"]}"#;
    let answer = client.ask("POST", &format!("/v1/subjects/{subject}/read"), body).expect("an answer");
    let text = String::from_utf8_lossy(&answer.body);
    assert!(answer.status == 200 && text.contains("@people.example"), "{}: {text}", answer.status);
}
