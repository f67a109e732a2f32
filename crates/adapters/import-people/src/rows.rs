//! The rows of a file, one after the other, from its beginning or from where an earlier run left off.

use std::io::{Read, Seek};

use crate::columns::Columns;
use crate::fault::{Fault, FileError};
use crate::mapping::Mapping;
use crate::objects::Objects;
use crate::person::Row;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

/// Where a file was left off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// How many rows were read.
    pub rows: u64,
    /// Where the next one begins.
    pub byte: u64,
}

/// The rows of a file.
pub struct Rows<R> {
    mapping: Mapping,
    rows: u64,
    of: Of<R>,
}

enum Of<R> {
    Columns(Columns<R>),
    Objects(Objects<R>),
}

impl<R: Read + Seek> Rows<R> {
    /// Opens a file; of CSV, the header is read.
    ///
    /// # Errors
    /// The file cannot be read; a header that the mapping does not fit.
    pub fn open(from: R, form: Form, mapping: Mapping) -> Result<Self, FileError> {
        let of = match form {
            Form::Csv => Of::Columns(Columns::open(from, &mapping)?),
            Form::JsonLines => Of::Objects(Objects::open(from)),
        };
        Ok(Self { mapping, rows: 0, of })
    }

    /// Goes on where an earlier run left off.
    ///
    /// # Errors
    /// The file cannot be read there.
    pub fn go_to(&mut self, place: Place) -> Result<(), FileError> {
        match &mut self.of {
            Of::Columns(columns) => columns.go_to(place)?,
            Of::Objects(objects) => objects.go_to(place)?,
        }
        self.rows = place.rows;
        Ok(())
    }

    /// Where the next row begins.
    pub fn place(&self) -> Place {
        let byte = match &self.of {
            Of::Columns(columns) => columns.byte(),
            Of::Objects(objects) => objects.byte(),
        };
        Place { rows: self.rows, byte }
    }
}

impl<R: Read + Seek> Iterator for Rows<R> {
    /// A row, or what is wrong with it; `Err` ends the file.
    type Item = Result<Result<Row, Fault>, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        let number = self.rows + 1;
        let next = match &mut self.of {
            Of::Columns(columns) => columns.next(number, &self.mapping),
            Of::Objects(objects) => objects.next(number, &self.mapping),
        };
        self.rows += u64::from(next.is_some());
        next
    }
}
