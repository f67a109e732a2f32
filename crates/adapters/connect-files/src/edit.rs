//! A record with some of its values changed: of a CSV record only the cells concerned, of a line its object.

use candor_connect::ConnectError;
use candor_connect_rows::Edit;
use candor_places::{DocumentPath, normalised, value_like};
use serde_json::{Value, json};

use crate::csv;
use crate::record::{Form, Record};

/// The bytes of a record after some edits. A column that a record has not is refused, where something should stand in it.
pub(crate) fn edited(
    record: &Record,
    form: Form,
    names: &[String],
    delimiter: u8,
    edits: &[Edit],
) -> Result<Vec<u8>, ConnectError> {
    match form {
        Form::Csv => csv_edited(record, names, delimiter, edits),
        Form::JsonLines => json_edited(record, edits),
    }
}

fn csv_edited(record: &Record, names: &[String], delimiter: u8, edits: &[Edit]) -> Result<Vec<u8>, ConnectError> {
    let mut new: Vec<Option<String>> = vec![None; record.cells.len()];
    for edit in edits {
        let at = names.iter().position(|name| name == edit.column()).ok_or_else(|| no_column(edit.column()))?;
        let Some(cell) = record.cells.get(at) else {
            // A row that is cut short has nothing there to be taken away.
            match edit {
                Edit::Blank { .. } | Edit::Unlink { .. } | Edit::Mark { to: None, .. } => continue,
                _ => return Err(no_column(edit.column())),
            }
        };
        let old = csv::text(&record.raw, cell);
        let text = match edit {
            Edit::Blank { .. } | Edit::Mark { to: None, .. } => Some(String::new()),
            Edit::Unlink { values, .. } => values.contains(&old).then(String::new),
            Edit::Put { to, .. } | Edit::Mark { to: Some(to), .. } => Some(to.clone()),
        };
        if let (Some(text), Some(slot)) = (text, new.get_mut(at)) {
            *slot = Some(text);
        }
    }
    let mut out = Vec::with_capacity(record.raw.len());
    let mut done = 0;
    for (cell, new) in record.cells.iter().zip(new) {
        let Some(text) = new else { continue };
        out.extend_from_slice(record.raw.get(done..cell.at.start).unwrap_or_default());
        out.extend_from_slice(&csv::written(&text, delimiter, cell.is_quoted));
        done = cell.at.end;
    }
    out.extend_from_slice(record.raw.get(done..).unwrap_or_default());
    Ok(out)
}

fn json_edited(record: &Record, edits: &[Edit]) -> Result<Vec<u8>, ConnectError> {
    let malformed = || ConnectError::Failed { why: format!("line {} is no JSON object", record.number) };
    let mut document: Value = serde_json::from_slice(&record.raw).map_err(|_| malformed())?;
    if loses_digits(&record.raw, &document) {
        let why = format!("line {} holds a number with more digits than can be written again", record.number);
        return Err(ConnectError::Refused { why });
    }
    for edit in edits {
        let path = DocumentPath::parse(edit.column()).ok_or_else(|| no_column(edit.column()))?;
        match edit {
            Edit::Blank { .. } | Edit::Mark { to: None, .. } => {
                path.change(&mut document, &mut |_| Some(Value::Null));
            }
            Edit::Unlink { values, .. } => {
                path.unlink(&mut document, &|text| values.iter().any(|value| value == text));
            }
            Edit::Mark { to: Some(to), .. } => put(&mut document, &path, edit.column(), to, &|_| true)?,
            Edit::Put { known, to, .. } => {
                let found = path.values(&document);
                let is_one = found.len() <= 1;
                let is_wrong = |value: &str| is_one || known.contains(&normalised(value));
                if !is_one && !found.iter().any(|value| is_wrong(value) || value == to) {
                    let why = format!(
                        "`{}` has several values, and none of them is known to be the wrong one",
                        edit.column()
                    );
                    return Err(ConnectError::Refused { why });
                }
                put(&mut document, &path, edit.column(), to, &is_wrong)?;
            }
        }
    }
    let mut out = serde_json::to_vec(&document).map_err(|_| malformed())?;
    out.extend_from_slice(csv::line_end(&record.raw));
    Ok(out)
}

