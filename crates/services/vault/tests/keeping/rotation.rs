//! Keys are renewed under load, and from any point at which the machine may die.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use candor_decision::Verdict;
use candor_seal::WrappedSubjectKey;
use candor_store::Store;
use candor_store_memory::MemoryStore;
use candor_vault::{Recurring, Vault};
use candor_words::{Instant, SubjectId, TenantId};

use crate::mortal::Mortal;
use crate::support::{World, world, world_over};
use crate::{POLICY, code, root, vault_over};

const PEOPLE: usize = 120;

async fn people(world: &World) -> Vec<SubjectId> {
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        people.push(world.person(&format!("p{n}@example.org"), "Somebody").await);
    }
    people
}

/// Runs every job that is due, until none is left or the store goes dark.
async fn run_jobs(vault: &Vault) -> Result<(), ()> {
    vault.schedule(Recurring::RootKey).await.map_err(drop)?;
    loop {
        let now = vault.now();
        let jobs = vault.store().lease_jobs(now, Instant::from_millis(now.as_millis() + 1), 10).await.map_err(drop)?;
        if jobs.is_empty() {
            return Ok(());
        }
        for job in jobs {
            vault.run_job(&job).await.map_err(drop)?;
        }
    }
}

/// Which versions of the tenant key wrap a subject key.
async fn wrapping(store: &dyn Store, tenant: TenantId, people: &[SubjectId]) -> Vec<u16> {
    let mut versions = Vec::new();
    for person in people {
        for key in store.keys(tenant, *person).await.unwrap() {
            versions.push(WrappedSubjectKey::from_slice(&key.wrapped).unwrap().wrapped_by().get());
        }
    }
    versions.sort_unstable();
    versions.dedup();
    versions
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_tenant_key_is_renewed_while_everybody_reads_and_some_are_erased() {
    let world = world().await;
    let people = people(&world).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let reader = {
        let (vault, admin, is_over) = (Arc::clone(&world.vault), world.admin.clone(), Arc::clone(&is_over));
        let asks: Vec<_> = people[10..].iter().map(|who| world.ask(*who, "billing", &["account.name"])).collect();
        tokio::spawn(async move {
            let mut n_reads = 0;
            while !is_over.load(Ordering::SeqCst) || n_reads < asks.len() {
                let answer = vault.read(&admin, &asks[n_reads % asks.len()]).await.unwrap();
                assert_eq!(answer.verdict, Verdict::Granted);
                n_reads += 1;
                tokio::task::yield_now().await;
            }
        })
    };
    let rotated = world.vault.rotate_tenant_key(&world.admin).await.unwrap();
    assert_eq!((rotated.version, rotated.is_moving, rotated.n_moved), (2, true, 0));
    let eraser = {
        let (vault, admin, first) = (Arc::clone(&world.vault), world.admin.clone(), people[..10].to_vec());
        tokio::spawn(async move {
            for person in first {
                vault.erase(&admin, person, None).await.unwrap();
                tokio::task::yield_now().await;
            }
        })
    };
    run_jobs(&world.vault).await.unwrap();
    eraser.await.unwrap();
    run_jobs(&world.vault).await.unwrap();
    is_over.store(true, Ordering::SeqCst);
    reader.await.unwrap();
    let store = world.vault.store();
    assert_eq!(wrapping(store.as_ref(), world.tenant, &people).await, [2]);
    for erased in &people[..10] {
        assert!(store.keys(world.tenant, *erased).await.unwrap().is_empty(), "a destroyed key does not come back");
    }
    assert!(!world.vault.rotation(&world.admin).await.unwrap().is_moving);
    // Look-ups and the ledger's name stay what they were.
    let found = world.vault.find(&world.admin, "billing", "account.email", "p20@example.org").await.unwrap();
    assert_eq!(found, Some(people[20]));
    let key = candor_ledger::VerifierKey::parse(&world.verifier_key).unwrap();
    let mirror = crate::Mirror::of(&world.vault, world.tenant).await;
    let report = candor_ledger::check_log(&mirror, &key, None);
    assert!(report.is_verified(), "{:?}", report.faults);
    assert_eq!((report.n_by_kind["key_rotated"], report.n_by_kind["keys_moved"]), (1, 1));
}

#[tokio::test]
async fn a_renewed_root_key_is_followed_by_every_tenant_and_the_old_one_is_needed_no_more() {
    let store = Arc::new(MemoryStore::new());
    let world = world_over(store.clone(), POLICY).await;
    let ada = world.ada().await;
    world.vault.rotate_tenant_key(&world.admin).await.unwrap();
    world.vault.replace_roots(vec![root(1), root(2)]).unwrap();
    assert_eq!(world.vault.key_usage().await.unwrap()[0].root_versions, [(1, 1), (2, 1)].into());
    run_jobs(&world.vault).await.unwrap();
    let usage = world.vault.key_usage().await.unwrap().remove(0);
    assert_eq!(usage.root_versions, [(1, 2), (2, 2)].into());
    assert_eq!(usage.subject_keys.keys().copied().collect::<Vec<_>>(), [2]);
    let ask = world.ask(ada, "billing", &["account.name"]);
    let after = vault_over(store.clone(), &world.clock, 5, vec![root(2)]);
    assert_eq!(after.read(&world.admin, &ask).await.unwrap().verdict, Verdict::Granted);
    let before = vault_over(store, &world.clock, 6, vec![root(1)]);
    assert_eq!(code(before.read(&world.admin, &ask).await), "keys.version_missing");
}

#[tokio::test]
async fn a_rotation_is_finished_from_whatever_point_the_machine_died_at() {
    for applies_last in [false, true] {
        for n in 1.. {
            if !dies_at(n, applies_last).await {
                assert!(n > 6, "the rotation takes several commits");
                break;
            }
        }
    }
}

/// Renews both keys over a store that goes dark at its n-th commit, then goes on over what is left; false when it
/// did not go dark.
async fn dies_at(n: u64, applies_last: bool) -> bool {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let world = world_over(Arc::clone(&store), POLICY).await;
    let people = people(&world).await;
    let mortal = Mortal::new(Arc::clone(&store), n, applies_last);
    let vault = vault_over(mortal.clone(), &world.clock, n, vec![root(1), root(2)]);
    let began = vault.rotate_tenant_key(&world.admin).await.is_ok();
    let _ = run_jobs(&vault).await;
    let is_dead = mortal.is_dead();

    // What the machine left opens for everybody, at once and after the work went on.
    world.clock.advance(candor_words::Span::new(1, candor_words::SpanUnit::Day));
    let after = vault_over(Arc::clone(&store), &world.clock, 1_000 + n, vec![root(1), root(2)]);
    for _ in 0..2 {
        for person in &people {
            let answer = after.read(&world.admin, &world.ask(*person, "billing", &["account.name"])).await.unwrap();
            assert_eq!(answer.verdict, Verdict::Granted, "died at {n}");
        }
        run_jobs(&after).await.unwrap();
    }
    let usage = after.key_usage().await.unwrap().remove(0);
    let newest = usage.root_versions.len() as u16;
    assert!(usage.root_versions.values().all(|root| *root == 2), "died at {n}: {usage:?}");
    assert!(newest == 2 || !began, "an acknowledged rotation stays");
    assert_eq!(wrapping(store.as_ref(), world.tenant, &people).await, [newest], "died at {n}");
    is_dead
}
