//! A relying party written out of oauth4webapi's own functions completes every flow, and refuses what is not for it.

use candor_tests::{Peer, text};
use serde_json::{Value, json};

use crate::world::{App, BACK, SLUG, World, agree, led_to, world};

fn peer(world: &World, app: &App, method: &str) -> Peer {
    Peer::node("oauth4webapi.mjs", &[&world.issuer(), &app.id, &app.secret, method])
}

fn path<'a>(world: &World, url: &'a str) -> &'a str {
    url.strip_prefix(&world.base()).expect("an address of the server")
}

/// Takes the person through what the library began; where the browser comes back.
#[track_caller]
fn came_back(world: &World, peer: &mut Peer, begin: Value) -> String {
    let begun = peer.ask(begin).unwrap();
    let back = agree(&mut world.browser(), path(world, text(&begun)), true);
    assert!(back.starts_with(BACK), "{back}");
    back
}

#[test]
fn oauth4webapi_discovers_signs_in_refreshes_introspects_revokes_and_signs_out() {
    let world = world();
    for algorithm in ["EdDSA", "ES256", "RS256"] {
        let app = world.app(json!({
            "redirect_uris": [BACK],
            "post_logout_redirect_uris": ["https://calendar.example/left"],
            "id_token_signed_response_alg": algorithm,
        }));
        let mut peer = peer(&world, &app, "client_secret_basic");
        let discovered = peer.ask(json!({ "act": "discovered" })).unwrap();
        assert_eq!((&discovered["oidc"]["issuer"], &discovered["oauth2"]), (&json!(world.issuer()), &json!(200)));
        let mut browser = world.browser();
        let begun = peer.ask(json!({ "act": "begin", "redirect": BACK, "scope": "openid profile" })).unwrap();
        let back = agree(&mut browser, path(&world, text(&begun)), true);
        let tokens = peer.ask(json!({ "act": "finish", "url": back })).unwrap();
        assert_eq!(tokens["claims"]["aud"], json!(app.id));
        let (access, sub) = (&tokens["access_token"], &tokens["claims"]["sub"]);
        let told = peer.ask(json!({ "act": "userinfo", "token": access, "sub": sub })).unwrap();
        assert_eq!((&told["name"], &told["email"]), (&json!("Ada"), &json!("ada@example.org")));
        // A service that is handed the token checks it by itself.
        let accepted = peer.ask(json!({ "act": "accept", "token": access })).unwrap();
        assert_eq!((&accepted["client_id"], &accepted["purpose"]), (&json!(app.id), &json!(["profile"])));
        let fresh = peer.ask(json!({ "act": "refresh", "token": tokens["refresh_token"] })).unwrap();
        assert_ne!(fresh["refresh_token"], tokens["refresh_token"]);
        let active = json!({ "act": "introspect", "token": fresh["access_token"] });
        assert_eq!(peer.ask(active.clone()).unwrap()["active"], true);
        // Signing out at the application leads back to it.
        let leave = json!({ "act": "leave", "hint": fresh["id_token"], "to": "https://calendar.example/left" });
        let leave = peer.ask(leave).unwrap();
        let reply = browser.follow(path(&world, text(&leave)));
        assert_eq!(led_to(&reply).as_deref(), Some("https://calendar.example/left?state=left"), "{}", browser.page());
        assert_eq!(browser.get(&format!("/{SLUG}/account/prove")).status, 303, "signed out");
        assert_eq!(peer.ask(active).unwrap()["active"], false);
        // What outlives the session is revoked.
        let begin = json!({ "act": "begin", "redirect": BACK, "scope": "openid profile offline_access" });
        let back = came_back(&world, &mut peer, begin);
        let lasting = peer.ask(json!({ "act": "finish", "url": back })).unwrap();
        peer.ask(json!({ "act": "revoke", "token": lasting["refresh_token"] })).unwrap();
        let gone = peer.ask(json!({ "act": "introspect", "token": lasting["access_token"] })).unwrap();
        assert_eq!(gone["active"], false);
        let refused = peer.ask(json!({ "act": "refresh", "token": lasting["refresh_token"] })).unwrap_err();
        assert!(refused.contains("invalid_grant"), "{refused}");
    }
}

