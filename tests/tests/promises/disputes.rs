//! Use them for nothing while it is disputed: disputes and objections at the console, decided by whoever administers the
//! organisation, each act in the ledger.

use candor_tests::{Office, Visitor, text};
use serde_json::json;

#[test]
fn promise_c35_a_dispute_is_seen_overridden_for_a_use_and_settled_at_the_console_and_logged() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();
    let asked = ada.post("/requests", &json!({ "right": "rectification", "country": "FR" })).json(201);
    let request = text(&asked["id"]).to_owned();
    let mut desk = office.staff("boss@vendor.example", &[], true);
    let (own, at) = (format!("requests/{request}"), format!("disputes/{request}"));
    assert_eq!(desk.get("disputes"), 200);
    assert!(desk.page().contains("No request is disputed"), "{}", desk.page());
    assert_eq!(desk.get(&at), 404, "it is not disputed");

    // Noted on the request's page: use stops in the vault and where a system can hold it.
    ada.read("service", &["account.email"]).granted();
    desk.act(&own, &[("act", "dispute")]);
    assert!(desk.page().contains("This request is disputed"), "{}", desk.page());
    ada.read("service", &["account.email"]).refused("restriction");
    ada.read("safety", &["account.email"]).refused("restriction");
    office.systems.wait_for("SELECT count(*) FROM customers WHERE frozen = 'yes' AND id = 1", 1);
    server.proves(&ada.newest("dispute")["entry"]);

    // What is disputed, since when, which fields are used for what no more.
    assert_eq!(desk.get("disputes"), 200);
    assert!(desk.page().contains(&request) && desk.page().contains("use is restricted"), "{}", desk.page());
    assert_eq!(desk.get(&at), 200);
    let page = desk.page().to_owned();
    let (restricted, actions) = page.split_once("id=\"settle\"").expect("what can be done");
    for part in ["Disputed since", "Use restricted since", "Email address", "What you wrote", "Run the service"] {
        assert!(restricted.contains(part), "{part}: {restricted}");
    }
    assert!(restricted.contains("Answer courts and authorities"), "it survives: {restricted}");
    assert!(actions.contains("purpose.service") && !actions.contains("purpose.lawful_requests"), "{actions}");
    assert!(!page.contains("ada-q7391@people.example"), "no value of anybody");

    // Overridden for one use, for a reason; the rest stays.
    let refused = desk.submit(&at, &at, &[("act", "override"), ("purpose.safety", "yes"), ("because", " ")]);
    assert_eq!(refused.status, 422);
    assert!(desk.page().contains("id=\"because-error\""), "{}", desk.page());
    ada.read("safety", &["account.email"]).refused("restriction");
    let because = "abuse of the account goes on";
    desk.act(&at, &[("act", "override"), ("purpose.safety", "yes"), ("because", because)]);
    ada.read("safety", &["account.email"]).granted();
    ada.read("service", &["account.email"]).refused("restriction");
    assert!(desk.page().contains("restricted, in part"), "{}", desk.page());

    // Settled once the person was told; who was right stands on the request.
    let refused = desk.submit(&at, &at, &[("act", "settle"), ("informed", "")]);
    assert_eq!(refused.status, 422);
    assert!(desk.page().contains("id=\"outcome-error\"") && desk.page().contains("id=\"informed-error\""));
    let settled = [("act", "settle"), ("outcome", "rejected"), ("informed", "letter of 20 November")];
    assert_eq!(desk.submit(&at, &at, &settled).status, 303);
    ada.read("service", &["account.email"]).granted();
    assert_eq!(desk.get(&own), 200);
    assert!(desk.page().contains("the person was not right"), "{}", desk.page());
    assert_eq!(desk.get(&at), 404);
    let logged = ada.get("/accesses?limit=100").json(200)["items"].clone();
    let acts = logged.as_array().expect("entries").iter().filter(|entry| entry["kind"] == "dispute");
    let acts: Vec<_> = acts.map(|entry| entry["request"].clone()).collect();
    assert_eq!(acts, vec![json!(request); 3], "noted, overridden, settled: {logged:#}");
    server.proves(&ada.newest("restriction_lifted")["entry"]);
}

