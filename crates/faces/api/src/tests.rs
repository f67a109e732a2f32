//! The API over an in-memory store, through the real router.

mod bad_input;
mod conforms;
mod incoming;
mod no_bypass;
mod road;
mod side_channels;
mod world;
