//! Real libraries complete every flow: openid-client (over oauth4webapi), Authlib.

use candor_tests::{Peer, Visitor, text};
use serde_json::{Value, json};

use crate::world::{App, BACK, SLUG, World, agree, led_to, world};

fn openid_client(world: &World, app: &App, method: &str) -> Peer {
    Peer::node("relying_party.mjs", &[&world.issuer(), &app.id, &app.secret, method])
}

/// The path below the server of an address that a library made.
fn path<'a>(world: &World, url: &'a str) -> &'a str {
    url.strip_prefix(&world.base()).expect("an address of the server")
}

/// Takes the person through what a library began; the tokens.
#[track_caller]
fn signed_in(world: &World, browser: &mut Visitor, peer: &mut Peer, begin: Value) -> Value {
    let bound = begin["bound"].clone();
    let begun = peer.ask(begin).unwrap();
    let back = agree(browser, path(world, text(&begun)), true);
    assert!(back.starts_with(BACK), "{back}");
    peer.ask(json!({ "act": "finish", "url": back, "bound": bound })).unwrap()
}

#[test]
fn openid_client_signs_in_refreshes_revokes_and_signs_out() {
    let world = world();
    let app = world.app(json!({
        "redirect_uris": [BACK],
        "post_logout_redirect_uris": ["https://calendar.example/left"],
        "grant_types": ["authorization_code", "refresh_token"],
    }));
    let mut peer = openid_client(&world, &app, "client_secret_basic");
    let mut browser = world.browser();
    let begin = json!({ "act": "begin", "redirect": BACK, "scope": "openid profile" });
    let tokens = signed_in(&world, &mut browser, &mut peer, begin);
    let sub = tokens["claims"]["sub"].clone();
    let told = peer.ask(json!({ "act": "userinfo", "token": tokens["access_token"], "sub": sub })).unwrap();
    assert_eq!((&told["name"], &told["email"]), (&json!("Ada"), &json!("ada@example.org")));
    let fresh = peer.ask(json!({ "act": "refresh", "token": tokens["refresh_token"] })).unwrap();
    assert_ne!(fresh["refresh_token"], tokens["refresh_token"], "refresh tokens rotate");
    let active = peer.ask(json!({ "act": "introspect", "token": fresh["access_token"] })).unwrap();
    assert_eq!(active["active"], true);
    let leave = json!({ "act": "leave", "hint": tokens["id_token"], "to": "https://calendar.example/left" });
    let leave = peer.ask(leave).unwrap();
    let reply = browser.follow(path(&world, text(&leave)));
    assert_eq!(led_to(&reply).as_deref(), Some("https://calendar.example/left?state=left"), "{}", browser.page());
    assert_eq!(browser.get(&format!("/{SLUG}/account/prove")).status, 303, "signed out");
    let active = peer.ask(json!({ "act": "introspect", "token": fresh["access_token"] })).unwrap();
    assert_eq!(active["active"], false, "with the session its tokens ended");
}

#[test]
fn openid_client_pushes_its_request_and_binds_its_tokens_to_a_key() {
    let world = world();
    let app = world.app(json!({
        "redirect_uris": [BACK],
        "token_endpoint_auth_method": "client_secret_post",
        "require_pushed_authorization_requests": true,
        "dpop_bound_access_tokens": true,
        "id_token_signed_response_alg": "ES256",
    }));
    let mut peer = openid_client(&world, &app, "client_secret_post");
    let mut browser = world.browser();
    let begin = json!({ "act": "begin", "redirect": BACK, "scope": "openid profile", "par": true, "bound": true });
    let tokens = signed_in(&world, &mut browser, &mut peer, begin);
    assert_eq!(tokens["token_type"].as_str().unwrap().to_lowercase(), "dpop");
    let sub = tokens["claims"]["sub"].clone();
    let ask = json!({ "act": "userinfo", "token": tokens["access_token"], "sub": sub, "bound": true });
    assert_eq!(peer.ask(ask).unwrap()["name"], "Ada");
    assert_eq!(world.userinfo(text(&tokens["access_token"])).status, 401, "it is no bearer token");
    let fresh = json!({ "act": "refresh", "token": tokens["refresh_token"], "bound": true });
    let fresh = peer.ask(fresh).unwrap();
    let refused = peer.ask(json!({ "act": "refresh", "token": fresh["refresh_token"] })).unwrap_err();
    assert!(refused.contains("invalid_dpop_proof"), "without the key: {refused}");
    let unpushed = json!({ "act": "begin", "redirect": BACK, "scope": "openid" });
    let unpushed = peer.ask(unpushed).unwrap();
    let reply = browser.get(path(&world, text(&unpushed)));
    assert!(reply.header("location").unwrap().contains("error=invalid_request"), "requests must be pushed");
}

