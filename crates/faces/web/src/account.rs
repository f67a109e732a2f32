//! The account area: the privacy centre of whoever is signed in.
//!
//! Every page asks the vault as the person themself ([`Vault::person`](candor_vault::Vault::person)): what is shown was
//! decided and logged like any other read, and nobody reaches anything about somebody else. Whatever changes something
//! is a form with a token. Start at [`routes`]; who is signed in, the door says ([`SignedIn`](crate::SignedIn)).

mod accesses;
mod asked;
mod consents;
mod decides;
mod dispute;
mod erase;
mod held;
mod image;
mod leave;
mod messages;
mod notices;
mod overview;
mod progress;
mod record;
mod rights;
mod routes;
mod sessions;
mod sign_ins;
mod signed;
#[cfg(test)]
mod tests;
mod trouble;

pub(crate) use asked::{asked_question, asked_what};
pub(crate) use routes::routes;
