//! Programs of Python, in an environment of their own below `target/`.

use std::path::PathBuf;

use crate::run::{Outcome, is_there, program, run, target};

/// Each with its version: what compares the served `OpenAPI` document with the answers, a client of OpenID Connect with
/// what it asks over, and a SCIM service.
const PACKAGES: [&str; 4] = ["schemathesis==4.32.5", "Authlib==1.9.10", "requests==2.34.2", "scim2-server==0.8.3"];

/// Installs the packages unless they are there.
pub fn install() -> Outcome {
    if has(&PACKAGES) {
        return Ok(());
    }
    if !python().exists() {
        run(program("python3", &["-m", "venv", &folder().display().to_string()]))?;
    }
    install_also(&PACKAGES)
}

/// Installs further packages into the environment.
pub(super) fn install_also(packages: &[&str]) -> Outcome {
    let mut install = program(&python().display().to_string(), &["-m", "pip", "install", "--quiet"]);
    install.arg("--disable-pip-version-check").args(packages);
    run(install)
}

/// True when the environment holds these packages in these versions.
pub(super) fn has(packages: &[&str]) -> bool {
    let claims: String = packages
        .iter()
        .filter_map(|package| package.split_once("=="))
        .fold("from importlib.metadata import version".to_owned(), |claims, (name, version)| {
            format!("{claims}\nassert version('{name}') == '{version}'")
        });
    is_there(&python().display().to_string(), &["-c", &claims])
}

/// The environment's own Python.
pub(super) fn python() -> PathBuf {
    folder().join("bin/python")
}

fn folder() -> PathBuf {
    target().join("python")
}
