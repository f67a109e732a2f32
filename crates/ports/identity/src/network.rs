//! Where an address is: which country, which network.

use std::net::IpAddr;

pub use candor_risk::{Looked, Place};

/// Knows where addresses are, from what an operator supplies; asks nobody.
pub trait Networks: Send + Sync + 'static {
    /// Where an address is. Quick: it is asked at every sign-in.
    fn place(&self, address: IpAddr) -> Place;
}