#[test]
fn openid_client_lets_a_device_in_and_gets_a_token_of_its_own() {
    let world = world();
    let grants = json!(["client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]);
    let app = world.app(json!({ "grant_types": grants, "id_token_signed_response_alg": "RS256" }));
    let mut peer = openid_client(&world, &app, "client_secret_basic");
    let own = peer.ask(json!({ "act": "own", "scope": "profile" })).unwrap();
    assert_eq!(own["scope"], "profile");
    let active = peer.ask(json!({ "act": "introspect", "token": own["access_token"] })).unwrap();
    assert_eq!((&active["active"], &active["sub"]), (&json!(true), &json!(app.id)));
    assert_eq!(world.userinfo(text(&own["access_token"])).status, 403, "it is about nobody");

    let begun = peer.ask(json!({ "act": "device", "scope": "openid profile" })).unwrap();
    let mut browser = world.browser();
    let device = format!("/{SLUG}/device");
    browser.get(path(&world, text(&begun["verification_uri_complete"])));
    assert!(browser.page().contains(text(&begun["user_code"])), "{}", browser.page());
    let code = text(&begun["user_code"]).to_lowercase();
    assert_eq!(browser.submit(&device, &[("user_code", "BBBB-BBBB")]).status, 422);
    assert_eq!(browser.submit(&device, &[("user_code", &code)]).status, 200, "{}", browser.page());
    assert!(browser.page().contains("Calendar"), "{}", browser.page());
    assert_eq!(browser.submit(&device, &[("user_code", &code), ("answer", "yes")]).status, 200, "{}", browser.page());
    let tokens = peer.ask(json!({ "act": "poll" })).unwrap();
    let sub = tokens["claims"]["sub"].clone();
    let told = peer.ask(json!({ "act": "userinfo", "token": tokens["access_token"], "sub": sub })).unwrap();
    assert_eq!(told["name"], "Ada");
    peer.ask(json!({ "act": "revoke", "token": tokens["refresh_token"] })).unwrap();
    assert_eq!(world.userinfo(text(&tokens["access_token"])).status, 401);
}

#[test]
fn openid_client_proves_itself_by_a_signature() {
    let world = world();
    let keys =
        Peer::node("relying_party.mjs", &[&world.issuer(), "none", "", "none"]).ask(json!({ "act": "keys" })).unwrap();
    let mut app = world.app(json!({
        "redirect_uris": [BACK],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": { "keys": [keys["public"]] },
    }));
    app.secret = keys["private"].to_string();
    let mut peer = openid_client(&world, &app, "private_key_jwt");
    let begin = json!({ "act": "begin", "redirect": BACK, "scope": "openid profile" });
    let tokens = signed_in(&world, &mut world.browser(), &mut peer, begin);
    assert_eq!(tokens["claims"]["aud"], json!(app.id));
}

#[test]
fn openid_client_registers_on_an_invitation_once() {
    let world = world();
    let invited = world.server.post("/v1/client-invitations", &json!({ "recipient": "calendar" })).json(201);
    let mut peer = Peer::node("relying_party.mjs", &[&world.issuer(), "none", "", "none"]);
    let metadata = json!({ "client_name": "Calendar", "redirect_uris": [BACK] });
    let register = json!({ "act": "register", "token": invited["initial_access_token"], "metadata": metadata });
    let made = peer.ask(register.clone()).unwrap();
    let app = App { id: text(&made["client_id"]).to_owned(), secret: text(&made["client_secret"]).to_owned() };
    let mut own = openid_client(&world, &app, "client_secret_basic");
    let begin = json!({ "act": "begin", "redirect": BACK, "scope": "openid profile" });
    signed_in(&world, &mut world.browser(), &mut own, begin);
    let again = peer.ask(register).unwrap_err();
    assert!(again.contains("WWW_AUTHENTICATE"), "it is used up: {again}");
}

#[test]
fn authlib_takes_every_step_of_the_code_flow() {
    let world = world();
    let grants = json!(["authorization_code", "refresh_token", "client_credentials"]);
    let app =
        world.app(json!({ "redirect_uris": [BACK], "grant_types": grants, "id_token_signed_response_alg": "RS256" }));
    let mut peer = Peer::python("relying_party.py", &[&world.issuer(), &app.id, &app.secret]);
    let begin = json!({ "act": "begin", "redirect": BACK, "scope": "openid profile tips" });
    let begun = peer.ask(begin).unwrap();
    let back = agree(&mut world.browser(), path(&world, text(&begun)), true);
    let tokens = peer.ask(json!({ "act": "finish", "url": back })).unwrap();
    let told = peer.ask(json!({ "act": "userinfo" })).unwrap();
    assert_eq!((&told["sub"], &told["phone_number"]), (&tokens["claims"]["sub"], &json!("+49 30 1")));
    let fresh = peer.ask(json!({ "act": "refresh" })).unwrap();
    assert_ne!(fresh["access_token"], tokens["access_token"]);
    let active = json!({ "act": "introspect", "token": fresh["access_token"] });
    assert_eq!(peer.ask(active.clone()).unwrap()["active"], true);
    assert_eq!(peer.ask(json!({ "act": "revoke", "token": fresh["refresh_token"] })).unwrap(), 200);
    assert_eq!(peer.ask(active).unwrap()["active"], false);
    let own = peer.ask(json!({ "act": "own", "scope": "profile" })).unwrap();
    assert_eq!(own["token_type"], "Bearer");
}
