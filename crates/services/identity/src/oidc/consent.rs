//! What the person is asked before an application gets anything: each consent by itself, and at the first time what else
//! is shared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use candor_oidc::{Answer, ErrorCode, OAuthError, Scopes};
use candor_vault::{ConsentAct, ConsentVerb, Expect, InstructAct, NewSlip, SlipChange, VaultError};
use serde::{Deserialize, Serialize};

use crate::drawer::{Kept, Sort, written};
use crate::identity::Identity;
use crate::local_path::LocalPath;
use crate::oidc::client::Client;
use crate::oidc::issuer::Issuer;
use crate::oidc::offered::Shared;
use crate::oidc::parked::Parked;
use crate::oidc::trouble::OidcError;
use crate::session::Session;
use crate::token::Token;

/// How the consent was said, as the vault notes it.
const METHOD: &str = "sign_in_to_application";

/// What the page does next.
#[derive(Debug)]
pub enum ConsentStep {
    /// There is no such request any more: the person begins again at the application.
    Over,
    /// Nobody is signed in: they come back here afterwards.
    SignIn(LocalPath),
    /// The person is to prove anew who they are, and comes back here afterwards.
    Prove(LocalPath),
    /// The person is asked.
    Ask(ToAsk),
    /// It is answered; the browser takes the answer to the client.
    Answer(Answer),
}

/// What the person is asked.
#[derive(Debug)]
pub struct ToAsk {
    /// What the application is called.
    pub client_name: String,
    /// The recipient that it works for.
    pub recipient: String,
    /// What it wants data for.
    pub purposes: Vec<PurposeAsk>,
    /// Where the answer goes, as the person may recognise it.
    pub goes_to: String,
}

/// One purpose that the person is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurposeAsk {
    /// The purpose.
    pub purpose: String,
    /// What is shared for it.
    pub fields: Vec<String>,
    /// True when it is shared only upon a yes: consent, or the person's own instruction. Else it is shown.
    pub needs_yes: bool,
}

/// What the person was shown of a client before.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Shown {
    purposes: BTreeSet<String>,
}

impl Sort for Shown {
    const KIND: u16 = 39;
}

