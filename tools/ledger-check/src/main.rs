//! Checks a ledger offline, with nothing of Candor but pure/ledger.

fn main() {}
