//! Forms of other sites: none does anything, whatever it carries, on any page.

use candor_tests::{FrontDoor, Route, Visitor};

/// How another site's form reaches the server, as browsers of today and of yesterday say it.
const FOREIGN: [(&str, &str); 5] = [
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
    ("origin", "https://evil.example"),
    ("origin", "null"),
    ("origin", "https://id.acme.example.evil.example"),
];

#[test]
fn no_form_of_another_site_is_taken_on_any_page_even_with_the_right_token() {
    let door = FrontDoor::open();
    let mut ada = door.sign_up("ada@example.org");
    // She may do everything that can be done by a form.
    door.seat("ada@example.org");
    assert_eq!(ada.get("/door/account/prove").status, 200);
    let token = ada.token();
    let mut eve = door.visitor();
    eve.get("/door/sign-in");
    let eves = eve.token();
    let posted: Vec<Route> = Route::of_pages().into_iter().filter(|route| route.is_posted).collect();
    let before = door.n_entries();
    for route in &posted {
        let path = route.path();
        for (name, value) in FOREIGN {
            ada = ada.with(name, value);
            assert_refused(&mut ada, &path, &[("form_token", &token)], &format!("{name}: {value}"));
            ada = ada.without(name);
        }
        // From this site, as far as the browser says; but the form was not shown to this browser.
        ada = ada.with("sec-fetch-site", "same-origin");
        assert_refused(&mut ada, &path, &[], "no token");
        assert_refused(&mut ada, &path, &[("form_token", "")], "an empty token");
        assert_refused(&mut ada, &path, &[("form_token", &eves)], "another browser's token");
        let changed = format!("{}{}", if token.starts_with('7') { '8' } else { '7' }, &token[1..]);
        assert_refused(&mut ada, &path, &[("form_token", &changed)], "a made-up token");
        ada = ada.without("sec-fetch-site");
    }
    assert_eq!(door.n_entries(), before, "nothing happened that stands in the ledger");
    assert_eq!(ada.get("/door/account/prove").status, 200, "and nobody was signed out");

    // The same form is taken from this site.
    ada = ada.with("sec-fetch-site", "same-origin");
    assert_eq!(ada.post("/door/sign-out", &[("form_token", &token)]).status, 303);
    assert_eq!(door.n_entries(), before + 1);
}

#[track_caller]
fn assert_refused(visitor: &mut Visitor, path: &str, fields: &[(&str, &str)], how: &str) {
    let reply = visitor.post(path, fields);
    assert_eq!(reply.status, 403, "POST {path} with {how}: {}", reply.text());
    assert!(reply.header("set-cookie").is_none_or(|line| !line.contains("session")), "POST {path} with {how}");
}

#[test]
fn a_body_that_a_form_can_send_without_asking_first_is_read_only_as_a_form() {
    let door = FrontDoor::open();
    let mut ada = door.sign_up("ada@example.org");
    ada.get("/door/account/prove");
    let token = ada.token();
    let cookies: Vec<String> = ada.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect();
    let cookies = cookies.join("; ");
    let body = format!("form_token={token}");
    for kind in ["text/plain", "multipart/form-data; boundary=x", "application/json", ""] {
        let headers = [("cookie", cookies.as_str()), ("content-type", kind)];
        let reply = door.server.anonymous().send_bytes("POST", "/door/sign-out", body.as_bytes(), &headers);
        assert_eq!(reply.status, 415, "`{kind}`");
    }
    assert_eq!(ada.get("/door/account/prove").status, 200, "still signed in");
}

#[test]
fn no_page_that_is_only_looked_at_changes_anything() {
    let door = FrontDoor::open();
    let mut ada = door.sign_up("ada@example.org");
    let is_signed_in = |ada: &mut Visitor| ada.get("/door/account/prove").status == 200;
    for route in Route::of_pages().iter().filter(|route| route.is_read) {
        let reply = ada.get(&route.path());
        assert!(reply.status < 500, "GET {}: {}", route.path(), reply.text());
    }
    for route in Route::of_pages().iter().filter(|route| route.is_posted && !route.is_read) {
        assert_eq!(ada.get(&route.path()).status, 405, "{}", route.path());
    }
    assert!(is_signed_in(&mut ada));
    assert_eq!(door.sink.mails().len(), 1, "no letter but the one of the sign-up");
}
