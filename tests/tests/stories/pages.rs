//! The pages in a real browser: fit for everybody, whole in every light and width, and asking nobody else.

use candor_tests::{At, Browser, MailSink, Page, Scheme, Server, Setup};
use serde_json::json;

/// How pages are looked at: at a desk by day, on a phone by night.
const LOOKS: [(Scheme, u32); 2] = [(Scheme::Light, 1280), (Scheme::Dark, 400)];

/// A server whose policy has a second version, so that there is something to compare.
fn server(sink: &MailSink) -> Server {
    let server = Server::start_as(Setup::with_mail("assigntask", sink));
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/assigntask/policy.candor");
    let old = std::fs::read_to_string(path).unwrap();
    let new = old.replace("version 2026-01-10, effective 2026-02-15", "version 2026-03-01");
    let new = new.replace("until 24 months after last interest", "until 36 months after last interest");
    assert!(new.contains("version 2026-03-01") && new.contains("until 36 months after last interest"));
    let put = json!({ "files": [{ "path": "policy.candor", "text": new }] });
    server.post("/v1/policies", &put).json(201);
    server
}

#[test]
fn axe_finds_nothing_on_any_page_and_each_fits_its_window_and_asks_nobody_else() {
    let sink = MailSink::start();
    let server = server(&sink);
    let browser = Browser::start();
    let page = browser.page();
    let base = format!("http://{}", server.address());
    let pages = [
        ("front", "/", 200),
        ("policy", "/assigntask", 200),
        ("archive", "/assigntask/versions", 200),
        ("version", "/assigntask/versions/2026-01-10", 200),
        ("comparison", "/assigntask/compare/2026-01-10/2026-03-01", 200),
        ("records", "/assigntask/records", 200),
        ("not-found", "/assigntask/nowhere", 404),
    ];
    for (name, path, status) in pages {
        assert_eq!(page.goto(&format!("{base}{path}")).status, status, "{path}");
        let requests = page.requests();
        assert!(requests.iter().all(|url| url.starts_with(&base)), "{path}: {requests:?}");
        for (scheme, width) in LOOKS {
            page.set_scheme(scheme);
            page.set_viewport(width, 800);
            page.assert_accessible();
            assert_fits(&page, width);
            let screen = page.screenshot(&format!("{name}-{}", scheme.name()));
            assert!(std::fs::metadata(screen).unwrap().len() > 1000);
        }
        let complaints = page.complaints();
        let expected = usize::from(status != 200);
        assert!(complaints.len() <= expected, "{path}: {complaints:?}");
    }
}

/// Nothing sticks out to the side, so that nobody has to scroll both ways (WCAG 2.2, 1.4.10).
#[track_caller]
fn assert_fits(page: &Page, width: u32) {
    let across = page.evaluate("document.documentElement.scrollWidth").as_u64().unwrap();
    assert!(across <= u64::from(width), "{} is {across} across in a window of {width}", page.url());
}

#[test]
fn axe_would_find_what_is_wrong_with_a_page() {
    let server = Server::start("asign2");
    let browser = Browser::start();
    let page = browser.page();
    page.goto(&format!("http://{}/asign2", server.address()));
    page.evaluate("document.querySelector('main').append(document.createElement('input')), null");
    let found = page.axe();
    assert!(found.iter().any(|found| found.rule == "label" && found.culprits.len() == 1), "{found:?}");
}

#[test]
fn a_policy_is_read_without_scripts_and_in_few_bytes() {
    let server = Server::start("asign2");
    let browser = Browser::start();
    let page = browser.page_with(candor_tests::PageOptions { javascript: false, ..Default::default() });
    page.goto(&format!("http://{}/asign2", server.address()));
    assert!(page.is_visible(At::Css("h1")) && page.title().contains("Asign2"), "{}", page.title());
    let bytes = page.weight();
    assert!((2_000..60_000).contains(&bytes), "{bytes} bytes");
    assert!(page.cookies().is_empty());
}
