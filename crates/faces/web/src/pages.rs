//! One file per page.

pub(crate) mod archive;
pub(crate) mod comparison;
pub(crate) mod found;
pub(crate) mod front;
pub(crate) mod not_found;
pub(crate) mod notices;
pub(crate) mod policy;
pub(crate) mod records;
pub(crate) mod style;
