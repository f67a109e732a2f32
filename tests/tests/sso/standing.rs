//! What a token is worth: asked anew at each use.

use candor_tests::{Visitor, text};
use serde_json::json;

use crate::world::{App, World, agree, authorize, claims, said, world};

fn both_refuse(world: &World, app: &App, tokens: &serde_json::Value) {
    let access = text(&tokens["access_token"]);
    assert_eq!(world.introspect(app, access), json!({ "active": false }));
    let reply = world.userinfo(access);
    assert_eq!(reply.status, 401, "{}", reply.text());
    assert!(reply.header("www-authenticate").unwrap().contains("invalid_token"));
    let refreshed = world.refresh(app, text(&tokens["refresh_token"])).json(400);
    assert_eq!(refreshed["error"], "invalid_grant");
}

#[test]
fn an_application_signs_somebody_in_and_gets_what_the_purpose_shares_and_no_more() {
    let world = world();
    let app = world.calendar();
    let mut browser = world.browser();
    let tokens = world.tokens(&mut browser, &app, "openid profile");
    assert_eq!((&tokens["token_type"], &tokens["scope"]), (&json!("Bearer"), &json!("openid profile")));
    let id = claims(text(&tokens["id_token"]));
    assert_eq!((&id["iss"], &id["aud"]), (&json!(world.issuer()), &json!(app.id)));
    assert_eq!((&id["nonce"], &id["amr"]), (&json!("the-nonce"), &json!(["pwd"])));
    assert!(id.get("email").is_none() && id.get("name").is_none(), "no field in a token: {id}");
    let access = claims(text(&tokens["access_token"]));
    assert_eq!(access["purpose"], json!(["profile"]), "the purpose is in the token");
    assert_eq!(access["sub"], id["sub"]);
    assert!(!world.ada.id.contains(text(&id["sub"])), "nobody learns the inner id");
    let told = world.userinfo(text(&tokens["access_token"])).json(200);
    let expected = json!({
        "sub": id["sub"], "email": "ada@example.org", "email_verified": false, "name": "Ada", "account.company": "Acme",
    });
    assert_eq!(told, expected);
    let disclosed = world.ada.newest("disclosure");
    assert_eq!((&disclosed["recipient"], &disclosed["purpose"]), (&json!("calendar"), &json!("profile")));
    assert_eq!(world.ada.newest("grant_changed")["kind"], "grant_changed");
    let introspected = world.introspect(&app, text(&tokens["access_token"]));
    assert_eq!((&introspected["active"], &introspected["purpose"]), (&json!(true), &json!(["profile"])));
}

#[test]
fn a_consent_is_asked_with_its_text_and_a_no_is_a_no() {
    let world = world();
    let app = world.calendar();
    let mut browser = world.browser();
    let asked = authorize(&app, &[("scope", "openid tips")]);
    assert_eq!(browser.follow(&asked).status, 200);
    assert!(browser.page().contains("May the calendar send you tips to your telephone?"), "{}", browser.page());
    let back = agree(&mut browser, &asked, false);
    assert_eq!(said(&back, "error").as_deref(), Some("access_denied"), "{back}");
    assert_eq!(said(&back, "state").as_deref(), Some("the-state"));
    // What needs no consent goes on without it.
    let tokens = {
        let back = agree(&mut browser, &authorize(&app, &[("scope", "openid profile tips")]), false);
        world.exchange(&app, &said(&back, "code").unwrap()).json(200)
    };
    assert_eq!(tokens["scope"], "openid profile");
    let tokens = world.tokens(&mut browser, &app, "openid tips");
    let told = world.userinfo(text(&tokens["access_token"])).json(200);
    assert_eq!(told["phone_number"], "+49 30 1");
    assert_eq!(told.get("email"), None, "tips share the telephone number alone");
    assert_eq!(world.ada.newest("consent_given")["purpose"], "tips");
    // And is not asked again.
    let reply = browser.follow(&asked);
    assert!(reply.header("refresh").is_some(), "{}", browser.page());
}

