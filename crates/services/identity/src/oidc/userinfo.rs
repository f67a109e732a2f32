//! What a token opens: claims that are fields, each by the vault's decision for purpose and recipient, each logged.

use std::collections::BTreeMap;

use candor_oidc::{ErrorCode, standard_claim};
use candor_vault::OpenedRecord;
use serde_json::{Map, Value};

use crate::identity::Identity;
use crate::oidc::dpop::{ProofShown, not_proved};
use crate::oidc::grant::Grant;
use crate::oidc::issuer::Issuer;
use crate::oidc::offered::Shared;
use crate::oidc::trouble::{OidcError, invalid_token, refused};

impl Identity {
    /// The claims that a token opens. `is_bearer` says by which scheme it was presented.
    ///
    /// # Errors
    /// `invalid_token`, `insufficient_scope`, `invalid_dpop_proof`.
    pub async fn userinfo(
        &self,
        issuer: &Issuer,
        token: &str,
        is_bearer: bool,
        shown: &ProofShown<'_>,
    ) -> Result<Map<String, Value>, OidcError> {
        let access = self.read_access(issuer, token).await?.ok_or(invalid_token())?;
        match (&access.jkt, is_bearer) {
            (Some(jkt), false) => {
                let held = self.key_shown(issuer, shown, Some(token)).await?;
                if held.as_ref() != Some(jkt) {
                    return Err(not_proved());
                }
            }
            (None, true) => {}
            // A token that is bound to a key is no bearer token, and the other way round.
            _ => return Err(invalid_token()),
        }
        let grant = access.grant.ok_or(refused(ErrorCode::InsufficientScope, "the token is about nobody"))?;
        let kept = self.kept::<Grant>(issuer.tenant, grant).await?.ok_or(invalid_token())?;
        let (client, subject) = self.standing_grant(issuer.tenant, &kept).await?.ok_or(invalid_token())?;
        if client.client_id != access.client {
            return Err(invalid_token());
        }
        if !access.scopes.openid {
            return Err(refused(ErrorCode::InsufficientScope, "the token lacks the scope `openid`"));
        }
        let plan = self.vault.plan(issuer.tenant, None).await?;
        let manifest = plan.manifest();
        let shared: Vec<Shared<'_>> = access
            .scopes
            .purposes
            .iter()
            .filter_map(|purpose| Shared::of(manifest, purpose, &client.recipient))
            .collect();
        let asks: Vec<_> = shared.iter().map(|shared| shared.ask(subject, &client.recipient)).collect();
        let terms: BTreeMap<&str, &str> =
            shared.iter().flat_map(Shared::fields).map(|field| (field.name.as_str(), field.term.as_str())).collect();
        let mut claims = Map::new();
        for answer in self.vault.read_many(&self.door(issuer.tenant), &asks).await? {
            tell(&mut claims, &terms, answer?.records);
        }
        if claims.contains_key("email") {
            let is_verified = self.is_confirmed(issuer.tenant, subject, claims.get("email")).await?;
            claims.insert("email_verified".to_owned(), is_verified.into());
        }
        claims.insert("sub".to_owned(), access.sub.into());
        Ok(claims)
    }
}

/// Tells opened values as claims: the standard's where there is one, else under their own name; of several records, a list.
fn tell(claims: &mut Map<String, Value>, terms: &BTreeMap<&str, &str>, records: Vec<OpenedRecord>) {
    for record in records {
        for (name, opened) in record.values {
            let field = format!("{}.{name}", record.group);
            let standard = terms.get(field.as_str()).and_then(|term| standard_claim(term));
            match standard {
                Some(claim) if !claims.contains_key(claim) => drop(claims.insert(claim.to_owned(), opened.value)),
                Some(claim) if claims.get(claim) == Some(&opened.value) => {}
                _ => match claims.get_mut(&field) {
                    None => drop(claims.insert(field, opened.value)),
                    Some(known) if *known == opened.value => {}
                    Some(Value::Array(many)) => many.push(opened.value),
                    Some(known) => *known = Value::Array(vec![known.take(), opened.value]),
                },
            }
        }
    }
}
