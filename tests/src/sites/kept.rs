//! What takes seconds to make and is the same for every test: made once below `target/sites/kept`, then copied.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::binaries::installed;

/// The folder of a name, made by `make` unless it was made already from the same recipe.
///
/// Tests that start at once wait for the one that makes it.
pub(super) fn kept(name: &str, recipe: &[&str], make: impl FnOnce(&Path)) -> PathBuf {
    let all = installed("sites/kept");
    fs::create_dir_all(&all).expect("a folder");
    let lock = File::create(all.join(format!("{name}.lock"))).expect("a lock");
    lock.lock().expect("the lock");
    let folder = all.join(name);
    let (stamp, wanted) = (all.join(format!("{name}.made")), fingerprint(recipe));
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return folder;
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("an old one goes");
    }
    fs::create_dir_all(&folder).expect("a folder");
    make(&folder);
    fs::write(stamp, wanted).expect("a stamp");
    folder
}

fn fingerprint(recipe: &[&str]) -> String {
    let digest = recipe.iter().fold(Sha256::new(), |digest, part| digest.chain_update(part).chain_update([0]));
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
