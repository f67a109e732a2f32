//! What a recipient calls a person: another name with each recipient, so that none can be compared with another's.
//!
//! A keyed hash, so that nothing has to be kept, and an erased person's name leads nowhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candor_vault::VaultError;
use candor_words::{SubjectId, TenantId, to_hex};

use crate::identity::Identity;

/// No slip has this kind: it sets these hashes apart from the names of slips.
const NAMES: u16 = 37;

impl Identity {
    /// What a recipient calls a person.
    pub(crate) async fn sub(
        &self,
        tenant: TenantId,
        recipient: &str,
        subject: SubjectId,
    ) -> Result<String, VaultError> {
        let text = [b"sub\n", recipient.as_bytes(), b"\n", subject.as_bytes()].concat();
        let name = self.vault.slip_name(tenant, NAMES, &text).await?;
        Ok(URL_SAFE_NO_PAD.encode(&name[..24]))
    }

    /// What a recipient calls a session (`sid`).
    pub(crate) async fn sid(
        &self,
        tenant: TenantId,
        recipient: &str,
        session: &[u8; 32],
    ) -> Result<String, VaultError> {
        let text = [b"sid\n", recipient.as_bytes(), b"\n", session.as_slice()].concat();
        let name = self.vault.slip_name(tenant, NAMES, &text).await?;
        Ok(to_hex(&name[..16]))
    }
}
