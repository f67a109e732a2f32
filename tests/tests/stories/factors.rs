//! Second factors and passkeys in a real browser and a plain one, over a real relay and gateway.

use candor_tests::{
    At, Authenticator, Browser, MailSink, PASSWORD, Page, Scheme, Server, Setup, Visitor, app_secret, digits, letter,
    letters, link,
};
use candor_words::{Clock, Instant, SystemClock};

const ADA: &str = "ada@people.example";

fn server(sink: &MailSink) -> Server {
    let setup = Setup::of_policy(std::path::Path::new("tests/tests/door.candor"));
    Server::start_as(setup.mailing_to(sink).on_localhost())
}

/// The page's address as browsers must open it: passkeys need a name.
fn base(server: &Server) -> String {
    let port = server.address().rsplit(':').next().unwrap().to_owned();
    format!("http://localhost:{port}")
}

/// Signs Ada up by the pages themselves.
fn sign_up(page: &Page, base: &str, sink: &MailSink) {
    page.goto(&format!("{base}/door/sign-up"));
    page.fill(At::Label("Date of birth"), "1990-12-31");
    page.fill(At::Label("Email address"), ADA);
    page.fill(At::Label("Company"), "Engines");
    page.fill(At::Label("Password"), PASSWORD);
    page.click(At::Button("Create the account"));
    let confirm = link(&letter(sink, ADA, "/sign-up/confirm"), "door");
    page.goto(&format!("{base}{confirm}"));
    page.click(At::Button("Confirm"));
}

fn look(page: &Page, name: &str) {
    for scheme in [Scheme::Light, Scheme::Dark] {
        page.set_scheme(scheme);
        for width in [400, 1280] {
            page.set_viewport(width, 900);
            page.assert_accessible();
            let across = page.evaluate("document.documentElement.scrollWidth").as_u64().unwrap();
            assert!(across <= u64::from(width), "{name} is {across} across in a window of {width}");
        }
        page.screenshot(&format!("factors-{name}-{}", scheme.name()));
    }
}

