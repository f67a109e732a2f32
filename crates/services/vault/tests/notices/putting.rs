//! Putting a version: in time for the notice that is promised.

use candor_vault::{ErrorKind, PutAtStart};
use candor_words::{Instant, Span, SpanUnit};

use super::support::{POLICY, world};
use super::{PROMISE, SUPPORT, told_world};

const TRANSFER: (&str, &str) = ("controller \"Sketch Ltd\"", "controller \"Buyer Ltd\"");

#[tokio::test]
async fn a_date_that_leaves_too_little_time_is_refused_with_the_earliest() {
    let (world, _) = told_world().await;
    let refused = world.put_dated(Some("2026-06-08"), &[SUPPORT]).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::Unprocessable, "policy.notice_too_short"));
    assert_eq!(refused.details(), [("earliest", "2026-06-08T01:00:00.000Z".to_owned())]);
    assert!(refused.message().contains("7 days before"), "{refused}");
    assert_eq!(world.vault.policies(world.tenant).await.unwrap().len(), 1);
    // A day that has passed leaves no time at all.
    let refused = world.put_dated(Some("2026-01-01"), &[SUPPORT]).await.unwrap_err();
    assert_eq!(refused.code(), "policy.notice_too_short");
    let put = world.put_dated(Some("2026-06-09"), &[SUPPORT]).await.unwrap();
    assert_eq!(put.effective_at, Instant::from_date(2026, 6, 9).unwrap());
}

#[tokio::test]
async fn without_a_date_a_version_takes_effect_as_soon_as_notice_allows() {
    let (world, _) = told_world().await;
    let now = world.vault.now();
    let put = world.put(&[TRANSFER]).await.unwrap();
    assert_eq!(put.effective_at, now.plus(Span::new(7, SpanUnit::Day)));
    let notice = put.notice.unwrap();
    assert_eq!((notice.by, notice.before.as_deref()), (vec!["email", "in_app"], Some("7 days")));
    assert_eq!(world.vault.plan(world.tenant, None).await.unwrap().manifest().controller.name, "Sketch Ltd");
}

#[tokio::test]
async fn what_needs_no_notice_takes_effect_at_once() {
    let (world, carrier) = told_world().await;
    world.ada().await;
    let now = world.vault.now();
    let put = world.put(&[("\"Bill your subscription\"", "\"Bill what you ordered\"")]).await.unwrap();
    assert_eq!((put.effective_at, put.notice), (now, None));
    world.tell_everybody().await;
    assert_eq!(carrier.sent(), []);
}

#[tokio::test]
async fn the_promise_is_that_of_the_version_in_force() {
    let (world, _) = told_world().await;
    // The new text may promise less; what was promised holds for the change that says so.
    let put = world.put(&[(PROMISE, "notice of any change by in app\n")]).await.unwrap();
    assert_eq!(put.effective_at, world.vault.now().plus(Span::new(7, SpanUnit::Day)));
}

#[tokio::test]
async fn mail_that_is_promised_and_cannot_be_sent_refuses_the_version() {
    let world =
        super::world_over(std::sync::Arc::new(super::MemoryStore::new()), &format!("{POLICY}\n{PROMISE}")).await;
    world.clock.advance(Span::new(1, SpanUnit::Hour));
    assert_eq!(world.put(&[SUPPORT]).await.unwrap_err().code(), "policy.notice_no_mail");
}

#[tokio::test]
async fn a_significant_change_that_no_rule_speaks_of_is_told_in_the_app() {
    let world = world().await;
    world.clock.advance(Span::new(1, SpanUnit::Hour));
    let (from, to) = SUPPORT;
    let sources = vec![("policy.candor".to_owned(), POLICY.replace(from, to))];
    let put = world.vault.put_policy(&world.admin, sources).await.unwrap();
    assert_eq!(put.notice.unwrap().by, ["in_app"]);
}

#[tokio::test]
async fn a_start_takes_back_nothing_that_was_put_since() {
    let (world, _) = told_world().await;
    let first = vec![("policy.candor".to_owned(), format!("{POLICY}\n{PROMISE}"))];
    let start = || world.vault.put_at_start(world.tenant, first.clone());
    assert!(matches!(start().await.unwrap(), PutAtStart::Newest(view) if view.version == "2026-01-29"));
    let put = world.put(&[SUPPORT]).await.unwrap();
    let size = world.vault.store().ledger_size(world.tenant).await.unwrap();
    match start().await.unwrap() {
        PutAtStart::Earlier { named, newest } => {
            assert_eq!((named.version.as_str(), newest.digest), ("2026-01-29", put.digest.clone()));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(world.vault.store().ledger_size(world.tenant).await.unwrap(), size);
    assert_eq!(world.vault.policies(world.tenant).await.unwrap().len(), 2);
    world.clock.advance(Span::new(8, SpanUnit::Day));
    assert!(matches!(start().await.unwrap(), PutAtStart::Earlier { .. }));
    assert_eq!(world.vault.plan(world.tenant, None).await.unwrap().manifest().version, "2");
    // A text that was never put is put.
    let (from, to) = TRANSFER;
    let third = vec![("policy.candor".to_owned(), format!("{POLICY}\n{PROMISE}").replace(from, to))];
    assert!(matches!(world.vault.put_at_start(world.tenant, third).await.unwrap(), PutAtStart::Put(_)));
    // An administrator may go back to an earlier text on purpose.
    let back = world.vault.put_policy(&world.admin, first.clone()).await.unwrap();
    assert_eq!((back.version.as_str(), back.effective_at), ("2026-01-29", world.vault.now()));
    assert_eq!(world.vault.plan(world.tenant, None).await.unwrap().manifest().version, "2026-01-29");
}