#[test]
fn promise_c35_only_the_administrator_overrides_and_a_dispute_is_not_eased_otherwise() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();
    let asked = ada.post("/requests", &json!({ "right": "rectification" })).json(201);
    let request = format!("/v1/requests/{}", text(&asked["id"]));
    let helper = server.key(&json!({ "label": "help desk", "scopes": ["rights", "read"] }));
    helper.post(&format!("{request}/dispute"), &json!({})).json(200);
    let listed = helper.get("/v1/disputes").json(200)["items"].clone();
    assert_eq!((&listed[0]["request"]["id"], &listed[0]["restricts"]), (&asked["id"], &json!(true)), "{listed}");

    // Neither by the terms of a restriction nor by lifting it.
    let person = ada.asked_by(&helper);
    let eased = person.put("/restriction", &json!({ "allowed_purposes": ["service"] }));
    eased.problem(409, "restriction.disputed");
    person.post("/restriction/lift", &json!({ "informed": "letter" })).problem(409, "restriction.disputed");
    let because = json!({ "because": "needed", "purposes": ["service"] });
    helper.post(&format!("{request}/dispute/override"), &because).problem(403, "key.scope_missing");
    ada.read("service", &["account.email"]).refused("restriction");

    // A closed request leaves its dispute; it is settled all the same.
    helper.post(&format!("{request}/refuse"), &json!({ "because": "A12ManifestlyUnfounded" })).json(200);
    assert_eq!(helper.get("/v1/disputes").json(200)["items"].as_array().map(Vec::len), Some(1));
    ada.read("service", &["account.email"]).refused("restriction");
    let settle = format!("{request}/dispute/settle");
    helper.post(&settle, &json!({ "outcome": "rejected", "informed": " " })).problem(400, "restriction.not_informed");
    let told = json!({ "outcome": "rejected", "informed": "with the refusal" });
    let settled = helper.post(&settle, &told).json(200);
    assert_eq!((&settled["dispute_end"], &settled["disputed_at"]), (&json!("rejected"), &json!(null)));
    ada.read("service", &["account.email"]).granted();
    helper.post(&settle, &told).problem(409, "request.not_disputed");
    assert_eq!(helper.get("/v1/disputes").json(200)["items"], json!([]));
}

#[test]
fn promise_d23_a_restriction_that_was_asked_for_outlives_a_dispute_about_something_else() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();
    let open = |right: &str| {
        let asked = ada.post("/requests", &json!({ "right": right })).json(201);
        format!("/v1/requests/{}", text(&asked["id"]))
    };
    let (disputed, asked) = (open("rectification"), open("restriction"));
    server.post(&format!("{disputed}/dispute"), &json!({})).json(200);
    server.post(&format!("{asked}/approve"), &json!({})).json(200);
    server.steps_until(&asked, "answered");
    let told = json!({ "outcome": "upheld", "informed": "letter of 20 November" });
    server.post(&format!("{disputed}/dispute/settle"), &told).json(200);
    ada.read("service", &["account.email"]).refused("restriction");
    ada.post("/restriction/lift", &json!({ "informed": "letter" })).json(200);
    ada.read("service", &["account.email"]).granted();
}

