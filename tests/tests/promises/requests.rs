//! Give it back, by people: requests that staff opens, proves, carries out or refuses; what authorities get; what organisations
//! decide, also where the data lies in connected systems.

use std::time::{Duration, Instant as Clock};

use candor_tests::{
    Office, PostgresServer, Server, Setup, Systems, Visitor, candor, exported, letter, link, of_systems, parts, text,
};
use serde_json::{Value, json};

const ADA: &str = "ada-q7391@people.example";
const SLUG: &str = "office";

fn at(request: &Value) -> String {
    format!("/v1/requests/{}", text(&request["id"]))
}

/// Waits until something is so.
#[track_caller]
fn until(what: &str, so: impl Fn() -> bool) {
    let began = Clock::now();
    while !so() {
        assert!(began.elapsed() < Duration::from_secs(150), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn promise_b23_every_closing_letter_names_the_authority_of_the_persons_country() {
    let office = Office::default();
    let server = &office.server;
    let rights = ["access", "portability", "rectification", "erasure", "restriction", "objection", "withdrawal"];
    let authorities = [
        ("FR", "CNIL"),
        ("GB", "The data protection authority"),
        ("DE", "BfDI"),
        // Of a country whose authority the policy does not name: one of the EEA; else the controller's own.
        ("BE", "BfDI"),
        ("JP", "BfDI"),
    ];
    // Refused and taken back, whatever the right and the country.
    for (at_right, right) in rights.into_iter().enumerate() {
        let person = office.person(&format!("p{at_right}@people.example"), "P");
        for (country, authority) in authorities {
            let open = || at(&person.post("/requests", &json!({ "right": right, "country": country })).json(201));
            let refused = open();
            server.post(&format!("{refused}/refuse"), &json!({ "because": "A12ManifestlyUnfounded" })).json(200);
            let told = server.get(&format!("{refused}/letter")).json(200);
            assert_eq!(
                (&told["outcome"], &told["authority"]["name"]),
                (&json!("refused"), &json!(authority)),
                "{told}"
            );
            assert!(text(&told["text"]).contains(authority) && text(&told["text"]).contains("go to court"), "{told}");
        }
        // Taken back by the person themself.
        if ["access", "rectification", "erasure"].contains(&right) {
            let asked = person.post("/requests", &json!({ "right": right, "country": "FR" })).json(201);
            let mut home = office.signed_in(&format!("p{at_right}@people.example"));
            let page = format!("/{SLUG}/account/rights/requests/{}/progress", text(&asked["id"]));
            assert_eq!(home.get(&page).status, 200, "{}", home.page());
            assert_eq!(home.submit(&page, &[]).status, 303, "{}", home.page());
            let told = server.get(&format!("{}/letter", at(&asked))).json(200);
            assert_eq!((&told["outcome"], &told["authority"]["name"]), (&json!("withdrawn"), &json!("CNIL")));
            assert!(text(&told["text"]).contains("taken back"), "{told}");
            assert!(!text(&told["text"]).contains("carried it out"), "nothing was: {told}");
        }
    }
    // Answered, over connected systems as well as here.
    let ada = office.ada();
    let restriction = at(&ada.post("/requests", &json!({ "right": "restriction", "country": "FR" })).json(201));
    server.post(&format!("{restriction}/approve"), &json!({})).json(200);
    let access = at(&ada.post("/requests", &json!({ "right": "access", "country": "GB" })).json(201));
    server.post(&format!("{access}/identity"), &json!({})).json(200);
    server.post(&format!("{access}/complete"), &json!({})).json(200);
    let erasure = at(&ada.post("/requests", &json!({ "right": "erasure", "country": "FR" })).json(201));
    server.post(&format!("{erasure}/identity"), &json!({})).json(200);
    server.steps_until(&restriction, "answered");
    server.post(&format!("{erasure}/approve"), &json!({})).json(200);
    server.steps_until(&erasure, "answered");
    for (request, authority) in [(restriction, "CNIL"), (access, "The data protection authority"), (erasure, "CNIL")] {
        let told = server.get(&format!("{request}/letter")).json(200);
        assert_eq!((&told["outcome"], &told["authority"]["name"]), (&json!("answered"), &json!(authority)), "{told}");
        assert!(text(&told["text"]).contains("Neither costs you the other"), "{told}");
        assert!(!told.to_string().contains("q7391"), "{told}");
    }
}

/// A vendor's policy over a real PostgreSQL with the application's tables.
struct Application {
    postgres: Database,
    server: Server,
}

/// A real PostgreSQL, asked from a test that waits.
struct Database(PostgresServer, tokio::runtime::Runtime);

impl Database {
    fn rows(&self, query: &str) -> Vec<String> {
        self.1.block_on(self.0.rows(query))
    }
}

fn application() -> Application {
    let postgres = Database(PostgresServer::start(), tokio::runtime::Runtime::new().expect("a runtime"));
    postgres.1.block_on(postgres.0.run(
        "CREATE TABLE users (id int PRIMARY KEY, email text, name text, display_name text, job_title text);
         CREATE TABLE tasks (id int PRIMARY KEY, created_by int REFERENCES users, assignee_id int REFERENCES users,
             summary text, description text);
         CREATE TABLE comments (id int PRIMARY KEY, author_id int REFERENCES users, mentioned_id int REFERENCES users, body text);
         CREATE TABLE files (id int PRIMARY KEY, uploaded_by int REFERENCES users, name text);
         INSERT INTO users VALUES (1, 'ada-q7391@people.example', 'Ada-q7391', NULL, NULL),
             (2, 'bob-q5150@people.example', 'Bob-q5150', NULL, NULL);
         INSERT INTO tasks VALUES (1, 1, 2, 'hers-w7391', 'for him'), (2, 2, 1, 'his-w5150', 'for her');
         INSERT INTO comments VALUES (1, 1, 2, 'said by her-w7391'), (2, 2, 1, 'said by him-w5150');
         INSERT INTO files VALUES (1, 1, 'plan-w7391.pdf'), (2, 2, 'plan-w5150.pdf');",
    ));
    let mut setup = Setup::of_vendors(&["assigntask"]);
    setup.environment.extend([
        ("ASSIGNTASK_DATABASE", postgres.0.address()),
        ("CANDOR_SYSTEMS", "assigntask:ASSIGNTASK_DATABASE".to_owned()),
    ]);
    Application { server: Server::start_as(setup), postgres }
}

#[test]
fn promise_c02_what_others_say_in_connected_content_is_redacted_and_stays_theirs() {
    let Application { postgres, server } = application();
    let account = |email: &str, name: &str| server.person(&[("account", json!({ "email": email, "name": name }))]);
    let ada = account(ADA, "Ada-q7391");
    let bob = account("bob-q5150@people.example", "Bob-q5150");

    // The map says whose a row is, and whom it names besides.
    let checked = server.get("/v1/systems/app/check").json(200);
    assert!(!checked.to_string().contains("unowned"), "{checked:#}");

    // Her copy holds what she wrote; where a row of his speaks of her it is shown that it does, and not what he wrote.
    let archive = ada.post("/export?kind=access", &json!({})).archive();
    assert_eq!(exported(&archive)["account.name"], "Ada-q7391");
    let rows: Vec<Value> = parts(&archive).into_iter().filter(|part| part["part"] == "row").collect();
    let of = |place: &str| rows.iter().filter(|row| row["place"] == place).count();
    assert_eq!((of("tasks"), of("comments"), of("files")), (2, 2, 1), "hers, and those that name her: {rows:#?}");
    let sheet = of_systems(&archive);
    for own in ["hers-w7391", "said by her-w7391", "plan-w7391.pdf"] {
        assert!(sheet.contains(own), "{own}: {sheet}");
    }
    for (name, file) in &archive {
        for his in ["his-w5150", "said by him-w5150", "plan-w5150.pdf", "bob-q5150", "Bob-q5150"] {
            assert!(!file.contains(his), "{his} in {name}");
        }
    }

    // Erased, what she wrote stands without her; what he wrote about her stays his, and no longer leads to her.
    let request = server.proved_request(&ada, "erasure");
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    let left = postgres.rows("SELECT summary FROM tasks WHERE id = 2 UNION SELECT body FROM comments WHERE id = 2");
    let mut left: Vec<String> = left;
    left.sort();
    assert_eq!(left, ["his-w5150", "said by him-w5150"]);
    assert_eq!(postgres.rows("SELECT count(*) FROM tasks"), ["2"], "same rows");
    let of_her = "SELECT id FROM users WHERE email LIKE '%q7391%' OR name LIKE '%q7391%'
        UNION SELECT id FROM tasks WHERE summary LIKE '%w7391%' UNION SELECT id FROM files WHERE name LIKE '%w7391%'";
    assert_eq!(postgres.rows(of_her), [""; 0]);
    assert_eq!(postgres.rows("SELECT name FROM users WHERE id = 2"), ["Bob-q5150"]);
    let his = bob.post("/export?kind=access", &json!({})).archive();
    let sheet = of_systems(&his);
    assert!(sheet.contains("his-w5150") && sheet.contains("said by him-w5150"));
}

#[test]
fn promise_c61_no_request_of_a_managed_account_reaches_a_system_before_its_organisation_decided() {
    let Application { postgres, server } = application();
    let ada = server.person(&[("account", json!({ "email": ADA, "name": "Ada-q7391" }))]);
    server.send("PUT", &format!("/v1/subjects/{}/managed", ada.id), &json!({ "managed": true }), &[]).json(200);
    let asked = ada.post("/requests", &json!({ "right": "erasure" })).json(201);
    assert_eq!(asked["routed"], true);
    let request = at(&asked);
    server.post(&format!("{request}/identity"), &json!({})).json(200);
    // Whoever may carry rights out can see what it would do, and not do it.
    let plan = server.post(&format!("{request}/plan"), &json!({})).json(200);
    assert_eq!(plan["state"], "planned");
    server.post(&format!("{request}/approve"), &json!({})).problem(409, "request.undecided");
    server.post(&format!("{request}/complete"), &json!({})).problem(409, "request.undecided");
    ada.post("/erase", &json!({ "request": asked["id"] })).problem(409, "request.undecided");
    let batch = json!({ "right": "erasure", "subjects": [ada.id], "identity_proved": true, "approve": true });
    let opened = server.post("/v1/requests:batch", &batch).json(200);
    let of_batch = format!("/v1/requests/{}", text(&opened["requests"][0]));
    assert_eq!(server.get(&format!("{of_batch}/steps")).json(200)["steps"], json!([]));
    assert_eq!(postgres.rows("SELECT name FROM users WHERE id = 1"), ["Ada-q7391"]);

    // Refused by the organisation, it never goes there; approved, it does at once.
    let refused = json!({ "approve": false, "because": "A17LegalClaims" });
    assert_eq!(server.post(&format!("{of_batch}/decide"), &refused).json(200)["state"], "refused");
    assert_eq!(postgres.rows("SELECT name FROM users WHERE id = 1"), ["Ada-q7391"]);
    server.post(&format!("{request}/decide"), &json!({ "approve": true })).json(200);
    server.steps_until(&request, "answered");
    assert_eq!(postgres.rows("SELECT id FROM users WHERE name LIKE '%q7391%'"), [""; 0]);
    let receipt = server.get(&format!("{request}/receipt")).json(200);
    assert!(server.verify(&receipt).0);
}

#[test]
fn promise_c12_an_expert_sees_a_problem_only_with_a_live_consent_for_that() {
    let server = Server::start("assigntask");
    let ada = server.person(&[("account", json!({ "email": ADA, "name": "Ada-q7391" }))]);
    ada.store("feedback", &json!({ "message": "my board is empty-q7391" })).json(201);
    let field = "feedback.message";
    let ask = || ada.read_for("expert", "expert_help", &[field]);
    ask().refused("basis.consent_missing");
    // A yes to something else opens nothing for the expert.
    ada.consent("given", "testimonials");
    ask().refused("basis.consent_missing");
    ada.consent("given", "expert_help");
    assert_eq!(ask().values()[field], "my board is empty-q7391");
    let told = ada.newest("disclosure");
    assert_eq!((&told["recipient"], &told["ground"]), (&json!("expert"), &json!("consent")));
    server.proves(&told["entry"]);
    // For that recipient and purpose alone.
    assert_ne!(ada.read_for("analysts", "expert_help", &[field]).status, 200);

    // A request shows who got it, and for what.
    let recipients = ada.get("/recipients").json(200);
    let expert = recipients["items"].as_array().unwrap().iter().find(|known| known["name"] == "expert").unwrap();
    assert_eq!(expert["n_disclosures"], 1, "{expert}");

    // Withdrawing, by a request, ends it at once; and the letter says what stays lawful.
    let asked = ada.post("/requests", &json!({ "right": "withdrawal" })).json(201);
    server.post(&format!("{}/complete", at(&asked)), &json!({})).problem(409, "request.not_carried_out");
    ada.consent("withdrawn", "expert_help");
    ask().refused("basis.consent_missing");
    server.post(&format!("{}/complete", at(&asked)), &json!({})).json(200);
    let letter = server.get(&format!("{}/letter", at(&asked))).json(200);
    assert!(text(&letter["text"]).contains("while it was given, stays lawful"), "{letter}");
    let past = ada.why("expert_help", &[field], Some(text(&told["at"])));
    assert!(!past.to_string().contains("consent_missing"), "what was disclosed then was lawful: {past}");
}

#[test]
fn promise_c14_requests_name_the_apps_that_got_something_and_uninstalling_ends_it() {
    let Application { server, postgres: _running } = application();
    let ada = server.person(&[("account", json!({ "email": ADA, "name": "Ada-q7391" }))]);
    let ask = || ada.read_for("app", "apps", &["account.name"]);
    assert_ne!(ask().status, 200, "nothing was installed");
    ada.put("/instructions/apps/app", &json!({})).json(200);
    assert_eq!(ask().values()["account.name"], "Ada-q7391");
    // A copy names the app among those who received something.
    let archive = ada.post("/export?kind=access", &json!({})).archive();
    assert!(archive.values().any(|file| file.contains("Apps installed with your account")), "{:?}", archive.keys());
    assert_eq!(ada.delete("/instructions/apps/app").status, 200);
    assert_ne!(ask().status, 200, "uninstalled");
    // And so does the receipt of an erasure: the person asks the app separately.
    let request = server.proved_request(&ada, "erasure");
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    let told = server.get(&format!("{request}/receipt")).json(200)["receipt"]["recipients"].clone();
    let app = told.as_array().unwrap().iter().find(|known| known["name"] == "app").unwrap();
    assert_eq!(
        (&app["policy"], &app["state"]),
        (&json!("https://apps.assigntask.example/policies"), &json!("to_be_asked_separately"))
    );
}

#[test]
fn promise_d23_a_request_for_restriction_is_carried_out_on_agreed_terms() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let request = at(&ada.post("/requests", &json!({ "right": "restriction" })).json(201));
    let terms = |until: &str, allowed: &str| json!({ "terms": { "allowed_purposes": [allowed], "until": until, "agreement": "agreement 12/2026" } });
    server.post(&format!("{request}/approve"), &terms("2001-01-01T00:00:00Z", "service")).problem(400, "until.past");
    server
        .post(&format!("{request}/approve"), &terms("2096-01-01T00:00:00Z", "nothing_such"))
        .problem(422, "purpose.undeclared");
    ada.read("service", &["account.name"]).granted();
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM customers WHERE frozen = 'yes'"), 0);

    server.post(&format!("{request}/approve"), &terms("2096-01-01T00:00:00Z", "service")).json(200);
    server.steps_until(&request, "answered");
    // What was agreed goes on, nothing else does, and the system that can hold it is told.
    ada.read("service", &["account.name"]).granted();
    let standing = ada.get("").json(200)["standing"]["restriction"].clone();
    assert_eq!((&standing["allowed"], &standing["agreement"]), (&json!(["service"]), &json!("agreement 12/2026")));
    assert!(text(&standing["until"]).starts_with("2096-01-01"), "{standing}");
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM customers WHERE frozen = 'yes' AND id = 1"), 1);
    let receipt = server.get(&format!("{request}/receipt")).json(200);
    let agreed = &receipt["receipt"]["terms"];
    assert_eq!((&agreed["allowed_purposes"], &agreed["agreement"]), (&json!(["service"]), &json!("agreement 12/2026")));
    assert!(server.verify(&receipt).0);
    // Only a restriction has terms.
    let other = at(&ada.post("/requests", &json!({ "right": "rectification" })).json(201));
    server
        .post(&format!("{other}/approve"), &terms("2096-01-01T00:00:00Z", "service"))
        .problem(422, "terms.other_right");
}

#[test]
fn promise_d20_identity_is_proved_to_the_level_that_the_policy_wants_and_the_evidence_goes_with_the_request() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();

    // By a letter to the address on file: whose request it is not is taken back, and nothing was asked of any system.
    let asked = ada.post("/requests", &json!({ "right": "erasure" })).json(201);
    let first = at(&asked);
    server.post(&format!("{first}/identity/letter"), &json!({})).json(200);
    let page = link(&letter(&office.sink, ADA, "Is this your request"), SLUG);
    let mut reader = Visitor::of(server);
    assert_eq!(reader.get(&page).status, 200, "{}", reader.page());
    assert!(reader.page().contains("Erasure") && !reader.page().contains(ADA), "{}", reader.page());
    assert_eq!(server.get(&first).json(200)["identity_proved_at"], Value::Null, "opening a link proves nothing");
    let code = reader.hidden("code").unwrap();
    let confirm = format!("/{SLUG}/requests/{}/confirm", text(&asked["id"]));
    assert_eq!(reader.submit(&confirm, &[("code", &code), ("answer", "no")]).status, 200, "{}", reader.page());
    assert_eq!(server.get(&first).json(200)["state"], "withdrawn");
    assert_ne!(reader.get(&page).status, 200, "the link is used up");
    assert_eq!(Systems::count(&office.systems.vendor(), "SELECT count(*) FROM customers"), 2);

    // Of two letters the newer one counts.
    let again = ada.post("/requests", &json!({ "right": "access" })).json(201);
    let second = at(&again);
    server.post(&format!("{second}/identity/letter"), &json!({})).json(200);
    let older = link(&letter(&office.sink, ADA, &format!("requests/{}", text(&again["id"]))), SLUG);
    server.post(&format!("{second}/identity/letter"), &json!({})).json(200);
    until("two letters", || office.sink.mails().len() >= 3);
    assert_ne!(reader.get(&older).status, 200, "{}", reader.page());
    let newer = candor_tests::letters(&office.sink, ADA, &format!("requests/{}", text(&again["id"])), 2).remove(0);
    let newer = link(&newer, SLUG);
    assert_eq!(reader.get(&newer).status, 200, "{}", reader.page());
    let code = reader.hidden("code").unwrap();
    let confirm = format!("/{SLUG}/requests/{}/confirm", text(&again["id"]));
    assert_eq!(reader.submit(&confirm, &[("code", &code), ("answer", "yes")]).status, 200, "{}", reader.page());
    assert_eq!(server.get(&second).json(200)["identity_proved_by"], "mail");

    // Where the policy wants documents, neither a letter nor a session nor somebody's word will do.
    let mut home = office.signed_in(ADA);
    home.get(&format!("/{SLUG}/account/rights"));
    assert_eq!(home.submit(&format!("/{SLUG}/account/rights"), &[("right", "portability")]).status, 303);
    let listed = server.get(&format!("/v1/requests?subject={}", ada.id)).json(200);
    let waiting = listed["items"].as_array().unwrap().iter().find(|row| row["right"] == "portability").unwrap();
    assert_eq!((&waiting["identity_documents"], &waiting["identity_proved_at"]), (&json!(true), &Value::Null));
    let third = at(waiting);
    server.post(&format!("{third}/identity"), &json!({})).problem(409, "identity.level");
    server.post(&format!("{third}/identity/letter"), &json!({})).problem(409, "identity.level");
    server.post(&format!("{third}/complete"), &json!({})).problem(409, "request.identity_unproved");
    home.get(&format!("/{SLUG}/account/leave"));
    let taken = home.submit(&format!("/{SLUG}/account/leave/export"), &[("kind", "portability")]);
    assert_eq!(taken.status, 403, "nothing leaves before: {}", home.page());
    server.post(&format!("{third}/identity/documents"), &json!({ "seen": " " })).problem(400, "identity.seen");
    let seen = "passport, seen by the desk-q8812";
    let proved = server.post(&format!("{third}/identity/documents"), &json!({ "seen": seen })).json(200);
    assert_eq!(proved["identity_proved_by"], "documents");
    assert!(!proved.to_string().contains("q8812") && server.files_with("q8812").is_empty(), "sealed");
    home.get(&format!("/{SLUG}/account/leave"));
    let taken = home.submit(&format!("/{SLUG}/account/leave/export"), &[("kind", "portability")]);
    assert_eq!(taken.status, 200, "{}", home.page());

    // What was seen stands on the console while the request is open, and nowhere afterwards.
    let mut desk = office.staff("boss@vendor.example", &[], true);
    let page = format!("requests/{}", text(&waiting["id"]));
    desk.get(&page);
    assert!(desk.page().contains("Documents were looked at"), "{}", desk.page());
    let n_slips = office.n_evidence();
    assert_eq!(n_slips, 1);
    server.post(&format!("{third}/complete"), &json!({})).json(200);
    assert_eq!(office.n_evidence(), 0, "the evidence is gone with the request");
}

#[test]
fn promise_b21_before_a_clock_runs_out_the_console_says_so_and_whoever_administers_is_written_to() {
    let office = Office::default();
    let server = &office.server;
    let mut boss = office.staff("boss@vendor.example", &[], true);
    let ada = office.ada();
    // Received 62 of 72 hours ago; it was planned over the systems, and nobody went on.
    let now = candor_words::Clock::now(&candor_words::SystemClock);
    let received = candor_words::Instant::from_millis(now.as_millis() - 62 * 3_600_000).to_string();
    let asked = ada.post("/requests", &json!({ "right": "rectification", "received_at": received })).json(201);
    let request = at(&asked);
    server.post(&format!("{request}/plan"), &json!({})).json(200);
    let told = letter(&office.sink, "boss@vendor.example", "is due soon");
    assert!(told.contains(text(&asked["id"])) && told.contains("/console/requests/"), "{told}");
    assert!(!told.contains(ADA) && !told.contains("q7391"), "nothing of the person: {told}");
    let shown = server.get(&request).json(200);
    assert!(shown["escalated_at"].is_string() && shown["overdue"] == false, "{shown}");
    assert_eq!(boss.get("requests"), 200);
    assert!(boss.page().contains("1 request is about to be overdue"), "{}", boss.page());
    boss.get(&format!("requests/{}", text(&asked["id"])));
    assert!(boss.page().contains("about to run out"), "{}", boss.page());
    // Once, and to nobody else.
    let n_alarms = || office.sink.mails().iter().filter(|mail| mail.raw.contains("due soon")).count();
    assert_eq!(n_alarms(), 1);
}

#[test]
fn promise_a08_staff_opens_proves_carries_out_and_refuses_a_request_at_the_console() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();
    let mut desk = office.staff("desk@vendor.example", &["desk"], false);
    let mut boss = office.staff("boss@vendor.example", &[], true);

    // The service desk opens it for her, and can do no more.
    let person = format!("people/{}", ada.id);
    let open = format!("{person}/requests");
    assert_eq!(desk.submit(&person, &open, &[("right", ""), ("country", "")]).status, 422);
    assert_eq!(desk.submit(&person, &open, &[("right", "erasure"), ("country", "xx")]).status, 422);
    assert_eq!(desk.submit(&person, &open, &[("right", "erasure"), ("country", "fr")]).status, 303, "{}", desk.page());
    let listed = server.get(&format!("/v1/requests?subject={}", ada.id)).json(200);
    let asked = listed["items"][0].clone();
    assert_eq!((&asked["right"], &asked["country"]), (&json!("erasure"), &json!("FR")), "{listed}");
    let page = format!("requests/{}", text(&asked["id"]));
    assert_eq!(desk.get(&page), 403);
    assert!(ada.accesses().iter().any(|entry| entry["actor_label"] == "a member of staff"), "she sees who opened it");

    // Nothing can be planned before it is proved who asks.
    assert_eq!(boss.get(&page), 200);
    assert!(!boss.page().contains("Work out what would be done"), "{}", boss.page());
    assert_eq!(boss.submit(&page, &page, &[("act", "plan")]).status, 409, "{}", boss.page());
    boss.act(&page, &[("act", "letter")]);
    let link = link(&letter(&office.sink, ADA, "Is this your request"), SLUG);
    let mut reader = Visitor::of(server);
    reader.get(&link);
    let code = reader.hidden("code").unwrap();
    let confirm = format!("/{SLUG}/requests/{}/confirm", text(&asked["id"]));
    assert_eq!(reader.submit(&confirm, &[("code", &code), ("answer", "yes")]).status, 200);
    boss.get(&page);
    assert!(boss.page().contains("answered a letter"), "{}", boss.page());

    // The plan stands there with its statements and what is kept, and holds no value of hers.
    boss.act(&page, &[("act", "plan")]);
    for part in ["The vendor&#39;s servers", "DELETE FROM", "HGB § 257", "not connected", "letters"] {
        assert!(
            boss.page().contains(part) || boss.page().contains(&part.replace("&#39;", "'")),
            "{part}: {}",
            boss.page()
        );
    }
    assert!(!boss.page().contains("q7391"), "{}", boss.page());
    assert_eq!(Systems::count(&office.systems.vendor(), "SELECT count(*) FROM customers"), 2);

    // Paused and extended, with notice to her.
    boss.act(&page, &[("act", "pause")]);
    assert!(boss.page().contains("stands still since"));
    boss.act(&page, &[("act", "resume")]);
    assert_eq!(boss.submit(&page, &page, &[("act", "extend")]).status, 422, "{}", boss.page());
    boss.act(&page, &[("act", "extend"), ("extend-why", "A12Complexity")]);
    assert!(letter(&office.sink, ADA, "About your request").contains("we extended the time"));

    // She sees where it is carried out.
    let mut home = office.signed_in(ADA);
    let progress = format!("/{SLUG}/account/rights/requests/{}/progress", text(&asked["id"]));
    assert_eq!(home.get(&progress).status, 200);
    for part in ["servers", "planned", "the organisation sees to it by hand", "Answer due by"] {
        assert!(home.page().contains(part), "{part}: {}", home.page());
    }
    assert!(!home.page().contains("DELETE"), "how it is done there is the organisation's");

    // What cannot be taken back is asked once more, with what it would do.
    assert_eq!(boss.submit(&page, &page, &[("act", "approve")]).status, 200, "{}", boss.page());
    assert!(boss.page().contains("Erase this person everywhere?"), "{}", boss.page());
    assert!(server.get(&format!("{}/steps", at(&asked))).json(200)["approved_at"].is_null(), "asking does nothing");
    boss.act(&page, &[("act", "approve"), ("sure", "yes")]);
    server.steps_until(&at(&asked), "answered");
    boss.get(&page);
    assert!(boss.page().contains("answered"), "{}", boss.page());
    assert_eq!(boss.get(&format!("{page}/letter")), 200);
    assert!(boss.page().contains("CNIL"), "{}", boss.page());
    assert_eq!(boss.get(&format!("{page}/receipt")), 200);
    assert!(server.verify(&serde_json::from_str(boss.page()).unwrap()).0);
    assert_eq!(Systems::count(&office.systems.vendor(), "SELECT count(*) FROM customers"), 1);

    // A correction and an agreed restriction of somebody else, by form; and a refusal with its reason.
    let eve = office.person("bob@people.example", "Bob");
    let opened = |right: &str| {
        let asked = eve.post("/requests", &json!({ "right": right })).json(201);
        (format!("requests/{}", text(&asked["id"])), at(&asked))
    };
    let (page, request) = opened("rectification");
    boss.act(&page, &[("act", "plan")]);
    assert_eq!(boss.submit(&page, &page, &[("act", "approve"), ("value", "Bobby")]).status, 422);
    boss.act(&page, &[("act", "approve"), ("field", "account.name"), ("value", "Bobby")]);
    server.steps_until(&request, "answered");
    assert_eq!(Systems::count(&office.systems.site(), "SELECT count(*) FROM users WHERE display_name = 'Bobby'"), 1);
    let (page, request) = opened("restriction");
    boss.act(&page, &[("act", "plan")]);
    let terms = [("act", "approve"), ("allowed.service", "yes"), ("agreement", "A-1")];
    assert_eq!(boss.submit(&page, &page, &[terms.as_slice(), &[("until", "2001-01-01")]].concat()).status, 422);
    boss.act(&page, &[terms.as_slice(), &[("until", "2096-03-31")]].concat());
    server.steps_until(&request, "answered");
    let standing = eve.get("").json(200)["standing"]["restriction"].clone();
    assert_eq!((&standing["allowed"], &standing["agreement"]), (&json!(["service"]), &json!("A-1")), "{standing}");
    let (page, request) = opened("access");
    let refuse = [("act", "refuse"), ("refuse-why", "A12ManifestlyExcessive")];
    assert_eq!(boss.submit(&page, &page, &refuse).status, 200, "{}", boss.page());
    assert!(server.get(&request).json(200)["closed_at"].is_null(), "asking does nothing");
    boss.act(&page, &[refuse.as_slice(), &[("sure", "yes")]].concat());
    assert_eq!(server.get(&request).json(200)["refused_because"], "JustificationA12ManifestlyExcessive");
}

