//! Rectification and erasure (GDPR Art. 16, 17).

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use candor_http::{Json, Problem};
use candor_vault::{Caller, Erasure, NewRecord, Rectified};
use candor_words::{RecordId, RequestId, SubjectId};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::records::source_or_subject;
use crate::bounded::Name;
use crate::extract::At;
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(rectify)).routes(routes!(erase))
}

/// Values to be corrected.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RectifyAsked {
    /// The data group.
    #[schema(value_type = String, max_length = 128, example = "account")]
    group: Name,
    /// Which record.
    #[schema(value_type = String)]
    record: RecordId,
    /// The right values, by field name within the group.
    #[schema(value_type = Object, example = json!({"name": "Ada Example"}))]
    values: BTreeMap<String, Value>,
    /// Where they come from; `subject` when not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128)]
    source: Option<Name>,
    /// The request that this answers.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    request: Option<RequestId>,
}

/// What an erasure answers.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EraseAsked {
    /// The request that this answers; without one, a request is opened and answered at once.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    request: Option<RequestId>,
}

/// Corrects values; the old ones are kept as history, fields derived from them follow. Connected systems and recipients that have
/// them hear of it by a push, which is not waited for.
#[utoipa::path(post, path = "/v1/subjects/{subject}/rectify", tag = "rights", request_body = RectifyAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "What was corrected", body = schema::Rectified)))]
async fn rectify(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<RectifyAsked>,
) -> Result<Json<Rectified>, Problem> {
    let RectifyAsked { group, record, values, source, request } = asked;
    let new = NewRecord { group: group.0, values, source: source_or_subject(source) };
    Ok(Json(api.vault().rectify(&caller, subject, record, new, request).await?))
}

/// Erases a subject: keys, records and history are destroyed, and every operation answers `subject.erased`.
///
/// Where the policy's systems are connected, they come first: the answer is then 202 with the request, and the subject goes
/// when nothing is left there. Refused while a legal hold is in force. `entry` is the ledger entry that proves it: fetch its receipt
/// at `/ledger/{tenant}/receipts/{entry}`.
#[utoipa::path(post, path = "/v1/subjects/{subject}/erase", tag = "rights", request_body = EraseAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "What was erased", body = schema::Erased),
        (status = 202, description = "It goes through connected systems first: the request tells how far it is", body = schema::Request)))]
async fn erase(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<EraseAsked>,
) -> Result<Response, Problem> {
    let erasure = api.vault().erase_everywhere(&caller, subject, asked.request).await?;
    answer_erasure(&api, &caller, erasure).await
}

/// What came of an erasure, or the request that tells how far it is.
pub(super) async fn answer_erasure(api: &ApiState, caller: &Caller, erasure: Erasure) -> Result<Response, Problem> {
    Ok(match erasure {
        Erasure::Done(erased) => Json(erased).into_response(),
        Erasure::UnderWay(request) => {
            let request = api.vault().request(caller, request).await?;
            (StatusCode::ACCEPTED, Json(request)).into_response()
        }
    })
}
