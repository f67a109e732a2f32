//! Requests at the console in a real browser: every page in both languages, by day and night, at a desk and on a phone, fit for
//! everybody; a request is opened, proved, planned and carried out by keys alone, and its progress shows by itself.

use candor_tests::{At, Browser, OFFICE_PASSWORD, Office, Page, Scheme, Systems, text};
use serde_json::json;

/// The most bytes of a page with all that it loads.
const BYTES_MAX: u64 = 80_000;

/// Signs in, and goes on.
fn sign_in(page: &Page, base: &str, who: &str, then: &str) {
    page.goto(&format!("{base}/office/sign-in?then=/office/{then}"));
    page.fill(At::Css("#identifier"), who);
    page.fill(At::Css("#password"), OFFICE_PASSWORD);
    page.click(At::Css("main form .button.main"));
    page.wait_for_url(&format!("/office/{then}"));
}

/// By day at a desk, by night on a phone; in both languages.
fn look_at(page: &Page, name: &str) {
    let address = page.url().replace("?lang=en&", "?").replace("?lang=en", "").replace("&lang=en", "");
    let with = |language: &str| {
        let mark = if address.contains('?') { '&' } else { '?' };
        format!("{address}{mark}lang={language}")
    };
    for (language, scheme, width) in [("de", Scheme::Dark, 400), ("en", Scheme::Light, 1280)] {
        assert_eq!(page.goto(&with(language)).status, 200, "{address}");
        // Before the page shows progress by itself, which loads it again and again.
        assert!(page.weight() <= BYTES_MAX, "{} bytes: {address}", page.weight());
        assert_eq!(page.attribute(At::Css("html"), "lang").as_deref(), Some(language), "{address}");
        page.set_scheme(scheme);
        page.set_viewport(width, 800);
        page.assert_accessible();
        let across = page.evaluate("document.documentElement.scrollWidth").as_u64().expect("a width");
        assert!(across <= u64::from(width), "{address} is {across} across in a window of {width}");
        page.screenshot(&format!("requests-{name}-{language}"));
    }
    let complaints = page.complaints();
    assert!(complaints.is_empty(), "{address}: {complaints:?}");
}

#[test]
fn a_request_is_opened_proved_and_carried_out_by_keys_alone_and_shows_its_progress() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();
    let boss = office.person("boss@vendor.example", "Boss");
    let seat = json!({ "administrator": true, "roles": ["desk", "legal"] });
    server.send("PUT", &format!("/v1/staff/{}", boss.id), &seat, &[]).json(200);
    let browser = Browser::start();
    let page = browser.page();
    let base = format!("http://{}", server.address());
    let person = format!("console/people/{}", ada.id);
    sign_in(&page, &base, "boss@vendor.example", &person);
    look_at(&page, "person");

    // Opened by keys alone.
    page.evaluate("document.querySelector('#open-request input[value=erasure]').focus()");
    page.press("Space");
    page.tab_to("Where the person lives (optional)");
    page.type_text("FR");
    page.tab_to("Open a request");
    page.press("Enter");
    page.wait_for_url("/console/requests/req_");
    let below = page.url().replace(&base, "");
    let below = below.split('?').next().expect("a path").to_owned();
    look_at(&page, "unproved");

    // What was seen of documents is said, and noted.
    page.tab_to("What you saw");
    page.type_text("identity card, seen by Boss");
    page.tab_to("Note that documents were looked at");
    page.press("Enter");
    page.wait_for(At::Css("#next"));
    look_at(&page, "proved");
    page.tab_to("Work out what would be done");
    page.press("Enter");
    page.wait_for(At::Css("#progress details"));
    look_at(&page, "planned");
    page.tab_to("customers: 1 statement");
    page.press("Enter");
    assert!(page.is_visible(At::Css("#progress details[open] .statement")), "{}", page.all_text());
    page.screenshot("requests-statements-en");

    // One system is away: the page says so, by itself, and that it is over when it is.
    let away = office.systems.vendor_file().with_extension("away");
    std::fs::rename(office.systems.vendor_file(), &away).expect("the vendor's file goes");
    page.tab_to("Carry it out: erase everywhere");
    page.press("Enter");
    page.wait_for(At::Text("Erase this person everywhere?"));
    page.assert_accessible();
    page.screenshot("requests-sure-en");
    assert!(
        page.all_text().contains("Rows that are changed or deleted: 4. Rows that are kept: 1. Systems: 2."),
        "{}",
        page.all_text()
    );
    page.tab_to("Yes, erase everywhere");
    page.press("Enter");
    page.wait_for(At::Css("#progress[data-live]"));
    assert!(page.text(At::Css(".banner.done")).contains("It is being carried out"), "{}", page.all_text());
    page.evaluate("window.stayed = true");
    page.wait_for(At::Css("#progress .badge.consent"));
    page.screenshot("requests-failed-en");
    look_at(&page, "running");
    page.evaluate("window.stayed = true");
    std::fs::rename(&away, office.systems.vendor_file()).expect("it comes back");
    let request = below.rsplit('/').next().expect("an id");
    // What it waits for between two attempts grows: it is told that it may go on.
    server.post(&format!("/v1/requests/{request}/steps/vendor/retry"), &json!({}));
    page.wait_for(At::Css("#progress:not([data-live])"));
    assert_eq!(page.evaluate("window.stayed"), json!(true), "the page was not loaded again");
    assert!(page.text(At::Css("#progress")).contains("answered"));
    assert_eq!(Systems::count(&office.systems.vendor(), "SELECT count(*) FROM customers"), 1);
    page.goto(&format!("{base}{below}"));
    look_at(&page, "answered");
    page.goto(&format!("{base}{below}/letter"));
    look_at(&page, "letter");
    assert!(page.all_text().contains("CNIL"), "{}", page.all_text());
}

