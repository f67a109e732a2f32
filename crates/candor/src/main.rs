//! The one executable: configuration, wiring, subcommands.

fn main() {}
