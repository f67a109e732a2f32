//! Reading entries back: by position, bundle by bundle, and through the index by subject.
//!
//! The index by subject follows the ledger at a distance: whoever reads it catches it up first, in
//! bounded units. Nothing is lost by that, for the ledger itself holds every entry.

use std::collections::BTreeMap;

use candor_ledger::{BUNDLE_ENTRIES_MAX, Entry, split_bundle};
use candor_store::{Change, Unit};
use candor_words::SubjectRef;

use crate::tenant::Tenant;
use crate::{Vault, VaultError};

const WIDTH: u64 = BUNDLE_ENTRIES_MAX as u64;
/// How many bundles one unit of indexing covers.
const BUNDLES_PER_UNIT: usize = 8;

impl Vault {
    /// Brings the index by subject up to the ledger's size; returns how many entries it added.
    pub(crate) async fn index_entries(&self, tenant: &Tenant) -> Result<u64, VaultError> {
        let size = self.store.ledger_size(tenant.id()).await?;
        let begun = self.store.indexed_to(tenant.id()).await?;
        let mut at = begun;
        while at < size {
            let mut pairs: Vec<(SubjectRef, u64)> = Vec::new();
            let mut up_to = at;
            for _ in 0..BUNDLES_PER_UNIT {
                if up_to >= size {
                    break;
                }
                for (position, entry) in self.entries_from(tenant, up_to).await? {
                    pairs.extend(entry.subject.map(|subject| (subject, position)));
                    up_to = position + 1;
                }
            }
            self.commit(Unit::of(tenant.id()).change(Change::IndexEntries { pairs, up_to })).await?;
            at = up_to;
        }
        Ok(at - begun)
    }

    /// The entries of one bundle from a position on: at least the entry at that position.
    pub(crate) async fn entries_from(&self, tenant: &Tenant, from: u64) -> Result<Vec<(u64, Entry)>, VaultError> {
        let index = from / WIDTH;
        let bundle = self.store.bundle(tenant.id(), index).await?.ok_or_else(damaged)?;
        let entries = split_bundle(&bundle).map_err(|_| damaged())?;
        let numbered = (index * WIDTH..).zip(entries).filter(|(position, _)| *position >= from);
        let decoded: Vec<(u64, Entry)> = numbered
            .map(|(position, bytes)| Ok((position, Entry::decode(bytes).map_err(|_| damaged())?)))
            .collect::<Result<_, VaultError>>()?;
        if decoded.is_empty() { Err(damaged()) } else { Ok(decoded) }
    }

    /// The entries at some positions, each bundle read once.
    pub(crate) async fn entries_at(&self, tenant: &Tenant, positions: &[u64]) -> Result<Vec<(u64, Entry)>, VaultError> {
        let mut bundles: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for position in positions {
            bundles.entry(position / WIDTH).or_default().push(*position);
        }
        let mut found = BTreeMap::new();
        for (index, wanted) in bundles {
            let bundle = self.store.bundle(tenant.id(), index).await?.ok_or_else(damaged)?;
            let entries = split_bundle(&bundle).map_err(|_| damaged())?;
            for position in wanted {
                let bytes =
                    usize::try_from(position % WIDTH).ok().and_then(|at| entries.get(at)).ok_or_else(damaged)?;
                found.insert(position, Entry::decode(bytes).map_err(|_| damaged())?);
            }
        }
        positions.iter().map(|at| found.get(at).map(|entry| (*at, *entry)).ok_or_else(damaged)).collect()
    }

    /// One entry as it was appended.
    pub(crate) async fn entry_bytes(&self, tenant: &Tenant, position: u64) -> Result<Vec<u8>, VaultError> {
        let bundle = self.store.bundle(tenant.id(), position / WIDTH).await?.ok_or_else(damaged)?;
        let entries = split_bundle(&bundle).map_err(|_| damaged())?;
        let bytes = usize::try_from(position % WIDTH).ok().and_then(|at| entries.get(at).copied());
        bytes.map(<[u8]>::to_vec).ok_or_else(damaged)
    }
}

fn damaged() -> VaultError {
    VaultError::damaged("ledger bundle")
}
