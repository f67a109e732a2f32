//! The account area: the privacy centre of whoever is signed in.
//!
//! Every page asks the vault as the person themself ([`Vault::person`](candor_vault::Vault::person)): what is shown was
//! decided and logged like any other read, and nobody reaches anything about somebody else. Whatever changes something
//! is a form with a token. Start at [`account_routes`]; who is signed in, [`Door`] says.

mod accesses;
mod consents;
mod door;
mod erase;
mod held;
mod leave;
mod messages;
mod notices;
mod overview;
mod record;
mod rights;
mod routes;
mod signed;
#[cfg(test)]
mod tests;
mod trouble;

pub use door::{AccountState, Door, Person};
pub use routes::account_routes;
