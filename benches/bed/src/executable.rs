//! `candor serve` as a process of its own, over a folder that is there.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Client;

/// [`crate::ROOT_KEY`] as the executable takes it.
const ROOT_KEY_LINE: &str = "candor-root-key v1 1 BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
const STARTED_WITHIN: Duration = Duration::from_secs(60);

/// A running server; told to stop when dropped.
pub struct Executable {
    child: Child,
    address: SocketAddr,
}

impl Executable {
    /// Starts the release build, or what `CANDOR_BIN` names.
    pub fn start(folder: &Path) -> Self {
        let executable = std::env::var("CANDOR_BIN")
            .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/release/candor").to_owned());
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let child = Command::new(executable)
            .arg("serve")
            .arg("--data-dir")
            .arg(folder)
            .args(["--listen", &address.to_string(), "--log", "warn"])
            .env("CANDOR_ROOT_KEY", ROOT_KEY_LINE)
            .stdout(Stdio::null())
            .spawn()
            .expect("the executable; `cargo build --release -p candor` makes it");
        Self { child, address }
    }

    /// Connects as soon as somebody listens.
    pub fn connect(&self, key: &str) -> Client {
        let start = Instant::now();
        while start.elapsed() < STARTED_WITHIN {
            match Client::connect(self.address, key) {
                Ok(client) => return client,
                Err(_) => std::thread::sleep(Duration::from_micros(100)),
            }
        }
        panic!("the server does not listen");
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in bytes.
    pub fn resident_bytes(&self) -> u64 {
        self.status_bytes("VmRSS:")
    }

    /// The part of it that no file backs.
    pub fn anonymous_bytes(&self) -> u64 {
        self.status_bytes("RssAnon:")
    }

    fn status_bytes(&self, name: &str) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the process's status");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("its memory");
        line.split_ascii_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).expect("a number") * 1_024
    }

    /// Processor time of all threads, as the scheduler counts it.
    pub fn processor_time(&self) -> Duration {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("the process's threads");
        let nanos = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok());
        let nanos = nanos.filter_map(|text| text.split_ascii_whitespace().next()?.parse::<u64>().ok());
        Duration::from_nanos(nanos.sum())
    }
}

/// Processor time of a process, user and system, threads that ended included; in steps of ten milliseconds.
pub fn processor_time_of(pid: u32) -> Duration {
    // Linux tells it in hundredths of a second, whatever the kernel's own clock.
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process");
    // The name of the program stands in brackets, and may hold anything.
    let (_, rest) = stat.rsplit_once(')').expect("its form");
    let ticks = rest.split_ascii_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u32>().ok());
    TICK * ticks.sum::<u32>()
}

impl Drop for Executable {
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.child.wait();
    }
}
