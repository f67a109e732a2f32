//! Signing up: the form that a policy asks for, and what was posted made into a [`SignUp`].
//!
//! The form is made from the manifest alone: what the account needs is required, what the policy calls optional is
//! marked so, and nothing else is asked. Consents are asked purpose by purpose with the exact text, nothing chosen
//! beforehand. Whoever is under the policy's age is turned away, and nothing of what they wrote is handed on.

mod asked;
mod fault;
mod page;
mod read;
#[cfg(test)]
mod tests;

pub use asked::SignUpForm;
pub use fault::{FieldFault, FieldFaultKind};
pub use page::{SignUpPage, too_young_page};
pub(crate) use page::{autocomplete_of, consent_card, kind_of};
pub(crate) use read::value_of;
pub use read::{PASSWORD_CHARS_MIN, SignUp, SignUpRefusal, read_sign_up};
