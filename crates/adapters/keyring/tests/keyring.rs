//! The keyring over real files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use candor_keyring::{Keyring, KeyringError};
use candor_keys::{KeysError, RootKeys};
use candor_seal::{KeyVersion, TenantKeyName};
use candor_words::{SeededEntropy, TenantId};
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("root.key");
    (directory, path)
}

fn chmod(path: &PathBuf, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_key_file_is_made_for_its_owner_alone() {
    let (_directory, path) = place();
    let made = Keyring::create(&path, &SeededEntropy::new(1)).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(made.current().await.unwrap().version(), KeyVersion::FIRST);
}

#[tokio::test]
async fn what_a_crash_left_of_a_key_file_that_was_being_made_is_in_nobodys_way() {
    let (directory, path) = place();
    let beside = directory.path().join("root.key.new");
    std::fs::write(&beside, "half a k").unwrap();
    Keyring::create(&path, &SeededEntropy::new(1)).unwrap();
    assert!(!beside.exists());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(Keyring::open(&path).unwrap().current().await.unwrap().version(), KeyVersion::FIRST);
    // One that is there is never written over.
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(Keyring::create(&path, &SeededEntropy::new(2)), Err(KeyringError::Exists { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn what_one_version_wrapped_opens_after_a_rotation_and_a_restart() {
    let (_directory, path) = place();
    let entropy = SeededEntropy::new(1);
    let tenant = TenantId::random(&entropy);
    let before = Keyring::create(&path, &entropy).unwrap().current().await.unwrap();
    let (_, wrapped) = before.create_tenant_key(&entropy, tenant, KeyVersion::FIRST).unwrap();

    let rotated = Keyring::rotate(&path, &entropy).unwrap();
    assert_eq!(rotated.current().await.unwrap().version(), KeyVersion::new(2));

    let reopened = Keyring::open(&path).unwrap();
    let name = TenantKeyName { tenant, version: KeyVersion::FIRST };
    let first = reopened.version(KeyVersion::FIRST).await.unwrap();
    assert!(first.unwrap(name, &wrapped).is_ok());
    let second = reopened.current().await.unwrap();
    assert!(second.unwrap(name, &wrapped).is_err());
}

#[tokio::test]
async fn a_version_that_is_not_held_is_named() {
    let (_directory, path) = place();
    let keyring = Keyring::create(&path, &SeededEntropy::new(1)).unwrap();
    let Err(error) = keyring.version(KeyVersion::new(7)).await else { panic!("version 7 was given") };
    assert_eq!(error, KeysError::VersionMissing { version: 7 });
}

#[test]
fn a_key_file_is_not_written_over() {
    let (_directory, path) = place();
    Keyring::create(&path, &SeededEntropy::new(1)).unwrap();
    let before = std::fs::read(&path).unwrap();
    let again = Keyring::create(&path, &SeededEntropy::new(2));
    assert!(matches!(again, Err(KeyringError::Exists { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_that_others_can_read_or_write_is_refused() {
    let (_directory, path) = place();
    Keyring::create(&path, &SeededEntropy::new(1)).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o602, 0o777] {
        chmod(&path, mode);
        let refused = Keyring::open(&path).unwrap_err();
        assert!(matches!(refused, KeyringError::OpenToOthers { mode: found, .. } if found == mode), "{mode:o}");
        assert!(refused.to_string().contains("chmod 600"));
        assert!(matches!(Keyring::rotate(&path, &SeededEntropy::new(2)), Err(KeyringError::OpenToOthers { .. })));
    }
    chmod(&path, 0o400);
    assert!(Keyring::open(&path).is_ok());
}

#[test]
fn a_missing_file_says_how_to_make_one() {
    let (_directory, path) = place();
    let missing = Keyring::open(&path).unwrap_err();
    assert!(matches!(missing, KeyringError::Missing { .. }));
    assert!(missing.to_string().contains("candor init"));
}

#[test]
fn a_file_of_something_else_is_refused() {
    let (_directory, path) = place();
    Keyring::create(&path, &SeededEntropy::new(1)).unwrap();
    for (text, is_expected) in [
        (String::new(), (|error| matches!(error, KeyringError::Keys(KeysError::Empty))) as fn(&KeyringError) -> bool),
        ("# nothing yet\n".to_owned(), |error| matches!(error, KeyringError::Keys(KeysError::Empty))),
        ("-----BEGIN PRIVATE KEY-----\n".to_owned(), |error| matches!(error, KeyringError::Malformed { line: 1 })),
        ("#".repeat(70_000), |error| matches!(error, KeyringError::TooLong { .. })),
    ] {
        std::fs::write(&path, text).unwrap();
        assert!(is_expected(&Keyring::open(&path).unwrap_err()));
    }
    std::fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(matches!(Keyring::open(&path), Err(KeyringError::Unusable { .. })));
}

#[tokio::test]
async fn the_environment_holds_one_key_or_several() {
    let (_directory, path) = place();
    let entropy = SeededEntropy::new(1);
    Keyring::create(&path, &entropy).unwrap();
    let one = std::fs::read_to_string(&path).unwrap();
    Keyring::rotate(&path, &entropy).unwrap();
    let all = std::fs::read_to_string(&path).unwrap();

    let only = |name: &'static str, text: &str| {
        let text = text.to_owned();
        Keyring::from_environment(move |asked| (asked == name).then(|| text.clone()))
    };
    let single = only("CANDOR_ROOT_KEY", &one).unwrap();
    assert_eq!(single.current().await.unwrap().version().get(), 1);
    let several = only("CANDOR_ROOT_KEYS", &all).unwrap();
    assert_eq!(several.current().await.unwrap().version().get(), 2);
    assert!(matches!(Keyring::from_environment(|_| None), Err(KeyringError::NotInEnvironment)));
    assert!(matches!(Keyring::from_environment(|_| Some(one.clone())), Err(KeyringError::TwiceInEnvironment)));
}

#[test]
fn a_last_line_without_its_end_survives_a_rotation() {
    let (_directory, path) = place();
    Keyring::create(&path, &SeededEntropy::new(1)).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.trim_end()).unwrap();
    assert!(Keyring::rotate(&path, &SeededEntropy::new(2)).is_ok());
}

#[test]
fn an_older_version_is_retired_for_good_and_the_newest_is_not() {
    let (_directory, path) = place();
    Keyring::create(&path, &SeededEntropy::new(1)).unwrap();
    Keyring::rotate(&path, &SeededEntropy::new(2)).unwrap();
    let newest = Keyring::retire(&path, KeyVersion::new(2));
    assert!(matches!(newest, Err(KeyringError::Newest { version: 2 })));
    let held = path.with_extension("held");
    std::fs::hard_link(&path, &held).unwrap();

    let kept = Keyring::retire(&path, KeyVersion::FIRST).unwrap();
    assert_eq!(kept.versions().map(KeyVersion::get).collect::<Vec<_>>(), [2]);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    assert!(std::fs::read(&held).unwrap().iter().all(|byte| *byte == 0), "the file before was wiped");
    let again = Keyring::retire(&path, KeyVersion::FIRST);
    assert!(matches!(again, Err(KeyringError::Keys(KeysError::VersionMissing { version: 1 }))));
}
