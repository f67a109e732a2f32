//! What people do there.

use axum::http::StatusCode;

use super::*;

#[tokio::test]
async fn a_correction_takes_effect_and_the_past_is_kept() {
    let world = world().await;
    let path = world.account_path().await;
    let all =
        [("account.email", "eve@people.example"), ("account.name", "Ada King"), ("account.job_title", "analyst <1>")];
    let saved = world.post(&path, &all).await;
    assert_eq!(saved.location(), format!("/acme/account{path}?done=saved"));
    let page = world.get(&format!("{path}?done=saved")).await.text;
    assert!(page.contains("Your changes are saved.") && page.contains("value=\"Ada King\""));
    let past = between(&page, "id=\"past\"", "</section>");
    assert!(past.contains("Ada Löw") && past.contains("until 1 June 2026"), "{past}");
    assert!(!past.contains("analyst"), "only what was different");
    // The address people sign in with does not change here.
    assert!(page.contains("ada@people.example") && !page.contains("eve@people.example"));
    let same = world.post(&path, &all).await;
    assert_eq!(same.location(), format!("/acme/account{path}?done=unchanged"));
}

#[tokio::test]
async fn an_optional_value_can_be_emptied_and_a_needed_one_cannot() {
    let world = world().await;
    let path = world.account_path().await;
    world.post(&path, &[("account.name", "Ada Löw"), ("account.job_title", "")]).await;
    assert!(!world.get("/data").await.text.contains("Job title"));
    let refused = world.post(&path, &[("account.name", " "), ("account.job_title", "boss")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("Fill in: Name") && refused.text.contains("href=\"#account.name\""));
    assert!(refused.text.contains("value=\"boss\""), "what was typed is still there");
    assert!(!world.get("/data").await.text.contains("boss"));
}

#[tokio::test]
async fn what_came_from_elsewhere_is_corrected_on_request() {
    let world = world().await;
    let asked = world.post(&world.account_path().await, &[("ask", "correction")]).await;
    assert_eq!(asked.location(), "/acme/account/rights?done=request");
    assert!(world.get("/rights").await.text.contains("Have mistakes corrected"));
}

#[tokio::test]
async fn consent_is_given_taken_back_and_remembered() {
    let world = world().await;
    let page = world.get("/consents").await.text;
    let card = between(&page, "id=\"purpose-statistics\"", "</section>");
    for part in [
        "May we count your visits and how you move between pages?",
        "Not asked yet: off",
        "value=\"yes\"",
        "value=\"no\"",
        "Example Analytics",
        "A yes holds for 12 months",
    ] {
        assert!(card.contains(part), "{part}");
    }
    let said = world.post("/consents/statistics", &[("answer", "yes")]).await;
    assert_eq!(said.location(), "/acme/account/consents?done=consent#purpose-statistics");
    assert_eq!(world.consent("statistics").await, Some(ConsentState::Given));
    let page = world.get("/consents").await.text;
    let card = between(&page, "id=\"purpose-statistics\"", "</section>");
    assert!(card.contains("You said yes, until 1 June 2027") && card.contains("Take my yes back"));
    world.post("/consents/statistics", &[("answer", "withdrawn")]).await;
    assert_eq!(world.consent("statistics").await, Some(ConsentState::Withdrawn));
    let card = world.get("/consents").await.text;
    let card = between(&card, "id=\"purpose-statistics\"", "</section>").to_owned();
    assert!(card.contains("You took it back") && card.contains("Taken back") && card.contains("value=\"yes\""));
    // A double opt-in waits.
    world.post("/consents/newsletter", &[("answer", "yes")]).await;
    assert_eq!(world.consent("newsletter").await, Some(ConsentState::Unconfirmed));
    world.post("/consents/advertising", &[("answer", "no")]).await;
    assert_eq!(world.consent("advertising").await, Some(ConsentState::Refused));
}

#[tokio::test]
async fn a_receipt_of_consent_is_downloaded() {
    let world = world().await;
    world.post("/consents/statistics", &[("answer", "yes")]).await;
    for form in ["dpv", "kantara"] {
        let receipt = world.get(&format!("/consents/statistics/receipt?form={form}")).await;
        assert_eq!(receipt.headers[header::CONTENT_TYPE], "application/json");
        let told: serde_json::Value = serde_json::from_str(&receipt.text).unwrap();
        assert_eq!(told["form"], form);
    }
    assert_eq!(world.get("/consents/advertising/receipt").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn messages_are_declined_channel_by_channel_and_fixed_ones_are_not() {
    let world = world().await;
    world.post("/messages/notifications/email", &[("opt", "out")]).await;
    let page = world.get("/messages").await.text;
    let card = between(&page, "id=\"purpose-notifications\"", "</section>");
    assert!(card.contains("Get them again (email)") && card.contains("Decline (text message)"));
    world.post("/messages/notifications/email", &[("opt", "in")]).await;
    assert!(world.get("/messages").await.text.contains("Decline (email)"));
    for (path, opt) in [("/messages/service_messages/email", "out"), ("/messages/notifications/pigeon", "out")] {
        assert!(world.post(path, &[("opt", opt)]).await.status.is_client_error(), "{path}");
    }
    assert_eq!(world.post("/messages/notifications/email", &[("opt", "x")]).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_request_has_its_clock() {
    let world = world().await;
    let asked = world.post("/rights", &[("right", "erasure")]).await;
    assert!(asked.location().starts_with("/acme/account/rights?done=request#req_"));
    world.in_days(10).await;
    let page = world.get("/rights").await.text;
    let card = between(&page, "id=\"req_", "</section>");
    assert!(card.contains("Answer due by 1 July 2026") && card.contains("20 days left"), "{card}");
    assert!(card.contains("Identity proved"), "who signed in has proved who they are");
    world.in_days(30).await;
    assert!(world.get("/rights").await.text.contains("10 days late"));
    let nothing = world.post("/rights", &[("right", "everything")]).await;
    assert_eq!(nothing.status, StatusCode::SEE_OTHER);
    assert_eq!(world.get("/rights").await.text.matches("class=\"card\" id=\"req_").count(), 1);
}

#[tokio::test]
async fn an_objection_stops_its_purpose() {
    let world = world().await;
    let page = world.get("/rights").await.text;
    assert!(between(&page, "id=\"purpose-onboarding\"", "</form>").contains("helping people to find the parts"));
    world.post("/rights/objections/onboarding", &[]).await;
    let page = world.get("/rights").await.text;
    assert!(page.contains("You objected on 1 June 2026"));
    assert!(world.post("/rights/objections/service", &[]).await.status.is_client_error(), "a contract knows none");
}

#[tokio::test]
async fn the_use_is_restricted_and_freed_again() {
    let world = world().await;
    world.post("/rights/restriction", &[("act", "restrict")]).await;
    assert!(world.get("/rights").await.text.contains("Restricted since 1 June 2026."));
    assert!(world.get("").await.text.contains("The use of your data is restricted"));
    assert_eq!(world.get("/data").await.status, StatusCode::OK, "they still see what is held");
    world.post("/rights/restriction", &[("act", "lift")]).await;
    assert!(!world.get("").await.text.contains("is restricted"));
}

#[tokio::test]
async fn an_account_rests_and_comes_back() {
    let world = world().await;
    world.post("/leave/rest", &[]).await;
    assert_eq!(world.vault.subject(&world.admin, world.ada).await.unwrap().state, "deactivated");
    assert!(world.get("").await.text.contains("Your account rests."));
    let back = world.post("/leave/back", &[]).await;
    assert_eq!(back.location(), "/acme/account?done=back");
    assert_eq!(world.vault.subject(&world.admin, world.ada).await.unwrap().state, "active");
}

#[tokio::test]
async fn the_export_is_a_whole_archive_with_its_entry() {
    let world = world().await;
    for kind in ["access", "portability"] {
        let archive = world.post("/leave/export", &[("kind", kind)]).await;
        assert_eq!(archive.headers[header::CONTENT_TYPE], "application/zip");
        assert!(archive.text.starts_with("PK"));
    }
    let page = world.get("/accesses?own=yes").await.text;
    assert!(page.contains("Exported"));
}

#[tokio::test]
async fn an_archive_is_encrypted_with_the_words_or_the_key_that_were_given_and_others_are_refused() {
    let world = world().await;
    let key = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
    for (typed, stanza) in [("four words of mine", "-> scrypt "), (key, "-> X25519 ")] {
        let archive = world.post("/leave/export", &[("kind", "access"), ("passphrase", typed)]).await;
        assert_eq!(archive.headers[header::CONTENT_TYPE], "application/octet-stream");
        assert!(archive.text.starts_with(&format!("age-encryption.org/v1\n{stanza}")), "{typed}");
    }
    for (typed, says) in [("short", "12 to 256 characters"), ("age1zz", "58 letters and digits")] {
        let page = world.post("/leave/export", &[("kind", "access"), ("passphrase", typed)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(page.text.contains(says) && page.text.contains("href=\"#passphrase\""), "{typed}");
        assert!(!page.text.contains(&format!("value=\"{typed}\"")), "{typed}");
    }
}

#[tokio::test]
async fn erasure_asks_once_more_and_is_whole() {
    let world = world().await;
    world.staff_reads("support", &["account.email"]).await;
    let page = world.get_as("ada", "/leave/erase").await.text;
    for part in ["What goes", "What stays, and why", "Download a copy first", "I have read what goes"] {
        assert!(page.contains(part), "{part}");
    }
    let unsure = world.post_as("ada", "/leave/erase", &[]).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unsure.text.contains("Tick the box"));
    let gone = world.post_as("ada", "/leave/erase", &[("sure", "yes")]).await;
    assert_eq!(gone.status, StatusCode::OK);
    assert!(gone.text.contains("Everything is erased") && gone.text.contains("/ledger/acme/receipts/"));
    assert!(gone.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(world.get("").await.status, StatusCode::SEE_OTHER, "signed out everywhere");
    let error = world.vault.subject(&world.admin, world.ada).await.unwrap_err();
    assert_eq!(error.code(), "subject.erased");
    assert_eq!(world.vault.subject(&world.admin, world.bob).await.unwrap().state, "active");
}

#[tokio::test]
async fn while_a_hold_is_in_force_nothing_is_erased_and_its_ground_is_named() {
    let world = world().await;
    world.vault.place_hold(&world.admin, world.ada, "case 12/2026", None).await.unwrap();
    let page = world.get_as("ada", "/leave/erase").await.text;
    assert!(page.contains("case 12/2026, until it is lifted") && !page.contains("name=\"sure\""));
    let refused = world.post_as("ada", "/leave/erase", &[("sure", "yes")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("a legal hold is in force"));
}

#[tokio::test]
async fn the_account_of_a_child_is_erased_in_one_step() {
    let world = world().await;
    assert!(world.get("/leave").await.text.contains("You are under 18"));
    let page = world.get_as("ada", "/leave/minor").await.text;
    assert!(page.contains("The account is of somebody under 18"));
    let gone = world.post_as("ada", "/leave/minor", &[("sure", "yes")]).await;
    assert!(gone.text.contains("Everything is erased"));
    assert_eq!(world.vault.subject(&world.admin, world.ada).await.unwrap_err().code(), "subject.erased");
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_and_all_at_once() {
    let world = world().await;
    let old = world.browser("ada");
    world.sign_in("ada").await;
    let page = world.get("/sessions").await.text;
    assert_eq!(page.matches("id=\"session-").count() / 2, 2, "{page}");
    assert_eq!(page.matches("This one").count(), 1);
    let other = between(&page, "action=\"/acme/account/sessions/", "\" novalidate").rsplit('/').next().unwrap();
    assert_eq!(world.post(&format!("/sessions/{other}"), &[]).await.location(), "/acme/account/sessions?done=ended");
    world.browsers.lock().insert("old".to_owned(), old);
    assert_eq!(world.get_as("old", "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.get("").await.status, StatusCode::OK);
    world.sign_in("bob").await;
    let ended = world.post("/sessions", &[]).await;
    assert_eq!(ended.location(), "/acme/sign-in");
    assert_eq!(world.get("").await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.get_as("bob", "").await.status, StatusCode::OK, "of nobody else");
    assert_eq!(world.post_as("bob", "/sessions/0123", &[]).await.status, StatusCode::NOT_FOUND);
}
