//! No page stands in a frame of another site, or is taken for something else, or is kept by a cache.

use candor_tests::{Browser, FrontDoor, Reply, Route};

/// What other sites are meant to load: a script and what it shows.
const OPEN: [&str; 2] = ["/notices.js", "/{tenant}/notices.json"];

#[test]
fn every_answer_of_every_page_keeps_itself_out_of_frames() {
    let door = FrontDoor::open();
    let mut ada = door.sign_up("ada@example.org");
    let mut guest = door.visitor();
    for route in Route::of_pages().iter().filter(|route| !OPEN.contains(&route.template.as_str())) {
        let path = route.path();
        for visitor in [&mut ada, &mut guest] {
            assert_guarded(&path, &visitor.get(&path));
            assert_guarded(&path, &visitor.post(&path, &[]));
        }
    }
    for path in ["/docs", "/no/such/page", "/door/no-such-page", "/nobody/sign-in"] {
        assert_guarded(path, &guest.get(path));
    }
}

#[track_caller]
fn assert_guarded(path: &str, reply: &Reply) {
    let has = |name: &str| reply.header(name).unwrap_or_default().to_owned();
    assert_eq!(has("x-content-type-options"), "nosniff", "{path}");
    // What is no page cannot be clicked.
    if !has("content-type").starts_with("text/html") {
        return;
    }
    let policy = has("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    assert!(policy.contains("default-src 'none'") && policy.contains("base-uri 'none'"), "{path}: {policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"), "{path}: {policy}");
    assert_eq!(has("x-frame-options"), "DENY", "{path}");
    assert!(["no-referrer", "same-origin"].contains(&has("referrer-policy").as_str()), "{path}");
}

/// Pages that say the same to everybody.
const PUBLIC: [&str; 6] = [
    "/",
    "/{tenant}",
    "/{tenant}/versions",
    "/{tenant}/versions/{version}",
    "/{tenant}/compare/{old}/{new}",
    "/{tenant}/records",
];

#[test]
fn what_is_shown_to_one_person_is_kept_by_no_cache_and_never_compressed() {
    let door = FrontDoor::open();
    // Compressed, a page would tell by its length whether what an attacker put in stands beside a token in it.
    let mut ada = door.sign_up("ada@example.org").with("accept-encoding", "gzip");
    let mut guest = door.visitor().with("accept-encoding", "gzip");
    let mut n_pages = 0;
    for route in Route::of_pages().iter().filter(|route| !PUBLIC.contains(&route.template.as_str())) {
        for visitor in [&mut ada, &mut guest] {
            let reply = visitor.get(&route.path());
            let is_page = reply.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
            if reply.status == 200 && is_page {
                n_pages += 1;
                assert_eq!(reply.header("cache-control"), Some("no-store"), "{}", route.template);
                assert_eq!(reply.header("content-encoding"), None, "{}", route.template);
            }
        }
    }
    assert!(n_pages > 5, "{n_pages}");
}

#[test]
fn a_browser_shows_no_page_in_a_frame_of_another_site() {
    let door = FrontDoor::open();
    let browser = Browser::start();
    let page = browser.page();
    // Another site, as far as a browser sees: another host.
    page.goto(&format!("http://localhost:{}/health/live", door.server.address().rsplit(':').next().unwrap()));
    let framed = format!(
        "new Promise(done => {{ const frame = document.createElement('iframe'); frame.src = '{}';
         frame.onload = () => done(frame.contentDocument === null); document.documentElement.append(frame); }})",
        door.url("/door/sign-in")
    );
    page.evaluate(&framed);
    let complaints = page.complaints();
    assert!(complaints.iter().any(|complaint| complaint.contains("frame-ancestors")), "{complaints:?}");
}
