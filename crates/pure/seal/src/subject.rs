//! A subject's key: seals and opens the fields of one person that are kept for the same time.
//!
//! The key knows its tenant and subject, so a field cannot be bound to the wrong person by
//! mistake; the caller says only where in the person's records the field stands.
//! Source: spec/seal.md, "Field".

use candor_words::{Entropy, RecordId, Secret, SubjectId, TenantId};

use crate::SealError;
use crate::envelope::{Binding, Level};
use crate::key::{KEY_BYTES, KeepClass, KeyVersion, PreparedKey};

/// The longest field name or label, in bytes.
pub(crate) const NAME_BYTES_MAX: usize = 128;

/// Whose key it is, for which keep class, and which version: what a wrapped key is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SubjectKeyName {
    /// The tenant whose key wraps it.
    pub tenant: TenantId,
    /// The person it serves.
    pub subject: SubjectId,
    /// Which fields of the person it serves.
    pub class: KeepClass,
    /// Which of the successive keys.
    pub version: KeyVersion,
}

impl SubjectKeyName {
    pub(crate) fn binding(&self, tenant_key_version: KeyVersion) -> Binding {
        let mut binding = Binding::new(Level::SubjectKey, tenant_key_version);
        binding.put(self.tenant.as_bytes());
        binding.put(self.subject.as_bytes());
        binding.put(&self.class.get().to_be_bytes());
        binding.put(&self.version.get().to_be_bytes());
        binding
    }
}

/// Where in a person's records a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldPlace<'a> {
    /// The record that holds the field.
    pub record: RecordId,
    /// The field's name as the manifest writes it: `contact.email`. At most 128 bytes.
    pub field: &'a str,
    /// Which of the field's successive values.
    pub value_version: u32,
}

/// The key of one subject and keep class, with its schedule built: keep it while it is hot.
pub struct SubjectKey {
    name: SubjectKeyName,
    prepared: PreparedKey,
}

impl SubjectKey {
    pub(crate) fn from_bytes(name: SubjectKeyName, bytes: &Secret<[u8; KEY_BYTES]>) -> Result<Self, SealError> {
        Ok(Self { name, prepared: PreparedKey::new(name.version, bytes.expose())? })
    }

    /// Returns whose key it is.
    pub fn name(&self) -> SubjectKeyName {
        self.name
    }

    /// Seals a value for its place.
    ///
    /// # Errors
    /// `PlaintextTooLong`, `NameTooLong`.
    pub fn seal(&self, entropy: &dyn Entropy, place: &FieldPlace<'_>, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut envelope = Vec::new();
        self.seal_into(entropy, place, plaintext, &mut envelope)?;
        Ok(envelope)
    }

    /// Appends the envelope of a value to `into`; on an error `into` is as it was.
    ///
    /// # Errors
    /// `PlaintextTooLong`, `NameTooLong`.
    pub fn seal_into(
        &self,
        entropy: &dyn Entropy,
        place: &FieldPlace<'_>,
        plaintext: &[u8],
        into: &mut Vec<u8>,
    ) -> Result<(), SealError> {
        self.prepared.seal(entropy, &self.binding(place)?, plaintext, into)
    }

    /// Opens the envelope and returns the value.
    ///
    /// # Errors
    /// Those of [`open_into`](Self::open_into).
    pub fn open(&self, place: &FieldPlace<'_>, envelope: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut plain = Vec::new();
        self.open_into(place, envelope, &mut plain)?;
        Ok(plain)
    }

    /// Appends the value to `into`; on an error `into` is as it was.
    ///
    /// # Errors
    /// `NotAuthentic` when the envelope belongs to another key or place, or was changed;
    /// `KeyVersionOther`, `SuiteUnknown`, `EnvelopeLength`, `NameTooLong`.
    pub fn open_into(&self, place: &FieldPlace<'_>, envelope: &[u8], into: &mut Vec<u8>) -> Result<(), SealError> {
        self.prepared.open(&self.binding(place)?, envelope, into)
    }

    fn binding(&self, place: &FieldPlace<'_>) -> Result<Binding, SealError> {
        let mut binding = Binding::new(Level::Field, self.name.version);
        binding.put(self.name.tenant.as_bytes());
        binding.put(self.name.subject.as_bytes());
        binding.put(&self.name.class.get().to_be_bytes());
        binding.put(place.record.as_bytes());
        binding.put(&place.value_version.to_be_bytes());
        binding.put(checked_name(place.field)?);
        Ok(binding)
    }
}

pub(crate) fn checked_name(name: &str) -> Result<&[u8], SealError> {
    if name.len() > NAME_BYTES_MAX {
        return Err(SealError::NameTooLong);
    }
    Ok(name.as_bytes())
}
