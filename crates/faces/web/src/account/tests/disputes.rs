//! What people say is not right: the question, what it changes, what they see meanwhile, and how it ends.

use axum::http::StatusCode;
use candor_vault::DisputeEnd;
use candor_words::RequestId;

use super::*;

/// The page on which Ada says what is not right in her account's record.
async fn question(world: &World) -> (String, Vec<(&'static str, String)>) {
    let path = world.account_path().await;
    let record = path.rsplit('/').next().unwrap().to_owned();
    let at = format!("/rights/dispute?group=account&record={record}");
    (at, vec![("group", "account".to_owned()), ("record", record)])
}

/// Sends the form, and says what it leads to.
async fn dispute(world: &World, about: &str, reason: &str) -> Answered {
    let (_, hidden) = question(world).await;
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([("about", about), ("reason", reason)]);
    world.post("/rights/dispute", &fields).await
}

fn request_of(answered: &Answered) -> RequestId {
    answered.location().rsplit('#').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_question_shows_each_value_and_what_it_stops_before_anything_is_sent() {
    let world = world().await;
    let record = world.account_path().await;
    for page in ["/data", record.as_str()] {
        assert!(world.get(page).await.text.contains("/rights/dispute?group=account&amp;record="), "{page}");
    }
    let page = world.get(&question(&world).await.0).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for part in ["analyst &lt;1&gt;", "value=\"account.name\"", "All of this, or something is missing", "id=\"reason\""]
    {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let changes = between(&page.text, "id=\"changes\"", "</section>");
    let (stops, goes_on) = changes.split_once("Used all the same").unwrap();
    assert!(stops.contains("Provide the service") && !stops.contains("Let you in"), "{stops}");
    for part in ["Let you in, and nobody else", "Make, pursue or meet legal claims"] {
        assert!(goes_on.contains(part), "{part}: {goes_on}");
    }
    assert!(world.get("/rights").await.text.contains("href=\"/acme/account/rights/dispute\""));
}

#[tokio::test]
async fn a_value_is_disputed_restricted_seen_everywhere_and_taken_back() {
    let world = world().await;
    let sent = dispute(&world, "account.job_title", "never <i>worked</i> there").await;
    let request = request_of(&sent);
    assert_eq!(sent.location(), format!("/acme/account/rights?done=disputed#{request}"));
    let rights = world.get("/rights?done=disputed").await.text;
    let card = between(&rights, &format!("id=\"{request}\""), "</article>");
    for part in [
        "Job title",
        "Disputed since",
        "1 June 2026",
        "never &lt;i&gt;worked&lt;/i&gt; there",
        "Answer due by",
        "kept and not used",
    ] {
        assert!(card.contains(part), "{part}: {card}");
    }
    let restricted = between(&rights, "id=\"restriction\"", "</section>");
    assert!(restricted.contains("not settled yet whether it is right"), "{restricted}");
    assert!(world.get("").await.text.contains("The use of your data is restricted"));
    let held = world.get("/data").await.text;
    let row = between(&held, "role=\"rowheader\">Job title", "</tr>");
    assert!(row.contains(">Disputed<"), "{row}");
    assert!(!between(&held, "role=\"rowheader\">Name", "</tr>").contains(">Disputed<"), "nothing else is");
    assert!(world.get(&world.account_path().await).await.text.contains("disputed since 1 June 2026"));

    // They come in again while it is restricted.
    world.sign_in("ada").await;
    let back = world.post(&format!("/rights/requests/{request}/dispute"), &[]).await;
    assert_eq!(back.location(), format!("/acme/account/rights?done=dispute-back#{request}"));
    let again = world.post(&format!("/rights/requests/{request}/dispute"), &[]).await;
    assert_eq!(again.location(), back.location(), "sent twice it is taken back once");
    let rights = world.get("/rights").await.text;
    assert!(rights.contains("You took it back on 1 June 2026.") && !rights.contains("never &lt;i&gt;"), "{rights}");
    assert!(!world.get("").await.text.contains("is restricted"));
    assert!(!world.get("/data").await.text.contains(">Disputed<"));
}

#[tokio::test]
async fn sent_twice_it_is_one_and_what_is_missing_or_too_long_is_said() {
    let world = world().await;
    let first = dispute(&world, "account.name", "").await;
    let second = dispute(&world, "account.name", "again").await;
    assert_eq!(request_of(&first), request_of(&second));
    assert!(second.location().contains("done=disputed-before"));
    assert_eq!(world.get("/rights").await.text.matches("class=\"card\" id=\"req_").count(), 1);

    let nothing = dispute(&world, "", "why").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.text.contains("href=\"#about\"") && nothing.text.contains(">why</textarea>"), "{}", nothing.text);
    let long = dispute(&world, "account.job_title", &"ü".repeat(501)).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(long.text.contains("id=\"reason-error\"") && long.text.contains("checked"), "{}", long.text);
    let undeclared = dispute(&world, "account.shoe", "").await;
    assert_eq!(undeclared.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.post("/rights/dispute", &[("about", "account"), ("record", "x")]).await.status, 400);
    let foreign = world.post_with("ada", "/rights/dispute", &[("about", "account")], "a token of mine").await;
    assert!(foreign.status.is_client_error(), "no form of ours");
}

#[tokio::test]
async fn too_many_are_refused_in_words() {
    let world = world().await;
    for _ in 0..candor_vault::DISPUTES_MAX {
        let sent = dispute(&world, "account.name", "").await;
        world.post(&format!("/rights/requests/{}/dispute", request_of(&sent)), &[]).await;
    }
    let refused = dispute(&world, "account.name", "").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("You dispute too much at once"), "{}", refused.text);
    assert!(!world.get("").await.text.contains("is restricted"));
}

#[tokio::test]
async fn how_it_ended_stands_among_the_requests_with_where_to_complain() {
    let world = world().await;
    let request = request_of(&dispute(&world, "account.name", "").await);
    let some = ["service".to_owned()];
    world.vault.override_dispute(&world.admin, request, ("needed", &some)).await.unwrap();
    let rights = world.get("/rights").await.text;
    assert!(rights.contains("used for some purposes all the same"), "{rights}");
    let restricted = between(&rights, "id=\"restriction\"", "</section>");
    let (_, goes_on) = restricted.split_once("Used all the same").unwrap();
    assert!(goes_on.contains("Provide the service"), "{goes_on}");
    world.vault.settle_dispute(&world.admin, request, DisputeEnd::Rejected, "letter").await.unwrap();
    let rights = world.get("/rights").await.text;
    let card = between(&rights, &format!("id=\"{request}\""), "</article>");
    assert!(card.contains("Settled on 1 June 2026: the organisation does not share your view."), "{card}");
    assert!(card.contains("href=\"#complaints\""), "{card}");
}

#[tokio::test]
async fn nobody_takes_back_what_somebody_else_disputes() {
    let world = world().await;
    let request = request_of(&dispute(&world, "account.name", "").await);
    let tried = world.post_as("bob", &format!("/rights/requests/{request}/dispute"), &[]).await;
    assert_eq!(tried.status, StatusCode::NOT_FOUND);
    assert!(world.get("").await.text.contains("is restricted"));
    assert!(!world.get_as("bob", "").await.text.contains("is restricted"));
}

#[tokio::test]
async fn where_an_organisation_decides_kinds_are_disputed_and_no_value_is_shown() {
    let world = world().await;
    let (at, _) = question(&world).await;
    world.vault.set_managed(&world.admin, world.ada, true).await.unwrap();
    let page = world.get(&at).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Your organisation decides whether it is put right"), "{}", page.text);
    assert!(
        !page.text.contains("Ada Löw") && !page.text.contains("analyst") && page.text.contains("value=\"account\"")
    );
    let sent = world.post("/rights/dispute", &[("about", "account")]).await;
    let rights = world.get("/rights").await.text;
    let card = between(&rights, &format!("id=\"{}\"", request_of(&sent)), "</article>");
    assert!(card.contains("Your organisation decides about it first") && card.contains("all of it"), "{card}");
    assert!(world.get("").await.text.contains("The use of your data is restricted"));
}
