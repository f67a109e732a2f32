//! Why a file of places is not used.

use std::path::PathBuf;

use maxminddb::MaxMindDbError;

/// Why a file of places is not used. The server does not start without a file that it is told to use.
#[derive(Debug, thiserror::Error)]
pub enum PlacesError {
    /// It cannot be read.
    #[error("the file of places `{}` was not read: {source}; see that it is there and that the server may read it", .path.display())]
    Unread {
        /// Where it should be.
        path: PathBuf,
        /// What stood in the way.
        source: std::io::Error,
    },
    /// It is longer than any such file.
    #[error("the file of places `{}` was not read: it has more than {bytes_max} bytes", .path.display())]
    TooLong {
        /// Where it is.
        path: PathBuf,
        /// The bound.
        bytes_max: u64,
    },
    /// It is not in the format, or damaged.
    #[error("the file of places `{}` is not a whole MaxMind DB file; fetch it anew from whoever publishes it", .path.display())]
    Damaged {
        /// Where it is.
        path: PathBuf,
        /// What the reader says.
        source: Box<MaxMindDbError>,
    },
    /// It tells of something else.
    #[error("the file of places `{}` holds `{kind}`, but {wanted} are wanted here; name the files the other way round?", .path.display())]
    OfOtherThings {
        /// Where it is.
        path: PathBuf,
        /// What it says of itself.
        kind: String,
        /// What is looked for.
        wanted: &'static str,
    },
}
