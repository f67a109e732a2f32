//! The demo's data: five vendors' policies, and people who do not exist.
//!
//! Every name is made up, every address ends in `.example`, and the same seed makes the same people.

mod chance;
mod fill;
mod names;
mod people;
mod values;
mod vendors;
pub mod walk;

pub use fill::fill;
pub use vendors::{VENDORS, Vendor};
