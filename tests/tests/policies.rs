//! The vendors' policies as they stand in the repository: canonical, and their tables current.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use candor_tests::candor;

fn policies() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("policies");
    let found = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<PathBuf> = found.filter(|path| path.is_dir()).collect();
    assert_eq!(found.len(), 5);
    found
}

#[test]
fn every_policy_is_in_its_canonical_form() {
    for policy in policies() {
        let ended = candor(&["fmt", "--check"]).arg(&policy).output().unwrap();
        assert!(ended.status.success(), "{}: run `candor fmt` on it", policy.display());
    }
}

#[test]
fn every_decision_table_is_what_the_policy_says_today() {
    for policy in policies() {
        let ended = candor(&["table"]).arg(&policy).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        let golden = std::fs::read_to_string(policy.join("table.golden")).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&ended.stdout),
            golden,
            "{}: review, then `cargo xtask table`",
            policy.display()
        );
    }
}
