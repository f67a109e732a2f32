//! A tenant's secret at work: what a connector asks the cloud with is lent by the vault, for one purpose and to one recipient.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use candor_tests::{Reply, Server, Setup, text};
use serde_json::{Value, json};

const EMAIL: &str = "service-lent@cloud.example";
const TOKEN: &str = "token-lent-first";
const TOKEN_AFTER: &str = "token-lent-second";
const BEARER: &str = "bearer-lent-granted";

/// A cloud that keeps accounts, and the heads and bodies of what it was asked.
struct Cloud {
    address: String,
    accounts: Arc<Mutex<BTreeMap<String, String>>>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Cloud {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (accounts, heard) = (Arc::<Mutex<BTreeMap<_, _>>>::default(), Arc::<Mutex<Vec<_>>>::default());
        let (kept, known) = (Arc::clone(&accounts), Arc::clone(&heard));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let _ = answer(&stream, &kept, &known);
            }
        });
        Self { address, accounts, heard }
    }

    fn keep(&self, id: &str, email: &str) {
        self.accounts.lock().unwrap().insert(id.to_owned(), email.to_owned());
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

fn answer(stream: &TcpStream, accounts: &Mutex<BTreeMap<String, String>>, heard: &Mutex<Vec<String>>) -> Option<()> {
    let mut from = BufReader::new(stream);
    let (mut head, mut n_bytes) = (String::new(), 0);
    while !head.ends_with("\r\n\r\n") {
        let at = head.len();
        from.read_line(&mut head).ok().filter(|n| *n > 0)?;
        if let Some(length) = head[at..].to_lowercase().strip_prefix("content-length:") {
            n_bytes = length.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; n_bytes];
    from.read_exact(&mut body).ok()?;
    heard.lock().unwrap().push(format!("{head}{}", String::from_utf8_lossy(&body)));
    let mut words = head.split_whitespace();
    let (method, target) = (words.next()?, words.next()?);
    let mut accounts = accounts.lock().unwrap();
    let row = |(id, email): (&String, &String)| json!({ "id": id, "email": email });
    let (status, told) = match (method, target.split_once("?email="), target.strip_prefix("/accounts/")) {
        ("POST", ..) if target == "/token" => (200, json!({ "access_token": BEARER, "expires_in": 3600 })),
        ("GET", Some((_, email)), _) => {
            let email = email.replace("%40", "@");
            (200, json!({ "data": accounts.iter().filter(|(_, kept)| **kept == email).map(row).collect::<Vec<_>>() }))
        }
        ("DELETE", _, Some(id)) => (accounts.remove(id).map_or(404, |_| 200), Value::Null),
        ("GET", _, Some(id)) => accounts.get_key_value(id).map_or((404, Value::Null), |kept| (200, row(kept))),
        _ => (404, Value::Null),
    };
    let told = told.to_string();
    let mut to = stream;
    write!(to, "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{told}", told.len()).ok()
}

fn server(clouds: &[&Cloud]) -> Server {
    let mut setup = Setup::of_policy(Path::new("tests/tests/lent.candor"));
    let allowed: Vec<String> = clouds.iter().map(|cloud| format!("lent:{}", cloud.address)).collect();
    setup.environment.push(("CANDOR_SYSTEMS", allowed.join(",")));
    Server::start_as(setup)
}

fn put(server: &Server, purpose: &str, parts: &Value) -> Reply {
    let body = json!({ "purpose": purpose, "recipient": "cloud", "parts": parts });
    server.send("PUT", "/v1/secrets/cloud_api", &body, &[])
}

fn is_connected(server: &Server) -> bool {
    let systems = server.get("/v1/systems").json(200);
    assert_eq!((&systems["systems"][0]["secret"], &systems["systems"][0]["env"]), (&json!("cloud_api"), &Value::Null));
    systems["systems"][0]["is_connected"] == true
}

fn subject(server: &Server, email: &str) -> String {
    let record = json!({ "group": "account", "values": { "email": email, "name": "Somebody" } });
    text(&server.post("/v1/subjects", &json!({ "records": [record] })).json(201)["subject"]).to_owned()
}

/// Begins an erasure in the cloud; the request's address.
fn erase(server: &Server, subject: &str) -> String {
    let begun = server.post(&format!("/v1/subjects/{subject}/erase"), &json!({})).json(202);
    format!("/v1/requests/{}", text(&begun["id"]))
}

fn basic(token: &str) -> String {
    use base64::Engine as _;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{EMAIL}:{token}")))
}

/// How often the ledger says that a secret was asked for.
fn n_uses(server: &Server) -> usize {
    let ledger = format!("http://{}/ledger/lent", server.address());
    let checked = candor_tests::ledger_check(&[&ledger]).output().unwrap();
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    let count = said.split_once(" secret_asked").and_then(|(before, _)| before.rsplit(' ').next()?.parse().ok());
    count.unwrap_or_default()
}

#[test]
fn promise_b05_a_token_goes_to_the_one_recipient_whose_it_is_and_changes_without_a_restart() {
    let (cloud, other) = (Cloud::start(), Cloud::start());
    let server = server(&[&cloud]);
    cloud.keep("a1", "ada-q7391@people.example");
    cloud.keep("b1", "bob@people.example");
    cloud.keep("c1", "cleo@people.example");
    let at = |cloud: &Cloud, token: &str| json!({ "url": cloud.address, "email": EMAIL, "token": token });

    // Without the secret, or with one for another purpose, the system is not connected, and nobody is asked.
    assert!(!is_connected(&server));
    put(&server, "support", &at(&cloud, TOKEN)).json(200);
    assert!(!is_connected(&server));
    let (ada, bob, cleo) = (
        subject(&server, "ada-q7391@people.example"),
        subject(&server, "bob@people.example"),
        subject(&server, "cleo@people.example"),
    );
    assert!(cloud.heard().is_empty());

    // With it, an erasure reaches the cloud; each step asked the vault for it.
    put(&server, "provisioning", &at(&cloud, TOKEN)).json(200);
    assert!(is_connected(&server));
    assert_eq!(n_uses(&server), 0, "to look whether it is there is no use of it");
    let request = erase(&server, &ada);
    server.steps_until(&request, "answered");
    let heard = cloud.heard();
    assert!(heard.iter().any(|asked| asked.starts_with("DELETE /accounts/a1 ")), "{heard:#?}");
    assert!(heard.iter().all(|asked| asked.contains(&basic(TOKEN))), "{heard:#?}");
    let n_used = n_uses(&server);
    assert!(n_used >= 3, "planned, acted, searched: {n_used}");
    let receipt = server.get(&format!("{request}/receipt"));
    assert_eq!(receipt.json(200)["receipt"]["systems"][0]["state"], "done", "{}", receipt.text());

    // Changed while the server runs: what is asked from now on carries the new one.
    put(&server, "provisioning", &at(&cloud, TOKEN_AFTER)).json(200);
    let n_heard = heard.len();
    server.steps_until(&erase(&server, &bob), "answered");
    let heard = cloud.heard();
    assert!(
        heard.len() > n_heard && heard[n_heard..].iter().all(|asked| asked.contains(&basic(TOKEN_AFTER))),
        "{heard:#?}"
    );

    // Pointed elsewhere by whoever may put secrets, it goes nowhere: the operator named one origin.
    put(&server, "provisioning", &at(&other, TOKEN_AFTER)).json(200);
    let n_heard = cloud.heard().len();
    let stuck = erase(&server, &cleo);
    let steps = server.steps_until(&stuck, "waiting_for_somebody");
    assert_eq!(steps["steps"][0]["trouble"]["code"], "system.secret_refused", "{steps:#}");
    // Removed, it is asked for in vain, and says what to do.
    server.send("DELETE", "/v1/secrets/cloud_api", &json!({}), &[]).json(204);
    assert!(!is_connected(&server));
    server.post(&format!("{stuck}/steps/cloud_accounts/retry"), &json!({})).json(200);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(150);
    loop {
        let steps = server.get(&format!("{stuck}/steps")).json(200);
        if steps["steps"][0]["trouble"]["code"] == "system.secret_missing" {
            assert!(text(&steps["steps"][0]["trouble"]["text"]).contains("put one"), "{steps:#}");
            break;
        }
        assert!(std::time::Instant::now() < until, "{steps:#}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!((cloud.heard().len(), other.heard().len()), (n_heard, 0), "nobody was asked without it");
    // Put again, the same request goes on.
    put(&server, "provisioning", &at(&cloud, TOKEN)).json(200);
    server.post(&format!("{stuck}/steps/cloud_accounts/retry"), &json!({})).json(200);
    let steps = server.steps_until(&stuck, "answered");
    assert!(cloud.accounts.lock().unwrap().is_empty(), "{steps:#}");

    // Nobody was shown it, and nothing holds it.
    for planted in [TOKEN, TOKEN_AFTER, EMAIL, basic(TOKEN).as_str(), basic(TOKEN_AFTER).as_str()] {
        assert_eq!(server.files_with(planted), [""; 0], "{planted}");
        for said in [server.log(), receipt.text(), steps.to_string(), server.get("/v1/systems").text()] {
            assert!(!said.contains(planted), "{said}");
        }
    }
}

#[test]
fn promise_b05_client_credentials_go_to_the_token_endpoint_alone_and_only_where_the_operator_lets_them() {
    let (cloud, tokens, other) = (Cloud::start(), Cloud::start(), Cloud::start());
    let server = server(&[&cloud, &tokens]);
    cloud.keep("a1", "ada-q7391@people.example");
    let at = |tokens: &Cloud| {
        let token_url = format!("{}/token", tokens.address);
        json!({ "url": cloud.address, "token_url": token_url, "client_id": "candor", "client_secret": TOKEN })
    };
    put(&server, "provisioning", &at(&other)).json(200);
    let request = erase(&server, &subject(&server, "ada-q7391@people.example"));
    let steps = server.steps_until(&request, "waiting_for_somebody");
    assert_eq!(steps["steps"][0]["trouble"]["code"], "system.secret_refused", "{steps:#}");
    assert!(cloud.heard().is_empty() && other.heard().is_empty());

    put(&server, "provisioning", &at(&tokens)).json(200);
    server.post(&format!("{request}/steps/cloud_accounts/retry"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    assert_eq!(tokens.heard().len(), 1, "one token serves every step");
    assert!(cloud.heard().iter().all(|asked| asked.contains(&format!("Bearer {BEARER}"))), "{:#?}", cloud.heard());
    for planted in [TOKEN, BEARER] {
        assert_eq!(server.files_with(planted), [""; 0], "{planted}");
        assert!(!server.log().contains(planted));
    }
}
