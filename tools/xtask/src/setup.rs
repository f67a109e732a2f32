//! `cargo xtask setup`: what a fresh Debian machine with Rust still lacks.
//!
//! Building needs a C compiler (SQLite and AWS-LC are built from source); the tests also need schemathesis, which
//! is a Python program and stands in an environment of its own below `target/`.

use crate::run::{Outcome, is_there, program, run, target};

/// Programs and the Debian packages that bring them.
const NEEDED: [(&str, &str); 3] = [("cc", "gcc"), ("make", "make"), ("python3", "python3")];
/// What compares the served OpenAPI document with the answers.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Installs what is missing; says what to do when it may not.
pub fn setup() -> Outcome {
    let mut missing: Vec<&str> =
        NEEDED.iter().filter(|(name, _)| !is_there(name, &["--version"])).map(|(_, package)| *package).collect();
    // Debian keeps this part of Python in a package of its own.
    if !is_there("python3", &["-c", "import ensurepip, venv"]) {
        missing.push("python3-venv");
    }
    if !missing.is_empty() {
        install(&missing)?;
    }
    schemathesis()
}

/// Installs Debian packages.
fn install(missing: &[&str]) -> Outcome {
    if !is_there("apt-get", &["--version"]) {
        return Err(format!("{} missing and there is no apt-get here: install them by hand", missing.join(" and ")));
    }
    run(program("apt-get", &["update"]))?;
    let mut install = program("apt-get", &["install", "-y", "--no-install-recommends"]);
    install.args(["-o", "DPkg::Lock::Timeout=500", "libc6-dev"]).args(missing);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    run(install)
}

/// Installs schemathesis unless it is there.
fn schemathesis() -> Outcome {
    let folder = target().join("schemathesis");
    let python = folder.join("bin/python").display().to_string();
    let version = SCHEMATHESIS.rsplit('=').next().unwrap_or_default();
    let is_installed = format!("from importlib.metadata import version as v; assert v('schemathesis') == '{version}'");
    if is_there(&python, &["-c", &is_installed]) {
        return Ok(());
    }
    run(program("python3", &["-m", "venv", &folder.display().to_string()]))?;
    run(program(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS]))
}
