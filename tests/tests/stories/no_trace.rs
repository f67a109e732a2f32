//! After an erasure no byte tells of the person: not the database, its log, the ledger, the server's log at its
//! most talkative, its figures, the jobs, or what lies about in temporary folders.

use std::collections::BTreeMap;

use candor_manifest::model::{Field, Manifest, Source, ValueKind};
use candor_tests::{Client, Server, Trace, text};
use serde_json::{Value, json};

const MARK: &str = "Kestrel90210";

/// The policy that the story lives under.
const POLICY: &str = "policies/assigntask";

/// What was planted: the values as they were sent.
#[derive(Default)]
struct Planted {
    values: Vec<String>,
    n: usize,
}

impl Planted {
    /// A text with the mark that was not planted before.
    fn text(&mut self) -> String {
        self.n += 1;
        let text = format!(" {MARK} {} ", self.n);
        self.values.push(text.clone());
        text
    }

    fn word(&mut self) -> String {
        self.n += 1;
        let word = format!("{}_{}", MARK.to_lowercase(), self.n);
        self.values.push(word.clone());
        word
    }

    /// A value that the field takes, with the mark wherever its kind has room for one.
    fn value(&mut self, field: &Field) -> Value {
        match field.kind {
            _ if field.hashed => {
                let hash = format!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ${MARK}{:A<31}", self.n);
                self.values.push(hash.clone());
                hash.into()
            }
            ValueKind::Text if field.identifies || field.term == "EmailAddress" => {
                self.n += 1;
                let address = format!("{MARK}.{}@{MARK}.example", self.n);
                self.values.push(address.clone());
                address.into()
            }
            ValueKind::Text => self.text().into(),
            ValueKind::List => json!([self.text(), self.text()]),
            ValueKind::Number => json!(9_021_077_431_219_i64),
            ValueKind::Flag => true.into(),
            ValueKind::Date => "1907-12-09".into(),
            ValueKind::Time => "1907-12-09T01:02:03.456Z".into(),
        }
    }

    /// A record of each group from each source that its fields name.
    fn records(&mut self, manifest: &Manifest) -> Vec<Value> {
        let mut records = Vec::new();
        for group in &manifest.groups {
            let mut by_source: BTreeMap<String, serde_json::Map<String, Value>> = BTreeMap::new();
            let fields = group.fields.iter().map(|field| &manifest.fields[field.at()]);
            for field in fields.filter(|field| field.derived.is_none() && field.held_by.is_none()) {
                let Some(source) = field.sources.first() else { continue };
                let (_, name) = field.name.split_once('.').expect("group.field");
                by_source.entry(named(source)).or_default().insert(name.to_owned(), self.value(field));
            }
            for (source, values) in by_source {
                records.push(json!({ "group": group.name, "values": values, "source": source }));
            }
        }
        records
    }
}

fn named(source: &Source) -> String {
    match source {
        Source::Subject => "subject".to_owned(),
        Source::Observed => "observed".to_owned(),
        Source::Derived => "derived".to_owned(),
        Source::OtherUsers => "other_users".to_owned(),
        Source::Organisation => "organisation".to_owned(),
        Source::Linked(service) => format!("linked:{service}"),
        Source::Partners => "partners".to_owned(),
        Source::Public => "public".to_owned(),
    }
}

fn manifest() -> Manifest {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(POLICY).join("policy.candor");
    let source = candor_manifest::Source { path: POLICY.to_owned(), text: std::fs::read_to_string(path).unwrap() };
    candor_manifest::check(&[source]).expect("a sound policy").manifest
}

#[test]
fn after_an_erasure_no_byte_of_the_person_is_left_anywhere() {
    let temporary = tempfile::tempdir().unwrap();
    let variables = [("TMPDIR", temporary.path().to_str().unwrap()), ("CANDOR_LOG", "trace")];
    let mut server = Server::start_policy_over(&format!("../{POLICY}"), None, &variables);
    let mut planted = Planted::default();
    let subject = live(&server, &mut planted);
    assert!(planted.values.len() > 60, "{:?}", planted.values);

    // The search can find: before the erasure the tenant's own notes on the person stand in the database.
    let trace = Trace::of(MARK, &planted.values);
    assert!(!trace.in_folder(server.folder()).is_empty());
    assert_eq!(logged(&server), [""; 0], "not even while the person was there");

    server.post(&format!("/v1/subjects/{subject}/erase"), &json!({})).json(200);
    server.post(&format!("/v1/subjects/{subject}/read"), &json!({ "purpose": "service", "fields": ["account"] }));
    let nothing_left = |server: &Server| {
        assert_eq!(left(&trace, server), [""; 0]);
        assert_eq!(trace.in_folder(temporary.path()), [""; 0]);
        for path in ["/metrics", "/v1/disclosures", "/v1/requests", "/v1/subjects", "/v1/transparency/2026"] {
            let said = server.get(path).bytes;
            assert!(trace.in_bytes(&said).is_empty(), "{path}: {}", String::from_utf8_lossy(&said));
        }
    };
    nothing_left(&server);
    server.kill_and_restart();
    nothing_left(&server);
    server.restart();
    nothing_left(&server);
}

