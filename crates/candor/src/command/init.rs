//! `candor init`: a key file and an empty store, nothing else.

use candor_store_sqlite::SqliteStore;

use crate::config::{Config, ListenArgs, PlaceArgs};
use crate::root_keys;
use crate::server::{chain, runtime};
use crate::trouble::{Outcome, Trouble};

/// Make a root key and an empty store.
///
/// Keep a copy of the key file somewhere else than the backups of the data: whoever has both can read
/// everything, and whoever loses the key file loses everything.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Init {
    #[command(flatten)]
    place: PlaceArgs,
}

impl Init {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let config = Config::new(self.place, ListenArgs::default())?;
        if root_keys::are_in_environment() {
            println!("root keys   from the environment");
        } else {
            root_keys::create(&config.key_file)?;
            println!("root key    {} (mode 0600)", config.key_file.display());
        }
        let store = SqliteStore::open(&config.data_dir).map_err(|error| {
            Trouble::failed(format!("make the store in `{}`", config.data_dir.display()), chain(&error))
        })?;
        runtime()?.block_on(store.close());
        println!("store       {}", config.data_dir.display());
        println!("next        candor serve POLICY");
        Ok(Outcome::Fine)
    }
}
