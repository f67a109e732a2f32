//! A file, rewritten: beside itself, then in its place at once.
//!
//! Whatever breaks off leaves the old file whole. What a broken-off rewriting left beside it is taken away by the next. A
//! file that changes meanwhile is begun anew.

use std::collections::HashMap;
use std::fs::{self, File, Metadata};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, chown};
use std::path::{Path, PathBuf};

use candor_connect::ConnectError;
use candor_connect_rows::{Change, What};
use candor_places::MappedPlace;

use crate::edit::edited;
use crate::folder::{BESIDE, Folder, LOCK, Listed, failed, open};
use crate::record::{Form, path_hash};

/// How often a file that changes meanwhile is begun anew.
const TRIES_MAX: usize = 5;

/// Carries out changes in the files of a place.
pub(crate) fn rewrite(folder: &Folder, place: &MappedPlace, changes: Vec<Change>) -> Result<(), ConnectError> {
    let root = folder.root()?;
    let _lock = lock(&root)?;
    let mut by_file: HashMap<u64, HashMap<String, Change>> = HashMap::new();
    for change in changes {
        let Some(version) = change.version.clone() else { continue };
        let file = version.get(..16).and_then(|hex| u64::from_str_radix(hex, 16).ok()).unwrap_or_default();
        by_file.entry(file).or_default().insert(version, change);
    }
    for (file, form) in folder.files_of(place)? {
        if let Some(changes) = by_file.get(&path_hash(&file.name)) {
            sweep_beside(&file.path);
            one(&file, form, place, changes)?;
        }
    }
    Ok(())
}

/// Only one rewriting at a time in a folder, over all processes; a process that ends lets go.
fn lock(root: &Path) -> Result<File, ConnectError> {
    let file = File::options().create(true).truncate(false).write(true).mode(0o600).open(root.join(LOCK));
    let file = file.map_err(|error| failed(&error, "the folder"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(ConnectError::Busy { retry_after_seconds: None }),
        Err(fs::TryLockError::Error(error)) => Err(failed(&error, "the folder")),
    }
}

fn one(file: &Listed, form: Form, place: &MappedPlace, changes: &HashMap<String, Change>) -> Result<(), ConnectError> {
    for _ in 0..TRIES_MAX {
        let before = fs::metadata(&file.path).map_err(|error| failed(&error, &place.name))?;
        if before.nlink() > 1 {
            let why =
                format!("a file of `{}` has a second name (hard link), under which it would stay as it is", place.name);
            return Err(ConnectError::Refused { why });
        }
        let beside = Beside::new(&file.path, &before).map_err(|error| failed(&error, &place.name))?;
        let n_left = copy(file, form, place, changes, &beside)?;
        if n_left > 0 {
            // A row was changed by somebody since it was found: it is found again first.
            return Err(ConnectError::Busy { retry_after_seconds: None });
        }
        let after = fs::metadata(&file.path).map_err(|error| failed(&error, &place.name))?;
        if is_same(&before, &after) {
            return beside.put_in_place(&file.path).map_err(|error| failed(&error, &place.name));
        }
    }
    Err(ConnectError::Busy { retry_after_seconds: None })
}

/// Writes the file beside itself. Returns how many rows are there by their key, but not as they were found.
fn copy(
    file: &Listed,
    form: Form,
    place: &MappedPlace,
    changes: &HashMap<String, Change>,
    beside: &Beside,
) -> Result<usize, ConnectError> {
    let io = |error: std::io::Error| failed(&error, &place.name);
    let mut records = open(&file.path, form, &place.name)?;
    let mut out = BufWriter::with_capacity(256 * 1024, &beside.file);
    out.write_all(&records.head).map_err(io)?;
    let mut keys: HashMap<&[String], bool> = changes.values().map(|change| (change.key.as_slice(), false)).collect();
    let mut others: Vec<Vec<String>> = Vec::new();
    while let Some(record) = records.read().map_err(io)? {
        let version = record.version(&file.name);
        let Some(change) = changes.get(&version) else {
            let key = match records.body(&record).map_err(io)? {
                Some(body) => place.key.iter().filter_map(|column| body.values(column).into_iter().next()).collect(),
                None => Vec::new(),
            };
            if keys.contains_key(key.as_slice()) {
                others.push(key);
            }
            out.write_all(&record.raw).map_err(io)?;
            continue;
        };
        if let Some(is_found) = keys.get_mut(change.key.as_slice()) {
            *is_found = true;
        }
        if let What::Edit(edits) = &change.what {
            let new = edited(&record, form, &records.names, records.delimiter, edits)?;
            out.write_all(&new).map_err(io)?;
        }
    }
    out.flush().map_err(io)?;
    drop(out);
    beside.file.sync_all().map_err(io)?;
    Ok(others.iter().filter(|key| keys.get(key.as_slice()) == Some(&false)).count())
}

fn is_same(a: &Metadata, b: &Metadata) -> bool {
    let of = |one: &Metadata| (one.len(), one.mtime(), one.mtime_nsec(), one.ino(), one.ctime(), one.ctime_nsec());
    of(a) == of(b)
}

/// The new file, beside the old one; it goes when it is dropped before it is put in place.
struct Beside {
    file: File,
    path: PathBuf,
}

impl Beside {
    fn new(of: &Path, like: &Metadata) -> std::io::Result<Self> {
        let name = of.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let path = of.with_file_name(format!("{BESIDE}{name}"));
        let file = File::options().write(true).create_new(true).mode(0o600).open(&path)?;
        let beside = Self { file, path };
        let own = beside.file.metadata()?;
        if (own.uid(), own.gid()) != (like.uid(), like.gid()) {
            chown(&beside.path, Some(like.uid()), Some(like.gid()))?;
        }
        beside.file.set_permissions(like.permissions())?;
        Ok(beside)
    }

    fn put_in_place(self, of: &Path) -> std::io::Result<()> {
        fs::rename(&self.path, of)?;
        match of.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Put in place, it is not there any more.
        let _ = fs::remove_file(&self.path);
    }
}

/// What a broken-off rewriting of a file left: it holds what was to be erased.
fn sweep_beside(file: &Path) {
    if let Some(name) = file.file_name() {
        let _ = fs::remove_file(file.with_file_name(format!("{BESIDE}{}", name.to_string_lossy())));
    }
}