#[test]
fn a_passkey_from_the_list_under_the_name_signs_in_by_itself() {
    let sink = MailSink::start();
    let server = server(&sink);
    let base = base(&server);
    let browser = Browser::start();
    let page = browser.page();
    let device = page.add_authenticator(Authenticator::default());
    sign_up(&page, &base, &sink);
    page.goto(&format!("{base}/door/account/security"));
    page.click(At::Button("Add a passkey"));
    page.click(At::Button("Make the passkey"));
    page.wait_for_url("done=added");
    // Before the way out, which leads to a page that asks for it at once.
    let credential = device.all().remove(0);
    device.remove(credential["credentialId"].as_str().unwrap());
    page.click(At::Button("Sign out"));

    // Nobody has taken one from the list: the page is as ever, and asks the browser to list what it has.
    page.goto(&format!("{base}/door/sign-in?lang=de"));
    assert_eq!(page.attribute(At::Css("[name=identifier]"), "autocomplete").as_deref(), Some("username webauthn"));
    // Its script asks once the browser has said that it can, a moment after everything is loaded.
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !page.requests().iter().any(|url| url.contains("/door/sign-in/passkey/offer")) {
        assert!(std::time::Instant::now() < until, "{:?}", page.requests());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(page.url().contains("/door/sign-in"));
    page.screenshot("door-sign-in-autofill");

    // This browser takes the one that it has at once.
    device.add(&credential);
    page.goto(&format!("{base}/door/sign-in"));
    page.wait_for_url("/door/account");
    page.goto(&format!("{base}/door/account/security"));
    assert!(page.all_text().contains("Last used on"), "{}", page.all_text());
    assert!(page.complaints().is_empty(), "{:?}", page.complaints());
}

#[test]
fn a_question_that_was_offered_is_for_this_page_and_answered_once() {
    let sink = MailSink::start();
    let server = server(&sink);
    let mut visitor = Visitor::of(&server);
    visitor.get("/door/sign-in");
    let offered = visitor.submit("/door/sign-in/passkey/offer", &[]).json(200);
    assert_eq!(offered["options"]["publicKey"]["rpId"], "localhost");
    visitor.get("/door/sign-in");
    let again = visitor.submit("/door/sign-in/passkey/offer", &[]).json(200);
    assert_ne!(offered["question"], again["question"]);
    let answer = |visitor: &mut Visitor| {
        visitor.get("/door/sign-in");
        let question = offered["question"].as_str().unwrap();
        visitor.submit("/door/sign-in/passkey/answer", &[("question", question), ("answer", "{}")]).status
    };
    assert_eq!(answer(&mut visitor), 422, "nobody's passkey");
    assert_eq!(answer(&mut visitor), 404, "it was answered");
    // No other site has one made.
    visitor.get("/door/sign-in");
    assert_eq!(visitor.post("/door/sign-in/passkey/offer", &[("form_token", "made up")]).status, 403);
}

#[test]
fn a_browser_registers_a_passkey_and_signs_in_with_nothing_else() {
    let sink = MailSink::start();
    let server = server(&sink);
    let base = base(&server);
    let browser = Browser::start();
    let page = browser.page();
    let device = page.add_authenticator(Authenticator::default());
    sign_up(&page, &base, &sink);

    page.goto(&format!("{base}/door/account/security"));
    look(&page, "security");
    page.click(At::Button("Add a passkey"));
    look(&page, "new-passkey");
    page.fill(At::Label("Name (optional)"), "My laptop");
    page.click(At::Button("Make the passkey"));
    page.wait_for_url("done=added");
    assert!(page.all_text().contains("Passkey, My laptop"), "{}", page.all_text());
    assert_eq!(device.all().len(), 1);
    assert_eq!(device.all()[0]["rpId"], "localhost");
    assert_eq!(device.all()[0]["isResidentCredential"], true);

    // While it is locked, the sign-in page gets nothing from the browser's list, and waits for what its reader does.
    device.verifies_user(false);
    page.click(At::Button("Sign out"));
    page.goto(&format!("{base}/door/sign-in"));
    look(&page, "sign-in");
    page.click(At::Button("Sign in with a passkey"));
    look(&page, "passkey");
    device.verifies_user(true);
    page.click(At::Button("Use the passkey"));
    page.wait_for_url("/door/account");
    page.goto(&format!("{base}/door/account/security"));
    assert!(page.all_text().contains("Last used on"), "{}", page.all_text());

    // The password alone opens nothing any more; the passkey beside it does.
    device.verifies_user(false);
    page.click(At::Button("Sign out"));
    page.goto(&format!("{base}/door/sign-in"));
    page.fill(At::Label("Email address or user name"), ADA);
    page.fill(At::Label("Password"), PASSWORD);
    page.click(At::Button("Sign in"));
    page.wait_for_url("/door/sign-in/factor");
    look(&page, "step-up");
    page.click(At::Button("Use the passkey"));
    // Whoever holds the device and cannot unlock it gets nothing.
    page.click(At::Button("Use the passkey"));
    page.wait_for(At::Text("The device gave no passkey"));
    device.verifies_user(true);
    page.click(At::Button("Use the passkey"));
    page.wait_for_url("/door/account");

    // An older copy of the passkey is found out by its counter.
    let mut copy = device.all()[0].clone();
    copy["signCount"] = 1.into();
    device.remove(copy["credentialId"].as_str().unwrap());
    device.add(&copy);
    page.goto(&format!("{base}/door/account/security"));
    device.verifies_user(false);
    page.click(At::Button("Sign out"));
    page.goto(&format!("{base}/door/sign-in"));
    page.click(At::Button("Sign in with a passkey"));
    device.verifies_user(true);
    page.click(At::Button("Use the passkey"));
    page.wait_for(At::Text("The passkey was not accepted"));
    // Whose requests went elsewhere? None.
    assert!(page.requests().iter().all(|url| url.starts_with(&base)), "{:?}", page.requests());
}

#[test]
fn an_app_is_added_by_its_picture_and_survives_a_new_password() {
    let sink = MailSink::start();
    let server = server(&sink);
    let base = base(&server);
    let browser = Browser::start();
    let page = browser.page();
    sign_up(&page, &base, &sink);
    page.goto(&format!("{base}/door/account/security"));
    page.click(At::Button("Add an authenticator app"));
    look(&page, "app");
    assert!(page.html().contains("role=\"img\""));
    let app = app_secret(&page.html());
    page.fill(At::Label("Code that your app shows"), "000000");
    page.click(At::Button("Add"));
    page.wait_for(At::Text("That code is not right"));
    page.fill(At::Label("Code that your app shows"), &app.code_at(SystemClock.now()));
    page.click(At::Button("Add"));
    page.wait_for_url("done=added");
    page.click(At::Button("Make recovery codes"));
    page.wait_for(At::Text("They are shown this once"));
    look(&page, "recovery");
    assert!(page.complaints().iter().all(|complaint| complaint.contains("422")), "{:?}", page.complaints());

    let mut lost = Visitor::of(&server);
    lost.get("/door/recover");
    lost.submit("/door/recover", &[("address", ADA)]);
    let set = link(&letter(&sink, ADA, "/recover/set"), "door");
    lost.get(&set);
    let code = lost.hidden("code").unwrap();
    let new = "another fine pass phrase";
    assert_eq!(lost.submit("/door/recover/set", &[("code", &code), ("password", new)]).status, 200);
    assert_eq!(lost.enter("door", ADA, new), "/door/sign-in/factor", "a new password takes no factor away");
    assert!(!lost.is_signed_in("door"));
    lost.get("/door/sign-in/factor");
    let next = app.code_at(Instant::from_millis(SystemClock.now().as_millis() + 30_000));
    assert_eq!(lost.submit("/door/sign-in/factor", &[("way", "app"), ("code", &next)]).status, 303);
    assert!(lost.is_signed_in("door"));
}

#[test]
fn codes_are_guessed_in_vain_and_the_administrator_can_take_factors_away() {
    let sink = MailSink::start();
    let server = server(&sink);
    let mut ada = Visitor::of(&server);
    ada.join("door", &sink, ADA, &[("account.company", "Engines"), ("account.password", PASSWORD)]);
    ada.get("/door/account/security");
    assert_eq!(ada.submit("/door/account/security/codes", &[("way", "mail")]).status, 200);
    let question = ada.hidden("question").unwrap();
    let code = digits(&letter(&sink, ADA, "Your code for"));
    let reply = ada.submit("/door/account/security/confirm", &[("question", &question), ("code", &code)]);
    assert_eq!(reply.status, 303, "{}", ada.page());

    // Five wrong codes end an attempt, ten slow the account down, over every attempt and a restart.
    let mut statuses = Vec::new();
    let mut eve = Visitor::of(&server);
    for _ in 0..3 {
        eve.enter("door", ADA, PASSWORD);
        for _ in 0..5 {
            eve.get("/door/sign-in/factor");
            statuses.push(eve.submit("/door/sign-in/factor", &[("way", "mail"), ("code", "000000")]).status);
        }
    }
    assert_eq!(statuses[..10], [422, 422, 422, 422, 404, 422, 422, 422, 422, 404]);
    assert!(statuses[10..].iter().all(|status| *status == 429), "{statuses:?}");
    assert!(!eve.is_signed_in("door"));
    letter(&sink, ADA, "Wrong codes");

    // What the administrator sees and does.
    let subject = server.get("/v1/subjects").json(200)["items"][0]["id"].as_str().unwrap().to_owned();
    let factors = format!("/v1/subjects/{subject}/factors");
    let listed = server.get(&factors).json(200);
    assert_eq!(listed["items"][0]["method"], "mail_code");
    let weak = server.key(&serde_json::json!({ "label": "reader", "scopes": ["read"] }));
    weak.send("DELETE", &factors, &serde_json::Value::Null, &[]).problem(403, "key.scope_missing");
    assert_eq!(server.send("DELETE", &factors, &serde_json::Value::Null, &[]).json(200)["n_removed"], 1);
    assert_eq!(letters(&sink, ADA, "were reset", 1).len(), 1, "and Ada is told");
    assert!(!ada.is_signed_in("door"), "her sessions ended");
    assert_eq!(ada.enter("door", ADA, PASSWORD), "/door/account");
}
