//! API keys: issued, listed, revoked.

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_vault::{KeyView, NewKey, Scope};
use candor_words::{ApiKeyId, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{List, Name, Text};
use crate::extract::{Asked, At};
use crate::guard::By;
use crate::page::{Page, PageAsked};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list, issue)).routes(routes!(revoke))
}

/// A key to be issued.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KeyAsked {
    /// What people call it.
    #[schema(value_type = String, max_length = 100, example = "mailer")]
    label: Text<100>,
    /// What it may be used for.
    #[schema(value_type = Vec<schema::Scope>, min_items = 1, max_items = 8)]
    scopes: List<Scope, 8>,
    /// The recipient for which alone it may ask.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128)]
    recipient: Option<Name>,
    /// The purposes for which alone it may ask; all of them when absent.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 512)]
    purposes: Option<List<Name, 512>>,
    /// From when on it is refused.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Instant>,
}

/// A key that was issued.
#[derive(Debug, Serialize, ToSchema)]
struct KeyIssued {
    /// Its public half.
    #[schema(value_type = String, example = "key_0123456789abcdef0123456789abcdef")]
    id: ApiKeyId,
    /// The whole text to present, shown this once; `null` when the request is repeated.
    secret: Option<String>,
}

/// Lists the tenant's keys.
#[utoipa::path(get, path = "/v1/keys", tag = "keys", params(PageAsked),
    responses((status = 200, description = "A page of keys, without their secrets", body = Page<schema::Key>)))]
async fn list(
    State(api): State<ApiState>,
    By(caller): By,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<KeyView>>, Problem> {
    let after = page.after(|text| text.parse().ok())?;
    let keys = api.vault().keys(&caller, after, page.limit()?).await?;
    Ok(Json(Page::new(keys.rows, keys.next)))
}

/// Issues a key, bound to scopes and perhaps to a recipient, to purposes and to a time.
#[utoipa::path(post, path = "/v1/keys", tag = "keys", request_body = KeyAsked,
    responses((status = 201, description = "The key; its secret is shown this once", body = KeyIssued)))]
async fn issue(
    State(api): State<ApiState>,
    By(caller): By,
    Json(asked): Json<KeyAsked>,
) -> Result<(StatusCode, Json<KeyIssued>), Problem> {
    let new = NewKey {
        label: asked.label.0,
        scopes: asked.scopes.0,
        recipient: asked.recipient.map(|name| name.0),
        purposes: asked.purposes.map(|names| names.0.into_iter().map(|name| name.0).collect()),
        expires_at: asked.expires_at,
    };
    let issued = api.vault().issue_key(&caller, new).await?;
    Ok((StatusCode::CREATED, Json(KeyIssued { id: issued.id, secret: Some(issued.secret.expose().clone()) })))
}

/// Revokes a key; from then on it is refused.
#[utoipa::path(delete, path = "/v1/keys/{key}", tag = "keys",
    params(("key" = String, Path, description = "The key's public half")),
    responses((status = 204, description = "Revoked")))]
async fn revoke(State(api): State<ApiState>, By(caller): By, At(key): At<ApiKeyId>) -> Result<StatusCode, Problem> {
    api.vault().revoke_key(&caller, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
