//! What the benchmarks stand on: an opened vault, the real API before it, a small HTTP client, and times
//! as a distribution.

mod client;
pub mod door;
mod executable;
mod opened;
mod spread;

pub use client::{Answer, Client};
pub use executable::{Executable, processor_time_of};
pub use opened::{Opened, ROOT_KEY, open, serve};
pub use spread::{Spread, shown};
