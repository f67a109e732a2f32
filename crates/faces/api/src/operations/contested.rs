//! Disputes about what is held: opened for somebody, seen with what they wrote, taken back.

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_vault::{Contested, DisputeView, DisputeWords, ErrorKind, NewDispute, RequestView, VaultError};
use candor_words::{RecordId, RequestId, SubjectId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{Name, Text};
use crate::extract::At;
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(open)).routes(routes!(show)).routes(routes!(take_back))
}

/// What somebody says is not right about themself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ContestAsked {
    /// The kind of data: a group of the policy.
    #[schema(value_type = String, max_length = 128, example = "account")]
    group: Name,
    /// One record of it; all of them when not given.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    record: Option<RecordId>,
    /// One field, by its whole name; every one when not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128, example = "account.name")]
    field: Option<Name>,
    /// Why it is not right, in the person's words: at most 500 characters. Kept under their key until the dispute is over.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    reason: Option<Text<2000>>,
    /// What would be right, where they know it: as long, and kept as long.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    proposed: Option<Text<2000>>,
}

/// A dispute with what the person wrote about it.
#[derive(Serialize)]
struct Contest {
    #[serde(flatten)]
    dispute: DisputeView,
    words: DisputeWords,
}

/// Opens a dispute about what is held, for the person: a request for rectification whose clock runs, and use is restricted from
/// then on. What is disputed already is not opened again.
#[utoipa::path(post, path = "/v1/subjects/{subject}/disputes", tag = "rights", request_body = ContestAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 201, description = "The request", body = schema::Request),
        (status = 200, description = "The request by which the same is disputed already", body = schema::Request)))]
async fn open(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<ContestAsked>,
) -> Result<(StatusCode, Json<RequestView>), Problem> {
    let contested = Contested { group: asked.group.0, record: asked.record, field: asked.field.map(|field| field.0) };
    let words = DisputeWords { reason: asked.reason.map(|text| text.0), proposed: asked.proposed.map(|text| text.0) };
    let disputed = api.vault().dispute_held(&caller, subject, NewDispute { contested, words }).await?;
    let status = if disputed.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(disputed.request)))
}

/// Shows a dispute that is not over, with what the person wrote about it: the ledger says that somebody looked.
#[utoipa::path(get, path = "/v1/requests/{request}/dispute", tag = "rights",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The dispute", body = schema::Contest)))]
async fn show(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
) -> Result<Json<Contest>, Problem> {
    let dispute =
        api.vault().dispute(&caller, request).await?.ok_or_else(|| {
            VaultError::new(ErrorKind::Missing, "request.not_disputed", "the request is not disputed")
        })?;
    let words = api.vault().dispute_words(&caller, request).await?;
    Ok(Json(Contest { dispute, words }))
}

/// Takes a dispute back because the person wants that: what it restricted is used again, and the request that was opened for it is
/// closed. In the privacy centre people do it themselves.
#[utoipa::path(post, path = "/v1/requests/{request}/dispute/withdraw", tag = "rights",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn take_back(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
) -> Result<Json<RequestView>, Problem> {
    Ok(Json(api.vault().withdraw_dispute(&caller, request).await?))
}
