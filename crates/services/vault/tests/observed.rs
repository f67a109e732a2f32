//! What is observed in the moment passes `decide` as what is kept does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use candor_ledger::EntryBody;
use candor_store_memory::MemoryStore;
use candor_vault::{Observation, Switch, Usable, VaultError};
use candor_words::SubjectId;
use support::{POLICY, World, world_over};

const SIGNALS: &str = "
data signal \"Signals of a sign-in\", many per subject {
    ip: IPAddress, from observed
    agent: UserAgent, from observed
}
purpose risk \"Judge the risk of a sign-in\" is ServiceAccessDetermination {
    because legitimate interest \"keeping others out\"
    uses signal.ip, signal.agent
}
keep signal until 90 days after created, then erase
collect agents \"User agents\" {
    covers signal.agent
    on, switched by administrators
}
";

async fn watching() -> World {
    world_over(Arc::new(MemoryStore::new()), &format!("{POLICY}{SIGNALS}")).await
}

async fn may_use(world: &World, subject: SubjectId, purpose: &str, fields: &[&str]) -> Result<Usable, VaultError> {
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    let observation = Observation { subject, purpose: purpose.into(), fields };
    world.vault.may_use(&world.vault.door(world.tenant), &observation).await
}

#[tokio::test]
async fn a_purpose_uses_of_what_is_observed_what_its_policy_lets_it() {
    let world = watching().await;
    let ada = world.ada().await;
    let usable = may_use(&world, ada, "risk", &["signal.ip", "signal.agent"]).await.unwrap();
    assert_eq!(usable.fields, ["signal.ip", "signal.agent"]);
    assert!(matches!(usable.judged(1)[..], [EntryBody::RiskJudged { outcome: 1, .. }]));

    let other = may_use(&world, ada, "support", &["signal.ip"]).await.unwrap();
    assert!(other.fields.is_empty());
    assert!(matches!(other.judged(1)[..], [EntryBody::Refusal { .. }]));
}

#[tokio::test]
async fn who_objected_is_not_looked_at() {
    let world = watching().await;
    let ada = world.ada().await;
    world.vault.object(&world.admin, ada, "risk").await.unwrap();
    let usable = may_use(&world, ada, "risk", &["signal.ip"]).await.unwrap();
    assert!(usable.fields.is_empty());
    assert!(matches!(usable.judged(2)[..], [EntryBody::Refusal { .. }]));
}

#[tokio::test]
async fn a_collection_that_is_off_is_not_looked_at() {
    let world = watching().await;
    let ada = world.ada().await;
    world.vault.switch_collection(&world.admin, "agents", Switch::Off).await.unwrap();
    let usable = may_use(&world, ada, "risk", &["signal.ip", "signal.agent"]).await.unwrap();
    assert_eq!(usable.fields, ["signal.ip"]);
}

#[tokio::test]
async fn what_the_policy_does_not_declare_is_refused() {
    let world = watching().await;
    let ada = world.ada().await;
    assert_eq!(may_use(&world, ada, "spying", &["signal.ip"]).await.unwrap_err().code(), "purpose.undeclared");
    assert_eq!(may_use(&world, ada, "risk", &["signal.shoes"]).await.unwrap_err().code(), "field.undeclared");
}
