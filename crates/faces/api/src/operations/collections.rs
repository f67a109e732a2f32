//! Automatic collection: seen, and switched by administrators.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_vault::{CollectionView, Switch};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::At;
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(switch))
}

/// Every collection.
#[derive(Debug, Serialize)]
struct Collections {
    items: Vec<CollectionView>,
}

/// Which way a collection is switched.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Switched {
    /// Whether what it covers is stored from now on.
    on: bool,
}

/// Lists the collections of the policy in force, and whether each is on.
#[utoipa::path(get, path = "/v1/collections", tag = "policy",
    responses((status = 200, description = "Every collection", body = schema::Collections)))]
async fn list(State(api): State<ApiState>, By(caller): By) -> Result<Json<Collections>, Problem> {
    Ok(Json(Collections { items: api.vault().collections(&caller).await? }))
}

/// Switches a collection: while it is off, a write of any field that it covers is refused as a whole.
///
/// What is stored already stays until it is erased or its time is over.
#[utoipa::path(put, path = "/v1/collections/{name}", tag = "policy", request_body = Switched,
    params(("name" = String, Path, description = "The collection's name in the policy")),
    responses((status = 200, description = "The collection as it stands now", body = schema::Collection)))]
async fn switch(
    State(api): State<ApiState>,
    By(caller): By,
    At(name): At<String>,
    Json(switched): Json<Switched>,
) -> Result<Json<CollectionView>, Problem> {
    let switch = if switched.on { Switch::On } else { Switch::Off };
    Ok(Json(api.vault().switch_collection(&caller, &name, switch).await?))
}
