use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use candor_manifest::Manifest;
use candor_manifest::model::{Contact, Controller, Country};
use candor_words::Instant;
use tower::ServiceExt;

use super::*;
use crate::{ArchivedVersion, Standing, TenantLink};

/// One tenant, `acme`, with an older version beside the one in force.
struct Acme;

fn manifest(version: &str) -> Arc<Manifest> {
    let contacts = vec![Contact::Email("privacy@acme.example".to_owned())];
    let mut manifest =
        Manifest::draft(Controller { name: "Acme <Ltd>".to_owned(), country: Country(*b"IN"), contacts });
    manifest.name = "Acme \"Cloud\"".to_owned();
    manifest.version = version.to_owned();
    manifest.sells_data = version == "2";
    manifest.honours_gpc = version == "2";
    Arc::new(manifest)
}

#[async_trait::async_trait]
impl Policies for Acme {
    async fn tenants(&self) -> Vec<TenantLink> {
        vec![TenantLink { slug: "acme".to_owned(), title: "Acme & <Sons>".to_owned() }]
    }

    async fn policy(&self, tenant: &str) -> Option<Arc<Manifest>> {
        assert!(tenant.len() <= 63, "a name that cannot be one is not looked up");
        (tenant == "acme").then(|| manifest("2"))
    }

    async fn versions(&self, _: &str) -> Vec<ArchivedVersion> {
        let put = |version: &str, standing| ArchivedVersion {
            version: version.to_owned(),
            address: version.to_owned(),
            in_force_from: Instant::from_date(2026, 1, 29).unwrap(),
            digest: format!("{version}abc"),
            standing,
        };
        vec![put("2", Standing::InForce), put("1", Standing::Past)]
    }

    async fn version(&self, tenant: &str, version: &str) -> Option<Arc<Manifest>> {
        (tenant == "acme" && (version == "1" || version == "2")).then(|| manifest(version))
    }
}

async fn ask(request: Request<Body>) -> Response {
    let app = router(Arc::new(Acme)).fallback(crate::not_found);
    app.oneshot(request).await.unwrap()
}

async fn get_page(path: &str) -> Response {
    ask(Request::get(path).body(Body::empty()).unwrap()).await
}

