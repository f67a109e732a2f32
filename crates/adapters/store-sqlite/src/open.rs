//! Why a data directory was not opened, and the lock that keeps a second server out.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use candor_store::StoreError;

/// The database inside the data directory.
pub(crate) const DATABASE_FILE: &str = "candor.db";
const LOCK_FILE: &str = "candor.lock";

/// A data directory was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be made or written.
    #[error("the data directory `{}` cannot be used; make it writable for the server's user", directory.display())]
    Directory {
        /// Which directory.
        directory: PathBuf,
        /// What the system said.
        #[source]
        reason: std::io::Error,
    },
    /// Another process has it open.
    #[error("the data directory `{}` is in use by another server; stop that one first", directory.display())]
    InUse {
        /// Which directory.
        directory: PathBuf,
    },
    /// There is no store to read.
    #[error("there is no store in `{}`; name the server's data directory", directory.display())]
    Missing {
        /// Which directory.
        directory: PathBuf,
    },
    /// A store is to be made where something is already.
    #[error("`{}` exists already and is not written over; name a directory that is not there yet", directory.display())]
    NotEmpty {
        /// Which directory.
        directory: PathBuf,
    },
    /// An older program has written it, and its schema is not brought up to date by reading.
    #[error(
        "`{DATABASE_FILE}` has schema version `{found}` and this program reads `{known}`; start its server with this program once"
    )]
    Older {
        /// The version in the file.
        found: i32,
        /// The version this program reads.
        known: i32,
    },
    /// The file is a database of another program.
    #[error(
        "`{DATABASE_FILE}` was not made by Candor (application id `{found}`); point the server at another directory"
    )]
    Foreign {
        /// The application id in its header.
        found: i32,
    },
    /// A newer program has written it.
    #[error("`{DATABASE_FILE}` has schema version `{found}` and this program knows `{known}`; start the newer program")]
    Newer {
        /// The version in the file.
        found: i32,
        /// The newest version this program knows.
        known: i32,
    },
    /// A migration was applied that differs from this program's.
    #[error(
        "schema version `{number}` was made by a different migration than this program's; start the program that made it"
    )]
    MigrationDiffers {
        /// Which migration.
        number: i32,
    },
    /// SQLite could not open it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpenError {
    /// What can be done, when the text does not say so already.
    pub const fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Store(StoreError::NotWritable { .. }) => {
                Some("free space on the data directory's disk or make it writable, then start again")
            }
            Self::Store(StoreError::Damaged { .. }) => {
                Some("restore the data directory from a backup, or repair the disk, then start again")
            }
            _ => None,
        }
    }
}

/// Makes the directory when there is none; only the server's user may enter it.
pub(crate) fn make_directory(directory: &Path) -> Result<(), OpenError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|reason| unusable(directory, reason))
}

/// Keeps other processes out for as long as the returned file is open.
pub(crate) fn lock_directory(directory: &Path) -> Result<File, OpenError> {
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(directory.join(LOCK_FILE));
    let lock = lock.map_err(|reason| unusable(directory, reason))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { directory: directory.to_owned() }),
        Err(TryLockError::Error(reason)) => Err(unusable(directory, reason)),
    }
}

fn unusable(directory: &Path, reason: std::io::Error) -> OpenError {
    OpenError::Directory { directory: directory.to_owned(), reason }
}