#[test]
fn promise_c36_an_objection_waits_at_the_console_until_it_is_answered() {
    let office = Office::default();
    let ada = office.ada();
    let mut desk = office.staff("boss@vendor.example", &[], true);
    ada.read("safety", &["account.email"]).granted();
    ada.post("/objections", &json!({ "purpose": "safety" })).json(201);
    ada.read("safety", &["account.email"]).refused("basis.objected");
    let waiting = office.server.get("/v1/objections").json(200)["items"].clone();
    assert_eq!((&waiting[0]["subject"], &waiting[0]["purpose"]), (&json!(ada.id), &json!("safety")), "{waiting}");

    let at = format!("objections/{}/safety", ada.id);
    assert_eq!(desk.get("disputes"), 200);
    assert!(desk.page().contains(&at), "{}", desk.page());
    let refused = desk.submit(&at, &at, &[("outcome", "overridden"), ("ground", "")]);
    assert_eq!(refused.status, 422);
    assert!(desk.page().contains("id=\"ground-error\""), "{}", desk.page());
    ada.read("safety", &["account.email"]).refused("basis.objected");
    let answered = desk.submit(&at, &at, &[("outcome", "overridden"), ("ground", "abuse of the account goes on")]);
    assert_eq!(answered.status, 303, "{}", desk.page());
    ada.read("safety", &["account.email"]).granted();
    office.server.proves(&ada.newest("objection_resolved")["entry"]);
    assert_eq!(office.server.get("/v1/objections").json(200)["items"], json!([]));
    assert_eq!(desk.get(&at), 404);

    // One that stands is not on the list either, and one of somebody who was erased is nobody's.
    let bob = office.person("bob@people.example", "Bob");
    bob.post("/objections", &json!({ "purpose": "safety" })).json(201);
    assert_eq!(office.server.get("/v1/objections").json(200)["items"].as_array().map(Vec::len), Some(1));
    let at = format!("objections/{}/safety", bob.id);
    assert_eq!(desk.submit(&at, &at, &[("outcome", "upheld"), ("ground", "")]).status, 303);
    bob.read("safety", &["account.email"]).refused("basis.objected");
    assert_eq!(office.server.get("/v1/objections").json(200)["items"], json!([]));
}

/// Opens a page of the privacy centre of the office, which must be there.
#[track_caller]
fn page(visitor: &mut Visitor, path: &str) -> String {
    assert_eq!(visitor.get(&format!("/office/account{path}")).status, 200, "{path}: {}", visitor.page());
    visitor.page().to_owned()
}

/// Sends a form of the privacy centre, and says to which request it leads.
#[track_caller]
fn send(visitor: &mut Visitor, path: &str, fields: &[(&str, &str)]) -> String {
    let reply = visitor.submit(&format!("/office/account{path}"), fields);
    assert_eq!(reply.status, 303, "{path}: {}", visitor.page());
    let to = reply.header("location").unwrap_or_default().to_owned();
    to.split_once('#').map(|(_, request)| request.to_owned()).expect("a request")
}

#[test]
fn promise_c35_a_person_disputes_in_the_privacy_centre_and_use_is_restricted_until_it_is_settled_or_overridden() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();
    let mut at_home = office.signed_in("ada-q7391@people.example");
    let record = ada.record_of("account");
    let question = format!("/rights/dispute?group=account&record={record}");
    let mark = "zzz-I-was-never-called-so";
    let asked = page(&mut at_home, &question);
    assert!(asked.contains("Ada-q7391") && asked.contains("Not used meanwhile for"), "{asked}");
    ada.read("service", &["account.email"]).granted();
    let record = record.as_str();
    let wrong = [("group", "account"), ("record", record), ("about", "account.name"), ("reason", mark)];
    let request = send(&mut at_home, "/rights/dispute", &wrong);

    // At once, here and where a system can hold it; what the policy says goes on goes on.
    ada.read("service", &["account.email"]).refused("restriction");
    ada.read("safety", &["account.email"]).refused("restriction");
    ada.read("lawful_requests", &["account.email"]).granted();
    office.systems.wait_for("SELECT count(*) FROM customers WHERE frozen = 'yes' AND id = 1", 1);
    server.proves(&ada.newest("dispute")["entry"]);
    let rights = page(&mut at_home, "/rights");
    for part in [request.as_str(), "Disputed since", "Answer due by", mark, "Take the dispute back"] {
        assert!(rights.contains(part), "{part}: {rights}");
    }

    // They come in again from elsewhere, and it is so there too.
    let mut elsewhere = office.signed_in("ada-q7391@people.example");
    assert!(page(&mut elsewhere, "/data").contains(">Disputed<"));

    // Whoever settles it sees what is said, and that they looked is on record.
    let mut desk = office.staff("boss@vendor.example", &[], true);
    assert_eq!(desk.get(&format!("disputes/{request}")), 200);
    assert!(desk.page().contains(mark) && desk.page().contains("The person says is not right"), "{}", desk.page());
    server.proves(&ada.newest("staff_access")["entry"]);

    // Overridden for a purpose, then settled: each is told by mail, without a word of what it was about, and in the account.
    let at = format!("disputes/{request}");
    desk.act(&at, &[("act", "override"), ("purpose.safety", "yes"), ("because", "abuse goes on")]);
    ada.read("safety", &["account.email"]).granted();
    assert!(page(&mut at_home, "/rights").contains("used for some purposes all the same"));
    desk.get(&at);
    let settled = [("act", "settle"), ("outcome", "upheld"), ("informed", "letter of 20 November")];
    assert_eq!(desk.submit(&at, &at, &settled).status, 303);
    ada.read("service", &["account.email"]).granted();
    assert!(page(&mut at_home, "/rights").contains("you were right."), "{}", at_home.page());
    let mails = office.sink.wait_for(2);
    for (mail, says) in mails.iter().zip(["for some purposes again", "you were right"]) {
        assert!(mail.text().contains(says) && mail.text().contains(&request), "{}", mail.text());
        assert!(!mail.text().contains(mark) && !mail.text().contains("account.name"));
    }

    // A second one, taken back by themself: used again, and the ledger tells all of it.
    page(&mut at_home, &question);
    let request = send(&mut at_home, "/rights/dispute", &wrong);
    ada.read("service", &["account.email"]).refused("restriction");
    page(&mut at_home, "/rights");
    send(&mut at_home, &format!("/rights/requests/{request}/dispute"), &[]);
    ada.read("service", &["account.email"]).granted();
    let said = server.get(&format!("/v1/requests/{request}")).json(200);
    assert_eq!((&said["dispute_end"], &said["state"]), (&json!("withdrawn"), &json!("withdrawn")), "{said}");
    server.proves(&ada.newest("restriction_lifted")["entry"]);
    server.get(&format!("/v1/requests/{request}/dispute")).problem(404, "request.not_disputed");
}

