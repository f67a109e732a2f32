//! The served OpenAPI document and the server agree, whatever is sent: schemathesis finds no difference.
//!
//! It makes requests from the document, good ones and bad ones, and compares each answer with it: no status above
//! 499, no status, content type, header or body that is not described, no bad request that is accepted.
//! `cargo xtask setup` installs it below `target/`; `docs/hardening.md` says how to run it by hand.

use std::path::PathBuf;
use std::process::Command;

use candor_tests::{MailSink, Person, Server, Setup, installed, text};
use serde_json::{Value, json};

/// Requests for each operation in the phase of chance, beside those that the document's bounds give.
const EXAMPLES: &str = "10";
/// What a bad request may be refused with; a bound that another bound meets first counts too.
const REFUSED: [u16; 11] = [400, 401, 403, 404, 405, 409, 410, 413, 414, 415, 422];

#[test]
fn schemathesis_finds_no_answer_off_the_document() {
    let sink = MailSink::start();
    let server = Server::start_as(Setup::of_vendors(&["assigntask"]).mailing_to(&sink));
    let config = server.folder().join("schemathesis.toml");
    std::fs::write(&config, configuration(&server)).unwrap();
    // It revokes keys too: first everything with a key that it cannot reach, then that with one that it may.
    explore(&server, &config, &["--exclude-path", "/v1/keys/{key}"]);
    explore(&server, &config, &["--include-path", "/v1/keys/{key}"]);
    let log = std::fs::read_to_string(server.folder().join("log")).unwrap();
    assert!(!log.contains("nobody foresaw"), "{log}");
}

fn explore(server: &Server, config: &std::path::Path, chosen: &[&str]) {
    let secret = text(&server.post("/v1/keys", &all_scopes()).json(201)["secret"]).to_owned();
    let mut run = Command::new(schemathesis());
    run.arg("--config-file").arg(config).arg("run").arg(format!("http://{}/openapi.json", server.address()));
    run.args(["--no-color", "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", "7"]);
    run.args(["--continue-on-failure", "--request-timeout", "60"]).args(chosen);
    run.args(["--generation-database", "none", "--header", &format!("Authorization: Bearer {secret}")]);
    let output = run.current_dir(server.folder()).output().expect("schemathesis runs");
    let said = String::from_utf8_lossy(&output.stdout);
    // What it found, and not its long lists of what it could not try.
    let found = said.lines().skip_while(|line| !line.contains("= FAILURES ="));
    let found: Vec<&str> = found.take_while(|line| !line.contains("= WARNINGS =")).take(400).collect();
    assert!(output.status.success(), "{}\n{}", found.join("\n"), String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("generated"), "it sent nothing: {said}");
}

fn schemathesis() -> PathBuf {
    let program = installed("python/bin/schemathesis");
    assert!(program.is_file(), "`{}` is missing: run `cargo xtask setup`", program.display());
    program
}

fn all_scopes() -> Value {
    let scopes = ["read", "write", "consent", "rights", "hold", "approve", "audit", "admin"];
    json!({ "label": "explorer", "scopes": scopes })
}

/// Ids that are there and names that the policy knows, to be mixed with ones that are not.
fn configuration(server: &Server) -> String {
    let people: Vec<Person> = (0..8).map(|at| person(server, at)).collect();
    let of = |rest: &str, body: &Value| -> Vec<Value> {
        people.iter().map(|person| person.post(rest, body).json(201)["id"].clone()).collect()
    };
    let question = json!({ "purpose": "lawful_requests", "recipient": "authorities", "fields": ["account.email"] });
    let ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
    let records: Vec<&str> = people.iter().map(|person| person.records[0].as_str()).collect();
    let known = [
        ("subject", json!(ids)),
        ("record", json!(records)),
        ("request", json!(of("/requests", &json!({ "right": "access" })))),
        ("hold", json!(of("/holds", &json!({ "ground": "case" })))),
        ("disclosure", json!(of("/disclosures", &json!({ "question": question, "legal_reference": "order 1" })))),
        ("purpose", json!(["service", "statistics", "newsletter", "research", "personalisation", "lawful_requests"])),
        ("recipient", json!(["payments", "authorities", "hosting", "app"])),
        ("group", json!(["account", "billing", "usage", "feedback", "selfhosted"])),
        ("name", json!(["cookies", "usage"])),
        ("entry", json!([0, 1, 2, 3])),
        ("path", json!(["0/000.p/3", "entries/000.p/2", "entries/000"])),
        ("right", json!(["access", "erasure", "portability", "rectification"])),
        ("field", json!(["account.email", "account.name"])),
    ];
    let mut toml = String::from("[parameters]\n\"path.tenant\" = \"assigntask\"\n");
    for (name, _) in &known {
        let places: &[&str] = match *name {
            "purpose" | "recipient" | "group" | "record" => &["path", "body"],
            "right" | "field" => &["body"],
            _ => &["path"],
        };
        for place in places {
            toml.push_str(&format!("\"{place}.{name}\" = {{ dictionary = \"{name}\", probability = 0.7 }}\n"));
        }
    }
    for (name, values) in &known {
        toml.push_str(&format!("[dictionaries.{name}]\nvalues = {values}\n"));
    }
    // Whether a request that is well-formed makes sense is the policy's to say, and no schema can.
    toml.push_str(&format!(
        "[checks]\npositive_data_acceptance.enabled = false\nnegative_data_rejection.expected-statuses = {REFUSED:?}\n"
    ));
    toml
}

fn person(server: &Server, at: usize) -> Person {
    let account = json!({ "email": format!("person{at}@engines.example"), "name": "Somebody" });
    let person = server.person(&[("account", account)]);
    person.consent("given", "statistics");
    person
}
