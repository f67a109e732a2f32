//! The store port: units of work, reads, and the conformance suite.
