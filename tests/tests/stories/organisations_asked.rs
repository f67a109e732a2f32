//! Two real servers, a controller and its processor, over TLS: what is erased here is erased there, and the receipt says so.

use std::time::{Duration, Instant};

use candor_tests::{Authority, Certified, Person, Server, Setup, free_port, text};
use serde_json::{Value, json};

const EMAIL: &str = "zoe.quist@example.org";

struct Both {
    processor: Server,
    controller: Server,
    _folders: [tempfile::TempDir; 2],
}

impl Both {
    fn start() -> Self {
        let (authority, folders) = (Authority::new(), [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()]);
        let [of_processor, of_controller] = [folders[0].path(), folders[1].path()];
        let ports = [free_port(), free_port()];
        let trusted = of_processor.join("authority.pem");
        std::fs::write(&trusted, authority.pem()).unwrap();

        // The processor signs by the certificate that it is reached under.
        let Certified { certificate, key } = authority.certify(of_processor);
        let [certificate, key] = [certificate, key].map(|file| file.display().to_string());
        let config = of_processor.join("candor.toml");
        let host = format!("localhost:{}", ports[1]);
        let settings = format!(
            "[opendsr]\ndomain = \"localhost\"\nkey = {key:?}\ncertificate = {certificate:?}\ncallback_hosts = [{host:?}]\n"
        );
        std::fs::write(&config, settings).unwrap();
        let mut setup = Setup::of_vendors(&["asign2"]);
        setup.environment.extend([
            ("CANDOR_TLS_CERTIFICATE", certificate),
            ("CANDOR_TLS_KEY", key),
            ("CANDOR_CONFIG", config.display().to_string()),
            ("SSL_CERT_FILE", trusted.display().to_string()),
        ]);
        (setup.trusted, setup.port) = (Some(authority.pem()), ports[0]);
        let processor = Server::start_as(setup);

        let key = processor.key(&json!({ "label": "Quist Letters", "scopes": ["rights"] }));
        let address = json!({
            "url": format!("https://localhost:{}/v2", ports[0]), "token": key.presented(), "trusted": authority.pem(),
        });
        let mut setup = Setup::of_policy("tests/tests/asking.candor".as_ref()).under_tls(&authority, of_controller);
        setup.environment.extend([
            ("CANDOR_SYSTEMS", "asking:MAILER_OPENDSR".to_owned()),
            ("MAILER_OPENDSR", address.to_string()),
            ("CANDOR_PUBLIC_URL", format!("https://localhost:{}", ports[1])),
            ("SSL_CERT_FILE", trusted.display().to_string()),
        ]);
        setup.port = ports[1];
        Self { processor, controller: Server::start_as(setup), _folders: folders }
    }

    /// Zoe, whom both know.
    fn zoe(&self) -> (Person, Person) {
        let here = json!({ "email": EMAIL, "name": "Zoe Quist", "number": "Q-1" });
        let there = json!({ "email": EMAIL, "name": "Zoe Quist", "organisation": "Quist & Daughters" });
        (self.controller.person(&[("account", here)]), self.processor.person(&[("account", there)]))
    }

    /// Begins an erasure; the request.
    fn erase(&self, person: &Person) -> String {
        text(&person.post("/erase", &json!({})).json(202)["id"]).to_owned()
    }

    fn step(&self, request: &str) -> Value {
        self.controller.get(&format!("/v1/requests/{request}/steps")).json(200)
    }

    #[track_caller]
    fn until(&self, request: &str, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let began_at = Instant::now();
        loop {
            let run = self.step(request);
            if is_so(&run) {
                return run;
            }
            assert!(began_at.elapsed() < Duration::from_secs(150), "not {what}: {run}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn an_erasure_reaches_the_processor_though_it_was_away_and_the_receipt_says_what_it_answered() {
    let mut both = Both::start();
    let (here, there) = both.zoe();
    both.processor.kill();
    let request = both.erase(&here);
    let away = both.until(&request, "away", |run| run["steps"][0]["trouble"]["code"] == "system.unreachable");
    assert_eq!(away["state"], "running");
    assert_eq!(here.get("").status, 200, "nothing is forgotten here before it is there");

    both.processor.start_again();
    both.until(&request, "answered", |run| run["state"] == "answered");
    assert_eq!((here.get("").status, there.get("").status), (410, 410));
    let receipt = both.controller.get(&format!("/v1/requests/{request}/receipt")).json(200);
    let told = receipt.to_string();
    assert!(told.contains("the organisation says `completed`, signed by localhost"), "{told}");
    assert!(told.contains("\"kind\":\"opendsr\"") && !told.contains(EMAIL), "{told}");
    for server in [&both.controller, &both.processor] {
        assert!(!server.log().contains(EMAIL));
    }
}

#[test]
fn a_processor_is_waited_for_and_nobody_answers_in_its_place() {
    let both = Both::start();
    let (here, there) = both.zoe();
    let held = there.post("/holds", &json!({ "ground": "a lawsuit" })).json(201);
    let request = both.erase(&here);
    let asked = both.until(&request, "asked", |run| run["steps"][0]["state"] == "asked");
    assert!(text(&asked["steps"][0]["trouble"]["text"]).contains("`pending`"), "{asked}");

    // Somebody else says that it is done.
    let forged = json!({
        "controller_id": "Quist Letters", "subject_request_id": "a7551968-d5d6-44b2-9831-815ac9017798",
        "request_status": "completed", "expected_completion_time": "2026-12-01T00:00:00Z",
        "status_callback_url": format!("https://{}/opendsr/asking/{request}/mailer", both.controller.address()),
    });
    let path = format!("/opendsr/asking/{request}/mailer");
    let nobody = both.controller.anonymous();
    let call = |path: &str, domain: &str| {
        let headers = [("x-opendsr-processor-domain", domain), ("x-opendsr-signature", "Zm9yZ2Vk")];
        nobody.send("POST", path, &forged, &headers).status
    };
    assert_eq!(call(&path, "localhost"), 400, "its signature is none");
    assert_eq!(call(&path, "evil.example"), 401, "it is not whom we asked");
    assert_eq!(call(&format!("/opendsr/asking/req_{}/mailer", "0".repeat(32)), "localhost"), 404);
    assert_eq!(call(&format!("/opendsr/asking/{request}/another"), "localhost"), 404);
    assert_eq!(both.step(&request)["steps"][0]["state"], "asked");
    assert_eq!((here.get("").status, there.get("").status), (200, 200));

    // The lawsuit is over: the processor erases, calls back, and is believed.
    assert_eq!(there.delete(&format!("/holds/{}", text(&held["id"]))).status, 204);
    let open = both.processor.get("/v1/requests").json(200);
    let open = text(&open["items"][0]["id"]).to_owned();
    there.post("/erase", &json!({ "request": open })).json(200);
    both.until(&request, "answered", |run| run["state"] == "answered");
    assert_eq!(here.get("").status, 410);
    assert!(!both.processor.log().contains("a controller was not told"), "{}", both.processor.log());
}
