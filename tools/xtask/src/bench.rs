//! `cargo xtask bench NAME`: both sides in one run, ratios printed.

use crate::run::{Outcome, program, root, run};

/// The benchmarks that start the executable.
const OF_THE_EXECUTABLE: [&str; 1] = ["start"];

/// Builds and runs one benchmark of `benches/`, which is a workspace of its own.
pub fn bench(name: &str, args: &[String]) -> Outcome {
    if !root().join("benches").join(name).join("Cargo.toml").is_file() {
        return Err(format!("there is no benchmark `{name}`; look into `benches/`"));
    }
    if OF_THE_EXECUTABLE.contains(&name) {
        run(program("cargo", &["build", "--release", "--locked", "--quiet", "--package", "candor"]))?;
    }
    let mut command =
        program("cargo", &["run", "--release", "--locked", "--quiet", "--manifest-path", "benches/Cargo.toml"]);
    command.args(["--package", &format!("bench-{name}"), "--"]).args(args);
    run(command)
}
