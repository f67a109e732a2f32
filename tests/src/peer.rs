//! A program that a test starts beside the server and talks with: one JSON object a line, both ways.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::installed;

/// How long a program may take to start, and to answer: longer than any wait of its own (`browser.rs`).
const WAIT: Duration = Duration::from_secs(180);
/// How long a program may take to end by itself once nobody talks to it.
const END_WAIT: Duration = Duration::from_secs(5);

/// A program of `tests/peers` that runs; it ends when dropped.
///
/// It says `{"ready": …}` when it can be asked, and answers `{"id": n, "value": …}` or `{"id": n, "error": "…"}`. When
/// its input ends, it ends.
pub struct Peer {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    asked: u64,
    ready: Value,
    log: PathBuf,
    // What it leaves behind goes with it.
    _folder: tempfile::TempDir,
}

impl Peer {
    /// Starts a script of `tests/peers` in Node and waits until it is ready.
    ///
    /// # Panics
    /// When `cargo xtask setup` was not run, or the script ends before it is ready.
    #[track_caller]
    pub fn node(script: &str, args: &[&str]) -> Self {
        let peers = installed("peers");
        let mut command = Command::new(peers.join("node"));
        // By the name below the installed packages, or it would not find them.
        command.args(["--preserve-symlinks", "--preserve-symlinks-main"]);
        command.arg(peers.join("scripts").join(script)).args(args);
        Self::start(command)
    }

    /// Starts a script of `tests/peers` in the Python of `cargo xtask setup` and waits until it is ready.
    ///
    /// # Panics
    /// As [`Peer::node`].
    #[track_caller]
    pub fn python(script: &str, args: &[&str]) -> Self {
        let mut command = Command::new(installed("python/bin/python"));
        command.arg(installed("peers/scripts").join(script)).args(args);
        Self::start(command)
    }

    #[track_caller]
    fn start(mut command: Command) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let errors = std::fs::File::create(&log).expect("a log file");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors).env("TMPDIR", folder.path());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => panic!("{command:?} did not start ({error}): run `cargo xtask setup`"),
        };
        let (send, lines) = mpsc::channel();
        let output = child.stdout.take().expect("its output");
        std::thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        let input = child.stdin.take();
        let mut peer = Self { child, input, lines, asked: 0, ready: Value::Null, log, _folder: folder };
        peer.ready = peer.next()["ready"].take();
        peer
    }

    /// What it said when it was ready.
    pub fn ready(&self) -> &Value {
        &self.ready
    }

    /// Asks it something: `command` is an object, to which the number of the question is added.
    ///
    /// # Errors
    /// In its own words.
    pub fn ask(&mut self, mut command: Value) -> Result<Value, String> {
        self.asked += 1;
        command["id"] = json!(self.asked);
        let input = self.input.as_mut().expect("it is not dropped");
        writeln!(input, "{command}").unwrap_or_else(|error| panic!("it is gone ({error}): {}", self.said()));
        let mut answer = self.next();
        assert_eq!(answer["id"], self.asked, "answers come in order: {answer}");
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["value"].take()),
        }
    }

    fn next(&mut self) -> Value {
        let line = self.lines.recv_timeout(WAIT).unwrap_or_else(|error| panic!("no answer ({error}): {}", self.said()));
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line}"))
    }

    /// What it wrote into its log.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.input = None;
        let until = Instant::now() + END_WAIT;
        while Instant::now() < until {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
