//! A tenant at work: its keys opened, its policy versions compiled.

use std::sync::Arc;

use candor_decision::Plan;
use candor_ledger::{BUNDLE_ENTRIES_MAX, CheckpointSigner, Entry, split_bundle};
use candor_manifest::model::{FieldIx, KeepAction, Manifest};
use candor_seal::{
    BlindIndexKey, KeepClass, KeyVersion, TenantKey, TenantKeyName, WrappedSubjectKey, WrappedTenantKey,
};
use candor_store::{KeyRow, PolicyRow, TenantRow};
use candor_words::{Instant, TenantId, to_hex};

use crate::gather::Gather;
use crate::scrub::Treatment;
use crate::settings::Settings;
use crate::versions::{Outgrowth, Since, outgrowths};
use crate::{Vault, VaultError};

/// A tenant with its keys and plans in memory.
pub(crate) struct Tenant {
    pub row: TenantRow,
    /// What administrators switched: the row's settings, read.
    pub settings: Settings,
    /// In which epoch of tenants it was loaded.
    pub epoch: u64,
    /// Every version of the tenant key, oldest first.
    pub keys: Vec<TenantKey>,
    pub blind: BlindIndexKey,
    pub signer: CheckpointSigner,
    /// The entries of reads, on their way to the ledger.
    pub gather: Arc<Gather>,
    /// Ascending by the instant from which each is in force.
    pub policies: Vec<Arc<Policy>>,
}

/// A policy version, compiled.
pub(crate) struct Policy {
    pub plan: Plan,
    /// The plan's digest in hexadecimal: every answer names it.
    pub digest: String,
    pub effective_at: Instant,
    pub put_at: Instant,
    /// What it changed in the version before it; `None` for the first.
    pub since: Option<Since>,
    /// Where it, or a version before it, asks for more than was consented to earlier.
    pub outgrowths: Vec<Outgrowth>,
    classes: Vec<KeepClass>,
    treatments: Vec<Vec<Treatment>>,
}

impl Policy {
    pub(crate) fn compile(
        manifest: Manifest,
        digest: [u8; 32],
        effective_at: Instant,
        put_at: Instant,
    ) -> Result<Self, VaultError> {
        let plan = Plan::compile(manifest, digest)
            .map_err(|error| VaultError::unprocessable("policy.not_compiled", error.to_string()))?;
        let manifest = plan.manifest();
        let classes = (0..manifest.fields.len()).filter_map(|at| u16::try_from(at).ok());
        let classes = classes.map(|at| keep_class(manifest, FieldIx(at))).collect();
        let mut treatments: Vec<Vec<Treatment>> = manifest.fields.iter().map(|_| Vec::new()).collect();
        for scrub in &manifest.scrubs {
            treatments[scrub.field.at()].push(Treatment::of(scrub, &manifest.fields[scrub.field.at()])?);
        }
        let digest = to_hex(plan.digest());
        Ok(Self { plan, digest, effective_at, put_at, since: None, outgrowths: Vec::new(), classes, treatments })
    }

    /// Notes what it changes in the version that decides before it.
    fn follow(mut self, before: Option<&Arc<Self>>) -> Arc<Self> {
        if let Some(before) = before {
            let since = Since::of(before, self.manifest());
            self.outgrowths.clone_from(&before.outgrowths);
            self.outgrowths.extend(outgrowths(&since, self.manifest(), self.effective_at));
            self.since = Some(since);
        }
        Arc::new(self)
    }

    /// Which of a subject's keys seals the field.
    pub(crate) fn class(&self, field: FieldIx) -> KeepClass {
        self.classes.get(field.at()).copied().unwrap_or(KeepClass::new(0))
    }

    /// What is done to the field's values before they are stored, in the order of the text.
    pub(crate) fn treatments(&self, field: FieldIx) -> &[Treatment] {
        self.treatments.get(field.at()).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn manifest(&self) -> &Manifest {
        self.plan.manifest()
    }
}

/// Fields of one group that end together share a key; the number follows from group and rules alone,
/// so that it stays when the policy changes elsewhere. Two rules that fall on one number share a key.
fn keep_class(manifest: &Manifest, field: FieldIx) -> KeepClass {
    let group = &manifest.groups[manifest.fields[field.at()].group.at()].name;
    let mut rules: Vec<String> = manifest
        .keeps
        .iter()
        .filter(|keep| keep.purpose.is_none() && keep.action != KeepAction::Quarantine && keep.fields.contains(&field))
        .map(|keep| format!("{:?}|{:?}|{:?}", keep.event, keep.after, keep.action))
        .collect();
    rules.sort_unstable();
    let text = format!("{group}|{}", rules.join(";"));
    // FNV-1a, folded to 16 bits: any fixed function would do.
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let [a, b, c, d] = hash.to_be_bytes();
    KeepClass::new(u16::from_be_bytes([a ^ c, b ^ d]))
}

impl Tenant {
    pub(crate) fn id(&self) -> TenantId {
        self.row.id
    }

    /// The policy in force at an instant; before the first, the first.
    pub(crate) fn policy_at(&self, at: Instant) -> Result<&Arc<Policy>, VaultError> {
        let in_force = self.policies.iter().rev().find(|policy| policy.effective_at <= at);
        in_force.or_else(|| self.policies.first()).ok_or_else(|| VaultError::damaged("policy"))
    }

    /// The version with a digest.
    pub(crate) fn policy_of(&self, digest: &[u8; 32]) -> Option<&Arc<Policy>> {
        self.policies.iter().find(|policy| policy.plan.digest() == digest)
    }

    /// The newest tenant key: the one that wraps.
    pub(crate) fn key(&self) -> Result<&TenantKey, VaultError> {
        self.keys.last().ok_or_else(|| VaultError::damaged("tenant key"))
    }

