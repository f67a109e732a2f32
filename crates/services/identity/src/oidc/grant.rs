//! Grants: what somebody lets a client have, for as long as it is used.
//!
//! All tokens of one grant are one family. The refresh token changes with each use; an old one that comes again ends the
//! family, for one of its two holders stole it. Source: RFC 9700 §4.14.

use candor_ledger::{Digest, EntryBody};
use candor_oidc::Scopes;
use candor_vault::{Expect, SlipChange, VaultError};
use candor_words::{ClientId, Instant, SubjectId, TenantId, from_hex, to_hex};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::drawer::{Kept, Sort};
use crate::identity::Identity;
use crate::method::Methods;
use crate::oidc::client::Client;
use crate::session::SESSION_MS;
use crate::token::{TOKEN_CHARS, Token};

/// How long an access token lives: five minutes.
pub(crate) const ACCESS_MS: i64 = 5 * 60 * 1000;
/// How long a refresh token that is not used is kept: thirty days.
const REFRESH_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// What the ledger says of a grant. Source: spec/ledger.md, kind 59.
pub(crate) const GIVEN: u8 = 1;
pub(crate) const BY_CLIENT: u8 = 3;
pub(crate) const TWICE: u8 = 4;
pub(crate) const SHARES_NO_MORE: u8 = 5;

/// Body of a grant's slip. Its owner is the person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub client: ClientId,
    pub scopes: Scopes,
    /// The session that it ends with; `None` for a device that somebody let in.
    pub session: Option<[u8; 32]>,
    pub proved_at: Instant,
    pub methods: Methods,
    /// The key that its tokens are bound to.
    pub jkt: Option<String>,
    pub began_at: Instant,
    /// The SHA-256 of the present refresh token's second half, in hexadecimal.
    pub refresh_hash: Option<String>,
}

impl Sort for Grant {
    const KIND: u16 = 33;
}

impl Grant {
    /// True for the refresh token that was given out last; in constant time.
    pub(crate) fn is_present(&self, secret: &Token) -> bool {
        let hash = self.refresh_hash.as_deref().and_then(|hash| from_hex::<32>(hash).ok());
        hash.is_some_and(|hash| bool::from(Digest::of(secret.expose().as_bytes()).0.ct_eq(&hash)))
    }

    /// The session that it ends with.
    pub(crate) fn bound_session(&self) -> Option<&[u8; 32]> {
        self.session.as_ref().filter(|_| !self.scopes.offline)
    }
}

/// The two halves of a refresh token: one finds the grant, the other shows that it is the present one.
pub(crate) fn halves(refresh_token: &str) -> Option<(Token, Token)> {
    let (handle, secret) = refresh_token.split_at_checked(TOKEN_CHARS)?;
    Some((Token::parse(handle)?, Token::parse(secret)?))
}

impl Identity {
    /// Draws a grant, with a refresh token if the client uses them; the change that keeps it.
    pub(crate) async fn draw_grant(
        &self,
        tenant: TenantId,
        client: &Client,
        subject: SubjectId,
        mut grant: Grant,
    ) -> Result<(Kept<Grant>, Option<Token>, SlipChange), VaultError> {
        let handle = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<Grant>(tenant, &handle).await?;
        let mut refresh = None;
        let mut expires_at = self.in_ms(ACCESS_MS);
        if client.metadata.uses("refresh_token") {
            let (secret, hash) = self.draw_secret();
            grant.refresh_hash = Some(hash);
            refresh = Some(handle.followed_by(&secret));
            expires_at = self.refresh_end(&grant);
        }
        let put = self.put_new(name, Some(subject), Some(expires_at), &grant)?;
        let kept = Kept { name, owner: Some(subject), version: 1, expires_at: Some(expires_at), body: grant };
        Ok((kept, refresh, put))
    }

    /// Gives a grant its next refresh token; `None` when somebody else did meanwhile.
    pub(crate) async fn rotate(
        &self,
        tenant: TenantId,
        handle: &Token,
        kept: &mut Kept<Grant>,
    ) -> Result<Option<Token>, VaultError> {
        let (secret, hash) = self.draw_secret();
        kept.body.refresh_hash = Some(hash);
        kept.expires_at = Some(self.refresh_end(&kept.body));
        match self.vault.change_slips(&self.door(tenant), vec![kept.put_again()?], Vec::new()).await {
            Err(error) if error.code() == "slip.changed" => Ok(None),
            done => done.map(|_| Some(handle.followed_by(&secret))),
        }
    }

    /// Ends a grant: none of its tokens is worth anything from then on.
    pub(crate) async fn end_grant(&self, tenant: TenantId, name: [u8; 32], act: u8) -> Result<(), VaultError> {
        let Some(kept) = self.kept::<Grant>(tenant, name).await? else { return Ok(()) };
        let recipient = match self.client(tenant, kept.body.client).await? {
            Some(client) => self.recipient_number(tenant, &client).await?,
            None => candor_ledger::CONTROLLER,
        };
        let told = EntryBody::GrantChanged { client: kept.body.client, recipient, act };
        let gone = SlipChange::Drop(Grant::KIND, name, Expect::Anything);
        self.vault.change_slips(&self.door(tenant), vec![gone], vec![(kept.owner, told)]).await.map(drop)
    }

    fn draw_secret(&self) -> (Token, String) {
        let secret = Token::draw(self.entropy.as_ref());
        let hash = to_hex(&Digest::of(secret.expose().as_bytes()).0);
        (secret, hash)
    }

    fn refresh_end(&self, grant: &Grant) -> Instant {
        let end = self.in_ms(REFRESH_MS);
        match grant.bound_session() {
            Some(_) => Instant::from_millis(grant.began_at.as_millis().saturating_add(SESSION_MS)).min(end),
            None => end,
        }
    }
}
