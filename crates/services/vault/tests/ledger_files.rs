//! The ledger as auditors fetch it: it verifies offline, at every size it ever had.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use candor_ledger::{Checkpoint, Digest, EntryBody, FetchError, LogSource, VerifierKey, check_log, verify_consistency};
use candor_vault::ErrorKind;
use support::{World, world};

/// The files of a vault's ledger, fetched before the check begins, as a mirror would.
struct Mirror(BTreeMap<String, Vec<u8>>);

impl LogSource for Mirror {
    fn fetch(&self, path: &str, _: usize) -> Result<Option<Vec<u8>>, FetchError> {
        Ok(self.0.get(path).cloned())
    }
}

/// Checks a ledger by fetching each file the checker asks for, until it has them all.
async fn check(world: &World, checkpoint: Option<String>) -> candor_ledger::Report {
    let key = VerifierKey::parse(&world.verifier_key).unwrap();
    let note = match checkpoint {
        Some(note) => note,
        None => world.vault.checkpoint(world.tenant).await.unwrap(),
    };
    let size = Checkpoint::open(note.as_bytes(), &key).unwrap().size;
    let mut files = BTreeMap::from([("checkpoint".to_owned(), note.into_bytes())]);
    for level in 0..3_u8 {
        for index in 0..=(size >> (8 * (u32::from(level) + 1))) {
            let width = candor_ledger::partial_width(size, level, index);
            if width > 0 {
                let mut paths = vec![candor_ledger::tile_path(level, index, width)];
                paths.extend((level == 0).then(|| candor_ledger::bundle_path(index, width)));
                for path in paths {
                    let file = world.vault.ledger_file(world.tenant, &path).await.unwrap();
                    files.insert(path.clone(), file.unwrap_or_else(|| panic!("{path} is missing")));
                }
            }
        }
    }
    check_log(&Mirror(files), &key, None)
}

async fn grow(world: &World, n: usize) {
    let ada = match world.vault.find(&world.admin, "billing", "account.email", "ada@example.org").await.unwrap() {
        Some(ada) => ada,
        None => world.ada().await,
    };
    let ask = world.ask(ada, "billing", &["account.name"]);
    for _ in 0..n {
        world.vault.read(&world.admin, &ask).await.unwrap();
    }
}

#[tokio::test]
async fn the_whole_ledger_verifies_from_its_files() {
    let world = world().await;
    grow(&world, 600).await;
    let report = check(&world, None).await;
    assert!(report.is_verified(), "{:?}", report.faults);
    assert!(report.n_entries > 600);
    assert_eq!(report.n_by_kind["disclosure"], 600);
}

#[tokio::test]
async fn an_old_checkpoint_is_served_with_its_files_after_the_ledger_grew() {
    let world = world().await;
    grow(&world, 10).await;
    let old = world.vault.checkpoint(world.tenant).await.unwrap();
    grow(&world, 300).await;
    let report = check(&world, Some(old)).await;
    assert!(report.is_verified(), "{:?}", report.faults);
    assert!(report.size < 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checkpoints_verify_while_the_ledger_grows() {
    let world = Arc::new(world().await);
    grow(&world, 1).await;
    let is_enough = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (world, is_enough) = (world.clone(), is_enough.clone());
        async move {
            while !is_enough.load(Ordering::Relaxed) {
                grow(&world, 10).await;
                tokio::task::yield_now().await;
            }
        }
    });
    let key = VerifierKey::parse(&world.verifier_key).unwrap();
    let mut sizes = BTreeSet::new();
    while sizes.len() < 5 {
        let report = check(&world, None).await;
        assert!(report.is_verified(), "{:?}", report.faults);
        sizes.insert(report.size);
        world.vault.inclusion(world.tenant, report.size - 1, None).await.unwrap().verify(&key).unwrap();
    }
    is_enough.store(true, Ordering::Relaxed);
    writer.await.unwrap();
}

