//! Bits of the database that flip on the disk: said, and never answered with other data.
//!
//! SQLite keeps no sums over its pages. What is sealed, hashed or summed by the vault is found out when it is read; the
//! ledger's checker names the place. A key of a row that flips is another row's, and this one is not found any more: that is
//! a known limit (docs/roadmap.md), and such bits are left alone. The flips are seeded (`CANDOR_SEED`), and a failure
//! names the bit.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use candor_decision::Verdict;
use candor_ledger::{FetchError, LogSource, Report, VerifierKey, check_log, split_bundle};
use candor_seal::{KeyVersion, RootKey};
use candor_store_sqlite::SqliteStore;
use candor_vault::{Caller, ConsentAct, ConsentVerb, NewTenant, Vault, VaultError, VaultParts};
use candor_words::{Entropy, Instant, ManualClock, Secret, SeededEntropy, SubjectId, TenantId};
use support::{POLICY, World};

const FLIPS: usize = 150;

fn open(folder: &Path, seed: u64) -> Result<Arc<Vault>, String> {
    let parts = VaultParts {
        store: Arc::new(SqliteStore::open(folder).map_err(|error| error.to_string())?),
        clock: Arc::new(ManualClock::new(Instant::from_date(2026, 6, 1).unwrap())),
        entropy: Arc::new(SeededEntropy::new(seed)),
        roots: vec![RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).unwrap()],
        origin: "candor.test".into(),
    };
    Ok(Vault::open(parts).unwrap())
}

/// What the sound database says.
struct Known {
    secret: String,
    key: VerifierKey,
    tenant: TenantId,
    ada: SubjectId,
    bundles: Vec<Vec<u8>>,
}

async fn say(vault: &Vault, admin: &Caller, subject: SubjectId, act: ConsentVerb) {
    let act = ConsentAct { purpose: "newsletter".into(), act, text: None, language: None, method: None };
    vault.consent(admin, subject, act).await.unwrap();
}

/// A database with somebody who agreed and withdrew, objected, and was read for almost a bundle of entries.
async fn sound(folder: &Path) -> Known {
    let vault = open(folder, 1).unwrap();
    let sources = vec![("policy.candor".to_owned(), POLICY.to_owned())];
    let new = NewTenant { slug: "sketch".into(), title: "Sketch".into(), sources };
    let created = vault.create_tenant(new).await.unwrap();
    let secret = created.administrator.secret.expose().clone();
    let admin = vault.authenticate(&secret).await.unwrap();
    let (tenant, verifier_key) = (created.tenant, created.verifier_key);
    let clock = Arc::new(ManualClock::new(vault.now()));
    let world = World { vault: Arc::clone(&vault), clock, tenant, admin: admin.clone(), verifier_key };
    let ada = world.ada().await;
    say(&vault, &admin, ada, ConsentVerb::Given).await;
    say(&vault, &admin, ada, ConsentVerb::Withdrawn).await;
    vault.object(&admin, ada, "offers").await.unwrap();
    let ask = world.ask(ada, "support", &["account.name", "account.email"]);
    for _ in 0..2 {
        vault
            .read_many(&admin, &vec![ask.clone(); 100])
            .await
            .unwrap()
            .into_iter()
            .for_each(|answer| drop(answer.unwrap()));
    }
    say(&vault, &admin, ada, ConsentVerb::Refused).await;
    vault.checkpoint(tenant).await.unwrap();
    let mut bundles = Vec::new();
    while let Some(bundle) = vault.store().bundle(tenant, bundles.len() as u64).await.unwrap() {
        bundles.push(bundle);
    }
    assert_eq!(bundles.len(), 1, "a full bundle is packed, and no entry stands in it in one piece");
    Known { secret, key: VerifierKey::parse(&world.verifier_key).unwrap(), tenant, ada, bundles }
}

/// The ledger's files, as the vault gives them out.
struct Files(BTreeMap<String, Result<Option<Vec<u8>>, VaultError>>);

impl Files {
    async fn of(vault: &Vault, tenant: TenantId, size: u64) -> Self {
        let paths = ["checkpoint".to_owned(), format!("tile/0/000.p/{size}"), format!("tile/entries/000.p/{size}")];
        let mut files = BTreeMap::new();
        for path in paths {
            let file = vault.ledger_file(tenant, &path).await;
            files.insert(path, file);
        }
        Self(files)
    }
}

impl LogSource for Files {
    fn fetch(&self, path: &str, _: usize) -> Result<Option<Vec<u8>>, FetchError> {
        match self.0.get(path) {
            Some(Ok(file)) => Ok(file.clone()),
            Some(Err(error)) => Err(FetchError::new(error.code())),
            None => Ok(None),
        }
    }
}

async fn check(vault: &Vault, known: &Known) -> Report {
    let size = known.bundles.iter().map(|bundle| split_bundle(bundle).unwrap().len() as u64).sum();
    check_log(&Files::of(vault, known.tenant, size).await, &known.key, None)
}

