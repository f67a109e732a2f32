//! `cargo xtask table`: each policy's decision table beside it, so that a review sees who may do what.

use crate::run::{Outcome, program, root};

/// Writes `policies/*/table.golden` with `candor table`.
pub fn table() -> Outcome {
    let folder = root().join("policies");
    let policies = std::fs::read_dir(&folder).map_err(|error| format!("`policies` cannot be read: {error}"))?;
    for policy in policies.flatten().filter(|entry| entry.path().is_dir()) {
        let source = policy.path();
        let mut command = program("cargo", &["run", "--quiet", "--locked", "--package", "candor", "--", "table"]);
        let output = command.arg(&source).output().map_err(|error| format!("`candor table` did not start: {error}"))?;
        if !output.status.success() {
            return Err(format!("`{}` has no table: {}", source.display(), String::from_utf8_lossy(&output.stderr)));
        }
        let golden = policy.path().join("table.golden");
        std::fs::write(&golden, output.stdout).map_err(|error| format!("`{}`: {error}", golden.display()))?;
        eprintln!("▸ wrote {}", golden.display());
    }
    Ok(())
}
