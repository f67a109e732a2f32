//! Automatic collection, switched by administrators: what is off is refused at the door (GDPR Art. 25(2)).
//!
//! A collection is as the policy says until somebody switches it, and then as they left it, through new versions of
//! the policy and starts of the server. Switching off stops what comes; what is there already stays until it is
//! erased or its time is over. Of two collections that cover one field, one that is off is enough.

use std::sync::Arc;

use candor_ledger::{Digest, EntryBody};
use candor_manifest::model::{Collection, FieldIx, Manifest};
use candor_store::{Change, Unit};
use serde::Serialize;

use crate::caller::{Caller, Scope};
use crate::choice::Told;
use crate::settings::Settings;
use crate::{Vault, VaultError};

/// A collection as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CollectionView {
    /// Its name in the policy.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The fields that it covers.
    pub fields: Vec<String>,
    /// Whether they are stored now.
    pub on: bool,
    /// Whether they are stored when nobody has switched it.
    pub by_default: bool,
}

impl Vault {
    /// The collections of the policy in force, in the order of its text.
    ///
    /// # Errors
    /// There is no such tenant.
    pub async fn collections(&self, caller: &Caller) -> Result<Vec<CollectionView>, VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let manifest = tenant.policy_at(self.now())?.manifest();
        Ok(manifest.collections.iter().map(|collection| view(manifest, &tenant.settings, collection)).collect())
    }

    /// Switches a collection; every write that begins after this returns finds it so.
    ///
    /// # Errors
    /// The caller lacks the admin scope; the policy in force declares no such collection.
    pub async fn switch_collection(
        &self,
        caller: &Caller,
        name: &str,
        switch: Switch,
    ) -> Result<CollectionView, VaultError> {
        caller.needs(Scope::Admin)?;
        let writer = Arc::clone(&self.tenant_rows).lock_owned().await;
        let tenant = self.tenant(caller.tenant()).await?;
        let now = self.now();
        let manifest = tenant.policy_at(now)?.manifest();
        let collection = manifest.collections.iter().find(|collection| collection.name == name).ok_or_else(|| {
            VaultError::missing("collection.unknown", "nothing was switched: the policy declares no such collection")
                .help("name a collection that the policy in force declares with `collect`")
        })?;
        let mut settings = tenant.settings.clone();
        if settings.collections.insert(name.to_owned(), switch == Switch::On) != Some(switch == Switch::On) {
            let mut row = tenant.row.clone();
            row.settings = settings.write().ok_or_else(|| VaultError::damaged("tenant settings"))?;
            let code = if switch == Switch::On { Told::CollectionOn } else { Told::CollectionOff };
            let body = EntryBody::Other { code: code as u16, payload: Digest::of(name.as_bytes()) };
            let entry = self.entry(&tenant, now, None, Some(caller.key()), body)?;
            let unit = Unit::of(caller.tenant()).change(Change::PutTenant(row)).entry(entry);
            self.commit_then(unit, (self.tenants_epoch.moving_on(), writer)).await?;
        }
        Ok(view(manifest, &settings, collection))
    }
}

/// Which way a collection is switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// What it covers is stored.
    On,
    /// What it covers is refused.
    Off,
}

/// The first collection that covers the field and is off.
pub(crate) fn off<'m>(manifest: &'m Manifest, settings: &Settings, field: FieldIx) -> Option<&'m Collection> {
    manifest.collections.iter().find(|collection| collection.fields.contains(&field) && !is_on(settings, collection))
}

fn is_on(settings: &Settings, collection: &Collection) -> bool {
    settings.collections.get(&collection.name).copied().unwrap_or(collection.on)
}

fn view(manifest: &Manifest, settings: &Settings, collection: &Collection) -> CollectionView {
    CollectionView {
        name: collection.name.clone(),
        title: collection.title.clone(),
        fields: collection.fields.iter().map(|field| manifest.fields[field.at()].name.clone()).collect(),
        on: is_on(settings, collection),
        by_default: collection.on,
    }
}
