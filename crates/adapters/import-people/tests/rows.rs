//! Files as rows: what is taken, what is refused row by row, and what ends a file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

use std::collections::BTreeMap;
use std::io::Cursor;

use candor_import_people::{Fault, FileError, Form, Mapping, MappingError, Rows, Sources};
use proptest::prelude::*;
use serde_json::{Value, json};

fn sources() -> Sources {
    Sources::new("subject".into(), BTreeMap::from([("signal".to_owned(), "observed".to_owned())]))
}

fn mapping(map: &[(&str, &str)], skip: &[&str]) -> Mapping {
    let map: Vec<_> = map.iter().map(|(column, target)| ((*column).to_owned(), (*target).to_owned())).collect();
    let skip: Vec<_> = skip.iter().map(|column| (*column).to_owned()).collect();
    Mapping::new(&map, &skip, sources(), false).unwrap()
}

fn rows(text: &str, form: Form, mapping: Mapping) -> Result<Rows<Cursor<Vec<u8>>>, FileError> {
    Rows::open(Cursor::new(text.as_bytes().to_vec()), form, mapping)
}

/// Row, column and code of a fault.
type Told = (u64, Option<String>, &'static str);

/// Bodies of good rows, codes of bad ones.
fn read(text: &str, form: Form) -> Vec<Result<Value, Told>> {
    let told = |fault: Fault| (fault.row, fault.column, fault.code);
    rows(text, form, mapping(&[], &[])).unwrap().map(|row| row.unwrap().map(|row| row.body).map_err(told)).collect()
}

#[test]
fn a_csv_row_becomes_records_a_contract_and_consents() {
    let text = "\u{feff}account.email,account.name,signal.ip,@contract,@consent.news,@consent.news.at\r\n\
                a@b.example,\"Ada \"\"A\"\", L\",,yes,given,2025-01-01T00:00:00Z\r\n";
    assert_eq!(
        read(text, Form::Csv),
        [Ok(json!({
            "row": 1,
            "records": [{ "group": "account", "source": "subject", "values": { "email": "a@b.example", "name": "Ada \"A\", L" } }],
            "contract": {},
            "consents": [{ "purpose": "news", "act": "given", "at": "2025-01-01T00:00:00Z" }],
        }))]
    );
}

#[test]
fn an_object_may_hold_groups_and_several_records() {
    let line = r#"{"account": {"email": "a@b.example", "age": 5, "gone": null}, "signal": [{"ip": "::1"}, {"ip": "::2"}], "@contract": "no"}"#;
    let rows = read(line, Form::JsonLines);
    let body = rows[0].as_ref().unwrap();
    assert_eq!(
        body["records"],
        json!([
            { "group": "account", "source": "subject", "values": { "email": "a@b.example", "age": 5 } },
            { "group": "signal", "source": "observed", "values": { "ip": "::1" } },
            { "group": "signal", "source": "observed", "values": { "ip": "::2" } },
        ])
    );
    assert_eq!(body["contract"], Value::Null);
}

#[test]
fn what_is_wrong_with_a_row_refuses_that_row() {
    let text =
        "account.email,@consent.news,@consent.news.at,@contract\n,,,\na,perhaps,,\na,,2025,\na,,,maybe\na,,\nb,,,\n";
    let codes: Vec<_> =
        read(text, Form::Csv).into_iter().map(|row| row.map(|_| ()).map_err(|(n, _, code)| (n, code))).collect();
    assert_eq!(
        codes,
        [
            Err((1, "row.empty")),
            Err((2, "consent.act_unknown")),
            Err((3, "consent.act_missing")),
            Err((4, "contract.malformed")),
            Err((5, "row.columns")),
            Ok(()),
        ]
    );
    let lines =
        "{\"a\": 1}\n[]\n\n{\"account.email\": \"x\", \"account\": {\"email\": \"y\"}}\n{\"account\": {\"E\": 1}}\n{";
    let codes: Vec<_> = read(lines, Form::JsonLines).into_iter().map(|row| row.unwrap_err()).collect();
    let told = codes.iter().map(|(row, column, code)| (*row, column.as_deref(), *code)).collect::<Vec<_>>();
    assert_eq!(told[0], (1, None, "row.column_unknown"));
    assert_eq!(told[1], (2, None, "row.not_an_object"));
    assert_eq!(told[2].2, "row.value_twice");
    assert_eq!(told[3], (4, None, "row.column_unknown"));
    assert_eq!(told[4], (5, None, "row.not_an_object"));
}

#[test]
fn columns_are_mapped_left_out_or_unknown() {
    let open = |header: &str, map: &[(&str, &str)], skip: &[&str]| {
        rows(&format!("{header}\n"), Form::Csv, mapping(map, skip)).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(open("Mail,x", &[("Mail", "account.email")], &["x"]), Ok(()));
    assert!(open("Ada Lovelace,a.b", &[], &[]).unwrap_err().contains("column `1`"));
    assert!(open("a.b,Mail", &[("Mail", "a.b")], &[]).unwrap_err().contains("the same thing"));
    assert!(open("a.b", &[("Mail", "a.c")], &[]).unwrap_err().contains("no column `Mail`"));
    assert!(open(&vec!["x"; 513].join(","), &[], &["x"]).unwrap_err().contains("more than `512`"));
    assert!(matches!(rows("", Form::Csv, mapping(&[], &[])), Err(FileError::HeaderMissing)));
    let target = |target: &str| Mapping::new(&[("c".into(), target.into())], &[], sources(), false).err();
    for bad in ["", "account", "a.b.c", "Account.email", "@consent", "@consent.news.who", "@else"] {
        assert!(matches!(target(bad), Some(MappingError::TargetUnknown { .. })), "{bad}");
    }
}

#[test]
fn a_row_without_end_ends_the_file() {
    let csv = format!("a.b\nok\n\"{}", "x".repeat(600_000));
    let mut rows_of = rows(&csv, Form::Csv, mapping(&[], &[])).unwrap();
    assert!(rows_of.next().unwrap().unwrap().is_ok());
    assert!(matches!(rows_of.next(), Some(Err(FileError::RowTooLong { row: 2 }))));
    let line = format!("{{\"a.b\": \"{}\"}}\n", "x".repeat(600_000));
    let mut rows_of = rows(&line, Form::JsonLines, mapping(&[], &[])).unwrap();
    assert!(matches!(rows_of.next(), Some(Err(FileError::RowTooLong { row: 1 }))));
    // Many rows of a good length are read, however long the file.
    let many = "a.b\n".to_owned() + &format!("{}\n", "y".repeat(100_000)).repeat(20);
    assert_eq!(
        rows(&many, Form::Csv, mapping(&[], &[])).unwrap().filter(|row| row.as_ref().unwrap().is_ok()).count(),
        20
    );
}

#[test]
fn what_is_not_utf8_is_refused_where_it_stands() {
    let bytes = b"a.b,a.c\nx,\xff\ny,z\n".to_vec();
    let rows: Vec<_> = Rows::open(Cursor::new(bytes), Form::Csv, mapping(&[], &[])).unwrap().collect();
    let first = rows[0].as_ref().unwrap().as_ref().unwrap_err();
    assert_eq!((first.column.as_deref(), first.code), (Some("a.c"), "row.not_utf8"));
    assert!(rows[1].as_ref().unwrap().is_ok());
}

proptest! {
    /// Left off after any row and gone on with, a file gives the same rows.
    #[test]
    fn a_file_is_gone_on_with_where_it_was_left_off(
        cells in prop::collection::vec("[a-z ,\"\n]{0,12}", 1..20),
        left_off in 0_usize..20,
        is_csv in any::<bool>(),
    ) {
        let left_off = left_off.min(cells.len());
        let (form, text) = if is_csv {
            let lines = cells.iter().map(|cell| format!("\"{}\",1\n", cell.replace('"', "\"\"")));
            (Form::Csv, "a.b,a.c\n".to_owned() + &lines.collect::<String>())
        } else {
            let lines = cells.iter().map(|cell| json!({ "a.b": cell, "a.c": "1" }).to_string() + "\n");
            (Form::JsonLines, lines.collect())
        };
        let all: Vec<_> = rows(&text, form, mapping(&[], &[])).unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(all.len(), cells.len());
        let mut first = rows(&text, form, mapping(&[], &[])).unwrap();
        let mut read: Vec<_> = first.by_ref().take(left_off).map(Result::unwrap).collect();
        let mut second = rows(&text, form, mapping(&[], &[])).unwrap();
        second.go_to(first.place()).unwrap();
        read.extend(second.map(Result::unwrap));
        prop_assert_eq!(read, all);
    }

    /// Any bytes are rows, faults, or the end of the file; no row holds more than its bound.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), is_csv in any::<bool>()) {
        let form = if is_csv { Form::Csv } else { Form::JsonLines };
        if let Ok(rows) = Rows::open(Cursor::new(bytes), form, mapping(&[], &[])) {
            for row in rows.take(1_000) {
                if row.is_err() {
                    break;
                }
            }
        }
    }
}