#[test]
fn every_page_about_requests_and_authorities_is_fit_for_everybody() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();
    let bob = office.person("bob@people.example", "Bob");
    for who in ["one@vendor.example", "two@vendor.example"] {
        let staff = office.person(who, "Somebody");
        let seat = json!({ "administrator": true, "roles": ["legal"] });
        server.send("PUT", &format!("/v1/staff/{}", staff.id), &seat, &[]).json(200);
    }
    let open = |right: &str, more: serde_json::Value| {
        let mut asked = json!({ "right": right });
        asked.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        text(&bob.post("/requests", &asked).json(201)["id"]).to_owned()
    };
    let late = candor_words::Clock::now(&candor_words::SystemClock).as_millis() - 80 * 3_600_000;
    let late = candor_words::Instant::from_millis(late).to_string();
    let correction = open("rectification", json!({ "received_at": late }));
    let restriction = open("restriction", json!({}));
    let portability = open("portability", json!({ "country": "GB" }));
    let objection = open("objection", json!({}));
    for request in [&correction, &restriction] {
        server.post(&format!("/v1/requests/{request}/plan"), &json!({})).json(200);
    }
    server.post(&format!("/v1/requests/{objection}/pause"), &json!({})).json(200);

    let browser = Browser::start();
    let page = browser.page();
    let base = format!("http://{}", server.address());
    sign_in(&page, &base, "one@vendor.example", "console/requests");
    look_at(&page, "list");
    let shown = [
        ("correction", &correction),
        ("restriction", &restriction),
        ("documents", &portability),
        ("paused", &objection),
    ];
    for (name, request) in shown {
        page.goto(&format!("{base}/office/console/requests/{request}"));
        look_at(&page, name);
    }

    // What an authority asks is recorded by one, and approved and handed out by another.
    page.goto(&format!("{base}/office/console/disclosures"));
    look_at(&page, "authorities-none");
    page.tab_to("Record what an authority asks");
    page.press("Enter");
    page.wait_for_url("/console/disclosures/new");
    look_at(&page, "authority-which");
    page.click(At::Css("main li a"));
    page.wait_for_url("?for=lawful_requests.police");
    look_at(&page, "authority-new");
    page.fill(At::Css("#whom"), &ada.id);
    page.click(At::Css("input[name='field.account.email']"));
    page.fill(At::Css("#reference"), "order 12/2026");
    page.click(At::Css("main form .button.main"));
    page.wait_for_url("/console/disclosures/req_");
    let disclosure = page.url();
    look_at(&page, "authority-own");
    let other = browser.page();
    other.forget_cookies();
    sign_in(&other, &base, "two@vendor.example", "console/disclosures");
    look_at(&other, "authorities");
    other.goto(&disclosure);
    look_at(&other, "authority-waits");
    other.tab_to("Approve");
    other.press("Enter");
    other.wait_for(At::Css(".badge.contract"));
    look_at(&other, "authority-approved");
    other.tab_to("Show the data, once");
    other.press("Enter");
    other.wait_for(At::Css("#values"));
    other.assert_accessible();
    other.screenshot("requests-authority-handed-en");
    other.goto(&format!("{base}/office/console/transparency"));
    look_at(&other, "transparency");

    // The person sees how far it is.
    other.forget_cookies();
    sign_in(&other, &base, "bob@people.example", "account/rights");
    look_at(&other, "person-rights");
    other.goto(&format!("{base}/office/account/rights/requests/{restriction}/progress"));
    look_at(&other, "person-planned");
    server.post(&format!("/v1/requests/{restriction}/approve"), &json!({})).json(200);
    server.steps_until(&format!("/v1/requests/{restriction}"), "answered");
    other.reload();
    look_at(&other, "person-answered");
}

