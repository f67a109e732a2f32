//! `cargo xtask layers`: the folder is the floor, and arrows point down.
//!
//! Reads `cargo metadata`; every dependency between our own crates must be on the list below. A
//! crate's tests may also use adapters, to run against real ones.

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

use crate::run::{Outcome, root};

/// Which crates a floor may lean on, by the start of their folder.
const ALLOWED: [(&str, &[&str]); 16] = [
    ("crates/pure/words", &[]),
    ("crates/pure/decision", &["crates/pure/words", "crates/pure/manifest"]),
    ("crates/pure/places", &["crates/pure/words", "crates/pure/manifest"]),
    ("crates/pure/publish", &["crates/pure/words", "crates/pure/manifest"]),
    ("crates/pure/oidc", &["crates/pure/words", "crates/pure/jose"]),
    ("crates/pure/", &["crates/pure/words"]),
    ("crates/ports/", &["crates/pure/"]),
    ("crates/adapters/ldap-bind", &["crates/ports/", "crates/pure/", "crates/adapters/ldap-wire"]),
    ("crates/adapters/connect-ldap", &["crates/ports/", "crates/pure/", "crates/adapters/ldap-wire"]),
    ("crates/adapters/", &["crates/ports/", "crates/pure/", "crates/adapters/call", "crates/adapters/connect-rows"]),
    ("crates/services/", &["crates/ports/", "crates/pure/", "crates/services/vault"]),
    ("crates/faces/", &["crates/services/", "crates/pure/", "crates/faces/http"]),
    ("crates/candor", &["crates/"]),
    ("tools/xtask", &[]),
    ("tools/ledger-check", &["crates/pure/"]),
    ("tests", &["crates/", "tools/"]),
];

/// Fails on the first forbidden arrow, naming all of them.
pub fn layers() -> Outcome {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .map_err(|error| format!("the layers were not checked: {error}"))?;
    let place = |package: &Package| {
        let folder = package.manifest_path.parent().map(|path| path.as_str().to_owned()).unwrap_or_default();
        folder.strip_prefix(metadata.workspace_root.as_str()).unwrap_or(&folder).trim_start_matches('/').to_owned()
    };
    let mut forbidden = Vec::new();
    let mut n_arrows = 0;
    for package in &metadata.packages {
        let from = place(package);
        for dependency in &package.dependencies {
            let Some(target) = metadata.packages.iter().find(|other| other.name.as_str() == dependency.name) else {
                continue;
            };
            n_arrows += 1;
            let to = place(target);
            if !is_allowed(&from, &to, dependency.kind) {
                forbidden.push(format!("{from} → {to}"));
            }
        }
    }
    if forbidden.is_empty() {
        eprintln!("layers: {n_arrows} arrows between {} crates, all allowed", metadata.packages.len());
        return Ok(());
    }
    Err(format!("forbidden arrows, see ARCHITECTURE.md: {}", forbidden.join(", ")))
}

fn is_allowed(from: &str, to: &str, kind: DependencyKind) -> bool {
    let in_tests = kind == DependencyKind::Development;
    if in_tests
        && (to.starts_with("crates/adapters/") || to.starts_with("crates/pure/") || to.starts_with("crates/ports/"))
    {
        return !from.starts_with("crates/pure/") || to.starts_with("crates/pure/");
    }
    let rule = ALLOWED.iter().find(|(floor, _)| from.starts_with(floor));
    rule.is_some_and(|(_, allowed)| allowed.iter().any(|prefix| to.starts_with(prefix)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_that_point_up_are_forbidden() {
        let normal = |from, to| is_allowed(from, to, DependencyKind::Normal);
        assert!(normal("crates/faces/api", "crates/services/vault"));
        assert!(normal("crates/services/jobs", "crates/services/vault"));
        assert!(!normal("crates/services/vault", "crates/adapters/store-sqlite"));
        assert!(!normal("crates/pure/ledger", "crates/ports/store"));
        assert!(!normal("crates/pure/seal", "crates/pure/manifest"));
        assert!(!normal("crates/faces/api", "crates/ports/store"));
        assert!(!normal("tools/ledger-check", "crates/services/vault"));
        assert!(is_allowed("crates/services/vault", "crates/adapters/store-sqlite", DependencyKind::Development));
    }
}
