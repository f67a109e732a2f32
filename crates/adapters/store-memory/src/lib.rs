//! The store port in memory, for tests.
