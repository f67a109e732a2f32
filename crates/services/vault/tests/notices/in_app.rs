//! Notice in the app and on sites.

use candor_words::{Span, SpanUnit};

use super::{SUPPORT, told_world};

#[tokio::test]
async fn a_notice_is_open_until_it_is_acknowledged_and_each_leaves_one_entry() {
    let (world, _) = told_world().await;
    let ada = world.ada().await;
    assert_eq!(world.vault.open_notices(&world.admin, ada).await.unwrap(), []);
    let put = world.put(&[SUPPORT]).await.unwrap();
    let open = world.vault.open_notices(&world.admin, ada).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((&open[0].policy, open[0].in_force, open[0].effective_at), (&put.digest, false, put.effective_at));
    assert_eq!(open[0].notice.changes[0].sentence, "Support may now use account.job.");
    assert_eq!(world.vault.open_notices(&world.admin, ada).await.unwrap(), open, "shown since the first time");
    let told = world.vault.told(&world.admin, &put.digest).await.unwrap();
    assert_eq!((told.n_shown, told.n_acknowledged), (1, 0));

    // It stays open when the version takes effect, and says so.
    world.clock.advance(Span::new(8, SpanUnit::Day));
    let later = world.vault.open_notices(&world.admin, ada).await.unwrap();
    assert!(later[0].in_force && later[0].notice.lead.contains("took effect"), "{later:?}");

    let seen = world.vault.acknowledge(&world.admin, ada, &open[0].id).await.unwrap();
    assert!(seen.entry.is_some());
    let again = world.vault.acknowledge(&world.admin, ada, &open[0].id).await.unwrap();
    assert_eq!((again.at, again.entry), (seen.at, None));
    assert_eq!(world.vault.open_notices(&world.admin, ada).await.unwrap(), []);
    let entries = world.vault.accesses(&world.admin, ada, None, 100).await.unwrap().rows;
    let count = |kind: &str| entries.iter().filter(|entry| entry.kind == kind).count();
    assert_eq!((count("notice_sent"), count("notice_acknowledged")), (1, 1));
    let unknown = world.vault.acknowledge(&world.admin, ada, "00").await.unwrap_err();
    assert_eq!(unknown.code(), "notice.unknown");
}

#[tokio::test]
async fn who_came_after_the_change_has_nothing_to_be_told() {
    let (world, _) = told_world().await;
    world.put(&[SUPPORT]).await.unwrap();
    let early = world.person("early@people.example", "E").await;
    assert_eq!(world.vault.open_notices(&world.admin, early).await.unwrap().len(), 1, "they came under the old text");
    world.clock.advance(Span::new(8, SpanUnit::Day));
    let late = world.person("late@people.example", "L").await;
    assert_eq!(world.vault.open_notices(&world.admin, late).await.unwrap(), []);
}

#[tokio::test]
async fn sites_show_what_comes_and_for_a_month_what_came() {
    let (world, _) = told_world().await;
    assert_eq!(world.vault.coming_notices(world.tenant).await.unwrap(), []);
    world.put(&[SUPPORT]).await.unwrap();
    let coming = world.vault.coming_notices(world.tenant).await.unwrap();
    assert_eq!((coming.len(), coming[0].in_force), (1, false));
    world.clock.advance(Span::new(20, SpanUnit::Day));
    assert!(world.vault.coming_notices(world.tenant).await.unwrap()[0].in_force);
    world.clock.advance(Span::new(20, SpanUnit::Day));
    assert_eq!(world.vault.coming_notices(world.tenant).await.unwrap(), []);
}

#[tokio::test]
async fn only_a_caller_with_the_scope_is_told() {
    let (world, _) = told_world().await;
    let ada = world.ada().await;
    let new = candor_vault::NewKey {
        label: "reader".into(),
        scopes: vec![candor_vault::Scope::Read],
        recipient: None,
        purposes: None,
        expires_at: None,
    };
    let issued = world.vault.issue_key(&world.admin, new).await.unwrap();
    let reader = world.vault.authenticate(issued.secret.expose()).await.unwrap();
    for refused in [
        world.vault.open_notices(&reader, ada).await.unwrap_err(),
        world.vault.acknowledge(&reader, ada, "00").await.unwrap_err(),
        world.vault.ask_again(&reader, None, 10).await.unwrap_err(),
        world.vault.told(&reader, "00").await.unwrap_err(),
        world.vault.undeliverable(&reader, "00", None, 10).await.unwrap_err(),
    ] {
        assert_eq!(refused.kind(), candor_vault::ErrorKind::Denied, "{refused}");
    }
}
