//! `candor restore`: a data directory out of a backup, with everything that happened since applied to it.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use candor_store_sqlite::SqliteStore;
use candor_vault::{BACKUP_MANIFEST_BYTES_MAX, BackupManifest, RestoredKeys, Survivor, Vault, VaultError};

use crate::command::backup::{DATA_FILE, KEYS_FILE, MANIFEST_FILE, every_tenant};
use crate::config::{Config, ListenArgs, PlaceArgs};
use crate::ledgers::{self, Ledgers};
use crate::server::{self, chain, runtime};
use crate::trouble::{Outcome, Trouble};
use crate::{durable, policy_text};

/// Make a data directory out of a backup, the newest key file and the ledger that survived.
///
/// Every erasure, withdrawal, objection, opt-out, restriction and hold that the ledger holds after the backup is
/// applied before the directory is put in its place; values that were corrected or emptied since do not come back.
/// What was given since is lost with the data, and can be given again. The ledger goes on where it was.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Restore {
    /// The backup: a folder `data-<moment>` that `candor backup` made.
    #[arg(value_name = "BACKUP")]
    backup: PathBuf,
    /// The newest key file; the one beside the backup when not given.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Where the ledger survived: the old data directory, a mirror that `candor backup` keeps, or the address of one.
    #[arg(long, value_name = "PLACE")]
    ledger: Option<String>,
    /// A policy that came into force after the backup: its file or folder, as it was served.
    #[arg(long = "policy", value_name = "POLICY")]
    policies: Vec<PathBuf>,
    /// Restore although a later policy that the ledger names is not at hand; the last one of the backup decides.
    #[arg(long)]
    danger_older_policy: bool,
    /// Restore without the later ledger: every consent waits for its confirmation, every objection and opt-out that is
    /// possible is taken as made, and the ledger goes on under a new name.
    #[arg(long, conflicts_with = "ledger")]
    danger_without_later_ledger: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

