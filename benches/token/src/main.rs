//! Tokens that an application gets in its own name (client credentials) a second of processor time, against `oidc-provider`.
//!
//! `cargo xtask bench token [TOKENS] [CONNECTIONS]`. Both serve as processes of their own on this machine; the same connections,
//! kept alive, ask each for so many tokens by the same form and the same kind of proof (HTTP Basic), in turns. What is
//! counted is the processor time that the serving process used, user and system, as the kernel tells it: the load
//! generator's is not. Ours are JWTs signed with EdDSA; the peer gives opaque tokens, as it comes, and in a third run JWTs
//! signed with EdDSA. `CANDOR_BIN` names another executable than the release build, to see whether it works at all.

mod peer;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bench_bed::{Client, Executable, Opened, processor_time_of, shown};

use peer::Peer;

/// The processor time of one token, in milliseconds.
const GOAL_MS: f64 = 0.07;
const POLICY: &str = include_str!("../../../tests/tests/clients.candor");
const OWN: &str = "grant_type=client_credentials&scope=profile";
const SIGNED: &str = "grant_type=client_credentials&scope=profile&resource=urn:candor:jwt";
const ROUNDS: usize = 4;
/// Asked of each before anything is counted.
const WARM_UP: usize = 2_000;

/// Somebody who gives tokens.
struct Giver {
    name: &'static str,
    address: SocketAddr,
    pid: u32,
    path: String,
    authorization: String,
    form: &'static str,
    /// What it used so far.
    busy: Duration,
    took: Duration,
}

impl Giver {
    /// Asks for so many tokens, over so many connections.
    fn give(&self, n_tokens: usize, n_connections: usize) {
        std::thread::scope(|scope| {
            for at in 0..n_connections {
                let own = n_tokens / n_connections + usize::from(at < n_tokens % n_connections);
                scope.spawn(move || {
                    let mut client = Client::connect(self.address, "").expect("a connection");
                    for _ in 0..own {
                        let answer = client.post(&self.path, &self.authorization, self.form).expect("an answer");
                        let is_token = answer.body.windows(14).any(|window| window == b"\"access_token\"");
                        assert!(
                            answer.status == 200 && is_token,
                            "{}: {}",
                            self.name,
                            String::from_utf8_lossy(&answer.body)
                        );
                    }
                });
            }
        });
    }

    /// The same, counted.
    fn counted(&mut self, n_tokens: usize, n_connections: usize) {
        let (before, began_at) = (processor_time_of(self.pid), Instant::now());
        self.give(n_tokens, n_connections);
        self.took += began_at.elapsed();
        self.busy += processor_time_of(self.pid) - before;
    }
}

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<usize>().ok());
    let n_tokens = args.next().unwrap_or(40_000);
    let n_connections = args.next().unwrap_or(16).max(1);
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let key = runtime.block_on(async {
        let opened = Opened::create(&data, POLICY).await;
        opened.store.close().await;
        opened.key
    });
    drop(runtime);
    let server = Executable::start(&data);
    let peer = Peer::start();
    let mut givers =
        [ours(&server, &key), theirs(&peer, "oidc-provider, opaque", OWN), theirs(&peer, "oidc-provider, JWT", SIGNED)];
    for giver in &givers {
        giver.give(WARM_UP.min(n_tokens), n_connections);
    }
    for _ in 0..ROUNDS {
        for giver in &mut givers {
            giver.counted(n_tokens / ROUNDS, n_connections);
        }
    }
    let n_tokens = n_tokens / ROUNDS * ROUNDS;
    let each_ms = |giver: &Giver| giver.busy.as_secs_f64() * 1e3 / n_tokens as f64;
    for giver in &givers {
        println!(
            "{:<22} {:>8.4} ms of a processor a token, {:>7.0} tokens a processor second, {} in all",
            giver.name,
            each_ms(giver),
            1e3 / each_ms(giver),
            shown(giver.took),
        );
    }
    let [own, opaque, signed] = givers.each_ref().map(each_ms);
    println!("against JWTs           ratio={:.2}", signed / own);
    println!("token value={own:.4}ms ratio={:.2} goal={GOAL_MS}ms", opaque / own);
}

fn ours(server: &Executable, key: &str) -> Giver {
    let registration =
        r#"{ "recipient": "calendar", "metadata": { "client_name": "Bench", "grant_types": ["client_credentials"] } }"#;
    let made = server.connect(key).ask("POST", "/v1/clients", registration).expect("an answer");
    let made: serde_json::Value = serde_json::from_slice(&made.body).expect("a client");
    let text = |name: &str| made[name].as_str().unwrap_or_else(|| panic!("no client: {made}")).to_owned();
    Giver {
        name: "candor, JWT",
        address: server.address(),
        pid: server.id(),
        path: "/bench/token".to_owned(),
        authorization: basic(&text("client_id"), &text("client_secret")),
        form: OWN,
        busy: Duration::ZERO,
        took: Duration::ZERO,
    }
}

fn theirs(peer: &Peer, name: &'static str, form: &'static str) -> Giver {
    Giver {
        name,
        address: peer.address,
        pid: peer.pid,
        path: "/token".to_owned(),
        authorization: basic("bench", &peer.secret),
        form,
        busy: Duration::ZERO,
        took: Duration::ZERO,
    }
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}
