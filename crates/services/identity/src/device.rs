//! A device's own cookie: drawn when somebody signed in on it, and known again by itself, so that nothing is stored.
//!
//! It says that somebody signed in from here before, not who. It proves nothing else and opens nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candor_vault::VaultError;
use candor_words::TenantId;
use subtle::ConstantTimeEq;

use crate::identity::Identity;
use crate::token::Token;

/// No slip has this kind: it sets the marks of devices apart from the names of slips.
const DEVICES: u16 = u16::MAX;
/// How many of the 32 bytes are chance; the others are the mark.
const RANDOM_BYTES: usize = 16;

impl Identity {
    /// Draws the cookie of a device.
    ///
    /// # Errors
    /// No such tenant.
    pub async fn draw_device(&self, tenant: TenantId) -> Result<Token, VaultError> {
        let mut bytes = [0; 32];
        self.entropy.fill(&mut bytes[..RANDOM_BYTES]);
        let mark = self.vault.slip_name(tenant, DEVICES, &bytes[..RANDOM_BYTES]).await?;
        bytes[RANDOM_BYTES..].copy_from_slice(&mark[..RANDOM_BYTES]);
        Token::parse(&URL_SAFE_NO_PAD.encode(bytes)).ok_or_else(|| {
            VaultError::new(candor_vault::ErrorKind::Internal, "device.not_drawn", "the device was given no cookie")
        })
    }

    /// The cookie, if it was drawn here for this tenant.
    ///
    /// # Errors
    /// No such tenant.
    pub async fn known_device(&self, tenant: TenantId, text: &str) -> Result<Option<Token>, VaultError> {
        let Some(token) = Token::parse(text) else { return Ok(None) };
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token.expose()) else { return Ok(None) };
        let Some((random, carried)) = bytes.split_at_checked(RANDOM_BYTES) else { return Ok(None) };
        let mark = self.vault.slip_name(tenant, DEVICES, random).await?;
        let is_ours = bool::from(carried.ct_eq(&mark[..RANDOM_BYTES]));
        Ok(is_ours.then_some(token))
    }
}
