//! Everything in transit is encrypted.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use candor_tests::{Authority, Server, Setup, candor};
use serde_json::json;

/// Somebody on the way between a client and the server, who writes down whatever passes.
struct Eavesdropper {
    port: u16,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Eavesdropper {
    fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (heard, server) = (Arc::new(Mutex::new(Vec::new())), server.to_owned());
        let notes = Arc::clone(&heard);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(&server).unwrap();
                pass(client.try_clone().unwrap(), server.try_clone().unwrap(), Arc::clone(&notes));
                pass(server, client, Arc::clone(&notes));
            }
        });
        Self { port, heard }
    }

    fn heard(&self, words: &str) -> bool {
        self.heard.lock().unwrap().windows(words.len()).any(|heard| heard == words.as_bytes())
    }

    fn n_bytes(&self) -> usize {
        self.heard.lock().unwrap().len()
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, notes: Arc<Mutex<Vec<u8>>>) {
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut bytes) {
            notes.lock().unwrap().extend(&bytes[..length]);
            if to.write_all(&bytes[..length]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

/// What the server says to a request in the open.
fn in_the_open(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn promise_a05_everything_in_transit_is_encrypted_and_plain_connections_are_refused() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let server = Server::start_as(Setup::of_vendors(&["asign2"]).under_tls(&authority, folder.path()));
    let eavesdropper = Eavesdropper::before(server.address());
    let client = server.at(&format!("https://127.0.0.1:{}", eavesdropper.port));

    // In: somebody is stored and read, and who listens on the way hears nothing of it.
    let ada = client.person(&[(
        "account",
        json!({ "email": "ada-in-transit@engines.example", "name": "Ada", "organisation": "Engines" }),
    )]);
    assert_eq!(
        ada.read("account_creation", &["account.email"]).values()["account.email"],
        "ada-in-transit@engines.example"
    );
    let reply = client.get("/v1/policies");
    assert_eq!(reply.header("strict-transport-security"), Some("max-age=31536000"));
    assert!(eavesdropper.n_bytes() > 1000, "it listened");
    for words in ["ada-in-transit", "engines.example", "HTTP/1.1", "account.email", server.presented()] {
        assert!(!eavesdropper.heard(words), "`{words}` passed in the open");
    }

    // What is asked in the open is refused, even with a key that may ask.
    let request = format!("GET /v1/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n", server.presented());
    let refused = in_the_open(server.address(), &request);
    assert!(refused.starts_with("HTTP/1.1 400 ") && refused.contains("TLS"), "{refused}");

    // Beyond this machine nothing is served in the open, and with a certificate it is served.
    let at = |name: &str| folder.path().join(name).display().to_string();
    let serve = |listen: &str, more: &[&str]| {
        let mut serve = candor(&["serve", "policies/asign2", "--listen", listen]);
        serve.args(["--data-dir", &at("beyond"), "--key-file", &at("beyond.key")]).args(more);
        serve
    };
    let refused = serve("0.0.0.0:0", &[]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--tls-certificate"), "it says what to do");
    let (certificate, key) = (at("certificate.pem"), at("key.pem"));
    let address = listening(serve("0.0.0.0:0", &["--tls-certificate", &certificate, "--tls-key", &key]));
    assert!(address.starts_with("https://0.0.0.0:"), "{address}");

    // Out: neither mail nor a command takes an open road beyond this machine.
    let mut mailing = serve("127.0.0.1:0", &["--mail-from", "a@vendor.example"]);
    mailing.args(["--smtp-host", "mail.example:25", "--smtp-security", "plain"]);
    assert_eq!(exit_of(&mut mailing), Some(2));
    let mut retention = candor(&["retention", "--dry-run", "--server", "http://privacy.example"]);
    assert_eq!(exit_of(retention.env("CANDOR_API_KEY", "candor_0")), Some(2));
}

/// The address that a server says it listens on, before it is stopped again.
fn listening(mut serve: Command) -> String {
    use std::io::BufRead;
    let mut child = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.map_while(Result::ok).find(|line| line.starts_with("listening"));
    child.kill().unwrap();
    child.wait().unwrap();
    line.unwrap_or_default().split_whitespace().nth(1).unwrap_or_default().to_owned()
}

fn exit_of(command: &mut Command) -> Option<i32> {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("plain") || said.contains("encrypted"), "{said}");
    output.status.code()
}
