//! What somebody is asked before anything is asked about them: in the policy's own words.

use candor_manifest::model::Basis;
use candor_vault::{ErrorKind, TenantView, VaultError};

use crate::identity::Identity;
use crate::upstream::configured::{Place, purpose};

/// What a page shows before anybody is sent anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The place's name in addresses.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The host that is asked.
    pub host: String,
    /// True when the person types name and password here: the company's directory.
    pub takes_password: bool,
    /// What will be fetched.
    pub fetched: Vec<AskedFor>,
    /// The purpose's title.
    pub purpose: String,
    /// The exact text of the purpose's notice, if it has one.
    pub notice: Option<String>,
    /// True when a yes is a consent that can be withdrawn (GDPR Art. 6(1)(a)).
    pub is_consent: bool,
    /// The version of the policy whose words these are.
    pub policy_version: String,
    /// The age that somebody without an account must have.
    pub at_least: Option<u8>,
}

/// One thing that will be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedFor {
    /// What the place calls it.
    pub claim: String,
    /// What the policy calls it.
    pub title: String,
}

impl Identity {
    /// What to ask before anybody signs in there. Asks nobody else anything.
    ///
    /// # Errors
    /// `upstream.unknown`; the purpose is not in the policy in force any more.
    pub async fn gate(&self, tenant: &TenantView, name: &str) -> Result<Gate, VaultError> {
        let configured = self.place(tenant.id, name).await?.body;
        let plan = self.vault.plan(tenant.id, None).await?;
        let manifest = plan.manifest();
        let purpose = purpose(manifest, &configured.purpose).ok_or_else(no_purpose)?;
        let fetched = configured.wanted(manifest).into_iter();
        let fetched = fetched
            .map(|(claim, ix)| AskedFor { claim: claim.to_owned(), title: manifest.fields[ix.at()].title.clone() });
        let address = match &configured.place {
            Place::Provider { issuer, .. } => issuer,
            Place::Company { address, .. } => address,
        };
        Ok(Gate {
            name: configured.name.clone(),
            host: host_of(address).to_owned(),
            takes_password: matches!(configured.place, Place::Company { .. }),
            fetched: fetched.collect(),
            purpose: purpose.title.clone(),
            notice: purpose.notice.clone(),
            is_consent: matches!(purpose.basis, Basis::Consent { .. }),
            policy_version: manifest.version.clone(),
            at_least: manifest.age.filter(|_| configured.opens_accounts).map(|rule| rule.at_least),
            title: configured.title,
        })
    }

    /// The places by name and title, for the page on which people sign in.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn ways_upstream(&self, tenant: &TenantView) -> Result<Vec<(String, String)>, VaultError> {
        if self.outside().is_err() {
            return Ok(Vec::new());
        }
        let places = self.places(tenant.id).await?.into_iter().filter(|kept| kept.body.off_at.is_none());
        Ok(places.map(|kept| (kept.body.name, kept.body.title)).collect())
    }
}

pub(crate) fn no_purpose() -> VaultError {
    VaultError::new(
        ErrorKind::Unprocessable,
        "purpose.unknown",
        "nobody can sign in there now: the policy in force does not declare the purpose it is for",
    )
}

/// The host of an address, for people to read.
fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}
