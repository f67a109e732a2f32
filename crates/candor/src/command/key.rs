//! `candor key`: the root key's versions, and what they wrap.

use std::path::PathBuf;

use candor_keyring::Keyring;
use candor_seal::{KeyVersion, SystemEntropy};
use candor_store_sqlite::SqliteStore;
use candor_vault::KeyUsage;

use crate::config::{Config, ListenArgs, PlaceArgs};
use crate::server::{self, chain, runtime};
use crate::trouble::{Outcome, Trouble};
use crate::{root_keys, terminal};

/// See, renew and retire keys, while the server runs.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Key {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Show the versions of the root key and of each tenant's key, and what each wraps.
    List {
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Add a version to the root key. A running server takes it up within seconds and wraps its tenants' keys by it.
    Rotate {
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Take a version out of the key file for good, once nothing in the store is wrapped by it.
    ///
    /// Write a new key file of the backups first (`candor backup --refresh`): the one before may be wrapped by this
    /// version.
    Retire {
        /// The version.
        #[arg(id = "root_version", value_name = "VERSION")]
        version: u16,
        #[command(flatten)]
        place: PlaceArgs,
    },
}

impl Key {
    pub fn run(self) -> Result<Outcome, Trouble> {
        match self.verb {
            Verb::List { place } => list(&Config::new(place, ListenArgs::default())?),
            Verb::Rotate { place } => rotate(&Config::new(place, ListenArgs::default())?),
            Verb::Retire { version, place } => retire(&Config::new(place, ListenArgs::default())?, version),
        }?;
        Ok(Outcome::Fine)
    }
}

fn list(config: &Config) -> Result<(), Trouble> {
    let style = terminal::of_stdout();
    let held = runtime()?.block_on(root_keys::all(&config.key_file))?;
    let usage = usage(config)?;
    for root in &held {
        let version = root.version().get();
        println!(
            "root      {}: wraps {} tenant keys",
            style.bold(&format!("version {version}")),
            wrapped_by(&usage, version)
        );
    }
    for tenant in usage {
        for (version, root) in &tenant.root_versions {
            let n_keys = tenant.subject_keys.get(version).copied().unwrap_or(0);
            println!("tenant    {} version {version}: under root {root}, wraps {n_keys} subject keys", tenant.slug);
        }
    }
    Ok(())
}

fn rotate(config: &Config) -> Result<(), Trouble> {
    let file = key_file(config, "renew the root key")?;
    let keyring = Keyring::rotate(&file, &SystemEntropy)
        .map_err(|error| Trouble::failed(format!("renew the root key in `{}`", file.display()), chain(&error)))?;
    let newest = keyring.versions().last().map_or(0, KeyVersion::get);
    println!("root      version {newest} added to {}", file.display());
    println!(
        "next      keep a copy of the key file as before; `candor key list` shows when nothing is wrapped by older versions"
    );
    Ok(())
}

fn retire(config: &Config, version: u16) -> Result<(), Trouble> {
    let attempted = || format!("retire version {version} of the root key");
    let file = key_file(config, "retire a root key")?;
    if SqliteStore::is_at(&config.data_dir) {
        let n_keys = wrapped_by(&usage(config)?, version);
        if n_keys > 0 {
            return Err(Trouble::bad_input(attempted(), format!("{n_keys} tenant keys are still wrapped by it"))
                .next("let a server run until `candor key list` shows none"));
        }
    }
    Keyring::retire(&file, KeyVersion::new(version)).map_err(|error| Trouble::bad_input(attempted(), chain(&error)))?;
    println!("root      version {version} taken out of {}", file.display());
    Ok(())
}

fn usage(config: &Config) -> Result<Vec<KeyUsage>, Trouble> {
    runtime()?.block_on(async {
        let (vault, _) = server::open_snapshot(config).await?;
        vault.key_usage().await.map_err(|error| Trouble::of("see what the keys wrap", &error))
    })
}

fn wrapped_by(usage: &[KeyUsage], root: u16) -> usize {
    usage.iter().flat_map(|tenant| tenant.root_versions.values()).filter(|version| **version == root).count()
}

fn key_file(config: &Config, attempted: &str) -> Result<PathBuf, Trouble> {
    if root_keys::are_in_environment() {
        return Err(Trouble::bad_input(attempted, "the root keys are in the environment, not in a file")
            .next("change them where the environment is set, then start the server again"));
    }
    Ok(config.key_file.clone())
}
