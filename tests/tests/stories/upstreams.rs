//! A real provider (oidc-provider), as the relying party of OpenID Connect meets it.

use std::sync::Arc;

use candor_identity_port::{
    Provider, Shape, Upstream as _, UpstreamAnswer, UpstreamAttempt, UpstreamError, UpstreamPerson,
};
use candor_seal::SystemEntropy;
use candor_tests::{
    At, Browser, CompanyDirectory, MailSink, Peer, Server, UpstreamProvider, Visitor, link_below, text,
};
use candor_upstream::Upstreams;
use candor_words::{Secret, SystemClock};
use serde_json::json;

/// Where people reach the server, as its letters say; nothing listens there.
const PUBLIC_URL: &str = "https://id.acme.example";
const REDIRECT_URI: &str = "http://127.0.0.1:9/callback";

fn start() -> Peer {
    let people = json!({
        "ada": {
            "email": "ada@id.example", "email_verified": true, "name": "Ada Lovelace", "birthdate": "1815-12-10",
            "picture": "https://id.example/ada.png",
        },
    });
    Peer::node("upstream.mjs", &[REDIRECT_URI, &people.to_string()])
}

fn configured(peer: &Peer, algorithm: &str) -> Provider {
    Provider {
        issuer: peer.ready()["issuer"].as_str().unwrap().to_owned(),
        shape: Shape::Plain,
        directories: Vec::new(),
        client_id: format!("candor-{algorithm}"),
        client_secret: Some(Secret::new(peer.ready()["secret"].as_str().unwrap().to_owned())),
        redirect_uri: REDIRECT_URI.to_owned(),
    }
}

/// What stands in the address that a person is sent back to.
fn answer(address: &str) -> UpstreamAnswer {
    let mut answer = UpstreamAnswer::default();
    for (name, value) in
        ureq::http::Uri::try_from(address).unwrap().query().unwrap().split('&').filter_map(|part| part.split_once('='))
    {
        let value = value.replace("%3A", ":").replace("%2F", "/");
        match name {
            "state" => answer.state = value,
            "code" => answer.code = Some(value),
            "error" => answer.error = Some(value),
            "iss" => answer.issuer = Some(value),
            _ => {}
        }
    }
    answer
}

async fn sign_in(peer: &mut Peer, algorithm: &str, wanted: &[&str]) -> UpstreamPerson {
    let upstreams = Upstreams::new(Arc::new(SystemClock), None).unwrap();
    let provider = configured(peer, algorithm);
    let attempt = UpstreamAttempt::draw(&SystemEntropy);
    let wanted: Vec<String> = wanted.iter().map(|claim| (*claim).to_owned()).collect();
    let address = upstreams.begin(&provider, &attempt, &wanted).await.unwrap();
    let back = peer.ask(json!({ "act": "visit", "address": address, "login": "ada" })).unwrap();
    let answer = answer(back.as_str().unwrap());
    assert!(answer.issuer.is_some(), "it says who answers");
    let person = upstreams.finish(&provider, &attempt, &answer, &wanted).await.unwrap();
    let again = upstreams.finish(&provider, &attempt, &answer, &wanted).await;
    assert_eq!(again.unwrap_err(), UpstreamError::Refused { code: "invalid_grant" }, "a code is good once");
    person
}

#[tokio::test]
async fn people_sign_in_with_a_real_provider_whatever_it_signs_with() {
    let mut peer = start();
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let person = sign_in(&mut peer, algorithm, &["email", "name"]).await;
        assert_eq!(
            (person.issuer.as_str(), person.subject.as_str()),
            (peer.ready()["issuer"].as_str().unwrap(), "ada")
        );
        let email = person.email.unwrap();
        assert_eq!((email.address.as_str(), email.is_verified), ("ada@id.example", true));
        let claims: Vec<(&str, &str)> =
            person.claims.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(claims, [("name", "Ada Lovelace")], "and neither birthday nor picture");
    }
}

