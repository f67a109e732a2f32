//! A tenant's key: wraps subject keys, seals the tenant's small secrets, and is the seed of the
//! keys derived from it.
//!
//! Source: spec/seal.md, "Tenant key".

use candor_words::{Entropy, Secret, SubjectId, TenantId};

use crate::blind::BlindIndexKey;
use crate::envelope::{Binding, Level};
use crate::key::{KEY_BYTES, KeepClass, KeyVersion, PreparedKey, draw_key};
use crate::subject::{SubjectKey, SubjectKeyName, checked_name};
use crate::{SealError, WrappedSubjectKey};

const CHECKPOINT_LABEL: &str = "candor seal v1 checkpoint signing seed";

/// Whose key it is, and which version: what a wrapped tenant key is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TenantKeyName {
    /// The tenant it serves.
    pub tenant: TenantId,
    /// Which of the tenant's successive keys.
    pub version: KeyVersion,
}

impl TenantKeyName {
    pub(crate) fn binding(&self, root_version: KeyVersion) -> Binding {
        let mut binding = Binding::new(Level::TenantKey, root_version);
        binding.put(self.tenant.as_bytes());
        binding.put(&self.version.get().to_be_bytes());
        binding
    }
}

/// The key of one tenant. It opens no field.
pub struct TenantKey {
    name: TenantKeyName,
    bytes: Secret<[u8; KEY_BYTES]>,
    prepared: PreparedKey,
}

impl TenantKey {
    pub(crate) fn from_bytes(name: TenantKeyName, bytes: Secret<[u8; KEY_BYTES]>) -> Result<Self, SealError> {
        let prepared = PreparedKey::new(name.version, bytes.expose())?;
        Ok(Self { name, bytes, prepared })
    }

    /// Returns whose key it is.
    pub fn name(&self) -> TenantKeyName {
        self.name
    }

    /// Makes a subject's key for one keep class, and the wrapped form to store.
    ///
    /// # Errors
    /// Only when the cryptographic library refuses to work.
    pub fn create_subject_key(
        &self,
        entropy: &dyn Entropy,
        subject: SubjectId,
        class: KeepClass,
        version: KeyVersion,
    ) -> Result<(SubjectKey, WrappedSubjectKey), SealError> {
        let name = SubjectKeyName { tenant: self.name.tenant, subject, class, version };
        let bytes = draw_key(entropy);
        let wrapped = self.wrap(entropy, &name, &bytes)?;
        Ok((SubjectKey::from_bytes(name, &bytes)?, wrapped))
    }

    /// Opens a subject's key and prepares it for use.
    ///
    /// # Errors
    /// `KeyVersionOther` when another version of this key wrapped it; `NotAuthentic` when it
    /// belongs to another tenant, subject, class or version, or was changed.
    pub fn unwrap(&self, name: SubjectKeyName, wrapped: &WrappedSubjectKey) -> Result<SubjectKey, SealError> {
        let bytes = self.prepared.open_key(&name.binding(self.name.version), wrapped.as_bytes())?;
        SubjectKey::from_bytes(name, &bytes)
    }

    /// Moves a subject's key from an older version of the tenant's key to this one.
    ///
    /// # Errors
    /// `TenantOther`; those of [`unwrap`](Self::unwrap), for the older key.
    pub fn rewrap(
        &self,
        entropy: &dyn Entropy,
        older: &Self,
        name: SubjectKeyName,
        wrapped: &WrappedSubjectKey,
    ) -> Result<WrappedSubjectKey, SealError> {
        if name.tenant != self.name.tenant {
            return Err(SealError::TenantOther);
        }
        let bytes = older.prepared.open_key(&name.binding(older.name.version), wrapped.as_bytes())?;
        self.wrap(entropy, &name, &bytes)
    }

    /// Seals a small secret of the tenant (a connector's password, a signing key) under a label.
    ///
    /// # Errors
    /// `PlaintextTooLong`, `NameTooLong`.
    pub fn seal_blob(&self, entropy: &dyn Entropy, label: &str, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut envelope = Vec::new();
        self.prepared.seal(entropy, &self.blob_binding(label)?, plaintext, &mut envelope)?;
        Ok(envelope)
    }

    /// Opens what [`seal_blob`](Self::seal_blob) made under the same label.
    ///
    /// # Errors
    /// `NotAuthentic` under another label or tenant; those of the envelope.
    pub fn open_blob(&self, label: &str, envelope: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        let mut plain = Vec::new();
        self.prepared.open(&self.blob_binding(label)?, envelope, &mut plain)?;
        Ok(Secret::new(plain))
    }

    /// Derives the key of the tenant's blind indexes.
    ///
    /// It belongs to this version: after a new version of the tenant key, either keep the old
    /// one for look-ups or write the indexes anew.
    pub fn blind_index_key(&self) -> BlindIndexKey {
        BlindIndexKey::new(&self.derive(crate::blind::LABEL))
    }

    /// Derives the Ed25519 seed that signs the tenant's checkpoints.
    pub fn checkpoint_seed(&self) -> Secret<[u8; 32]> {
        self.derive(CHECKPOINT_LABEL)
    }

    pub(crate) fn bytes(&self) -> &Secret<[u8; KEY_BYTES]> {
        &self.bytes
    }

    fn wrap(
        &self,
        entropy: &dyn Entropy,
        name: &SubjectKeyName,
        bytes: &Secret<[u8; KEY_BYTES]>,
    ) -> Result<WrappedSubjectKey, SealError> {
        let mut envelope = Vec::new();
        self.prepared.seal(entropy, &name.binding(self.name.version), bytes.expose(), &mut envelope)?;
        WrappedSubjectKey::from_slice(&envelope)
    }

    fn derive(&self, label: &str) -> Secret<[u8; 32]> {
        let mut hasher = blake3::Hasher::new_derive_key(label);
        hasher.update(self.bytes.expose());
        hasher.update(self.name.tenant.as_bytes());
        hasher.update(&self.name.version.get().to_be_bytes());
        let derived = Secret::new(*hasher.finalize().as_bytes());
        zeroize::Zeroize::zeroize(&mut hasher);
        derived
    }

    fn blob_binding(&self, label: &str) -> Result<Binding, SealError> {
        let mut binding = Binding::new(Level::TenantBlob, self.name.version);
        binding.put(self.name.tenant.as_bytes());
        binding.put(checked_name(label)?);
        Ok(binding)
    }
}
