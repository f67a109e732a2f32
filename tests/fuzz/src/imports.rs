//! Files that an administrator brings along from elsewhere: data maps, lists of people, password hashes.

use std::collections::BTreeMap;
use std::io::Cursor;

use candor_import_fides::{Options, translate};
use candor_import_people::{Form, Mapping, Rows, Sources};
use candor_password::PasswordHash;

/// Any YAML is a manifest that parses and is formatted once and for all, or an error.
pub(crate) fn fides_yaml(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let sources = [("fuzz.yml".to_owned(), text.to_owned())];
    if let Ok(translation) = translate(&sources, &Options::default()) {
        let formatted = candor_manifest::format(&translation.manifest).expect("what is translated parses");
        assert_eq!(candor_manifest::format(&formatted).as_deref(), Ok(formatted.as_str()));
    }
}

/// Files of any bytes are rows, faults of rows, or the end of the file; each row has its number.
pub(crate) fn import_rows(bytes: &[u8]) {
    for form in [Form::Csv, Form::JsonLines] {
        let sources = Sources::new("subject".to_owned(), BTreeMap::new());
        let mapping = Mapping::new(&[], &[], sources, false).expect("an empty mapping");
        let Ok(rows) = Rows::open(Cursor::new(bytes.to_vec()), form, mapping) else { continue };
        for (row, n) in rows.zip(1..) {
            match row {
                Ok(Ok(row)) => assert_eq!(row.number, n),
                Ok(Err(fault)) => assert_eq!(fault.row, n),
                Err(_) => break,
            }
        }
    }
}

/// Any text is a password hash of bounded cost or an error; nothing is verified here, for that takes its time.
pub(crate) fn password_hash(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(hash) = PasswordHash::parse(text) {
        assert!(!hash.form().is_empty());
    }
}
