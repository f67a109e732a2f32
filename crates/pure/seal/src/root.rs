//! The root key: wraps tenant keys, and nothing else.

use candor_words::{Entropy, Secret, TenantId};

use crate::key::{KEY_BYTES, KeyVersion, PreparedKey, draw_key};
use crate::tenant::{TenantKey, TenantKeyName};
use crate::{SealError, WrappedTenantKey};

/// The key above all others, held by the keys port (file, environment, PKCS#11, KMS).
pub struct RootKey(PreparedKey);

impl RootKey {
    /// Takes the key that the keys port holds.
    ///
    /// # Errors
    /// Only when the cryptographic library refuses to work.
    pub fn new(version: KeyVersion, bytes: &Secret<[u8; KEY_BYTES]>) -> Result<Self, SealError> {
        PreparedKey::new(version, bytes.expose()).map(Self)
    }

    /// Returns which version of the root this is.
    pub fn version(&self) -> KeyVersion {
        self.0.version
    }

    /// Makes a tenant's key, and the wrapped form to store.
    ///
    /// # Errors
    /// Only when the cryptographic library refuses to work.
    pub fn create_tenant_key(
        &self,
        entropy: &dyn Entropy,
        tenant: TenantId,
        version: KeyVersion,
    ) -> Result<(TenantKey, WrappedTenantKey), SealError> {
        let key = TenantKey::from_bytes(TenantKeyName { tenant, version }, draw_key(entropy))?;
        let wrapped = self.wrap(entropy, &key)?;
        Ok((key, wrapped))
    }

    /// Wraps a tenant's key: how a key moves to a new version of the root.
    ///
    /// # Errors
    /// Only when the cryptographic library refuses to work.
    pub fn wrap(&self, entropy: &dyn Entropy, key: &TenantKey) -> Result<WrappedTenantKey, SealError> {
        let mut envelope = Vec::new();
        let binding = key.name().binding(self.version());
        self.0.seal(entropy, &binding, key.bytes().expose(), &mut envelope)?;
        WrappedTenantKey::from_slice(&envelope)
    }

    /// Opens a tenant's key.
    ///
    /// # Errors
    /// `KeyVersionOther` when another version of the root wrapped it; `NotAuthentic` when it
    /// belongs to another tenant or version, or was changed.
    pub fn unwrap(&self, name: TenantKeyName, wrapped: &WrappedTenantKey) -> Result<TenantKey, SealError> {
        let bytes = self.0.open_key(&name.binding(self.version()), wrapped.as_bytes())?;
        TenantKey::from_bytes(name, bytes)
    }
}
