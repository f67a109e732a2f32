//! The systems that the policy declares, and how they compare with what the policy maps.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_rights::SystemView;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list))
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
