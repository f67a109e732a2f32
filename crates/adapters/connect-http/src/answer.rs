//! The rows of an answer.

use candor_call::Reply;
use candor_connect::ConnectError;
use candor_manifest::model::{Call, Condition};
use candor_places::DocumentPath;
use serde_json::Value;

use crate::asked::said;

/// The most rows of one answer.
const ROWS_MAX: usize = 100_000;

/// The document of an answer that says yes.
pub(crate) fn document(reply: Reply, call: &Call) -> Result<Value, ConnectError> {
    let document = if reply.is_success() && reply.body.trim_ascii().is_empty() { Value::Null } else { reply.json()? };
    if call.fails_where.as_ref().is_some_and(|condition| meets(&document, condition)) {
        let why = format!("`{}` was answered with success, and said no", said(call));
        return Err(ConnectError::Failed { why });
    }
    Ok(document)
}

/// The rows that stand in a document, those aside that say that they have gone.
pub(crate) fn rows(document: &Value, call: &Call) -> Result<Vec<Value>, ConnectError> {
    let failed = |what: &str| ConnectError::Failed { why: format!("`{}` was answered {what}", said(call)) };
    let at = match &call.rows_at {
        None => Some(document),
        Some(path) => path.split('.').try_fold(document, |at, step| at.get(step)),
    };
    let rows = match at {
        Some(Value::Array(rows)) => rows.clone(),
        Some(row @ Value::Object(_)) => vec![row.clone()],
        Some(Value::Null) if call.rows_at.is_some() => Vec::new(),
        _ => return Err(failed("without the rows that should stand there")),
    };
    if rows.len() > ROWS_MAX {
        return Err(failed("with more than 100000 rows at once"));
    }
    let is_gone = |row: &Value| call.gone_where.as_ref().is_some_and(|condition| meets(row, condition));
    Ok(rows.into_iter().filter(|row| row.is_object() && !is_gone(row)).collect())
}

fn meets(document: &Value, condition: &Condition) -> bool {
    let values = DocumentPath::parse(&condition.column).map(|path| path.values(document)).unwrap_or_default();
    condition.values.iter().any(|wanted| values.contains(wanted))
}
