//! Signing out at the wish of an application (RP-Initiated Logout 1.0), and what other applications are told of it
//! (Back-Channel Logout 1.0).
//!
//! Nobody is signed out by a link alone: without an ID token of this very session, the person is asked.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candor_jose::{Algorithm, Verifier};
use candor_oidc::{LogoutRequest, Params, logout_claims};
use candor_vault::VaultError;
use candor_words::{SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use crate::drawer::Sort;
use crate::identity::Identity;
use crate::oidc::access_token::seconds;
use crate::oidc::client::Client;
use crate::oidc::grant::Grant;
use crate::oidc::issuer::Issuer;
use crate::oidc::trouble::OidcError;
use crate::session::{Session, SessionBody};
use crate::token::Token;

/// How long a request waits for the person: ten minutes.
const LEAVING_MS: i64 = 10 * 60 * 1000;
/// The most grants of one person that are looked at.
pub(crate) const GRANTS_MAX: usize = 200;

/// A request to sign out that waits for the browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Leaving {
    /// Where the person goes on: checked.
    then: Option<String>,
    /// The session that an ID token showed, as its client calls it, with that client's recipient.
    shown: Option<(String, String)>,
    /// What the application is called, when the request names one of the tenant's.
    #[serde(default)]
    application: Option<String>,
}

impl Sort for Leaving {
    const KIND: u16 = 42;
}

/// What the page does next.
#[derive(Debug, PartialEq, Eq)]
pub enum LogoutStep {
    /// The person is asked whether they want to sign out, as that application wishes.
    Ask(Option<String>),
    /// They are signed out, or were before; they go on there, if anywhere.
    Done(Option<String>),
}

/// What an application is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    client: String,
    session: [u8; 32],
    /// Where.
    pub uri: String,
    /// The logout token.
    pub logout_token: String,
}

impl Notice {
    /// True when it tells the same application of the same session.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (&self.client, self.session) == (&other.client, other.session)
    }
}

impl Identity {
    /// Takes a request to sign out; the token under which it waits for the page.
    ///
    /// # Errors
    /// `invalid_request`.
    pub async fn begin_logout(&self, issuer: &Issuer, params: &Params) -> Result<Token, OidcError> {
        let request = LogoutRequest::read(params)?;
        let hinted = match &request.id_token_hint {
            Some(hint) => self.hinted(issuer, hint).await?,
            None => None,
        };
        let client = match (&hinted, &request.client_id) {
            (Some((client, _)), Some(said)) if client.id() != *said => None,
            (Some((client, _)), _) => Some(client.clone()),
            (None, Some(said)) => self.client_named(issuer.tenant, said).await?,
            (None, None) => None,
        };
        // INVARIANT: nobody is sent to an address that the client did not register.
        let is_own = |uri: &String| {
            let is_native = client.as_ref().is_some_and(|client| client.metadata.is_native());
            client
                .iter()
                .flat_map(|client| &client.metadata.post_logout_redirect_uris)
                .any(|own| own.admits(uri, is_native))
        };
        let then = request.post_logout_redirect_uri.as_ref().filter(|uri| is_own(uri)).and(request.location());
        let application = client.as_ref().map(|client| client.metadata.client_name.clone());
        let shown = hinted.and_then(|(client, sid)| Some((client.recipient.clone(), sid?)));
        let token = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<Leaving>(issuer.tenant, &token).await?;
        let put = self.put_new(name, None, Some(self.in_ms(LEAVING_MS)), &Leaving { then, shown, application })?;
        self.vault.change_slips(&self.door(issuer.tenant), vec![put], Vec::new()).await?;
        Ok(token)
    }

    /// Looks at a request to sign out; `has_agreed` when the person said yes on the page.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn logout_step(
        &self,
        issuer: &Issuer,
        token: &Token,
        session: Option<&Session>,
        has_agreed: bool,
    ) -> Result<LogoutStep, VaultError> {
        let leaving = self.kept_by::<Leaving>(issuer.tenant, token).await?.map(|kept| kept.body);
        let then = leaving.as_ref().and_then(|leaving| leaving.then.clone());
        let Some(session) = session else { return Ok(LogoutStep::Done(then)) };
        let application = leaving.as_ref().and_then(|leaving| leaving.application.clone());
        let is_shown = match leaving.and_then(|leaving| leaving.shown) {
            Some((recipient, sid)) => self.sid(issuer.tenant, &recipient, &session.name()).await? == sid,
            None => false,
        };
        if !is_shown && !has_agreed {
            return Ok(LogoutStep::Ask(application));
        }
        self.sign_out(session).await?;
        Ok(LogoutStep::Done(then))
    }

    /// Client and `sid` of an ID token of ours, whatever its age.
    async fn hinted(&self, issuer: &Issuer, hint: &str) -> Result<Option<(Arc<Client>, Option<String>)>, VaultError> {
        let ring = self.ring(issuer.tenant, Algorithm::EdDsa).await?;
        let verifier = Verifier { keys: &ring.set, algorithms: &Algorithm::ALL, typ: Some("JWT") };
        let Ok(claims) = verifier.verify(hint).and_then(|verified| verified.claims()) else { return Ok(None) };
        if claims.string("iss") != Some(issuer.url.as_str()) {
            return Ok(None);
        }
        let Some(client) = self.client_named(issuer.tenant, claims.string("aud").unwrap_or_default()).await? else {
            return Ok(None);
        };
        Ok(Some((client, claims.string("sid").map(str::to_owned))))
    }

    /// What the applications of sessions that are about to end are to be told; `None` for all sessions of the person.
    pub(crate) async fn logout_notices(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        ended: Option<[u8; 32]>,
    ) -> Result<Vec<Notice>, VaultError> {
        let mut notices: Vec<Notice> = Vec::new();
        for kept in self.kept_of::<Grant>(tenant, subject, GRANTS_MAX).await? {
            let Some(session) = kept.body.session.filter(|session| ended.is_none_or(|ended| ended == *session)) else {
                continue;
            };
            // Of a session that ended before they were told then.
            if self.kept::<SessionBody>(tenant, session).await?.is_none() {
                continue;
            }
            let Some(client) = self.client(tenant, kept.body.client).await? else { continue };
            if let Some(notice) = self.notice_of(tenant, subject, &client, &kept.body).await?
                && !notices.iter().any(|told| told.is_same(&notice))
            {
                notices.push(notice);
            }
        }
        Ok(notices)
    }

    /// What an application is told when a grant of a session is over; `None` when it does not want to be told.
    pub(crate) async fn notice_of(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        client: &Client,
        grant: &Grant,
    ) -> Result<Option<Notice>, VaultError> {
        let (Some(session), Some(uri)) = (grant.session, client.metadata.backchannel_logout_uri.clone()) else {
            return Ok(None);
        };
        if self.public_url().is_empty() {
            return Ok(None);
        }
        let issuer = self.issuer_of(tenant).await?.url;
        let (client_id, now) = (client.id(), self.now());
        let sub = self.sub(tenant, &client.recipient, subject).await?;
        let sid = self.sid(tenant, &client.recipient, &session).await?;
        let mut id = [0; 16];
        self.entropy.fill(&mut id);
        let claims = logout_claims(&issuer, &client_id, &sub, &sid, &URL_SAFE_NO_PAD.encode(id), seconds(now));
        let algorithm = client.metadata.id_token_algorithm().unwrap_or(Algorithm::EdDsa);
        let logout_token = self.ring(tenant, algorithm).await?.sign(algorithm, "logout+jwt", &claims, now)?;
        Ok(Some(Notice { client: client_id, session, uri, logout_token }))
    }
}
