//! A tenant moves whole, or not at all.

use std::sync::Arc;

use candor_decision::Verdict;
use candor_store::Store;
use candor_store_memory::MemoryStore;
use candor_store_sqlite::SqliteStore;
use candor_vault::{
    ConsentVerb, Expect, FACTOR_SLIPS, ImportedTenant, NewSlip, ONLY_RECORD, SlipChange, TenantLine, TenantManifest,
    VaultError,
};
use candor_words::{Span, SpanUnit, SubjectId};
use tempfile::TempDir;

use crate::mortal::Mortal;
use crate::support::{World, record, world};
use crate::{Mirror, POLICY, code, root, say, vault_over};

/// A tenant that was written out.
struct Written {
    world: World,
    manifest: TenantManifest,
    rows: Vec<u8>,
    ledger: Mirror,
    ada: SubjectId,
    gone: SubjectId,
}

async fn written() -> Written {
    let world = world().await;
    let (ada, gone) = (world.ada().await, world.person("gone@example.org", "Gone").await);
    say(&world.vault, &world.admin, ada, "newsletter", ConsentVerb::Given).await;
    for n in 0..300 {
        let ticket = record("ticket", &[("description", format!("ticket {n}").into())]);
        world.vault.put_record(&world.admin, ada, ticket).await.unwrap();
    }
    let corrected = record("account", &[("name", "Ada King".into())]);
    world.vault.rectify(&world.admin, ada, ONLY_RECORD, corrected, None).await.unwrap();
    world.vault.erase(&world.admin, gone, None).await.unwrap();
    see_a_notice(&world, ada).await;
    keep_slips(&world, ada).await;
    world.vault.rotate_tenant_key(&world.admin).await.unwrap();
    let mut rows = Vec::new();
    let manifest = world.vault.export_tenant(world.tenant, &root(9), &mut rows).await.unwrap();
    let ledger = Mirror::of(&world.vault, world.tenant).await;
    Written { world, manifest, rows, ledger, ada, gone }
}

/// A factor of Ada's, something of the tenant's, and a session that ends.
async fn keep_slips(world: &World, ada: SubjectId) {
    let slip = |n: u8, owner, expires_at| {
        let body = zeroize::Zeroizing::new(format!("slip {n}").into_bytes());
        SlipChange::Put(NewSlip { kind: FACTOR_SLIPS, name: [n; 32], owner, expires_at, body }, Expect::Absent)
    };
    let ends = world.vault.now().plus(Span::new(1, SpanUnit::Day));
    let all = vec![slip(1, Some(ada), None), slip(2, None, None), slip(3, Some(ada), Some(ends))];
    world.vault.change_slips(&world.vault.door(world.tenant), all, Vec::new()).await.unwrap();
}

/// A change of the policy that Ada was shown and has acknowledged.
async fn see_a_notice(world: &World, ada: SubjectId) {
    world.clock.advance(Span::new(1, SpanUnit::Hour));
    let wider = POLICY.replace("uses account.email, account.name, ticket", "uses account.email, account.job, ticket");
    world.vault.put_policy(&world.admin, vec![("policy.candor".into(), wider)]).await.unwrap();
    let open = world.vault.open_notices(&world.admin, ada).await.unwrap();
    world.vault.acknowledge(&world.admin, ada, &open[0].id).await.unwrap();
}

impl Written {
    async fn arrive(&self, store: Arc<dyn Store>) -> (Arc<candor_vault::Vault>, Result<ImportedTenant, VaultError>) {
        self.read_in(store, &self.manifest, &self.rows, &self.ledger).await
    }

    async fn read_in(
        &self,
        store: Arc<dyn Store>,
        manifest: &TenantManifest,
        rows: &[u8],
        ledger: &Mirror,
    ) -> (Arc<candor_vault::Vault>, Result<ImportedTenant, VaultError>) {
        // Another server: another root key, another name.
        let vault = vault_over(store, &self.world.clock, 77, vec![root(5)]);
        let imported = vault.import_tenant(manifest, &root(9), rows, ledger).await;
        (vault, imported)
    }
}

