//! The folder: which files are in it, which of them a place means.

use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candor_connect::ConnectError;
use candor_places::{MappedPlace, SystemMap};
use candor_words::Secret;

use crate::record::{Form, Records};

/// The most files of a folder, and how deep folders may stand in it.
const FILES_MAX: usize = 100_000;
const DEPTH_MAX: usize = 16;
/// What Candor itself leaves in a folder.
pub(crate) const LOCK: &str = ".candor.lock";
pub(crate) const BESIDE: &str = ".candor-";
const COMPRESSED: [&str; 9] = ["gz", "zst", "bz2", "xz", "zip", "7z", "lz4", "br", "tgz"];

/// A folder of files.
#[derive(Debug, Clone)]
pub struct Folder {
    pub(crate) map: Arc<SystemMap>,
    root: PathBuf,
}

/// A file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Below the folder, with `/` between the steps.
    pub name: String,
    pub path: PathBuf,
    /// It is a link that leads out of the folder.
    pub leads_out: bool,
}

impl Folder {
    pub(crate) fn new(map: Arc<SystemMap>, address: &Secret<String>) -> Result<Self, ConnectError> {
        let malformed = |why| ConnectError::AddressMalformed { env: map.env.clone(), why };
        let text = address.expose().trim();
        let path = match text.strip_prefix("file://") {
            Some(path) => path.strip_prefix("localhost").unwrap_or(path),
            None => text,
        };
        let root = PathBuf::from(path);
        if !root.is_absolute() {
            return Err(malformed("it is no absolute path of a folder"));
        }
        Ok(Self { map, root })
    }

    /// The folder itself, links on the way to it followed.
    pub(crate) fn root(&self) -> Result<PathBuf, ConnectError> {
        let unreachable =
            |_| ConnectError::Unreachable { why: "its folder is not there, or may not be read".to_owned() };
        fs::canonicalize(&self.root).map_err(unreachable)
    }

    /// All files of the folder, in the order of their names.
    pub(crate) fn files(&self) -> Result<Vec<Listed>, ConnectError> {
        let root = self.root()?;
        let mut files = Vec::new();
        list(&root, &root, 0, &mut files)?;
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }

    /// The files that a place means, and how they are written.
    pub(crate) fn files_of(&self, place: &MappedPlace) -> Result<Vec<(Listed, Form)>, ConnectError> {
        let pattern = pattern(&place.name)?;
        let files: Vec<Listed> = self.files()?.into_iter().filter(|file| is_meant(&pattern, &file.name)).collect();
        if files.is_empty() && !pattern.contains('*') {
            return Err(ConnectError::SchemaDiffers { what: format!("there is no file `{}`", place.name) });
        }
        let with_form = |file: Listed| {
            if file.leads_out {
                let why = format!("a file of `{}` is a link that leads out of the folder", place.name);
                return Err(ConnectError::Refused { why });
            }
            if is_compressed(&file.name) {
                let why = format!("a file of `{}` is compressed; unpack it, or let another place mean it", place.name);
                return Err(ConnectError::Refused { why });
            }
            let form = Form::of(&file.name).ok_or_else(|| ConnectError::SchemaDiffers {
                what: format!("a file of `{}` is neither .csv, .tsv, .jsonl nor .ndjson", place.name),
            })?;
            Ok((file, form))
        };
        files.into_iter().map(with_form).collect()
    }
}

/// Opens a file as a stream of records.
pub(crate) fn open(path: &Path, form: Form, place: &str) -> Result<Records<BufReader<fs::File>>, ConnectError> {
    let file = fs::File::open(path).map_err(|error| failed(&error, place))?;
    Records::open(BufReader::with_capacity(256 * 1024, file), form).map_err(|error| failed(&error, place))
}

/// What stood in the way of a file, without its text.
pub(crate) fn failed(error: &std::io::Error, place: &str) -> ConnectError {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::PermissionDenied => ConnectError::PrivilegeMissing { what: format!("access to `{place}`") },
        ErrorKind::NotFound => ConnectError::Busy { retry_after_seconds: None },
        // Ours: constant texts.
        ErrorKind::InvalidData | ErrorKind::FileTooLarge => {
            ConnectError::Refused { why: format!("`{place}` could not be read: {error}") }
        }
        ErrorKind::StorageFull => ConnectError::Failed { why: format!("no room is left to rewrite `{place}`") },
        kind => ConnectError::Failed { why: format!("`{place}`: {kind}") },
    }
}

fn list(root: &Path, folder: &Path, depth: usize, files: &mut Vec<Listed>) -> Result<(), ConnectError> {
    let refused = |why: String| ConnectError::Refused { why };
    if depth > DEPTH_MAX {
        return Err(refused(format!("folders stand more than {DEPTH_MAX} deep in the folder")));
    }
    for entry in fs::read_dir(folder).map_err(|error| failed(&error, "the folder"))? {
        let entry = entry.map_err(|error| failed(&error, "the folder"))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(|error| failed(&error, "the folder"))?;
        let own = entry.file_name();
        if own == LOCK || own.to_string_lossy().starts_with(BESIDE) {
            continue;
        }
        let name = path.strip_prefix(root).map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
        if kind.is_dir() {
            list(root, &path, depth + 1, files)?;
        } else if kind.is_symlink() {
            // What a link leads to within the folder is listed there.
            if !fs::canonicalize(&path).is_ok_and(|to| to.starts_with(root)) {
                files.push(Listed { name, path, leads_out: true });
            }
        } else if kind.is_file() {
            files.push(Listed { name, path, leads_out: false });
        }
        if files.len() > FILES_MAX {
            return Err(refused(format!("the folder holds more than {FILES_MAX} files")));
        }
    }
    Ok(())
}

pub(crate) fn is_compressed(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    extension.is_some_and(|extension| COMPRESSED.contains(&extension.as_str()))
}

fn pattern(name: &str) -> Result<String, ConnectError> {
    let steps: Vec<&str> = name.split('/').collect();
    let is_step = |step: &&str| !step.is_empty() && *step != "." && *step != ".." && !step.contains('\\');
    let (folders, last) = (steps.len() - 1, steps.last());
    let stars_last = steps.iter().take(folders).all(|step| !step.contains('*'));
    if steps.iter().all(is_step) && stars_last && last.is_some_and(|last| last.matches('*').count() <= 1) {
        return Ok(name.to_owned());
    }
    Err(ConnectError::SchemaDiffers {
        what: format!("`{name}` is no path below the folder, with one `*` in its last step at most"),
    })
}

fn is_meant(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => {
            let middle = name.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            middle.is_some_and(|middle| !middle.contains('/'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_means_a_file_or_all_of_a_folder_with_an_ending() {
        for (pattern, name, is) in [
            ("people.csv", "people.csv", true),
            ("people.csv", "x/people.csv", false),
            ("logs/*.jsonl", "logs/a.jsonl", true),
            ("logs/*.jsonl", "logs/deep/a.jsonl", false),
            ("logs/*.jsonl", "logs/a.csv", false),
            ("a*a.csv", "a.csv", false),
        ] {
            assert_eq!(is_meant(pattern, name), is, "{pattern} {name}");
        }
        for name in ["../people.csv", "/etc/passwd", "a/../b.csv", "*/a.csv", "a*b*.csv", "", "a//b.csv"] {
            assert!(pattern(name).is_err(), "{name}");
        }
    }
}
