//! `cargo xtask regen`: golden files and vectors, written anew from what the code does now.
//!
//! Runs no test but those of targets that own such files: their sources read [`LEAVE`], or take snapshots. Review the
//! difference as you would review code: it is what others rely on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::{MetadataCommand, Package, Target};

use crate::run::{Outcome, program, root, run};

/// The one variable that gives our tests leave to write their files.
const LEAVE: &str = "CANDOR_REGEN";
/// The crate of the tests that take snapshots; it has a variable of its own.
const SNAPSHOTS: &str = "insta";

/// Runs the tests that own golden files with leave to write them, then the tables.
pub fn regen() -> Outcome {
    let owners = owners()?;
    // Each is said once: cargo takes every `--test` for every package that has it.
    let packages: BTreeSet<String> = owners.iter().map(|owner| format!("--package={}", owner.package)).collect();
    let targets: BTreeSet<&str> = owners.iter().map(|owner| owner.target.as_str()).collect();
    let mut tests = program("cargo", &["test", "--locked", "--no-fail-fast"]);
    tests.args(packages).args(targets).env(LEAVE, "1").env("INSTA_UPDATE", "always");
    run(tests)?;
    crate::table::table()
}

/// A target with tests that own golden files.
#[derive(Debug, PartialEq, Eq)]
struct Owner {
    package: String,
    /// As cargo selects it: `--lib`, `--bin=NAME` or `--test=NAME`.
    target: String,
}

/// Every one of the workspace but this program, which only speaks of them.
fn owners() -> Result<Vec<Owner>, String> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .map_err(|error| format!("the golden files' owners were not found: {error}"))?;
    let ours = metadata.packages.iter().filter(|package| package.name.as_str() != env!("CARGO_PKG_NAME"));
    Ok(ours.flat_map(owners_in).collect())
}

fn owners_in(package: &Package) -> impl Iterator<Item = Owner> + '_ {
    package.targets.iter().filter_map(|target| {
        let selected = selected(target)?;
        let is_owner = sources(target.src_path.as_std_path()).iter().any(|source| writes_golden(source));
        is_owner.then(|| Owner { package: package.name.to_string(), target: selected })
    })
}

fn selected(target: &Target) -> Option<String> {
    match target {
        _ if target.is_lib() => Some("--lib".to_owned()),
        _ if target.is_bin() => Some(format!("--bin={}", target.name)),
        _ if target.is_test() => Some(format!("--test={}", target.name)),
        _ => None,
    }
}

/// The files of a target: its root, and what is below the folder that carries its name or in which it is the root.
fn sources(target: &Path) -> Vec<PathBuf> {
    let is_root = target.file_name().is_some_and(|name| name == "main.rs" || name == "lib.rs");
    let folder = if is_root { target.parent().map(Path::to_path_buf) } else { Some(target.with_extension("")) };
    let mut found = vec![target.to_path_buf()];
    let mut folders: Vec<PathBuf> = folder.into_iter().collect();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(ending) if ending == "rs" => found.push(path),
                _ => {}
            }
        }
    }
    found
}

fn writes_golden(source: &Path) -> bool {
    let text = std::fs::read_to_string(source).unwrap_or_default();
    text.contains(&format!("var_os(\"{LEAVE}\")")) || text.contains(&format!("{SNAPSHOTS}::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owners_are_found_and_nobody_else() {
        let owners = owners().unwrap();
        let is_owner = |package: &str, target: &str| {
            owners.contains(&Owner { package: package.to_owned(), target: target.to_owned() })
        };
        assert!(is_owner("candor-ledger", "--test=ledger"), "{owners:?}");
        assert!(is_owner("candor-manifest", "--test=rendered"), "it takes snapshots: {owners:?}");
        assert!(is_owner("candor-api", "--lib"), "{owners:?}");
        assert!(!owners.iter().any(|owner| owner.package == "candor-tests"), "the kills are not run: {owners:?}");
    }
}
