//! Corrections on their way: a run names the fields, and reads from the person's record what they hold when a system is reached.
//!
//! So of two corrections the older never overwrites the newer, whichever reaches a system last; that holds for requests
//! and for what is corrected at once alike. A correction that replaces an identifier tells every other run of the person of the
//! new one before any system changes, or those would look for somebody whom the systems know by another name by then.

use std::collections::BTreeMap;

use candor_manifest::Manifest;
use candor_manifest::model::{FieldIx, Owner, System, SystemKind};
use candor_vault::{Caller, CorrectionForm, ErrorKind, Expect, Followed, PAGE_MAX, PlanInForce, VaultError, followed};
use candor_words::{RequestId, SubjectId};
use serde_json::Value;

use crate::Rights;
use crate::approve::{Approval, correction_missing};
use crate::keep::With;
use crate::named::Named;
use crate::run::Run;

/// How often names are written to another run that changes meanwhile.
const TRIES: usize = 20;
/// Why fields of several records stay as they are in systems.
const WHICH_RECORD: &str = "there are several records of its group, and no system is told which of its rows is meant";

/// What is put right.
#[derive(Default)]
pub(crate) struct Corrections {
    /// From where it is read when a system is reached.
    pub correction: Option<CorrectionForm>,
    /// The fields, with what is derived from others.
    pub fields: Vec<String>,
    /// By field as the policy maps it; what is derived from others follows them.
    pub values: Vec<(String, Option<String>)>,
    /// Fields that may be wrong now and cannot be worked out, and why.
    pub not_recomputed: Vec<(String, String)>,
}

/// Whether a system has somewhere one of some fields.
pub(crate) fn maps_any(system: &System, fields: &[FieldIx]) -> bool {
    system.places.iter().any(|place| {
        let is_owner = |owner: &Owner| matches!(owner, Owner::Subject { by, .. } if fields.contains(by));
        place.columns.iter().any(|column| fields.contains(&column.field)) || place.owned_by.iter().any(is_owner)
    })
}

/// Whether a recipient that is told receives one of some fields.
pub(crate) fn any_receives(manifest: &Manifest, fields: &[FieldIx]) -> bool {
    let shares = manifest.purposes.iter().flat_map(|purpose| &purpose.shares);
    shares
        .filter(|share| share.fields.iter().any(|field| fields.contains(field)))
        .any(|share| manifest.recipients.get(share.with.at()).is_some_and(|recipient| recipient.told_at.is_some()))
}

impl Run {
    /// Whether it has something to do in a system, or to say of it.
    pub fn concerns(&self, manifest: &Manifest, system: &System) -> bool {
        match (&self.push, &self.correction) {
            (Some(mark), _) => crate::pushed::can_hold(manifest, system, mark),
            // Another organisation has no columns; what it cannot be asked is told.
            (None, Some(correction)) if self.is_push() => {
                system.kind == SystemKind::Opendsr || maps_any(system, &correction.reach(manifest))
            }
            _ => true,
        }
    }
}

impl Corrections {
    /// What values of a record's fields put right, and what follows from them.
    fn of(manifest: &Manifest, correction: CorrectionForm, given: BTreeMap<String, Option<Value>>) -> Self {
        let known = given.iter().filter_map(|(name, value)| Some((manifest.field(name)?, value.clone())));
        let Followed { values: follow, unknown } = followed(manifest, &known.collect());
        let name = |field: FieldIx| manifest.fields.get(field.at()).map(|field| field.name.clone()).unwrap_or_default();
        let mut values: Vec<(String, Option<String>)> =
            given.iter().map(|(name, value)| (name.clone(), value.as_ref().and_then(text))).collect();
        values.extend(follow.iter().map(|(field, value)| (name(*field), value.as_ref().and_then(text))));
        // Of what is kept as a hash the vault alone makes one: nothing of it leaves.
        let leaves = |name: &String| manifest.field(name).is_none_or(|at| !manifest.fields[at.at()].hashed);
        values.retain(|(name, _)| leaves(name));
        let mut fields: Vec<String> = correction.fields.iter().filter(|name| leaves(name)).cloned().collect();
        for (name, _) in &values {
            if !fields.contains(name) {
                fields.push(name.clone());
            }
        }
        let not_recomputed = unknown.into_iter().map(|(field, why)| (name(field), why.to_owned())).collect();
        Self { correction: Some(correction), fields, values, not_recomputed }
    }
}

impl Rights {
    /// What the approval of a request corrects, and what follows from it.
    pub(crate) async fn corrections(
        &self,
        caller: &Caller,
        right: &str,
        approval: &Approval,
    ) -> Result<Corrections, VaultError> {
        let Some((record, new)) = &approval.correction else {
            return if right == "rectification" { Err(correction_missing()) } else { Ok(Corrections::default()) };
        };
        if right != "rectification" {
            return Err(VaultError::new(
                ErrorKind::Unprocessable,
                "correction.other_right",
                "nothing was begun: only a rectification corrects values",
            ));
        }
        let plan = self.vault.plan(caller.tenant(), None).await?;
        let given = new.values.iter().map(|(name, value)| {
            let value = Some(value.clone()).filter(|value| !value.is_null());
            (format!("{}.{name}", new.group), value)
        });
        Ok(Corrections::of(plan.manifest(), CorrectionForm::of(*record, new), given.collect()))
    }

