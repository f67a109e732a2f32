//! The front door in a real browser: for everybody, by keyboard alone, without scripts, in both languages.

use candor_tests::{At, Browser, FrontDoor, PASSWORD, Page, PageOptions, Route, Scheme};

/// How each page is looked at: in English at a desk by day, in German on a phone by night.
const LOOKS: [(Scheme, u32, &str); 2] = [(Scheme::Light, 1280, "en"), (Scheme::Dark, 400, "de")];
/// Pages for whoever is not signed in.
const DOOR: [&str; 5] = ["/sign-in", "/sign-up", "/sign-up/confirm", "/recover", "/recover/set"];
/// The most bytes of a page with all that it loads.
const BYTES_MAX: u64 = 60_000;

/// Looks at a page in every way, and fails for whatever is wrong with it.
fn look(page: &Page, door: &FrontDoor, path: &str) {
    for (scheme, width, language) in LOOKS {
        page.set_scheme(scheme);
        page.set_viewport(width, 800);
        page.goto(&door.url(&format!("{path}?lang={language}")));
        assert_eq!(page.evaluate("document.documentElement.lang"), language, "{path}");
        page.assert_accessible();
        let across = page.evaluate("document.documentElement.scrollWidth").as_u64().unwrap();
        assert!(across <= u64::from(width), "{path} is {across} across in a window of {width}");
        let requests = page.requests();
        let is_own = |url: &String| url.starts_with(&door.url("/")) || url.starts_with("data:");
        assert!(requests.iter().all(is_own), "{requests:?}");
        let complaints = page.complaints();
        // A page that says *no* says so by its status too, and the browser remarks on that.
        assert!(complaints.iter().all(|one| one.contains("the server responded with a status of")), "{complaints:?}");
        assert!(page.weight() < BYTES_MAX, "{path}: {} bytes", page.weight());
        page.screenshot(&format!("{}-{}", path.trim_matches('/').replace('/', "-"), scheme.name()));
    }
}

#[test]
fn axe_finds_nothing_on_the_pages_before_signing_in() {
    let door = FrontDoor::open();
    let browser = Browser::start();
    let page = browser.page();
    for path in DOOR {
        look(&page, &door, &format!("/door{path}"));
    }
    // What is wrong with a form is said beside it, and leads to it.
    page.goto(&door.url("/door/sign-in"));
    page.fill(At::Label("Password"), "no such password");
    page.fill(At::Css("[name=identifier]"), "nobody@example.org");
    page.click(At::Button("Sign in"));
    page.assert_accessible();
    page.screenshot("door-sign-in-refused");
}

/// The privacy centre, and the console of those who work for the tenant.
fn is_for_people(route: &Route) -> bool {
    ["/account", "/console"].iter().any(|area| route.template.contains(area))
}

#[test]
fn axe_finds_nothing_on_the_pages_of_somebody_who_is_signed_in() {
    let door = FrontDoor::open();
    let mut ada = door.sign_up("ada@example.org");
    door.seat("ada@example.org");
    let browser = Browser::start();
    let page = browser.page();
    page.goto(&door.url("/door/sign-in"));
    page.fill(At::Css("[name=identifier]"), "ada@example.org");
    page.fill(At::Css("[name=password]"), PASSWORD);
    page.click(At::Button("Sign in"));
    let mut n_pages = 0;
    for route in Route::of_pages().iter().filter(|route| route.is_read && is_for_people(route)) {
        let reply = ada.get(&route.path());
        let is_page = reply.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        if reply.status == 200 && is_page {
            look(&page, &door, &route.path());
            n_pages += 1;
        }
    }
    assert!(n_pages >= 10, "{n_pages}");
}

#[test]
fn somebody_signs_in_and_out_by_keyboard_alone() {
    let door = FrontDoor::open();
    door.sign_up("ada@example.org");
    let browser = Browser::start();
    let page = browser.page();
    page.goto(&door.url("/door/sign-in"));
    let label = |field: &str| page.text(At::Css(&format!("label[for={field}]")));
    let (identifier, password) = (label("identifier"), label("password"));
    page.tab_to(&identifier);
    page.type_text("ada@example.org");
    page.tab_to(&password);
    page.type_text(PASSWORD);
    page.press("Enter");
    page.wait_for_url("/door/account");
    page.tab_to("Sign out");
    page.press("Enter");
    page.goto(&door.url("/door/account"));
    assert!(page.url().contains("/door/sign-in"), "{}", page.url());
}

#[test]
fn somebody_signs_up_without_scripts() {
    let door = FrontDoor::open();
    let browser = Browser::start();
    let page = browser.page_with(PageOptions { javascript: false, ..PageOptions::default() });
    page.goto(&door.url("/door/sign-up"));
    for (field, value) in [
        ("born", "1990-12-31"),
        ("account.email", "ada@example.org"),
        ("account.company", "Acme"),
        ("account.password", PASSWORD),
    ] {
        page.fill(At::Css(&format!("[name='{field}']")), value);
    }
    // Neither answer is ticked before the person chooses.
    assert_eq!(page.count(At::Css("[name='consent.newsletter']:checked")), 0);
    page.check(At::Css("[name='consent.newsletter'][value=no]"), true);
    page.click(At::Css("form:has([name='account.email']) .buttons button"));
    page.goto(&door.url(&door.link(0)));
    page.click(At::Css("form:has([name=code]) button"));
    assert!(page.url().ends_with("/door/account"), "{}", page.url());
}
