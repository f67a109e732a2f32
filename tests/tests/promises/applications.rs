//! Applications of other parties: signed in with, installed, uninstalled.

use candor_tests::{Peer, Server, Visitor, text};
use serde_json::json;

use crate::world::{App, BACK, CHALLENGE, PASSWORD, VERIFIER, agree, led_to, post_to, query, said};

/// The hash of [`PASSWORD`].
const BCRYPT: &str = "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS";

/// The vendor's own policy lets people in through other providers only; the provider's part is shown where there are
/// passwords too.
#[test]
fn promise_b31_customers_sign_in_to_the_portal_without_being_staff_and_it_is_audited() {
    let world = crate::world::world();
    let metadata = json!({ "client_name": "Customer portal", "redirect_uris": [BACK] });
    let made = world.server.post("/v1/clients", &json!({ "recipient": "portal", "metadata": metadata })).json(201);
    let app = App { id: text(&made["client_id"]).to_owned(), secret: text(&made["client_secret"]).to_owned() };
    let mut portal = Peer::node("relying_party.mjs", &[&world.issuer(), &app.id, &app.secret, "client_secret_basic"]);
    let begun = portal.ask(json!({ "act": "begin", "redirect": BACK, "scope": "openid support" })).unwrap();
    let mut browser = world.browser();
    let back = agree(&mut browser, text(&begun).strip_prefix(&world.base()).unwrap(), true);
    let tokens = portal.ask(json!({ "act": "finish", "url": back })).unwrap();
    let sub = tokens["claims"]["sub"].clone();
    let told = portal.ask(json!({ "act": "userinfo", "token": tokens["access_token"], "sub": sub })).unwrap();
    assert_eq!((&told["name"], &told["email"]), (&json!("Ada"), &json!("ada@example.org")));
    assert_eq!(told.get("phone_number"), None, "the portal gets what support shares");
    // The customer reaches nothing of the staff's, and the administrator sees the sign-in.
    let api = world.server.with_key(text(&tokens["access_token"]));
    assert_eq!(api.get("/v1/subjects").status, 401);
    let kinds: Vec<_> = world.ada.accesses().iter().map(|entry| entry["kind"].clone()).collect();
    for kind in ["sign_in", "grant_changed", "disclosure"] {
        assert!(kinds.contains(&json!(kind)), "{kinds:?}");
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
