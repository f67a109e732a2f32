//! The trait a keeper of root keys implements.

use std::sync::Arc;

use async_trait::async_trait;
use candor_seal::{KeyVersion, RootKey};

use crate::KeysError;

/// A keeper of root keys: a file, the environment, a token, a key service.
#[async_trait]
pub trait RootKeys: Send + Sync + 'static {
    /// The newest version: what new things are wrapped with.
    ///
    /// # Errors
    /// `Empty`, or when the keeper does not answer.
    async fn current(&self) -> Result<Arc<RootKey>, KeysError>;

    /// The version that wrapped something.
    ///
    /// # Errors
    /// `VersionMissing`, or when the keeper does not answer.
    async fn version(&self, version: KeyVersion) -> Result<Arc<RootKey>, KeysError>;
}
