//! Who may see and do what: nobody who is not signed in, nobody with a form from elsewhere, nobody about somebody else.

use axum::http::{Method, StatusCode, header};

use super::*;

const PAGES: [&str; 10] = [
    "",
    "/data",
    "/accesses",
    "/consents",
    "/messages",
    "/rights",
    "/notices",
    "/leave",
    "/leave/erase",
    "/leave/minor",
];

/// Every form of the area, with fields that would do something.
const FORMS: [(&str, &[(&str, &str)]); 10] = [
    ("/consents/newsletter", &[("answer", "yes")]),
    ("/messages/notifications/email", &[("opt", "out")]),
    ("/rights", &[("right", "access")]),
    ("/rights/objections/security", &[]),
    ("/rights/restriction", &[("act", "restrict")]),
    ("/leave/export", &[("kind", "access")]),
    ("/leave/rest", &[]),
    ("/leave/back", &[]),
    ("/leave/erase", &[("sure", "yes")]),
    ("/leave/minor", &[("sure", "yes")]),
];

#[tokio::test]
async fn every_page_is_guarded_and_kept_by_nobody() {
    let world = world().await;
    for path in PAGES {
        let page = world.get_as("ada", path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store", "{path}");
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        for part in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}");
        }
        assert_eq!(page.headers[header::X_FRAME_OPTIONS], "DENY");
        assert!(page.text.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{path}");
        for mark in ["<script", "<style", " style=", " onclick"] {
            assert!(!page.text.contains(mark), "{path} has {mark}");
        }
        assert!(page.text.contains("Acme &lt;Ltd&gt;") && !page.text.contains("Acme <Ltd>"));
        assert!(page.text.len() + include_str!("../../style.css").len() <= 60 << 10, "{path}");
    }
}

#[tokio::test]
async fn who_is_not_signed_in_goes_to_sign_in_and_comes_back() {
    let world = world().await;
    for path in PAGES {
        let page = world.get_as("", path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        let then = crate::door::escaped(&format!("/acme/account{path}"));
        assert_eq!(page.location(), format!("/acme/sign-in?then={then}"));
    }
}

#[tokio::test]
async fn a_tenant_that_is_not_here_is_not_found() {
    let world = world().await;
    for slug in ["nobody", "NO", "a%2Fb"] {
        let request = Request::get(format!("/{slug}/account/data")).header(header::COOKIE, world.browser("ada").0);
        assert_eq!(world.send(request.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_FOUND, "{slug}");
    }
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let world = world().await;
    let record = world.account_path().await;
    let ledger = || world.vault.accesses(&world.admin, world.ada, None, 1);
    let before = ledger().await.unwrap().rows[0].entry;
    let forms = FORMS.into_iter().chain([(record.as_str(), &[("account.name", "Eve")] as &[_])]);
    for (path, fields) in forms {
        for token in ["", &world.browser("bob").1, &world.browser("ada").1[..8]] {
            let answer = world.post_with("ada", path, fields, token).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {token}");
        }
    }
    assert_eq!(ledger().await.unwrap().rows[0].entry, before);
}

#[tokio::test]
async fn a_form_that_no_page_sends_is_refused() {
    let world = world().await;
    let (cookies, token) = world.browser("ada");
    let body = |body: &str| {
        let request = Request::post("/acme/account/leave/rest")
            .header(header::COOKIE, &cookies)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(Body::from(body.to_owned())).unwrap()
    };
    for bad in [
        format!("form_token={token}&form_token={token}"),
        format!("form_token={token}&x=%ff"),
        format!("form_token={token}&x={}", "a".repeat(300 << 10)),
    ] {
        assert!(world.send(body(&bad)).await.status.is_client_error());
    }
    assert_eq!(world.vault.subject(&world.admin, world.ada).await.unwrap().state, "active");
}

#[tokio::test]
async fn nobody_reaches_a_record_or_request_of_somebody_else() {
    let world = world().await;
    let ask = world.post("/rights", &[("right", "access")]).await;
    let request = ask.location().split_once('#').unwrap().1.to_owned();
    let page = world.get_as("bob", &format!("/rights/requests/{request}")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    // The only record of a group has the same id with everybody: Bob sees and changes his own.
    let record = world.account_path().await;
    let seen = world.get_as("bob", &record).await;
    assert!(seen.text.contains("Bob") && !seen.text.contains("Ada"));
    world.post_as("bob", &record, &[("account.name", "Robert")]).await;
    assert!(world.get("/data").await.text.contains("Ada Löw"));
    assert!(!world.get_as("bob", "/data").await.text.contains("ada@people.example"));
}

#[tokio::test]
async fn an_address_that_names_nothing_is_not_found() {
    let world = world().await;
    for path in [
        "/data/account/x",
        "/data/account/rec_0",
        "/rights/requests/x",
        "/data/nothing/rec_00000000000000000000000000000000",
    ] {
        assert_eq!(world.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/data?after=x", "/data?after=x~y", "/accesses?below=-1", "/accesses?below=x"] {
        assert_eq!(world.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn forms_are_sent_and_pages_only_read() {
    let world = world().await;
    for (path, _) in FORMS {
        let request = Request::builder().method(Method::PUT).uri(format!("/acme/account{path}"));
        let request = request.header(header::COOKIE, world.browser("ada").0).body(Body::empty()).unwrap();
        assert_eq!(world.send(request).await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    for path in ["/leave/rest", "/leave/back", "/leave/export", "/rights/restriction", "/consents/newsletter"] {
        assert_eq!(world.get(path).await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}

#[tokio::test]
async fn what_cannot_be_taken_back_wants_a_fresh_proof() {
    let world = world().await;
    world.later(Span::new(6, SpanUnit::Minute));
    for path in ["/leave/erase", "/leave/minor"] {
        let to = format!("/acme/account/prove?then={}", crate::door::escaped(&format!("/acme/account{path}")));
        assert_eq!(world.get(path).await.location(), to);
        assert_eq!(world.post(path, &[("sure", "yes")]).await.location(), to);
    }
    // An archive holds everything at once.
    let to = format!("/acme/account/prove?then={}", crate::door::escaped("/acme/account/leave"));
    assert_eq!(world.post("/leave/export", &[("kind", "access")]).await.location(), to);
    assert_eq!(world.vault.subject(&world.admin, world.ada).await.unwrap().state, "active");
    world.post("/prove", &[("password", PASSWORD)]).await;
    assert_eq!(world.get("/leave/erase").await.status, StatusCode::OK);
}
