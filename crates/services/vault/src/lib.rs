//! The vault: every use case over sealed personal data.
