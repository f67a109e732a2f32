//! What connected systems say: files of folders, SCIM services; and what is put into calls to web services.

use candor_connect_files::{Form, Records};
use candor_connect_http::{form, json, target};
use candor_manifest::stencil::Stencil;
use candor_places::{DOCUMENT_CELLS_MAX, DocumentPath, document_cells};
use candor_scim::{Filter, PAGE_MAX, error_word, list, resource_types, schemas};
use serde_json::Value;

/// Every byte of a file is in its head or in one record, and records are numbered from 1.
pub(crate) fn records(bytes: &[u8]) {
    for form in [Form::Csv, Form::JsonLines] {
        let Ok(mut records) = Records::open(bytes, form) else { continue };
        let mut all = records.head.clone();
        let mut n_read = 0;
        let is_whole = loop {
            let Ok(record) = records.read() else { break false };
            let Some(record) = record else { break true };
            n_read += 1;
            assert_eq!(record.number, n_read);
            if let Ok(Some(body)) = records.body(&record) {
                let cells = body.cells();
                cells.iter().for_each(|(column, _)| drop(body.values(column)));
                assert!(form == Form::Csv || cells.len() <= DOCUMENT_CELLS_MAX);
            }
            all.extend_from_slice(&record.raw);
        };
        assert!(!is_whole || all == bytes, "a byte is lost");
    }
}

/// Messages are read within bounds; a filter reads back as itself.
pub(crate) fn scim(bytes: &[u8]) {
    let _ = error_word(bytes);
    if let Ok(message) = serde_json::from_slice::<Value>(bytes) {
        assert!(document_cells(&message).len() <= DOCUMENT_CELLS_MAX);
        if let Ok(page) = list(message) {
            assert!(page.resources.len() <= PAGE_MAX);
            for kind in resource_types(&page.resources) {
                assert!(!kind.endpoint.contains(".."));
            }
            let _ = schemas(&page.resources);
            for path in ["emails.value", "emails[work].value", "d"].into_iter().filter_map(DocumentPath::parse) {
                page.resources.iter().for_each(|resource| drop(path.values(resource)));
            }
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(filter) = Filter::parse(text) {
        assert_eq!(Filter::parse(&filter.to_string()).as_ref(), Some(&filter));
    }
    let filter = Filter::equals("userName", text).expect("a path").or(text);
    assert_eq!(Filter::parse(&filter.to_string()), Some(filter));
}

/// A stencil is written as it is read. Whatever value is put in: a path gets no further step or parameter, a form no further
/// pair, JSON no further member.
pub(crate) fn stencil(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (stencil, value) = text.split_once('\n').unwrap_or((text, text));
    if let Ok(read) = Stencil::parse(stencil) {
        assert_eq!(Stencil::parse(&read.to_string()).as_ref(), Ok(&read));
    }
    let (evil, good) = (|_: &str| Some(value.to_owned()), |_: &str| Some("x".to_owned()));
    let marks = |text: &str| text.chars().filter(|c| matches!(c, '/' | '?' | '&' | '=' | '#')).count();
    if let (Ok(filled), Ok(plain)) = (target(stencil, &evil), target(stencil, &good)) {
        assert_eq!(marks(&filled), marks(&plain));
        assert!(filled.bytes().all(|byte| byte.is_ascii_graphic()));
    }
    if let (Ok(filled), Ok(plain)) = (form(stencil, &evil), form(stencil, &good)) {
        assert_eq!(marks(&filled), marks(&plain));
    }
    if let (Ok(filled), Ok(plain)) = (json(stencil, &evil), json(stencil, &good)) {
        assert_eq!(shape(&filled), shape(&plain));
    }
}

/// A document without what its texts say.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(_) => Value::Null,
        Value::Array(values) => Value::Array(values.iter().map(shape).collect()),
        Value::Object(object) => object.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        other => other.clone(),
    }
}
