//! A controller sends a person's request over OpenDSR 2.0, and is told what became of it; both sign over TLS, and Node verifies.

use std::time::{Duration, Instant};

use candor_tests::{Authority, Certified, Peer, Reply, Server, Setup, text};
use serde_json::{Value, json};

const ID: &str = "a7551968-d5d6-44b2-9831-815ac9017798";
const EMAIL: &str = "zoe.quist@example.org";

struct Processor {
    controller: Peer,
    server: Server,
    folder: tempfile::TempDir,
}

/// A processor under TLS, and a controller that is not there for the first `failures` calls.
fn processor(failures: u32) -> Processor {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let Certified { certificate, key } = authority.certify(folder.path());
    let [certificate, key] = [certificate, key].map(|file| file.display().to_string());
    let controller = Peer::node("controller.mjs", &[&certificate, &key, &failures.to_string()]);
    let trusted = folder.path().join("authority.pem");
    std::fs::write(&trusted, authority.pem()).unwrap();
    let config = folder.path().join("candor.toml");
    let host = format!("localhost:{}", controller.ready()["port"]);
    let settings = format!(
        "[opendsr]\ndomain = \"localhost\"\nkey = {key:?}\ncertificate = {certificate:?}\ncallback_hosts = [{host:?}]\n"
    );
    std::fs::write(&config, settings).unwrap();
    let mut setup = Setup::of_vendors(&["asign2"]).under_tls(&authority, folder.path());
    // The controller keeps the certificate it began with, and the server is given another of the same authority.
    let settings = [("CANDOR_CONFIG", &config), ("SSL_CERT_FILE", &trusted)];
    setup.environment.extend(settings.map(|(name, file)| (name, file.display().to_string())));
    Processor { controller, server: Server::start_as(setup), folder }
}

impl Processor {
    fn request(&self, id: &str, kind: &str, callback: &str) -> Value {
        json!({
            "regulation": "gdpr", "subject_request_id": id, "subject_request_type": kind, "api_version": "2.0",
            "submitted_time": "2026-05-31T15:00:00Z", "status_callback_urls": [callback],
            "subject_identities": [{"identity_type": "email", "identity_format": "raw", "identity_value": EMAIL}],
        })
    }

    /// Zoe, known to the processor.
    fn zoe(&self) -> String {
        let values = json!({ "email": EMAIL, "name": "Zoe Quist", "organisation": "Quist & Daughters" });
        self.server.person(&[("account", values)]).id
    }

    fn callback(&self) -> String {
        format!("https://localhost:{}/told", self.controller.ready()["port"])
    }

    /// Whether Node finds an answer signed by the processor's certificate.
    #[track_caller]
    fn verify(&mut self, reply: &Reply) {
        let signature = reply.header("x-opendsr-signature").expect("a signature").to_owned();
        assert_eq!(reply.header("x-opendsr-processor-domain"), Some("localhost"));
        self.verify_body(&reply.text(), &signature);
    }

    #[track_caller]
    fn verify_body(&mut self, body: &str, signature: &str) {
        let certificate = self.server.anonymous().get("/v2/certificate.pem").text();
        let mut asked = json!({ "act": "verify", "body": body, "signature": signature, "certificate": certificate });
        assert_eq!(self.controller.ask(asked.clone()).unwrap(), true, "{body}");
        asked["body"] = format!("{body} ").into();
        assert_eq!(self.controller.ask(asked).unwrap(), false);
    }

    fn told(&mut self) -> Vec<Value> {
        self.controller.ask(json!({ "act": "told" })).unwrap().as_array().unwrap().clone()
    }
}

#[test]
fn a_controllers_erasure_is_carried_out_signed_and_told() {
    let mut processor = processor(1);
    let subject = processor.zoe();

    let discovery = processor.server.get("/v2/discovery");
    assert_eq!(discovery.json(200)["supported_subject_request_types"], json!(["erasure", "portability", "access"]));
    processor.verify(&discovery);

    let asked = processor.request(ID, "erasure", &processor.callback());
    let taken = processor.server.post("/v2/requests", &asked);
    assert_eq!(taken.json(201)["subject_request_id"], ID);
    processor.verify(&taken);
    let again = processor.server.post("/v2/opengdpr_requests", &asked);
    assert_eq!(taken.json(201), again.json(201), "sent again, it is the same");
    assert_eq!(processor.server.get(&format!("/v1/subjects/{subject}")).status, 410);
    let status = processor.server.get(&format!("/v2/requests/{ID}"));
    assert_eq!(status.json(200)["request_status"], "completed");
    processor.verify(&status);

    let began_at = Instant::now();
    let told = loop {
        let told = processor.told();
        if !told.is_empty() || began_at.elapsed() > Duration::from_secs(150) {
            break told;
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    assert_eq!(told.len(), 1, "after a call that was answered with 500");
    let body: Value = serde_json::from_str(text(&told[0]["body"])).unwrap();
    assert_eq!((&told[0]["path"], &told[0]["domain"]), (&json!("/told"), &json!("localhost")));
    assert_eq!((&body["request_status"], &body["subject_request_id"]), (&json!("completed"), &json!(ID)));
    let (body, signature) = (text(&told[0]["body"]).to_owned(), text(&told[0]["signature"]).to_owned());
    processor.verify_body(&body, &signature);
    assert!(!processor.server.log().contains(EMAIL));
    drop(processor.folder);
}

#[test]
fn access_over_opendsr_gives_an_archive_and_strangers_get_nothing() {
    let mut processor = processor(0);
    processor.zoe();
    let stranger = processor.request(ID, "access", "https://elsewhere.example/told");
    let refused = processor.server.post("/v2/requests", &stranger);
    assert_eq!(refused.json(400)["error"]["errors"][0]["reason"], "opendsr.callback_unknown");
    processor.verify(&refused);
    assert_eq!(processor.server.anonymous().post("/v2/requests", &stranger).json(401)["error"]["code"], 401);
    let reads_only = processor.server.key(&json!({ "label": "reads", "scopes": ["read"] }));
    assert_eq!(reads_only.post("/v2/requests", &stranger).json(403)["error"]["code"], 403);

    let asked = processor.request(ID, "access", &processor.callback());
    processor.server.post("/v2/requests", &asked).json(201);
    let status = processor.server.get(&format!("/v2/requests/{ID}")).json(200);
    assert_eq!(status["results_url"], format!("https://localhost/v2/requests/{ID}/results"));
    let archive = processor.server.get(&format!("/v2/requests/{ID}/results"));
    let files = archive.archive();
    assert!(files.values().any(|text| text.contains(EMAIL)), "{:?}", files.keys());
    let other = processor.server.key(&json!({ "label": "another controller", "scopes": ["rights"] }));
    for path in [format!("/v2/requests/{ID}"), format!("/v2/requests/{ID}/results")] {
        assert_eq!(other.get(&path).json(404)["error"]["errors"][0]["reason"], "opendsr.unknown");
    }
}
