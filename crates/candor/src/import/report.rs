//! Which rows were refused and why, as CSV: row, column, code, reason. Nothing that stood in a row.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use candor_import_people::Fault;

use crate::trouble::Trouble;

const HEADER: &str = "row,column,code,reason\n";

/// A row that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its number.
    pub row: u64,
    /// The column or field that stood in the way.
    pub column: Option<String>,
    /// A stable code.
    pub code: String,
    /// Why, in words.
    pub reason: String,
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self { row: fault.row, column: fault.column, code: fault.code.to_owned(), reason: fault.reason.to_owned() }
    }
}

/// The report while it is written.
#[derive(Debug)]
pub struct Report {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl Report {
    /// Opens the report and cuts off what belongs to rows that are read again.
    ///
    /// # Errors
    /// The disk.
    pub fn open(path: &Path, bytes: u64) -> Result<Self, Trouble> {
        let open = || -> std::io::Result<(File, u64)> {
            let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
            let bytes = bytes.min(file.metadata()?.len());
            file.set_len(bytes)?;
            file.seek(SeekFrom::Start(bytes))?;
            Ok((file, bytes))
        };
        let (file, bytes) =
            open().map_err(|error| Trouble::failed(format!("write the report `{}`", path.display()), error))?;
        let mut report = Self { path: path.to_owned(), file, bytes };
        if bytes == 0 {
            report.write(HEADER)?;
        }
        Ok(report)
    }

    /// Adds rows that were refused.
    ///
    /// # Errors
    /// The disk.
    pub fn add(&mut self, refused: &[Refused]) -> Result<(), Trouble> {
        let mut lines = String::new();
        for Refused { row, column, code, reason } in refused {
            let column = quoted(column.as_deref().unwrap_or_default());
            lines.push_str(&format!("{row},{column},{},{}\n", quoted(code), quoted(reason)));
        }
        self.write(&lines)
    }

    /// How long it is.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    fn write(&mut self, text: &str) -> Result<(), Trouble> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.flush());
        written.map_err(|error| Trouble::failed(format!("write the report `{}`", self.path.display()), error))?;
        self.bytes += text.len() as u64;
        Ok(())
    }
}

/// A cell of CSV.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
