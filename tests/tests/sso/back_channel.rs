//! An application that wants to be told hears whenever somebody's way into it is over, by tokens that a library verifies.

use std::time::{Duration, Instant};

use candor_tests::{Peer, Visitor, text};
use serde_json::{Value, json};

use crate::world::{App, BACK, SLUG, World, claims, world};

/// How long is waited for what has to come; many times the waits before the last try.
const WAIT: Duration = Duration::from_secs(120);

/// An application of the calendar that listens.
struct Told {
    peer: Peer,
    app: App,
}

impl Told {
    fn start(world: &World, algorithm: &str) -> Self {
        let mut peer = Peer::node("application.mjs", &[]);
        let app = world.app(json!({
            "redirect_uris": [BACK],
            "token_endpoint_auth_method": "client_secret_post",
            "backchannel_logout_uri": peer.ready()["url"],
            "id_token_signed_response_alg": algorithm,
        }));
        peer.ask(json!({ "act": "expect", "issuer": world.issuer(), "client": app.id })).unwrap();
        Self { peer, app }
    }

    fn heard(&mut self) -> Vec<Value> {
        self.peer.ask(json!({ "act": "heard" })).unwrap().as_array().unwrap().clone()
    }

    /// What came, once so much did.
    #[track_caller]
    fn wait_for(&mut self, n: usize) -> Vec<Value> {
        let began_at = Instant::now();
        loop {
            let heard = self.heard();
            if heard.len() >= n {
                return heard;
            }
            assert!(began_at.elapsed() < WAIT, "{} of {n} came: {heard:?}", heard.len());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The one that came last is a fine logout token for these tokens' person and session.
    #[track_caller]
    fn was_told(&mut self, n: usize, tokens: &Value) {
        let heard = self.wait_for(n);
        assert_eq!(heard.len(), n, "{heard:?}");
        let told = &heard[n - 1];
        let id = claims(text(&tokens["id_token"]));
        assert_eq!(told["error"], Value::Null, "the library takes it: {told}");
        assert_eq!((&told["claims"]["sub"], &told["claims"]["sid"]), (&id["sub"], &id["sid"]), "{told}");
        assert_eq!((&told["method"], &told["kind"]), (&json!("POST"), &json!("application/x-www-form-urlencoded")));
    }
}

fn is_active(world: &World, app: &App, tokens: &Value) -> bool {
    world.introspect(app, text(&tokens["access_token"]))["active"] == true
}

#[test]
fn an_application_is_told_that_somebody_signed_out_in_each_of_the_ways() {
    let world = world();
    let mut told = Told::start(&world, "EdDSA");
    let tokens = |browser: &mut Visitor, told: &Told| world.tokens(browser, &told.app, "openid profile");

    let mut browser = world.browser();
    let first = tokens(&mut browser, &told);
    // Another session of the same person stays; its applications are told nothing of this one's end.
    let mut other = world.browser();
    let second = tokens(&mut other, &told);
    browser.get(&format!("/{SLUG}/account/sessions"));
    assert_eq!(browser.submit(&format!("/{SLUG}/sign-out"), &[]).status, 303);
    told.was_told(1, &first);
    assert!(is_active(&world, &told.app, &second));

    // One session is ended from another.
    let mut third = world.browser();
    third.get(&format!("/{SLUG}/account/sessions"));
    let (_, rest) = third.page().split_once("/account/sessions/").expect("the other session");
    let end = format!("/{SLUG}/account/sessions/{}", rest.split(['"', '?']).next().unwrap());
    assert_eq!(third.submit(&end, &[]).status, 303, "{}", third.page());
    told.was_told(2, &second);

    // Sign out everywhere.
    let everywhere = tokens(&mut third, &told);
    third.get(&format!("/{SLUG}/account/sessions"));
    assert_eq!(third.submit(&format!("/{SLUG}/account/sessions"), &[]).status, 303, "{}", third.page());
    told.was_told(3, &everywhere);
    assert!(!is_active(&world, &told.app, &everywhere));

    // An administrator suspends the account; what was let in for longer than a session ends as well.
    let mut browser = world.browser();
    let suspended = world.tokens(&mut browser, &told.app, "openid profile offline_access");
    assert_eq!(world.ada.put("/lock", &json!({})).status, 200);
    told.was_told(4, &suspended);
    assert!(!is_active(&world, &told.app, &suspended));
    assert_eq!(world.refresh(&told.app, text(&suspended["refresh_token"])).json(400)["error"], "invalid_grant");
    assert_eq!(world.ada.delete("/lock").status, 200);
    assert!(!is_active(&world, &told.app, &suspended), "it does not come back");

    // The account is left, for a while.
    let resting = world.tokens(&mut world.browser(), &told.app, "openid profile offline_access");
    assert_eq!(world.ada.post("/deactivate", &json!({})).status, 200);
    told.was_told(5, &resting);
    assert!(!is_active(&world, &told.app, &resting));
    assert_eq!(world.ada.post("/reactivate", &json!({})).status, 200);
    assert!(!is_active(&world, &told.app, &resting));

    // The person is erased.
    let erased = world.tokens(&mut world.browser(), &told.app, "openid profile offline_access");
    assert_eq!(world.ada.post("/erase", &json!({})).status, 200);
    told.was_told(6, &erased);
    assert!(!is_active(&world, &told.app, &erased));
}

#[test]
fn an_application_is_told_when_the_consent_that_it_stands_on_is_withdrawn_and_another_is_not() {
    let world = world();
    let mut tipping = Told::start(&world, "ES256");
    let mut showing = Told::start(&world, "RS256");
    let mut browser = world.browser();
    let tips = world.tokens(&mut browser, &tipping.app, "openid tips");
    let profile = world.tokens(&mut browser, &showing.app, "openid profile");
    world.ada.consent("withdrawn", "tips");
    tipping.was_told(1, &tips);
    // Nobody used a token meanwhile, and yet a new consent does not bring the old ones back.
    world.ada.consent("given", "tips");
    assert!(!is_active(&world, &tipping.app, &tips));
    assert!(is_active(&world, &showing.app, &profile));
    browser.get(&format!("/{SLUG}/account/sessions"));
    assert_eq!(browser.submit(&format!("/{SLUG}/sign-out"), &[]).status, 303);
    showing.was_told(1, &profile);
    assert_eq!(tipping.heard().len(), 1, "of a session in which it has nothing any more it is not told");
}

#[test]
fn an_application_that_answers_with_trouble_is_told_again() {
    let world = world();
    let mut told = Told::start(&world, "EdDSA");
    told.peer.ask(json!({ "act": "answers", "statuses": [500, 503] })).unwrap();
    let mut browser = world.browser();
    let tokens = world.tokens(&mut browser, &told.app, "openid profile");
    browser.get(&format!("/{SLUG}/account/sessions"));
    // Whoever signs out does not wait for it.
    assert_eq!(browser.submit(&format!("/{SLUG}/sign-out"), &[]).status, 303);
    told.was_told(3, &tokens);
    let heard = told.heard();
    let statuses: Vec<_> = heard.iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, [500, 503, 200]);
    let ids: Vec<_> = heard.iter().map(|one| one["claims"]["jti"].clone()).collect();
    assert_eq!((&ids[0], &ids[1]), (&ids[1], &ids[2]), "it is the same one");
}
