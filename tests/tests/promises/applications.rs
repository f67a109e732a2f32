//! Applications of other parties: signed in with, installed, uninstalled.

use candor_tests::{Peer, Server, UpstreamProvider, Visitor, text};
use serde_json::json;

use crate::world::{BACK, CHALLENGE, PASSWORD, VERIFIER, led_to, post_to, query, said};

/// The hash of [`PASSWORD`].
const BCRYPT: &str = "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS";

/// Over the vendor's own policy: whoever has an account with the organisation's provider (we are its relying party) signs in to the
/// portal (we are its provider), without a password or a seat here, and what passes through stays nowhere.
#[test]
fn promise_b31_customers_sign_in_to_the_portal_without_being_staff_and_it_is_audited() {
    let server = Server::start("miniorange-cloud");
    let base = format!("http://{}", server.address());
    let back = format!("{base}/miniorange-cloud/sign-in/with/provider/back");
    let people = json!({ "ada": { "email": "ada@customer.example", "email_verified": true, "name": "Ada Lovelace" } });
    let mut provider = UpstreamProvider::start(&back, &people);
    let fields = json!({ "email": "oauth_session.email", "name": "oauth_session.name" });
    server.put_upstream("provider", "oauth_sign_in", &fields, &provider.place());
    let metadata = json!({ "client_name": "Customer portal", "redirect_uris": [BACK] });
    let made = server.post("/v1/clients", &json!({ "recipient": "portal", "metadata": metadata })).json(201);
    let (id, secret) = (text(&made["client_id"]), text(&made["client_secret"]));
    let issuer = format!("{base}/miniorange-cloud");
    let mut portal = Peer::node("relying_party.mjs", &[&issuer, id, secret, "client_secret_basic"]);
    let begun = portal.ask(json!({ "act": "begin", "redirect": BACK, "scope": "openid oauth_sign_in" })).unwrap();

    // The portal sends the customer here, and from here to their own provider once they agreed.
    let mut customer = Visitor::of(&server);
    customer.follow(text(&begun).strip_prefix(&base).unwrap());
    assert!(!customer.page().contains("type=\"password\""), "nobody has a password here: {}", customer.page());
    let (_, rest) = customer.page().split_once("href=\"/miniorange-cloud/sign-in/with/provider").expect("the provider");
    let gate =
        format!("/miniorange-cloud/sign-in/with/provider{}", rest.split('"').next().unwrap().replace("&amp;", "&"));
    customer.get(&gate);
    let then = customer.hidden("then").expect("back to the portal's request");
    assert_eq!(provider.connections(), 0, "nothing is asked of anybody before they agree");
    assert_eq!(customer.submit("/miniorange-cloud/sign-in/with/provider", &[("then", &then)]).status, 200);
    let came = provider.visit(&customer.sent_to(), "ada");
    let reply = customer.get(&came);
    assert_eq!(reply.status, 303, "{}", customer.page());
    let consent = reply.header("location").unwrap().to_owned();
    customer.get(&consent);
    assert!(customer.page().contains("Customer portal"), "{}", customer.page());
    let request = customer.hidden("request").expect("they are asked");
    let reply = customer.submit("/miniorange-cloud/consent", &[("request", &request), ("answer", "go_on")]);
    let back = led_to(&reply).unwrap_or_else(|| panic!("{}", customer.page()));
    let tokens = portal.ask(json!({ "act": "finish", "url": back })).unwrap();
    let sub = tokens["claims"]["sub"].clone();
    let told = portal.ask(json!({ "act": "userinfo", "token": tokens["access_token"], "sub": sub })).unwrap();
    assert_eq!((&told["name"], &told["email"]), (&json!("Ada Lovelace"), &json!("ada@customer.example")));

    // The customer has no seat: neither the API nor the console is theirs.
    let api = server.with_key(text(&tokens["access_token"]));
    assert_eq!(api.get("/v1/subjects").status, 401);
    assert_ne!(customer.get("/miniorange-cloud/console").status, 200);
    // The administrator sees the sign-in and what the portal was told of it.
    let subjects = server.get("/v1/subjects").json(200);
    let ada = server.known(text(&subjects["items"][0]["id"]));
    let kinds: Vec<_> = ada.accesses().iter().map(|entry| entry["kind"].clone()).collect();
    for kind in ["sign_in", "grant_changed", "disclosure"] {
        assert!(kinds.contains(&json!(kind)), "{kinds:?}");
    }
    assert_eq!(ada.newest("disclosure")["recipient"], "portal");
    // What passed through is on no disk.
    for passed in ["ada@customer.example", "Ada Lovelace"] {
        assert_eq!(server.files_with(passed), [""; 0], "{passed}");
    }
}

