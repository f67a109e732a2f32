//! What is wrong with a row, or with the file.

/// Why a row is not imported. Nothing in it was written by the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The row, counted from 1; a header is not counted.
    pub row: u64,
    /// The column, when one stood in the way, as the mapping calls it.
    pub column: Option<String>,
    /// A stable code.
    pub code: &'static str,
    /// Why, in words.
    pub reason: &'static str,
}

/// Why a file is not read on.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The disk.
    #[error("the file cannot be read")]
    Io(#[from] std::io::Error),
    /// A row without end.
    #[error(
        "row `{row}` is longer than `{max}` bytes; look for a quotation mark that is not closed, or leave the row out",
        max = crate::ROW_BYTES_MAX
    )]
    RowTooLong {
        /// The row.
        row: u64,
    },
    /// The header, or a place to begin at, is not there.
    #[error("the file has no row `{row}` where it was left off; it was changed since")]
    Moved {
        /// The row.
        row: u64,
    },
    /// The file has no header.
    #[error("the file is empty; its first line names the columns")]
    HeaderMissing,
    /// Too many columns.
    #[error("the file has more than `{max}` columns", max = crate::COLUMNS_MAX)]
    ColumnsTooMany,
    /// A column that nothing is known of.
    #[error(
        "column `{column}`, counted from 1, is nothing that can be imported by its name; say what it is with \
         `--map NAME=group.field`, or leave it out with `--skip NAME`"
    )]
    ColumnUnknown {
        /// Its position. Its name is not shown: a file without a header would show the first person's data here.
        column: usize,
    },
    /// Two columns for one thing.
    #[error("columns `{first}` and `{second}`, counted from 1, are the same thing; leave one out with `--skip NAME`")]
    ColumnTwice {
        /// One.
        first: usize,
        /// The other.
        second: usize,
    },
    /// A column that was mapped and is not there.
    #[error("the file has no column `{name}`, which was to be mapped")]
    ColumnMissing {
        /// As it was given on the command line.
        name: String,
    },
}
