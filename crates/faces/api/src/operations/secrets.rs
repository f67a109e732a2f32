//! Secrets of the tenant: kept, listed by name, removed; never shown.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_vault::{NewSecret, SecretView};
use candor_words::Secret;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::Name;
use crate::extract::{Asked, At};
use crate::guard::By;
use crate::page::{Page, PageAsked};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, remove))
}

/// A secret to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SecretAsked {
    /// The one purpose it serves.
    #[schema(value_type = String, max_length = 128, example = "provisioning")]
    purpose: Name,
    /// The one recipient it is shown to.
    #[schema(value_type = String, max_length = 128, example = "cloud")]
    recipient: Name,
    /// Its parts by name: at most 8, of at most 4096 bytes.
    #[schema(value_type = Object, example = json!({"email": "service@people.example", "token": "…"}))]
    parts: BTreeMap<String, String>,
}

/// Lists the tenant's secrets by name, without themselves.
#[utoipa::path(get, path = "/v1/secrets", tag = "secrets", params(PageAsked),
    responses((status = 200, description = "A page of secrets, without themselves", body = Page<schema::SecretKept>)))]
async fn list(
    State(api): State<ApiState>,
    By(caller): By,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<SecretView>>, Problem> {
    let after = page.after(|text| Some(text.to_owned()))?;
    let secrets = api.vault().secrets(&caller, after, page.limit()?).await?;
    Ok(Json(Page::new(secrets.rows, secrets.next)))
}

/// Keeps a secret for one purpose and one recipient; no operation shows it again.
///
/// One of the same name is replaced, and its key destroyed.
#[utoipa::path(put, path = "/v1/secrets/{name}", tag = "secrets", request_body = SecretAsked,
    params(("name" = String, Path, description = "What you call it")),
    responses((status = 200, description = "Kept", body = schema::SecretKept)))]
async fn put(
    State(api): State<ApiState>,
    By(caller): By,
    At(name): At<String>,
    Json(asked): Json<SecretAsked>,
) -> Result<Json<SecretView>, Problem> {
    let parts = asked.parts.into_iter().map(|(name, part)| (name, Secret::new(part))).collect();
    let new = NewSecret { name, purpose: asked.purpose.0, recipient: asked.recipient.0, parts };
    Ok(Json(api.vault().put_secret(&caller, new).await?))
}

/// Removes a secret and destroys its key.
#[utoipa::path(delete, path = "/v1/secrets/{name}", tag = "secrets",
    params(("name" = String, Path, description = "What you call it")),
    responses((status = 204, description = "Removed")))]
async fn remove(State(api): State<ApiState>, By(caller): By, At(name): At<String>) -> Result<StatusCode, Problem> {
    api.vault().remove_secret(&caller, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
