//! What faces await can move between threads: checked when this compiles.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use candor_vault::{ExportKind, Recurring};
use support::world;

fn is_send<T: Send>(of: T) -> T {
    of
}

#[tokio::test]
async fn every_future_and_an_export_can_be_sent() {
    let world = world().await;
    let ada = world.ada().await;
    let (vault, admin, tenant) = (&world.vault, &world.admin, world.tenant);
    let mut export = is_send(is_send(vault.export(admin, ada, ExportKind::Access)).await.unwrap());
    is_send(export.next()).await.unwrap();
    is_send(vault.checkpoint(tenant)).await.unwrap();
    is_send(vault.ledger_file(tenant, "key")).await.unwrap();
    is_send(vault.inclusion(tenant, 0, None)).await.unwrap();
    is_send(vault.consistency(tenant, 0, 1)).await.unwrap();
    is_send(vault.accesses(admin, ada, None, 1)).await.unwrap();
    is_send(vault.recipients(admin, ada)).await.unwrap();
    is_send(vault.transparency(tenant, 2026)).await.unwrap();
    let by = ["account.job".to_owned()];
    is_send(vault.aggregate(admin, "research", &by)).await.unwrap();
    is_send(vault.research(admin, "research", &by, None, 1)).await.unwrap();
    is_send(vault.schedule(Recurring::Index)).await.unwrap();
}
