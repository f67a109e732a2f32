//! Where an address is, as far as a risk has to know.

/// What is known of where an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// ISO 3166-1 alpha-2, upper case.
    pub country: Looked<[u8; 2]>,
    /// The autonomous system that announces the network.
    pub asn: Looked<u32>,
}

/// What came of looking something up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Looked<T> {
    /// There is nowhere to look: the operator supplied no such file. It then counts for nobody.
    #[default]
    Nowhere,
    /// The file does not say. That many addresses are in no file is a value like others.
    Unknown,
    /// This is it.
    Found(T),
}

impl<T> Looked<T> {
    /// What was found, when a file could say: nothing for an address that is in none.
    pub fn told(self) -> Option<Option<T>> {
        match self {
            Self::Nowhere => None,
            Self::Unknown => Some(None),
            Self::Found(value) => Some(Some(value)),
        }
    }

    /// What was found.
    pub fn found(self) -> Option<T> {
        self.told().flatten()
    }
}
