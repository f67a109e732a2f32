//! Where the built executables are.

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

/// The folder of the executables: named by the test command, or built here the first time.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    if let Some(folder) =
        std::env::var_os("CANDOR_BIN_DIR").map(PathBuf::from).filter(|folder| folder.join("candor").is_file())
    {
        return folder;
    }
    let root = root();
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--locked", "--package", "candor", "--package", "ledger-check"]).current_dir(&root);
    assert!(build.status().expect("cargo runs").success(), "the executables were not built");
    installed("debug")
});

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the workspace").to_path_buf()
}

/// What `cargo xtask setup` put below the folder of what is built.
pub fn installed(path: &str) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from).join(path)
}

/// A `candor` command at the workspace's root.
pub fn candor(args: &[&str]) -> Command {
    command("candor", args)
}

/// A `ledger-check` command at the workspace's root.
pub fn ledger_check(args: &[&str]) -> Command {
    command("ledger-check", args)
}

fn command(name: &str, args: &[&str]) -> Command {
    let mut command = Command::new(FOLDER.join(name));
    command.args(args).current_dir(root()).env("NO_COLOR", "1");
    for (variable, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CANDOR_")) {
        command.env_remove(variable);
    }
    command
}
