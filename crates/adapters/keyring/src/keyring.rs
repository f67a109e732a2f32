//! The keyring: root keys read once, held for as long as the server runs.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use candor_keys::{KeysError, RootKeySet, RootKeys};
use candor_seal::{KeyVersion, RootKey};
use candor_words::{Entropy, Secret};
use zeroize::Zeroizing;

use crate::lines::{KEY_BYTES, read_keys, without_line, write_line};
use crate::{KeyringError, file};

/// The environment variable that holds one key line.
pub const VARIABLE_ONE: &str = "CANDOR_ROOT_KEY";
/// The environment variable that holds several key lines.
pub const VARIABLE_ALL: &str = "CANDOR_ROOT_KEYS";

/// Root keys from a file or the environment.
#[derive(Debug)]
pub struct Keyring {
    keys: RootKeySet,
}

impl Keyring {
    /// Reads a key file.
    ///
    /// # Errors
    /// When it is missing, open to other users, or holds anything but root keys.
    pub fn open(path: &Path) -> Result<Self, KeyringError> {
        Self::from_text(file::read(path)?.expose())
    }

    /// Makes a key file with one fresh key, durable when this returns.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub fn create(path: &Path, entropy: &dyn Entropy) -> Result<Self, KeyringError> {
        let line = fresh_line(KeyVersion::FIRST, entropy);
        file::create(path, line.expose())?;
        Self::open(path)
    }

    /// Adds a fresh version to a key file, and returns the keyring with it as the current one. The
    /// older versions stay, to unwrap what they wrapped.
    ///
    /// # Errors
    /// When the file cannot be read or written, or every version is used up.
    pub fn rotate(path: &Path, entropy: &dyn Entropy) -> Result<Self, KeyringError> {
        let newest = Self::open(path)?.keys.versions().last().ok_or(KeysError::Empty)?;
        let next = newest.next().ok_or(KeyringError::VersionsExhausted)?;
        // A last line without its end, as an editor may leave it, must not swallow the new one.
        let line = Secret::new(format!("\n{}", fresh_line(next, entropy).expose()));
        file::append(path, line.expose())?;
        Self::open(path)
    }

    /// Takes a version out of a key file, for good: what it wrapped and was not wrapped anew cannot be opened again.
    /// The newest stays.
    ///
    /// # Errors
    /// When the file cannot be read or written, the version is not there, or it is the newest.
    pub fn retire(path: &Path, version: KeyVersion) -> Result<Self, KeyringError> {
        let text = file::read(path)?;
        let versions: Vec<KeyVersion> = Self::from_text(text.expose())?.keys.versions().collect();
        if versions.last() == Some(&version) {
            return Err(KeyringError::Newest { version: version.get() });
        }
        if !versions.contains(&version) {
            return Err(KeysError::VersionMissing { version: version.get() }.into());
        }
        let kept = Secret::new(without_line(text.expose(), version));
        file::replace(path, kept.expose())?;
        Self::open(path)
    }

    /// Every version, ascending.
    pub fn versions(&self) -> impl Iterator<Item = KeyVersion> + '_ {
        self.keys.versions()
    }

    /// Takes key lines from the environment, by way of `variable` (`std::env::var` without its
    /// error). The server's own environment can be read by its user and by root.
    ///
    /// # Errors
    /// When neither or both variables are set, or the one that is holds anything but root keys.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, KeyringError> {
        let text = match (variable(VARIABLE_ONE), variable(VARIABLE_ALL)) {
            (Some(text), None) | (None, Some(text)) => Secret::new(text),
            (None, None) => return Err(KeyringError::NotInEnvironment),
            (Some(one), Some(all)) => {
                drop((Secret::new(one), Secret::new(all)));
                return Err(KeyringError::TwiceInEnvironment);
            }
        };
        Self::from_text(text.expose())
    }

    /// Reads key lines.
    ///
    /// # Errors
    /// When they are anything but root keys, or none.
    pub fn from_text(text: &str) -> Result<Self, KeyringError> {
        Ok(Self { keys: RootKeySet::new(read_keys(text)?)? })
    }
}

#[async_trait]
impl RootKeys for Keyring {
    async fn current(&self) -> Result<Arc<RootKey>, KeysError> {
        self.keys.current().await
    }

    async fn version(&self, version: KeyVersion) -> Result<Arc<RootKey>, KeysError> {
        self.keys.version(version).await
    }
}

fn fresh_line(version: KeyVersion, entropy: &dyn Entropy) -> Secret<String> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    entropy.fill(bytes.as_mut());
    write_line(version, &Secret::new(*bytes))
}
