//! What is said of a tenant beside its rows and its ledger, sealed by its first key.

use candor_ledger::Digest;
use candor_words::{Instant, TenantId};
use serde::{Deserialize, Serialize};

use crate::VaultError;
use crate::backup::FileDigest;

/// The longest manifest that is read.
pub const TENANT_MANIFEST_BYTES_MAX: usize = 1 << 20;
const FORMAT: &str = "candor-tenant/1";
/// What the seal is bound to.
pub(super) const LABEL: &str = "candor tenant manifest";

/// A tenant that was written out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantManifest {
    /// `candor-tenant/1`.
    pub format: String,
    /// Of which moment it is.
    pub made_at: Instant,
    /// The tenant's id.
    pub tenant: TenantId,
    /// Its name in addresses.
    pub slug: String,
    /// What people call it.
    pub title: String,
    /// When it was made.
    pub created_at: Instant,
    /// Checks its checkpoints.
    pub verifier_key: String,
    /// What administrators switched, as it stands in the tenant's row.
    pub settings: String,
    /// Its keys, oldest first, wrapped by the transfer key, in base64.
    pub keys: Vec<String>,
    /// How many entries its ledger holds.
    pub ledger_size: u64,
    /// The signed head at that size.
    pub checkpoint: String,
    /// How many lines the file of rows has.
    pub n_lines: u64,
    /// The file of rows.
    pub rows: FileDigest,
    /// The manifest's digest, sealed by the tenant's first key: an envelope in base64.
    pub seal: String,
}

impl TenantManifest {
    /// The format's name.
    pub(super) fn format() -> String {
        FORMAT.to_owned()
    }

    /// Reads a manifest's bytes; whether they are to be believed its seal says.
    ///
    /// # Errors
    /// `import.manifest`: too long, of another format, or not one at all.
    pub fn parse(bytes: &[u8]) -> Result<Self, VaultError> {
        if bytes.len() > TENANT_MANIFEST_BYTES_MAX {
            return Err(malformed());
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(|_| malformed())?;
        if manifest.format == FORMAT { Ok(manifest) } else { Err(malformed()) }
    }

    /// Writes the manifest's bytes.
    ///
    /// # Errors
    /// None that can happen.
    pub fn to_bytes(&self) -> Result<Vec<u8>, VaultError> {
        serde_json::to_vec_pretty(self).map_err(|_| malformed())
    }

    /// SHA-256 of the manifest with an empty seal, as compact JSON in the order of its members.
    pub(super) fn digest(&self) -> Digest {
        let bare = Self { seal: String::new(), ..self.clone() };
        Digest::of(&serde_json::to_vec(&bare).unwrap_or_default())
    }
}

pub(super) fn malformed() -> VaultError {
    VaultError::bad("import.manifest", "the tenant was not imported: its manifest is not one of this format")
        .help("name the folder that `candor export tenant` made, whole; a newer format needs a newer program")
}
