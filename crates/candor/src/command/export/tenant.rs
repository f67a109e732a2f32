//! `candor export tenant`: everything of one tenant, sealed, with its ledger.

use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use candor_vault::{TenantView, Vault};

use crate::config::{Config, ListenArgs, PlaceArgs};
use crate::server::{self, runtime};
use crate::trouble::{Outcome, Trouble};
use crate::{durable, ledgers, transfer_key};

/// The file of rows in an export.
pub const ROWS_FILE: &str = "rows.jsonl";
/// What is said beside it.
pub const MANIFEST_FILE: &str = "manifest.json";
/// The ledger's files.
pub const LEDGER_FOLDER: &str = "ledger";

/// Write out everything of a tenant, sealed as it is kept, whether or not its server runs.
///
/// The tenant's keys are wrapped by a transfer key that is made with the export: hand it over apart, and by another
/// way. Stop serving the tenant before the export that you mean to go on with elsewhere: two servers that write one
/// ledger are caught by whoever checks it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Tenant {
    /// The tenant's name in addresses.
    #[arg(value_name = "TENANT")]
    slug: String,
    /// The folder to make.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// The file of the transfer key to make; not in the folder.
    #[arg(long, value_name = "FILE")]
    transfer_key: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
}

impl Tenant {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let config = Config::new(self.place.clone(), ListenArgs::default())?;
        if self.to.exists() {
            let reason = format!("`{}` exists already and is not written over", self.to.display());
            return Err(Trouble::bad_input(self.attempted(), reason).next("name a folder that is not there yet"));
        }
        let mut name = self.to.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let partial = self.to.with_file_name(name);
        let _ = fs::remove_dir_all(&partial);
        let written = runtime()?.block_on(self.write(&config, &partial));
        if written.is_err() {
            let _ = fs::remove_dir_all(&partial);
        }
        written?;
        fs::rename(&partial, &self.to)
            .and_then(|()| durable::sync_folder_of(&self.to))
            .map_err(|error| Trouble::failed(self.attempted(), error))?;
        println!("export    {}", self.to.display());
        println!("key       {} (hand it over apart from the export)", self.transfer_key.display());
        Ok(Outcome::Fine)
    }

    async fn write(&self, config: &Config, to: &Path) -> Result<(), Trouble> {
        let (vault, _) = server::open_snapshot(config).await?;
        let tenant = self.tenant(&vault).await?;
        durable::make_folder(to).map_err(|error| Trouble::failed(self.attempted(), error))?;
        let key = transfer_key::create(&self.transfer_key)?;
        let rows =
            durable::create_new(&to.join(ROWS_FILE)).map_err(|error| Trouble::failed(self.attempted(), error))?;
        let manifest = vault.export_tenant(tenant.id, &key, BufWriter::new(&rows)).await;
        let manifest = manifest.map_err(|error| Trouble::of(self.attempted(), &error))?;
        rows.sync_all().map_err(|error| Trouble::failed(self.attempted(), error))?;
        ledgers::mirror(&vault, &tenant, &to.join(LEDGER_FOLDER)).await?;
        let bytes = manifest.to_bytes().map_err(|error| Trouble::of(self.attempted(), &error))?;
        durable::write(&to.join(MANIFEST_FILE), &bytes).map_err(|error| Trouble::failed(self.attempted(), error))?;
        println!("tenant    {}: {} rows, {} ledger entries", self.slug, manifest.n_lines, manifest.ledger_size);
        Ok(())
    }

    async fn tenant(&self, vault: &Vault) -> Result<TenantView, Trouble> {
        let found = vault.tenant_by_slug(&self.slug).await.map_err(|error| Trouble::of(self.attempted(), &error))?;
        found.ok_or_else(|| Trouble::bad_input(self.attempted(), "there is no such tenant"))
    }

    fn attempted(&self) -> String {
        format!("export the tenant `{}`", self.slug)
    }
}
