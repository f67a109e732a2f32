//! The runner: does what is due, once, and puts off what fails.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use candor_jobs::{Pass, Runner};
use candor_seal::{KeyVersion, RootKey};
use candor_store::{Change, JobRow, Store, Unit};
use candor_store_memory::MemoryStore;
use candor_vault::{JOB_ATTEMPTS_MAX, NewRequest, NewSubject, NewTenant, Vault, VaultParts, right_of};
use candor_words::{Instant, JobId, ManualClock, Secret, SeededEntropy, Span, SpanUnit, TenantId};
use tokio::sync::watch;

const POLICY: &str = include_str!("../../vault/tests/support/policy.candor");

struct World {
    vault: Arc<Vault>,
    clock: Arc<ManualClock>,
    tenant: TenantId,
    secret: String,
}

async fn world() -> World {
    let clock = Arc::new(ManualClock::new(Instant::from_date(2026, 6, 1).unwrap()));
    let parts = VaultParts {
        store: Arc::new(MemoryStore::new()),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(42)),
        roots: vec![RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).unwrap()],
        origin: "candor.test".into(),
    };
    let vault = Vault::open(parts).unwrap();
    let sources = vec![("policy.candor".to_owned(), POLICY.to_owned())];
    let created =
        vault.create_tenant(NewTenant { slug: "sketch".into(), title: "Sketch".into(), sources }).await.unwrap();
    World { vault, clock, tenant: created.tenant, secret: created.administrator.secret.expose().clone() }
}

impl World {
    fn runner(&self) -> Runner {
        Runner::new(Arc::clone(&self.vault), Duration::from_secs(1))
    }

    fn store(&self) -> &Arc<dyn Store> {
        self.vault.store()
    }

    async fn put(&self, kind: &str) -> JobId {
        let id = JobId::random(&SeededEntropy::new(7));
        let job = JobRow {
            id,
            tenant: self.tenant,
            kind: kind.into(),
            unique: kind.into(),
            payload: "{}".into(),
            run_at: self.vault.now(),
            attempts: 0,
            leased_until: None,
        };
        self.store().commit(Unit::of(self.tenant).change(Change::PutJob(job))).await.unwrap();
        id
    }
}

#[tokio::test]
async fn the_first_pass_signs_the_ledger_and_the_next_finds_nothing_to_do() {
    let world = world().await;
    let mut runner = world.runner();
    let pass = runner.tick().await.unwrap();
    assert_eq!((pass.n_scheduled, pass.n_finished), (2, 2), "a checkpoint and an expiry");
    let size = world.store().ledger_size(world.tenant).await.unwrap();
    assert_eq!(world.store().checkpoint(world.tenant).await.unwrap().unwrap().size, size);
    assert!(world.store().jobs(world.tenant, None, 10).await.unwrap().rows.is_empty());
    assert_eq!(runner.tick().await.unwrap(), Pass::default());
}

#[tokio::test]
async fn a_checkpoint_is_signed_again_only_when_the_ledger_grew() {
    let world = world().await;
    let mut runner = world.runner();
    runner.tick().await.unwrap();
    world.clock.advance(Span::new(1, SpanUnit::Minute));
    assert_eq!(runner.tick().await.unwrap(), Pass::default(), "an idle ledger needs no new head");
    let sources = vec![("policy.candor".to_owned(), format!("{POLICY}\n# another word\n"))];
    world.vault.put_policy_of(world.tenant, None, sources).await.unwrap();
    world.clock.advance(Span::new(1, SpanUnit::Minute));
    assert_eq!(runner.tick().await.unwrap().n_finished, 2, "the new head, and everybody to be looked at again");
}

#[tokio::test]
async fn a_failing_job_is_put_off_longer_each_time_and_parked_in_the_end() {
    let world = world().await;
    let mut runner = world.runner();
    runner.tick().await.unwrap();
    let id = world.put("unheard.of").await;
    assert_eq!(runner.tick().await.unwrap().n_put_off, 1);
    assert_eq!(runner.tick().await.unwrap().n_put_off, 0, "it waits");
    for attempt in 2..JOB_ATTEMPTS_MAX {
        world.clock.advance(Span::new(2, SpanUnit::Hour));
        assert_eq!(runner.tick().await.unwrap().n_put_off, 1, "attempt {attempt}");
    }
    world.clock.advance(Span::new(2, SpanUnit::Hour));
    assert_eq!(runner.tick().await.unwrap().n_parked, 1);
    world.clock.advance(Span::new(100, SpanUnit::Year));
    assert_eq!(runner.tick().await.unwrap().n_parked, 0, "it is not run again");
    let kept = world.store().jobs(world.tenant, None, 10).await.unwrap().rows;
    assert_eq!(kept.iter().map(|job| job.id).collect::<Vec<_>>(), [id], "it can still be seen");
}

#[tokio::test]
async fn a_job_leased_by_another_runner_is_left_alone_until_the_lease_ends() {
    let world = world().await;
    let mut runner = world.runner();
    runner.tick().await.unwrap();
    world.put("ledger.index").await;
    let now = world.vault.now();
    let until = Instant::from_millis(now.as_millis() + 60_000);
    let leased = world.store().lease_jobs(now, until, 10).await.unwrap();
    assert_eq!(leased.len(), 1);
    assert_eq!(runner.tick().await.unwrap().n_finished, 0);
    world.clock.advance(Span::new(1, SpanUnit::Minute));
    assert_eq!(runner.tick().await.unwrap().n_finished, 1);
    let late = world.vault.run_job(&leased[0]).await.unwrap();
    assert_eq!(late, candor_vault::JobOutcome::Lost, "whoever was first comes too late");
}

#[tokio::test]
async fn a_request_escalates_before_its_clock_runs_out() {
    let world = world().await;
    let admin = world.vault.authenticate(&world.secret).await.unwrap();
    let subject = world.vault.create_subject(&admin, NewSubject::default()).await.unwrap().subject;
    let new = NewRequest { right: right_of("access").unwrap(), country: None, received_at: None };
    let request = world.vault.open_request(&admin, subject, new).await.unwrap();
    let mut runner = world.runner();
    runner.tick().await.unwrap();
    let escalated = |entries: Vec<candor_vault::AccessView>| {
        entries.iter().filter(|entry| entry.request == Some(request.id)).count()
    };
    let before = escalated(world.vault.accesses(&admin, subject, None, 100).await.unwrap().rows);
    world.clock.set(request.due_at);
    runner.tick().await.unwrap();
    let after = escalated(world.vault.accesses(&admin, subject, None, 100).await.unwrap().rows);
    assert_eq!(after, before + 1);
    assert!(world.store().jobs(world.tenant, None, 10).await.unwrap().rows.is_empty(), "it was done");
}

#[tokio::test]
async fn a_runner_ends_when_it_is_told_to_and_when_nobody_can_tell_it() {
    let world = world().await;
    let (tell, told) = watch::channel(false);
    let running = tokio::spawn(world.runner().run(told));
    tell.send(true).unwrap();
    running.await.unwrap();
    let (orphan, told) = watch::channel(false);
    drop(orphan);
    tokio::spawn(world.runner().run(told)).await.unwrap();
}
