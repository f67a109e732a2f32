//! Second factors, as administrators look after them: whether everybody needs one, and what one person has.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_identity::FactorView;
use candor_words::SubjectId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::At;
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(rules, set_rules)).routes(routes!(list, reset))
}

/// What administrators set about the front door.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoorRules {
    /// Whether everybody needs a second factor, beyond what the policy says. Who has none sets one up at the next sign-in.
    factor_required: bool,
}

/// The factors of one person.
#[derive(Debug, Serialize)]
struct Factors {
    items: Vec<FactorView>,
}

/// How many factors were taken away.
#[derive(Debug, Serialize)]
struct Reset {
    n_removed: usize,
}

/// What administrators set about the front door.
#[utoipa::path(get, path = "/v1/door", tag = "front door",
    responses((status = 200, description = "The rules", body = DoorRules)))]
async fn rules(State(api): State<ApiState>, By(caller): By) -> Result<Json<DoorRules>, Problem> {
    Ok(Json(DoorRules { factor_required: api.vault().is_factor_required(caller.tenant()).await? }))
}

/// Requires a second factor of everybody, or no more. The ledger says so.
#[utoipa::path(put, path = "/v1/door", tag = "front door", request_body = DoorRules,
    responses((status = 200, description = "The rules from now on", body = DoorRules)))]
async fn set_rules(
    State(api): State<ApiState>,
    By(caller): By,
    Json(asked): Json<DoorRules>,
) -> Result<Json<DoorRules>, Problem> {
    api.vault().require_factor(&caller, asked.factor_required).await?;
    Ok(Json(asked))
}

/// Lists the second factors of a person: what they are and since when; nothing that opens.
#[utoipa::path(get, path = "/v1/subjects/{subject}/factors", tag = "front door",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "The factors, oldest first", body = schema::Factors)))]
async fn list(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Json<Factors>, Problem> {
    Ok(Json(Factors { items: api.door()?.factors_of(&caller, subject).await? }))
}

/// Takes every second factor of a person away, for who has lost them all. Their sessions end; they are told; the ledger says
/// who did it.
#[utoipa::path(delete, path = "/v1/subjects/{subject}/factors", tag = "front door",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "How many there were", body = schema::FactorsReset)))]
async fn reset(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Json<Reset>, Problem> {
    Ok(Json(Reset { n_removed: api.door()?.reset_factors(&caller, subject).await? }))
}
