//! Factors: what people prove themselves with, beside or instead of a password.
//!
//! Authenticator apps ([`TotpSecret`], RFC 6238), codes sent to an address or telephone ([`OneTimeCode`]), codes kept on
//! paper ([`RecoveryCode`]). A code is compared in constant
//! time and kept as a keyed digest; whoever keeps it decides that it counts once. Nothing here tells the time or rolls dice.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod base32;
mod one_time;
mod picture;
mod recovery;
mod totp;

pub use one_time::{ATTEMPTS_MAX, CodeError, OneTimeCode, SentCode};
pub use picture::svg;
pub use recovery::{RECOVERY_CODES, RecoveryCode, RecoveryCodeError};
pub use totp::{STEP_SECONDS, TotpError, TotpSecret};
