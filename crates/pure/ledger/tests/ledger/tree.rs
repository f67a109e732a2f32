//! Roots and proofs: RFC 6962's known answers, and ct-merkle as oracle.

use candor_ledger::{
    Appender, Digest, ProofError, VerifyError, consistency_proof, hash_leaf, inclusion_proof, root_at,
    verify_consistency, verify_inclusion,
};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;

use crate::log::{MemoryLog, blobs};

/// The leaves and roots of the Certificate Transparency test suite.
const LEAVES: [&str; 8] = ["", "\0", "\x10", " !", "01", "@ABC", "PQRSTUVW", "`abcdefghijklmno"];
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn digests(texts: &[&str]) -> Vec<Digest> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn the_roots_are_those_of_rfc_6962() {
    let mut appender = Appender::new();
    assert_eq!(appender.root().to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (leaf, root) in LEAVES.iter().zip(ROOTS) {
        assert_eq!(appender.append(&[leaf]).unwrap().root.to_string(), root);
    }
}

#[test]
fn the_proofs_are_those_of_rfc_6962() {
    let log = MemoryLog::of(&LEAVES);
    let inclusion = inclusion_proof(&log, 0, 8).unwrap();
    assert_eq!(
        inclusion.path,
        digests(&[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ])
    );
    let consistency = consistency_proof(&log, 6, 8).unwrap();
    assert_eq!(
        consistency.path,
        digests(&[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ])
    );
}

#[test]
fn every_proof_of_every_small_tree_verifies() {
    let entries = blobs(66);
    let log = MemoryLog::of(&entries);
    for size in 1..=entries.len() as u64 {
        let root = root_at(&log, size).unwrap();
        for index in 0..size {
            let proof = inclusion_proof(&log, index, size).unwrap();
            verify_inclusion(&hash_leaf(&entries[index as usize]), &proof, &root).unwrap();
        }
        for old in 0..=size {
            let proof = consistency_proof(&log, old, size).unwrap();
            verify_consistency(&proof, &root_at(&log, old).unwrap(), &root).unwrap();
        }
    }
}

#[test]
fn a_proof_beyond_the_log_is_not_made() {
    let log = MemoryLog::of(&blobs(3));
    assert_eq!(inclusion_proof(&log, 3, 3), Err(ProofError::BeyondSize { size: 3 }));
    assert_eq!(consistency_proof(&log, 4, 3), Err(ProofError::BeyondSize { size: 3 }));
}

#[test]
fn a_missing_tile_is_named() {
    let none = |_: u8, _: u64, _: u16| None;
    assert_eq!(inclusion_proof(&none, 1, 2), Err(ProofError::TileMissing { level: 0, index: 0, width: 2 }));
    let short = |_: u8, _: u64, _: u16| Some(vec![0; 33]);
    assert_eq!(inclusion_proof(&short, 1, 2), Err(ProofError::TileShort { level: 0, index: 0 }));
}

#[test]
fn a_path_that_is_too_long_or_too_short_is_malformed() {
    let entries = blobs(7);
    let log = MemoryLog::of(&entries);
    let root = root_at(&log, 7).unwrap();
    let leaf = hash_leaf(&entries[2]);
    let proof = inclusion_proof(&log, 2, 7).unwrap();
    let mut long = proof.clone();
    long.path.push(root);
    assert_eq!(verify_inclusion(&leaf, &long, &root), Err(VerifyError::Malformed));
    let mut short = proof;
    short.path.pop();
    assert_eq!(verify_inclusion(&leaf, &short, &root), Err(VerifyError::Malformed));
    let mut none = consistency_proof(&log, 4, 7).unwrap();
    none.path.clear();
    assert_eq!(verify_consistency(&none, &root_at(&log, 4).unwrap(), &root), Err(VerifyError::Malformed));
}

#[test]
fn an_absurd_proof_ends_quickly() {
    let root = Digest::default();
    let proof = candor_ledger::InclusionProof { index: u64::MAX - 1, size: u64::MAX, path: vec![root; 10_000] };
    assert_eq!(verify_inclusion(&root, &proof, &root), Err(VerifyError::Malformed));
    let proof = candor_ledger::ConsistencyProof { old_size: 1 << 63, size: u64::MAX, path: vec![root; 64] };
    assert!(verify_consistency(&proof, &root, &root).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn roots_and_proofs_are_those_of_the_oracle(size in 1usize..2000, at in any::<prop::sample::Index>(), old in any::<prop::sample::Index>()) {
        let entries = blobs(size);
        let log = MemoryLog::of(&entries);
        let mut oracle = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        entries.iter().for_each(|entry| oracle.push(entry.clone()));
        let root = root_at(&log, size as u64).unwrap();
        prop_assert_eq!(root.as_bytes().to_vec(), oracle.root().as_bytes().to_vec());

        let index = at.index(size);
        let proof = inclusion_proof(&log, index as u64, size as u64).unwrap();
        let path: Vec<u8> = proof.path.iter().flat_map(|hash| hash.0).collect();
        prop_assert_eq!(path, oracle.prove_inclusion(index).as_bytes().to_vec());

        let old = old.index(size) + 1;
        if old < size {
            let proof = consistency_proof(&log, old as u64, size as u64).unwrap();
            let path: Vec<u8> = proof.path.iter().flat_map(|hash| hash.0).collect();
            prop_assert_eq!(path, oracle.prove_consistency(size - old).as_bytes().to_vec());
        }
    }

    #[test]
    fn a_proof_with_one_flipped_bit_fails(size in 2u64..600, at in any::<prop::sample::Index>(), bit in any::<prop::sample::Index>()) {
        let entries = blobs(size as usize);
        let log = MemoryLog::of(&entries);
        let root = root_at(&log, size).unwrap();
        let index = at.index(size as usize);
        let leaf = hash_leaf(&entries[index]);
        let mut proof = inclusion_proof(&log, index as u64, size).unwrap();
        let flipped = bit.index(proof.path.len() * 256);
        proof.path[flipped / 256].0[flipped / 8 % 32] ^= 1 << (flipped % 8);
        prop_assert_eq!(verify_inclusion(&leaf, &proof, &root), Err(VerifyError::RootDiffers));

        let old = at.index(size as usize - 1) as u64 + 1;
        let old_root = root_at(&log, old).unwrap();
        let mut proof = consistency_proof(&log, old, size).unwrap();
        verify_consistency(&proof, &old_root, &root).unwrap();
        let flipped = bit.index(proof.path.len() * 256);
        proof.path[flipped / 256].0[flipped / 8 % 32] ^= 1 << (flipped % 8);
        prop_assert_eq!(verify_consistency(&proof, &old_root, &root), Err(VerifyError::RootDiffers));
    }

    #[test]
    fn a_proof_for_another_entry_or_size_fails(size in 3u64..600, at in any::<prop::sample::Index>()) {
        let entries = blobs(size as usize);
        let log = MemoryLog::of(&entries);
        let root = root_at(&log, size).unwrap();
        let index = at.index(size as usize - 1);
        let proof = inclusion_proof(&log, index as u64, size).unwrap();
        let other = hash_leaf(&entries[index + 1]);
        prop_assert!(verify_inclusion(&other, &proof, &root).is_err());
        let mut moved = proof.clone();
        moved.index += 1;
        prop_assert!(verify_inclusion(&hash_leaf(&entries[index]), &moved, &root).is_err());
        let consistency = consistency_proof(&log, size - 1, size).unwrap();
        prop_assert!(verify_consistency(&consistency, &root_at(&log, size - 2).unwrap(), &root).is_err());
    }
}
