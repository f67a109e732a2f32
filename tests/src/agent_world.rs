//! A world with an agent of the Data Rights Protocol: a front door, a business that sells data, and Node, which signs with its own
//! cryptography and hears what it is told over TLS.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{Authority, Certified, FrontDoor, Peer, Setup, text};

/// Where requests are brought, below a business.
pub const DRP_ASK: &str = "/v1/data-rights-request";
/// The person whom the agent asks for.
pub const DRP_EMAIL: &str = "zoe.quist@example.org";

/// A front door, a business that sells data, and an agent that both of them hear.
pub struct AgentWorld {
    /// The front door; its tenant is called `door`, the business that sells `agents`.
    pub door: FrontDoor,
    /// The agent.
    pub agent: Peer,
    keys: Value,
    _folder: tempfile::TempDir,
}

impl AgentWorld {
    /// Starts all of it; the agent is declared at the door.
    pub fn open() -> Self {
        let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
        let Certified { certificate, key } = authority.certify(folder.path());
        let trusted = folder.path().join("authority.pem");
        std::fs::write(&trusted, authority.pem()).unwrap();
        let mut setup = Setup { policies: vec!["tests/tests/agents.candor".into()], ..Setup::default() };
        setup.environment.push(("SSL_CERT_FILE", trusted.display().to_string()));
        let door = FrontDoor::open_as(setup);
        let base = format!("http://{}", door.server.address());
        let [certificate, key] = [certificate, key].map(|file| file.display().to_string());
        let mut agent = Peer::node("agent.mjs", &[&base, &certificate, &key]);
        let keys = agent.ask(json!({ "act": "keys" })).unwrap();
        let world = Self { door, agent, keys, _folder: folder };
        world.declare("door", "SLIP_01", "own", &json!([]));
        world
    }

    /// Has a tenant hear an agent.
    #[track_caller]
    pub fn declare(&self, tenant: &str, id: &str, key: &str, vouches_for: &Value) -> Value {
        let host = format!("localhost:{}", self.agent.ready()["port"]);
        let agent = json!({
            "name": "Permission Slip", "verify_key": self.keys[key], "web_url": "https://agent.example",
            "vouches_for": vouches_for, "callback_hosts": [host],
        });
        self.door.server.tenant(tenant).send("PUT", &format!("/v1/agents/{id}"), &agent, &[]).json(200)
    }

    /// Sends what the agent says to a path; the status, and the answer.
    pub fn send(&mut self, call: Value) -> (u64, Value) {
        let mut call = call;
        call["act"] = "send".into();
        let came = self.agent.ask(call).unwrap();
        (came["status"].as_u64().unwrap(), came["answer"].clone())
    }

    /// The token that an agent agrees on with a tenant.
    #[track_caller]
    pub fn token(&mut self, tenant: &str, agent: &str, signer: &str) -> String {
        let (path, message) = (format!("/drp/{tenant}/v1/agent/{agent}"), drp_names(tenant, agent));
        let call = json!({ "method": "POST", "path": path, "message": message, "signer": signer });
        let (status, answer) = self.send(call);
        assert_eq!((status, &answer["agent-id"]), (200, &json!(agent)), "{answer}");
        text(&answer["token"]).to_owned()
    }

    /// A request for Zoe, with what is said of it besides.
    pub fn exercise(&mut self, tenant: &str, token: &str, more: Value) -> (u64, Value) {
        let mut message = drp_names(tenant, "SLIP_01");
        message["exercise"] = "access".into();
        message["email"] = DRP_EMAIL.into();
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.send(
            json!({ "method": "POST", "path": format!("/drp/{tenant}{DRP_ASK}"), "message": message, "token": token }),
        )
    }

    /// The status of a request.
    pub fn status(&mut self, tenant: &str, token: &str, id: &str) -> Value {
        let (status, answer) =
            self.send(json!({ "method": "GET", "path": format!("/drp/{tenant}{DRP_ASK}/{id}"), "token": token }));
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Waits until the agent was told of a status.
    #[track_caller]
    pub fn told(&mut self, wanted: &str) -> Value {
        let began_at = Instant::now();
        loop {
            let told = self.agent.ask(json!({ "act": "told" })).unwrap();
            if let Some(found) = told.as_array().unwrap().iter().find(|told| told["body"]["status"] == wanted) {
                return found["body"].clone();
            }
            assert!(began_at.elapsed() < Duration::from_secs(150), "not told of {wanted}: {told}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Where the agent hears.
    pub fn callback(&self) -> String {
        format!("https://localhost:{}/told", self.agent.ready()["port"])
    }
}

/// Who speaks to whom, as every message says.
pub fn drp_names(tenant: &str, agent: &str) -> Value {
    json!({ "agent-id": agent, "business-id": tenant.to_uppercase() })
}

/// The path of the page on which the person says whether it is theirs.
#[track_caller]
pub fn drp_page_of(status: &Value) -> String {
    assert_eq!((&status["status"], &status["reason"]), (&json!("in_progress"), &json!("need_user_verification")));
    let url = text(&status["user_verification_url"]);
    url.strip_prefix("https://id.acme.example").expect("a page of the door").to_owned()
}