#[tokio::test]
async fn nothing_is_fetched_of_a_person_of_whom_nothing_is_wanted() {
    let mut peer = start();
    let person = sign_in(&mut peer, "RS256", &[]).await;
    assert!(person.email.is_none() && person.claims.is_empty());
    let requests = peer.ask(json!({ "act": "requests" })).unwrap();
    let requests: Vec<&str> = requests.as_array().unwrap().iter().filter_map(|request| request.as_str()).collect();
    assert_eq!(requests[0], "GET /.well-known/openid-configuration");
    assert!(requests.contains(&"POST /token") && requests.contains(&"GET /jwks"));
    assert!(!requests.iter().any(|request| request.contains("/me")), "{requests:?}");
}

#[tokio::test]
async fn who_refuses_at_the_provider_is_nobody_here() {
    let mut peer = start();
    let upstreams = Upstreams::new(Arc::new(SystemClock), None).unwrap();
    let (provider, attempt) = (configured(&peer, "RS256"), UpstreamAttempt::draw(&SystemEntropy));
    let address = upstreams.begin(&provider, &attempt, &[]).await.unwrap();
    let back = peer.ask(json!({ "act": "visit", "address": address, "login": "ada", "refuse": true })).unwrap();
    let refused = upstreams.finish(&provider, &attempt, &answer(back.as_str().unwrap()), &[]).await;
    assert_eq!(refused.unwrap_err(), UpstreamError::Refused { code: "access_denied" });
    let requests = peer.ask(json!({ "act": "requests" })).unwrap();
    assert!(!requests.to_string().contains("/token"), "{requests}");
}

fn server(sink: &MailSink) -> Server {
    let variables = [
        ("CANDOR_SMTP_HOST", sink.address()),
        ("CANDOR_SMTP_SECURITY", "plain"),
        ("CANDOR_MAIL_FROM", "door@acme.example"),
        ("CANDOR_PUBLIC_URL", PUBLIC_URL),
    ];
    Server::start_policy_over("tests/upstreams.candor", None, &variables)
}

const BACK: &str = "https://id.acme.example/upstreams/sign-in/with/site/back";
const SESSION: &str = "__Host-candor-session-upstreams";

/// Goes through the gate and the provider, and comes back.
fn come_back(visitor: &mut Visitor, provider: &mut UpstreamProvider, login: &str) -> u16 {
    let gate = "/upstreams/sign-in/with/site";
    visitor.get(gate);
    assert_eq!(visitor.submit(gate, &[("old_enough", "yes")]).status, 200, "{}", visitor.page());
    let back = provider.visit(&visitor.sent_to(), login);
    visitor.get(&back).status
}

#[test]
fn an_unverified_address_of_a_provider_takes_over_no_account_and_its_mail_opens_only_its_own() {
    let sink = MailSink::start();
    let server = server(&sink);
    let people = json!({ "eve": { "email": "ada@people.example", "email_verified": false, "name": "Eve" } });
    let mut provider = UpstreamProvider::start(BACK, &people);
    let fields = json!({ "name": "site.name", "email": "site.email" });
    server.put_upstream("site", "site_sign_in", &fields, &provider.place());
    let ada = server.person(&[("account", json!({ "email": "ada@people.example", "company": "Acme" }))]);

    let mut eve = Visitor::of(&server);
    assert_eq!(come_back(&mut eve, &mut provider, "eve"), 200);
    assert!(eve.page().contains("Look into your mail") && !eve.cookies().contains_key(SESSION));
    let letter = sink.wait_for(1).remove(0);
    assert_eq!(letter.to, ["ada@people.example"]);
    let path = link_below(&letter.raw, PUBLIC_URL);
    // Ada opens it in her own browser: nothing of Eve's is linked to what is hers.
    let mut reader = Visitor::of(&server);
    assert_eq!(reader.get(&path).status, 404);
    assert_eq!(come_back(&mut eve, &mut provider, "eve"), 200, "still nobody");
    assert_eq!(server.get("/v1/subjects").json(200)["items"].as_array().unwrap().len(), 1);
    // Whoever began and reads the mail is Ada.
    let path = link_below(&sink.wait_for(2)[1].raw, PUBLIC_URL);
    assert_eq!(eve.get(&path).status, 200, "{}", eve.page());
    let code = eve.hidden("code").unwrap();
    let confirm = "/upstreams/sign-in/with/site/confirm";
    assert_eq!(eve.submit(confirm, &[("code", &code)]).status, 303, "{}", eve.page());
    assert!(eve.cookies().contains_key(SESSION));
    assert_eq!(server.get("/v1/subjects").json(200)["items"].as_array().unwrap().len(), 1);
    let kept = ada.read("site_sign_in", &["site.name"]).json(200);
    assert_eq!(kept["records"][0]["values"]["name"]["source"], "linked:site", "{kept}");
    // What is linked is shown, and ended.
    assert_eq!(eve.get("/upstreams/account/links").status, 200);
    let id = eve.hidden("link").unwrap();
    assert_eq!(eve.submit("/upstreams/account/links", &[("link", &id)]).status, 303);
    eve.get("/upstreams/account/links");
    assert!(eve.page().contains("No account elsewhere opens this one"), "{}", eve.page());
}

