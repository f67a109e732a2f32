//! The ledger: entries in order, tiles that are theirs, checkpoints, and the index by subject.

use std::sync::Arc;

use candor_ledger::{Digest, hash_leaf, hash_node, split_bundle};

use crate::{Change, CheckpointRow, Store, Unit};

use super::samples::{at, checkpoint, commit, entry, put, reference, tenant_id, unit};
use super::wait;

/// Units of every size up to and across the width of a bundle: 256, 1, 300, 7, …
const UNITS: [usize; 9] = [1, 254, 1, 1, 300, 7, 600, 0, 130];

/// What was appended is in the bundles, in order, each full but for the last.
pub fn entries_are_read_back_in_order(store: &Arc<dyn Store>) {
    let size = append(store);
    assert_eq!(wait(store.ledger_size(tenant_id(1))).unwrap(), size as u64);
    let entries = entries(store, size);
    assert_eq!(entries, (0..size).map(entry).collect::<Vec<_>>());
    assert_eq!(wait(store.bundle(tenant_id(1), (size as u64).div_ceil(256))).unwrap(), None);
}

/// Level 0 holds the hashes of the entries, level 1 those of the full tiles of level 0.
pub fn tiles_are_those_of_the_entries(store: &Arc<dyn Store>) {
    let size = append(store);
    let leaves: Vec<Digest> = (0..size).map(|n| hash_leaf(&entry(n))).collect();
    for (index, leaves) in leaves.chunks(256).enumerate() {
        let tile = wait(store.tile(tenant_id(1), 0, index as u64)).unwrap().unwrap();
        assert_eq!(tile, bytes(leaves), "tile {index} of level 0");
    }
    let full: Vec<Digest> = leaves.chunks_exact(256).map(root).collect();
    assert_eq!(wait(store.tile(tenant_id(1), 1, 0)).unwrap(), Some(bytes(&full)));
    assert_eq!(wait(store.tile(tenant_id(1), 1, 1)).unwrap(), None);
    assert_eq!(wait(store.tile(tenant_id(1), 2, 0)).unwrap(), None);
    assert_eq!(wait(store.tile(tenant_id(1), 0, leaves.len().div_ceil(256) as u64)).unwrap(), None);
}

/// Bundle and tile are there at their present width after each unit, over the edge of a bundle too.
pub fn a_partial_bundle_grows_with_each_unit(store: &Arc<dyn Store>) {
    for n in 0..260 {
        commit(&**store, unit().entry(entry(n))).unwrap();
        let (index, width) = (n / 256, n % 256 + 1);
        let bundle = wait(store.bundle(tenant_id(1), index as u64)).unwrap().unwrap();
        assert_eq!(split_bundle(&bundle).unwrap().len(), width);
        let tile = wait(store.tile(tenant_id(1), 0, index as u64)).unwrap().unwrap();
        assert_eq!(tile.len(), width * 32);
    }
}

/// Newest first; one of the same size is replaced.
pub fn checkpoints_come_newest_first(store: &Arc<dyn Store>) {
    let again = CheckpointRow { signed_at: at(9), ..checkpoint(5) };
    put(&**store, [checkpoint(5), checkpoint(2), checkpoint(8), again.clone()].map(Change::PutCheckpoint));
    assert_eq!(wait(store.checkpoint(tenant_id(1))).unwrap(), Some(checkpoint(8)));
    let page = wait(store.checkpoints(tenant_id(1), Some(8), 10)).unwrap();
    assert_eq!(page.rows, [again, checkpoint(2)]);
    let page = wait(store.checkpoints(tenant_id(1), Some(u64::MAX), 1)).unwrap();
    assert_eq!((page.rows, page.next), (vec![checkpoint(8)], Some(8)));
}

/// Pairs can be added twice, and the end of the index never moves back.
pub fn the_index_of_entries_is_kept_by_subject(store: &Arc<dyn Store>) {
    let pairs = vec![(reference(1), 0), (reference(2), 1), (reference(1), 300)];
    let index = |pairs, up_to| put(&**store, [Change::IndexEntries { pairs, up_to }]);
    index(pairs.clone(), 301);
    index(pairs, 200);
    assert_eq!(wait(store.indexed_to(tenant_id(1))).unwrap(), 301);
    let of = |below| wait(store.entries_of(tenant_id(1), reference(1), below, 10)).unwrap().rows;
    assert_eq!(of(None), [300, 0]);
    assert_eq!(of(Some(300)), [0]);
    assert_eq!(of(Some(u64::MAX)), [300, 0]);
}

/// Appends numbered entries in units of many sizes, and another tenant's in between.
fn append(store: &Arc<dyn Store>) -> usize {
    let mut size = 0;
    for count in UNITS {
        let entries = (size..size + count).map(entry).collect();
        let committed = commit(&**store, Unit { entries, ..unit() }).unwrap();
        assert_eq!((committed.first_entry, committed.size), (size as u64, (size + count) as u64));
        size += count;
        commit(&**store, Unit::of(tenant_id(2)).entry(entry(size))).unwrap();
    }
    size
}

fn entries(store: &Arc<dyn Store>, size: usize) -> Vec<Vec<u8>> {
    let bundle = |index| wait(store.bundle(tenant_id(1), index)).unwrap().unwrap();
    let bundles: Vec<Vec<u8>> = (0..(size as u64).div_ceil(256)).map(bundle).collect();
    bundles.iter().flat_map(|bundle| split_bundle(bundle).unwrap()).map(<[u8]>::to_vec).collect()
}

fn bytes(hashes: &[Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// The root of a full subtree, by definition (RFC 9162 §2.1.1).
fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [leaf] => *leaf,
        leaves => {
            let (left, right) = leaves.split_at(leaves.len() / 2);
            hash_node(&root(left), &root(right))
        }
    }
}
