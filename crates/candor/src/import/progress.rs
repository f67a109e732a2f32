//! How far an import came, in a file beside what is imported, replaced whole after each batch.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use candor_import_people::Place;
use serde::{Deserialize, Serialize};

use crate::trouble::Trouble;

/// What an import has come to so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// What is imported, and how: SHA-256 over file and mapping, in hexadecimal.
    pub import: String,
    /// Rows read and answered.
    pub rows: u64,
    /// Where the next row begins in the file.
    pub byte: u64,
    /// Rows that made a subject.
    pub made: u64,
    /// Rows that had made one before.
    pub known: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// How much of the report belongs to those rows.
    pub report_bytes: u64,
    /// True when the file has been read to its end.
    pub is_finished: bool,
}

impl Done {
    /// Where to go on.
    pub const fn place(&self) -> Place {
        Place { rows: self.rows, byte: self.byte }
    }
}

/// The file that says how far it came.
#[derive(Debug)]
pub struct Progress {
    path: PathBuf,
}

impl Progress {
    /// The progress of an import, from the file when there is one.
    ///
    /// # Errors
    /// The file cannot be read, or tells of another import.
    pub fn open(path: PathBuf, import: &str) -> Result<(Self, Done), Trouble> {
        let attempted = || format!("go on from `{}`", path.display());
        let done = match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text)
                .map_err(|_| Trouble::bad_input(attempted(), "it does not tell of an import"))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Done { import: import.to_owned(), ..Done::default() }
            }
            Err(error) => return Err(Trouble::bad_input(attempted(), error)),
        };
        if done.import != import {
            return Err(Trouble::bad_input(
                attempted(),
                "it tells of another file, or of the same one mapped otherwise",
            )
            .next("name another file with `--progress`, or remove this one to begin anew: nobody is made twice"));
        }
        Ok((Self { path }, done))
    }

    /// Writes down how far it came; after a crash either the old or the new state is there.
    ///
    /// # Errors
    /// The disk.
    pub fn save(&self, done: &Done) -> Result<(), Trouble> {
        let mut name = self.path.clone().into_os_string();
        name.push(".new");
        let beside = PathBuf::from(name);
        write(&beside, done)
            .and_then(|()| fs::rename(&beside, &self.path))
            .map_err(|error| Trouble::failed(format!("write `{}`", self.path.display()), error))
    }
}

fn write(path: &Path, done: &Done) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    serde_json::to_writer(&mut file, done)?;
    file.write_all(b"\n")?;
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_is_gone_on_from_and_another_import_is_refused() {
        let folder = std::env::temp_dir().join(format!("candor-progress-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("progress");
        let (progress, done) = Progress::open(path.clone(), "aa").unwrap();
        assert_eq!(done, Done { import: "aa".to_owned(), ..Done::default() });
        let later = Done { rows: 7, byte: 99, made: 6, refused: 1, ..done };
        progress.save(&later).unwrap();
        assert_eq!(Progress::open(path.clone(), "aa").unwrap().1, later);
        assert!(Progress::open(path.clone(), "bb").is_err());
        fs::write(&path, "{").unwrap();
        assert!(Progress::open(path, "aa").is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
