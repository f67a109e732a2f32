//! The ledger in the open: what anybody needs to check it, under the tenant's name.
//!
//! Nothing in it is about a person by name: entries hold blinded references. The files are those of
//! C2SP tlog-tiles, so that `ledger-check URL` works on `/ledger/{tenant}`.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use candor_http::{Json, Problem};
use candor_ledger::{ConsistencyProof, Receipt};
use candor_words::TenantId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Asked, At};
use crate::schema;
use crate::state::ApiState;

/// A full tile never changes.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(checkpoint))
        .routes(routes!(key))
        .routes(routes!(tile))
        .routes(routes!(receipt))
        .routes(routes!(consistency))
}

/// For which size a receipt is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SizeAsked {
    /// The size of the ledger; that of the newest checkpoint when not given.
    size: Option<u64>,
}

/// Between which sizes consistency is to be proved.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SizesAsked {
    /// The smaller size.
    from: u64,
    /// The larger size.
    to: u64,
}

/// The signed head of the ledger, as of now (C2SP tlog-checkpoint).
#[utoipa::path(get, path = "/ledger/{tenant}/checkpoint", tag = "ledger",
    params(("tenant" = String, Path, description = "The tenant's name in addresses")),
    responses((status = 200, description = "A signed note", body = String, content_type = "text/plain")))]
async fn checkpoint(State(api): State<ApiState>, At(tenant): At<String>) -> Result<Response, Problem> {
    let note = api.vault().checkpoint(tenant_of(&api, &tenant).await?).await?;
    Ok(([(header::CACHE_CONTROL, NOT_KEPT)], note).into_response())
}

/// The key that checks the checkpoints. Get it from elsewhere too: whoever forges a ledger forges this.
#[utoipa::path(get, path = "/ledger/{tenant}/key", tag = "ledger",
    params(("tenant" = String, Path, description = "The tenant's name in addresses")),
    responses((status = 200, description = "A verifier key", body = String, content_type = "text/plain")))]
async fn key(State(api): State<ApiState>, At(tenant): At<String>) -> Result<Response, Problem> {
    let tenant = tenant_of(&api, &tenant).await?;
    let text = api.vault().ledger_file(tenant, "key").await?.ok_or_else(no_file)?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))], text).into_response())
}

/// A tile of hashes or a bundle of entries (C2SP tlog-tiles).
#[utoipa::path(get, path = "/ledger/{tenant}/tile/{*path}", tag = "ledger",
    params(("tenant" = String, Path, description = "The tenant's name in addresses"),
        ("path" = String, Path, description = "`<level>/<index>` or `entries/<index>`, as tlog-tiles writes them")),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream")))]
async fn tile(State(api): State<ApiState>, At((tenant, path)): At<(String, String)>) -> Result<Response, Problem> {
    let tenant = tenant_of(&api, &tenant).await?;
    let bytes = api.vault().ledger_file(tenant, &format!("tile/{path}")).await?.ok_or_else(no_file)?;
    let keep = if path.contains(".p/") { NOT_KEPT } else { FOR_GOOD };
    let kind = HeaderValue::from_static("application/octet-stream");
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], bytes).into_response())
}

/// The receipt of an entry: the entry with the proof that the signed ledger holds it. Verifies offline.
#[utoipa::path(get, path = "/ledger/{tenant}/receipts/{entry}", tag = "ledger",
    params(("tenant" = String, Path, description = "The tenant's name in addresses"),
        ("entry" = u64, Path, description = "The entry's position"), SizeAsked),
    responses((status = 200, description = "The receipt", body = schema::Receipt)))]
async fn receipt(
    State(api): State<ApiState>,
    At((tenant, entry)): At<(String, u64)>,
    Asked(asked): Asked<SizeAsked>,
) -> Result<Json<Receipt>, Problem> {
    Ok(Json(api.vault().inclusion(tenant_of(&api, &tenant).await?, entry, asked.size).await?))
}

/// Proves that the ledger of one size begins with that of a smaller one (RFC 9162).
#[utoipa::path(get, path = "/ledger/{tenant}/consistency", tag = "ledger",
    params(("tenant" = String, Path, description = "The tenant's name in addresses"), SizesAsked),
    responses((status = 200, description = "The proof", body = schema::ConsistencyProof)))]
async fn consistency(
    State(api): State<ApiState>,
    At(tenant): At<String>,
    Asked(SizesAsked { from, to }): Asked<SizesAsked>,
) -> Result<Json<ConsistencyProof>, Problem> {
    Ok(Json(api.vault().consistency(tenant_of(&api, &tenant).await?, from, to).await?))
}

async fn tenant_of(api: &ApiState, slug: &str) -> Result<TenantId, Problem> {
    let tenant = api.vault().tenant_by_slug(slug).await?;
    tenant.map(|tenant| tenant.id).ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "tenant.unknown", "there is no tenant of this name")
            .help("the name is the one that stands in the addresses of its pages")
    })
}

fn no_file() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "ledger.no_file", "the ledger has no such file")
        .help("`checkpoint` tells its size; tlog-tiles tells which tiles that makes")
}
