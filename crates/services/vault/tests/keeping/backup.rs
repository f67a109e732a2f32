//! A backup gives nothing to whoever has it alone, and a restore takes away what was taken away since.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use candor_ledger::EntryBody;
use candor_store::{CommitError, Store, StoreError, Unit};
use candor_store_sqlite::{OpenError, SqliteStore};
use candor_vault::{
    BackupManifest, ConsentVerb, Expect, FACTOR_SLIPS, FileDigest, KeyFileReader, NewKey, NewSlip, ONLY_RECORD,
    ObjectionOutcome, OptAct, Scope, SlipChange, Survivor, TakenOver, Terms, Vault, VaultError, factor_name,
};
use candor_words::{Clock, RecordId, Span, SpanUnit, SubjectId};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{World, record, world_over};
use crate::{Mirror, POLICY, code, refusal, root, say, vault_over};

/// A world on a disk, and what was kept of it.
struct Kept {
    world: World,
    folder: TempDir,
    manifest: BackupManifest,
}

impl std::ops::Deref for Kept {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

async fn on_disk() -> (World, TempDir) {
    let folder = TempDir::new().unwrap();
    let store = Arc::new(SqliteStore::open(&folder.path().join("data")).unwrap());
    (world_over(store, POLICY).await, folder)
}

/// Backs a world up as it is now.
async fn back_up(world: World, folder: TempDir) -> Kept {
    let store = Arc::new(SqliteStore::snapshot(&folder.path().join("data")).unwrap());
    let vault = vault_over(store.clone(), &world.clock, 7, vec![root(1)]);
    store.copy_data(&folder.path().join("copy"), &candor_vault::without_indexes).unwrap();
    let digest = FileDigest { bytes: 0, sha256: [0; 32].into() };
    let manifest = vault.backup_manifest(digest).await.unwrap();
    Kept { world, folder, manifest }
}

impl Kept {
    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// The key file of this moment.
    async fn keys(&self) -> Vec<u8> {
        let mut file = Vec::new();
        self.vault.write_key_file(&mut file).await.unwrap();
        file
    }

    /// A fresh store out of the backup and a key file, with nothing applied yet.
    async fn adopt(&self, name: &str, keys: &[u8]) -> Result<Restored, VaultError> {
        let place = self.path(name);
        SqliteStore::adopt(&self.path("copy"), &place).unwrap();
        let store = Arc::new(SqliteStore::open(&place).unwrap());
        let vault = vault_over(store, &self.world.clock, 99, vec![root(1)]);
        let sizes = vault.restore_keys(keys).await?.ledger_sizes;
        vault.check_manifest(&self.manifest).await?;
        Ok(Restored { vault, at_least: sizes[&self.tenant] })
    }