    /// What a push corrects by now. Where nobody may read it yet, that is found out again when systems are reached.
    pub(crate) async fn pushed_corrections(
        &self,
        caller: &Caller,
        plan: &PlanInForce,
        subject: SubjectId,
        correction: CorrectionForm,
    ) -> Result<Corrections, VaultError> {
        if self.has_several(caller, plan.manifest(), subject, &correction).await? {
            let mut all = Corrections::of(plan.manifest(), correction, BTreeMap::new());
            all.not_recomputed = all.fields.iter().map(|field| (field.clone(), WHICH_RECORD.to_owned())).collect();
            return Ok(all);
        }
        let now = match self.vault.corrected_now(caller, subject, &correction).await {
            Err(error) if error.code() == "correction.withheld" => BTreeMap::new(),
            now => now?,
        };
        Ok(Corrections::of(plan.manifest(), correction, now))
    }

    /// What a run is to put right in a system that is reached now; none when it corrects nothing by its fields.
    pub(crate) async fn corrected_by_now(
        &self,
        office: &Caller,
        run: &Run,
    ) -> Result<Option<Vec<(String, Option<String>)>>, VaultError> {
        let Some(correction) = &run.correction else { return Ok(None) };
        let plan = self.plan_of(office.tenant(), &run.plan).await?;
        if run.is_push() && self.has_several(office, plan.manifest(), run.subject, correction).await? {
            return Ok(Some(Vec::new()));
        }
        let now = self.vault.corrected_now(office, run.subject, correction).await?;
        Ok(Some(Corrections::of(plan.manifest(), correction.clone(), now).values))
    }

    /// Whether nothing says which rows of a system a record is.
    async fn has_several(
        &self,
        caller: &Caller,
        manifest: &Manifest,
        subject: SubjectId,
        correction: &CorrectionForm,
    ) -> Result<bool, VaultError> {
        let group = manifest.groups.iter().find(|group| group.name == correction.group);
        if !group.is_some_and(|group| group.many) {
            return Ok(false);
        }
        let records = self.vault.records(caller, subject, Some(&correction.group), None, 2).await?;
        Ok(records.rows.len() > 1)
    }

    /// Tells every other open run of a person by what they are known from now on, before a correction of that reaches any system.
    pub(crate) async fn name_others(&self, caller: &Caller, request: RequestId) -> Result<(), VaultError> {
        let Some(kept) = self.kept(caller.tenant(), request).await? else { return Ok(()) };
        let Some(correction) = &kept.run.correction else { return Ok(()) };
        let plan = self.plan_of(caller.tenant(), &kept.run.plan).await?;
        let manifest = plan.manifest();
        let identifies = |ix: &FieldIx| manifest.fields.get(ix.at()).is_some_and(|field| field.identifies);
        if !correction.reach(manifest).iter().any(identifies) {
            return Ok(());
        }
        let named = Named::of(self.vault.named_by(caller, request).await?);
        let mut after = None;
        loop {
            let page = self.vault.on_its_way(caller, kept.run.subject, after, PAGE_MAX).await?;
            for other in page.rows.into_iter().filter(|other| *other != request) {
                self.name_besides(caller, other, &named).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Reads once more what names somebody who changed while a run of theirs was planned, for no other run knew of this one yet.
    pub(crate) async fn name_anew(
        &self,
        caller: &Caller,
        request: RequestId,
        (subject, seen): (SubjectId, u64),
    ) -> Result<(), VaultError> {
        match self.vault.subject(caller, subject).await {
            Ok(now) if now.version == seen => Ok(()),
            Ok(_) => {
                let named = Named::of(self.vault.named_by(caller, request).await?);
                self.name_besides(caller, request, &named).await
            }
            // Erased meanwhile: whoever goes on with it finds that out.
            Err(error) if error.kind() == ErrorKind::Gone => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Has a run look for the person by further names; whoever acted without them acts again.
    async fn name_besides(&self, office: &Caller, request: RequestId, besides: &Named) -> Result<(), VaultError> {
        for _ in 0..TRIES {
            let Some((mut named, version)) = self.named(office.tenant(), request).await? else { return Ok(()) };
            let Some(kept) = self.kept(office.tenant(), request).await? else { return Ok(()) };
            if !named.add_all(besides) {
                return Ok(());
            }
            let slip = named.slip(request, kept.run.subject, Expect::Version(version))?;
            let noted = self.change(office, request, |run| {
                run.progress.name_further();
                run.named_by = named.fields();
                Ok(With { slips: vec![slip.clone()], ..With::default() })
            });
            match noted.await {
                // Somebody else wrote further names meanwhile.
                Err(error) if error.kind() == ErrorKind::Conflict => {}
                noted => return noted.map(drop),
            }
        }
        Err(VaultError::new(ErrorKind::Conflict, "request.changed", "the request changes too often"))
    }
}

/// A value as systems are told it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
