//! Somebody's data lies in a SCIM service, a web service and a folder of files, and one request reaches all of it.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use candor_tests::{Client, Reply, Server, Setup, free_port, installed, text};
use serde_json::{Value, json};

const WAIT: Duration = Duration::from_secs(150);

/// A SCIM service that runs; it ends when dropped.
struct Accounts {
    process: Child,
    client: Client,
    address: String,
}

impl Accounts {
    fn start() -> Self {
        let port = free_port();
        let mut command = Command::new(installed("python/bin/scim2-server"));
        command.args(["--port", &port.to_string(), "--bearer-token", "of-the-test"]);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("run `cargo xtask setup`");
        let until = Instant::now() + WAIT;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "the service did not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        let base = format!("http://127.0.0.1:{port}/v2");
        let address = json!({"url": base, "token": "of-the-test"}).to_string();
        Self { process, client: Client::of(&base, "of-the-test"), address }
    }

    fn user(&self, login: &str) -> String {
        let user = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": login, "active": true,
            "name": {"givenName": format!("Given {login}")}, "emails": [{"value": format!("{login}@ships.example"), "type": "work"}],
        });
        text(&self.client.post("/Users", &user).json(201)["id"]).to_owned()
    }
}

impl Drop for Accounts {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

type Customers = Arc<Mutex<BTreeMap<String, Value>>>;

/// A shop of the test's own: customers over HTTP. The first call of each kind is answered with 503.
fn shop(customers: &Customers) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let customers = customers.clone();
    std::thread::spawn(move || {
        let mut seen: Vec<String> = Vec::new();
        for stream in listener.incoming().map_while(Result::ok) {
            let Some((method, target, body)) = request(&stream) else { continue };
            let is_first = !seen.contains(&method);
            seen.push(method.clone());
            let (status, answer) =
                if is_first { (503, Value::Null) } else { asked(&customers, &method, &target, &body) };
            let body = answer.to_string();
            let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = (&stream).write_all(format!("{head}{body}").as_bytes());
        }
    });
    address
}

fn request(stream: &TcpStream) -> Option<(String, String, String)> {
    let mut from = BufReader::new(stream);
    let (mut line, mut n_bytes) = (String::new(), 0);
    from.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    loop {
        let mut header = String::new();
        from.read_line(&mut header).ok()?;
        if header.trim().is_empty() {
            break;
        }
        if let Some(length) = header.to_lowercase().strip_prefix("content-length:") {
            n_bytes = length.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; n_bytes];
    from.read_exact(&mut body).ok()?;
    Some((method, target, String::from_utf8(body).ok()?))
}

fn asked(customers: &Customers, method: &str, target: &str, body: &str) -> (u16, Value) {
    let mut customers = customers.lock().unwrap();
    if let Some(email) = target.strip_prefix("/customers?email=") {
        let email = email.replace("%40", "@");
        return (200, json!({"data": customers.values().filter(|one| one["email"] == email).collect::<Vec<_>>()}));
    }
    let id = target.trim_start_matches("/customers/").to_owned();
    let Some(customer) = customers.get_mut(&id) else { return (404, Value::Null) };
    match method {
        "PATCH" => {
            let change: Value = serde_json::from_str(body).unwrap();
            change.as_object().unwrap().iter().for_each(|(name, value)| customer[name] = value.clone());
            (200, customer.clone())
        }
        "DELETE" => (200, customers.remove(&id).unwrap()),
        _ => (200, customer.clone()),
    }
}

struct World {
    accounts: Accounts,
    customers: Customers,
    folder: tempfile::TempDir,
    server: Server,
}

impl World {
    fn start() -> Self {
        let (accounts, folder) = (Accounts::start(), tempfile::tempdir().unwrap());
        let customer = |id: &str, email: &str| (id.to_owned(), json!({"id": id, "email": email, "name": "Rosa"}));
        let customers = [customer("c1", "rosa@ships.example"), customer("c2", "otto@ships.example")];
        let customers: Customers = Arc::new(Mutex::new(customers.into()));
        std::fs::write(folder.path().join("people.csv"), "id,login,name\n1,rosa,Rosa\n2,otto,Otto\n").unwrap();
        let mut setup = Setup::of_policy(Path::new("tests/tests/connected.candor"));
        let names = ["ACCOUNTS", "EXPORTS", "SHOP"].map(|name| format!("connected:CANDOR_SYSTEM_{name}"));
        setup.environment.extend([
            ("CANDOR_SYSTEMS", names.join(",")),
            ("CANDOR_SYSTEM_ACCOUNTS", accounts.address.clone()),
            ("CANDOR_SYSTEM_EXPORTS", folder.path().display().to_string()),
            ("CANDOR_SYSTEM_SHOP", shop(&customers)),
        ]);
        let server = Server::start_as(setup);
        Self { accounts, customers, folder, server }
    }

    fn subject(&self) -> String {
        let values = json!({"email": "rosa@ships.example", "name": "Rosa"});
        let person = json!({"records": [{"group": "account", "values": values}]});
        text(&self.server.post("/v1/subjects", &person).json(201)["subject"]).to_owned()
    }

    /// Waits until a request is answered, or says where it stands.
    #[track_caller]
    fn answered(&self, request: &str) {
        let until = Instant::now() + WAIT;
        loop {
            let steps = self.server.get(&format!("/v1/requests/{request}/steps"));
            let state = steps.json(200)["state"].clone();
            if state == "answered" {
                return;
            }
            assert!(Instant::now() < until, "it is not answered: {}", steps.text());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn people(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("people.csv")).unwrap()
    }
}

#[test]
fn an_erasure_reaches_accounts_files_and_web_services_and_is_proved() {
    let world = World::start();
    let (rosa, otto) = (world.accounts.user("rosa"), world.accounts.user("otto"));
    let systems = world.server.get("/v1/systems").json(200);
    let connected = systems["systems"].as_array().unwrap().iter().filter(|one| one["is_connected"] == true);
    assert_eq!(connected.count(), 3, "{systems}");
    let subject = world.subject();
    let erasure = world.server.post(&format!("/v1/subjects/{subject}/erase"), &json!({}));
    let request = text(&erasure.json(202)["id"]).to_owned();
    world.answered(&request);
    assert_eq!(world.accounts.client.get(&format!("/Users/{rosa}")).status, 404);
    assert_eq!(world.accounts.client.get(&format!("/Users/{otto}")).status, 200);
    // The file knows people by a name that only the accounts could tell.
    assert_eq!(world.people(), "id,login,name\n2,otto,Otto\n");
    let left: Vec<String> = world.customers.lock().unwrap().keys().cloned().collect();
    assert_eq!(left, ["c2"]);
    assert_eq!(world.server.get(&format!("/v1/subjects/{subject}")).status, 410);
    let receipt: Reply = world.server.get(&format!("/v1/requests/{request}/receipt"));
    let (verified, said) = world.server.verify(&receipt.json(200));
    assert!(verified, "{said}");
    for said in [receipt.text(), world.server.log()] {
        assert!(!said.to_lowercase().contains("rosa"), "{said}");
    }
}
