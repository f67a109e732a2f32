//! The keys port: where root keys come from.