#[test]
fn promise_c35_a_dispute_sent_twice_at_once_is_opened_once_and_over_the_api_by_the_same_rule() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();
    let record = ada.record_of("account");
    let mut browsers = [(); 4].map(|()| office.signed_in("ada-q7391@people.example"));
    for browser in &mut browsers {
        page(browser, &format!("/rights/dispute?group=account&record={record}"));
    }
    let wrong = [("group", "account"), ("record", record.as_str()), ("about", "account.name")];
    let opened: Vec<String> = std::thread::scope(|scope| {
        let sent: Vec<_> =
            browsers.iter_mut().map(|browser| scope.spawn(|| send(browser, "/rights/dispute", &wrong))).collect();
        sent.into_iter().map(|sent| sent.join().expect("it was sent")).collect()
    });
    assert!(opened.iter().all(|request| *request == opened[0]), "{opened:?}");
    let told = json!({ "group": "account", "record": record, "field": "account.name", "reason": "zzz" });
    let same = ada.post("/disputes", &told).json(200);
    assert_eq!(same["id"], opened[0].as_str());
    let listed = server.get("/v1/disputes").json(200)["items"].clone();
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    let shown = server.get(&format!("/v1/requests/{}/dispute", opened[0])).json(200);
    assert_eq!((&shown["restricts"], &shown["words"]["reason"]), (&json!(true), &json!(null)), "the first words stay");

    // Another one by the API, for somebody who called; a key of the help desk takes none back.
    let other = ada.post("/disputes", &json!({ "group": "content", "reason": "zzz-not-mine" })).json(201);
    let helper = server.key(&json!({ "label": "help desk", "scopes": ["rights"] }));
    let back = format!("/v1/requests/{}/dispute/withdraw", text(&other["id"]));
    helper.post(&back, &json!({})).problem(403, "key.scope_missing");
    server.post(&back, &json!({})).json(200);
    ada.read("service", &["account.email"]).refused("restriction");
    server.post(&format!("/v1/requests/{}/dispute/withdraw", opened[0]), &json!({})).json(200);
    ada.read("service", &["account.email"]).granted();
    let long = json!({ "group": "account", "reason": "z".repeat(501) });
    ada.post("/disputes", &long).problem(400, "dispute.words");
}
