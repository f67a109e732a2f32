//! Encrypts a stream to whoever may open it, as a file of the format *age* (`age-encryption.org/v1`), which `age`, `rage` and
//! programs with windows open.
//!
//! Somebody names an [`AgeKey`] (`age1…`) or chooses a [`Passphrase`]; [`Lock::close`] gives the beginning of the file and
//! [`Chunks`], which seal the rest piece by piece: whoever reads the file notices a piece that was changed, moved or left out,
//! and a file that ends too early. Nothing here opens a file again: whoever writes one has no need to.
//! Source: C2SP `age`, version 1. Why not a crate: ADR 39.
//!
//! ```
//! use candor_age::{AgeKey, Lock};
//! # use candor_words::SeededEntropy;
//!
//! # let entropy = SeededEntropy::new(1);
//! let key = AgeKey::parse("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj")?;
//! let (mut file, mut chunks) = Lock::Keys(vec![key]).close(&entropy)?;
//! let mut last = b"all of it".to_vec();
//! chunks.seal_last(&mut last)?;
//! file.extend(last);
//! assert!(file.starts_with(b"age-encryption.org/v1\n-> X25519 "));
//! # Ok::<(), candor_age::AgeError>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod bech32;
mod chunks;
mod error;
mod header;
mod lock;

pub use chunks::{CHUNK_BYTES, Chunks};
pub use error::AgeError;
pub use lock::{AgeKey, KEYS_MAX, Lock, PASSPHRASE_BYTES_MAX, PASSPHRASE_BYTES_MIN, Passphrase};
