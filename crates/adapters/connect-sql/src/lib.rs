//! Databases behind the connect port.
//!
//! What is done is planned by `candor-places`, from the map and the live catalogue alone, and is the same for every database.
//! Here it is carried out: a [`SqlConnector`] keeps the plan as long as the schema stays what it was, opens a session with a
//! driver, makes the sets, and changes everything in one transaction. A driver speaks one database's protocol; it takes and
//! gives values as text, and says without values why something failed.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod carry_out;
mod connector;
mod driver;
mod identify;
mod look;
mod mariadb;
mod overdue;
mod postgres;
mod read_out;
mod sets;
mod sqlite;

pub use connector::SqlConnector;
pub use mariadb::mariadb;
pub use postgres::postgres;
pub use sqlite::sqlite;