#[test]
fn a_backup_from_before_an_erasure_restored_beside_it_tells_of_no_field() {
    let server = Server::start("assigntask");
    let manifest = manifest();
    for collection in &manifest.collections {
        server.switch(&collection.name, true);
    }
    let mut planted = Planted::default();
    let made = server.post("/v1/subjects", &json!({ "records": [], "contract": {} })).json(201);
    let subject = text(&made["subject"]).to_owned();
    for purpose in manifest.purposes.iter().map(|purpose| &purpose.name) {
        for act in ["given", "confirmed"] {
            server.post(&format!("/v1/subjects/{subject}/consents"), &json!({ "purpose": purpose, "act": act }));
        }
    }
    for record in planted.records(&manifest) {
        server.post(&format!("/v1/subjects/{subject}/records"), &record).json(201);
    }
    let read = json!({ "purpose": "service", "fields": ["account", "content", "google"] });
    assert!(server.post(&format!("/v1/subjects/{subject}/read"), &read).text().contains(MARK));

    let backups = server.backups();
    let before = backups.back_up();
    server.post(&format!("/v1/subjects/{subject}/erase"), &json!({})).json(200);
    backups.refresh();
    let beside = server.folder().join("beside");
    backups.restore(&before, &beside, &["--ledger", &backups.ledger().display().to_string()], 0);
    let restored = backups.serve(&beside, &server);
    restored.post(&format!("/v1/subjects/{subject}/read"), &read).problem(410, "subject.erased");
    drop(restored);
    let trace = Trace::of(MARK, &planted.values);
    assert_eq!(left(&trace, &server), [""; 0], "neither here, nor in the backup, nor beside");
}

