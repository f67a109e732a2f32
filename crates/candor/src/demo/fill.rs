//! Fills a tenant with people and their records, many at once, so that the store commits them in groups.

use std::collections::{BTreeMap, BTreeSet};

use candor_manifest::Manifest;
use candor_manifest::model::{Field, FieldIx, Group, KeepEvent, Source};
use candor_vault::{Caller, NewContract, NewRecord, NewSubject, Vault, VaultError, source_name};
use candor_words::SubjectId;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::chance::Chance;
use super::people::Person;
use super::values::value;

/// How many people are made at the same time.
const AT_ONCE: usize = 256;

/// A tenant that was filled.
#[derive(Debug)]
pub struct Filled {
    /// Somebody with a record of every kind, to walk with.
    pub first: SubjectId,
    /// That person's address.
    pub first_email: String,
}

/// Makes people with records, as the tenant's policy declares them.
///
/// # Errors
/// The vault refuses a record: the generator and the policy have parted.
pub async fn fill(
    vault: &Vault,
    caller: &Caller,
    seed: u64,
    n_people: usize,
    made: &(impl Fn() + Sync),
) -> Result<Option<Filled>, VaultError> {
    let plan = vault.plan(caller.tenant(), None).await?;
    let collections = vault.collections(caller).await?;
    let off = collections.into_iter().filter(|collection| !collection.on).flat_map(|collection| collection.fields);
    let declared = Declared { manifest: plan.manifest(), off: off.collect() };
    let people = (0..n_people).map(|n| make(vault, caller, &declared, seed, n, made));
    let mut first = stream::iter(people).buffered(AT_ONCE).try_filter_map(|filled| async { Ok(filled) }).boxed_local();
    let filled = first.try_next().await?;
    while first.try_next().await?.is_some() {}
    Ok(filled)
}

/// The policy, and the fields of its collections that are off: these are left out, not switched on.
struct Declared<'m> {
    manifest: &'m Manifest,
    off: BTreeSet<String>,
}

async fn make(
    vault: &Vault,
    caller: &Caller,
    declared: &Declared<'_>,
    seed: u64,
    n: usize,
    made: &(impl Fn() + Sync),
) -> Result<Option<Filled>, VaultError> {
    let mut chance = Chance::new(seed ^ (n as u64).wrapping_mul(0x2545_f491_4f6c_dd1d));
    let person = Person::new(&mut chance, n);
    let records = records(declared, &mut chance, &person, n == 0);
    // A few have never bought anything, or no longer do.
    let contract = (n == 0 || !chance.once_in(10)).then(NewContract::default);
    let created = vault.create_subject(caller, NewSubject { records, contract }).await?;
    made();
    Ok((n == 0).then(|| Filled { first: created.subject, first_email: person.email() }))
}

fn records(declared: &Declared<'_>, chance: &mut Chance, person: &Person, of_every_kind: bool) -> Vec<NewRecord> {
    let mut records = Vec::new();
    for group in declared.manifest.groups.iter().filter(|group| is_kept(declared.manifest, group)) {
        let n_records = match (group.many, of_every_kind) {
            (true, true) => 2,
            (true, false) => chance.below(3),
            (false, _) => 1,
        };
        for _ in 0..n_records {
            records.extend(record(declared, chance, person, group));
        }
    }
    records
}

/// What passes through and is never kept is not made up either.
fn is_kept(manifest: &Manifest, group: &Group) -> bool {
    let passes =
        manifest.keeps.iter().filter(|keep| keep.event == KeepEvent::ProcessEnds).flat_map(|keep| &keep.fields);
    let left_out: Vec<&FieldIx> = passes.collect();
    !group.fields.iter().any(|field| left_out.contains(&field))
}

/// A record from the source that most of its fields come from.
fn record(declared: &Declared<'_>, chance: &mut Chance, person: &Person, group: &Group) -> Option<NewRecord> {
    let fields = group.fields.iter().filter_map(|at| declared.manifest.fields.get(at.at()));
    let fields: Vec<&Field> = fields.filter(|field| is_stored(field) && !declared.off.contains(&field.name)).collect();
    let source = commonest(&fields)?;
    let mut values = BTreeMap::new();
    for field in fields.into_iter().filter(|field| field.sources.contains(&source)) {
        if field.optional && chance.once_in(4) {
            continue;
        }
        if let Some((_, short)) = field.name.split_once('.') {
            values.insert(short.to_owned(), value(chance, person, field));
        }
    }
    Some(NewRecord { group: group.name.clone(), values, source: source_name(&source) })
}

fn is_stored(field: &Field) -> bool {
    field.held_by.is_none() && field.derived.is_none() && !field.hashed
}

fn commonest(fields: &[&Field]) -> Option<Source> {
    let sources = fields.iter().flat_map(|field| &field.sources).filter(|source| **source != Source::Derived);
    let count = |source: &Source| fields.iter().filter(|field| field.sources.contains(source)).count();
    sources.max_by_key(|source| count(source)).cloned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use candor_seal::{KeyVersion, RootKey};
    use candor_store_memory::MemoryStore;
    use candor_vault::{NewTenant, VaultParts};
    use candor_words::{Secret, SeededEntropy, SystemClock};

    use super::*;
    use crate::demo::VENDORS;

    #[tokio::test]
    async fn every_vendors_policy_takes_the_people_made_for_it() {
        let parts = VaultParts {
            store: Arc::new(MemoryStore::new()),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SeededEntropy::new(1)),
            roots: vec![RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).unwrap()],
            origin: "candor.test".into(),
        };
        let vault = Vault::open(parts).unwrap();
        for vendor in VENDORS {
            let sources = vec![("policy.candor".to_owned(), vendor.policy.to_owned())];
            let new = NewTenant { slug: vendor.slug.into(), title: vendor.title.into(), sources };
            let created = vault.create_tenant(new).await.unwrap();
            let caller = vault.authenticate(created.administrator.secret.expose()).await.unwrap();
            let filled = fill(&vault, &caller, 7, 30, &|| ()).await;
            assert!(filled.is_ok_and(|filled| filled.is_some()), "{}", vendor.slug);
        }
    }
}
