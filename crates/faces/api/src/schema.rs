//! What the vault's answers look like, for OpenAPI.
//!
//! The vault serialises its own views; a test compares every answer it sees with these descriptions, so
//! that the two cannot part. Requests are described where they are read, in `operations/`.

#![allow(dead_code, reason = "descriptions of answers, never made")]

mod choices;
mod factors;
mod organisations;
mod policy;
mod proof;
mod reading;
mod retention;
mod rights;
mod subject;
mod tenant;

pub(crate) use choices::*;
pub(crate) use factors::*;
pub(crate) use organisations::*;
pub(crate) use policy::*;
pub(crate) use proof::*;
pub(crate) use reading::*;
pub(crate) use retention::*;
pub(crate) use rights::*;
pub(crate) use subject::*;
pub(crate) use tenant::*;
