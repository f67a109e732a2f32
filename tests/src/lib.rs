//! Stories over the built binary, and a test for every promise kept.
