//! The project's own commands: setup, check, test, layers, table, bench, regen.

fn main() {}
