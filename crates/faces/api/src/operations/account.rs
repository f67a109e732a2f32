//! What is known of a subject's account: contract, age, whether it is in use.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_vault::{AgeAct, Choice, ContractAct};
use candor_words::SubjectId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::subjects::ContractAsked;
use crate::extract::At;
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(start_contract, end_contract))
        .routes(routes!(set_age))
        .routes(routes!(deactivate))
        .routes(routes!(reactivate))
}

/// On which side of the policy's age rule the subject is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AgeAsked {
    /// `at_least` or `under` the age of the policy.
    age: AgeName,
}

/// On which side of the policy's age rule the subject is.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AgeName {
    AtLeast,
    Under,
}

/// Notes that the contract started or was renewed.
#[utoipa::path(put, path = "/v1/subjects/{subject}/contract", tag = "subjects", request_body = ContractAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "What was noted", body = schema::Choice)))]
async fn start_contract(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<ContractAsked>,
) -> Result<Json<Choice>, Problem> {
    Ok(Json(api.vault().contract(&caller, subject, ContractAct::Start { until: asked.until }).await?))
}

/// Notes that the contract ended; the purposes that rest on it are refused from then on.
#[utoipa::path(delete, path = "/v1/subjects/{subject}/contract", tag = "subjects",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "What was noted", body = schema::Choice)))]
async fn end_contract(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Json<Choice>, Problem> {
    Ok(Json(api.vault().contract(&caller, subject, ContractAct::End).await?))
}

/// Notes on which side of the policy's age rule the subject is.
#[utoipa::path(put, path = "/v1/subjects/{subject}/age", tag = "subjects", request_body = AgeAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "What was noted", body = schema::Choice)))]
async fn set_age(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<AgeAsked>,
) -> Result<Json<Choice>, Problem> {
    let act = match asked.age {
        AgeName::AtLeast => AgeAct::AtLeast,
        AgeName::Under => AgeAct::Under,
    };
    Ok(Json(api.vault().set_age(&caller, subject, act).await?))
}

/// Switches the account off. Nothing is deleted: purposes that would address the subject are refused.
#[utoipa::path(post, path = "/v1/subjects/{subject}/deactivate", tag = "choices",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "What was noted", body = schema::Choice)))]
async fn deactivate(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Json<Choice>, Problem> {
    Ok(Json(api.vault().deactivate(&caller, subject).await?))
}

/// Switches the account on again, as it was.
#[utoipa::path(post, path = "/v1/subjects/{subject}/reactivate", tag = "choices",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "What was noted", body = schema::Choice)))]
async fn reactivate(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Json<Choice>, Problem> {
    Ok(Json(api.vault().reactivate(&caller, subject).await?))
}
