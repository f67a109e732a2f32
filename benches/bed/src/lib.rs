//! What the benchmarks stand on: an opened vault, the real API before it, a small HTTP client, and times
//! as a distribution.

mod client;
mod opened;
mod spread;

pub use client::{Answer, Client};
pub use opened::{Opened, ROOT_KEY, serve};
pub use spread::{Spread, shown};
