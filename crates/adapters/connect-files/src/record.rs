//! The records of one file, in a stream: each with its bytes as they are.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, BufRead, Read as _};
use std::sync::Arc;

use candor_connect_rows::Body;
use serde_json::Value;

use crate::csv::{self, Cell};

/// The most bytes of a record.
pub(crate) const RECORD_BYTES_MAX: usize = 8 * 1024 * 1024;
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Cells between delimiters, names in the first record.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

impl Form {
    /// By the name of a file.
    pub fn of(name: &str) -> Option<Self> {
        let extension = name.rsplit_once('.')?.1.to_lowercase();
        match extension.as_str() {
            "csv" | "tsv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// Reads the records of a file.
pub struct Records<R> {
    from: R,
    form: Form,
    /// What precedes the first record that is one: a mark of the encoding, the names.
    pub head: Vec<u8>,
    pub(crate) delimiter: u8,
    /// The names of columns; none for lines of JSON.
    pub names: Arc<Vec<String>>,
    n_read: u64,
}

/// A record.
pub struct Record {
    /// All its bytes, line end included.
    pub raw: Vec<u8>,
    /// Which it is, from 1.
    pub number: u64,
    pub(crate) cells: Vec<Cell>,
}

impl<R: BufRead> Records<R> {
    /// Begins a file.
    ///
    /// # Errors
    /// It cannot be read; it is not in UTF-8; two columns have the same name.
    pub fn open(mut from: R, form: Form) -> io::Result<Self> {
        let mut head = Vec::new();
        let begin = from.fill_buf()?;
        if begin.starts_with(b"\xFF\xFE") || begin.starts_with(b"\xFE\xFF") {
            return Err(malformed("it is in UTF-16; UTF-8 is read"));
        }
        if begin.starts_with(BOM) {
            from.consume(BOM.len());
            head.extend_from_slice(BOM);
        }
        let mut records = Self { from, form, head, delimiter: b',', names: Arc::default(), n_read: 0 };
        if form == Form::Csv {
            records.read_names()?;
        }
        Ok(records)
    }

    fn read_names(&mut self) -> io::Result<()> {
        let mut raw = Vec::new();
        // The delimiter is not known yet: names reach over a line end only in quotes that open the head, or follow a comma.
        if !csv::read_record(&mut self.from, b',', RECORD_BYTES_MAX, &mut raw)? {
            return Ok(());
        }
        self.delimiter = csv::delimiter_of(&raw);
        let names: Vec<String> =
            csv::cells(&raw, self.delimiter).iter().map(|cell| csv::text(&raw, cell).trim().to_owned()).collect();
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort();
        if sorted.windows(2).any(|pair| matches!(pair, [a, b] if a == b && !a.is_empty())) {
            return Err(malformed("two of its columns have the same name"));
        }
        self.head.extend_from_slice(&raw);
        self.names = Arc::new(names);
        Ok(())
    }

    /// The next record; nothing at the end.
    ///
    /// # Errors
    /// It cannot be read, is longer than 8 MiB, or ends within quotes.
    pub fn read(&mut self) -> io::Result<Option<Record>> {
        let mut raw = Vec::new();
        let is_there = match self.form {
            Form::Csv => csv::read_record(&mut self.from, self.delimiter, RECORD_BYTES_MAX, &mut raw)?,
            Form::JsonLines => {
                let most = u64::try_from(RECORD_BYTES_MAX + 1).unwrap_or(u64::MAX);
                self.from.by_ref().take(most).read_until(b'\n', &mut raw)?;
                if raw.len() > RECORD_BYTES_MAX {
                    return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the row is too long"));
                }
                !raw.is_empty()
            }
        };
        if !is_there {
            return Ok(None);
        }
        self.n_read += 1;
        let cells = if self.form == Form::Csv { csv::cells(&raw, self.delimiter) } else { Vec::new() };
        Ok(Some(Record { raw, number: self.n_read, cells }))
    }

    /// What a record says; nothing for an empty line.
    ///
    /// # Errors
    /// A line is no JSON object.
    pub fn body(&self, record: &Record) -> io::Result<Option<Body>> {
        if record.raw.trim_ascii().is_empty() {
            return Ok(None);
        }
        match self.form {
            Form::Csv => {
                let mut cells: Vec<String> = record.cells.iter().map(|cell| csv::text(&record.raw, cell)).collect();
                cells.resize(self.names.len().max(cells.len()), String::new());
                Ok(Some(Body::Cells(self.names.clone(), cells)))
            }
            Form::JsonLines => match serde_json::from_slice::<Value>(&record.raw) {
                Ok(document @ Value::Object(_)) => Ok(Some(Body::Document(document))),
                _ => Err(malformed("a line is no JSON object")),
            },
        }
    }
}

impl Record {
    /// What tells it from any other of its file, and of the other files of its place.
    pub(crate) fn version(&self, path: &str) -> String {
        let mut hasher = DefaultHasher::new();
        self.raw.hash(&mut hasher);
        format!("{:016x}{:016x}", path_hash(path), hasher.finish())
    }
}

pub(crate) fn path_hash(path: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}

pub(crate) fn malformed(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_a_file_is_in_its_head_or_a_record() {
        for (form, text) in [
            (Form::Csv, "\u{feff}id;name\r\n1;\"a\nb\"\r\n\r\n2;c"),
            (Form::JsonLines, "{\"a\": 1}\n\n{\"b\":2}"),
            (Form::Csv, ""),
        ] {
            let mut records = Records::open(text.as_bytes(), form).unwrap();
            let mut all = records.head.clone();
            while let Some(record) = records.read().unwrap() {
                all.extend_from_slice(&record.raw);
            }
            assert_eq!(String::from_utf8(all).unwrap(), text);
        }
    }

    #[test]
    fn names_are_read_without_the_mark_before_them() {
        let records = Records::open("\u{feff}id;\"na;me\"\n".as_bytes(), Form::Csv).unwrap();
        assert_eq!(records.names.as_slice(), ["id", "na;me"]);
        assert_eq!(records.delimiter, b';');
        assert!(Records::open("a,a\n".as_bytes(), Form::Csv).is_err());
        assert!(Records::open(&b"\xFF\xFEa\0"[..], Form::Csv).is_err());
    }
}
