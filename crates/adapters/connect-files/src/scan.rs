//! Goes through files on a thread of its own, and hands over what it finds in small portions.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};

use candor_connect::ConnectError;
use candor_connect_rows::LiveRow;
use candor_places::{MappedPlace, normalised};
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::folder::{Folder, Listed, failed, is_compressed, open};
use crate::record::Form;

/// How many portions wait to be taken.
const PORTIONS_MAX: usize = 4;
const PORTION_ROWS: usize = 256;
const PORTION_BYTES: usize = 1024 * 1024;
/// How much of a line of text is looked at at once, and how much of it again, so that nothing is cut in two.
const WINDOW_BYTES: u64 = 256 * 1024;
const OVERLAP_BYTES: usize = 8 * 1024;

/// What stands in a table, for the search: the table, then each value with its column.
pub(crate) type Seen = (String, Vec<(String, String)>);

/// Receives what the thread finds, portion by portion.
pub(crate) type Portions<T> = Receiver<Result<Vec<T>, ConnectError>>;

/// The rows of a place in which one of some columns has one of some values.
pub(crate) fn rows(folder: &Folder, place: &MappedPlace, wants: HashMap<String, HashSet<String>>) -> Portions<LiveRow> {
    let (folder, place) = (folder.clone(), place.clone());
    on_thread(move |out| {
        let mut out = Portion::new(out);
        for (file, form) in folder.files_of(&place)? {
            let mut records = open(&file.path, form, &place.name)?;
            if form == Form::Csv {
                let columns = wants.keys().chain(&place.key);
                check_names(columns, &records.names, &place.name)?;
            }
            while let Some(record) = records.read().map_err(|error| failed(&error, &place.name))? {
                let body = records.body(&record).map_err(|error| {
                    let number = record.number;
                    match failed(&error, &place.name) {
                        ConnectError::Refused { why } => ConnectError::Refused { why: format!("{why}, row {number}") },
                        other => other,
                    }
                })?;
                let Some(body) = body else { continue };
                let is_wanted = wants.iter().any(|(column, values)| {
                    body.values(column).iter().any(|value| values.contains(&normalised(value)))
                });
                if !is_wanted {
                    continue;
                }
                let version = Some(record.version(&file.name));
                let Some(row) = LiveRow::of(&place, body, version) else {
                    let why = format!("row {} of `{}` has no key", record.number, place.name);
                    return Err(ConnectError::Refused { why });
                };
                if !out.push(row, record.raw.len()) {
                    return Ok(());
                }
            }
        }
        out.flush();
        Ok(())
    })
}

/// Everything in the folder: rows of the files that have such, lines of the others, and the names of all.
pub(crate) fn everything(folder: &Folder) -> Portions<Seen> {
    let folder = folder.clone();
    on_thread(move |out| {
        let files = folder.files()?;
        let n_closed = files.iter().filter(|file| file.leads_out || is_compressed(&file.name)).count();
        if n_closed > 0 {
            let why = format!(
                "{n_closed} files of the folder are compressed, or links that lead out of it, and cannot be searched; unpack or move them"
            );
            return Err(ConnectError::Refused { why });
        }
        let mut tables: HashMap<String, String> = HashMap::new();
        for place in &folder.map.places {
            for (file, _) in folder.files_of(place)? {
                tables.insert(file.name, place.name.clone());
            }
        }
        let mut out = Portion::new(out);
        for file in files {
            let table = tables.get(&file.name).unwrap_or(&file.name);
            if !out.push((NAMES.to_owned(), names(&file.name)), file.name.len()) || !one(&file, table, &mut out)? {
                return Ok(());
            }
        }
        out.flush();
        Ok(())
    })
}

/// What the names of files are called, where one of them is a trace.
pub(crate) const NAMES: &str = "names of files";

/// A file's name, and what is left of it without its endings: an address may stand before them.
fn names(name: &str) -> Vec<(String, String)> {
    let ends = name.match_indices('.').map(|(at, _)| at).chain([name.len()]);
    ends.filter_map(|end| name.get(..end)).map(|name| ("name".to_owned(), name.to_owned())).collect()
}

/// Returns false when nobody wants more.
fn one(file: &Listed, table: &str, out: &mut Portion<Seen>) -> Result<bool, ConnectError> {
    let io = |error: std::io::Error| failed(&error, table);
    if let Some(form) = Form::of(&file.name)
        && let Ok(mut records) = open(&file.path, form, table)
    {
        loop {
            // What is no record is looked at as text.
            let Ok(next) = records.read() else { return lines(file, table, out) };
            let Some(record) = next else { return Ok(true) };
            let cells = match records.body(&record) {
                Ok(Some(body)) => body.cells(),
                Ok(None) => continue,
                Err(_) => vec![("line".to_owned(), String::from_utf8_lossy(&record.raw).into_owned())],
            };
            if !out.push((table.to_owned(), cells), record.raw.len()) {
                return Ok(false);
            }
        }
    }
    // A file that grows shorter or goes while it is read is not there any more.
    match File::open(&file.path) {
        Ok(_) => lines(file, table, out),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(io(error)),
    }
}

fn lines(file: &Listed, table: &str, out: &mut Portion<Seen>) -> Result<bool, ConnectError> {
    let io = |error: std::io::Error| failed(&error, table);
    let mut from = BufReader::with_capacity(256 * 1024, File::open(&file.path).map_err(io)?);
    let mut line: Vec<u8> = Vec::new();
    loop {
        let n_read = from.by_ref().take(WINDOW_BYTES).read_until(b'\n', &mut line).map_err(io)?;
        if n_read == 0 {
            return Ok(true);
        }
        let text = String::from_utf8_lossy(&line).into_owned();
        if !out.push((table.to_owned(), vec![("line".to_owned(), text)]), line.len()) {
            return Ok(false);
        }
        if line.ends_with(b"\n") {
            line.clear();
        } else {
            line.drain(..line.len().saturating_sub(OVERLAP_BYTES));
        }
    }
}

fn check_names<'n>(
    columns: impl Iterator<Item = &'n String>,
    names: &[String],
    place: &str,
) -> Result<(), ConnectError> {
    for column in columns {
        if !names.contains(column) {
            return Err(ConnectError::SchemaDiffers { what: format!("`{place}` has no column `{column}`") });
        }
    }
    Ok(())
}

struct Portion<T> {
    out: Sender<Result<Vec<T>, ConnectError>>,
    rows: Vec<T>,
    n_bytes: usize,
}

impl<T> Portion<T> {
    fn new(out: &Sender<Result<Vec<T>, ConnectError>>) -> Self {
        Self { out: out.clone(), rows: Vec::new(), n_bytes: 0 }
    }

    /// Returns false when nobody wants more.
    fn push(&mut self, row: T, n_bytes: usize) -> bool {
        self.rows.push(row);
        self.n_bytes += n_bytes;
        if self.rows.len() < PORTION_ROWS && self.n_bytes < PORTION_BYTES {
            return true;
        }
        self.flush()
    }

    fn flush(&mut self) -> bool {
        self.n_bytes = 0;
        self.out.blocking_send(Ok(std::mem::take(&mut self.rows))).is_ok()
    }
}

fn on_thread<T: Send + 'static>(
    work: impl FnOnce(&Sender<Result<Vec<T>, ConnectError>>) -> Result<(), ConnectError> + Send + 'static,
) -> Portions<T> {
    let (out, portions) = mpsc::channel(PORTIONS_MAX);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = work(&out) {
            let _ = out.blocking_send(Err(error));
        }
    });
    portions
}
