//! The peer: `tests/peers/token_provider.mjs` in the Node of `cargo xtask setup`.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running oidc-provider; it ends when dropped.
pub struct Peer {
    child: Child,
    pub address: SocketAddr,
    pub pid: u32,
    pub secret: String,
}

impl Peer {
    /// Starts it and waits until it listens.
    pub fn start() -> Self {
        let peers = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/peers"));
        let mut child = Command::new(peers.join("node"))
            // By the name below the installed packages, or it would not find them.
            .args(["--preserve-symlinks", "--preserve-symlinks-main"])
            .arg(peers.join("scripts/token_provider.mjs"))
            .env("NODE_ENV", "production")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node: run `cargo xtask setup`");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let said: serde_json::Value = serde_json::from_str(&line).expect("it is ready");
        let ready = &said["ready"];
        let port = ready["port"].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a port");
        let pid = ready["pid"].as_u64().and_then(|pid| u32::try_from(pid).ok()).expect("a process");
        let secret = ready["secret"].as_str().expect("a secret").to_owned();
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), pid, secret }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
