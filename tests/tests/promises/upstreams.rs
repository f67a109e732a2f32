//! Signing in elsewhere: asked before anything is asked of others, and no more kept than was said.

use candor_tests::{MailSink, Server, Setup, UpstreamProvider, Visitor, exported, text};
use serde_json::{Value, json};

/// Ada as the provider knows her: more than anybody here may know.
fn people() -> Value {
    json!({ "ada": {
        "email": "ada@site.example", "email_verified": true, "name": "Ada Lovelace", "given_name": "planted-ada",
        "birthdate": "1815-12-10", "picture": "https://site.example/planted.png",
    } })
}

fn start(vendor: &str, place: &str) -> (Server, UpstreamProvider) {
    let sink = MailSink::start();
    let server = Server::start_as(Setup::with_mail(vendor, &sink));
    let back = format!("https://privacy.example/{vendor}/sign-in/with/{place}/back");
    (server, UpstreamProvider::start(&back, &people()))
}

fn n_subjects(server: &Server) -> usize {
    server.get("/v1/subjects").json(200)["items"].as_array().unwrap().len()
}

const SESSION: &str = "__Host-candor-session-miniorange-plugins";

#[test]
fn promise_d10_who_does_not_agree_is_not_signed_in_and_nothing_is_fetched() {
    let (server, mut provider) = start("miniorange-plugins", "site");
    let fields = json!({ "name": "site_profile.name", "email": "site_profile.email" });
    server.put_upstream("site", "site_sign_in", &fields, &provider.place());

    let mut ada = Visitor::of(&server);
    assert_eq!(ada.get("/miniorange-plugins/sign-in").status, 200);
    assert!(ada.page().contains("/miniorange-plugins/sign-in/with/site"), "{}", ada.page());
    let gate = "/miniorange-plugins/sign-in/with/site";
    assert_eq!(ada.get(gate).status, 200);
    // The policy's own words: what, and for what.
    for words in [
        "Do you agree that this site gets your name and email address to sign you in?",
        "Sign you in to the site",
        ">Name<",
        ">Email address<",
        "2026-01-12",
    ] {
        assert!(ada.page().contains(words), "{words}: {}", ada.page());
    }
    // To refuse is to follow the other link; nothing is posted.
    assert!(ada.page().contains("I do not agree"));
    assert_eq!(ada.get("/miniorange-plugins/sign-in").status, 200);
    // A yes that was not said by this browser on this page is none.
    let mut forged = Visitor::of(&server);
    assert_eq!(forged.post(gate, &[("form_token", "x")]).status, 403);
    // Nor does an answer that nobody asked for sign anybody in.
    assert_eq!(forged.get(&format!("{gate}/back?state=x&code=y")).status, 403);
    assert_eq!(provider.connections(), 0, "no connection was even opened");
    assert!(!ada.cookies().contains_key(SESSION) && !forged.cookies().contains_key(SESSION));
    assert_eq!(n_subjects(&server), 0);
    assert_eq!(ada.get("/miniorange-plugins/account/prove").status, 303, "nobody is signed in");

    // Who agrees is, and only from then on is anything asked.
    ada.get(gate);
    assert_eq!(ada.submit(gate, &[]).status, 200, "{}", ada.page());
    assert_eq!(provider.requests(), ["GET /.well-known/openid-configuration"]);
    let back = provider.visit(&ada.sent_to(), "ada");
    assert_eq!(ada.get(&back).status, 303, "{}", ada.page());
    assert!(ada.cookies().contains_key(SESSION));
    assert_eq!(n_subjects(&server), 1);
    let subject = server.get("/v1/subjects").json(200)["items"][0]["id"].clone();
    let person = server.known(text(&subject));
    let consents = person.get("/consents").json(200);
    assert_eq!(consents["items"][0]["purpose"], "site_sign_in", "{consents}");
    // The consent withdrawn, what it brought is used no more.
    person.consent("withdrawn", "site_sign_in");
    person.read("site_sign_in", &["site_profile.name"]).refused("basis.consent_missing");
    // What was brought back once is not taken twice, and by nobody else.
    assert_eq!(forged.get(&back).status, 403);
    assert_eq!(ada.get(&back).status, 403);
}

#[test]
fn promise_c07_a_linked_sign_in_keeps_only_what_was_permitted_with_its_source() {
    let (server, mut provider) = start("assigntask", "google");
    // The policy lets the purpose keep these from there; what it does not cannot even be configured.
    let fields = json!({ "name": "google.google_name", "email": "google.google_email" });
    server.put_upstream("google", "authentication", &fields, &provider.place());
    for field in ["account.display_name", "account.name", "google.google_birthday"] {
        let body = json!({
            "title": "Google", "purpose": "authentication", "fields": { "birthdate": field }, "place": provider.place(),
        });
        let refused = server.send("PUT", "/v1/upstreams/google", &body, &[]);
        refused.problem(422, "upstream.field_not_permitted");
    }
    let shown = server.get("/v1/upstreams").text();
    assert!(shown.contains("candor-RS256") && !shown.contains("candor-secret-of-the-tests"), "{shown}");

    let mut ada = Visitor::of(&server);
    let gate = "/assigntask/sign-in/with/google";
    ada.get(gate);
    assert_eq!(ada.submit(gate, &[("old_enough", "no")]).status, 422, "{}", ada.page());
    assert_eq!(provider.connections(), 0);
    ada.get(gate);
    assert_eq!(ada.submit(gate, &[("old_enough", "yes")]).status, 200, "{}", ada.page());
    let asked = ada.sent_to();
    assert!(asked.contains("scope=openid+email+profile&") && asked.contains("code_challenge_method=S256"), "{asked}");
    let back = provider.visit(&asked, "ada");
    assert_eq!(ada.get(&back).status, 303, "{}", ada.page());

    let subject = server.get("/v1/subjects").json(200)["items"][0]["id"].clone();
    let person = server.known(text(&subject));
    let answer = person.read("service", &["google.google_name", "google.google_email"]).json(200);
    for (field, value) in [("google_name", "Ada Lovelace"), ("google_email", "ada@site.example")] {
        let kept = &answer["records"][0]["values"][field];
        assert_eq!((&kept["value"], &kept["source"]), (&json!(value), &json!("linked:google")), "{answer}");
    }
    let everything = exported(&person.post("/export?kind=access", &json!({})).archive());
    let names: Vec<&str> = everything.keys().map(String::as_str).collect();
    assert_eq!(names, ["google.google_email", "google.google_name"], "and whatever else was said was dropped");
    for dropped in ["planted-ada", "1815-12-10", "planted.png"] {
        assert_eq!(server.files_with(dropped), [""; 0], "{dropped}");
    }
}
