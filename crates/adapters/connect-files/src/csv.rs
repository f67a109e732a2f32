//! One record of a CSV file, with every byte of it (RFC 4180, and what spreadsheets make of it).

use std::io::{self, BufRead, Read as _};
use std::ops::Range;

/// What may stand between cells, most common first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A cell: where it stands in its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    /// With its quotes.
    pub at: Range<usize>,
    pub is_quoted: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Begins,
    Bare,
    Quoted,
    /// A quote within quotes: the end, or the first of two.
    Quote,
}

fn after(state: State, byte: u8, delimiter: u8) -> State {
    match (state, byte) {
        (State::Quoted, b'"') => State::Quote,
        (State::Quoted, _) | (State::Quote, b'"') => State::Quoted,
        (_, byte) if byte == delimiter => State::Begins,
        (State::Begins, b'"') => State::Quoted,
        _ => State::Bare,
    }
}

/// Reads the bytes of the next record, line end included. Returns false at the end of the file.
pub(crate) fn read_record(
    from: &mut impl BufRead,
    delimiter: u8,
    bytes_max: usize,
    raw: &mut Vec<u8>,
) -> io::Result<bool> {
    raw.clear();
    let mut state = State::Begins;
    loop {
        let start = raw.len();
        let left = u64::try_from(bytes_max + 1 - start.min(bytes_max)).unwrap_or(u64::MAX);
        let n_read = from.by_ref().take(left).read_until(b'\n', raw)?;
        if raw.len() > bytes_max {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the row is too long"));
        }
        if n_read == 0 {
            return match (raw.is_empty(), state) {
                (true, _) => Ok(false),
                (false, State::Quoted) => Err(io::Error::new(io::ErrorKind::InvalidData, "a quote is not closed")),
                (false, _) => Ok(true),
            };
        }
        for byte in raw.get(start..).unwrap_or_default() {
            state = after(state, *byte, delimiter);
        }
        if state != State::Quoted && raw.ends_with(b"\n") {
            return Ok(true);
        }
    }
}

/// Where the cells of a record stand.
pub(crate) fn cells(raw: &[u8], delimiter: u8) -> Vec<Cell> {
    let end = raw.len() - line_end(raw).len();
    let mut cells = Vec::new();
    let (mut start, mut state) = (0, State::Begins);
    for (at, byte) in raw.iter().enumerate().take(end) {
        let next = after(state, *byte, delimiter);
        if next == State::Begins {
            cells.push(cell(raw, start..at));
            start = at + 1;
        }
        state = next;
    }
    cells.push(cell(raw, start..end));
    cells
}

fn cell(raw: &[u8], at: Range<usize>) -> Cell {
    let is_quoted =
        raw.get(at.clone()).is_some_and(|bytes| bytes.len() >= 2 && bytes.starts_with(b"\"") && bytes.ends_with(b"\""));
    Cell { at, is_quoted }
}

/// What ends a record.
pub(crate) fn line_end(raw: &[u8]) -> &[u8] {
    let n_bytes = if raw.ends_with(b"\r\n") { 2 } else { usize::from(raw.ends_with(b"\n")) };
    raw.get(raw.len() - n_bytes..).unwrap_or_default()
}

/// What a cell says.
pub(crate) fn text(raw: &[u8], cell: &Cell) -> String {
    let bytes = raw.get(cell.at.clone()).unwrap_or_default();
    let inner = if cell.is_quoted { bytes.get(1..bytes.len() - 1).unwrap_or_default() } else { bytes };
    let text = String::from_utf8_lossy(inner);
    if cell.is_quoted { text.replace("\"\"", "\"") } else { text.into_owned() }
}

/// A text as a cell: in quotes where it must be, or where the cell was.
pub(crate) fn written(text: &str, delimiter: u8, was_quoted: bool) -> Vec<u8> {
    let needs = text.bytes().any(|byte| byte == delimiter || matches!(byte, b'"' | b'\r' | b'\n'));
    if needs || (was_quoted && !text.is_empty()) {
        format!("\"{}\"", text.replace('"', "\"\"")).into_bytes()
    } else {
        text.as_bytes().to_vec()
    }
}

/// What stands between the cells of a head: the most frequent of those that can, outside quotes.
pub(crate) fn delimiter_of(head: &[u8]) -> u8 {
    let count = |delimiter: u8| {
        let mut state = State::Begins;
        head.iter()
            .filter(|byte| {
                state = after(state, **byte, delimiter);
                state == State::Begins
            })
            .count()
    };
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str, delimiter: u8) -> Vec<Vec<String>> {
        let mut from = text.as_bytes();
        let (mut raw, mut all) = (Vec::new(), Vec::new());
        while read_record(&mut from, delimiter, 1_000, &mut raw).unwrap() {
            all.push(cells(&raw, delimiter).iter().map(|cell| super::text(&raw, cell)).collect());
        }
        all
    }

    #[test]
    fn records_are_read_with_quotes_line_ends_and_odd_cells() {
        assert_eq!(records("a,b\r\n1,2", b','), [["a", "b"], ["1", "2"]]);
        assert_eq!(records("\"a\nb\",\"c\"\"d\"\n,\n", b','), [["a\nb", "c\"d"], ["", ""]]);
        assert_eq!(records("a;b,c\n", b';'), [["a", "b,c"]]);
        assert_eq!(records("a\"b,c\n", b','), [["a\"b", "c"]], "a quote within a bare cell is one");
        assert_eq!(records("\"a\"b,c\n", b','), [["\"a\"b", "c"]]);
    }

    #[test]
    fn what_is_no_record_is_an_error() {
        let mut raw = Vec::new();
        assert!(read_record(&mut "\"a\nb\nc".as_bytes(), b',', 100, &mut raw).is_err());
        assert!(read_record(&mut "x".repeat(101).as_bytes(), b',', 100, &mut raw).is_err());
        assert!(read_record(&mut "x".repeat(100).as_bytes(), b',', 100, &mut raw).unwrap());
    }

    #[test]
    fn a_text_that_is_written_is_read_back() {
        for text in ["", "a", "a,b", "a\"b", "\"", "a\nb", "\r", "ü;|"] {
            for was_quoted in [true, false] {
                let raw = written(text, b',', was_quoted);
                let cells = cells(&raw, b',');
                assert_eq!((cells.len(), super::text(&raw, &cells[0]).as_str()), (1, text));
            }
        }
    }

    #[test]
    fn the_delimiter_is_seen_in_the_head() {
        assert_eq!(delimiter_of(b"a;b;c,d\n"), b';');
        assert_eq!(delimiter_of(b"\"a;b;c\",d\n"), b',');
        assert_eq!(delimiter_of(b"a\tb\n"), b'\t');
        assert_eq!(delimiter_of(b"a\n"), b',');
    }
}
