//! Password hashes: read from the text forms that other programs write, verified, and made anew with Argon2id.
//!
//! A hash that is read is well-formed and its cost is bounded ([`HashError::TooCostly`]), so that verifying one is
//! never a way to stop a server. Start at [`PasswordHash::parse`]. What is offered as a password is a *candidate*.
//! The forms are listed in `docs/import.md`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod argon2id;
mod bcrypt_form;
mod error;
mod hash;
mod memory;
mod pbkdf2_form;
mod scrypt_form;
mod text;
mod wordpress;

pub use argon2id::{CANDIDATE_BYTES_MAX, hash_candidate};
pub use error::HashError;
pub use hash::{HASH_BYTES_MAX, PasswordHash};
pub use memory::HashMemory;
