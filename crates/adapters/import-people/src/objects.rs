//! JSON Lines: every line is an object, a person.
//!
//! A member is a column: `"account.email": …`. A member that is called like a group may hold the group's fields in an
//! object, or several records of it in an array of objects.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use serde_json::{Map, Value};

use crate::fault::{Fault, FileError};
use crate::mapping::Mapping;
use crate::person::{Person, Row};
use crate::rows::Place;
use crate::target::{ConsentPart, Target, is_name};
use crate::{COLUMNS_MAX, ROW_BYTES_MAX};

/// The most records of one group in one row.
const RECORDS_MAX: usize = 100;

/// The lines of a file.
pub(crate) struct Objects<R> {
    reader: BufReader<R>,
    byte: u64,
    line: Vec<u8>,
}

impl<R: Read + Seek> Objects<R> {
    pub(crate) fn open(from: R) -> Self {
        Self { reader: BufReader::with_capacity(64 << 10, from), byte: 0, line: Vec::new() }
    }

    pub(crate) fn go_to(&mut self, place: Place) -> Result<(), FileError> {
        self.reader.seek(SeekFrom::Start(place.byte))?;
        self.byte = place.byte;
        Ok(())
    }

    pub(crate) const fn byte(&self) -> u64 {
        self.byte
    }

    pub(crate) fn next(&mut self, number: u64, mapping: &Mapping) -> Option<Result<Result<Row, Fault>, FileError>> {
        loop {
            self.line.clear();
            let bound = ROW_BYTES_MAX as u64 + 1;
            match self.reader.by_ref().take(bound).read_until(b'\n', &mut self.line) {
                Ok(0) => return None,
                Ok(n) => self.byte += n as u64,
                Err(error) => return Some(Err(error.into())),
            }
            if self.line.len() > ROW_BYTES_MAX {
                return Some(Err(FileError::RowTooLong { row: number }));
            }
            if !self.line.iter().all(u8::is_ascii_whitespace) {
                return Some(Ok(read(&self.line, number, mapping)));
            }
        }
    }
}

fn read(line: &[u8], number: u64, mapping: &Mapping) -> Result<Row, Fault> {
    let fault = |column, code, reason| Fault { row: number, column, code, reason };
    let Ok(Value::Object(members)) = serde_json::from_slice(line) else {
        return Err(fault(None, "row.not_an_object", "the line is not one JSON object"));
    };
    if members.len() > COLUMNS_MAX {
        return Err(fault(None, "row.columns", "the object has more than 512 members"));
    }
    let mut person = Person::default();
    for (name, value) in members {
        if value.is_null() {
            continue;
        }
        let refuse = |(code, reason)| fault(known(&name, mapping), code, reason);
        match (mapping.target(&name), value) {
            (Ok(None), _) => {}
            (Ok(Some(Target::Consent(purpose, ConsentPart::Act))), Value::Object(parts)) => {
                put_consent(&mut person, &purpose, parts).map_err(refuse)?;
            }
            (Ok(Some(target)), value) => person.put(&target, value).map_err(refuse)?,
            (Err(_), Value::Object(fields)) if is_name(&name) => {
                put_fields(&mut person, &name, fields).map_err(refuse)?
            }
            (Err(_), Value::Array(records)) if is_name(&name) => {
                put_records(&mut person, &name, records).map_err(refuse)?
            }
            (Err(_), _) => return Err(refuse(UNKNOWN)),
        }
    }
    person.finish(number, mapping)
}

const UNKNOWN: (&str, &str) =
    ("row.column_unknown", "the object has a member that is neither a field, a group, nor left out");

/// The name of a member as a fault may show it: only when it is one that the mapping or the language knows.
fn known(name: &str, mapping: &Mapping) -> Option<String> {
    match mapping.target(name) {
        Ok(target) => target.map(|target| target.name()),
        Err(_) => None,
    }
}

fn put_fields(
    person: &mut Person,
    group: &str,
    fields: Map<String, Value>,
) -> Result<(), (&'static str, &'static str)> {
    for (field, value) in fields {
        if value.is_null() {
            continue;
        }
        if !is_name(&field) {
            return Err(UNKNOWN);
        }
        person.put(&Target::Field(group.to_owned(), field), value)?;
    }
    Ok(())
}

fn put_records(person: &mut Person, group: &str, records: Vec<Value>) -> Result<(), (&'static str, &'static str)> {
    if records.len() > RECORDS_MAX {
        return Err(("row.records_too_many", "the row brings more than 100 records of one group"));
    }
    for record in records {
        let Value::Object(mut fields) = record else { return Err(UNKNOWN) };
        fields.retain(|_, value| !value.is_null());
        if fields.keys().any(|field| !is_name(field)) {
            return Err(UNKNOWN);
        }
        person.put_record(group, fields);
    }
    Ok(())
}

fn put_consent(
    person: &mut Person,
    purpose: &str,
    parts: Map<String, Value>,
) -> Result<(), (&'static str, &'static str)> {
    for (part, value) in parts {
        let part = ConsentPart::of(&part).ok_or(("consent.malformed", "a consent has a part that is not known"))?;
        if !value.is_null() {
            person.put(&Target::Consent(purpose.to_owned(), part), value)?;
        }
    }
    Ok(())
}
