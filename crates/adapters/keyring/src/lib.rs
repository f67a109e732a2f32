//! Root keys from a file or the environment.
