//! Ranges of addresses, as an operator lists them: `192.0.2.0/24`, `2001:db8::/32`, or one address.

use std::net::IpAddr;

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    start: IpAddr,
    n_bits: u8,
}

/// A text that is no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is not a range of addresses such as `192.0.2.0/24`, with nothing after the prefix")]
pub struct AddressRangeError;

/// Whether the operator lists the address of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// It is listed.
    Yes,
    /// It is not, or the address may not be used.
    No,
}

impl Listed {
    /// Whether any of the ranges holds an address.
    pub fn within(ranges: &[AddressRange], address: IpAddr) -> Self {
        if ranges.iter().any(|range| range.holds(address)) { Self::Yes } else { Self::No }
    }
}

impl AddressRange {
    /// True when an address lies in it. An IPv4 address within IPv6 is that IPv4 address.
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.start, address.to_canonical()) {
            (IpAddr::V4(start), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.n_bits);
                (start.to_bits() ^ address.to_bits()).checked_shr(shift).unwrap_or(0) == 0
            }
            (IpAddr::V6(start), IpAddr::V6(address)) => {
                let shift = 128 - u32::from(self.n_bits);
                (start.to_bits() ^ address.to_bits()).checked_shr(shift).unwrap_or(0) == 0
            }
            _ => false,
        }
    }

    fn is_canonical(&self) -> bool {
        match self.start {
            IpAddr::V4(start) => start.to_bits().trailing_zeros() + u32::from(self.n_bits) >= 32,
            IpAddr::V6(start) => start.to_bits().trailing_zeros() + u32::from(self.n_bits) >= 128,
        }
    }
}

impl std::str::FromStr for AddressRange {
    type Err = AddressRangeError;

    fn from_str(text: &str) -> Result<Self, AddressRangeError> {
        let (start, n_bits) = text.split_once('/').map_or((text, None), |(start, n_bits)| (start, Some(n_bits)));
        let start: IpAddr = start.parse().map_err(|_| AddressRangeError)?;
        let n_bits_max = if start.is_ipv4() { 32 } else { 128 };
        let n_bits = n_bits.map_or(Ok(n_bits_max), str::parse).map_err(|_| AddressRangeError)?;
        let range = Self { start, n_bits };
        if n_bits > n_bits_max || !range.is_canonical() { Err(AddressRangeError) } else { Ok(range) }
    }
}

impl std::fmt::Display for AddressRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.start, self.n_bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(range: &str, address: &str) -> bool {
        range.parse::<AddressRange>().unwrap().holds(address.parse().unwrap())
    }

    #[test]
    fn a_range_holds_what_begins_as_it_does() {
        assert!(holds("192.0.2.0/24", "192.0.2.255") && !holds("192.0.2.0/24", "192.0.3.0"));
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.6"));
        assert!(holds("0.0.0.0/0", "255.255.255.255") && !holds("0.0.0.0/0", "::1"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1") && !holds("2001:db8::/32", "2001:db9::"));
        assert!(holds("::/0", "2001:db8::1"));
        assert!(holds("192.0.2.0/24", "::ffff:192.0.2.9"));
    }

    #[test]
    fn a_text_that_is_no_range_is_refused() {
        for text in ["", "192.0.2.0/33", "192.0.2.1/24", "2001:db8::1/64", "::/129", "example.com", "192.0.2.0/x", "/8"]
        {
            assert_eq!(text.parse::<AddressRange>(), Err(AddressRangeError), "{text}");
        }
        assert_eq!("10.0.0.0/8".parse::<AddressRange>().unwrap().to_string(), "10.0.0.0/8");
    }
}
