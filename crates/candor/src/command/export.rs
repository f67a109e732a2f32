//! `candor export`: what another server takes up.

use clap::Subcommand;

use crate::trouble::{Outcome, Trouble};

pub mod tenant;

/// Write out what another server takes up.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Export {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Tenant(tenant::Tenant),
}

impl Export {
    pub fn run(self) -> Result<Outcome, Trouble> {
        match self.what {
            What::Tenant(tenant) => tenant.run(),
        }
    }
}
