//! The counts of a de-identified purpose as a file: a table (RFC 4180) or JSON, sent row by row.
//!
//! What is suppressed in the answer of `/v1/aggregates` is suppressed here; the totals of what is shown give nothing
//! away, because the vault holds every coarser count to the policy's smallest group.

use std::io;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use candor_http::{Json, Problem};
use candor_vault::{Aggregate, AggregateGroup};
use futures_util::stream;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::names;
use crate::bounded::{List, Name};
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

const SUPPRESSED: HeaderName = HeaderName::from_static("candor-suppressed-groups");
const ENTRY: HeaderName = HeaderName::from_static("candor-entry");
/// How many rows are written before they are sent.
const ROWS_AT_ONCE: usize = 256;

/// What is counted, and in which form it is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AggregateFileAsked {
    /// A de-identified purpose.
    #[schema(value_type = String, max_length = 128, example = "analytics")]
    purpose: Name,
    /// The fields whose values make a group.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 8, example = json!(["usage.feature"]))]
    by: List<Name, 8>,
    /// A table for spreadsheets, or JSON.
    form: FileForm,
}

/// The form of a file.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FileForm {
    Csv,
    Json,
}

/// Counts subjects by the values of fields, as a file; groups smaller than the purpose allows are suppressed, and so
/// is whatever would give them away.
#[utoipa::path(post, path = "/v1/aggregates/export", tag = "reading", request_body = AggregateFileAsked,
    responses((status = 200, description = "The groups, one row each; the last column counts the subjects", content(
            (schema::Aggregate = "application/json"), (String = "text/csv")),
        headers(("Candor-Suppressed-Groups" = u64, description = "How many groups were too small to show"),
            ("Candor-Entry" = u64, description = "The ledger entry")))))]
pub(super) async fn export(
    State(api): State<ApiState>,
    By(caller): By,
    Json(asked): Json<AggregateFileAsked>,
) -> Result<Response, Problem> {
    let counted = api.vault().aggregate(&caller, &asked.purpose.0, &names(asked.by)).await?;
    let (kind, name) = match asked.form {
        FileForm::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"counts.csv\""),
        FileForm::Json => ("application/json", "attachment; filename=\"counts.json\""),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (SUPPRESSED, HeaderValue::from(counted.suppressed_groups)),
        (ENTRY, HeaderValue::from(counted.entry)),
    ];
    let body = match asked.form {
        FileForm::Csv => Body::from_stream(stream::iter(table(counted))),
        FileForm::Json => Body::from_stream(stream::iter(document(counted))),
    };
    Ok((headers, body).into_response())
}

/// The head, then the rows, some at a time.
fn table(counted: Aggregate) -> impl Iterator<Item = io::Result<Bytes>> {
    let mut names = counted.fields.clone();
    names.sort_unstable();
    names.push("subjects".to_owned());
    let head = lines(std::iter::once(names));
    std::iter::once(head).chain(chunks(counted.groups).map(|groups| {
        lines(
            groups.into_iter().map(|group| {
                group.values.values().map(cell).chain([group.subjects.to_string()]).collect::<Vec<String>>()
            }),
        )
    }))
}

fn lines(rows: impl Iterator<Item = Vec<String>>) -> io::Result<Bytes> {
    let mut table = csv::Writer::from_writer(Vec::new());
    for row in rows {
        table.write_record(row)?;
    }
    table.into_inner().map(Bytes::from).map_err(|error| io::Error::other(error.error().to_string()))
}

/// The same object as `/v1/aggregates` answers, its groups some at a time.
fn document(counted: Aggregate) -> impl Iterator<Item = io::Result<Bytes>> {
    let end = format!(
        "],\"suppressed_groups\":{},\"group_min\":{},\"entry\":{}}}\n",
        counted.suppressed_groups, counted.group_min, counted.entry
    );
    let rows = chunks(counted.groups).enumerate().map(|(at, groups)| {
        let mut text = String::new();
        for (row, group) in groups.iter().enumerate() {
            text.push_str(if at == 0 && row == 0 { "\n" } else { ",\n" });
            text.push_str(&serde_json::to_string(group)?);
        }
        Ok(Bytes::from(text))
    });
    std::iter::once(Ok(Bytes::from_static(b"{\"groups\":["))).chain(rows).chain([Ok(Bytes::from(end))])
}

fn chunks(groups: Vec<AggregateGroup>) -> impl Iterator<Item = Vec<AggregateGroup>> {
    let mut groups = groups.into_iter();
    std::iter::from_fn(move || {
        let some: Vec<AggregateGroup> = groups.by_ref().take(ROWS_AT_ONCE).collect();
        (!some.is_empty()).then_some(some)
    })
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
