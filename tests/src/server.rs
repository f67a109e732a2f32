//! A running `candor serve`.

use std::io::{BufRead, BufReader};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::{Client, candor};

/// A server over a fresh folder; stopped and removed when dropped.
pub struct Server {
    child: Child,
    client: Client,
    admin_key: String,
    slug: String,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts the server with a vendor's policy, waits until it answers.
    pub fn start(vendor: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (child, address, admin_key) = serve(folder.path(), &format!("policies/{vendor}"));
        let admin_key = admin_key.expect("the administrator key is shown at the first start");
        let client = Client::new(&address, Some(&admin_key));
        Self { child, client, admin_key, slug: vendor.to_owned(), folder }
    }

    /// Stops it as an operator would, and starts it again over the same folder.
    pub fn restart(&mut self) {
        self.stop("TERM");
        let (child, address, shown) = serve(self.folder.path(), &format!("policies/{}", self.slug));
        assert_eq!(shown, None, "the administrator key is shown only once");
        self.child = child;
        self.client = Client::new(&address, Some(&self.admin_key));
    }

    /// Kills it in the midst of whatever it does, and starts it again over the same folder.
    pub fn kill_and_restart(&mut self) {
        self.child.kill().expect("the server is running");
        self.child.wait().expect("the server ends");
        let (child, address, _) = serve(self.folder.path(), &format!("policies/{}", self.slug));
        self.child = child;
        self.client = Client::new(&address, Some(&self.admin_key));
    }

    /// The tenant's name in addresses.
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// The folder that holds everything.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A key with these scopes and bounds.
    pub fn key(&self, bounds: &serde_json::Value) -> Client {
        let issued = self.post("/v1/keys", bounds).json(201);
        self.client.with_key(issued["secret"].as_str().expect("the secret, shown once"))
    }

    fn stop(&mut self, signal: &str) {
        let id = self.child.id().to_string();
        let sent = std::process::Command::new("kill").args([&format!("-{signal}"), &id]).status();
        assert!(sent.expect("kill runs").success());
        let ended = self.child.wait().expect("the server ends");
        assert!(ended.success(), "a stopped server ends well: {ended}");
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

/// Runs `candor serve` and reads where it listens, and the key when it is shown.
fn serve(folder: &Path, policy: &str) -> (Child, String, Option<String>) {
    let data: PathBuf = folder.join("data");
    let key_file = folder.join("root.key");
    let log = std::fs::File::options().create(true).append(true).open(folder.join("log")).expect("a log file");
    let mut command = candor(&["serve", policy, "--listen", "127.0.0.1:0"]);
    command.arg("--data-dir").arg(&data).arg("--key-file").arg(&key_file);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().expect("candor starts");
    let (send, lines) = mpsc::channel();
    let stdout = child.stdout.take().expect("its output");
    std::thread::spawn(move || BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
    let (mut address, mut key) = (None, None);
    while address.is_none() {
        let line = lines.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|_| {
            panic!("the server did not start: {}", std::fs::read_to_string(folder.join("log")).unwrap_or_default())
        });
        let word = |start: &str| line.split_whitespace().find(|word| word.starts_with(start)).map(str::to_owned);
        key = key.or_else(|| word("candor_"));
        address = word("http://127.0.0.1:").map(|address| address.trim_end_matches(['/', '.']).to_owned());
    }
    (child, address.expect("an address"), key)
}
