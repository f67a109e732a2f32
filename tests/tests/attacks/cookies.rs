//! Cookies: each with all its guards, none planted, none that lives on.

use candor_tests::{At, Authority, Browser, FrontDoor, PASSWORD, PageOptions, Setup};

/// Splits a `Set-Cookie` line into its name, its value and its guards.
fn parts(line: &str) -> (&str, &str, Vec<String>) {
    let mut parts = line.split(';');
    let (name, value) = parts.next().unwrap().split_once('=').unwrap();
    (name, value, parts.map(|part| part.trim().to_ascii_lowercase()).collect())
}

#[test]
fn every_cookie_bears_every_guard() {
    let door = FrontDoor::open();
    let mut visitor = door.sign_up("ada@example.org");
    visitor.get("/door/account/prove");
    let mut replies = vec![visitor.submit("/door/sign-out", &[])];
    let mut visitor = door.visitor();
    replies.extend([visitor.get("/door/sign-in"), visitor.get("/door/sign-up"), visitor.get("/door/recover")]);
    replies.push(door.sign_in(&mut visitor, "ada@example.org", PASSWORD));
    let mut names = Vec::new();
    for (_, line) in replies.iter().flat_map(|reply| &reply.headers).filter(|(name, _)| name == "set-cookie") {
        let (name, _, guards) = parts(line);
        names.push(name.to_owned());
        assert!(name.starts_with("__Host-candor-"), "{line}");
        for guard in ["secure", "httponly", "path=/"] {
            assert!(guards.iter().any(|one| one == guard), "{guard}: {line}");
        }
        assert!(guards.iter().any(|one| ["samesite=lax", "samesite=strict"].contains(&one.as_str())), "{line}");
        assert!(!guards.iter().any(|one| one.starts_with("domain")), "{line}");
    }
    for jar in ["session", "guest", "device"] {
        assert!(names.iter().any(|name| *name == format!("__Host-candor-{jar}-door")), "{jar}: {names:?}");
    }
}

#[test]
fn a_browser_takes_the_cookies_under_tls_and_shows_them_to_no_script() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let door = FrontDoor::open_as(Setup::default().under_tls(&authority, folder.path()));
    door.sign_up("ada@example.org");
    let browser = Browser::start();
    let page = browser.page_with(PageOptions { danger_trusts_any_certificate: true, ..PageOptions::default() });
    page.goto(&format!("https://{}/door/sign-in", door.server.address()));
    page.fill(At::Css("[name=identifier]"), "ada@example.org");
    page.fill(At::Css("[name=password]"), PASSWORD);
    page.click(At::Button("Sign in"));
    assert!(page.url().ends_with("/door/account"), "{}", page.url());
    let cookies = page.cookies();
    let session = cookies.iter().find(|cookie| cookie["name"] == "__Host-candor-session-door");
    let session = session.unwrap_or_else(|| panic!("{cookies:?}"));
    assert!(session["secure"] == true && session["httpOnly"] == true && session["sameSite"] == "Lax", "{session}");
    assert_eq!(page.evaluate("document.cookie"), "");
}

#[test]
fn a_session_is_never_one_that_somebody_planted() {
    let door = FrontDoor::open();
    door.sign_up("ada@example.org");
    // Eve has cookies of her own making in Ada's browser before Ada signs in.
    let mut eve = door.visitor();
    eve.get("/door/sign-in");
    let planted = eve.cookies()["__Host-candor-guest-door"].clone();
    let mut ada = door.visitor();
    for jar in ["guest", "session", "attempt", "device"] {
        ada.cookies().insert(format!("__Host-candor-{jar}-door"), planted.clone());
    }
    assert_eq!(door.sign_in(&mut ada, "ada@example.org", PASSWORD).status, 303, "{}", ada.page());
    assert!(ada.cookies().values().all(|value| *value != planted), "{:?}", ada.cookies());
    assert_eq!(ada.get("/door/account/prove").status, 200);
    // What Eve knows opens nothing, as a cookie of any kind.
    eve.cookies().insert("__Host-candor-session-door".to_owned(), planted.clone());
    assert_eq!(eve.get("/door/account/prove").status, 303);
    // The token of the form before is none of the session's.
    let before = eve.token();
    assert_eq!(ada.post("/door/sign-out", &[("form_token", &before)]).status, 403);
}

#[test]
fn a_session_that_ended_opens_nothing_and_signing_in_again_is_another_one() {
    let door = FrontDoor::open();
    let mut ada = door.sign_up("ada@example.org");
    let first = ada.cookies()["__Host-candor-session-door"].clone();
    ada.get("/door/account/prove");
    assert_eq!(ada.submit("/door/sign-out", &[]).status, 303);
    assert!(!ada.cookies().contains_key("__Host-candor-session-door"), "the cookie is taken away");
    let mut thief = door.visitor();
    thief.cookies().insert("__Host-candor-session-door".to_owned(), first.clone());
    assert_eq!(thief.get("/door/account/prove").status, 303);
    assert_eq!(door.sign_in(&mut ada, "ada@example.org", PASSWORD).status, 303);
    assert_ne!(ada.cookies()["__Host-candor-session-door"], first);
    // Two cookies of one name are none: nobody can slip a second one in.
    let mine = ada.cookies()["__Host-candor-session-door"].clone();
    let twice = format!("__Host-candor-session-door={first}; __Host-candor-session-door={mine}");
    let reply = door.server.anonymous().send_bytes("GET", "/door/account/prove", b"", &[("cookie", &twice)]);
    assert_eq!(reply.status, 303);
}

#[test]
fn a_session_at_one_tenant_is_none_at_another() {
    // The same policy under another name.
    let folder = tempfile::tempdir().unwrap();
    let policy = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/door.candor");
    std::fs::copy(policy, folder.path().join("other.candor")).unwrap();
    let door = FrontDoor::open_as(Setup::of_policy(&folder.path().join("other.candor")));
    let mut ada = door.sign_up("ada@example.org");
    let session = ada.cookies()["__Host-candor-session-door"].clone();
    let mut there = door.visitor();
    there.cookies().insert("__Host-candor-session-other".to_owned(), session);
    assert_eq!(there.get("/other/account/prove").status, 303);
    assert_eq!(there.get("/other/sign-in").status, 200);
    assert_eq!(ada.get("/door/account/prove").status, 200);
}
