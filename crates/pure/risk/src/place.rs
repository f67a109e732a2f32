//! Where an address is, as far as a risk has to know.

/// What is known of an address: `None` where the operator's file does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// ISO 3166-1 alpha-2, upper case.
    pub country: Option<[u8; 2]>,
    /// The autonomous system that announces the network.
    pub asn: Option<u32>,
}
