//! `candor import tenant`: a tenant that another server wrote out.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use candor_vault::{TENANT_MANIFEST_BYTES_MAX, TenantManifest, Vault};

use crate::command::export::tenant::{LEDGER_FOLDER, MANIFEST_FILE, ROWS_FILE};
use crate::config::{Config, ListenArgs, PlaceArgs};
use crate::ledgers;
use crate::server::{self, runtime};
use crate::trouble::{Outcome, Trouble};
use crate::{durable, transfer_key};

/// Bring in a tenant that `candor export tenant` wrote out, whole or not at all; the server must be stopped.
///
/// Ids, keys of the API, receipts and the ledger hold as they are; what was erased stays erased. Serve it afterwards
/// with `candor serve`, with or without naming its policy.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Tenant {
    /// The folder of the export.
    #[arg(value_name = "FOLDER")]
    from: PathBuf,
    /// The transfer key that was made with it.
    #[arg(long, value_name = "FILE")]
    transfer_key: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
}

impl Tenant {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let config = Config::new(self.place.clone(), ListenArgs::default())?;
        runtime()?.block_on(self.import(&config))?;
        Ok(Outcome::Fine)
    }

    async fn import(&self, config: &Config) -> Result<(), Trouble> {
        let key = transfer_key::read(&self.transfer_key)?;
        let file = self.from.join(MANIFEST_FILE);
        let bytes = durable::read(&file, TENANT_MANIFEST_BYTES_MAX).map_err(|error| self.bad(error))?;
        let bytes = bytes.ok_or_else(|| self.bad(format!("there is no `{}`", file.display())))?;
        let manifest = TenantManifest::parse(&bytes).map_err(|error| Trouble::of(self.attempted(), &error))?;
        // Before anything is opened: a copy that was cut off is told from one that was not.
        let rows = self.from.join(ROWS_FILE);
        if durable::digest(&rows).map_err(|error| self.bad(error))? != manifest.rows {
            return Err(self
                .bad("its rows are not those that the manifest describes")
                .next("take another copy of the export"));
        }
        let rows = File::open(rows).map_err(|error| self.bad(error))?;
        let opened = server::open(config).await?;
        let done = self.read_in(&opened.vault, &manifest, &key, rows).await;
        opened.close().await;
        done
    }

    async fn read_in(
        &self,
        vault: &Vault,
        manifest: &TenantManifest,
        key: &candor_seal::RootKey,
        rows: File,
    ) -> Result<(), Trouble> {
        let ledger = ledgers::folder(self.from.join(LEDGER_FOLDER));
        let imported = vault.import_tenant(manifest, key, BufReader::new(rows), &ledger).await;
        let imported = imported.map_err(|error| Trouble::of(self.attempted(), &error))?;
        println!("tenant    {}: {} rows, {} ledger entries", imported.slug, imported.n_rows, imported.n_entries);
        println!("next      candor serve");
        Ok(())
    }

    fn attempted(&self) -> String {
        format!("import the tenant in `{}`", self.from.display())
    }

    fn bad(&self, reason: impl std::fmt::Display) -> Trouble {
        Trouble::bad_input(self.attempted(), reason)
    }
}