#[tokio::test]
async fn a_file_wider_than_the_ledger_or_misspelt_is_not_there() {
    let world = world().await;
    grow(&world, 5).await;
    for path in
        ["tile/0/000", "tile/0/000.p/200", "tile/entries/000", "tile/0/001.p/1", "tile/0/0", "secrets", "tile/9/000"]
    {
        assert_eq!(world.vault.ledger_file(world.tenant, path).await.unwrap(), None, "{path}");
    }
    let key = world.vault.ledger_file(world.tenant, "key").await.unwrap().unwrap();
    assert_eq!(String::from_utf8(key).unwrap().trim(), world.verifier_key);
    let checkpoint = world.vault.ledger_file(world.tenant, "checkpoint").await.unwrap().unwrap();
    assert_eq!(String::from_utf8(checkpoint).unwrap(), world.vault.checkpoint(world.tenant).await.unwrap());
}

#[tokio::test]
async fn the_same_size_is_signed_once() {
    let world = world().await;
    let first = world.vault.checkpoint(world.tenant).await.unwrap();
    let signed = world.vault.store().checkpoint(world.tenant).await.unwrap().unwrap();
    world.clock.advance(candor_words::Span::new(1, candor_words::SpanUnit::Hour));
    assert_eq!(world.vault.checkpoint(world.tenant).await.unwrap(), first);
    assert_eq!(world.vault.store().checkpoint(world.tenant).await.unwrap().unwrap(), signed);
}

#[tokio::test]
async fn a_receipt_of_any_entry_verifies_offline_at_any_size() {
    let world = world().await;
    grow(&world, 300).await;
    let key = VerifierKey::parse(&world.verifier_key).unwrap();
    for (entry, size) in [(0, None), (255, None), (256, None), (3, Some(4)), (100, Some(257)), (299, Some(300))] {
        let receipt = world.vault.inclusion(world.tenant, entry, size).await.unwrap();
        assert_eq!(receipt.index(), entry);
        receipt.verify(&key).unwrap();
    }
    let first = world.vault.inclusion(world.tenant, 0, None).await.unwrap().verify(&key).unwrap();
    assert!(matches!(first.body, EntryBody::PolicyInForce { .. }));
}

#[tokio::test]
async fn a_changed_receipt_does_not_verify() {
    let world = world().await;
    grow(&world, 20).await;
    let key = VerifierKey::parse(&world.verifier_key).unwrap();
    let json = world.vault.inclusion(world.tenant, 7, None).await.unwrap().to_json();
    let moved = json.replace("\"index\":7", "\"index\":8");
    assert_ne!(json, moved);
    candor_ledger::Receipt::parse(moved.as_bytes()).unwrap().verify(&key).unwrap_err();
}

#[tokio::test]
async fn what_is_beyond_the_ledger_is_missing() {
    let world = world().await;
    let size = world.vault.store().ledger_size(world.tenant).await.unwrap();
    for (entry, at) in [(size, None), (0, Some(size + 1)), (1, Some(1))] {
        let error = world.vault.inclusion(world.tenant, entry, at).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Missing, "ledger.beyond_size"));
    }
    let error = world.vault.consistency(world.tenant, 0, size + 1).await.unwrap_err();
    assert_eq!(error.code(), "ledger.beyond_size");
    let error = world.vault.consistency(world.tenant, size, 0).await.unwrap_err();
    assert_eq!(error.code(), "ledger.sizes_swapped");
}

#[tokio::test]
async fn each_size_begins_with_every_smaller_one() {
    let world = world().await;
    grow(&world, 300).await;
    let key = VerifierKey::parse(&world.verifier_key).unwrap();
    let root = async |size: u64| -> Digest {
        if size == 0 {
            return Digest::of(b"");
        }
        let receipt = world.vault.inclusion(world.tenant, 0, Some(size)).await.unwrap().to_json();
        let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
        Checkpoint::open(receipt["checkpoint"].as_str().unwrap().as_bytes(), &key).unwrap().root
    };
    for (from, to) in [(0, 5), (1, 300), (4, 4), (200, 256), (255, 301), (256, 300)] {
        let proof = world.vault.consistency(world.tenant, from, to).await.unwrap();
        verify_consistency(&proof, &root(from).await, &root(to).await).unwrap();
    }
}

#[tokio::test]
async fn the_ledger_holds_no_personal_data() {
    let world = world().await;
    grow(&world, 3).await;
    let bundle = world.vault.store().bundle(world.tenant, 0).await.unwrap().unwrap();
    for value in ["ada", "Ada", "Lovelace", "example.org"] {
        assert!(!bundle.windows(value.len()).any(|bytes| bytes == value.as_bytes()), "{value}");
    }
}
