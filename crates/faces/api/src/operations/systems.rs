//! The systems that the policy declares, and how they compare with what the policy maps.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_rights::{SystemCheck, SystemProposal, SystemView};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::At;
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(check)).routes(routes!(discover))
}

/// The systems of the policy in force.
#[derive(Serialize, ToSchema)]
struct Systems {
    #[schema(value_type = Vec<schema::System>)]
    systems: Vec<SystemView>,
}

/// Lists the systems that the policy in force declares, and whether each is connected.
#[utoipa::path(get, path = "/v1/systems", tag = "rights",
    responses((status = 200, description = "The systems", body = Systems)))]
async fn list(State(api): State<ApiState>, By(caller): By) -> Result<Json<Systems>, Problem> {
    Ok(Json(Systems { systems: api.rights()?.systems(&caller).await? }))
}

/// Compares the mapping of a system with its live schema: what is missing, unmapped, unowned or ambiguous.
#[utoipa::path(get, path = "/v1/systems/{name}/check", tag = "rights",
    params(("name" = String, Path, description = "The system's name in the policy")),
    responses((status = 200, description = "What was found", body = schema::SystemCheck)))]
async fn check(
    State(api): State<ApiState>,
    By(caller): By,
    At(name): At<String>,
) -> Result<Json<SystemCheck>, Problem> {
    Ok(Json(api.rights()?.check_system(&caller, &name).await?))
}

/// Reads the live schema of a system and proposes places; nothing is applied.
#[utoipa::path(get, path = "/v1/systems/{name}/discover", tag = "rights",
    params(("name" = String, Path, description = "The system's name in the policy")),
    responses((status = 200, description = "A proposal", body = schema::SystemProposal)))]
async fn discover(
    State(api): State<ApiState>,
    By(caller): By,
    At(name): At<String>,
) -> Result<Json<SystemProposal>, Problem> {
    Ok(Json(api.rights()?.discover_system(&caller, &name).await?))
}
