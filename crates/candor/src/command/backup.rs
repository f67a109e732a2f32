//! `candor backup`: the data without keys, the key file, and the mirror of the ledgers, of one moment.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use candor_store_sqlite::SqliteStore;
use candor_vault::{PAGE_MAX, TenantView, Vault};

use crate::config::{Config, ListenArgs, PlaceArgs};
use crate::durable::{self, Replacement};
use crate::ledgers;
use crate::server::{self, chain, runtime};
use crate::trouble::{Outcome, Trouble};

/// The key file in a folder of backups, when no other place is named.
pub const KEYS_FILE: &str = "candor-backup.keys";
/// The mirror of the ledgers in a folder of backups.
pub const LEDGERS_FOLDER: &str = "ledger";
/// The data file in a backup.
pub const DATA_FILE: &str = "data.db";
/// What is said beside it.
pub const MANIFEST_FILE: &str = "manifest.json";

/// Back up the store, whether or not its server runs.
///
/// Writes the data, without anything that opens it, into a new folder `data-<moment>`; replaces the key file; and
/// brings the mirror of the ledgers up to date. Keep as many data folders as you like, but only the newest key file:
/// whoever is erased is gone from every older data folder with its next refresh.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Backup {
    /// The folder of backups; made when it is not there.
    #[arg(value_name = "FOLDER")]
    to: PathBuf,
    /// Where the key file is; `candor-backup.keys` in the folder when not given.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Refresh only the key file and the mirror of the ledgers: cheap, to be run every few minutes and after erasures.
    #[arg(long)]
    refresh: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

impl Backup {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let config = Config::new(self.place.clone(), ListenArgs::default())?;
        runtime()?.block_on(self.back_up(&config))?;
        Ok(Outcome::Fine)
    }

    async fn back_up(&self, config: &Config) -> Result<(), Trouble> {
        let (vault, store) = server::open_snapshot(config).await?;
        durable::make_folder(&self.to).map_err(|error| Trouble::failed(self.attempted("make"), error))?;
        // The first question pins the moment; everything below is of it.
        let tenants = every_tenant(&vault).await?;
        let keys = self.keys.clone().unwrap_or_else(|| self.to.join(KEYS_FILE));
        refuse_foreign(&vault, &keys).await?;
        if !self.refresh {
            let folder = self.copy(&vault, &store).await?;
            println!("data      {}", folder.display());
        }
        for tenant in &tenants {
            let size = ledgers::mirror(&vault, tenant, &self.to.join(LEDGERS_FOLDER).join(&tenant.slug)).await?;
            println!("ledger    {}: {size} entries", tenant.slug);
        }
        // Last: the one before is gone with it.
        let held = write_keys(&vault, &keys).await?;
        println!("keys      {}: {} keys of {} subjects", keys.display(), held.n_keys, held.n_subjects);
        Ok(())
    }

    /// Writes the data and its manifest under a name that says it is not whole yet, and gives it its name at the end.
    async fn copy(&self, vault: &Vault, store: &SqliteStore) -> Result<PathBuf, Trouble> {
        let stamp = vault.now().to_string().replace([':', '.'], "-");
        let folder = self.to.join(format!("data-{stamp}"));
        let partial = self.to.join(format!("data-{stamp}.partial"));
        let disk = |error: std::io::Error| Trouble::failed(self.attempted("write"), error);
        durable::make_folder(&partial).map_err(disk)?;
        let file = partial.join(DATA_FILE);
        let copied = store.copy_data(&file, &candor_vault::without_indexes);
        copied.map_err(|error| Trouble::failed(self.attempted("copy the data to"), chain(&error)))?;
        let digest = durable::digest(&file).map_err(disk)?;
        let manifest = vault.backup_manifest(digest).await.and_then(|manifest| manifest.to_bytes());
        let manifest = manifest.map_err(|error| Trouble::failed(self.attempted("seal"), &error))?;
        durable::write(&partial.join(MANIFEST_FILE), &manifest).map_err(disk)?;
        fs::rename(&partial, &folder).and_then(|()| durable::sync_folder_of(&folder)).map_err(disk)?;
        Ok(folder)
    }

    fn attempted(&self, verb: &str) -> String {
        format!("{verb} the backup in `{}`", self.to.display())
    }
}

/// Refuses to replace the key file of another store, or one that cannot be told from that.
async fn refuse_foreign(vault: &Vault, keys: &Path) -> Result<(), Trouble> {
    let attempted = || format!("replace the key file `{}`", keys.display());
    let file = match File::open(keys) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        file => file.map_err(|error| Trouble::failed(attempted(), error))?,
    };
    let is_own = vault.is_own_key_file(BufReader::new(file)).await;
    let next = "name another folder; if the file is this store's own and damaged, move it away first";
    match is_own {
        Ok(true) => Ok(()),
        Ok(false) => Err(Trouble::bad_input(attempted(), "it is of another store, whose backups need it").next(next)),
        Err(error) => Err(Trouble::of(attempted(), &error).next(next)),
    }
}

async fn write_keys(vault: &Vault, to: &Path) -> Result<candor_vault::KeyFileEnd, Trouble> {
    let attempted = || format!("write the key file `{}`", to.display());
    let mut file = Replacement::begin(to).map_err(|error| Trouble::failed(attempted(), error))?;
    let held = vault.write_key_file(file.writer()).await.map_err(|error| Trouble::failed(attempted(), &error))?;
    file.finish_and_wipe().map_err(|error| Trouble::failed(attempted(), error))?;
    Ok(held)
}

/// Every tenant of the store.
pub async fn every_tenant(vault: &Vault) -> Result<Vec<TenantView>, Trouble> {
    let (mut tenants, mut after) = (Vec::new(), None);
    loop {
        let page = vault.tenants(after, PAGE_MAX).await;
        let page = page.map_err(|error| Trouble::failed("list the tenants", &error))?;
        tenants.extend(page.rows);
        after = page.next;
        if after.is_none() {
            return Ok(tenants);
        }
    }
}