#[test]
fn promise_c14_an_app_gets_what_it_was_installed_for_and_uninstalling_it_ends_that_at_once() {
    let server = Server::start("assigntask");
    let slug = server.slug().to_owned();
    let values = json!({ "email": "ada@people.example", "name": "Ada", "password": BCRYPT });
    let ada = server.person(&[("account", values)]);
    let metadata = json!({
        "client_name": "Board",
        "redirect_uris": [BACK],
        "token_endpoint_auth_method": "client_secret_post",
    });
    let installed = server.post("/v1/clients", &json!({ "recipient": "app", "metadata": metadata })).json(201);
    let (id, secret) = (text(&installed["client_id"]).to_owned(), text(&installed["client_secret"]).to_owned());
    assert_eq!(installed["purposes"], json!(["apps"]));

    let mut browser = Visitor::of(&server);
    browser.get(&format!("/{slug}/sign-in"));
    let fields = [("identifier", "ada@people.example"), ("password", PASSWORD)];
    assert_eq!(browser.submit(&format!("/{slug}/sign-in"), &fields).status, 303, "{}", browser.page());
    let asked = [
        ("response_type", "code"),
        ("client_id", id.as_str()),
        ("redirect_uri", BACK),
        ("scope", "openid offline_access apps"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    // Nothing goes to the app before the person says so.
    browser.follow(&format!("/{slug}/authorize?{}", query(&asked)));
    let request = browser.hidden("request").expect("the person is asked");
    let yes = [("request", request.as_str()), ("answer", "go_on"), ("consent.apps", "yes")];
    let reply = browser.submit(&format!("/{slug}/consent"), &yes);
    let code = said(&led_to(&reply).expect("back to the app"), "code").expect("a code");
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
        ("client_id", &id),
        ("client_secret", &secret),
    ];
    let tokens = post_to(&server, &format!("/{slug}/token"), &exchange, &[]).json(200);
    let bearer = format!("Bearer {}", text(&tokens["access_token"]));
    let look =
        || server.anonymous().send_bytes("GET", &format!("/{slug}/userinfo"), b"", &[("authorization", &bearer)]);
    let told = look().json(200);
    assert_eq!((&told["email"], &told["name"]), (&json!("ada@people.example"), &json!("Ada")));
    assert_eq!(told.as_object().unwrap().keys().filter(|name| name.starts_with("google")).count(), 0, "and no more");
    assert_eq!(ada.newest("disclosure")["recipient"], "app");

    // Another client looks on.
    let metadata =
        json!({ "client_name": "Other", "redirect_uris": [BACK], "token_endpoint_auth_method": "client_secret_post" });
    let other = server.post("/v1/clients", &json!({ "recipient": "app", "metadata": metadata })).json(201);
    let active = || {
        let fields = [
            ("client_id", text(&other["client_id"])),
            ("client_secret", text(&other["client_secret"])),
            ("token", text(&tokens["access_token"])),
        ];
        post_to(&server, &format!("/{slug}/introspect"), &fields, &[]).json(200)["active"].clone()
    };
    assert_eq!(active(), true);
    assert_eq!(server.send("DELETE", &format!("/v1/clients/{id}"), &json!({}), &[]).status, 204);
    assert_eq!(active(), false);
    assert_eq!(look().status, 401);
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&tokens["refresh_token"])),
        ("client_id", &id),
        ("client_secret", &secret),
    ];
    assert_eq!(post_to(&server, &format!("/{slug}/token"), &refresh, &[]).status, 401, "the client is no more");
}