    /// The first tenant key: the seed of what stays for ever, the blind indexes and the name of the ledger.
    pub(crate) fn first_key(&self) -> Result<&TenantKey, VaultError> {
        self.keys.first().ok_or_else(|| VaultError::damaged("tenant key"))
    }

    /// True when every key was wrapped by a version that was there when the tenant was loaded.
    pub(crate) fn has_wrapped(&self, keys: &[KeyRow]) -> Result<bool, VaultError> {
        let newest = self.key()?.name().version;
        let mut versions = keys.iter().map(|row| WrappedSubjectKey::from_slice(&row.wrapped));
        Ok(versions.all(|wrapped| wrapped.is_ok_and(|wrapped| wrapped.wrapped_by() <= newest)))
    }

    /// The tenant key of a version: the one that unwraps what it wrapped.
    pub(crate) fn key_of(&self, version: KeyVersion) -> Result<&TenantKey, VaultError> {
        let found = self.keys.iter().find(|key| key.name().version == version);
        found.ok_or_else(|| VaultError::damaged("tenant key"))
    }
}

impl Vault {
    /// The tenant, loaded once and kept.
    pub(crate) async fn tenant(&self, id: TenantId) -> Result<Arc<Tenant>, VaultError> {
        if let Some(tenant) = self.tenants.read().get(&id)
            && self.tenants_epoch.is(tenant.epoch)
        {
            return Ok(Arc::clone(tenant));
        }
        let epoch = self.tenants_epoch.now();
        let row = self
            .store
            .tenant(id)
            .await?
            .ok_or_else(|| VaultError::missing("tenant.unknown", "there is no such tenant on this server"))?;
        self.note_last_instant(id).await?;
        let policies = self.store.policies(id).await?;
        let tenant = Arc::new(self.load_tenant(row, policies, epoch)?);
        self.tenants.write().insert(id, Arc::clone(&tenant));
        Ok(tenant)
    }

    /// Whatever the machine's clock says by now, the last entries of the ledger have been.
    async fn note_last_instant(&self, id: TenantId) -> Result<(), VaultError> {
        let Some(last) = self.store.ledger_size(id).await?.checked_sub(1) else { return Ok(()) };
        let bundle = self.store.bundle(id, last / BUNDLE_ENTRIES_MAX as u64).await?.unwrap_or_default();
        // What cannot be read here is for the ledger's checker to name.
        let entries = split_bundle(&bundle).unwrap_or_default();
        let latest = entries.iter().filter_map(|entry| Entry::decode(entry).ok()).map(|entry| entry.at).max();
        if let Some(latest) = latest {
            self.time.not_before(latest);
        }
        Ok(())
    }

    pub(crate) fn load_tenant(
        &self,
        row: TenantRow,
        policies: Vec<PolicyRow>,
        epoch: u64,
    ) -> Result<Tenant, VaultError> {
        let mut keys = Vec::new();
        for (wrapped, version) in row.wrapped_keys.iter().zip(1..) {
            keys.push(self.open_tenant_key(row.id, KeyVersion::new(version), wrapped)?);
        }
        let first: &TenantKey = keys.first().ok_or_else(|| VaultError::damaged("tenant key"))?;
        let blind = first.blind_index_key();
        let settings = Settings::read(&row.settings).ok_or_else(|| VaultError::damaged("tenant settings"))?;
        let origin = settings.ledger_origin.clone().unwrap_or_else(|| self.origin_of(&row.slug));
        let signer = CheckpointSigner::new(&origin, &first.checkpoint_seed())
            .map_err(|_| VaultError::damaged("checkpoint key"))?;
        let mut compiled = Vec::new();
        for policy in policies {
            // A text that is not the one its digest names would decide in its place.
            if crate::policies::digest_of(&policy.sources) != policy.digest {
                return Err(VaultError::damaged("policy"));
            }
            let manifest = crate::policies::checked(&policy.sources)?;
            compiled.push(Policy::compile(manifest, policy.digest, policy.effective_at, policy.put_at)?);
        }
        compiled.sort_by_key(|policy| (policy.effective_at, policy.put_at));
        let mut versions: Vec<Arc<Policy>> = Vec::with_capacity(compiled.len());
        for policy in compiled {
            let before = versions.iter().rev().find(|known| known.effective_at < policy.effective_at);
            versions.push(policy.follow(before));
        }
        let gather = Gather::new(row.id, Arc::clone(&self.store));
        let settings = Settings::read(&row.settings).ok_or_else(|| VaultError::damaged("tenant settings"))?;
        Ok(Tenant { row, settings, epoch, keys, blind, signer, gather, policies: versions })
    }

    /// The origin line of a tenant's ledger.
    pub(crate) fn origin_of(&self, slug: &str) -> String {
        format!("{}/{slug}", self.origin)
    }

    fn open_tenant_key(&self, tenant: TenantId, version: KeyVersion, wrapped: &[u8]) -> Result<TenantKey, VaultError> {
        let wrapped = WrappedTenantKey::from_slice(wrapped)?;
        let roots = self.every_root();
        let root = roots.iter().find(|root| root.version() == wrapped.wrapped_by());
        let root = root.ok_or_else(|| version_missing(wrapped.wrapped_by()))?;
        Ok(root.unwrap(TenantKeyName { tenant, version }, &wrapped)?)
    }
}

/// A key is wrapped by a version of the root key that is not at hand.
pub(crate) fn version_missing(version: KeyVersion) -> VaultError {
    VaultError::unprocessable("keys.version_missing", "a key cannot be opened: its root key version was not given")
        .detail("root_version", version.get())
        .help("add that version to the key file; versions must be kept until rotation is done")
}
