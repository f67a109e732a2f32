//! What a form carries to show that it is ours: a keyed hash of the cookie that the browser sends beside it.

use candor_vault::VaultError;
use candor_words::{TenantId, from_hex, to_hex};
use subtle::ConstantTimeEq;

use crate::identity::Identity;
use crate::token::Token;

/// No slip has this kind: it sets the hashes of forms apart from the names of slips.
const FORMS: u16 = 0;

/// The hidden value of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormToken(String);

impl FormToken {
    /// The text for the hidden field.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Identity {
    /// What forms carry that are shown to the browser with this cookie.
    ///
    /// # Errors
    /// No such tenant.
    pub async fn form_token(&self, tenant: TenantId, cookie: &Token) -> Result<FormToken, VaultError> {
        let name = self.vault.slip_name(tenant, FORMS, cookie.expose().as_bytes()).await?;
        Ok(FormToken(to_hex(&name)))
    }

    /// True when the form was shown to the browser with this cookie; in constant time.
    ///
    /// # Errors
    /// No such tenant.
    pub async fn is_our_form(&self, tenant: TenantId, cookie: &Token, carried: &str) -> Result<bool, VaultError> {
        let name = self.vault.slip_name(tenant, FORMS, cookie.expose().as_bytes()).await?;
        let carried: Option<[u8; 32]> = from_hex(carried).ok();
        Ok(carried.is_some_and(|carried| bool::from(carried.ct_eq(&name))))
    }
}
