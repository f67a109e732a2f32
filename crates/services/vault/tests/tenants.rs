//! A tenant whose maker dies half way.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use candor_vault::NewTenant;
use futures_util::FutureExt;
use support::{POLICY, world};

#[tokio::test]
async fn the_administrator_key_is_told_before_the_tenant_is_made() {
    let world = world().await;
    let sources = vec![("policy.candor".to_owned(), POLICY.to_owned())];
    let new = NewTenant { slug: "second".into(), title: "Second".into(), sources };
    let mut told = None;
    let tell = |created: &candor_vault::CreatedTenant| {
        let there = world.vault.tenant_by_slug("second").now_or_never().expect("a store in memory answers at once");
        assert!(there.unwrap().is_none(), "it is made already, and nobody has seen its key");
        told = Some(created.administrator.secret.expose().clone());
    };
    let created = world.vault.create_tenant_told(new, tell).await.unwrap();
    let caller = world.vault.authenticate(&told.unwrap()).await.unwrap();
    assert_eq!(caller.tenant(), created.tenant);
}
