//! Signing in with the password of the company's directory, after a yes.

use std::collections::BTreeMap;

use candor_identity_port::{Company, DirectoryError, DirectoryPerson};
use candor_ledger::EntryBody;
use candor_manifest::model::Manifest;
use candor_vault::{ErrorKind, TenantView, VaultError};
use candor_words::Secret;
use serde_json::Value;

use crate::attempt::Step;
use crate::identity::Identity;
use crate::method::{Method, Methods};
use crate::upstream::away::{Agreed, Browser};
use crate::upstream::back::{Said, UpstreamStep, over, values};
use crate::upstream::configured::Configured;
use crate::visit::Visit;

impl Identity {
    /// Offers name and password to the company's directory. An unknown name and a wrong password are the same *no*.
    ///
    /// # Errors
    /// `upstream.unknown`; `upstream.age`; `door.too_often`, and `upstream.too_often` when too many failed for this name,
    /// so that nobody locks an account of the company from here; what the directory says of an account (`directory.…`).
    pub async fn sign_in_with_company(
        &self,
        tenant: &TenantView,
        name: &str,
        (user, password): (&str, Secret<String>),
        (agreed, browser): (Agreed, &Browser),
        visit: &Visit,
    ) -> Result<UpstreamStep, VaultError> {
        let configured = self.place(tenant.id, name).await?.body;
        let company = configured.company().ok_or_else(over)?;
        let (wanted, is_old_enough) = self.agreed_to(tenant.id, &configured, &agreed, false).await?;
        self.limits.begin(visit, self.now())?;
        let account = format!("{}/{}", configured.id, user.trim().to_lowercase());
        let account = self.vault.slip_name(tenant.id, 0, account.as_bytes()).await?;
        self.reach.tries.begin(&account, self.now())?;
        let person = match self.outside()?.directory.verify(&company, user, &password, &wanted).await {
            Ok(person) => person,
            Err(error) => return self.refused_by_company(tenant, error).await,
        };
        self.limits.succeeded(visit);
        self.reach.tries.succeeded(&account);
        let browser = self.browser_name(tenant.id, browser).await?;
        let plan = self.vault.plan(tenant.id, None).await?;
        let said = said(plan.manifest(), &configured, &company, person, is_old_enough);
        self.known_or_new(tenant, &configured, said, Some(browser), agreed.then, visit).await
    }

    async fn refused_by_company(&self, tenant: &TenantView, error: DirectoryError) -> Result<UpstreamStep, VaultError> {
        let told = EntryBody::SignIn { methods: Methods::of(Method::Directory).bits(), outcome: 0 };
        self.vault.tell(&self.door(tenant.id), (None, told)).await?;
        let kind = match error {
            DirectoryError::CredentialsWrong | DirectoryError::PasswordMissing => {
                return Ok(UpstreamStep::Step(Step::Refused));
            }
            DirectoryError::TooLong { .. } => ErrorKind::TooLarge,
            DirectoryError::Unreachable | DirectoryError::SearchRefused { .. } => ErrorKind::Unavailable,
            DirectoryError::Insecure | DirectoryError::ConfigurationMalformed { .. } => ErrorKind::Unprocessable,
            _ => ErrorKind::Denied,
        };
        tracing::warn!(code = error.code(), "a sign-in with a company's directory did not come about");
        Err(VaultError::new(kind, error.code(), error.to_string()))
    }
}

/// The directory is the company's own: it vouches for the addresses in it.
fn said(
    manifest: &Manifest,
    configured: &Configured,
    company: &Company,
    person: DirectoryPerson,
    is_old_enough: bool,
) -> Said {
    let texts: BTreeMap<String, Vec<String>> = person.attributes;
    let values = values(manifest, configured, &texts);
    let address = configured.wanted(manifest).into_iter().find_map(|(_, ix)| {
        let field = &manifest.fields[ix.at()];
        let is_address = field.term.starts_with("EmailAddress");
        values.get(&field.name).filter(|_| is_address).and_then(Value::as_str).map(str::to_owned)
    });
    Said {
        issuer: company.address.clone(),
        account: person.id,
        email: address.map(|address| (address, true)),
        values,
        is_old_enough,
        method: Method::Directory,
    }
}
