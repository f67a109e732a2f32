//! Codes: what the browser carries from the page to the client, once, within a minute.
//!
//! A code is bound to the client, its address, its challenge, the session and perhaps a key. What is left of a used code
//! names the grant that it gave, so that the code's second coming ends that grant.

use candor_ledger::EntryBody;
use candor_oidc::{AuthorizationRequest, Challenge, Scopes};
use candor_vault::SlipChange;
use candor_words::{ClientId, Instant, TenantId};
use serde::{Deserialize, Serialize};

use crate::drawer::{Kept, Sort};
use crate::identity::Identity;
use crate::method::Methods;
use crate::oidc::client::Client;
use crate::oidc::dpop::not_proved;
use crate::oidc::grant::{ACCESS_MS, GIVEN, Grant, TWICE};
use crate::oidc::trouble::{OidcError, invalid_grant};
use crate::session::Session;
use crate::token::Token;

/// How long a code is good for: a minute.
const CODE_MS: i64 = 60 * 1000;

/// What a code stands for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    pub client: ClientId,
    pub redirect_uri: String,
    pub challenge: Challenge,
    pub scopes: Scopes,
    pub nonce: Option<String>,
    pub jkt: Option<String>,
    pub session: [u8; 32],
    pub proved_at: Instant,
    pub methods: Methods,
    /// The grant that it gave, once it was used.
    pub used: Option<[u8; 32]>,
}

impl Sort for Code {
    const KIND: u16 = 38;
}

impl Identity {
    /// Draws a code for somebody who agreed; the change that keeps it.
    pub(crate) async fn draw_code(
        &self,
        client: &Client,
        request: &AuthorizationRequest,
        scopes: Scopes,
        session: &Session,
    ) -> Result<(Token, SlipChange), OidcError> {
        let code = Code {
            client: client.client_id,
            redirect_uri: request.target.redirect_uri.clone(),
            challenge: request.challenge.clone(),
            scopes,
            nonce: request.nonce.clone(),
            jkt: request.dpop_jkt.clone(),
            session: session.name(),
            proved_at: session.proved_at,
            methods: session.methods,
            used: None,
        };
        let token = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<Code>(session.tenant, &token).await?;
        let put = self.put_new(name, Some(session.subject), Some(self.in_ms(CODE_MS)), &code)?;
        Ok((token, put))
    }

    /// Uses a code up for a grant.
    pub(crate) async fn use_code(
        &self,
        tenant: TenantId,
        client: &Client,
        (code, redirect_uri, verifier): (&str, &str, &str),
        key_shown: Option<String>,
    ) -> Result<(Kept<Grant>, Option<Token>, Option<String>), OidcError> {
        let token = Token::parse(code).ok_or(invalid_grant())?;
        let mut kept = self.kept_by::<Code>(tenant, &token).await?.ok_or(invalid_grant())?;
        let subject = kept.owner.ok_or(invalid_grant())?;
        if kept.body.client != client.client_id {
            return Err(invalid_grant());
        }
        if let Some(grant) = kept.body.used {
            // Whoever came first may have been the thief.
            self.end_grant(tenant, grant, TWICE).await?;
            return Err(invalid_grant());
        }
        let Code { redirect_uri: sent_to, challenge, jkt, .. } = &kept.body;
        if sent_to != redirect_uri || !challenge.is_met_by(verifier) {
            return Err(invalid_grant());
        }
        if (jkt.is_some() && *jkt != key_shown) || (client.metadata.dpop_bound_access_tokens && key_shown.is_none()) {
            return Err(not_proved());
        }
        let nonce = kept.body.nonce.clone();
        let grant = Grant {
            client: client.client_id,
            scopes: kept.body.scopes.clone(),
            session: Some(kept.body.session),
            proved_at: kept.body.proved_at,
            methods: kept.body.methods,
            jkt: key_shown,
            began_at: self.now(),
            refresh_hash: None,
        };
        let (grant, refresh, put) = self.draw_grant(tenant, client, subject, grant).await?;
        kept.body.used = Some(grant.name);
        // As long as a token that it gave may live.
        kept.expires_at = Some(self.in_ms(ACCESS_MS * 2));
        let recipient = self.recipient_number(tenant, client).await?;
        let told = EntryBody::GrantChanged { client: client.client_id, recipient, act: GIVEN };
        let changes = vec![kept.put_again()?, put];
        match self.vault.change_slips(&self.door(tenant), changes, vec![(Some(subject), told)]).await {
            // Two came at once: the other one has the grant, and loses it.
            Err(error) if error.code() == "slip.changed" => {
                let used = self.kept_by::<Code>(tenant, &token).await?.and_then(|kept| kept.body.used);
                if let Some(grant) = used {
                    self.end_grant(tenant, grant, TWICE).await?;
                }
                Err(invalid_grant())
            }
            done => {
                done?;
                Ok((grant, refresh, nonce))
            }
        }
    }
}
