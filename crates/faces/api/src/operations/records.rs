//! Records: written, changed, closed, removed, listed without their values.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_vault::{NewRecord, RecordView};
use candor_words::{RecordId, SubjectId};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::Name;
use crate::extract::{Asked, At};
use crate::guard::By;
use crate::page::{Page, PageAsked};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list, put)).routes(routes!(patch, delete)).routes(routes!(close))
}

/// Values of one group, to be written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordAsked {
    /// The data group.
    #[schema(value_type = String, max_length = 128, example = "account")]
    group: Name,
    /// Values by field name within the group; `null` empties an optional field, `{"plain": …}` has a password hashed
    /// where the policy keeps only a hash.
    #[schema(value_type = Object, example = json!({"email": "ada@people.example", "name": "Ada Example"}))]
    values: BTreeMap<String, Value>,
    /// Where they come from: `subject`, `observed`, `other_users`, `organisation`, `linked:<service>`,
    /// `partners` or `public`; `subject` when not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128)]
    source: Option<Name>,
}

impl From<RecordAsked> for NewRecord {
    fn from(asked: RecordAsked) -> Self {
        Self { group: asked.group.0, values: asked.values, source: source_or_subject(asked.source) }
    }
}

/// New values of a record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ValuesAsked {
    /// Values by field name within the group; `null` empties an optional field, `{"plain": …}` has a password hashed
    /// where the policy keeps only a hash.
    #[schema(value_type = Object)]
    values: BTreeMap<String, Value>,
    /// Where they come from; `subject` when not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128)]
    source: Option<Name>,
}

/// Which records are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RecordsAsked {
    /// One data group; all of them when not given.
    group: Option<String>,
    /// `next` of the page before; without it, the first page.
    after: Option<String>,
    /// How many items at most; 100 when not given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

pub(super) fn source_or_subject(source: Option<Name>) -> String {
    source.map_or_else(|| "subject".to_owned(), |name| name.0)
}

/// Lists a subject's records, without their values.
#[utoipa::path(get, path = "/v1/subjects/{subject}/records", tag = "records",
    params(("subject" = String, Path, description = "The subject"), RecordsAsked),
    responses((status = 200, description = "A page of records", body = Page<schema::Record>)))]
async fn list(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Asked(asked): Asked<RecordsAsked>,
) -> Result<Json<Page<RecordView>>, Problem> {
    let page = PageAsked::new(asked.after, asked.limit);
    let after = page.after(|text| {
        let (group, record) = text.split_once(' ')?;
        Some((group.to_owned(), record.parse().ok()?))
    })?;
    let records = api.vault().records(&caller, subject, asked.group.as_deref(), after, page.limit()?).await?;
    let next = records.next.map(|(group, record)| format!("{group} {record}"));
    Ok(Json(Page::new(records.rows, next)))
}

/// Writes a record: the group's only one, or a new one of a group with many.
#[utoipa::path(post, path = "/v1/subjects/{subject}/records", tag = "records", request_body = RecordAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 201, description = "The record, without its values", body = schema::Record)))]
async fn put(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<RecordAsked>,
) -> Result<(StatusCode, Json<RecordView>), Problem> {
    Ok((StatusCode::CREATED, Json(api.vault().put_record(&caller, subject, asked.into()).await?)))
}

/// Changes some values of a record.
#[utoipa::path(patch, path = "/v1/subjects/{subject}/records/{group}/{record}", tag = "records",
    request_body = ValuesAsked,
    params(("subject" = String, Path, description = "The subject"), ("group" = String, Path, description = "The data group"),
        ("record" = String, Path, description = "The record")),
    responses((status = 200, description = "The record, without its values", body = schema::Record)))]
async fn patch(
    State(api): State<ApiState>,
    By(caller): By,
    At((subject, group, record)): At<(SubjectId, String, RecordId)>,
    Json(asked): Json<ValuesAsked>,
) -> Result<Json<RecordView>, Problem> {
    let new = NewRecord { group, values: asked.values, source: source_or_subject(asked.source) };
    Ok(Json(api.vault().patch_record(&caller, subject, record, new).await?))
}

/// Removes a record with its history.
#[utoipa::path(delete, path = "/v1/subjects/{subject}/records/{group}/{record}", tag = "records",
    params(("subject" = String, Path, description = "The subject"), ("group" = String, Path, description = "The data group"),
        ("record" = String, Path, description = "The record")),
    responses((status = 204, description = "Removed")))]
async fn delete(
    State(api): State<ApiState>,
    By(caller): By,
    At((subject, group, record)): At<(SubjectId, String, RecordId)>,
) -> Result<StatusCode, Problem> {
    api.vault().delete_record(&caller, subject, &group, record).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Closes a record, which starts the clock of keep rules that count from it.
#[utoipa::path(post, path = "/v1/subjects/{subject}/records/{group}/{record}/close", tag = "records",
    params(("subject" = String, Path, description = "The subject"), ("group" = String, Path, description = "The data group"),
        ("record" = String, Path, description = "The record")),
    responses((status = 200, description = "The record, without its values", body = schema::Record)))]
async fn close(
    State(api): State<ApiState>,
    By(caller): By,
    At((subject, group, record)): At<(SubjectId, String, RecordId)>,
) -> Result<Json<RecordView>, Problem> {
    Ok(Json(api.vault().close_record(&caller, subject, &group, record).await?))
}