#[test]
fn oauth4webapi_pushes_its_request_and_binds_every_token_to_its_key() {
    let world = world();
    let app = world.app(json!({
        "redirect_uris": [BACK],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_method": "client_secret_post",
        "require_pushed_authorization_requests": true,
        "dpop_bound_access_tokens": true,
    }));
    let mut peer = peer(&world, &app, "client_secret_post");
    let begin = json!({ "act": "begin", "redirect": BACK, "scope": "openid profile", "push": true, "dpop": true });
    let back = came_back(&world, &mut peer, begin);
    let tokens = peer.ask(json!({ "act": "finish", "url": back, "dpop": true })).unwrap();
    assert_eq!(text(&tokens["token_type"]).to_lowercase(), "dpop");
    let (access, sub) = (&tokens["access_token"], &tokens["claims"]["sub"]);
    let told = peer.ask(json!({ "act": "userinfo", "token": access, "sub": sub, "dpop": true })).unwrap();
    assert_eq!(told["name"], "Ada");
    let accepted = peer.ask(json!({ "act": "accept", "token": access, "dpop": true })).unwrap();
    assert!(accepted["cnf"]["jkt"].is_string(), "{accepted}");
    peer.ask(json!({ "act": "accept", "token": access })).expect_err("it is no bearer token");
    let fresh = json!({ "act": "refresh", "token": tokens["refresh_token"], "dpop": true });
    let fresh = peer.ask(fresh).unwrap();
    assert_eq!(fresh["claims"]["sub"], *sub);
    let own = peer.ask(json!({ "act": "own", "scope": "profile", "dpop": true })).unwrap();
    assert_eq!(text(&own["token_type"]).to_lowercase(), "dpop");
    let refused = peer.ask(json!({ "act": "own", "scope": "profile" })).unwrap_err();
    assert!(refused.contains("invalid_dpop_proof"), "{refused}");
}

#[test]
fn oauth4webapi_lets_a_device_in_and_is_told_of_a_no() {
    let world = world();
    let grants = json!(["client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]);
    let app = world.app(json!({ "grant_types": grants, "token_endpoint_auth_method": "client_secret_post" }));
    let mut peer = peer(&world, &app, "client_secret_post");
    let own = peer.ask(json!({ "act": "own", "scope": "profile" })).unwrap();
    assert_eq!((&own["scope"], text(&own["token_type"]).to_lowercase().as_str()), (&json!("profile"), "bearer"));
    let device = format!("/{SLUG}/device");
    let mut browser = world.browser();
    for (answer, outcome) in [("yes", None), ("no", Some("access_denied"))] {
        let begun = peer.ask(json!({ "act": "device", "scope": "openid profile" })).unwrap();
        let waiting = peer.ask(json!({ "act": "poll" })).unwrap_err();
        assert!(waiting.contains("authorization_pending"), "{waiting}");
        let code = text(&begun["user_code"]);
        browser.get(&device);
        browser.submit(&device, &[("user_code", code)]);
        assert_eq!(browser.submit(&device, &[("user_code", code), ("answer", answer)]).status, 200);
        let polled = peer.ask(json!({ "act": "poll" }));
        match outcome {
            None => assert_eq!(polled.unwrap()["claims"]["aud"], json!(app.id)),
            Some(code) => assert!(polled.unwrap_err().contains(code)),
        }
    }
}

#[test]
fn oauth4webapi_takes_no_answer_that_is_anothers() {
    let world = world();
    let app = world.app(json!({ "redirect_uris": [BACK], "token_endpoint_auth_method": "none" }));
    let mut peer = peer(&world, &app, "none");
    let begin = || json!({ "act": "begin", "redirect": BACK, "scope": "openid profile" });
    // An answer that says it comes from another issuer, or belongs to another request of the same browser.
    let back = came_back(&world, &mut peer, begin());
    let mixed = back.replace("iss=http", "iss=https");
    assert_ne!(mixed, back, "the answer says who answers");
    peer.ask(json!({ "act": "finish", "url": mixed })).expect_err("another issuer");
    let other = back.replace("state=", "state=x");
    peer.ask(json!({ "act": "finish", "url": other })).expect_err("another state");
    let refused = peer.ask(json!({ "act": "finish", "url": back, "verifier": "x".repeat(43) })).unwrap_err();
    assert!(refused.contains("invalid_grant"), "another verifier: {refused}");
    let refused = peer.ask(json!({ "act": "finish", "url": back, "nonce": "another" })).unwrap_err();
    assert!(refused.contains("nonce"), "another nonce: {refused}");
}
