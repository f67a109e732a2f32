//! CSV (RFC 4180): the first line names the columns, every other is a person.

use std::io::{Read, Seek};

use csv::{Position, Reader, ReaderBuilder, StringRecord};

use crate::ROW_BYTES_MAX;
use crate::fault::{Fault, FileError};
use crate::lines::Bounded;
use crate::mapping::Mapping;
use crate::person::{Person, Row};
use crate::rows::Place;
use crate::target::Target;

/// The rows of a CSV file.
pub(crate) struct Columns<R> {
    reader: Reader<Bounded<R>>,
    targets: Vec<Option<Target>>,
    record: csv::ByteRecord,
}

impl<R: Read + Seek> Columns<R> {
    pub(crate) fn open(from: R, mapping: &Mapping) -> Result<Self, FileError> {
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(Bounded::new(from));
        let header: StringRecord = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => return Err(trouble(error, reader.get_ref(), 0)),
        };
        if header.is_empty() {
            return Err(FileError::HeaderMissing);
        }
        let mut header = header;
        // Spreadsheets write a byte-order mark before the first name.
        if let Some(first) = header.get(0).and_then(|first| first.strip_prefix('\u{feff}')).map(str::to_owned) {
            header = std::iter::once(first.as_str()).chain(header.iter().skip(1)).collect();
        }
        let targets = mapping.targets(header.iter())?;
        reader.get_mut().row_ended();
        Ok(Self { reader, targets, record: csv::ByteRecord::new() })
    }

    pub(crate) fn go_to(&mut self, place: Place) -> Result<(), FileError> {
        let mut position = Position::new();
        position.set_byte(place.byte).set_record(place.rows + 1);
        self.reader.seek(position).map_err(|error| trouble(error, self.reader.get_ref(), place.rows + 1))
    }

    pub(crate) fn byte(&self) -> u64 {
        self.reader.position().byte()
    }

    /// The next row.
    pub(crate) fn next(&mut self, number: u64, mapping: &Mapping) -> Option<Result<Result<Row, Fault>, FileError>> {
        self.reader.get_mut().row_ended();
        let begun_at = self.byte();
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(error) => return Some(Err(trouble(error, self.reader.get_ref(), number))),
        }
        if self.byte().saturating_sub(begun_at) > ROW_BYTES_MAX as u64 {
            return Some(Err(FileError::RowTooLong { row: number }));
        }
        Some(Ok(self.row(number, mapping)))
    }

    fn row(&self, number: u64, mapping: &Mapping) -> Result<Row, Fault> {
        let fault = |column, code, reason| Fault { row: number, column, code, reason };
        if self.record.len() != self.targets.len() {
            return Err(fault(None, "row.columns", "the row has more or fewer cells than the header has columns"));
        }
        let mut person = Person::default();
        for (cell, target) in self.record.iter().zip(&self.targets) {
            let Some(target) = target else { continue };
            let text = std::str::from_utf8(cell)
                .map_err(|_| fault(Some(target.name()), "row.not_utf8", "the cell is not UTF-8"))?;
            if text.is_empty() {
                continue;
            }
            person.put(target, text.into()).map_err(|(code, reason)| fault(Some(target.name()), code, reason))?;
        }
        person.finish(number, mapping)
    }
}

fn trouble<R>(error: csv::Error, reader: &Bounded<R>, row: u64) -> FileError {
    if reader.is_spent() {
        return FileError::RowTooLong { row };
    }
    match error.into_kind() {
        csv::ErrorKind::Io(error) => FileError::Io(error),
        _ => FileError::Io(std::io::Error::from(std::io::ErrorKind::InvalidData)),
    }
}
