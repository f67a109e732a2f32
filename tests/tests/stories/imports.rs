//! Imports by the built command: nobody twice, whoever is killed, and a policy out of what Fides describes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use candor_tests::{Server, candor, text};
use serde_json::Value;

const ROWS: usize = 2_500;
/// Every row that this divides is refused.
const BAD: usize = 50;

fn write_people(file: &Path) {
    let mut rows = String::from("Mail,account.username,account.first_name,account.last_name,account.password,notes\n");
    for n in 1..=ROWS {
        let hash = if n % BAD == 0 { "in-the-open" } else { "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0" };
        rows.push_str(&format!("person-{n}@plugins.example,person{n},\"First, {n}\",Last,{hash},\"two\nlines\"\n"));
    }
    std::fs::write(file, rows).unwrap();
}

fn import(server: &Server, file: &Path) -> Command {
    let server_address = format!("http://{}", server.address());
    let path = file.display().to_string();
    let mut command = candor(&[
        "import",
        "people",
        &path,
        "--server",
        &server_address,
        "--source",
        "subject",
        "--contract",
        "--map",
        "Mail=account.email",
        "--skip",
        "notes",
    ]);
    command.env("CANDOR_API_KEY", server.presented());
    command
}

fn progress(file: &Path) -> PathBuf {
    PathBuf::from(format!("{}.progress", file.display()))
}

/// Waits until some rows are answered, and not all of them; false when the import ended first.
fn is_under_way(file: &Path, importing: &mut Child, more_than: u64) -> bool {
    let began_at = Instant::now();
    while began_at.elapsed() < Duration::from_secs(120) {
        let done = std::fs::read(progress(file)).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok());
        if done.is_some_and(|done| done["rows"].as_u64().unwrap() > more_than) {
            return importing.try_wait().unwrap().is_none();
        }
        std::thread::yield_now();
    }
    panic!("the import does not get on");
}

