//! Requests on their way through connected systems: planned, approved, watched, tried again, proved.

use std::collections::BTreeMap;

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_ledger::RightsReceipt;
use candor_rights::{Approval, BATCH_MAX, Batch, BatchOutcome, NotThem, RunView};
use candor_vault::{NewRecord, RequestView};
use candor_words::{RecordId, RequestId, SubjectId};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::records::source_or_subject;
use super::requests::RightName;
use super::restriction::TermsAsked;
use crate::bounded::{List, Name, Text};
use crate::extract::At;
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(batch))
        .routes(routes!(plan))
        .routes(routes!(approve))
        .routes(routes!(steps))
        .routes(routes!(retry))
        .routes(routes!(accept_found))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(receipt))
}

/// What an approval says besides yes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApproveAsked {
    /// For a rectification: what is put right, in the vault and wherever it is mapped.
    #[serde(default)]
    correction: Option<CorrectionAsked>,
    /// For a restriction: what was agreed with the person; nothing is allowed, until it is lifted, when not given.
    #[serde(default)]
    terms: Option<TermsAsked>,
}

/// Values that are put right.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CorrectionAsked {
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
}

/// A right of many people.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BatchAsked {
    /// Which right.
    right: RightName,
    /// Whose: at most 10 000.
    #[schema(value_type = Vec<String>, max_items = 10_000)]
    subjects: List<SubjectId, BATCH_MAX>,
    /// The caller has checked who is asking, for all of them.
    #[serde(default)]
    identity_proved: bool,
    /// Each is carried out in connected systems.
    #[serde(default)]
    approve: bool,
    /// It is only said what would be done for all of them together, system by system; nothing is changed anywhere. Not with
    /// `approve`.
    #[serde(default)]
    plan: bool,
}

/// Opens a request of each of many people, unless one for that right already waits, and carries them out when that is asked:
/// together in each system, each with its own outcome. The answer says who was refused and why.
#[utoipa::path(post, path = "/v1/requests:batch", tag = "rights", request_body = BatchAsked,
    responses((status = 200, description = "What was opened", body = schema::BatchOutcome)))]
async fn batch(
    State(api): State<ApiState>,
    By(caller): By,
    Json(asked): Json<BatchAsked>,
) -> Result<Json<BatchOutcome>, Problem> {
    let BatchAsked { right, subjects, identity_proved, approve, plan } = asked;
    let batch = Batch { right: right.into(), subjects: subjects.0, identity_proved, approve, plan };
    Ok(Json(api.rights()?.open_batch(&caller, &batch).await?))
}

/// Says what carrying the request out would do: each connected system, each place, how many rows, the statements, what is
/// kept and on what ground. Nothing is changed anywhere.
#[utoipa::path(post, path = "/v1/requests/{request}/plan", tag = "rights",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request with its steps", body = schema::Run)))]
async fn plan(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
) -> Result<Json<RunView>, Problem> {
    Ok(Json(api.rights()?.plan(&caller, request).await?))
}

/// Lets the request be carried out in every connected system; planned first when it was not.
#[utoipa::path(post, path = "/v1/requests/{request}/approve", tag = "rights", request_body = ApproveAsked,
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request with its steps", body = schema::Run)))]
async fn approve(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
    Json(asked): Json<ApproveAsked>,
) -> Result<Json<RunView>, Problem> {
    let correction = asked.correction.map(|asked| {
        let CorrectionAsked { group, record, values, source } = asked;
        (record, NewRecord { group: group.0, values, source: source_or_subject(source) })
    });
    let terms = asked.terms.map(TermsAsked::terms);
    Ok(Json(api.rights()?.approve(&caller, request, Approval { correction, terms }).await?))
}

/// Shows how far the request is, system by system.
#[utoipa::path(get, path = "/v1/requests/{request}/steps", tag = "rights",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request with its steps", body = schema::Run)))]
async fn steps(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
) -> Result<Json<RunView>, Problem> {
    Ok(Json(api.rights()?.run(&caller, request).await?))
}

/// Has one step tried again now, that failed or waits for its next attempt.
#[utoipa::path(post, path = "/v1/requests/{request}/steps/{system}/retry", tag = "rights",
    params(("request" = String, Path, description = "The request"),
        ("system" = String, Path, description = "The system's name in the policy")),
    responses((status = 200, description = "The request with its steps", body = schema::Run)))]
async fn retry(
    State(api): State<ApiState>,
    By(caller): By,
    At((request, system)): At<(RequestId, String)>,
) -> Result<Json<RunView>, Problem> {
    Ok(Json(api.rights()?.retry(&caller, request, &system).await?))
}

/// What was found, and why it is not the person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AcceptFoundAsked {
    /// The place, as `left` of the step names it.
    #[schema(value_type = String, max_length = 1024)]
    place: Text<1024>,
    /// The column; every one of the place where something was found, when nothing is said.
    #[schema(value_type = Option<String>, max_length = 1024)]
    column: Option<Text<1024>>,
    /// Why it is not them: one line of 1 to 200 bytes. It stands in the receipt, so that it must name nobody.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    reason: Text<200>,
}

/// Decides that what the search found in a place is not the person, and searches anew. The decision stands in the ledger and the receipt,
/// and holds for as many rows as were found.
#[utoipa::path(post, path = "/v1/requests/{request}/steps/{system}/accept-found", tag = "rights", request_body = AcceptFoundAsked,
    params(("request" = String, Path, description = "The request"),
        ("system" = String, Path, description = "The system's name in the policy")),
    responses((status = 200, description = "The request with its steps", body = schema::Run)))]
async fn accept_found(
    State(api): State<ApiState>,
    By(caller): By,
    At((request, system)): At<(RequestId, String)>,
    Json(asked): Json<AcceptFoundAsked>,
) -> Result<Json<RunView>, Problem> {
    let AcceptFoundAsked { place, column, reason } = asked;
    let not_them = NotThem { place: place.0, column: column.map(|column| column.0), reason: reason.0 };
    Ok(Json(api.rights()?.accept_found(&caller, request, &system, &not_them).await?))
}

/// Lets the clock stand still while the subject has to say something first.
#[utoipa::path(post, path = "/v1/requests/{request}/pause", tag = "rights",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn pause(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
) -> Result<Json<RequestView>, Problem> {
    Ok(Json(api.vault().pause_request(&caller, request).await?))
}

/// Lets the clock go on; it ends later by as long as it stood still.
#[utoipa::path(post, path = "/v1/requests/{request}/resume", tag = "rights",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn resume(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
) -> Result<Json<RequestView>, Problem> {
    Ok(Json(api.rights()?.resume(&caller, request).await?))
}

/// The receipt: each system, each place, what was done, what is kept and why, and what the search found. It holds no
/// personal data, can be had after the subject is gone, and verifies offline with `ledger-check --receipt FILE --key KEY`.
#[utoipa::path(get, path = "/v1/requests/{request}/receipt", tag = "rights",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The receipt", body = schema::RightsReceipt)))]
async fn receipt(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
) -> Result<Json<RightsReceipt>, Problem> {
    Ok(Json(api.vault().rights_receipt(&caller, request).await?))
}
