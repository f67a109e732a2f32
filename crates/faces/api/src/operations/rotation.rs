//! The tenant's key: renewed by administrators, while everything goes on.

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_vault::RotationView;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(state, rotate))
}

/// Says which version of the tenant's key wraps subject keys, and whether older ones are being moved to it.
#[utoipa::path(get, path = "/v1/rotation", tag = "policy",
    responses((status = 200, description = "Where the rotation stands", body = schema::Rotation)))]
async fn state(State(api): State<ApiState>, By(caller): By) -> Result<Json<RotationView>, Problem> {
    Ok(Json(api.vault().rotation(&caller).await?))
}

/// Gives the tenant a new version of its key; subject keys are moved to it in the background, and no read waits.
#[utoipa::path(post, path = "/v1/rotation", tag = "policy",
    responses((status = 202, description = "Where the rotation stands", body = schema::Rotation)))]
async fn rotate(State(api): State<ApiState>, By(caller): By) -> Result<(StatusCode, Json<RotationView>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(api.vault().rotate_tenant_key(&caller).await?)))
}
