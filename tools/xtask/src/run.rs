//! Running other programs, from the workspace's root.

use std::path::PathBuf;
use std::process::Command;

/// What a command of ours comes to: nothing, or one sentence.
pub type Outcome = Result<(), String>;

/// The workspace's root.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map_or_else(|| here.clone(), PathBuf::from)
}

/// The folder of what is built.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into)
}

/// A program that will run at the root.
pub fn program(name: &str, args: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(args).current_dir(root());
    command
}

/// Runs a program and waits; anything but success is an error that names it.
pub fn run(mut command: Command) -> Outcome {
    let shown = format!("{command:?}").replace('"', "");
    eprintln!("▸ {shown}");
    let status = command.status().map_err(|error| format!("`{shown}` did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` ended with {status}")) }
}

/// True when a program is there.
pub fn is_there(name: &str, args: &[&str]) -> bool {
    let mut command = program(name, args);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What a program wrote, without the white space around it; nothing when it is not there or failed.
pub fn output(mut command: Command) -> Option<String> {
    let output = command.stderr(std::process::Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
