//! A running `candor serve`.

use std::io::{BufRead, BufReader};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::{Client, candor};

/// A server over a fresh folder; stopped and removed when dropped.
///
/// It asks with the administrator key of the first tenant.
pub struct Server {
    child: Child,
    client: Client,
    admin_keys: Vec<String>,
    slugs: Vec<String>,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts the server with a vendor's policy, waits until it answers.
    pub fn start(vendor: &str) -> Self {
        Self::start_with(&[vendor])
    }

    /// Starts the server with several vendors' policies, each of them a tenant.
    pub fn start_with(vendors: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let slugs: Vec<String> = vendors.iter().map(|vendor| (*vendor).to_owned()).collect();
        let started = Started::over(folder.path(), &slugs);
        assert_eq!(started.keys.len(), slugs.len(), "the administrator keys are shown at the first start");
        let client = Client::new(&started.address, started.keys.first().map(String::as_str));
        Self { child: started.child, client, admin_keys: started.keys, slugs, folder }
    }

    /// Starts the server over a folder that holds a tenant already.
    pub(crate) fn over(folder: tempfile::TempDir, slug: &str, key: String) -> Self {
        let slugs = vec![slug.to_owned()];
        let started = Started::over(folder.path(), &slugs);
        let client = Client::new(&started.address, Some(&key));
        Self { child: started.child, client, admin_keys: vec![key], slugs, folder }
    }

    /// Stops it as an operator would, and starts it again over the same folder.
    pub fn restart(&mut self) {
        self.tell_to_stop();
        assert!(self.ends_well(), "a stopped server ends well");
        self.start_again();
    }

    /// Kills it in the midst of whatever it does, and starts it again over the same folder.
    pub fn kill_and_restart(&mut self) {
        self.child.kill().expect("the server is running");
        self.child.wait().expect("the server ends");
        self.start_again();
    }

    /// Starts it again over the same folder, after it ended.
    pub fn start_again(&mut self) {
        let started = Started::over(self.folder.path(), &self.slugs);
        assert_eq!(started.keys, [""; 0], "the administrator keys are shown only once");
        self.child = started.child;
        self.client = Client::new(&started.address, self.admin_keys.first().map(String::as_str));
    }

    /// The first tenant's name in addresses.
    pub fn slug(&self) -> &str {
        &self.slugs[0]
    }

    /// The administrator of a tenant.
    pub fn tenant(&self, slug: &str) -> Client {
        let at = self.slugs.iter().position(|known| known == slug).expect("a tenant that was started");
        self.client.with_key(&self.admin_keys[at])
    }

    /// The folder that holds everything.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A key with these scopes and bounds.
    #[track_caller]
    pub fn key(&self, bounds: &serde_json::Value) -> Client {
        let issued = self.post("/v1/keys", bounds).json(201);
        self.client.with_key(issued["secret"].as_str().expect("the secret, shown once"))
    }

    /// Tells it to stop, as an operator would, and goes on at once.
    pub fn tell_to_stop(&self) {
        let id = self.child.id().to_string();
        let sent = std::process::Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits until it ended; true when it says that all went well.
    pub fn ends_well(&mut self) -> bool {
        self.child.wait().expect("the server ends").success()
    }
}

impl Deref for Server {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A `candor serve` that answers, and the keys that it showed.
struct Started {
    child: Child,
    address: String,
    keys: Vec<String>,
}

impl Started {
    fn over(folder: &Path, slugs: &[String]) -> Self {
        let data: PathBuf = folder.join("data");
        let key_file = folder.join("root.key");
        let log = std::fs::File::options().create(true).append(true).open(folder.join("log")).expect("a log file");
        let mut command = candor(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(slugs.iter().map(|slug| format!("policies/{slug}")));
        command.arg("--data-dir").arg(&data).arg("--key-file").arg(&key_file);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().expect("candor starts");
        let (send, lines) = mpsc::channel();
        let stdout = child.stdout.take().expect("its output");
        std::thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        let mut keys = Vec::new();
        loop {
            let Ok(line) = lines.recv_timeout(Duration::from_secs(60)) else {
                let _ = child.kill();
                let _ = child.wait();
                panic!("the server did not start: {}", std::fs::read_to_string(folder.join("log")).unwrap_or_default());
            };
            let word = |start: &str| line.split_whitespace().find(|word| word.starts_with(start)).map(str::to_owned);
            keys.extend(word("candor_"));
            if let Some(address) = word("http://127.0.0.1:") {
                return Self { child, address: address.trim_end_matches(['/', '.']).to_owned(), keys };
            }
        }
    }
}
