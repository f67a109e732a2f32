//! The privacy centre of the real server: what somebody sees and does there, with a plain browser and with a real one.

use candor_ledger::{Receipt, VerifierKey};
use candor_tests::{
    At, Browser, Client, MailSink, Page, PageOptions, Person, Scheme, Server, Setup, Visitor, ledger_check,
};
use serde_json::json;

const PASSWORD: &str = "correct horse battery";
const EMAIL: &str = "ada@people.example";

fn server() -> (Server, MailSink) {
    let sink = MailSink::start();
    (Server::start_as(Setup::with_mail("assigntask", &sink)), sink)
}

/// Somebody with an account, and something in it of every kind.
fn ada(server: &Client) -> Person {
    let account =
        json!({ "email": EMAIL, "name": "Ada Lovelace", "job_title": "analyst", "password": { "plain": PASSWORD } });
    let ada = server.person(&[("account", account)]);
    let device = json!({
        "operating_system": "Debian 13", "browser": "Firefox 145", "connection": "wifi", "ip": "192.0.2.17",
        "location": "London", "identifier": "d-1", "referrer": "https://example.org/", "crash": "none",
    });
    assert_eq!(ada.store_from("observed", "device", &device).status, 201);
    assert_eq!(ada.store_from("linked:google", "google", &json!({ "google_name": "Ada L." })).status, 201);
    ada.read("support", &["account.email"]).granted();
    ada.read("newsletter", &["account.email"]).refused("basis.consent_missing");
    ada
}

fn signed_in(server: &Client) -> Visitor {
    let mut visitor = Visitor::of(server);
    visitor.get("/assigntask/sign-in");
    let reply = visitor.submit("/assigntask/sign-in", &[("identifier", EMAIL), ("password", PASSWORD)]);
    assert_eq!(reply.status, 303, "{}", visitor.page());
    assert_eq!(reply.header("location"), Some("/assigntask/account"));
    visitor
}

/// Opens a page of the area, which must be there.
#[track_caller]
fn open(visitor: &mut Visitor, path: &str) -> String {
    let reply = visitor.get(&format!("/assigntask/account{path}"));
    assert_eq!(reply.status, 200, "{path}: {}", visitor.page());
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
    visitor.page().to_owned()
}

/// Sends a form of the area, and says where it leads.
#[track_caller]
fn send(visitor: &mut Visitor, path: &str, fields: &[(&str, &str)]) -> String {
    let reply = visitor.submit(&format!("/assigntask/account{path}"), fields);
    assert_eq!(reply.status, 303, "{path}: {}", visitor.page());
    reply.header("location").unwrap_or_default().to_owned()
}

#[test]
fn somebody_sees_what_is_held_corrects_it_decides_and_takes_it_along() {
    let (mut server, _sink) = server();
    let person = ada(&server);
    let mut ada = signed_in(&server);
    let held = open(&mut ada, "/data");
    for part in [EMAIL, "A service you linked: google", "Recorded as you use the service", "Kept only as a hash"] {
        assert!(held.contains(part), "{part}");
    }
    let record = person.record_of("account");
    open(&mut ada, &format!("/data/account/{record}"));
    send(
        &mut ada,
        &format!("/data/account/{record}"),
        &[("account.name", "Ada King"), ("account.job_title", "analyst")],
    );
    assert!(open(&mut ada, &format!("/data/account/{record}")).contains("Ada Lovelace"), "its past");

    open(&mut ada, "/consents");
    send(&mut ada, "/consents/statistics", &[("answer", "yes")]);
    person.read("statistics", &["device.browser"]).granted();
    open(&mut ada, "/consents");
    send(&mut ada, "/consents/statistics", &[("answer", "withdrawn")]);
    person.read("statistics", &["device.browser"]).refused("basis.consent_missing");

    open(&mut ada, "/rights");
    send(&mut ada, "/rights/objections/personalisation", &[]);
    person.read("personalisation", &["account.job_title"]).refused("basis.objected");

    let accesses = open(&mut ada, "/accesses");
    assert!(accesses.contains("Support engineers") && accesses.contains("you did not consent"));

    // What was done holds after a restart; the session does too.
    server.restart();
    let person = person.asked_by(&server);
    person.read("statistics", &["device.browser"]).refused("basis.consent_missing");
    let mut ada = signed_in(&server);
    assert!(open(&mut ada, "/data").contains("Ada King"));

    open(&mut ada, "/leave");
    let archive = ada.submit("/assigntask/account/leave/export", &[("kind", "access")]);
    assert_eq!(archive.header("content-type"), Some("application/zip"));
    checked(&server, &archive.bytes);
}

