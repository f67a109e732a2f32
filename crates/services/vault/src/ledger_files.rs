//! The ledger as anybody may fetch it: signed checkpoint, tiles, bundles, proofs.
//!
//! A checkpoint of any size can be served with its files for ever: a file that has grown since is cut
//! to the width that was asked for. Source: C2SP tlog-tiles; spec/ledger.md.

use std::collections::HashMap;

use candor_ledger::{
    BUNDLE_ENTRIES_MAX, CHECKPOINT_PATH, ConsistencyProof, HASH_BYTES, ProofError, Receipt, TILE_WIDTH, TileSource,
    bundle_path, consistency_proof, inclusion_proof, root_at, split_bundle, tile_path,
};
use candor_store::{Change, CheckpointRow, Unit};
use candor_words::TenantId;

use crate::tenant::Tenant;
use crate::{Vault, VaultError};

/// The path of the key that verifies the checkpoints.
const KEY_PATH: &str = "key";
/// The longest path that is looked at.
const PATH_BYTES_MAX: usize = 64;
/// The most tiles one proof leans on: two at each level of a tree of 2^64 entries.
const PROOF_TILES_MAX: usize = 32;

impl Vault {
    /// Signs the ledger's present size, and keeps the signed note.
    ///
    /// # Errors
    /// There is no such tenant; a tile is damaged.
    pub async fn checkpoint(&self, tenant: TenantId) -> Result<String, VaultError> {
        let tenant = self.tenant(tenant).await?;
        Ok(self.newest_checkpoint(&tenant).await?.note)
    }

    /// One file of the ledger by its path in tlog-tiles: `checkpoint`, `key`, `tile/…`, `tile/entries/…`.
    ///
    /// `None` when there is no such file: not yet, or never.
    ///
    /// # Errors
    /// There is no such tenant; a tile is damaged.
    pub async fn ledger_file(&self, tenant: TenantId, path: &str) -> Result<Option<Vec<u8>>, VaultError> {
        let tenant = self.tenant(tenant).await?;
        match LedgerPath::parse(path) {
            None => Ok(None),
            Some(LedgerPath::Key) => Ok(Some(format!("{}\n", tenant.row.verifier_key).into_bytes())),
            Some(LedgerPath::Checkpoint) => Ok(Some(self.newest_checkpoint(&tenant).await?.note.into_bytes())),
            Some(LedgerPath::Tile { level, index, width }) => {
                let tile = self.store.tile(tenant.id(), level, index).await?;
                Ok(tile.and_then(|tile| cut_tile(tile, width)))
            }
            Some(LedgerPath::Bundle { index, width }) => match self.store.bundle(tenant.id(), index).await? {
                Some(bundle) => cut_bundle(bundle, width),
                None => Ok(None),
            },
        }
    }

    /// Proves that an entry is in the ledger, at a size, or at the newest checkpoint.
    ///
    /// # Errors
    /// There is no such tenant; the ledger has no such entry, or never had that size.
    pub async fn inclusion(&self, tenant: TenantId, entry: u64, size: Option<u64>) -> Result<Receipt, VaultError> {
        let tenant = self.tenant(tenant).await?;
        let newest = self.newest_checkpoint(&tenant).await?;
        let size = size.unwrap_or(newest.size);
        if size > newest.size || entry >= size {
            return Err(beyond(newest.size));
        }
        let proof = self.prove(&tenant, |tiles| inclusion_proof(tiles, entry, size)).await?;
        // The same size is signed the same: an older checkpoint need not have been kept.
        let note = if size == newest.size { newest.note } else { self.sign(&tenant, size).await? };
        let bytes = self.entry_bytes(&tenant, entry).await?;
        Ok(Receipt::new(&bytes, proof, &note))
    }

    /// Proves that the ledger of one size begins with that of a smaller one.
    ///
    /// # Errors
    /// There is no such tenant; `from` is beyond `to`, or `to` beyond the ledger.
    pub async fn consistency(&self, tenant: TenantId, from: u64, to: u64) -> Result<ConsistencyProof, VaultError> {
        let tenant = self.tenant(tenant).await?;
        let size = self.store.ledger_size(tenant.id()).await?;
        if to > size {
            return Err(beyond(size));
        }
        if from > to {
            return Err(VaultError::bad(
                "ledger.sizes_swapped",
                "the proof was not made: the smaller size comes first",
            ));
        }
        self.prove(&tenant, |tiles| consistency_proof(tiles, from, to)).await
    }

    /// The checkpoint of the present size: the one that is kept, or one that is signed and kept now.
    pub(crate) async fn newest_checkpoint(&self, tenant: &Tenant) -> Result<CheckpointRow, VaultError> {
        let size = self.store.ledger_size(tenant.id()).await?;
        if let Some(kept) = self.store.checkpoint(tenant.id()).await?.filter(|kept| kept.size == size) {
            return Ok(kept);
        }
        let row = CheckpointRow { size, signed_at: self.now(), note: self.sign(tenant, size).await? };
        self.commit(Unit::of(tenant.id()).change(Change::PutCheckpoint(row.clone()))).await?;
        Ok(row)
    }

