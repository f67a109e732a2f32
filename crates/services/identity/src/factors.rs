//! Second factors: what somebody has beside their password, or a passkey instead of one.
//!
//! Each is a slip of its own, sealed under the person's key and gone with it. One counts only after it was proved once
//! (`enrol`), is asked for whenever its person signs in with less (`step_up`), survives a new password, and leaves only
//! against a fresh proof of a factor, or by an administrator, of which the person is told (`manage`). Guesses are bounded
//! per account over every attempt (`guard`); a code of an app counts once, whoever is first.

mod codes;
mod enrol;
mod guard;
mod kept;
mod manage;
mod passkeys;
mod proof;
mod recovery;
mod required;
mod step_up;

pub use enrol::{Enrolment, TotpEnrolment};
pub use kept::{FACTORS_MAX, FactorView};
pub use passkeys::PasskeyQuestion;