impl Identity {
    /// Looks at a parked request, with whoever is signed in.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn consent_step(
        &self,
        issuer: &Issuer,
        token: &Token,
        session: Option<&Session>,
    ) -> Result<ConsentStep, OidcError> {
        let Some((kept, client)) = self.parked(issuer, token).await? else { return Ok(ConsentStep::Over) };
        let request = &kept.body.request;
        let here = || {
            let path = format!("/{}/consent?request={}", issuer.slug, token.expose());
            LocalPath::parse(&issuer.slug, &path).map_or(ConsentStep::Over, |path| match session {
                None => ConsentStep::SignIn(path),
                Some(_) => ConsentStep::Prove(path),
            })
        };
        let is_old = |session: &Session| {
            let age_ms = self.now().as_millis() - session.proved_at.as_millis();
            let is_too_old = request.max_age_seconds.is_some_and(|max| age_ms > i64::from(max) * 1000);
            // What was proved while the request waited is new enough.
            (request.prompt.login || is_too_old) && session.proved_at < kept.body.asked_at
        };
        // Who owes a second factor is let in nowhere before they have it.
        let Some(session) = session.filter(|session| !session.owes_factor && !is_old(session)) else {
            if request.prompt.none {
                return self
                    .refuse(issuer, &kept, ErrorCode::LoginRequired, "nobody is signed in, or too long ago")
                    .await;
            }
            return Ok(here());
        };
        let asks = self.to_ask(&client, &kept.body.request.scopes, session).await?;
        let (is_first, shown) = self.shown_before(&client, session).await?;
        let is_new = |ask: &PurposeAsk| ask.needs_yes || !shown.purposes.contains(&ask.purpose);
        if request.prompt.consent || is_first || asks.iter().any(is_new) {
            if request.prompt.none {
                return self
                    .refuse(issuer, &kept, ErrorCode::ConsentRequired, "the person has to be asked first")
                    .await;
            }
            return Ok(ConsentStep::Ask(ToAsk {
                client_name: client.metadata.client_name.clone(),
                recipient: client.recipient.clone(),
                purposes: asks,
                goes_to: place_of(&request.target.redirect_uri).to_owned(),
            }));
        }
        self.grant_code(issuer, &kept, &client, session, &asks).await
    }

    /// Takes the person's answer: yes or no to each purpose that needs it. One that is not answered is a no.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn consent_answered(
        &self,
        issuer: &Issuer,
        token: &Token,
        session: &Session,
        is_cancelled: bool,
        answers: &BTreeMap<String, bool>,
    ) -> Result<ConsentStep, OidcError> {
        // The same roads as before the question: the session may have become too old meanwhile.
        match self.consent_step(issuer, token, Some(session)).await? {
            ConsentStep::Ask(_) => {}
            other => return Ok(other),
        }
        let Some((kept, client)) = self.parked(issuer, token).await? else { return Ok(ConsentStep::Over) };
        if is_cancelled {
            return self.refuse(issuer, &kept, ErrorCode::AccessDenied, "the person said no").await;
        }
        let asks = self.say_all(&client, &kept.body.request.scopes, session, answers).await?;
        self.grant_code(issuer, &kept, &client, session, &asks).await
    }

    /// Records what the person answered to each purpose that needs a yes; what may be shared then. No answer is a no.
    pub(crate) async fn say_all(
        &self,
        client: &Client,
        scopes: &Scopes,
        session: &Session,
        answers: &BTreeMap<String, bool>,
    ) -> Result<Vec<PurposeAsk>, OidcError> {
        for ask in self.to_ask(client, scopes, session).await?.iter().filter(|ask| ask.needs_yes) {
            self.say(client, session, &ask.purpose, answers.get(&ask.purpose) == Some(&true)).await?;
        }
        Ok(self.to_ask(client, scopes, session).await?)
    }

    /// Records a yes or no in the vault: as consent, or as the person's instruction.
    async fn say(&self, client: &Client, session: &Session, purpose: &str, yes: bool) -> Result<(), OidcError> {
        let person = self.person(session.tenant, session.subject);
        let plan = self.vault.plan(session.tenant, None).await?;
        let Some(shared) = Shared::of(plan.manifest(), purpose, &client.recipient) else { return Ok(()) };
        if shared.is_by_consent() {
            let act = ConsentAct {
                purpose: purpose.to_owned(),
                act: if yes { ConsentVerb::Given } else { ConsentVerb::Refused },
                text: None,
                language: None,
                method: Some(METHOD.to_owned()),
            };
            self.vault.consent(&person, session.subject, act).await?;
        }
        if shared.share.on_instruction && yes {
            self.vault.instruct(&person, session.subject, purpose, &client.recipient, InstructAct::Give).await?;
        }
        Ok(())
    }

    /// Every purpose of the request: what it would share, and whether that takes a yes first.
    pub(crate) async fn to_ask(
        &self,
        client: &Client,
        scopes: &Scopes,
        session: &Session,
    ) -> Result<Vec<PurposeAsk>, VaultError> {
        let plan = self.vault.plan(session.tenant, None).await?;
        let mut asks = Vec::new();
        for purpose in &scopes.purposes {
            let Some(shared) = Shared::of(plan.manifest(), purpose, &client.recipient) else { continue };
            let may = self.may_share(session.tenant, client, session.subject, purpose).await?;
            let needs_yes = !may && (shared.is_by_consent() || shared.share.on_instruction);
            if may || needs_yes {
                let fields = shared.fields().map(|field| field.name.clone()).collect();
                asks.push(PurposeAsk { purpose: purpose.clone(), fields, needs_yes });
            }
        }
        Ok(asks)
    }

    /// Gives a code for the purposes that may share now; a refusal when none of those asked for may.
    async fn grant_code(
        &self,
        issuer: &Issuer,
        kept: &Kept<Parked>,
        client: &Client,
        session: &Session,
        asks: &[PurposeAsk],
    ) -> Result<ConsentStep, OidcError> {
        let request = &kept.body.request;
        let Some(scopes) = allowed(&request.scopes, asks) else {
            return self
                .refuse(issuer, kept, ErrorCode::AccessDenied, "nothing that was asked for may be shared")
                .await;
        };
        let (_, mut shown) = self.shown_before(client, session).await?;
        shown.purposes.extend(scopes.purposes.iter().cloned());
        let (code, put) = self.draw_code(client, request, scopes, session).await?;
        let put_shown = NewSlip {
            kind: Shown::KIND,
            name: self.shown_name(client, session).await?,
            owner: Some(session.subject),
            expires_at: None,
            body: written(&shown)?,
        };
        let changes = vec![kept.taken(), put, SlipChange::Put(put_shown, Expect::Anything)];
        match self.vault.change_slips(&self.door(issuer.tenant), changes, Vec::new()).await {
            Err(error) if error.code() == "slip.changed" => Ok(ConsentStep::Over),
            done => {
                done?;
                Ok(ConsentStep::Answer(Answer::code(&request.target, &issuer.url, code.expose())))
            }
        }
    }

    async fn refuse(
        &self,
        issuer: &Issuer,
        kept: &Kept<Parked>,
        code: ErrorCode,
        why: &'static str,
    ) -> Result<ConsentStep, OidcError> {
        match self.vault.change_slips(&self.door(issuer.tenant), vec![kept.taken()], Vec::new()).await {
            Err(error) if error.code() == "slip.changed" => return Ok(ConsentStep::Over),
            done => drop(done?),
        }
        let error = OAuthError::new(code, why);
        Ok(ConsentStep::Answer(Answer::refusal(&kept.body.request.target, &issuer.url, error)))
    }

    async fn parked(&self, issuer: &Issuer, token: &Token) -> Result<Option<(Kept<Parked>, Arc<Client>)>, VaultError> {
        let Some(kept) = self.kept_by::<Parked>(issuer.tenant, token).await? else { return Ok(None) };
        let client = self.client_named(issuer.tenant, &kept.body.request.target.client_id).await?;
        // Its addresses may have changed while the request waited.
        let client = client.filter(|client| client.metadata.admits(&kept.body.request.target.redirect_uri));
        Ok(client.map(|client| (kept, client)))
    }

    async fn shown_before(&self, client: &Client, session: &Session) -> Result<(bool, Shown), VaultError> {
        let name = self.shown_name(client, session).await?;
        let kept = self.kept::<Shown>(session.tenant, name).await?;
        Ok((kept.is_none(), kept.map(|kept| kept.body).unwrap_or_default()))
    }

    async fn shown_name(&self, client: &Client, session: &Session) -> Result<[u8; 32], VaultError> {
        let text = [client.client_id.as_bytes().as_slice(), session.subject.as_bytes()].concat();
        self.vault.slip_name(session.tenant, Shown::KIND, &text).await
    }
}

/// What of the scopes that were asked for may be shared; `None` when there are purposes and none of them may.
pub(crate) fn allowed(asked: &Scopes, asks: &[PurposeAsk]) -> Option<Scopes> {
    let may = asks.iter().filter(|ask| !ask.needs_yes);
    let purposes: Vec<String> = may.map(|ask| ask.purpose.clone()).collect();
    let is_nothing = purposes.is_empty() && !asked.purposes.is_empty();
    (!is_nothing).then(|| Scopes { purposes, ..asked.clone() })
}

/// The part of an address that people recognise: scheme and host.
pub fn place_of(uri: &str) -> &str {
    let Some((scheme, rest)) = uri.split_once("://") else { return uri.split(':').next().unwrap_or(uri) };
    let host_bytes = rest.find(['/', '?']).unwrap_or(rest.len());
    uri.get(..scheme.len() + 3 + host_bytes).unwrap_or(uri)
}