#[test]
fn people_of_a_company_sign_in_with_its_directory() {
    let sink = MailSink::start();
    let server = server(&sink);
    let directory = CompanyDirectory::start();
    server.put_upstream("work", "staff_sign_in", &json!({ "mail": "staff.mail" }), &directory.place());
    let mut ada = Visitor::of(&server);
    let gate = "/upstreams/sign-in/with/work";
    let typed = |user, password| [("user", user), ("password", password), ("old_enough", "yes")];
    ada.get(gate);
    assert!(ada.page().contains(">Address at work<") && !ada.page().contains("Department"), "{}", ada.page());
    for (user, password) in [("ada", "wrong"), ("ada", ""), ("nobody", "correct horse"), ("*", "correct horse")] {
        ada.get(gate);
        assert_eq!(ada.submit(gate, &typed(user, password)).status, 422, "{user} {password}: {}", ada.page());
    }
    assert!(!ada.cookies().contains_key(SESSION));
    ada.get(gate);
    assert_eq!(ada.submit(gate, &typed("ada", "correct horse")).status, 303, "{}", ada.page());
    assert!(ada.cookies().contains_key(SESSION));
    let subject = server.get("/v1/subjects").json(200)["items"][0]["id"].clone();
    let kept = server.known(text(&subject)).read("staff_sign_in", &["staff.mail"]).json(200);
    let mail = &kept["records"][0]["values"]["mail"];
    assert_eq!((&mail["value"], &mail["source"]), (&json!("ada@company.example"), &json!("organisation")));
    for planted in ["planted-department", "correct horse", "the reader's password"] {
        assert_eq!(server.files_with(planted), [""; 0], "{planted}");
    }
}

#[test]
fn the_gate_can_be_used_by_everybody_and_a_browser_goes_on_from_it() {
    let sink = MailSink::start();
    let server = server(&sink);
    let provider = UpstreamProvider::start(BACK, &json!({}));
    server.put_upstream("site", "site_sign_in", &json!({ "name": "site.name" }), &provider.place());
    let browser = Browser::start();
    let page = browser.page();
    let at = server.address().replace("127.0.0.1", "localhost");
    page.goto(&format!("{at}/upstreams/sign-in/with/site"));
    page.assert_accessible();
    page.click(At::Label("I am at least 16 years old"));
    page.click(At::Button("I agree, sign me in"));
    // The page that leads on does so by itself, past the guard on what forms may lead to.
    let until = std::time::Instant::now() + std::time::Duration::from_secs(120);
    while !page.url().contains("/interaction/") {
        assert!(std::time::Instant::now() < until, "{} {:?}", page.url(), page.complaints());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
