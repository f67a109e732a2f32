//! `cargo xtask bench NAME`: both sides in one run, ratios printed.

use crate::run::{Outcome, program, root, run, target};

/// The benchmarks that start the executable.
const OF_THE_EXECUTABLE: [&str; 4] = ["session", "sign-in", "start", "token"];

/// The benchmark against a program of Node.
const OF_A_PEER: &str = "token";

/// The benchmark that a browser runs, over the stories' server.
const OF_THE_PAGES: &str = "pages";

/// Builds and runs one benchmark of `benches/`, which is a workspace of its own.
pub fn bench(name: &str, args: &[String]) -> Outcome {
    if name == OF_THE_PAGES {
        return pages();
    }
    if !root().join("benches").join(name).join("Cargo.toml").is_file() {
        return Err(format!("there is no benchmark `{name}`; look into `benches/`"));
    }
    if name == OF_A_PEER {
        crate::setup::setup()?;
    }
    if OF_THE_EXECUTABLE.contains(&name) {
        run(program("cargo", &["build", "--release", "--locked", "--quiet", "--package", "candor"]))?;
    }
    let mut command =
        program("cargo", &["run", "--release", "--locked", "--quiet", "--manifest-path", "benches/Cargo.toml"]);
    command.args(["--package", &format!("bench-{name}"), "--"]).args(args);
    run(command)
}

/// Has Lighthouse measure the pages of the executable as it is released.
fn pages() -> Outcome {
    crate::setup::setup()?;
    let executables = ["--package", "candor", "--package", "ledger-check"];
    run(program("cargo", &[&["build", "--release", "--locked", "--quiet"], &executables[..]].concat()))?;
    let test = ["test", "--locked", "--quiet", "--package", "candor-tests", "--test", "lighthouse"];
    let mut test = program("cargo", &test);
    run({
        test.args(["--", "--ignored", "--nocapture"]).env("CANDOR_BIN_DIR", target().join("release"));
        test
    })
}
