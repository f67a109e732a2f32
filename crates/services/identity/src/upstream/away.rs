//! Sending somebody to a provider, after they said yes; and remembering which browser was sent.
//!
//! What is remembered lasts ten minutes and is used once. It is bound to the browser by its cookie, to the provider by its
//! id, and holds what was asked for: whatever else comes back is dropped.

use candor_identity_port::UpstreamAttempt;
use candor_vault::{ErrorKind, SlipChange, TenantView, VaultError};
use candor_words::{RecordId, Secret, SubjectId, TenantId, to_hex};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::drawer::Sort;
use crate::identity::Identity;
use crate::local_path::LocalPath;
use crate::session::Session;
use crate::token::Token;
use crate::upstream::asked::no_purpose;
use crate::upstream::configured::{Configured, purpose};
use crate::visit::Visit;

/// How long somebody may take at the provider: ten minutes.
const AWAY_MS: i64 = 10 * 60 * 1000;

/// The cookie of the browser that asks: what comes back must come back to it.
pub type Browser = Token;

/// A yes at the gate.
#[derive(Debug, Default)]
pub struct Agreed {
    /// Whether the person says that they are as old as the policy's age rule asks; `None` when they did not say.
    pub is_old_enough: Option<bool>,
    /// Where they go on afterwards.
    pub then: Option<LocalPath>,
}

/// Body of what is remembered of somebody who is away.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Away {
    pub upstream: RecordId,
    nonce: String,
    verifier: String,
    browser: String,
    /// The claims that were asked for.
    pub wanted: Vec<String>,
    pub is_old_enough: bool,
    pub then: Option<LocalPath>,
    /// Who was signed in: their account is to be linked.
    pub link_to: Option<SubjectId>,
}

impl Sort for Away {
    const KIND: u16 = 26;
}

impl Drop for Away {
    fn drop(&mut self) {
        self.nonce.zeroize();
        self.verifier.zeroize();
    }
}

impl Away {
    pub(crate) fn attempt(&self, state: &str) -> UpstreamAttempt {
        let secret = |text: &str| Secret::new(text.to_owned());
        UpstreamAttempt { state: secret(state), nonce: secret(&self.nonce), verifier: secret(&self.verifier) }
    }

    pub(crate) fn is_of(&self, browser: &str) -> bool {
        self.browser == browser
    }
}

impl Identity {
    /// Sends somebody who agreed to a provider; returns the address there. This is the first time that the provider is
    /// asked anything. Somebody who is signed in comes back to link the account they have.
    ///
    /// # Errors
    /// `upstream.unknown`; `upstream.age` when the policy's age is not reached or not said; `door.too_often`; the
    /// provider cannot be asked.
    pub async fn go_to(
        &self,
        tenant: &TenantView,
        name: &str,
        agreed: Agreed,
        browser: &Browser,
        session: Option<&Session>,
        visit: &Visit,
    ) -> Result<String, VaultError> {
        let configured = self.place(tenant.id, name).await?.body;
        if self.public_url().is_empty() {
            return Err(VaultError::new(
                ErrorKind::Unavailable,
                "upstream.no_way_back",
                "nobody was sent away: the server does not know under which address people reach it",
            )
            .help("ask the administrator to name it (`--public-url`)"));
        }
        let provider = configured.provider(self.way_back(tenant, name)).ok_or_else(not_a_provider)?;
        let (wanted, is_old_enough) = self.agreed_to(tenant.id, &configured, &agreed, session.is_some()).await?;
        // Taken back when they come back: who is sent away again and again without ever arriving runs into the bound.
        self.limits.begin(visit, self.now())?;
        let attempt = UpstreamAttempt::draw(self.entropy.as_ref());
        let body = Away {
            upstream: configured.id,
            nonce: attempt.nonce.expose().clone(),
            verifier: attempt.verifier.expose().clone(),
            browser: self.browser_name(tenant.id, browser).await?,
            wanted: wanted.clone(),
            is_old_enough,
            then: agreed.then,
            link_to: session.map(|session| session.subject),
        };
        let state = self.vault.slip_name(tenant.id, Away::KIND, attempt.state.expose().as_bytes()).await?;
        let put: SlipChange = self.put_new(state, None, Some(self.in_ms(AWAY_MS)), &body)?;
        self.vault.change_slips(&self.door(tenant.id), vec![put], Vec::new()).await?;
        self.outside()?.upstream.begin(&provider, &attempt, &wanted).await.map_err(of_upstream)
    }

    /// What a yes covers: the claims that the policy permits, and whether the person is old enough for an account.
    pub(crate) async fn agreed_to(
        &self,
        tenant: TenantId,
        configured: &Configured,
        agreed: &Agreed,
        is_signed_in: bool,
    ) -> Result<(Vec<String>, bool), VaultError> {
        let plan = self.vault.plan(tenant, None).await?;
        let manifest = plan.manifest();
        purpose(manifest, &configured.purpose).ok_or_else(no_purpose)?;
        if let Some(rule) = manifest.age.filter(|_| configured.opens_accounts && !is_signed_in)
            && agreed.is_old_enough != Some(true)
        {
            // INVARIANT: turned away before anything is asked, kept or written down.
            return Err(VaultError::new(
                ErrorKind::Unprocessable,
                "upstream.age",
                "nobody was asked anything: people younger than the policy allows have no account here",
            )
            .detail("at_least", rule.at_least));
        }
        let wanted = configured.wanted(manifest).into_iter().map(|(claim, _)| claim.to_owned()).collect();
        Ok((wanted, agreed.is_old_enough == Some(true)))
    }

    /// Where people come back to: an address of its own for each provider, so that two cannot be mixed up.
    pub(crate) fn way_back(&self, tenant: &TenantView, name: &str) -> String {
        format!("{}/{}/sign-in/with/{name}/back", self.public_url(), tenant.slug)
    }

    /// What is remembered of a browser: a blinded name of its cookie.
    pub(crate) async fn browser_name(&self, tenant: TenantId, browser: &Browser) -> Result<String, VaultError> {
        let text = format!("browser:{}", browser.expose());
        Ok(to_hex(&self.vault.slip_name(tenant, Away::KIND, text.as_bytes()).await?))
    }
}

fn not_a_provider() -> VaultError {
    VaultError::new(ErrorKind::Missing, "upstream.unknown", "people do not sign in there")
}

/// A provider's trouble, in the words of the port.
pub(crate) fn of_upstream(error: candor_identity_port::UpstreamError) -> VaultError {
    use candor_identity_port::UpstreamError as E;
    let kind = match error {
        E::Unreachable | E::TooLong { .. } | E::Malformed { .. } => ErrorKind::Unavailable,
        E::Insecure { .. } | E::IssuerDiffers => ErrorKind::Unprocessable,
        _ => ErrorKind::Denied,
    };
    tracing::warn!(code = error.code(), "a sign-in with a provider did not come about");
    VaultError::new(kind, error.code(), error.to_string()).help("begin again, or sign in another way")
}
