//! Policies as they lie on the disk: one `.candor` file, or a folder of them.

use std::fs;
use std::path::{Path, PathBuf};

use candor_decision::Plan;
use candor_manifest::{Manifest, Source};

use crate::terminal;
use crate::trouble::Trouble;

/// The most files one policy may be split into.
const FILES_MAX: usize = 100;
/// The most bytes of one file that are read; the language's own bound is lower.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// Reads the files of a policy, in the order of their names.
///
/// # Errors
/// The path cannot be read, holds no `.candor` file or too many, or a text that is not UTF-8.
pub fn read(policy: &Path) -> Result<Vec<Source>, Trouble> {
    let files = if policy.is_dir() { files_in(policy)? } else { vec![policy.to_path_buf()] };
    files.iter().map(|file| read_file(file)).collect()
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let attempted = || format!("read the policy folder `{}`", folder.display());
    let listing = fs::read_dir(folder).map_err(|error| Trouble::bad_input(attempted(), error))?;
    let mut files = Vec::new();
    for item in listing {
        let path = item.map_err(|error| Trouble::bad_input(attempted(), error))?.path();
        if path.extension().is_some_and(|extension| extension == "candor") && path.is_file() {
            files.push(path);
        }
        if files.len() > FILES_MAX {
            let reason = format!("it holds more than {FILES_MAX} files that end in `.candor`");
            return Err(Trouble::bad_input(attempted(), reason).next("join some of them"));
        }
    }
    if files.is_empty() {
        return Err(Trouble::bad_input(attempted(), "it holds no file that ends in `.candor`")
            .next("name the policy's file, or a folder that holds its files"));
    }
    files.sort();
    Ok(files)
}

fn read_file(file: &Path) -> Result<Source, Trouble> {
    let attempted = || format!("read the policy `{}`", file.display());
    let bytes = fs::metadata(file).map_err(|error| Trouble::bad_input(attempted(), error))?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(Trouble::bad_input(attempted(), format!("it is longer than {FILE_BYTES_MAX} bytes")));
    }
    let text = fs::read_to_string(file).map_err(|error| Trouble::bad_input(attempted(), error))?;
    Ok(Source { path: file.display().to_string(), text })
}

/// The file by its name alone: where it lay on this machine is no part of the policy.
pub fn named(source: &Source) -> (String, String) {
    let name = Path::new(&source.path).file_name().map(|name| name.to_string_lossy().into_owned());
    (name.unwrap_or_else(|| source.path.clone()), source.text.clone())
}

/// Checks a policy; findings are drawn on standard error.
///
/// # Errors
/// The policy has errors.
pub fn check(policy: &Path, sources: &[Source]) -> Result<Manifest, Trouble> {
    let color = terminal::of_stderr().is_on();
    match candor_manifest::check(sources) {
        Ok(checked) => {
            eprint!("{}", candor_manifest::render(&checked.warnings, sources, color));
            Ok(checked.manifest)
        }
        Err(findings) => {
            eprint!("{}", candor_manifest::render(&findings, sources, color));
            Err(has_errors(policy))
        }
    }
}

/// The trouble of a policy whose errors have been shown.
pub fn has_errors(policy: &Path) -> Trouble {
    Trouble::bad_input(format!("use the policy `{}`", policy.display()), "it has errors")
        .next("mend what is underlined above")
}

/// Reads, checks and compiles a policy.
///
/// # Errors
/// The policy cannot be read or has errors.
pub fn compile(policy: &Path) -> Result<Plan, Trouble> {
    let manifest = check(policy, &read(policy)?)?;
    // The digest names a plan in permits; none is minted here.
    Plan::compile(manifest, [0; 32])
        .map_err(|error| Trouble::bad_input(format!("compile the policy `{}`", policy.display()), error))
}
