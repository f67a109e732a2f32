//! Somebody signs up, confirms by mail, signs in and out, and gets back in, with a plain browser and a real relay.

use candor_tests::{MailSink, Server, Visitor, link_below};

/// Where people reach the server, as its letters say; nothing listens there.
const PUBLIC_URL: &str = "https://id.acme.example";
const PASSWORD: &str = "correct horse battery";

fn server(sink: &MailSink) -> Server {
    let variables = [
        ("CANDOR_SMTP_HOST", sink.address()),
        ("CANDOR_SMTP_SECURITY", "plain"),
        ("CANDOR_MAIL_FROM", "door@acme.example"),
        ("CANDOR_PUBLIC_URL", PUBLIC_URL),
    ];
    Server::start_policy_over("tests/door.candor", None, &variables)
}

fn sign_up(visitor: &mut Visitor, email: &str) {
    assert_eq!(visitor.get("/door/sign-up").status, 200);
    let policy = visitor.hidden("policy").unwrap();
    let fields = [
        ("policy", policy.as_str()),
        ("born", "1990-12-31"),
        ("account.email", email),
        ("account.company", "Acme"),
        ("account.password", PASSWORD),
        ("consent.newsletter", "yes"),
    ];
    let reply = visitor.submit("/door/sign-up", &fields);
    assert_eq!(reply.status, 200, "{}", visitor.page());
}

#[test]
fn somebody_signs_up_and_in_and_out_and_gets_back_in() {
    let sink = MailSink::start();
    let server = server(&sink);
    let mut ada = Visitor::of(&server);
    sign_up(&mut ada, "ada@example.org");
    let letter = sink.wait_for(1).remove(0);
    assert_eq!(letter.to, ["ada@example.org"]);
    let confirm = link_below(&letter.raw, PUBLIC_URL);
    assert_eq!(ada.get(&confirm).status, 200, "{}", ada.page());
    assert_eq!(ada.get(&confirm).status, 200, "looking at it uses nothing up");
    let code = ada.hidden("code").unwrap();
    let reply = ada.submit("/door/sign-up/confirm", &[("code", &code)]);
    assert_eq!(reply.status, 303, "{}", ada.page());
    assert!(ada.cookies().contains_key("__Host-candor-session-door"));
    assert_eq!(ada.get("/door/account/prove").status, 200, "signed in");

    let token = ada.token();
    assert_eq!(ada.post("/door/sign-out", &[("form_token", &token)]).status, 303);
    assert!(!ada.cookies().contains_key("__Host-candor-session-door"));
    assert_eq!(ada.get("/door/account/prove").status, 303, "signed out");

    ada.get("/door/sign-in?then=/door/account/prove");
    let wrong = [("identifier", "ada@example.org"), ("password", "no such password"), ("then", "/door/account/prove")];
    assert_eq!(ada.submit("/door/sign-in", &wrong).status, 422);
    let right = [("identifier", "ada@example.org"), ("password", PASSWORD), ("then", "/door/account/prove")];
    let reply = ada.submit("/door/sign-in", &right);
    assert_eq!(reply.status, 303, "{}", ada.page());
    assert!(reply.headers.contains(&("location".to_owned(), "/door/account/prove".to_owned())));

    let mut lost = Visitor::of(&server);
    lost.get("/door/recover");
    assert_eq!(lost.submit("/door/recover", &[("address", "ada@example.org")]).status, 200);
    let set = link_below(&sink.wait_for(2)[1].raw, PUBLIC_URL);
    assert_eq!(lost.get(&set).status, 200);
    let code = lost.hidden("code").unwrap();
    let reply = lost.submit("/door/recover/set", &[("code", &code), ("password", "another fine pass phrase")]);
    assert_eq!(reply.status, 200, "{}", lost.page());
    assert_eq!(ada.get("/door/account/prove").status, 303, "every session has ended");
    assert_eq!(sink.wait_for(3)[2].to, ["ada@example.org"], "and Ada is told");
}

#[test]
fn a_form_of_another_site_or_without_its_token_does_nothing() {
    let sink = MailSink::start();
    let server = server(&sink);
    let mut eve = Visitor::of(&server);
    eve.get("/door/recover");
    let token = eve.token();
    let fields = [("form_token", token.as_str()), ("address", "ada@example.org")];
    assert_eq!(eve.post("/door/recover", &fields[1..]).status, 403, "no token");
    let mut other = Visitor::of(&server);
    other.get("/door/recover");
    assert_eq!(other.post("/door/recover", &fields).status, 403, "another browser's token");
    let mut eve = eve.with("sec-fetch-site", "cross-site");
    assert_eq!(eve.post("/door/recover", &fields).status, 403, "from another site");
    let mut eve = eve.with("sec-fetch-site", "same-origin");
    assert_eq!(eve.post("/door/recover", &fields).status, 200);
    assert_eq!(sink.wait_for(1).len(), 1);
}