    /// Restored with the newest key file and the ledger as it is now.
    async fn restored(&self) -> (Restored, TakenOver) {
        let restored = self.adopt("restored", &self.keys().await).await.unwrap();
        let mirror = Mirror::of(&self.vault, self.tenant).await;
        let taken = restored.take_over(&self.manifest, &mirror, &[], false).await.unwrap();
        (restored, taken)
    }
}

struct Restored {
    vault: Arc<Vault>,
    at_least: u64,
}

impl Restored {
    async fn take_over(
        &self,
        manifest: &BackupManifest,
        mirror: &Mirror,
        policies: &[Vec<(String, String)>],
        danger_older_policy: bool,
    ) -> Result<TakenOver, VaultError> {
        let survivor = Survivor { source: mirror, at_least: self.at_least, policies, danger_older_policy };
        self.vault.take_over(&manifest.tenants[0], &survivor).await
    }
}

fn holds(file: &Path, bytes: &[u8]) -> bool {
    let file = std::fs::read(file).unwrap();
    file.windows(bytes.len()).any(|window| window == bytes)
}

#[tokio::test]
async fn a_data_file_holds_no_key_and_no_blind_index_and_is_no_store_by_itself() {
    let (world, folder) = on_disk().await;
    let mut secrets: Vec<Vec<u8>> = Vec::new();
    let store = world.vault.store().clone();
    for n in 0..40 {
        let person = world.person(&format!("p{n}@example.org"), "Somebody").await;
        secrets.extend(store.keys(world.tenant, person).await.unwrap().into_iter().map(|key| key.wrapped));
        secrets.extend(store.indexes(world.tenant, person).await.unwrap().into_iter().map(|index| index.to_vec()));
    }
    secrets.extend(store.tenant(world.tenant).await.unwrap().unwrap().wrapped_keys);
    let kept = back_up(world, folder).await;
    assert_eq!(secrets.len(), 81, "a key and a look-up each, and the tenant's own key");
    let live = kept.path("data").join("candor.db");
    for secret in &secrets {
        assert!(!holds(&kept.path("copy"), secret));
        assert!(
            holds(&live, secret) || holds(&live.with_extension("db-wal"), secret),
            "the search finds what is there"
        );
    }
    let alone = kept.path("alone");
    SqliteStore::adopt(&kept.path("copy"), &alone).unwrap();
    let vault = vault_over(Arc::new(SqliteStore::open(&alone).unwrap()), &kept.clock, 3, vec![root(1)]);
    assert_eq!(code(vault.checkpoint(kept.tenant).await), "store.damaged", "the root key alone opens no tenant");
    std::fs::create_dir(kept.path("naked")).unwrap();
    std::fs::copy(kept.path("copy"), kept.path("naked").join("candor.db")).unwrap();
    assert!(matches!(SqliteStore::open(&kept.path("naked")), Err(OpenError::Foreign { .. })));
}

#[tokio::test]
async fn a_snapshot_stands_still_while_others_write_and_commits_nothing() {
    let (world, folder) = on_disk().await;
    world.ada().await;
    let snapshot = SqliteStore::snapshot(&folder.path().join("data")).unwrap();
    let before = snapshot.ledger_size(world.tenant).await.unwrap();
    for n in 0..20 {
        let person = world.person(&format!("p{n}@example.org"), "Somebody").await;
        world.vault.erase(&world.admin, person, None).await.unwrap();
    }
    assert_eq!(snapshot.ledger_size(world.tenant).await.unwrap(), before);
    assert_eq!(snapshot.subjects(world.tenant, None, 100).await.unwrap().rows.len(), 1);
    let refused = snapshot.commit(Unit::of(world.tenant).entry(vec![1])).await;
    assert!(matches!(refused, Err(CommitError::Store(StoreError::Unavailable { .. }))));
    assert!(matches!(SqliteStore::snapshot(folder.path()), Err(OpenError::Missing { .. })));
    assert!(SqliteStore::is_in_use(&folder.path().join("data")).unwrap());
}

/// Everybody to whom something happens after the backup.
struct People {
    all: BTreeMap<&'static str, SubjectId>,
}

const WHAT: [&str; 15] = [
    "erased",
    "withdrawn",
    "objected",
    "opted out",
    "restricted",
    "deactivated",
    "held",
    "consents later",
    "changed",
    "emptied",
    "deleted",
    "account deleted",
    "contract ended",
    "lifted",
    "untouched",
];

async fn people(world: &World) -> People {
    let mut all = BTreeMap::new();
    for what in WHAT {
        let email = format!("{}@example.org", what.replace(' ', "."));
        let person = world.person(&email, what).await;
        let ticket = record("ticket", &[("description", "broken".into())]);
        world.vault.put_record(&world.admin, person, ticket).await.unwrap();
        if what != "consents later" {
            say(&world.vault, &world.admin, person, "newsletter", ConsentVerb::Given).await;
        }
        all.insert(what, person);
    }
    let renamed = record("account", &[("name", "Renamed".into())]);
    world.vault.rectify(&world.admin, all["account deleted"], ONLY_RECORD, renamed, None).await.unwrap();
    let restricted = all["lifted"];
    world.vault.restrict(&world.admin, restricted, Terms::default()).await.unwrap();
    People { all }
}

async fn afterwards(world: &World, people: &People, key: candor_words::ApiKeyId) {
    let (vault, admin) = (&world.vault, &world.admin);
    let of = |what: &str| people.all[what];
    vault.erase(admin, of("erased"), None).await.unwrap();
    say(vault, admin, of("withdrawn"), "newsletter", ConsentVerb::Withdrawn).await;
    vault.object(admin, of("objected"), "support").await.unwrap();
    let email = candor_vault::channel_of("email").unwrap();
    vault.opt(admin, of("opted out"), "newsletter", email, OptAct::Out).await.unwrap();
    vault.restrict(admin, of("restricted"), Terms::default()).await.unwrap();
    vault.deactivate(admin, of("deactivated")).await.unwrap();
    vault.place_hold(admin, of("held"), "case 7", None).await.unwrap();
    say(vault, admin, of("consents later"), "newsletter", ConsentVerb::Given).await;
    let name = record("account", &[("name", "Renamed".into())]);
    vault.patch_record(admin, of("changed"), ONLY_RECORD, name).await.unwrap();
    let none = record("account", &[("job", Value::Null)]);
    vault.patch_record(admin, of("emptied"), ONLY_RECORD, none).await.unwrap();
    let tickets = vault.records(admin, of("deleted"), Some("ticket"), None, 10).await.unwrap();
    vault.delete_record(admin, of("deleted"), "ticket", tickets.rows[0].record).await.unwrap();
    vault.delete_record(admin, of("account deleted"), "account", ONLY_RECORD).await.unwrap();
    vault.contract(admin, of("contract ended"), candor_vault::ContractAct::End).await.unwrap();
    vault.lift_restriction(admin, of("lifted"), "by letter").await.unwrap();
    vault.revoke_key(admin, key).await.unwrap();
    world.person("later@example.org", "Later").await;
}

#[tokio::test]
async fn a_restore_applies_what_was_taken_away_since_and_nothing_that_was_given() {
    let (world, folder) = on_disk().await;
    let people = people(&world).await;
    let new =
        NewKey { label: "app".into(), scopes: vec![Scope::Read], recipient: None, purposes: None, expires_at: None };
    let app = world.vault.issue_key(&world.admin, new).await.unwrap();
    let kept = back_up(world, folder).await;
    afterwards(&kept, &people, app.id).await;
    let (restored, taken) = kept.restored().await;
    let (vault, admin) = (&restored.vault, &kept.admin);
    let standing = async |what: &str| vault.subject(admin, people.all[what]).await.unwrap().standing.unwrap();
    let ask = |what: &str, purpose: &str, field: &str| kept.ask(people.all[what], purpose, &[field]);

    assert_eq!(code(vault.subject(admin, people.all["erased"]).await), "subject.erased");
    assert!(!standing("untouched").await.consents.is_empty());
    let news = |what| ask(what, "newsletter", "account.name");
    assert_eq!(refusal(vault, admin, &news("untouched")).await, None);
    assert_eq!(refusal(vault, admin, &news("withdrawn")).await, Some("basis.consent_missing"));
    assert_eq!(refusal(vault, admin, &news("consents later")).await, Some("basis.consent_missing"));
    assert_eq!(standing("objected").await.objections["support"].outcome, ObjectionOutcome::Pending);
    assert!(standing("opted out").await.opt_outs.contains(&("newsletter".into(), "email".into())));
    assert!(standing("restricted").await.restriction.is_some());
    assert!(standing("lifted").await.restriction.is_some(), "what widens is not applied");
    assert_eq!(standing("deactivated").await.state, 1);
    assert_eq!(code(vault.erase(admin, people.all["held"], None).await), "hold.in_force");
    assert_eq!(
        refusal(vault, admin, &ask("contract ended", "billing", "account.name")).await,
        Some("basis.contract_ended")
    );

    // A value that was corrected or emptied since is not brought back; the others are.
    let read = async |what: &str, fields: &[&str]| {
        let answer = vault.read(admin, &kept.ask(people.all[what], "support", fields)).await.unwrap();
        let values = answer.records.iter().flat_map(|record| record.values.keys().cloned());
        values.collect::<Vec<_>>()
    };
    assert_eq!(read("changed", &["account.email", "account.name"]).await, ["email"]);
    assert_eq!(read("untouched", &["account.email", "account.name"]).await, ["email", "name"]);
    assert!(vault.records(admin, people.all["deleted"], Some("ticket"), None, 10).await.unwrap().rows.is_empty());
    assert_eq!(vault.records(admin, people.all["untouched"], Some("ticket"), None, 10).await.unwrap().rows.len(), 1);
    let whose = people.all["account deleted"];
    let left = vault.records(admin, whose, None, None, 10).await.unwrap().rows;
    assert_eq!(left.iter().map(|record| record.group.as_str()).collect::<Vec<_>>(), ["ticket"]);
    let older = vault.store().history(kept.tenant, whose, "account", ONLY_RECORD, None, 10).await.unwrap();
    assert_eq!(older.rows, [], "its older versions are gone too");
    assert_eq!(vault.find(admin, "support", "account.email", "account.deleted@example.org").await.unwrap(), None);
    assert_eq!(code(vault.authenticate(app.secret.expose()).await), "key.refused");
    assert_eq!(vault.find(admin, "support", "account.email", "erased@example.org").await.unwrap(), None);
    let found = vault.find(admin, "support", "account.email", "untouched@example.org").await.unwrap();
    assert_eq!(found, Some(people.all["untouched"]), "look-ups are back");
    let other = record("account", &[("email", "moved@example.org".into())]);
    vault.patch_record(admin, people.all["untouched"], ONLY_RECORD, other).await.unwrap();
    let found = vault.find(admin, "support", "account.email", "untouched@example.org").await.unwrap();
    assert_eq!(found, None, "a record knows its look-up again, and lets go of it");

    // The ledger is the one that survived, and one entry longer.
    let size = kept.vault.store().ledger_size(kept.tenant).await.unwrap();
    assert_eq!((taken.n_erased, taken.n_lost_subjects, taken.to), (1, 1, size + 1));
    let root_then = kept.vault.ledger_root(kept.tenant, size).await.unwrap();
    assert_eq!(vault.ledger_root(kept.tenant, size).await.unwrap(), root_then);
    let mirror = Mirror::of(vault, kept.tenant).await;
    let key = candor_ledger::VerifierKey::parse(&kept.verifier_key).unwrap();
    let old = kept.vault.ledger_head(kept.tenant).await.unwrap().1;
    let report = candor_ledger::check_log(&mirror, &key, Some(old.as_bytes()));
    assert!(report.is_verified(), "{:?}", report.faults);
    assert_eq!(report.n_by_kind["restored"], 1);
    let row = vault.store().subject(kept.tenant, people.all["erased"]).await.unwrap().unwrap();
    let receipt = vault.inclusion(kept.tenant, row.erased_entry.unwrap(), None).await.unwrap();
    assert_eq!(receipt.verify(&key).unwrap().body.kind_name(), "erased");
}

#[tokio::test]
async fn what_a_keep_rule_ended_since_the_backup_does_not_come_back() {
    let folder = TempDir::new().unwrap();
    let store = Arc::new(SqliteStore::open(&folder.path().join("data")).unwrap());
    let rule = "keep ticket until 30 days after created, then erase";
    let policy = POLICY.replace("keep ticket until 24 months after closed, then anonymise", rule);
    let world = world_over(store, &policy).await;
    let ada = world.ada().await;
    let in_days = |days| world.clock.now().plus(Span::new(days, SpanUnit::Day));
    let ticket = |text: &str| record("ticket", &[("description", text.into())]);
    world.vault.put_record(&world.admin, ada, ticket("old")).await.unwrap();
    world.clock.set(in_days(20));
    let young = world.vault.put_record(&world.admin, ada, ticket("young")).await.unwrap().record;
    let later = in_days(15);
    let kept = back_up(world, folder).await;
    kept.clock.set(later);
    kept.vault.run_retention(&kept.admin).await.unwrap();
    let tickets = async |vault: &Vault| {
        let page = vault.records(&kept.admin, ada, Some("ticket"), None, 10).await.unwrap();
        page.rows.into_iter().map(|row| row.record).collect::<Vec<_>>()
    };
    // The younger ticket is sealed with the same key: no destroyed key says that the other is gone.
    assert_eq!(tickets(&kept.vault).await, [young]);

    let (restored, _) = kept.restored().await;
    assert_eq!(tickets(&restored.vault).await, [young]);
}

#[tokio::test]
async fn an_old_data_file_and_the_newest_key_file_open_nothing_of_who_was_erased() {
    let (world, folder) = on_disk().await;
    let (ada, bob) = (world.ada().await, world.person("bob@example.org", "Bob").await);
    let kept = back_up(world, folder).await;
    kept.vault.erase(&kept.admin, ada, None).await.unwrap();
    let restored = kept.adopt("beside", &kept.keys().await).await.unwrap();
    let store = restored.vault.store();
    assert!(store.keys(kept.tenant, ada).await.unwrap().is_empty());
    assert!(store.indexes(kept.tenant, ada).await.unwrap().is_empty());
    assert!(
        !store.records(kept.tenant, ada, None, None, 10).await.unwrap().rows.is_empty(),
        "the data file is the old one"
    );
    let ask = |who| kept.ask(who, "support", &["account.name"]);
    assert!(restored.vault.read(&kept.admin, &ask(ada)).await.is_err());
    assert_eq!(refusal(&restored.vault, &kept.admin, &ask(bob)).await, None);
}

#[tokio::test]
async fn a_ledger_that_is_too_old_or_another_is_not_taken_over() {
    let (world, folder) = on_disk().await;
    let ada = world.ada().await;
    let kept = back_up(world, folder).await;
    let stale = Mirror::of(&kept.vault, kept.tenant).await;
    kept.vault.erase(&kept.admin, ada, None).await.unwrap();
    let whole = Mirror::of(&kept.vault, kept.tenant).await;
    let restored = kept.adopt("restored", &kept.keys().await).await.unwrap();
    let code_of = async |mirror: &Mirror| code(restored.take_over(&kept.manifest, mirror, &[], false).await);
    assert_eq!(code_of(&stale).await, "restore.ledger_older");
    let mut flipped = whole.clone();
    flipped.0.iter_mut().find(|(path, _)| path.contains("entries")).unwrap().1[20] ^= 1;
    assert_eq!(code_of(&flipped).await, "restore.ledger_refused");
    let (other, _folder) = on_disk().await;
    assert_eq!(code_of(&Mirror::of(&other.vault, other.tenant).await).await, "restore.ledger_refused");
    restored.take_over(&kept.manifest, &whole, &[], false).await.unwrap();
}

#[tokio::test]
async fn a_later_policy_must_be_at_hand() {
    let (world, folder) = on_disk().await;
    world.ada().await;
    let kept = back_up(world, folder).await;
    let later = vec![("policy.candor".to_owned(), POLICY.replace("2026-01-29", "2026-05-01"))];
    kept.vault.put_policy(&kept.admin, later.clone()).await.unwrap();
    let mirror = Mirror::of(&kept.vault, kept.tenant).await;
    let keys = kept.keys().await;
    let without = kept.adopt("without", &keys).await.unwrap();
    assert_eq!(code(without.take_over(&kept.manifest, &mirror, &[], false).await), "restore.policy_missing");
    let with = kept.adopt("with", &keys).await.unwrap();
    with.take_over(&kept.manifest, &mirror, &[later], false).await.unwrap();
    assert_eq!(with.vault.plan(kept.tenant, None).await.unwrap().manifest().version, "2026-05-01");
    let all_the_same = kept.adopt("danger", &keys).await.unwrap();
    all_the_same.take_over(&kept.manifest, &mirror, &[], true).await.unwrap();
}

#[tokio::test]
async fn without_the_later_ledger_everything_that_may_have_been_said_is_taken_as_said() {
    let (world, folder) = on_disk().await;
    let people = people(&world).await;
    let kept = back_up(world, folder).await;
    kept.vault.erase(&kept.admin, people.all["erased"], None).await.unwrap();
    let restored = kept.adopt("restored", &kept.keys().await).await.unwrap();
    let doubt = restored.vault.restore_without_ledger(&kept.manifest.tenants[0]).await.unwrap();
    assert_eq!((doubt.n_erased, doubt.n_subjects), (1, WHAT.len() as u64 - 1));
    let (vault, admin) = (&restored.vault, &kept.admin);
    assert_eq!(code(vault.subject(admin, people.all["erased"]).await), "subject.erased");
    let ask = |purpose| kept.ask(people.all["untouched"], purpose, &["account.name"]);
    assert_eq!(refusal(vault, admin, &ask("newsletter")).await, Some("basis.objected"));
    assert_eq!(refusal(vault, admin, &ask("support")).await, Some("basis.objected"));
    assert_eq!(refusal(vault, admin, &ask("billing")).await, None, "the contract goes on");
    // The person can say it again.
    say(vault, admin, people.all["untouched"], "newsletter", ConsentVerb::Confirmed).await;
    assert_eq!(refusal(vault, admin, &ask("newsletter")).await, None);

    // The ledger goes on under another name: the old key does not vouch for it.
    assert_ne!(doubt.verifier_key, kept.verifier_key);
    let mirror = Mirror::of(vault, kept.tenant).await;
    let key = |text: &str| candor_ledger::VerifierKey::parse(text).unwrap();
    assert!(candor_ledger::check_log(&mirror, &key(&doubt.verifier_key), None).is_verified());
    assert!(!candor_ledger::check_log(&mirror, &key(&kept.verifier_key), None).is_verified());
}

#[tokio::test]
async fn a_manifest_that_was_changed_is_refused() {
    let (world, folder) = on_disk().await;
    world.ada().await;
    let kept = back_up(world, folder).await;
    let vault = kept.adopt("restored", &kept.keys().await).await.unwrap().vault;
    let bytes = kept.manifest.to_bytes().unwrap();
    assert_eq!(BackupManifest::parse(&bytes).unwrap(), kept.manifest);
    let changes: [fn(&mut BackupManifest); 4] = [
        |manifest| manifest.tenants[0].ledger_size -= 1,
        |manifest| manifest.data.bytes += 1,
        |manifest| manifest.tenants[0].slug.push('x'),
        |manifest| manifest.tenants[0].seal = manifest.tenants[0].seal.replace('A', "B"),
    ];
    for change in changes {
        let mut changed = kept.manifest.clone();
        change(&mut changed);
        assert_eq!(code(vault.check_manifest(&changed).await), "backup.manifest_forged");
    }
    assert_eq!(code(BackupManifest::parse(b"{}")), "backup.manifest");
}

#[tokio::test]
async fn a_key_file_that_was_changed_or_cut_off_is_refused_whole() {
    let (world, _folder) = on_disk().await;
    for n in 0..5 {
        world.person(&format!("p{n}@example.org"), "Somebody").await;
    }
    let mut file = Vec::new();
    world.vault.write_key_file(&mut file).await.unwrap();
    let roots = [Arc::new(root(1))];
    let read = |bytes: &[u8]| -> Result<usize, VaultError> {
        let mut reader = KeyFileReader::begin(bytes, &roots)?;
        let mut n_lines = 0;
        while let Some(lines) = reader.next_chunk()? {
            n_lines += lines.len();
        }
        Ok(n_lines)
    };
    assert_eq!(read(&file).unwrap(), 6);
    for end in 0..file.len() {
        assert!(read(&file[..end]).is_err(), "cut at {end}");
    }
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(read(&changed).is_err(), "changed at {at}");
    }
    assert!(read(&[file.clone(), vec![0]].concat()).is_err());
    assert!(world.vault.is_own_key_file(&file[..]).await.unwrap());
    let other = [Arc::new(root(2))];
    assert_eq!(code(KeyFileReader::begin(&file[..], &other)), "keys.version_missing");
}

