//! The pages between an application and a person, in a real browser: for everybody, in both languages, by keyboard alone.

use candor_tests::{At, Browser, Page, PageOptions, Scheme, text};
use serde_json::json;

use crate::world::{App, EMAIL, PASSWORD, SLUG, World, authorize, query, world};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The most bytes of a page with all that it loads.
const BYTES_MAX: u64 = 60_000;

/// A walk in one language.
struct Walk<'a> {
    page: &'a Page,
    language: &'a str,
    /// The weight up to here.
    bytes: u64,
}

impl Walk<'_> {
    /// Looks at the page that is shown, by day and by night, at a desk and on a phone.
    #[track_caller]
    fn look(&mut self, name: &str) {
        let page = self.page;
        assert_eq!(page.evaluate("document.documentElement.lang"), self.language, "{name}");
        let bytes = page.weight() - self.bytes;
        assert!(bytes < BYTES_MAX, "{name}: {bytes} bytes");
        self.bytes += bytes;
        for (scheme, width) in [(Scheme::Light, 1280), (Scheme::Light, 400), (Scheme::Dark, 1280), (Scheme::Dark, 400)]
        {
            page.set_scheme(scheme);
            page.set_viewport(width, 800);
            page.assert_accessible();
            let across = page.evaluate("document.documentElement.scrollWidth").as_u64().unwrap();
            assert!(across <= u64::from(width), "{name} is {across} across in a window of {width}");
            page.screenshot(&format!("application-{name}-{}-{}-{width}", self.language, scheme.name()));
        }
        let complaints = page.complaints();
        // A page that says *no* says so by its status too, and the browser remarks on that.
        assert!(complaints.iter().all(|one| one.contains("the server responded with a status of")), "{complaints:?}");
    }

    fn goto(&mut self, url: &str) {
        self.page.goto(url);
        self.bytes = 0;
    }
}

/// A page in which Ada is signed in.
fn signed_in(world: &World, browser: &Browser, language: &'static str) -> Page {
    let page = browser.page_with(PageOptions { language, ..PageOptions::default() });
    page.goto(&world.url("sign-in"));
    page.fill(At::Css("[name=identifier]"), EMAIL);
    page.fill(At::Css("[name=password]"), PASSWORD);
    page.click(At::Css("form:has([name=password]) button"));
    page
}

/// An application that people come back to at a page of this very server.
fn application(world: &World) -> (App, String) {
    let back = world.url("sign-up");
    let app = world.app(json!({
        "redirect_uris": [back],
        "post_logout_redirect_uris": [back],
        "grant_types": ["authorization_code", "refresh_token", GRANT],
        "token_endpoint_auth_method": "client_secret_post",
    }));
    (app, back)
}

fn asked(world: &World, app: &App, back: &str, changes: &[(&str, &str)]) -> String {
    let changes: Vec<_> =
        [("redirect_uri", back), ("scope", "openid profile tips")].iter().chain(changes).copied().collect();
    format!("{}{}", world.base(), authorize(app, &changes))
}

fn user_code(world: &World, app: &App) -> String {
    let fields = [("client_id", app.id.as_str()), ("client_secret", &app.secret), ("scope", "openid profile tips")];
    text(&world.post("device_authorization", &fields, &[]).json(200)["user_code"]).to_owned()
}

fn walk(world: &World, browser: &Browser, language: &'static str) {
    let (app, back) = application(world);
    let page = signed_in(world, browser, language);
    let mut walk = Walk { page: &page, language, bytes: 0 };
    let main = At::Css("main form .button.main");

    walk.goto(&asked(world, &app, &back, &[("response_mode", "form_post")]));
    walk.look("consent");
    assert_eq!(page.count(At::Css("input[type=radio]:checked")), 0, "nothing is chosen beforehand");
    page.check(At::Css("[name='consent.tips'][value=no]"), true);
    page.click(main);
    walk.look("back");
    page.back();
    page.reload();
    walk.bytes = page.weight();
    walk.look("over");
    // Where nothing is asked for but a consent.
    walk.goto(&asked(world, &app, &back, &[("scope", "openid tips")]));
    walk.look("consent-alone");

    walk.goto(&world.url("device"));
    walk.look("device");
    page.fill(At::Css("[name=user_code]"), "BBBB-BBBB");
    page.click(main);
    walk.look("device-unknown");
    for (answer, name) in [(".button.main", "device-in"), (".buttons .button:not(.main)", "device-out")] {
        let code = user_code(world, &app);
        walk.goto(&format!("{}?user_code={code}", world.url("device")));
        assert_eq!(page.value(At::Css("[name=user_code]")), code, "the link fills it in");
        page.click(main);
        walk.look("device-asks");
        page.check(At::Css("[name='consent.tips'][value=no]"), true);
        page.click(At::Css(&format!("main form {answer}")));
        walk.look(name);
    }

    walk.goto(&format!("{}?{}", world.url("logout"), query(&[("client_id", &app.id)])));
    walk.look("leave");
    page.click(main);
    walk.look("left");
    page.goto(&world.url("account"));
    assert!(page.url().contains("/sign-in"), "{}", page.url());
}

#[test]
fn axe_finds_nothing_on_the_pages_of_applications_in_english() {
    walk(&world(), &Browser::start(), "en");
}

#[test]
fn axe_finds_nothing_on_the_pages_of_applications_in_german() {
    walk(&world(), &Browser::start(), "de");
}

#[test]
fn somebody_answers_applications_and_devices_by_keyboard_alone() {
    let world = world();
    let browser = Browser::start();
    let (app, back) = application(&world);
    let page = signed_in(&world, &browser, "en");
    // To an application.
    page.goto(&asked(&world, &app, &back, &[]));
    page.tab_to("Yes, I agree");
    page.press("Space");
    page.tab_to("Continue");
    page.press("Enter");
    page.wait_for_url("code=");
    assert!(page.url().starts_with(&back), "{}", page.url());
    assert_eq!(world.ada.newest("consent_given")["purpose"], "tips");
    // To a device.
    let code = user_code(&world, &app);
    page.goto(&world.url("device"));
    page.tab_to("Code");
    page.type_text(&code);
    page.press("Enter");
    page.tab_to("Yes, let it in");
    page.press("Enter");
    assert!(page.all_text().contains("The device is let in"), "{}", page.all_text());
    // To an application that wants to sign the person out: first to stay, then to go.
    let leave =
        format!("{}?{}", world.url("logout"), query(&[("client_id", &app.id), ("post_logout_redirect_uri", &back)]));
    page.goto(&leave);
    page.tab_to("Stay signed in");
    page.press("Enter");
    assert!(page.url().contains(&format!("/{SLUG}/account")), "{}", page.url());
    page.goto(&leave);
    page.tab_to("Sign out");
    page.press("Enter");
    page.wait_for_url("/sign-up");
    page.goto(&world.url("account"));
    assert!(page.url().contains("/sign-in"), "{}", page.url());
}
