//! The notify port: how one message reaches one person.
//!
//! A message bears an id that stays the same however often it is handed over, so that being told twice does no harm:
//! whoever carries it, or receives it, can see that it is the same. Nothing here knows why it is sent.

mod message;
mod notify;

pub use message::{Message, OneClick};
pub use notify::{Notify, Undelivered};
