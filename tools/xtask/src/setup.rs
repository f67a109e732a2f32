//! `cargo xtask setup`: what a fresh Debian machine with Rust still lacks.
//!
//! Building needs a C compiler (SQLite and AWS-LC are built from source); the tests need nothing more.

use crate::run::{Outcome, is_there, program, run};

/// Programs and the Debian packages that bring them.
const NEEDED: [(&str, &str); 2] = [("cc", "gcc"), ("make", "make")];

/// Installs what is missing; says what to do when it may not.
pub fn setup() -> Outcome {
    let missing: Vec<&str> =
        NEEDED.iter().filter(|(name, _)| !is_there(name, &["--version"])).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !is_there("apt-get", &["--version"]) {
        return Err(format!("{} missing and there is no apt-get here: install them by hand", missing.join(" and ")));
    }
    run(program("apt-get", &["update"]))?;
    let mut install = program("apt-get", &["install", "-y", "--no-install-recommends"]);
    install.args(["-o", "DPkg::Lock::Timeout=500", "libc6-dev"]).args(missing);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    run(install)
}
