//! `cargo xtask setup`: what a fresh Debian machine with Rust still lacks.
//!
//! Building needs a C compiler (SQLite and AWS-LC are built from source). The tests also need the real programs that
//! Candor is held against: a browser, a directory, a web server that signs people in, a database, sites of PHP, and programs of Python and Node.
//! What is there already is left alone, so that the second run asks for nothing and takes a moment.

mod debian;
mod node;
mod python;
mod sites;

use crate::run::Outcome;

/// Installs what is missing; says what to do when it may not.
pub fn setup() -> Outcome {
    debian::install()?;
    python::install()?;
    node::install()?;
    sites::install()
}
