//! Root keys held in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use candor_seal::{KeyVersion, RootKey};

use crate::{KeysError, RootKeys};

/// Root keys in memory, at least one, each version once.
pub struct RootKeySet {
    current: Arc<RootKey>,
    versions: BTreeMap<KeyVersion, Arc<RootKey>>,
}

impl RootKeySet {
    /// Takes the keys in any order; the highest version is the current one.
    ///
    /// # Errors
    /// `Empty` and `VersionTwice`.
    pub fn new(keys: impl IntoIterator<Item = RootKey>) -> Result<Self, KeysError> {
        let mut versions = BTreeMap::new();
        for key in keys {
            let version = key.version();
            if versions.insert(version, Arc::new(key)).is_some() {
                return Err(KeysError::VersionTwice { version: version.get() });
            }
        }
        let current = versions.last_key_value().map(|(_, key)| Arc::clone(key)).ok_or(KeysError::Empty)?;
        Ok(Self { current, versions })
    }

    /// Returns the versions held, ascending.
    pub fn versions(&self) -> impl Iterator<Item = KeyVersion> + '_ {
        self.versions.keys().copied()
    }
}

#[async_trait]
impl RootKeys for RootKeySet {
    async fn current(&self) -> Result<Arc<RootKey>, KeysError> {
        Ok(Arc::clone(&self.current))
    }

    async fn version(&self, version: KeyVersion) -> Result<Arc<RootKey>, KeysError> {
        self.versions.get(&version).cloned().ok_or(KeysError::VersionMissing { version: version.get() })
    }
}

impl std::fmt::Debug for RootKeySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RootKeySet").field("versions", &self.versions.keys()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use candor_words::Secret;

    use super::*;

    fn key(version: u16) -> RootKey {
        RootKey::new(KeyVersion::new(version), &Secret::new([7; 32])).unwrap()
    }

    #[test]
    fn the_highest_version_is_the_current_one() {
        let set = RootKeySet::new([key(2), key(3), key(1)]).unwrap();
        assert_eq!(set.current.version(), KeyVersion::new(3));
        assert_eq!(set.versions().map(KeyVersion::get).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn a_set_without_a_key_is_refused() {
        assert_eq!(RootKeySet::new([]).unwrap_err(), KeysError::Empty);
    }

    #[test]
    fn a_version_given_twice_is_refused() {
        assert_eq!(RootKeySet::new([key(2), key(2)]).unwrap_err(), KeysError::VersionTwice { version: 2 });
    }
}
