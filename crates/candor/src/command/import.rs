//! `candor import`: what was written elsewhere, brought in.

use clap::Subcommand;

use crate::trouble::{Outcome, Trouble};

pub mod fides;
pub mod people;
pub mod tenant;

/// Bring in what was written elsewhere: people, a description of data as a policy, or a whole tenant.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Tenant(tenant::Tenant),
    People(people::People),
    Fides(fides::Fides),
}

impl Import {
    pub fn run(self) -> Result<Outcome, Trouble> {
        match self.what {
            What::Tenant(tenant) => tenant.run(),
            What::People(people) => people.run(),
            What::Fides(fides) => fides.run(),
        }
    }
}