impl Restore {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let config = Config::new(self.place.clone(), ListenArgs::default())?;
        if self.ledger.is_none() && !self.danger_without_later_ledger {
            let reason =
                "the ledger that survived was not named, and without it nobody knows who was erased or withdrew since";
            return Err(Trouble::bad_input(self.attempted(), reason).next(
                "name the old data directory or a mirror with `--ledger`; if nothing survived: `--danger-without-later-ledger`",
            ));
        }
        let policies = self.policies.iter().map(|policy| sources(policy)).collect::<Result<Vec<_>, _>>()?;
        if config.data_dir.exists() {
            let reason = format!("`{}` exists already and is not written over", config.data_dir.display());
            return Err(Trouble::bad_input(self.attempted(), reason).next("name a directory that is not there yet"));
        }
        let restoring = beside(&config.data_dir, "restoring");
        // What a restore that was cut short left.
        let _ = fs::remove_dir_all(&restoring);
        let built = runtime()?.block_on(self.restore(&config, &restoring, &policies));
        let _ = fs::remove_dir_all(beside(&restoring, "ledger"));
        if built.is_err() {
            let _ = fs::remove_dir_all(&restoring);
        }
        built?;
        fs::rename(&restoring, &config.data_dir)
            .and_then(|()| durable::sync_folder_of(&config.data_dir))
            .map_err(|error| Trouble::failed(self.attempted(), error))?;
        println!("restored  {}", config.data_dir.display());
        println!("next      candor serve POLICY, and `candor backup` once it runs");
        Ok(Outcome::Fine)
    }

    async fn restore(&self, config: &Config, to: &Path, policies: &[Vec<(String, String)>]) -> Result<(), Trouble> {
        let manifest = self.read_manifest()?;
        SqliteStore::adopt(&self.backup.join(DATA_FILE), to).map_err(|error| self.failed(chain(&error)))?;
        let opened = server::open(&Config { data_dir: to.to_owned(), ..config.clone() }).await?;
        let done = self.fill(&opened.vault, config, to, &manifest, policies).await;
        opened.close().await;
        done
    }

    async fn fill(
        &self,
        vault: &Vault,
        config: &Config,
        to: &Path,
        manifest: &BackupManifest,
        policies: &[Vec<(String, String)>],
    ) -> Result<(), Trouble> {
        let keys = self.restore_keys(vault).await?;
        vault.check_manifest(manifest).await.map_err(|error| self.told(&error))?;
        println!("backup    {}: {} tenants", manifest.made_at, manifest.tenants.len());
        println!("keys      of {} subjects, {} came after the backup", keys.n_subjects, keys.n_later);
        let Some(place) = &self.ledger else {
            return self.go_on_in_doubt(vault, manifest).await;
        };
        let survived = beside(to, "ledger");
        let ledgers = self.survived(config, place, &survived).await?;
        for tenant in &manifest.tenants {
            let source = ledgers.of(&tenant.slug);
            let survivor = Survivor {
                source: source.as_ref(),
                at_least: keys.ledger_sizes.get(&tenant.tenant).copied().unwrap_or(0),
                policies,
                danger_older_policy: self.danger_older_policy,
            };
            let taken = vault.take_over(tenant, &survivor).await.map_err(|error| self.told(&error))?;
            println!("ledger    {}: {} entries in the backup, {} now", tenant.slug, taken.from, taken.to);
            println!(
                "applied   {} erased, {} withdrawn or narrowed, {} values and records not brought back",
                taken.n_erased, taken.n_narrowed, taken.n_dropped
            );
            println!(
                "lost      {} subjects, {} writes and {} requests that came after the backup",
                taken.n_lost_subjects, taken.n_lost_writes, taken.n_lost_requests
            );
        }
        Ok(())
    }

    fn read_manifest(&self) -> Result<BackupManifest, Trouble> {
        let file = self.backup.join(MANIFEST_FILE);
        let bytes = durable::read(&file, BACKUP_MANIFEST_BYTES_MAX).map_err(|error| self.failed(error))?;
        let bytes = bytes.ok_or_else(|| {
            Trouble::bad_input(self.attempted(), format!("there is no `{}`", file.display()))
                .next("name a folder `data-<moment>` that `candor backup` made")
        })?;
        let manifest = BackupManifest::parse(&bytes).map_err(|error| self.told(&error))?;
        let found = durable::digest(&self.backup.join(DATA_FILE)).map_err(|error| self.failed(error))?;
        if found != manifest.data {
            return Err(Trouble::bad_input(
                self.attempted(),
                "its data file is not the one that the manifest describes",
            )
            .next("take another copy of the backup: this one was changed or cut off"));
        }
        Ok(manifest)
    }

    async fn restore_keys(&self, vault: &Vault) -> Result<RestoredKeys, Trouble> {
        let beside_backup = || self.backup.parent().unwrap_or(Path::new(".")).join(KEYS_FILE);
        let keys = self.keys.clone().unwrap_or_else(beside_backup);
        let file = File::open(&keys).map_err(|error| {
            Trouble::bad_input(self.attempted(), format!("the key file `{}` cannot be read: {error}", keys.display()))
                .next("name the newest key file with `--keys`")
        })?;
        vault.restore_keys(BufReader::new(file)).await.map_err(|error| self.told(&error))
    }

    /// The ledgers that survived; those of an old data directory are brought into a folder first.
    async fn survived(&self, config: &Config, place: &str, folder: &Path) -> Result<Ledgers, Trouble> {
        let directory = Path::new(place);
        if !SqliteStore::is_at(directory) {
            return Ok(Ledgers::at(place));
        }
        if SqliteStore::is_in_use(directory).map_err(|error| self.failed(chain(&error)))? {
            let reason = format!("a server is running over `{place}`, and two must not write one ledger");
            return Err(Trouble::bad_input(self.attempted(), reason).next("stop that server for good first"));
        }
        let _ = fs::remove_dir_all(folder);
        let old = Config { data_dir: directory.to_owned(), ..config.clone() };
        let (vault, _) = server::open_snapshot(&old).await?;
        for tenant in every_tenant(&vault).await? {
            ledgers::mirror(&vault, &tenant, &folder.join(&tenant.slug)).await?;
        }
        Ok(Ledgers::Folder(folder.to_owned()))
    }

    async fn go_on_in_doubt(&self, vault: &Vault, manifest: &BackupManifest) -> Result<(), Trouble> {
        for tenant in &manifest.tenants {
            let doubt = vault.restore_without_ledger(tenant).await.map_err(|error| self.told(&error))?;
            println!("ledger    {}: goes on after {} entries under a new name", tenant.slug, tenant.ledger_size);
            println!("  verifier key of its ledger from now on: {}", doubt.verifier_key);
            println!(
                "in doubt  the choices of {} subjects; {} had no key any more and are erased",
                doubt.n_subjects, doubt.n_erased
            );
        }
        Ok(())
    }

    fn attempted(&self) -> String {
        format!("restore `{}`", self.backup.display())
    }

    fn failed(&self, reason: impl std::fmt::Display) -> Trouble {
        Trouble::failed(self.attempted(), reason)
    }

    fn told(&self, error: &VaultError) -> Trouble {
        Trouble::of(self.attempted(), error)
    }
}

fn sources(policy: &Path) -> Result<Vec<(String, String)>, Trouble> {
    Ok(policy_text::read(policy)?.iter().map(policy_text::named).collect())
}

/// A folder beside another: `candor-data` → `candor-data.restoring`.
fn beside(folder: &Path, word: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(word);
    folder.with_file_name(name)
}