#[test]
fn every_page_about_disputes_is_fit_for_everybody_and_one_is_noted_and_settled_by_keys_alone() {
    let office = Office::default();
    let server = &office.server;
    let ada = office.ada();
    let boss = office.person("boss@vendor.example", "Boss");
    server.send("PUT", &format!("/v1/staff/{}", boss.id), &json!({ "administrator": true }), &[]).json(200);
    let asked = ada.post("/requests", &json!({ "right": "rectification" })).json(201);
    let request = text(&asked["id"]).to_owned();
    ada.post("/objections", &json!({ "purpose": "safety" })).json(201);

    let browser = Browser::start();
    let page = browser.page();
    let base = format!("http://{}", server.address());
    sign_in(&page, &base, "boss@vendor.example", "console/disputes");
    look_at(&page, "disputes-none");
    page.goto(&format!("{base}/office/console/requests/{request}"));
    page.tab_to("It is disputed: restrict use");
    page.press("Enter");
    page.wait_for(At::Css(".banner.stop a"));
    ada.read("service", &["account.email"]).refused("restriction");
    look_at(&page, "disputed");
    page.goto(&format!("{base}/office/console/disputes"));
    look_at(&page, "disputes");
    page.goto(&format!("{base}/office/console/disputes/{request}"));
    look_at(&page, "dispute");

    // For one use it goes on; then it is settled, after a try without what has to be said.
    page.evaluate("document.querySelector('#override input[type=checkbox]').focus()");
    page.press("Space");
    page.tab_to("Why does use go on?");
    page.type_text("the contract needs it meanwhile");
    page.tab_to("Let use go on");
    page.press("Enter");
    page.wait_for(At::Css("main .badge.contract"));
    look_at(&page, "dispute-in-part");
    page.tab_to("Settle it, and use the data again");
    page.press("Enter");
    page.wait_for(At::Css("#informed-error"));
    page.assert_accessible();
    page.screenshot("requests-dispute-wrong-en");
    page.evaluate("document.querySelector('#settle input[value=upheld]').focus()");
    page.press("Space");
    page.tab_to("How was the person told?");
    page.type_text("letter of 20 November");
    page.tab_to("Settle it, and use the data again");
    page.press("Enter");
    page.wait_for_url(&format!("/console/requests/{request}"));
    ada.read("service", &["account.email"]).granted();
    look_at(&page, "dispute-over");

    page.goto(&format!("{base}/office/console/objections/{}/safety", ada.id));
    look_at(&page, "objection");
}
