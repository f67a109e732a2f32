//! A device is let in by somebody at a page that asks what the consent page asks, purpose by purpose.

use candor_tests::{Reply, Visitor, text};
use serde_json::{Value, json};

use crate::world::{App, SLUG, World, world};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const PAGE: &str = "/clients/device";
const QUESTION: &str = "May the calendar send you tips to your telephone?";

fn television(world: &World) -> App {
    world.app(json!({ "grant_types": [GRANT, "refresh_token"], "token_endpoint_auth_method": "client_secret_post" }))
}

/// A device begins: its own code and the one to be typed.
fn begin(world: &World, app: &App, scope: &str) -> (String, String) {
    let fields = [("client_id", app.id.as_str()), ("client_secret", &app.secret), ("scope", scope)];
    let begun = world.post("device_authorization", &fields, &[]).json(200);
    (text(&begun["device_code"]).to_owned(), text(&begun["user_code"]).to_owned())
}

fn poll(world: &World, app: &App, code: &str) -> Reply {
    world.token(&[("grant_type", GRANT), ("device_code", code), ("client_id", &app.id), ("client_secret", &app.secret)])
}

/// Types a code; the page that asks.
#[track_caller]
fn typed(browser: &mut Visitor, code: &str) {
    browser.get(PAGE);
    assert_eq!(browser.submit(PAGE, &[("user_code", code)]).status, 200, "{}", browser.page());
}

fn answered(browser: &mut Visitor, code: &str, answers: &[(&str, &str)]) -> Reply {
    let fields: Vec<_> = [("user_code", code)].iter().chain(answers).copied().collect();
    browser.submit(PAGE, &fields)
}

fn refused(reply: &Reply) -> Value {
    reply.json(400)["error"].clone()
}

#[test]
fn the_page_shows_which_application_asks_for_what_and_asks_each_consent_by_itself() {
    let world = world();
    let app = television(&world);
    let (device, code) = begin(&world, &app, "openid profile tips");
    assert_eq!(refused(&poll(&world, &app, &device)), "authorization_pending");
    let mut browser = world.browser();
    typed(&mut browser, &code.to_lowercase().replace('-', " "));
    // The application, the code to compare, the consent's exact text unanswered, and what is shared without one.
    for shown in ["Calendar", code.as_str(), QUESTION, "Email address", "Company", "Telephone number"] {
        assert!(browser.page().contains(shown), "{shown}: {}", browser.page());
    }
    assert!(!browser.page().contains(" checked"), "nothing is chosen beforehand: {}", browser.page());
    let answers = [("answer", "yes"), ("consent.tips", "no"), ("consent.profile", "yes")];
    assert_eq!(answered(&mut browser, &code, &answers).status, 200, "{}", browser.page());
    assert_eq!(world.ada.newest("consent_refused")["purpose"], "tips");
    let tokens = poll(&world, &app, &device).json(200);
    assert_eq!(tokens["scope"], "openid profile", "without what was refused");
    let told = world.userinfo(text(&tokens["access_token"])).json(200);
    assert_eq!((&told["name"], told.get("phone_number")), (&json!("Ada"), None));
    assert_eq!(refused(&poll(&world, &app, &device)), "expired_token", "once");
}

#[test]
fn a_yes_is_a_consent_that_can_be_withdrawn_and_ends_the_device() {
    let world = world();
    let app = television(&world);
    let (device, code) = begin(&world, &app, "openid tips");
    let mut browser = world.browser();
    typed(&mut browser, &code);
    answered(&mut browser, &code, &[("answer", "yes"), ("consent.tips", "yes")]);
    assert_eq!(world.ada.newest("consent_given")["purpose"], "tips");
    let tokens = poll(&world, &app, &device).json(200);
    let told = || world.userinfo(text(&tokens["access_token"]));
    assert_eq!(told().json(200)["phone_number"], "+49 30 1");
    world.ada.consent("withdrawn", "tips");
    assert_eq!(told().status, 401);
    assert_eq!(refused(&world.refresh(&app, text(&tokens["refresh_token"]))), "invalid_grant");
}

#[test]
fn whoever_refuses_keeps_the_device_out() {
    let world = world();
    let app = television(&world);
    // To the whole, to the only purpose, and without an answer to it.
    for (scope, answers) in [
        ("openid profile", vec![("answer", "no")]),
        ("openid tips", vec![("answer", "yes"), ("consent.tips", "no")]),
        ("openid tips", vec![("answer", "yes")]),
    ] {
        let (device, code) = begin(&world, &app, scope);
        let mut browser = world.browser();
        typed(&mut browser, &code);
        assert_eq!(answered(&mut browser, &code, &answers).status, 200);
        assert!(browser.page().contains("The device stays out"), "{answers:?}: {}", browser.page());
        assert_eq!(refused(&poll(&world, &app, &device)), "access_denied", "{answers:?}");
        browser.get(PAGE);
        assert_eq!(answered(&mut browser, &code, &[("answer", "yes")]).status, 422, "a no is final");
    }
}

#[test]
fn nobody_lets_a_device_in_by_a_link_or_without_being_signed_in() {
    let world = world();
    let app = television(&world);
    let (device, code) = begin(&world, &app, "openid profile");
    let mut browser = world.browser();
    let linked = format!("{PAGE}?user_code={code}&answer=yes");
    assert_eq!(browser.get(&linked).status, 200);
    assert!(browser.page().contains(&code) && !browser.page().contains("Calendar"), "{}", browser.page());
    assert_eq!(refused(&poll(&world, &app, &device)), "authorization_pending");
    // Without the form's own token, and by nobody.
    assert_eq!(browser.post(PAGE, &[("user_code", &code), ("answer", "yes")]).status, 403);
    let mut nobody = Visitor::of(&world.server);
    assert_eq!(nobody.get(&linked).status, 303);
    let to = nobody.follow(&linked);
    assert!(to.text().contains(&format!("/{SLUG}/sign-in")), "{}", to.text());
}
