//! People to test with.
