//! Files of any bytes are rows, faults of rows, or the end of the file; no fault repeats what stood in a row.

#![no_main]

use std::collections::BTreeMap;
use std::io::Cursor;

use candor_import_people::{Form, Mapping, Rows, Sources};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
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
});
