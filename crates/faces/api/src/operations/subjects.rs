//! Subjects: made, listed, seen without their fields, found by an identifier.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use candor_http::{Json, Problem};
use candor_vault::{CreatedSubject, NewContract, NewSubject, SubjectView};
use candor_words::{Instant, SubjectId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::records::RecordAsked;
use crate::bounded::{List, Name, Text};
use crate::extract::{Asked, At};
use crate::guard::By;
use crate::page::{Page, PageAsked};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show)).routes(routes!(find))
}

/// A subject to be made.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SubjectAsked {
    /// Its first records.
    #[serde(default)]
    #[schema(value_type = Vec<RecordAsked>, max_items = 100)]
    records: List<RecordAsked, 100>,
    /// The contract, when it begins with one.
    #[serde(default)]
    contract: Option<ContractAsked>,
}

/// A contract that begins now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContractAsked {
    /// When it ends, when that is known.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) until: Option<Instant>,
}

/// An identifier to look up. It stands in the body, so that no address or log holds it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// What for: a purpose that may use the field.
    #[schema(value_type = String, max_length = 128, example = "support")]
    purpose: Name,
    /// A field that identifies the subject.
    #[schema(value_type = String, max_length = 128, example = "account.email")]
    field: Name,
    /// Its value.
    #[schema(value_type = String, max_length = 2000, example = "ada@people.example")]
    value: Text<2000>,
}

/// Who holds the identifier.
#[derive(Debug, Serialize, ToSchema)]
struct Found {
    /// The subject; `null` when nobody does.
    #[schema(value_type = Option<String>)]
    subject: Option<SubjectId>,
}

/// As long as an answer with a subject in it.
const FOUND_BYTES: usize = 64;

impl IntoResponse for Found {
    /// Whoever sees no more of the answer than its length does not learn whether somebody was found.
    fn into_response(self) -> Response {
        let mut body = serde_json::json!(self).to_string();
        body.extend(std::iter::repeat_n(' ', FOUND_BYTES.saturating_sub(body.len())));
        let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
        (headers, body).into_response()
    }
}

/// Lists the tenant's subjects, without their fields.
#[utoipa::path(get, path = "/v1/subjects", tag = "subjects", params(PageAsked),
    responses((status = 200, description = "A page of subjects", body = Page<schema::Subject>)))]
async fn list(
    State(api): State<ApiState>,
    By(caller): By,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<SubjectView>>, Problem> {
    let after = page.after(|text| text.parse().ok())?;
    let subjects = api.vault().subjects(&caller, after, page.limit()?).await?;
    Ok(Json(Page::new(subjects.rows, subjects.next)))
}

/// Makes a subject with its first records.
#[utoipa::path(post, path = "/v1/subjects", tag = "subjects", request_body = SubjectAsked,
    responses((status = 201, description = "The subject", body = schema::CreatedSubject)))]
async fn create(
    State(api): State<ApiState>,
    By(caller): By,
    Json(asked): Json<SubjectAsked>,
) -> Result<(StatusCode, Json<CreatedSubject>), Problem> {
    let new = NewSubject {
        records: asked.records.0.into_iter().map(Into::into).collect(),
        contract: asked.contract.map(|contract| NewContract { until: contract.until }),
    };
    Ok((StatusCode::CREATED, Json(api.vault().create_subject(&caller, new).await?)))
}

/// Shows a subject's state and standing, without its fields.
#[utoipa::path(get, path = "/v1/subjects/{subject}", tag = "subjects",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "The subject", body = schema::Subject)))]
async fn show(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Json<SubjectView>, Problem> {
    Ok(Json(api.vault().subject(&caller, subject).await?))
}

/// Finds the subject that holds an identifier, for a purpose that may use that field.
///
/// A look-up that is refused is refused before anybody is looked for; one that is allowed takes as long, and is
/// answered at the same length, whether or not somebody holds the identifier.
#[utoipa::path(post, path = "/v1/subjects/find", tag = "subjects", request_body = Wanted,
    responses((status = 200, description = "Who holds it", body = Found)))]
async fn find(State(api): State<ApiState>, By(caller): By, Json(wanted): Json<Wanted>) -> Result<Found, Problem> {
    let Wanted { purpose, field, value } = wanted;
    let subject = api.vault().find(&caller, &purpose.0, &field.0, &value.0).await?;
    Ok(Found { subject })
}
