//! Requests on their way: pushed by the client (RFC 9126), or parked while the person is at a page.

use candor_oidc::{AuthorizationRequest, ErrorCode, Params, Target};
use candor_words::{Instant, TenantId};
use serde::{Deserialize, Serialize};

use crate::drawer::Sort;
use crate::identity::Identity;
use crate::oidc::client::Client;
use crate::oidc::issuer::Issuer;
use crate::oidc::trouble::{OidcError, refused};
use crate::token::Token;

/// How long a pushed request waits for the browser: a minute and a half.
pub(crate) const PUSHED_MS: i64 = 90 * 1000;
/// How long a request waits for the person: twenty minutes, with signing up in between.
const PARKED_MS: i64 = 20 * 60 * 1000;
/// What a pushed request's address begins with.
const URN: &str = "urn:ietf:params:oauth:request_uri:";

/// A request that the client pushed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pushed(AuthorizationRequest);

impl Sort for Pushed {
    const KIND: u16 = 31;
}

/// A request that waits for the person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Parked {
    pub request: AuthorizationRequest,
    /// When it came: who must prove anew who they are does so later than that.
    pub asked_at: Instant,
}

impl Sort for Parked {
    const KIND: u16 = 32;
}

impl Identity {
    /// Takes a pushed request; its address, and how many seconds it waits.
    ///
    /// # Errors
    /// What the standards name.
    pub async fn push(
        &self,
        issuer: &Issuer,
        client: &Client,
        params: &Params,
        key_shown: Option<String>,
    ) -> Result<(String, i64), OidcError> {
        if params.get("request_uri").is_some() {
            return Err(refused(ErrorCode::InvalidRequest, "`request_uri` cannot be pushed"));
        }
        let target = Target::read(params)?;
        if target.client_id != client.id() || !client.metadata.admits(&target.redirect_uri) {
            return Err(refused(ErrorCode::InvalidRequest, "`redirect_uri` is none that the client registered"));
        }
        let mut request = AuthorizationRequest::read(params, target)?;
        match (&request.dpop_jkt, key_shown) {
            (Some(said), Some(shown)) if *said != shown => {
                return Err(refused(ErrorCode::InvalidDpopProof, "`dpop_jkt` is not the key of the proof"));
            }
            (None, shown) => request.dpop_jkt = shown,
            _ => {}
        }
        self.check_asked(issuer.tenant, client, &request).await?;
        let token = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<Pushed>(issuer.tenant, &token).await?;
        let put = self.put_new(name, None, Some(self.in_ms(PUSHED_MS)), &Pushed(request))?;
        self.vault.change_slips(&self.door(issuer.tenant), vec![put], Vec::new()).await?;
        Ok((format!("{URN}{}", token.expose()), PUSHED_MS / 1000))
    }

    /// The pushed request of an address, once, and for the client that pushed it alone.
    pub(crate) async fn take_pushed(
        &self,
        issuer: &Issuer,
        client: &Client,
        request_uri: &str,
    ) -> Result<AuthorizationRequest, OidcError> {
        let unknown =
            refused(ErrorCode::InvalidRequest, "`request_uri` is unknown, expired, used, or of another client");
        let Some(token) = request_uri.strip_prefix(URN).and_then(Token::parse) else { return Err(unknown) };
        let Some(kept) = self.kept_by::<Pushed>(issuer.tenant, &token).await? else { return Err(unknown) };
        if kept.body.0.target.client_id != client.id() {
            return Err(unknown);
        }
        match self.vault.change_slips(&self.door(issuer.tenant), vec![kept.taken()], Vec::new()).await {
            Err(error) if error.code() == "slip.changed" => Err(unknown),
            done => {
                done?;
                Ok(kept.body.0)
            }
        }
    }

    /// Parks a request until the person answered.
    pub(crate) async fn park(&self, tenant: TenantId, request: AuthorizationRequest) -> Result<Token, OidcError> {
        let token = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<Parked>(tenant, &token).await?;
        let parked = Parked { request, asked_at: self.now() };
        let put = self.put_new(name, None, Some(self.in_ms(PARKED_MS)), &parked)?;
        self.vault.change_slips(&self.door(tenant), vec![put], Vec::new()).await?;
        Ok(token)
    }
}