async fn text(response: Response) -> String {
    String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

fn header_of(response: &Response, name: HeaderName) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

const PAGES: [(&str, &str); 11] = [
    ("/", "text/html; charset=utf-8"),
    ("/style.css", "text/css; charset=utf-8"),
    ("/acme", "text/html; charset=utf-8"),
    ("/acme/policy.json", "application/json"),
    ("/acme/policy.jsonld", "application/ld+json"),
    ("/acme/versions/1", "text/html; charset=utf-8"),
    ("/acme/versions", "text/html; charset=utf-8"),
    ("/acme/compare/1/2", "text/html; charset=utf-8"),
    ("/acme/records", "text/html; charset=utf-8"),
    ("/acme/records.json", "application/json"),
    ("/acme/records.csv", "text/csv; charset=utf-8"),
];

fn assert_guarded(response: &Response, path: &str) {
    for (name, value) in GUARDS {
        assert_eq!(response.headers().get(&name).unwrap(), value, "{path}");
    }
    assert!(response.headers().get(header::SET_COOKIE).is_none(), "{path}");
}

#[tokio::test]
async fn every_page_answers_with_its_type_and_the_guards() {
    for (path, content_type) in PAGES {
        let response = get_page(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header_of(&response, header::CONTENT_TYPE), content_type, "{path}");
        assert_guarded(&response, path);
    }
}

#[tokio::test]
async fn head_answers_as_get_does_without_a_body() {
    for (path, content_type) in PAGES {
        let response = ask(Request::head(path).body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header_of(&response, header::CONTENT_TYPE), content_type, "{path}");
        assert_eq!(text(response).await, "", "{path}");
    }
}

#[tokio::test]
async fn a_reader_who_has_the_page_is_sent_no_second_copy() {
    for (path, _) in PAGES {
        let tag = header_of(&get_page(path).await, header::ETAG);
        for held in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let request = Request::get(path).header(header::IF_NONE_MATCH, held).body(Body::empty()).unwrap();
            let response = ask(request).await;
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{path}");
            assert_eq!(header_of(&response, header::ETAG), tag);
            assert_eq!(text(response).await, "");
        }
        let request = Request::get(path).header(header::IF_NONE_MATCH, "\"other\"").body(Body::empty()).unwrap();
        assert_eq!(ask(request).await.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn the_style_sheet_is_kept_for_a_year_under_its_own_address_only() {
    let page = text(get_page("/").await).await;
    let href = page.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(header_of(&get_page(href).await, header::CACHE_CONTROL).contains("immutable"));
    assert_eq!(header_of(&get_page("/style.css?v=old").await, header::CACHE_CONTROL), "no-cache");
    assert_eq!(header_of(&get_page("/style.css").await, header::CACHE_CONTROL), "no-cache");
}

#[tokio::test]
async fn an_address_that_names_no_tenant_is_not_found() {
    let long = format!("/{}", "a".repeat(64));
    let paths = [
        "/nobody",
        "/nobody/records",
        "/acme/versions/3",
        "/nobody/versions",
        "/nobody/compare/1/2",
        "/acme/compare/1/3",
        "/acme/compare/3/1",
        "/acme/compare/1",
        "/acme/compare/1/%FF",
        "/ACME/compare/1/2",
        "/acme/compare/1/%3Cscript%3E",
        "/acme/nothing",
        "/ACME",
        "/acme%00",
        "/acme%2Frecords",
        "/%FF%FE",
        "/..%2F..%2Fetc%2Fpasswd",
        "/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/acme'%20OR%20'1'='1",
        "/acme/versions/%3Cscript%3E",
        &long,
    ];
    for path in paths {
        let response = get_page(path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(header_of(&response, header::CONTENT_TYPE), "text/html; charset=utf-8", "{path}");
        assert_guarded(&response, path);
        let body = text(response).await;
        assert!(!body.contains("<script") && !body.contains("passwd"), "{path}");
    }
}

#[tokio::test]
async fn nothing_but_reading_is_allowed() {
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let request = Request::builder().method(method).uri("/acme").body(Body::empty()).unwrap();
        assert_eq!(ask(request).await.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
}

#[tokio::test]
async fn texts_of_tenants_are_escaped_in_the_frame() {
    let front = text(get_page("/").await).await;
    assert!(front.contains("Acme &amp; &lt;Sons&gt;"));
    let page = text(get_page("/acme").await).await;
    assert!(page.contains("<title>Acme &quot;Cloud&quot;: privacy policy</title>"));
    assert!(!page.contains("<Ltd>"));
}

#[tokio::test]
async fn an_older_version_links_to_the_one_in_force_and_back() {
    let older = text(get_page("/acme/versions/1").await).await;
    assert!(older.contains("Version 1"));
    assert!(older.contains("href=\"/acme/versions/2\""));
    let current = text(get_page("/acme").await).await;
    assert!(current.contains("href=\"/acme/versions/1\""));
}

#[tokio::test]
async fn the_archive_dates_each_version_and_leads_to_it_and_to_what_it_changed() {
    assert!(text(get_page("/acme").await).await.contains("href=\"/acme/versions\""));
    let archive = text(get_page("/acme/versions").await).await;
    for part in [
        "href=\"/acme/versions/1\"",
        "href=\"/acme/versions/2\"",
        "href=\"/acme/compare/1/2\"",
        "29 January 2026",
        "2abc",
        "In force",
        "The first version",
    ] {
        assert!(archive.contains(part), "{part}");
    }
}

#[tokio::test]
async fn a_comparison_tells_the_strongest_class_first() {
    let page = text(get_page("/acme/compare/1/2").await).await;
    let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("the page has no `{part}`"));
    assert!(at("Needs notice before it takes effect") < at("Data may now be sold"));
    assert!(at("Data may now be sold") < at("Less is done, or more is promised"));
    assert!(page.contains("2 changes; 1 of them is significant."));
    let same = text(get_page("/acme/compare/2/2").await).await;
    assert!(same.contains("Nothing changed.") && !same.contains("<section"));
}

#[tokio::test]
async fn no_page_carries_a_script_or_a_style_of_its_own() {
    for path in ["/", "/acme", "/acme/versions", "/acme/compare/1/2", "/acme/records", "/nobody"] {
        let page = text(get_page(path).await).await;
        for mark in ["<script", "<style", " style=", " onclick", " onload", "javascript:"] {
            assert!(!page.contains(mark), "{path} has {mark}");
        }
    }
}

#[test]
fn the_style_sheet_stays_small() {
    assert!(include_str!("../style.css").len() <= 24 * 1024);
}
