//! What is said beside a data file: which bytes it has, and how far each ledger went.
//!
//! Each tenant seals the manifest's digest with its first key, which no rotation retires: whoever can write to the
//! backups and has no key can neither change the data file nor say that a ledger was shorter.
//! Source: spec/backup.md, "Manifest".

use candor_ledger::Digest;
use candor_words::{Instant, TenantId};
use serde::{Deserialize, Serialize};

use crate::VaultError;

/// The longest manifest that is read.
pub const BACKUP_MANIFEST_BYTES_MAX: usize = 16 << 20;
/// The most tenants that one backup holds.
pub const BACKUP_TENANTS_MAX: usize = 10_000;
const FORMAT: &str = "candor-backup/1";
/// What the seals are bound to.
pub(super) const LABEL: &str = "candor backup manifest";

/// What is said beside a data file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupManifest {
    /// `candor-backup/1`.
    pub format: String,
    /// Of which moment it is.
    pub made_at: Instant,
    /// The data file.
    pub data: FileDigest,
    /// The tenants in it, by slug.
    pub tenants: Vec<BackupTenant>,
}

/// A file by its length and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDigest {
    /// How many bytes it has.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: Digest,
}

/// A tenant as it was backed up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupTenant {
    /// Its id.
    pub tenant: TenantId,
    /// Its name in addresses.
    pub slug: String,
    /// Checks its checkpoints.
    pub verifier_key: String,
    /// How many entries its ledger held.
    pub ledger_size: u64,
    /// The signed head at that size.
    pub checkpoint: String,
    /// The manifest's digest, sealed by the tenant: an envelope in base64.
    pub seal: String,
}

impl BackupManifest {
    pub(super) fn of(made_at: Instant, data: FileDigest) -> Self {
        Self { format: FORMAT.to_owned(), made_at, data, tenants: Vec::new() }
    }

    /// Reads a manifest's bytes; whether they are to be believed is [`crate::Vault::check_manifest`]'s to say.
    ///
    /// # Errors
    /// `backup.manifest`: too long, of another format, or not one at all.
    pub fn parse(bytes: &[u8]) -> Result<Self, VaultError> {
        if bytes.len() > BACKUP_MANIFEST_BYTES_MAX {
            return Err(malformed());
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(|_| malformed())?;
        manifest.check()?;
        Ok(manifest)
    }

    /// Writes the manifest's bytes.
    ///
    /// # Errors
    /// None that can happen.
    pub fn to_bytes(&self) -> Result<Vec<u8>, VaultError> {
        serde_json::to_vec_pretty(self).map_err(|_| malformed())
    }

    pub(super) fn check(&self) -> Result<(), VaultError> {
        let is_one = self.format == FORMAT && self.tenants.len() <= BACKUP_TENANTS_MAX;
        if is_one { Ok(()) } else { Err(malformed()) }
    }

    /// SHA-256 of the manifest without seals, written as compact JSON in the order of its members.
    pub(super) fn digest(&self) -> Digest {
        let mut bare = self.clone();
        bare.tenants.iter_mut().for_each(|tenant| tenant.seal.clear());
        Digest::of(&serde_json::to_vec(&bare).unwrap_or_default())
    }
}

fn malformed() -> VaultError {
    VaultError::bad("backup.manifest", "the backup was not read: its `manifest.json` is not one of this format")
        .help("name the folder that `candor backup` made, whole; a newer format needs a newer program")
}

pub(super) fn forged() -> VaultError {
    VaultError::unprocessable(
        "backup.manifest_forged",
        "the backup was not read: its manifest was not sealed by its tenants",
    )
    .help("take another copy of the backup: this one was changed, or belongs to other keys")
}