#[tokio::test]
async fn ids_ledger_receipts_and_reads_hold_on_the_other_side() {
    let written = written().await;
    let world = &written.world;
    let receipt = world.vault.inclusion(world.tenant, 3, None).await.unwrap();
    let folder = TempDir::new().unwrap();
    let stores: [Arc<dyn Store>; 2] =
        [Arc::new(MemoryStore::new()), Arc::new(SqliteStore::open(folder.path()).unwrap())];
    for store in stores {
        let (vault, imported) = written.arrive(store).await;
        let imported = imported.unwrap();
        assert_eq!((imported.tenant, imported.slug.as_str()), (world.tenant, "sketch"));
        let ask = world.ask(written.ada, "newsletter", &["account.name"]);
        assert_eq!(vault.read(&world.admin, &ask).await.unwrap().verdict, Verdict::Granted);
        assert_eq!(code(vault.subject(&world.admin, written.gone).await), "subject.erased");
        let found = vault.find(&world.admin, "billing", "account.email", "ada@example.org").await.unwrap();
        assert_eq!(found, Some(written.ada));
        let key = candor_ledger::VerifierKey::parse(&world.verifier_key).unwrap();
        receipt.verify(&key).unwrap();
        let again = vault.inclusion(world.tenant, 3, Some(receipt_size(&receipt))).await.unwrap();
        assert_eq!(again.to_json(), receipt.to_json(), "the same proof comes from here");
        let older = async |from: &candor_vault::Vault| {
            from.store().history(world.tenant, written.ada, "account", ONLY_RECORD, None, 10).await.unwrap().rows
        };
        assert_eq!(older(&vault).await.len(), 1);
        assert_eq!(older(&vault).await, older(&world.vault).await, "corrected values moved with their record");
        let old = String::from_utf8(written.ledger.0["checkpoint"].clone()).unwrap();
        let mirror = Mirror::of(&vault, world.tenant).await;
        let report = candor_ledger::check_log(&mirror, &key, Some(old.as_bytes()));
        assert!(report.is_verified(), "{:?}", report.faults);
        let consents = vault.consents(&world.admin, written.ada, None, 10).await.unwrap();
        let entry = consents.rows[0].entry;
        assert_eq!(world.vault.consents(&world.admin, written.ada, None, 10).await.unwrap().rows[0].entry, entry);
        assert!(consents.rows[0].text.is_some(), "the texts moved too");
        assert_eq!(vault.open_notices(&world.admin, written.ada).await.unwrap(), [], "what was seen stays seen");
        let slip = async |n: u8| vault.slip(world.tenant, FACTOR_SLIPS, [n; 32]).await.unwrap();
        assert_eq!(&*slip(1).await.unwrap().body, b"slip 1", "second factors are asked for on the other side too");
        assert_eq!(&*slip(2).await.unwrap().body, b"slip 2");
        assert!(slip(3).await.is_none(), "nobody is signed in there");
        assert!(!written.rows.windows(7).any(|bytes| bytes == b"Lovelac"), "values stay sealed");
        let again = vault.import_tenant(&written.manifest, &root(9), &written.rows[..], &written.ledger).await;
        assert_eq!(code(again), "import.tenant_known");
    }
}

fn receipt_size(receipt: &candor_ledger::Receipt) -> u64 {
    let json: serde_json::Value = serde_json::from_str(&receipt.to_json()).unwrap();
    json["checkpoint"].as_str().unwrap().lines().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn what_was_changed_or_cut_off_is_refused_and_nothing_is_left_behind() {
    let written = written().await;
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let tenant = written.world.tenant;
    let refused = async |manifest: &TenantManifest, rows: &[u8], ledger: &Mirror| {
        let (_, imported) = written.read_in(Arc::clone(&store), manifest, rows, ledger).await;
        let code = code(imported);
        assert_eq!(store.ledger_size(tenant).await.unwrap(), 0, "{code}");
        assert!(store.tenant(tenant).await.unwrap().is_none(), "{code}");
        assert!(store.subjects(tenant, None, 10).await.unwrap().rows.is_empty(), "{code}");
        assert!(store.policies(tenant).await.unwrap().is_empty(), "{code}");
        code
    };
    let (manifest, rows, ledger) = (&written.manifest, &written.rows, &written.ledger);
    for end in [0, 1, rows.len() / 2, rows.len() - 1] {
        assert_eq!(refused(manifest, &rows[..end], ledger).await, "import.rows_changed");
    }
    for at in [5, rows.len() / 3, rows.len() - 3] {
        let mut changed = rows.clone();
        changed[at] ^= 1;
        assert!(
            ["import.rows_changed", "import.line", "unit.unfit"].contains(&refused(manifest, &changed, ledger).await)
        );
    }
    let first = rows.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    assert_eq!(refused(manifest, &[rows, &rows[..first]].concat(), ledger).await, "import.rows_changed");
    let mut cut = ledger.clone();
    cut.0.retain(|path, _| !path.starts_with("tile/entries/001"));
    assert_eq!(refused(manifest, rows, &cut).await, "import.ledger_refused");
    let mut other = manifest.clone();
    other.settings = r#"{"collections":{}}"#.into();
    assert_eq!(refused(&other, rows, ledger).await, "import.manifest");
    let stranger = vault_over(Arc::clone(&store), &written.world.clock, 1, vec![root(5)]);
    let wrong = stranger.import_tenant(manifest, &root(8), &rows[..], ledger).await;
    assert!(["import.transfer_key", "import.manifest"].contains(&code(wrong)));
    assert_eq!(code(TenantManifest::parse(b"{}")), "import.manifest");
    assert_eq!(code(TenantLine::parse(b"{}")), "import.line");
    written.arrive(store).await.1.unwrap();
}

#[tokio::test]
async fn an_import_that_the_machine_cut_short_is_seen_by_nobody_and_can_be_begun_again() {
    let written = written().await;
    for n in 1.. {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let mortal = Mortal::new(Arc::clone(&store), n, n % 2 == 0);
        let (_, imported) = written.arrive(mortal.clone()).await;
        if !mortal.is_dead() {
            imported.unwrap();
            assert!(n > 4, "an import takes several commits");
            return;
        }
        let is_there = store.tenant(written.world.tenant).await.unwrap().is_some();
        let (vault, again) = written.arrive(store).await;
        match again {
            Ok(_) => assert!(!is_there, "half an import was seen"),
            Err(error) => assert!(is_there && error.code() == "import.tenant_known"),
        }
        let ask = written.world.ask(written.ada, "billing", &["account.name"]);
        assert_eq!(vault.read(&written.world.admin, &ask).await.unwrap().verdict, Verdict::Granted);
    }
}
