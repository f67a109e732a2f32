//! The root keys: from the environment when it holds them, else from the key file.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use candor_keyring::{Keyring, VARIABLE_ALL, VARIABLE_ONE};
use candor_keys::RootKeys;
use candor_seal::{KeyVersion, RootKey, SystemEntropy};
use candor_vault::Vault;
use tokio::sync::watch::Receiver;

use crate::server::chain;
use crate::trouble::Trouble;

/// How often the key file is looked at.
const WATCH_INTERVAL: Duration = Duration::from_secs(1);

/// True when the environment holds root keys.
pub fn are_in_environment() -> bool {
    [VARIABLE_ONE, VARIABLE_ALL].iter().any(|name| env::var_os(name).is_some())
}

/// Makes a key file with one fresh key, readable by its owner only.
///
/// # Errors
/// The file exists or cannot be written.
pub fn create(file: &Path) -> Result<(), Trouble> {
    Keyring::create(file, &SystemEntropy)
        .map(drop)
        .map_err(|error| Trouble::failed(format!("make the key file `{}`", file.display()), chain(&error)))
}

/// Every version there is, newest last.
///
/// # Errors
/// There are none, or they cannot be read.
pub async fn all(file: &Path) -> Result<Vec<RootKey>, Trouble> {
    let (keyring, from) = if are_in_environment() {
        (Keyring::from_environment(|name| env::var(name).ok()), "the environment".to_owned())
    } else {
        (Keyring::open(file), format!("`{}`", file.display()))
    };
    let attempted = || format!("read the root keys from {from}");
    let keyring = keyring.map_err(|error| Trouble::bad_input(attempted(), chain(&error)))?;
    let newest = keyring.current().await.map_err(|error| Trouble::bad_input(attempted(), chain(&error)))?.version();
    let mut shared = Vec::new();
    let mut version = Some(KeyVersion::FIRST);
    while let Some(at) = version.filter(|at| *at <= newest) {
        // A version that was retired is no longer there, and nothing needs it.
        shared.extend(keyring.version(at).await);
        version = at.next();
    }
    // INVARIANT: the keyring held the only other reference, so that every key comes out whole.
    drop(keyring);
    Ok(shared.into_iter().filter_map(Arc::into_inner).collect())
}

/// Takes the key file up again whenever it changes (`candor key rotate`, `candor key retire`), until told to stop.
pub async fn watch(vault: Arc<Vault>, file: PathBuf, mut stop: Receiver<bool>) {
    if are_in_environment() {
        return;
    }
    let mut seen = stamp(&file);
    loop {
        tokio::select! {
            () = tokio::time::sleep(WATCH_INTERVAL) => {}
            stopped = stop.wait_for(|stop| *stop) => {
                drop(stopped);
                return;
            }
        }
        let now = stamp(&file);
        if now == seen {
            continue;
        }
        let taken = all(&file).await.map(|roots| vault.replace_roots(roots));
        if matches!(taken, Ok(Ok(()))) {
            tracing::info!("the key file changed and was taken up");
            seen = now;
        } else {
            // It may be half written: it is looked at again.
            tracing::warn!("the key file changed and cannot be read; the keys from before are kept");
        }
    }
}

/// Tells one state of the file from another; `None` when there is none.
fn stamp(file: &Path) -> Option<(SystemTime, u64)> {
    let metadata = std::fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
