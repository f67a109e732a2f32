//! Lengths that administrators set for managed accounts.

use candor_vault::Scope;
use candor_words::{Instant, Span, SpanUnit};

use crate::{code, observed, places};

#[tokio::test]
async fn a_length_within_the_bounds_holds_for_managed_accounts_only() {
    for place in places().await {
        let device = || observed("device", &[("model", "M1".into()), ("ip", "203.0.113.7".into())]);
        let (managed, other) = (place.made(vec![device()]).await, place.made(vec![device()]).await);
        place.vault.set_managed(&place.admin, managed, true).await.unwrap();

        for (length, unit) in [(29, SpanUnit::Day), (8, SpanUnit::Year)] {
            let outside = place.vault.set_retention_length(&place.admin, "device", Some(Span::new(length, unit))).await;
            let error = outside.unwrap_err();
            assert_eq!(error.code(), "retention.out_of_bounds");
            assert!(error.message().contains("`30 days`") && error.message().contains("`7 years`"), "{error}");
        }
        let unknown =
            place.vault.set_retention_length(&place.admin, "wardrobe", Some(Span::new(1, SpanUnit::Year))).await;
        assert_eq!(code(unknown), "group.undeclared");
        let set = place.vault.set_retention_length(&place.admin, "device", Some(Span::new(2, SpanUnit::Year))).await;
        assert_eq!(set.unwrap().lengths["device"], "2 years");
        look_again(&place).await;

        place.pass(18, SpanUnit::Month);
        place.run().await;
        assert_eq!((place.n_stored(managed, "device").await, place.n_stored(other, "device").await), (1, 0));
        assert_eq!(place.n_given(managed, "service", "device.ip").await, 1, "the whole group is kept as long");
        place.vault.set_retention_length(&place.admin, "device", None).await.unwrap();
        look_again(&place).await;
        place.run().await;
        assert_eq!(place.n_stored(managed, "device").await, 0);
        let writer = candor_vault::NewKey {
            label: "door".into(),
            scopes: vec![Scope::Write],
            recipient: None,
            purposes: None,
            expires_at: None,
        };
        let issued = place.vault.issue_key(&place.admin, writer).await.unwrap();
        let writer = place.vault.authenticate(issued.secret.expose()).await.unwrap();
        let tried = place.vault.set_retention_length(&writer, "device", None).await;
        assert_eq!(code(tried), "key.scope_missing");
    }
}

async fn look_again(place: &crate::Place) {
    let now = place.vault.now();
    let until = Instant::from_millis(now.as_millis() + 60_000);
    for job in place.vault.store().lease_jobs(now, until, 10).await.unwrap() {
        place.vault.run_job(&job).await.unwrap();
    }
}
