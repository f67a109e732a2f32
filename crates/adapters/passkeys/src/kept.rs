//! What is kept of a credential: the library's form of it, without attestation.

use candor_identity_port::{Passkey, PasskeyError};
use webauthn_rs::prelude::{Credential, ParsedAttestation, Passkey as Registered};

/// Writes a credential down.
///
/// # Errors
/// [`PasskeyError::Answer`], which does not happen to a credential that was registered.
pub(crate) fn keep(registered: Registered) -> Result<Passkey, PasskeyError> {
    let mut credential = Credential::from(registered);
    credential.attestation = ParsedAttestation::default();
    let kept = serde_json::to_vec(&credential).map_err(|_| PasskeyError::Answer)?;
    Ok(Passkey { id: credential.cred_id.as_slice().to_vec(), kept, is_synced: credential.backup_eligible })
}

/// Reads a credential that was written down.
///
/// # Errors
/// [`PasskeyError::Mismatch`] when the bytes are none.
pub(crate) fn read(passkey: &Passkey) -> Result<Registered, PasskeyError> {
    let credential: Credential = serde_json::from_slice(&passkey.kept).map_err(|_| PasskeyError::Mismatch)?;
    Ok(Registered::from(credential))
}
