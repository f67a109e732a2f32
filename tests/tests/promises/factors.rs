//! Second factors, as their vendors promised them.

use candor_tests::{MailSink, PASSWORD, Server, Setup, SmsGateway, Visitor, app_secret, digits, letter, letters};
use candor_words::{Clock, Instant, SystemClock};
use serde_json::json;

const ADA: &str = "ada@people.example";

/// The next step of an app: what counted is waited out, so that codes differ.
fn in_half_a_minute(n: i64) -> Instant {
    Instant::from_millis(SystemClock.now().as_millis() + n * 30_000)
}

#[test]
fn promise_a03_a_second_factor_can_be_set_up_and_is_asked_for_from_then_on() {
    let sink = MailSink::start();
    let server = Server::start_as(Setup::with_mail("asign2", &sink));
    let mut ada = Visitor::of(&server);
    let fields = [
        ("account.name", "Ada"),
        ("account.organisation", "Engines"),
        ("sign_in.login", "ada"),
        ("sign_in.password", PASSWORD),
    ];
    ada.join("asign2", &sink, ADA, &fields);
    // Recommended, and left to the person where neither policy nor organisation requires it.
    assert_eq!(ada.get("/asign2/account/security").status, 200);
    for offer in ["Add an authenticator app", "Add codes by email"] {
        assert!(ada.page().contains(offer), "{offer}");
    }
    ada.submit("/asign2/account/security/app", &[]);
    let (app, question) = (app_secret(ada.page()), ada.hidden("question").unwrap());
    let code = app.code_at(SystemClock.now());
    let reply = ada.submit("/asign2/account/security/confirm", &[("question", &question), ("code", &code)]);
    assert_eq!(reply.status, 303, "{}", ada.page());
    ada.get("/asign2/account/security");
    let reply = ada.submit("/asign2/account/security/recovery", &[]);
    assert_eq!(reply.status, 200);
    let sheet: Vec<String> = ada
        .page()
        .split("<li><code>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(sheet.len(), 10, "{}", ada.page());

    // The password alone opens nothing any more.
    let mut again = Visitor::of(&server);
    assert_eq!(again.enter("asign2", "ada", PASSWORD), "/asign2/sign-in/factor");
    assert!(!again.is_signed_in("asign2"));
    again.get("/asign2/sign-in/factor");
    let wrong = again.submit("/asign2/sign-in/factor", &[("way", "app"), ("code", &code)]);
    assert_eq!(wrong.status, 422, "the code that proved the app is used up");
    let next = app.code_at(in_half_a_minute(1));
    let reply = again.submit("/asign2/sign-in/factor", &[("way", "app"), ("code", &next)]);
    assert_eq!(reply.status, 303, "{}", again.page());
    assert!(again.is_signed_in("asign2"));
    // And without the app, a code of the sheet, once.
    for (visitor, status) in [(&mut Visitor::of(&server), 303), (&mut Visitor::of(&server), 422)] {
        visitor.enter("asign2", "ada", PASSWORD);
        visitor.get("/asign2/sign-in/factor?way=recovery");
        let reply = visitor.submit("/asign2/sign-in/factor", &[("way", "recovery"), ("code", &sheet[0])]);
        assert_eq!(reply.status, status, "{}", visitor.page());
    }
    // The organisation may require one of everybody.
    assert_eq!(server.send("PUT", "/v1/door", &json!({ "factor_required": true }), &[]).status, 200);
    let mut bob = Visitor::of(&server);
    let fields = [
        ("account.name", "Bob"),
        ("account.organisation", "Engines"),
        ("sign_in.login", "bob"),
        ("sign_in.password", PASSWORD),
    ];
    bob.join("asign2", &sink, "bob@people.example", &fields);
    assert!(!bob.is_signed_in("asign2"), "signed in for nothing but to set one up");
    assert_eq!(bob.get("/asign2/account/security").status, 200);
    assert!(bob.page().contains("asks for a second factor"));
}

#[test]
fn promise_d30_the_telephone_or_the_address_receives_the_one_time_code() {
    let (sink, gateway) = (MailSink::start(), SmsGateway::start());
    let server = Server::start_as(Setup::with_mail("miniorange-plugins", &sink).texting_over(&gateway));
    let mut ada = Visitor::of(&server);
    let fields =
        [("account.company", "Engines"), ("account.telephone", "+49 30 1234567"), ("account.password", PASSWORD)];
    ada.join("miniorange-plugins", &sink, ADA, &fields);
    let security = "/miniorange-plugins/account/security";
    for (way, n_texts) in [("mail", 0), ("text", 1)] {
        ada.get(security);
        let reply = ada.submit(&format!("{security}/codes"), &[("way", way)]);
        assert_eq!(reply.status, 200, "{}", ada.page());
        let code = match way {
            "mail" => digits(&letter(&sink, ADA, "Your code for miniOrange")),
            _ => digits(&gateway.wait_for(n_texts)[n_texts - 1].text),
        };
        let question = ada.hidden("question").unwrap();
        let wrong = ada.submit(&format!("{security}/confirm"), &[("question", &question), ("code", "000000")]);
        assert_eq!(wrong.status, 422, "a wrong code adds nothing");
        let reply = ada.submit(&format!("{security}/confirm"), &[("question", &question), ("code", &code)]);
        assert_eq!(reply.status, 303, "{}", ada.page());
    }
    let text = gateway.wait_for(1).remove(0);
    assert_eq!((text.to.as_str(), text.authorization.as_str()), ("+49301234567", "Bearer of-the-gateway"));

    let factor = "/miniorange-plugins/sign-in/factor";
    let mut by_mail = Visitor::of(&server);
    by_mail.enter("miniorange-plugins", ADA, PASSWORD);
    by_mail.get(&format!("{factor}?way=mail"));
    let n_sent = gateway.texts().len() + letters(&sink, ADA, "Your code for", 1).len();
    assert_eq!(n_sent, 2, "a code is sent only when it is asked for");
    by_mail.submit(&format!("{factor}/send"), &[("way", "mail")]);
    let sent = letters(&sink, ADA, "Your code for", 2).remove(0);
    by_mail.get(&format!("{factor}?way=mail&sent=1"));
    let proof = [("way", "mail"), ("code", &*digits(&sent))];
    let token = by_mail.token();
    assert_eq!(by_mail.submit(factor, &proof).status, 303, "{}", by_mail.page());
    let mut again = vec![("form_token", token.as_str())];
    again.extend(proof);
    assert_ne!(by_mail.post(factor, &again).status, 200, "a code counts once");

    let mut by_text = Visitor::of(&server);
    by_text.enter("miniorange-plugins", ADA, PASSWORD);
    by_text.get(&format!("{factor}?way=text"));
    by_text.submit(&format!("{factor}/send"), &[("way", "text")]);
    let sent = gateway.wait_for(2).remove(1);
    by_text.get(&format!("{factor}?way=text&sent=1"));
    let reply = by_text.submit(factor, &[("way", "text"), ("code", &digits(&sent.text))]);
    assert_eq!(reply.status, 303, "{}", by_text.page());

    // The number left for that purpose, to that recipient, and the ledger says so.
    let subject = server.get("/v1/subjects").json(200)["items"][0]["id"].as_str().unwrap().to_owned();
    let accesses = server.get(&format!("/v1/subjects/{subject}/accesses")).json(200);
    let by_text: Vec<_> = accesses["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|access| access["recipient"] == "sms_gateway")
        .map(|access| (access["purpose"].clone(), access["fields"].clone()))
        .collect();
    assert_eq!(by_text, vec![(json!("one_time_code"), json!(["account.telephone"])); 2], "{accesses}");
    // No code is left anywhere at rest.
    for code in [digits(&text.text), digits(&sent.text)] {
        assert_eq!(server.files_with(&code), [""; 0]);
    }
}

#[test]
fn promise_d04_security_questions_are_optional_kept_as_hashes_and_never_offered() {
    let sink = MailSink::start();
    let server = Server::start_as(Setup::with_mail("miniorange-plugins", &sink));
    // Nobody is asked for them when they sign up, nor when they sign in.
    let mut visitor = Visitor::of(&server);
    visitor.get("/miniorange-plugins/sign-up");
    let asked = visitor.page().to_lowercase();
    assert!(!asked.contains("question") && !asked.contains("second_factor."), "{asked}");
    visitor.join("miniorange-plugins", &sink, ADA, &[("account.company", "Engines"), ("account.password", PASSWORD)]);
    visitor.get("/miniorange-plugins/account/security");
    assert!(!visitor.page().to_lowercase().contains("question"));

    // Who comes with answers from elsewhere has them kept as hashes, and they are only ever compared.
    let plain = "the street where i grew up 8841";
    let bob = server.person(&[
        ("account", json!({ "email": "bob@people.example", "company": "Engines", "password": { "plain": PASSWORD } })),
        ("second_factor", json!({ "questions": [{ "plain": plain }] })),
    ]);
    assert_eq!(server.files_with(plain), [""; 0]);
    bob.read("sign_in", &["second_factor.questions"]).refused("field.hashed");
    let ask = |candidate: &str| json!({ "whose": { "subject": bob.id }, "purpose": "sign_in", "field": "second_factor.questions", "candidate": candidate });
    assert_eq!(server.post("/v1/subjects/verify", &ask(plain)).json(200)["matches"], true);
    assert_eq!(server.post("/v1/subjects/verify", &ask("another street")).json(200)["matches"], false);
    // They are no second factor: known like the password, and so never asked for beside it.
    let mut bob = Visitor::of(&server);
    // This vendor judges sign-ins, and nobody has seen Bob before: what is asked for is a code by mail.
    assert_eq!(bob.enter("miniorange-plugins", "bob@people.example", PASSWORD), "/miniorange-plugins/sign-in/factor");
    bob.get("/miniorange-plugins/sign-in/factor");
    assert!(!bob.page().to_lowercase().contains("question"), "{}", bob.page());
}