    pub(crate) async fn sign(&self, tenant: &Tenant, size: u64) -> Result<String, VaultError> {
        let root = self.prove(tenant, |tiles| root_at(tiles, size)).await?;
        Ok(tenant.signer.sign(size, root))
    }

    /// Runs a proof over tiles: it says which one it lacks, that one is fetched, and it runs again.
    pub(crate) async fn prove<T>(
        &self,
        tenant: &Tenant,
        proof: impl Fn(&dyn TileSource) -> Result<T, ProofError> + Send,
    ) -> Result<T, VaultError> {
        self.prove_in(tenant.id(), proof).await
    }

    /// The same of a tenant that is not there yet.
    pub(crate) async fn prove_in<T>(
        &self,
        tenant: TenantId,
        proof: impl Fn(&dyn TileSource) -> Result<T, ProofError> + Send,
    ) -> Result<T, VaultError> {
        let mut tiles = Tiles::default();
        for _ in 0..=PROOF_TILES_MAX {
            match proof(&tiles) {
                Ok(proved) => return Ok(proved),
                Err(ProofError::TileMissing { level, index, .. }) if !tiles.0.contains_key(&(level, index)) => {
                    let tile = self.store.tile(tenant, level, index).await?;
                    tiles.0.insert((level, index), tile.ok_or_else(|| VaultError::damaged("ledger tile"))?);
                }
                Err(_) => break,
            }
        }
        Err(VaultError::damaged("ledger tile"))
    }
}

#[derive(Default)]
struct Tiles(HashMap<(u8, u64), Vec<u8>>);

impl TileSource for Tiles {
    fn tile(&self, level: u8, index: u64, _: u16) -> Option<Vec<u8>> {
        self.0.get(&(level, index)).cloned()
    }
}

fn beyond(size: u64) -> VaultError {
    VaultError::missing("ledger.beyond_size", "the ledger does not reach that far")
        .detail("size", size)
        .help("ask for an entry below its size")
}

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LedgerPath {
    Checkpoint,
    Key,
    Tile { level: u8, index: u64, width: u16 },
    Bundle { index: u64, width: u16 },
}

impl LedgerPath {
    /// Reads a path in its one spelling; any other is none.
    fn parse(path: &str) -> Option<Self> {
        match path {
            _ if path.len() > PATH_BYTES_MAX => None,
            CHECKPOINT_PATH => Some(Self::Checkpoint),
            KEY_PATH => Some(Self::Key),
            _ => {
                let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
                let (number, width) = match rest.split_once(".p/") {
                    Some((number, width)) => {
                        (number, width.parse().ok().filter(|width| (1..TILE_WIDTH).contains(width))?)
                    }
                    None => (rest, TILE_WIDTH),
                };
                let index = index_of(number)?;
                let (parsed, spelling) = match kind {
                    "entries" => (Self::Bundle { index, width }, bundle_path(index, width)),
                    level => {
                        let level = level.parse().ok().filter(|level| *level < 64)?;
                        (Self::Tile { level, index, width }, tile_path(level, index, width))
                    }
                };
                (spelling == path).then_some(parsed)
            }
        }
    }
}

/// Reads `x001/x234/067`.
fn index_of(text: &str) -> Option<u64> {
    let mut index = 0_u64;
    for part in text.split('/') {
        let digits: u64 = part.strip_prefix('x').unwrap_or(part).parse().ok()?;
        index = index.checked_mul(1000)?.checked_add(digits)?;
    }
    Some(index)
}

fn cut_tile(mut tile: Vec<u8>, width: u16) -> Option<Vec<u8>> {
    let bytes = usize::from(width) * HASH_BYTES;
    (tile.len() >= bytes).then(|| {
        tile.truncate(bytes);
        tile
    })
}

fn cut_bundle(mut bundle: Vec<u8>, width: u16) -> Result<Option<Vec<u8>>, VaultError> {
    let entries = split_bundle(&bundle).map_err(|_| VaultError::damaged("ledger bundle"))?;
    let Some(kept) = entries.get(..usize::from(width).min(BUNDLE_ENTRIES_MAX)) else { return Ok(None) };
    let bytes: usize = kept.iter().map(|entry| entry.len() + 2).sum();
    bundle.truncate(bytes);
    Ok(Some(bundle))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_in_its_one_spelling_only() {
        let tile = |level, index, width| Some(LedgerPath::Tile { level, index, width });
        assert_eq!(LedgerPath::parse("tile/0/000"), tile(0, 0, 256));
        assert_eq!(LedgerPath::parse("tile/2/x001/x234/067.p/7"), tile(2, 1_234_067, 7));
        assert_eq!(
            LedgerPath::parse("tile/entries/x001/000.p/255"),
            Some(LedgerPath::Bundle { index: 1000, width: 255 })
        );
        let misspelt = [
            "",
            "/checkpoint",
            "Checkpoint",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/0",
            "tile/0/0000",
            "tile/00/000",
            "tile/+1/000",
            "tile/64/000",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x1/002",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p/1/2",
            "tile/0/../key",
            "tile/entries/-01",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ];
        for path in misspelt {
            assert_eq!(LedgerPath::parse(path), None, "{path}");
        }
    }
}
