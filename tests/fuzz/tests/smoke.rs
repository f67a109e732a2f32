//! A short smoke of every fuzz target: the kept corpus, and seeded mutations of it.
//!
//! The real fuzzers run the same functions over the same corpus with coverage to guide them (`docs/hardening.md`).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

use std::panic::catch_unwind;
use std::path::PathBuf;

use candor_fuzz_targets::{TARGETS, Target};

/// Mutations for each target; those through the whole API cost more.
const MUTATIONS: usize = 3_000;
const MUTATIONS_OF_API: usize = 400;
const FILES_MAX: usize = 100;
const BYTES_MAX: usize = 200_000;
const INPUT_BYTES_MAX: usize = 4_096;

/// The kept inputs of a target, in the order of their names.
fn corpus(target: &Target) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target.name);
    let files = std::fs::read_dir(&folder).unwrap_or_else(|_| panic!("`{}` keeps no corpus", target.name));
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// Runs a target; what it panics over is shown so that it can be kept.
fn run(target: &Target, input: &[u8]) {
    let outcome = catch_unwind(|| (target.run)(input));
    assert!(outcome.is_ok(), "`{}` falls over {} bytes: \"{}\"", target.name, input.len(), input.escape_ascii());
}

fn smoke(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target");
    let corpus = corpus(target);
    assert!(!corpus.is_empty(), "`{name}` keeps no corpus");
    corpus.iter().for_each(|input| run(target, input));
    let n_mutations = if name.starts_with("api_") { MUTATIONS_OF_API } else { MUTATIONS };
    let mut chance = Chance(0x5eed);
    for _ in 0..n_mutations {
        run(target, &mutated(&corpus, &mut chance));
    }
}

macro_rules! smokes {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            smoke(stringify!($name));
        })*

        #[test]
        fn every_target_is_run() {
            let named: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(named, [$(stringify!($name)),*]);
        }
    };
}

smokes! {
    age_key api_address api_body backup_files connect_records connect_scim connect_stencil consent_receipt
    directory_address directory_definition directory_name drp_directory drp_message envelope fides_yaml import_rows
    jose_jws jose_keys jose_proof ledger_entry ledger_log ledger_note ledger_proof ledger_receipt ledger_tile
    manifest_check manifest_json oidc_registration oidc_request opendsr_answer opendsr_request passkey_answer
    passkey_object password_hash places_address places_discovered places_trigger recovery_code sign_up_form
    tenant_export user_agent
}

#[test]
fn the_kept_corpora_are_small() {
    for target in TARGETS {
        let corpus = corpus(target);
        let n_bytes: usize = corpus.iter().map(Vec::len).sum();
        assert!(
            corpus.len() <= FILES_MAX && n_bytes <= BYTES_MAX,
            "{}: {} files, {n_bytes} bytes",
            target.name,
            corpus.len()
        );
    }
}

#[test]
fn every_target_has_its_fuzzer() {
    let fuzzers = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/Cargo.toml")).unwrap();
    for target in TARGETS {
        assert!(fuzzers.contains(&format!("name = \"{}\"", target.name)), "{}", target.name);
    }
}

/// Chance that repeats (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// An input of the corpus after one to four changes.
fn mutated(corpus: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut input = corpus[chance.below(corpus.len())].clone();
    for _ in 0..=chance.below(4) {
        let at = chance.below(input.len() + 1);
        let end = (at + chance.below(16)).min(input.len());
        match chance.below(7) {
            0 if at < input.len() => input[at] ^= 1 << chance.below(8),
            1 if at < input.len() => input[at] = chance.next() as u8,
            2 => input.insert(at, chance.next() as u8),
            3 => drop(input.drain(at..end)),
            4 => input.truncate(at),
            5 => drop(input.splice(at..at, input[at..end].to_vec())),
            _ => {
                let other = &corpus[chance.below(corpus.len())];
                let from = chance.below(other.len() + 1);
                let till = (from + chance.below(64)).min(other.len());
                drop(input.splice(at..end, other[from..till].to_vec()));
            }
        }
    }
    input.truncate(INPUT_BYTES_MAX);
    input
}