/// Anybody can check the archive with the organisation's key, and asks nobody.
#[track_caller]
fn checked(server: &Server, archive: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("export.zip");
    std::fs::write(&export, archive).unwrap();
    let key = server.anonymous().get("/ledger/assigntask/key").text();
    let check = ledger_check(&["--export", export.to_str().unwrap(), "--key", key.trim()]).output().unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
}

#[test]
fn somebody_rests_comes_back_and_is_erased_with_a_receipt() {
    let (server, _sink) = server();
    let person = ada(&server);
    for act in ["given", "confirmed"] {
        person.post("/consents", &json!({ "purpose": "newsletter", "act": act })).json(201);
    }
    let mut ada = signed_in(&server);
    open(&mut ada, "/leave");
    send(&mut ada, "/leave/rest", &[]);
    person.read_over("email", "newsletter", &["account.email"]).refused("subject.deactivated");
    assert!(open(&mut ada, "").contains("Your account rests."));
    send(&mut ada, "/leave/back", &[]);
    assert_eq!(person.read_over("email", "newsletter", &["account.email"]).granted().len(), 1);

    let asked = open(&mut ada, "/leave/erase");
    assert!(asked.contains("What stays, and why"));
    let gone = ada.submit("/assigntask/account/leave/erase", &[("sure", "yes")]);
    assert_eq!(gone.status, 200, "{}", ada.page());
    let receipt =
        ada.page().split("/ledger/assigntask/receipts/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let receipt = ada.get(&format!("/ledger/assigntask/receipts/{receipt}"));
    let key = server.anonymous().get("/ledger/assigntask/key").text();
    let receipt = Receipt::parse(&receipt.bytes).unwrap();
    receipt.verify(&VerifierKey::parse(key.trim()).unwrap()).unwrap();
    person.get("").problem(410, "subject.erased");
    assert_eq!(ada.get("/assigntask/account").status, 303, "nobody is signed in any more");
    ada.get("/assigntask/sign-in");
    let again = ada.submit("/assigntask/sign-in", &[("identifier", EMAIL), ("password", PASSWORD)]);
    assert_eq!(again.status, 422, "{}", ada.page());
}

const PAGES: [(&str, &str); 14] = [
    ("overview", ""),
    ("held", "/data"),
    ("accesses", "/accesses"),
    ("consents", "/consents"),
    ("messages", "/messages"),
    ("rights", "/rights"),
    ("notices", "/notices"),
    ("sessions", "/sessions"),
    ("leave", "/leave"),
    ("erase", "/leave/erase"),
    ("minor", "/leave/minor"),
    ("record", "/record"),
    ("dispute", "/dispute"),
    ("dispute-kind", "/rights/dispute"),
];

#[test]
fn every_page_is_fit_for_everybody_in_both_languages_without_a_script() {
    let (server, _sink) = server();
    let person = ada(&server);
    let own = person.record_of("account");
    let record = format!("/data/account/{own}");
    let dispute = format!("/rights/dispute?group=account&record={own}");
    person.post("/requests", &json!({ "right": "access" })).json(201);
    let wrong = json!({
        "group": "account", "record": own, "field": "account.job_title", "reason": "I never did that work.\nAsk my sister.",
        "proposed": "mathematician",
    });
    person.post("/disputes", &wrong).json(201);
    let over = person.post("/disputes", &json!({ "group": "device" })).json(201);
    let settled = json!({ "outcome": "rejected", "informed": "letter of 20 November" });
    server.post(&format!("/v1/requests/{}/dispute/settle", over["id"].as_str().unwrap()), &settled).json(200);
    let browser = Browser::start();
    // Cookies of the door stay on safe connections, and a browser takes only `localhost` for one without TLS.
    let base = format!("http://localhost:{}", server.address().rsplit(':').next().unwrap());
    for language in ["en", "de"] {
        let page = browser.page_with(PageOptions { language, ..PageOptions::default() });
        page.goto(&format!("{base}/assigntask/sign-in"));
        page.fill(At::Css("#identifier"), EMAIL);
        page.fill(At::Css("#password"), PASSWORD);
        page.press("Enter");
        page.wait_for_url("/assigntask/account");
        for (name, path) in PAGES {
            let path = match path {
                "/record" => record.as_str(),
                "/dispute" => dispute.as_str(),
                path => path,
            };
            assert_eq!(page.goto(&format!("{base}/assigntask/account{path}")).status, 200, "{path}");
            assert_eq!(page.evaluate("document.documentElement.lang"), language, "{path}");
            assert_eq!(page.evaluate("document.scripts.length"), 0, "{path}");
            looked_at(&page, &format!("centre-{name}-{language}"));
            let weight = page.weight();
            assert!(weight <= 60 << 10, "{path} weighs {weight} bytes");
            assert_eq!(page.complaints(), Vec::<String>::new(), "{path}");
        }
    }
}

/// On a desk by day, on a phone by night; on the narrowest nothing sticks out, and axe finds nothing.
#[track_caller]
fn looked_at(page: &Page, name: &str) {
    for (scheme, width) in [(Scheme::Light, 1280), (Scheme::Dark, 400)] {
        page.set_scheme(scheme);
        page.set_viewport(width, 800);
        page.assert_accessible();
        page.screenshot(&format!("{name}-{width}-{}", scheme.name()));
    }
    page.set_viewport(320, 800);
    let across = page.evaluate("document.documentElement.scrollWidth").as_u64().unwrap();
    assert!(across <= 320, "{name} is {across} across in a window of 320");
}

#[test]
fn the_menu_and_the_forms_work_with_keys_alone() {
    let (server, _sink) = server();
    ada(&server);
    let browser = Browser::start();
    let base = format!("http://localhost:{}", server.address().rsplit(':').next().unwrap());
    let page = browser.page_with(PageOptions { javascript: false, ..PageOptions::default() });
    page.goto(&format!("{base}/assigntask/sign-in"));
    page.fill(At::Css("#identifier"), EMAIL);
    page.fill(At::Css("#password"), PASSWORD);
    page.press("Enter");
    page.wait_for_url("/assigntask/account");
    page.goto(&format!("{base}/assigntask/account/messages"));
    page.press("Tab");
    assert_eq!(page.focused(), "Skip to the content");
    let declinable = At::Css("#purpose-onboarding form:has([value='out'])");
    let n_before = page.count(declinable);
    page.click(At::Css("#purpose-onboarding form:has([value='out']) button:has-text('email')"));
    page.wait_for_url("done=message");
    assert_eq!(page.count(declinable), n_before - 1);
    assert!(page.all_text().contains("Your choice holds from now on."));
}

#[test]
fn a_value_is_disputed_and_taken_back_with_keys_alone_and_what_is_wrong_is_said() {
    let (server, _sink) = server();
    let person = ada(&server);
    let record = person.record_of("account");
    let browser = Browser::start();
    let base = format!("http://localhost:{}", server.address().rsplit(':').next().unwrap());
    // What looks at a page runs in it, and so needs the browser's scripts.
    for (language, javascript) in [("en", false), ("en", true), ("de", true)] {
        let page = browser.page_with(PageOptions { javascript, language, ..PageOptions::default() });
        let look = |name: &str| {
            if javascript {
                looked_at(&page, &format!("centre-{name}-{language}"));
            }
        };
        page.goto(&format!("{base}/assigntask/sign-in"));
        page.fill(At::Css("#identifier"), EMAIL);
        page.fill(At::Css("#password"), PASSWORD);
        page.press("Enter");
        page.wait_for_url("/assigntask/account");
        page.goto(&format!("{base}/assigntask/account/data/account/{record}"));
        let this = if language == "en" { "This is not right" } else { "Das stimmt nicht" };
        page.tab_to(&format!("{this}: Your account and profile"));
        page.press("Enter");
        page.wait_for_url("/rights/dispute?");
        let submit =
            if language == "en" { "Dispute it, and stop the use" } else { "Bestreiten und die Nutzung anhalten" };
        page.tab_to(submit);
        page.press("Enter");
        page.wait_for(At::Css("#about-error"));
        look("dispute-wrong");
        page.click(At::Css("input[value='account.job_title']"));
        page.fill(At::Css("#reason"), "zzz");
        page.tab_to(submit);
        page.press("Enter");
        page.wait_for_url("done=disputed");
        person.read("service", &["account.email"]).refused("restriction");
        look("disputed");
        page.goto(&format!("{base}/assigntask/account/data"));
        look("held-disputed");
        page.goto(&format!("{base}/assigntask/account/rights"));
        page.tab_to(if language == "en" { "Take the dispute back" } else { "Nicht mehr bestreiten" });
        page.press("Enter");
        page.wait_for_url("done=dispute-back");
        person.read("service", &["account.email"]).granted();
    }
}
