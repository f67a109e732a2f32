//! The key file: for its owner alone, and never written over.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use candor_words::Secret;

use crate::KeyringError;
use crate::lines::TEXT_BYTES_MAX;

/// Reads the whole file, if only its owner can.
pub(crate) fn read(path: &Path) -> Result<Secret<String>, KeyringError> {
    let file = File::open(path).map_err(|reason| match reason.kind() {
        ErrorKind::NotFound => KeyringError::Missing { path: path.to_owned() },
        _ => unusable(path, "read", reason),
    })?;
    check_permissions(path, &file)?;
    let mut text = String::new();
    // One more than allowed, so that the reader of the lines sees it is too long.
    let read = file.take(TEXT_BYTES_MAX + 1).read_to_string(&mut text);
    let text = Secret::new(text);
    read.map_err(|reason| unusable(path, "read", reason))?;
    Ok(text)
}

/// Makes the file with its first text, readable for its owner alone from the first moment on, and whole or not at all:
/// it is written beside its place, and put there when it is durable.
pub(crate) fn create(path: &Path, text: &str) -> Result<(), KeyringError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    // What a crash left there was never in use.
    let _ = std::fs::remove_file(beside);
    write_durably(path, create_new(beside).map_err(|reason| unusable(path, "written", reason))?, text)?;
    let placed = std::fs::hard_link(beside, path);
    let _ = std::fs::remove_file(beside);
    match placed {
        Ok(()) => {}
        Err(reason) if reason.kind() == ErrorKind::AlreadyExists => return Err(exists(path)),
        // A file system without links: in its place, then.
        Err(_) => {
            let file = create_new(path).map_err(|reason| match reason.kind() {
                ErrorKind::AlreadyExists => exists(path),
                _ => unusable(path, "written", reason),
            })?;
            write_durably(path, file, text)?;
        }
    }
    sync_directory(path)
}

fn create_new(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn exists(path: &Path) -> KeyringError {
    KeyringError::Exists { path: path.to_owned() }
}

/// Adds a line at the end.
pub(crate) fn append(path: &Path, text: &str) -> Result<(), KeyringError> {
    let file = OpenOptions::new().append(true).open(path).map_err(|reason| unusable(path, "written", reason))?;
    check_permissions(path, &file)?;
    write_durably(path, file, text)
}

/// Puts another text in the file's place, and writes zeros over the one before.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), KeyringError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    // What an earlier attempt left.
    let _ = std::fs::remove_file(&beside);
    create(&beside, text)?;
    let failed = |reason| unusable(path, "written", reason);
    let mut before = OpenOptions::new().write(true).open(path).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)?;
    sync_directory(path)?;
    let length = before.metadata().map_err(failed)?.len();
    std::io::copy(&mut std::io::repeat(0).take(length), &mut before).map_err(failed)?;
    before.sync_all().map_err(failed)
}

fn write_durably(path: &Path, mut file: File, text: &str) -> Result<(), KeyringError> {
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|reason| unusable(path, "written", reason))
}

/// Makes the file's name durable as well: a key must not be lost once something is wrapped with it.
fn sync_directory(path: &Path) -> Result<(), KeyringError> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let synced = File::open(directory).and_then(|directory| directory.sync_all());
    synced.map_err(|reason| unusable(path, "written", reason))
}

/// Looks at the open file, not at its name: nobody can change it in between.
#[cfg(unix)]
fn check_permissions(path: &Path, file: &File) -> Result<(), KeyringError> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file.metadata().map_err(|reason| unusable(path, "read", reason))?;
    let mode = metadata.permissions().mode() & 0o7777;
    match mode & 0o077 {
        0 => Ok(()),
        _ => Err(KeyringError::OpenToOthers { path: path.to_owned(), mode }),
    }
}

#[cfg(not(unix))]
fn check_permissions(_: &Path, _: &File) -> Result<(), KeyringError> {
    Ok(())
}

fn unusable(path: &Path, attempted: &'static str, reason: std::io::Error) -> KeyringError {
    KeyringError::Unusable { path: path.to_owned(), attempted, reason }
}
