//! Who is signed in, as the account area asks for it.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderValue};
use candor_vault::{Caller, TenantView, Vault, VaultError};
use candor_words::SubjectId;

use crate::kit::FormToken;

/// Somebody who is signed in.
pub struct Person {
    /// At whose door.
    pub tenant: TenantView,
    /// Who.
    pub subject: SubjectId,
    /// The person as a caller of the vault.
    pub caller: Caller,
    /// What the forms shown in this session carry.
    pub form_token: FormToken,
    /// True while they proved who they are only just now: what cannot be taken back needs that.
    pub is_fresh: bool,
}

/// Tells who is signed in.
#[async_trait]
pub trait Door: Send + Sync + 'static {
    /// Whoever a request comes from; `None` when nobody is signed in at this tenant.
    async fn signed_in(&self, slug: &str, headers: &HeaderMap) -> Result<Option<Person>, VaultError>;

    /// The cookies that end the session in the browser of somebody who is gone.
    fn gone(&self, slug: &str) -> Vec<HeaderValue>;

    /// Where somebody signs in, to come back to a path afterwards.
    fn sign_in_href(&self, slug: &str, next: &str) -> String;

    /// Where somebody who is signed in proves once more who they are, to come back to a path afterwards.
    fn prove_href(&self, slug: &str, next: &str) -> String;
}

/// What the account area is made of.
#[derive(Clone)]
pub struct AccountState {
    pub(super) vault: Arc<Vault>,
    pub(super) door: Arc<dyn Door>,
}

impl AccountState {
    /// Over a vault, with whoever tells who is signed in.
    pub fn new(vault: Arc<Vault>, door: Arc<dyn Door>) -> Self {
        Self { vault, door }
    }
}