fn subjects(server: &Server) -> BTreeSet<String> {
    let mut subjects = BTreeSet::new();
    let mut after = String::new();
    loop {
        let page = server.get(&format!("/v1/subjects?limit=500{after}")).json(200);
        subjects.extend(page["items"].as_array().unwrap().iter().map(|subject| text(&subject["id"]).to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return subjects,
        }
    }
}

#[test]
fn an_import_that_was_killed_goes_on_and_makes_nobody_twice() {
    let mut server = Server::start("plugin-vendor");
    let file = server.folder().join("people.csv");
    write_people(&file);

    // The importer is killed in the midst of it.
    let mut importing = import(&server, &file).stdout(Stdio::null()).spawn().unwrap();
    is_under_way(&file, &mut importing, 0);
    importing.kill().unwrap();
    importing.wait().unwrap();

    // Then the server, while another goes on; what it had answered is there when it comes back.
    let mut importing = import(&server, &file).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    is_under_way(&file, &mut importing, 600);
    server.kill_and_restart();
    importing.kill().unwrap();
    importing.wait().unwrap();

    // And the progress is lost: the server knows its rows all the same.
    std::fs::remove_file(progress(&file)).unwrap();
    let output = import(&server, &file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let people = ROWS - ROWS / BAD;
    assert!(said.contains(&format!("{} rows refused", ROWS / BAD)), "{said}");
    assert!(!said.contains(" 0 were there before"), "{said}");
    assert_eq!(subjects(&server).len(), people);

    // The report names each refused row once, and nothing that stood in it.
    let report = std::fs::read_to_string(server.folder().join("people.csv.refused.csv")).unwrap();
    let rows: Vec<&str> = report.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    let expected: Vec<String> = (1..=ROWS / BAD).map(|n| (n * BAD).to_string()).collect();
    assert_eq!(rows, expected);
    assert!(!report.contains("plugins.example") && !report.contains("in-the-open"), "{report}");

    // Once more: it was finished, and says so.
    let again = import(&server, &file).output().unwrap();
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(subjects(&server).len(), people);
}

#[test]
fn an_import_says_what_is_wrong_with_the_whole_of_it() {
    let server = Server::start("plugin-vendor");
    let run = |name: &str, text: &str, key: &str, more: &[&str]| {
        let file = server.folder().join(name);
        std::fs::write(&file, text).unwrap();
        let path = file.display().to_string();
        let server_address = format!("http://{}", server.address());
        let fixed = ["import", "people", &path, "--source", "subject"];
        let at = if more.contains(&"--server") { vec![] } else { vec!["--server", &server_address] };
        let output = candor(&[&fixed[..], &at, more].concat()).env("CANDOR_API_KEY", key).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let key = server.presented();
    // A file without a header: the first person's name is not repeated.
    let (code, said) = run("a.csv", "ada@plugins.example,ada\nbob@plugins.example,bob\n", key, &[]);
    assert!(code == Some(2) && said.contains("column `1`") && !said.contains("ada"), "{said}");
    let two = "account.email,account.shoe\na@plugins.example,43\nb@plugins.example,44\n";
    let many = two.to_owned() + &"c@plugins.example,45\n".repeat(600);
    let (code, said) = run("b.csv", &many, key, &[]);
    assert!(code == Some(2) && said.contains("field.undeclared"), "{said}");
    let (code, said) = run("c.csv", two, "candor_00_00", &[]);
    assert!(code == Some(2) && said.contains("key.refused"), "{said}");
    let (code, said) = run("d.csv", two, key, &["--map", "shoe=nothing"]);
    assert!(code == Some(2) && said.contains("`nothing`"), "{said}");
    let (code, said) = run("e.csv", "account.email\n\"never closed", key, &["--server", "http://people.example"]);
    assert!(code == Some(2) && said.contains("encrypted"), "{said}");
    let endless = format!("account.email\n\"{}", "x".repeat(400_000));
    let (code, said) = run("f.csv", &endless, key, &[]);
    assert!(code == Some(2) && said.contains("row `1` is longer"), "{said}");
    assert_eq!(run("g.txt", two, key, &[]).0, Some(2));
    assert!(subjects(&server).is_empty());
}

#[test]
fn people_of_json_lines_bring_their_records_and_consents() {
    let server = Server::start("assigntask");
    let file = server.folder().join("people.jsonl");
    let digest = "ab".repeat(32);
    let lines = [
        format!(
            r#"{{"account": {{"email": "ada@engines.example", "name": "Ada"}}, "@contract": true, "@consent.newsletter": {{"act": "confirmed", "at": "2025-05-01T10:00:00Z", "text_digest": "{digest}"}}}}"#
        ),
        r#"{"account.email": "bob@engines.example", "account.name": "Bob", "@consent.newsletter": {"act": "given"}}"#
            .to_owned(),
        r#"{"account.email": "eve@engines.example", "shoe size": 43}"#.to_owned(),
        "not json".to_owned(),
        r#"{"account.email": "ada@engines.example", "account.name": "Other Ada"}"#.to_owned(),
        format!(
            r#"{{"account.email": "grace@engines.example", "account.name": "Grace", "@consent.newsletter": "confirmed", "@consent.newsletter.at": "2023-01-01T00:00:00Z", "@consent.newsletter.text_digest": "{digest}"}}"#
        ),
    ];
    std::fs::write(&file, lines.join("\n")).unwrap();
    let path = file.display().to_string();
    let address = format!("http://{}", server.address());
    let output = candor(&["import", "people", &path, "--server", &address, "--source", "subject"])
        .env("CANDOR_API_KEY", server.presented())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let report = std::fs::read_to_string(server.folder().join("people.jsonl.refused.csv")).unwrap();
    let codes: Vec<(&str, &str)> = report
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(',');
            (cells.next().unwrap(), cells.nth(1).unwrap())
        })
        .collect();
    let expected = [
        ("2", "consent.evidence_missing"),
        ("3", "row.column_unknown"),
        ("4", "row.not_an_object"),
        ("5", "identifier.taken"),
    ];
    assert_eq!(codes, expected);
    let subject = |email: &str| {
        let wanted = serde_json::json!({ "purpose": "service", "field": "account.email", "value": email });
        server.known(text(&server.post("/v1/subjects/find", &wanted).json(200)["subject"]))
    };
    // The consent counts from when it was given, and for the 24 months that the policy lets it last.
    let ada = subject("ada@engines.example");
    assert_eq!(ada.get("/consents").json(200)["items"][0]["text_digest"], digest);
    assert_eq!(ada.read("newsletter", &["account.email"]).values()["account.email"], "ada@engines.example");
    subject("grace@engines.example").read("newsletter", &["account.email"]).refused("basis.consent_missing");
}

#[test]
fn what_fides_describes_becomes_a_policy_that_is_checked_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.candor").display().to_string();
    let samples = "crates/adapters/import-fides/tests/samples/shop.yml";
    let known = ["--country", "GB", "--law", "gdpr", "--system", "postgres"];
    let run = |args: &[&str]| {
        let output = candor(args).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let (code, said) = run(&[&["import", "fides", samples, "-o", &policy], &known[..]].concat());
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("question 1:") && said.contains("questions are left open"), "{said}");
    assert_eq!(run(&["import", "fides", samples, "-o", &policy]).0, Some(2), "no answers are written over");

    // Canonical already; the check finds the one thing that the source does not say, and then nothing.
    assert_eq!(run(&["fmt", "--check", &policy]).0, Some(0));
    let (code, said) = run(&["check", &policy]);
    assert!(code == Some(2) && said.contains("field-without-keep"), "{said}");
    let answered = std::fs::read_to_string(&policy).unwrap();
    std::fs::write(&policy, answered + "\nkeep customers until contract ends, then erase within 30 days\n").unwrap();
    let (code, said) = run(&["check", &policy]);
    assert_eq!(code, Some(0), "{said}");
    let (code, table) = run(&["table", &policy]);
    assert_eq!(code, Some(0), "{table}");
    let line = table.lines().find(|line| line.contains("sign_in") && line.contains("customers.email"));
    assert!(line.is_some_and(|line| line.contains("allowed")), "{table}");
    assert_eq!(run(&["import", "fides", "no/such/folder", "-o", "/nowhere/policy.candor"]).0, Some(2));
}