fn put(
    document: &mut Value,
    path: &DocumentPath,
    column: &str,
    to: &str,
    is_wrong: &dyn Fn(&str) -> bool,
) -> Result<(), ConnectError> {
    let changed = path.change(document, &mut |old| {
        let is_meant = candor_places::text_of(old).is_none_or(|text| is_wrong(&text));
        (is_meant && !old.is_object()).then(|| value_like(Some(old), to))
    });
    if changed || path.values(document).iter().any(|value| value == to) {
        return Ok(());
    }
    match document.as_object_mut() {
        Some(object) if !column.contains(['.', '[']) && !object.contains_key(column) => {
            let flag = match to {
                "true" => json!(true),
                "false" => json!(false),
                text => json!(text),
            };
            object.insert(column.to_owned(), flag);
            Ok(())
        }
        _ => Err(no_column(column)),
    }
}

/// Whether a number stands in a line with more digits than it has once it is read.
fn loses_digits(raw: &[u8], document: &Value) -> bool {
    let text = String::from_utf8_lossy(raw);
    let long: Vec<&str> = text.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|run| run.len() > 15).collect();
    if long.is_empty() {
        return false;
    }
    let again = document.to_string();
    long.into_iter().any(|run| !again.contains(run))
}

fn no_column(column: &str) -> ConnectError {
    ConnectError::SchemaDiffers { what: format!("a row has no column `{column}`") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Records;

    fn edit_of(text: &str, form: Form, edits: &[Edit]) -> Result<String, String> {
        let mut records = Records::open(text.as_bytes(), form).unwrap();
        let record = records.read().unwrap().unwrap();
        let out = edited(&record, form, &records.names, records.delimiter, edits);
        out.map(|out| String::from_utf8(out).unwrap()).map_err(|error| error.to_string())
    }

    fn put_in(column: &str, known: &[&str], to: &str) -> Edit {
        let known = known.iter().map(|known| (*known).to_owned()).collect();
        Edit::Put { column: column.to_owned(), field: None, known, to: to.to_owned() }
    }

    #[test]
    fn of_a_csv_record_only_the_cell_concerned_changes() {
        let text = "id;name;\"mail\"\r\n1;  Rosa ;\"r@x.example\"\r\n";
        let put = |column: &str, to: &str| edit_of(text, Form::Csv, &[put_in(column, &[], to)]);
        assert_eq!(put("name", "R;K").as_deref(), Ok("1;\"R;K\";\"r@x.example\"\r\n"));
        assert_eq!(put("mail", "new").as_deref(), Ok("1;  Rosa ;\"new\"\r\n"));
        assert!(put("none", "x").is_err());
        let blank = Edit::Blank { column: "mail".to_owned() };
        assert_eq!(edit_of(text, Form::Csv, &[blank]).as_deref(), Ok("1;  Rosa ;\r\n"));
    }

    #[test]
    fn of_a_line_values_change_where_they_stand() {
        let text = "{\"id\":1,\"to\":[\"a\",\"b\"],\"n\":5}\n";
        let unlink = Edit::Unlink { column: "to".to_owned(), values: vec!["a".to_owned()] };
        assert_eq!(edit_of(text, Form::JsonLines, &[unlink]).as_deref(), Ok("{\"id\":1,\"n\":5,\"to\":[\"b\"]}\n"));
        let put = |column: &str, known: &[&str], to: &str| edit_of(text, Form::JsonLines, &[put_in(column, known, to)]);
        assert_eq!(put("n", &[], "6").as_deref(), Ok("{\"id\":1,\"n\":6,\"to\":[\"a\",\"b\"]}\n"));
        assert_eq!(put("to", &["b"], "c").as_deref(), Ok("{\"id\":1,\"n\":5,\"to\":[\"a\",\"c\"]}\n"));
        assert!(put("to", &[], "c").is_err(), "which of several is not guessed");
        assert!(put("x.y", &[], "c").is_err());
        let mark = Edit::Mark { column: "held".to_owned(), to: Some("true".to_owned()) };
        assert!(edit_of(text, Form::JsonLines, &[mark]).unwrap().contains("\"held\":true"));
    }

    #[test]
    fn a_number_that_would_lose_digits_is_left_alone() {
        let text = "{\"id\":1,\"n\":123456789012345678901234}\n";
        assert!(edit_of(text, Form::JsonLines, &[put_in("id", &[], "2")]).unwrap_err().contains("digits"));
    }
}
