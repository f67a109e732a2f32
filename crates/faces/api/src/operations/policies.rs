//! The tenant and its policy: seen, and put into force.

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_vault::PolicyView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{List, Text};
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list, put))
}

/// A policy's files.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPolicy {
    /// Its files, in the order of their paths.
    #[schema(value_type = Vec<PolicyFile>, max_items = 100, min_items = 1)]
    files: List<PolicyFile, 100>,
}

/// One file of a policy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    /// What it is called in findings.
    #[schema(value_type = String, max_length = 128, example = "policy.candor")]
    path: Text<128>,
    /// Its text.
    #[schema(value_type = String, max_length = 1_000_000)]
    text: Text<1_000_000>,
}

/// Every version.
#[derive(Debug, Serialize)]
struct Versions {
    items: Vec<PolicyView>,
}

/// Lists the versions of the tenant's policy, oldest first.
#[utoipa::path(get, path = "/v1/policies", tag = "policy",
    responses((status = 200, description = "Every version", body = schema::Policies)))]
async fn list(State(api): State<ApiState>, By(caller): By) -> Result<Json<Versions>, Problem> {
    Ok(Json(Versions { items: api.vault().policies(caller.tenant()).await? }))
}

/// Puts a new version of the policy into force, at its effective date or now.
///
/// A policy with errors changes nothing; the problem carries the findings, underlined.
#[utoipa::path(post, path = "/v1/policies", tag = "policy", request_body = NewPolicy,
    responses((status = 201, description = "The version that was put", body = schema::Policy)))]
async fn put(
    State(api): State<ApiState>,
    By(caller): By,
    Json(new): Json<NewPolicy>,
) -> Result<(StatusCode, Json<PolicyView>), Problem> {
    let sources = new.files.0.into_iter().map(|file| (file.path.0, file.text.0)).collect();
    Ok((StatusCode::CREATED, Json(api.vault().put_policy(&caller, sources).await?)))
}
