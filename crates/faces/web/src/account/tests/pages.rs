//! What the pages say.

use super::*;

#[tokio::test]
async fn each_value_stands_with_source_purposes_basis_and_end() {
    let world = world().await;
    let page = world.get("/data").await.text;
    let row = between(&page, "<th scope=\"row\" role=\"rowheader\">Email address", "</tr>");
    for part in ["ada@people.example", "You", "since 1 June 2026", "Provide the service", "Contract", "60 days after"] {
        assert!(row.contains(part), "{part} in {row}");
    }
    assert!(page.contains("analyst &lt;1&gt;"));
    world.post("/leave/rest", &[]).await;
    let page = world.get("/data").await.text;
    let row = between(&page, "<th scope=\"row\" role=\"rowheader\">Email address", "</tr>");
    assert!(row.contains("31 July 2026") && row.contains("then erased"), "{row}");
}

#[tokio::test]
async fn a_password_is_named_and_never_shown() {
    let world = world().await;
    let page = world.get("/data").await.text;
    assert!(page.contains("Kept only as a hash that nobody can read"));
    assert!(!page.contains("argon2") && !page.contains(PASSWORD));
}

#[tokio::test]
async fn a_read_by_staff_is_shown_with_who_why_and_what() {
    let world = world().await;
    world.staff_reads("support", &["account.email"]).await;
    world.staff_reads("newsletter", &["account.email"]).await;
    world.get("/data").await;
    let page = world.get("/accesses").await.text;
    let read = between(&page, "Help you with a problem", "</tr>");
    assert!(read.contains("Email address"), "{read}");
    assert!(page.contains("a task of: Support engineers"));
    let refused = between(&page, "you did not consent", "</tr>");
    assert!(refused.contains("News, offers, events and surveys"), "{refused}");
    assert!(page.contains("/ledger/acme/receipts/"));
    assert!(!page.contains("Your right to see it"), "their own looking is left out");
    assert!(world.get("/accesses?own=yes").await.text.contains("Your right to see it"));
}

#[tokio::test]
async fn a_long_list_of_reads_has_pages() {
    let world = world().await;
    for _ in 0..60 {
        world.staff_reads("support", &["account.email"]).await;
    }
    let first = world.get("/accesses").await.text;
    let older = between(&first, "/acme/account/accesses?below=", "\"");
    let next = world.get(older.strip_prefix("/acme/account").unwrap()).await.text;
    assert_eq!(first.matches("Help you with a problem").count(), 50);
    assert!(next.matches("Help you with a problem").count() >= 10 && next.contains("Back to the newest"));
}

#[tokio::test]
async fn fixed_messages_say_why_and_the_others_can_be_declined() {
    let world = world().await;
    let page = world.get("/messages").await.text;
    let fixed = between(&page, "id=\"purpose-service_messages\"", "</section>");
    assert!(fixed.contains("security alerts and notices of administration belong to the service"));
    assert!(!fixed.contains("<form"));
    let declinable = between(&page, "id=\"purpose-notifications\"", "</section>");
    assert!(declinable.contains("Decline (email)") && declinable.contains("Decline (text message)"));
    let newsletter = between(&page, "id=\"purpose-newsletter\"", "</section>");
    assert!(newsletter.contains("Comes only with your consent."));
}

#[tokio::test]
async fn the_area_speaks_german() {
    let world = world().await;
    for path in ["", "/data", "/accesses", "/consents", "/messages", "/rights", "/notices", "/leave", "/leave/erase"] {
        let page = world.get_as("ada", &format!("{path}?lang=de")).await.text;
        assert!(page.contains("<html lang=\"de\">"), "{path}");
        assert!(page.contains("href=\"/acme/account/data?lang=de\""), "{path}");
        for english in [">Overview<", ">Sign out<", ">Consents<", "Privacy policy", "(optional)"] {
            assert!(!page.contains(english), "{path} has {english}");
        }
    }
    let request = Request::get("/acme/account")
        .header(header::COOKIE, world.browser("ada").0)
        .header(header::ACCEPT_LANGUAGE, "de");
    let page = world.send(request.body(Body::empty()).unwrap()).await.text;
    assert!(page.contains("Ihre Einwilligungen") || page.contains("Einwilligungen"));
    assert!(page.contains("href=\"/acme/account/data\""), "a language that the browser asks for needs no mark");
}

#[tokio::test]
async fn a_change_of_the_policy_is_told_with_the_comparison_and_the_way_out() {
    let world = world().await;
    world.in_days(1).await;
    let coming =
        policy().replace("version 2026-01-10, effective 2026-02-15", "version 2026-09-01, effective 2026-09-01");
    let coming = coming
        .replace("uses account.job_title, account.domain,", "uses account.job_title, account.name, account.domain,");
    let sources = vec![("policy.candor".to_owned(), coming)];
    world.vault.put_policy(&world.admin, sources).await.unwrap();
    let page = world.get("/notices").await.text;
    assert!(page.contains("Takes effect on 1 September 2026"), "{page}");
    assert!(page.contains("/compare/"));
    let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("no `{part}`"));
    assert!(at("/leave#export") < at("/leave#rest") && at("/leave#rest") < at("/leave#erase"), "the export first");
    assert!(world.get("").await.text.contains("privacy policy changes"));
    let notice = between(&page, "/acme/account/notices/", "\"").rsplit('/').next().unwrap().to_owned();
    let seen = world.post(&format!("/notices/{notice}"), &[]).await;
    assert_eq!(seen.location(), "/acme/account/notices?done=seen");
    assert!(world.get("/notices").await.text.contains("No change waits for you."));
}