#[test]
fn promise_d06_authorities_get_what_two_people_at_the_console_approved_once_and_it_is_counted() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();
    let mut one = office.staff("one@vendor.example", &["legal"], true);
    let mut two = office.staff("two@vendor.example", &["legal"], true);
    let mut clerk = office.staff("clerk@vendor.example", &["legal"], false);
    let year = text(&ada.get("").json(200)["created_at"])[..4].to_owned();
    assert_eq!(clerk.get("disclosures"), 403);

    let new = "disclosures/new?for=lawful_requests.police";
    let whole = [
        ("for", "lawful_requests.police"),
        ("whom", ada.id.as_str()),
        ("field.account.email", "yes"),
        ("reference", "order 12/2026"),
    ];
    assert_eq!(one.submit(new, "disclosures", &whole[..2]).status, 422, "{}", one.page());
    assert!(one.page().contains("Name the order or law") && one.page().contains(&ada.id), "{}", one.page());
    assert_eq!(one.submit(new, "disclosures", &whole).status, 303, "{}", one.page());
    let listed = server.get("/v1/disclosures").json(200);
    let id = text(&listed["items"][0]["id"]).to_owned();
    let page = format!("disclosures/{id}");

    // Whoever proposed it cannot approve it, with whatever form; and nothing can be handed out before.
    one.get(&page);
    assert!(one.page().contains("Somebody else has to approve it"), "{}", one.page());
    assert_eq!(one.submit(&page, &page, &[("act", "approve")]).status, 403, "{}", one.page());
    let refused = two.submit(&page, &page, &[("act", "hand-out")]);
    assert!(refused.status != 303 && !two.page().contains(ADA), "{}", two.page());
    two.act(&page, &[("act", "approve")]);
    assert!(two.page().contains("may be handed out once"), "{}", two.page());
    let handed = two.submit(&page, &page, &[("act", "hand-out")]);
    assert_eq!(handed.status, 200, "{}", two.page());
    assert!(two.page().contains(ADA) && !two.page().contains("Ada-q7391"), "what was approved, and no more");
    let again = two.submit(&page, &page, &[("act", "hand-out")]);
    assert!(again.status != 303 && !two.page().contains(ADA), "once: {}", two.page());
    let logged = ada.newest("disclosure");
    assert_eq!((&logged["recipient"], &logged["ground"]), (&json!("police"), &json!("legal_obligation")));
    assert_eq!(logged["actor_label"], "a member of staff");
    server.proves(&logged["entry"]);

    // Nor does anybody make a second person of themself by a key.
    assert_eq!(one.get("keys/new"), 200);
    assert!(!one.page().contains("scope.approve"), "{}", one.page());
    let key = [("label", "mine"), ("scope.approve", "yes"), ("lifetime", "30"), ("recipient", "")];
    assert!(one.submit("keys/new", "keys/new", &key).status >= 400, "{}", one.page());
    assert!(!server.get("/v1/keys").json(200).to_string().contains("mine"));

    // The same by command, refused this time.
    let address = format!("http://{}", server.address());
    let asks = |key: &str, args: &[&str]| {
        let mut command = candor(&[args, &["--server", &address]].concat());
        let output = command.env("CANDOR_API_KEY", key).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.success(), said)
    };
    let key = |label: &str| server.key(&json!({ "label": label, "scopes": ["approve"] }));
    let (third, fourth) = (key("legal three"), key("legal four"));
    let propose =
        ["disclosure", "propose", &ada.id, "police", "lawful_requests", "account.name", "--rests-on", "order 13/2026"];
    let (done, said) = asks(third.presented(), &propose);
    assert!(done && said.contains("to police: proposed"), "{said}");
    let id = said.split_whitespace().find(|word| word.starts_with("req_")).unwrap().to_owned();
    let (done, said) = asks(third.presented(), &["disclosure", "approve", &id]);
    assert!(!done && said.contains("disclosure.same_person"), "{said}");
    let (done, said) = asks(fourth.presented(), &["disclosure", "refuse", &id]);
    assert!(done && said.contains("refused"), "{said}");
    let (done, said) = asks(fourth.presented(), &["disclosure", "list"]);
    assert!(done && said.contains("order 12/2026") && said.contains("order 13/2026"), "{said}");

    // Counted from the ledger, on the page and by command.
    let (done, said) = asks(fourth.presented(), &["transparency", &year]);
    assert!(done && said.contains("2 proposed, 1 approved, 1 refused, 1 disclosed"), "{said}");
    assert_eq!(two.get(&format!("transparency?year={year}")), 200);
    assert!(two.page().contains("The police"), "{}", two.page());
    let report = server.get(&format!("/v1/transparency/{year}")).json(200);
    assert_eq!((&report["authority_proposed"], &report["authority_disclosed"]), (&json!(2), &json!(1)));
    assert!(!two.page().contains(&ada.id) && !two.page().contains(ADA), "no person stands in it");
}
