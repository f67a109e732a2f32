//! `candor import fides`

/// placeholder
#[derive(Debug, clap::Args)]
pub struct Fides {}
impl Fides {
    pub fn run(self) -> Result<crate::trouble::Outcome, crate::trouble::Trouble> {
        Ok(crate::trouble::Outcome::Fine)
    }
}
