//! `candor import`: what other programs wrote, brought in.

use clap::Subcommand;

use crate::trouble::{Outcome, Trouble};

pub mod fides;
pub mod people;

/// Bring in what other programs wrote: people, or a description of data as a policy.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    People(people::People),
    Fides(fides::Fides),
}

impl Import {
    pub fn run(self) -> Result<Outcome, Trouble> {
        match self.what {
            What::People(people) => people.run(),
            What::Fides(fides) => fides.run(),
        }
    }
}