#[test]
fn a_withdrawn_consent_ends_its_tokens_at_once() {
    let world = world();
    let app = world.calendar();
    let mut browser = world.browser();
    let tips = world.tokens(&mut browser, &app, "openid tips offline_access");
    let profile = world.tokens(&mut browser, &app, "openid profile");
    assert_eq!(world.introspect(&app, text(&tips["access_token"]))["active"], true);
    world.ada.consent("withdrawn", "tips");
    both_refuse(&world, &app, &tips);
    assert_eq!(world.introspect(&app, text(&profile["access_token"]))["active"], true, "the other goes on");
    // Agreeing again makes new tokens; the old ones stay dead.
    world.ada.consent("given", "tips");
    both_refuse(&world, &app, &tips);
}

#[test]
fn erasing_a_person_ends_their_tokens() {
    let world = world();
    let app = world.calendar();
    let tokens = world.tokens(&mut world.browser(), &app, "openid profile offline_access");
    assert_eq!(world.ada.post("/erase", &json!({})).status, 200);
    both_refuse(&world, &app, &tokens);
}

#[test]
fn signing_out_ends_what_was_bound_to_the_session() {
    let world = world();
    let app = world.calendar();
    let mut browser = world.browser();
    let bound = world.tokens(&mut browser, &app, "openid profile");
    let offline = world.tokens(&mut browser, &app, "openid profile offline_access");
    browser.get("/clients/account/prove");
    assert_eq!(browser.submit("/clients/sign-out", &[]).status, 303);
    both_refuse(&world, &app, &bound);
    assert_eq!(world.introspect(&app, text(&offline["access_token"]))["active"], true);
    let revoked =
        [("client_id", app.id.as_str()), ("client_secret", &app.secret), ("token", text(&offline["refresh_token"]))];
    assert_eq!(world.post("revoke", &revoked, &[]).status, 200);
    both_refuse(&world, &app, &offline);
}

#[test]
fn nobody_signed_in_comes_back_after_signing_in() {
    let world = world();
    let app = world.calendar();
    let mut browser = Visitor::of(&world.server);
    let asked = authorize(&app, &[]);
    browser.follow(&asked);
    let then = browser.hidden("then").expect("the sign-in page");
    let fields = [("identifier", crate::world::EMAIL), ("password", crate::world::PASSWORD), ("then", then.as_str())];
    assert_eq!(browser.submit("/clients/sign-in", &fields).status, 303);
    let back = agree(&mut browser, &then, true);
    assert!(said(&back, "code").is_some(), "{back}");
    // Without a page nobody is asked.
    let back = agree(&mut Visitor::of(&world.server), &authorize(&app, &[("prompt", "none")]), true);
    assert_eq!(said(&back, "error").as_deref(), Some("login_required"));
    let back = agree(&mut browser, &authorize(&app, &[("prompt", "none"), ("scope", "openid tips")]), true);
    assert_eq!(said(&back, "error").as_deref(), Some("consent_required"));
    let back = agree(&mut browser, &authorize(&app, &[("prompt", "none")]), true);
    assert!(said(&back, "code").is_some(), "{back}");
    // Who is to prove anew who they are does.
    let reply = browser.get(&authorize(&app, &[("prompt", "login")]));
    let consent = reply.header("location").unwrap().to_owned();
    let reply = browser.get(&consent);
    assert!(reply.header("location").unwrap().starts_with("/clients/account/prove"), "{:?}", reply.headers);
    let then = {
        browser.follow(&consent);
        browser.hidden("then").unwrap()
    };
    let fields = [("password", crate::world::PASSWORD), ("then", then.as_str())];
    assert_eq!(browser.submit("/clients/account/prove", &fields).status, 303);
    let back = agree(&mut browser, &then, true);
    assert!(said(&back, "code").is_some(), "{back}");
}
