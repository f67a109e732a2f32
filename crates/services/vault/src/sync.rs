//! The primitives of what is shared between threads; `tests/model` puts those of a model checker in their place.

pub(crate) use std::sync::atomic::{AtomicU64, Ordering};
