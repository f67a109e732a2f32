//! Keeping what was said of somebody: what the policy permits, with its source, after the consent that it rests on.

use std::collections::BTreeMap;

use candor_manifest::model::{Basis, Manifest, Source};
use candor_vault::{ConsentAct, ConsentVerb, NewRecord, TenantView, VaultError, source_name};
use candor_words::SubjectId;
use serde_json::Value;

use crate::identity::Identity;
use crate::upstream::back::Said;
use crate::upstream::configured::{Configured, purpose};

/// How a yes at the gate was said, as the vault notes it.
const METHOD: &str = "sign_in_gate";

/// How much of what was said is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// All that the policy permits: the account is new.
    All,
    /// Only fields that people do not give themselves: what they gave, or call themselves by, is theirs to change.
    TheirsNot,
}

impl Identity {
    /// Keeps what was said of somebody who has an account by now.
    pub(crate) async fn keep(
        &self,
        tenant: &TenantView,
        configured: &Configured,
        subject: SubjectId,
        said: &Said,
        keeping: Keeping,
    ) -> Result<(), VaultError> {
        let plan = self.vault.plan(tenant.id, None).await?;
        let manifest = plan.manifest();
        self.agree(tenant, configured, manifest, subject).await?;
        let source = configured.source();
        let is_theirs = |name: &str| {
            let field = manifest.fields.iter().find(|field| field.name == name);
            field.is_none_or(|field| field.identifies || field.sources.contains(&Source::Subject))
        };
        let values = said.values.iter().filter(|(name, _)| keeping == Keeping::All || !is_theirs(name));
        for record in records(values, &source_name(&source)) {
            let person = self.person(tenant.id, subject);
            if let Err(error) = self.vault.put_record(&person, subject, record).await {
                // Signing in does not depend on it: a restriction, say, keeps new values out.
                tracing::warn!(code = error.code(), "what a provider said was not kept");
            }
        }
        Ok(())
    }

    /// Notes the consent that a yes at the gate is, where the purpose rests on consent.
    pub(crate) async fn agree(
        &self,
        tenant: &TenantView,
        configured: &Configured,
        manifest: &Manifest,
        subject: SubjectId,
    ) -> Result<(), VaultError> {
        let Some(purpose) = purpose(manifest, &configured.purpose) else { return Ok(()) };
        if !matches!(purpose.basis, Basis::Consent { .. }) {
            return Ok(());
        }
        let act = ConsentAct {
            purpose: purpose.name.clone(),
            act: ConsentVerb::Given,
            text: None,
            language: None,
            method: Some(METHOD.to_owned()),
        };
        self.vault.consent(&self.person(tenant.id, subject), subject, act).await.map(drop)
    }
}

/// One record for each group.
pub(crate) fn records<'a>(
    values: impl Iterator<Item = (&'a String, &'a Value)>,
    source: &str,
) -> impl Iterator<Item = NewRecord> {
    let mut groups: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    for (name, value) in values {
        if let Some((group, field)) = name.split_once('.') {
            groups.entry(group.to_owned()).or_default().insert(field.to_owned(), value.clone());
        }
    }
    let source = source.to_owned();
    groups.into_iter().map(move |(group, values)| NewRecord { group, values, source: source.clone() })
}