/// Asks for what may be had and for what may not, and holds the answers against what is known. Errors are fine, other
/// answers are not; returns how many errors there were.
async fn ask_all(vault: &Vault, known: &Known) -> usize {
    let Ok(admin) = vault.authenticate(&known.secret).await else { return 1 };
    let ask = |purpose: &str| candor_vault::Ask {
        subject: known.ada,
        purpose: purpose.into(),
        recipient: None,
        fields: vec!["account.name".into()],
        record: None,
        channel: None,
        gpc: false,
        approval: None,
    };
    let mut n_errors = 0;
    match vault.read(&admin, &ask("support")).await {
        Ok(answer) => {
            let opened = answer.records.iter().flat_map(|record| &record.values);
            for (name, value) in opened {
                assert_eq!((name.as_str(), value.value.as_str()), ("name", Some("Ada Lovelace")));
            }
        }
        Err(error) => {
            assert!(!error.to_string().contains("Ada"), "{error}");
            n_errors += 1;
        }
    }
    for forbidden in ["newsletter", "offers"] {
        match vault.read(&admin, &ask(forbidden)).await {
            Ok(answer) => assert_eq!(answer.verdict, Verdict::Refused, "{forbidden} was permitted"),
            Err(_) => n_errors += 1,
        }
    }
    n_errors
}

fn copy_with(database: &[u8], flip: Option<usize>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = database.to_vec();
    if let Some(bit) = flip {
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    std::fs::write(folder.path().join("candor.db"), bytes).unwrap();
    folder
}

#[tokio::test]
async fn a_flipped_bit_is_an_error_and_never_another_answer() {
    let folder = tempfile::tempdir().unwrap();
    let known = sound(folder.path()).await;
    let database = std::fs::read(folder.path().join("candor.db")).unwrap();
    let untouched = copy_with(&database, None);
    assert_eq!(ask_all(&open(untouched.path(), 2).unwrap(), &known).await, 0);

    let seed = std::env::var("CANDOR_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_125);
    let dice = SeededEntropy::new(seed);
    let id = known.ada.as_bytes();
    let keys: Vec<usize> =
        database.windows(id.len()).enumerate().filter(|(_, at)| at == id).map(|(at, _)| at).collect();
    let mut n_noticed = 0;
    for _ in 0..FLIPS {
        let mut bytes = [0; 8];
        dice.fill(&mut bytes);
        let bit = (u64::from_le_bytes(bytes) % (database.len() as u64 * 8)) as usize;
        if keys.iter().any(|key| (*key..key + id.len()).contains(&(bit / 8))) {
            continue;
        }
        println!("bit {bit} of seed {seed}");
        let damaged = copy_with(&database, Some(bit));
        match open(damaged.path(), 2) {
            Ok(vault) => n_noticed += usize::from(ask_all(&vault, &known).await > 0),
            Err(refused) => {
                assert!(!refused.is_empty());
                n_noticed += 1;
            }
        }
    }
    println!("{n_noticed} of {FLIPS} flips stood in the way of these questions");
}

#[tokio::test]
async fn a_flipped_bit_in_what_is_sealed_or_in_what_decides_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let known = sound(folder.path()).await;
    let database = std::fs::read(folder.path().join("candor.db")).unwrap();
    let untouched = copy_with(&database, None);
    let vault = open(untouched.path(), 2).unwrap();
    let state = vault.store().subject_state(known.tenant, known.ada).await.unwrap().unwrap();
    let record = vault.store().records(known.tenant, known.ada, None, None, 10).await.unwrap().rows.remove(0);
    let policy = vault.store().policies(known.tenant).await.unwrap().remove(0);
    let standing = state.last_event.unwrap().standing;
    let text = policy.sources[0].1.as_bytes();
    let needles: [(&str, &[u8]); 4] = [
        ("a sealed value", &record.sealed[record.sealed.len() - 20..]),
        ("a wrapped key", &state.keys[0].wrapped[..20]),
        ("the standing", &standing[standing.len() / 2..]),
        ("the policy", &text[text.len() - 200..]),
    ];
    for (what, needle) in needles {
        let at = database.windows(needle.len()).position(|window| window == needle);
        let at = at.unwrap_or_else(|| panic!("{what} is not in one piece in the file"));
        let damaged = copy_with(&database, Some(at * 8 + 11));
        let vault = open(damaged.path(), 2).unwrap();
        assert!(ask_all(&vault, &known).await > 0, "{what} was changed, and nobody said so");
    }
}

#[tokio::test]
async fn a_flipped_bit_in_the_ledger_is_named_by_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let known = sound(folder.path()).await;
    let database = std::fs::read(folder.path().join("candor.db")).unwrap();
    let untouched = copy_with(&database, None);
    let vault = open(untouched.path(), 2).unwrap();
    assert!(check(&vault, &known).await.is_verified());
    let entries: Vec<&[u8]> = known.bundles.iter().flat_map(|bundle| split_bundle(bundle).unwrap()).collect();
    let mut n_named = 0;
    for (index, entry) in entries.iter().enumerate() {
        // The entries of the reads are all alike; the others stand in the file once, in one piece.
        let mut places = database.windows(entry.len()).enumerate().filter(|(_, window)| window == entry);
        let (Some((at, _)), None) = (places.next(), places.next()) else { continue };
        let damaged = copy_with(&database, Some((at + 5) * 8));
        // The store itself refuses to append after a damaged end; it is opened all the same.
        let report = check(&open(damaged.path(), 2).unwrap(), &known).await;
        let named = report.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        assert!(named.contains(&format!("covers entries `{index}` to `{index}`")), "{index}: {named}");
        n_named += 1;
    }
    assert!(n_named > 5, "{n_named}");
}