#[tokio::test]
async fn second_factors_come_back_but_not_those_removed_since_and_nobody_is_signed_in() {
    let (world, folder) = on_disk().await;
    let ada = world.ada().await;
    let (kept, removed) = (RecordId::from_bytes([1; 16]), RecordId::from_bytes([2; 16]));
    let slip = |kind, name, expires_at| {
        let body = zeroize::Zeroizing::new(b"secret of an app".to_vec());
        SlipChange::Put(NewSlip { kind, name, owner: Some(ada), expires_at, body }, Expect::Absent)
    };
    let ends = world.vault.now().plus(Span::new(1, SpanUnit::Day));
    let all = vec![
        slip(FACTOR_SLIPS, factor_name(kept), None),
        slip(FACTOR_SLIPS, factor_name(removed), None),
        slip(1, [7; 32], Some(ends)),
    ];
    let door = world.vault.door(world.tenant);
    world.vault.change_slips(&door, all, Vec::new()).await.unwrap();
    let place = back_up(world, folder).await;
    let gone = vec![SlipChange::Drop(FACTOR_SLIPS, factor_name(removed), Expect::Anything)];
    let told = vec![(Some(ada), EntryBody::FactorChanged { factor: removed, sort: 2, act: 2 })];
    place.vault.change_slips(&door, gone, told).await.unwrap();

    let (restored, _) = place.restored().await;
    let slip = async |kind, name| restored.vault.slip(place.tenant, kind, name).await.unwrap();
    assert_eq!(&*slip(FACTOR_SLIPS, factor_name(kept)).await.unwrap().body, b"secret of an app");
    assert!(slip(FACTOR_SLIPS, factor_name(removed)).await.is_none(), "it was removed after the backup");
    assert!(slip(1, [7; 32]).await.is_none(), "sessions are in no backup");
}
