//! The vault behind its API, over loopback.

use std::net::SocketAddr;
use std::sync::Mutex;

use bench_bed::{Answer, Client};
use candor_words::SubjectId;
use serde_json::{Value, json};

use crate::road::{Asked, Call, Reply, Road, choices_of};

/// How many connections each worker has for requests side by side.
const SIDE_BY_SIDE: usize = 8;
const PAGE_ITEMS: usize = 500;

/// Connections to a server.
pub struct Http {
    of_worker: Vec<Vec<Mutex<Client>>>,
}

impl Http {
    pub fn new(address: SocketAddr, key: &str, n_workers: usize) -> Self {
        let connect = || Mutex::new(Client::connect(address, key).expect("a connection"));
        Self { of_worker: (0..n_workers).map(|_| (0..SIDE_BY_SIDE).map(|_| connect()).collect()).collect() }
    }

    fn ask(&self, worker: usize, method: &str, path: &str, body: &str) -> Answer {
        ask(&mut self.of_worker[worker][0].lock().expect("no panic meanwhile"), method, path, body)
    }
}

impl Road for Http {
    fn subjects(&self, worker: usize) -> Vec<SubjectId> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let page = body(&self.ask(worker, "GET", &format!("/v1/subjects?limit={PAGE_ITEMS}{after}"), ""));
            let rows = page["items"].as_array().expect("items").iter().filter(|row| row["state"] != "erased");
            all.extend(rows.map(|row| parsed::<SubjectId>(&row["id"])));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return all,
            }
        }
    }

    fn all(&self, worker: usize, calls: Vec<Call>) -> Vec<Reply> {
        let lanes = &self.of_worker[worker];
        if calls.len() < 2 {
            let mut client = lanes[0].lock().expect("no panic meanwhile");
            return calls.iter().map(|each| call(&mut client, each)).collect();
        }
        let part = calls.len().div_ceil(lanes.len());
        std::thread::scope(|scope| {
            let lanes = calls.chunks(part).zip(lanes).map(|(part, lane)| {
                scope.spawn(|| {
                    let mut client = lane.lock().expect("no panic meanwhile");
                    part.iter().map(|each| call(&mut client, each)).collect::<Vec<_>>()
                })
            });
            let lanes: Vec<_> = lanes.collect();
            lanes.into_iter().flat_map(|lane| lane.join().expect("replies")).collect()
        })
    }

    fn read(&self, worker: usize, asked: Vec<Asked>) -> Vec<String> {
        let questions: Vec<Value> = asked
            .iter()
            .map(|asked| {
                let mut question = json!({ "purpose": asked.purpose, "fields": asked.fields });
                if let Some(record) = asked.record {
                    question["record"] = json!(record);
                }
                json!({ "subject": asked.subject, "question": question })
            })
            .collect();
        let answers = body(&self.ask(worker, "POST", "/v1/reads", &json!({ "questions": questions }).to_string()));
        let mut texts = Vec::new();
        for answer in answers["answers"].as_array().expect("answers") {
            for record in answer["answer"]["records"].as_array().into_iter().flatten() {
                let values = record["values"].as_object().expect("values").values();
                texts.extend(values.filter_map(|value| value["value"].as_str().map(str::to_owned)));
            }
        }
        texts
    }

    fn ledger_file(&self, worker: usize, path: &str) -> Vec<u8> {
        let answer = self.ask(worker, "GET", &format!("/ledger/bench/{path}"), "");
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    }

    fn receipt(&self, worker: usize, entry: u64) -> Vec<u8> {
        let answer = self.ask(worker, "GET", &format!("/ledger/bench/receipts/{entry}"), "");
        assert_eq!(answer.status, 200, "a receipt of {entry}");
        answer.body
    }
}

fn ask(client: &mut Client, method: &str, path: &str, body: &str) -> Answer {
    client.ask(method, path, body).expect("an answer")
}

fn call(client: &mut Client, call: &Call) -> Reply {
    let (method, path, sent) = request(call);
    let answer = ask(client, method, &path, &sent);
    match (answer.status, call) {
        (410, _) => Reply::Erased(entry(&body_of_any(&answer)["erased_entry"])),
        (404, _) => Reply::Missing,
        (200..300, Call::CreateSubject { .. }) => {
            let made = body(&answer);
            let records = made["records"].as_array().expect("records").iter().map(parsed).collect();
            Reply::Created(parsed(&made["subject"]), records)
        }
        (200..300, Call::PutRecord { .. } | Call::Patch { .. }) => Reply::Written(parsed(&body(&answer)["record"])),
        (200..300, Call::Records { .. }) => {
            let page = body(&answer);
            let rows = page["items"].as_array().expect("items").iter();
            Reply::Records(
                rows.map(|row| (row["group"].as_str().expect("a group").to_owned(), parsed(&row["record"]))).collect(),
            )
        }
        (200..300, Call::View(_)) => Reply::Choices(choices_of(&body(&answer)["standing"])),
        (200..300, _) => Reply::Done,
        (status, _) => panic!("{call:?}: {status} {}", String::from_utf8_lossy(&answer.body)),
    }
}

fn request(call: &Call) -> (&'static str, String, String) {
    let of = |subject: &SubjectId, rest: &str| format!("/v1/subjects/{subject}{rest}");
    match call {
        Call::CreateSubject { group, texts } => {
            let records: Vec<Value> =
                texts.iter().map(|text| json!({ "group": group, "values": { "data": text } })).collect();
            ("POST", "/v1/subjects".to_owned(), json!({ "records": records, "contract": {} }).to_string())
        }
        Call::PutRecord { subject, group, text } => {
            ("POST", of(subject, "/records"), json!({ "group": group, "values": { "data": text } }).to_string())
        }
        Call::Patch { subject, group, record, text } => {
            let path = of(subject, &format!("/records/{group}/{record}"));
            ("PATCH", path, json!({ "values": { "data": text } }).to_string())
        }
        Call::Delete { subject, group, record } => {
            ("DELETE", of(subject, &format!("/records/{group}/{record}")), String::new())
        }
        Call::Erase(subject) => ("POST", of(subject, "/erase"), "{}".to_owned()),
        Call::Records { subject, group } => {
            ("GET", of(subject, &format!("/records?group={group}&limit={PAGE_ITEMS}")), String::new())
        }
        Call::Object { subject, purpose } => {
            ("POST", of(subject, "/objections"), json!({ "purpose": purpose }).to_string())
        }
        Call::Consent { subject, purpose, given } => {
            let act = if *given { "given" } else { "withdrawn" };
            ("POST", of(subject, "/consents"), json!({ "purpose": purpose, "act": act }).to_string())
        }
        Call::Instruct { subject, purpose, given } => {
            let method = if *given { "PUT" } else { "DELETE" };
            (method, of(subject, &format!("/instructions/{purpose}/partner")), String::new())
        }
        Call::View(subject) => ("GET", of(subject, ""), String::new()),
    }
}

fn body(answer: &Answer) -> Value {
    assert!((200..300).contains(&answer.status), "{} {}", answer.status, String::from_utf8_lossy(&answer.body));
    body_of_any(answer)
}

fn body_of_any(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).expect("JSON")
}

fn parsed<T: std::str::FromStr>(value: &Value) -> T {
    value.as_str().and_then(|text| text.parse().ok()).expect("an id")
}

/// A position in the ledger; problems tell theirs as texts.
fn entry(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).expect("an entry")
}