/// What is left in the server's folder once the log of its database is cut: right after the answer, at the latest after half
/// a second, or a little later on a machine that is busy.
fn left(trace: &Trace, server: &Server) -> Vec<String> {
    let began = std::time::Instant::now();
    loop {
        let left = trace.in_folder(server.folder());
        if left.is_empty() || began.elapsed() > std::time::Duration::from_secs(60) {
            return left;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// What of the mark the server's log holds.
fn logged(server: &Server) -> Vec<String> {
    let log = std::fs::read(server.folder().join("log")).unwrap();
    assert!(!log.is_empty(), "at this level there is something to read");
    Trace::of(MARK, &[]).in_bytes(&log).into_iter().map(str::to_owned).collect()
}

/// A whole life with the mark in it, wherever a caller can put one.
fn live(server: &Server, planted: &mut Planted) -> String {
    let manifest = manifest();
    for collection in &manifest.collections {
        server.switch(&collection.name, true);
    }
    let (mut records, mut later) = (Vec::new(), Vec::new());
    for record in planted.records(&manifest) {
        // What consent is the only basis for is stored once there is some.
        if ["account", "content", "billing"].contains(&text(&record["group"])) && record["source"] == "subject" {
            records.push(record);
        } else {
            later.push(record);
        }
    }
    let kept = format!("{MARK}-1");
    let made = json!({ "records": records, "contract": {} });
    let made =
        server.send("POST", "/v1/subjects", &made, &[("idempotency-key", &kept), ("user-agent", MARK)]).json(201);
    let subject = text(&made["subject"]).to_owned();
    let at = |rest: &str| format!("/v1/subjects/{subject}{rest}");

    // Choices, each with its note.
    for purpose in manifest.purposes.iter().map(|purpose| &purpose.name) {
        let given = json!({ "purpose": purpose, "act": "given", "method": planted.word() });
        server.send("POST", &at("/consents"), &given, &[("idempotency-key", &format!("{MARK}-{purpose}"))]);
        server.post(&at("/consents"), &json!({ "purpose": purpose, "act": "confirmed", "method": planted.word() }));
    }
    for record in later {
        let stored = server.post(&at("/records"), &record);
        assert_eq!(stored.status, 201, "{record}: {}", stored.text());
    }
    server.post(&at("/objections"), &json!({ "purpose": "personalisation" })).json(201);
    let overridden = json!({ "outcome": "overridden", "ground": planted.text() });
    server.post(&at("/objections/personalisation/resolve"), &overridden).json(200);
    server.send("PUT", &at("/restriction"), &json!({ "agreement": planted.text() }), &[]).json(200);
    server.post(&at("/restriction/lift"), &json!({ "informed": planted.text() })).json(200);
    let hold = server.post(&at("/holds"), &json!({ "ground": planted.text() })).json(201);
    let lifted = server.send("DELETE", &at(&format!("/holds/{}", text(&hold["id"]))), &json!({}), &[]);
    assert_eq!(lifted.status, 204);

    change(server, &at, planted);
    ask(server, &at, &subject, planted);
    subject
}

/// Values that were there before the present ones.
fn change(server: &Client, at: &dyn Fn(&str) -> String, planted: &mut Planted) {
    let records = server.get(&at("/records?limit=500")).json(200);
    let of = |group: &str| {
        let found = records["items"].as_array().unwrap().iter().find(|record| record["group"] == group);
        text(&found.unwrap()["record"]).to_owned()
    };
    let (account, content) = (of("account"), of("content"));
    let patch = json!({ "values": { "summary": planted.text(), "comment": planted.text() } });
    server.send("PATCH", &at(&format!("/records/content/{content}")), &patch, &[]).json(200);
    let right = json!({ "group": "account", "record": account, "values": { "name": planted.text(),
        "email": format!("Other.{MARK}@elsewhere.example") } });
    planted.values.push(format!("Other.{MARK}@elsewhere.example"));
    server.post(&at("/rectify"), &right).json(200);
    let gone = json!({ "group": "feedback", "values": { "message": planted.text() } });
    let gone = server.post(&at("/records"), &gone).json(201);
    server.send("DELETE", &at(&format!("/records/feedback/{}", text(&gone["record"]))), &json!({}), &[]);
}

/// Whatever gives values out, asks with them, or writes down why.
fn ask(server: &Server, at: &dyn Fn(&str) -> String, subject: &str, planted: &mut Planted) {
    let read = json!({ "purpose": "service", "fields": ["account", "content", "google"] });
    assert!(server.post(&at("/read"), &read).text().contains(MARK));
    server.post("/v1/reads", &json!({ "questions": [{ "subject": subject, "question": read }] })).json(200);
    server.post(&at("/why"), &json!({ "question": read })).json(200);
    for kind in ["access", "portability"] {
        assert_eq!(server.post(&at(&format!("/export?kind={kind}")), &json!({})).status, 200);
    }
    let wanted = json!({ "purpose": "service", "field": "account.email", "value": planted.values[0] });
    server.post("/v1/subjects/find", &wanted).json(200);
    server.post("/v1/aggregates", &json!({ "purpose": "research", "by": ["device.operating_system"] })).json(200);
    let request = server.post(&at("/requests"), &json!({ "right": "access", "country": "BE" })).json(201);
    server.post(&format!("/v1/requests/{}/identity", text(&request["id"])), &json!({})).json(200);
    disclose(server, at, planted);

    // What is refused is refused without a trace.
    let strange = json!({ "purpose": MARK, "fields": [format!("account.{MARK}")], "recipient": MARK });
    server.post(&at("/read"), &strange);
    server.post(&at("/records"), &json!({ "group": MARK, "values": { MARK: MARK } }));
    server.post(&at("/records"), &json!({ "group": "account", "values": { MARK: MARK } }));
    server.send_bytes("POST", &at("/records"), format!("{{\"group\": {MARK}").as_bytes(), &[]);
    server.get(&format!("/v1/subjects/{MARK}"));
    server.get(&format!("/{MARK}?{MARK}={MARK}"));
    server.get(&format!("/v1/subjects?after={MARK}"));
    server.with_key(&format!("candor_{MARK}")).get("/v1/subjects");
}

/// A disclosure to an authority, proposed, approved by another and read; and one that was refused.
fn disclose(server: &Server, at: &dyn Fn(&str) -> String, planted: &mut Planted) {
    let second = server.key(&json!({ "label": "second", "scopes": ["approve"] }));
    let question = json!({ "purpose": "lawful_requests", "recipient": "authorities", "fields": ["account.email"] });
    let propose = |reference: String| {
        let proposed = json!({ "question": question, "legal_reference": reference });
        text(&server.post(&at("/disclosures"), &proposed).json(201)["id"]).to_owned()
    };
    let (used, refused, _open) = (propose(planted.text()), propose(planted.text()), propose(planted.text()));
    second.post(&format!("/v1/disclosures/{used}/approve"), &json!({})).json(200);
    second.post(&format!("/v1/disclosures/{refused}/refuse"), &json!({})).json(200);
    let mut approved = question.clone();
    approved["approval"] = used.into();
    assert!(server.post(&at("/read"), &approved).text().contains(MARK));
}
