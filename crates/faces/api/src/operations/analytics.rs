//! De-identified views: counts of groups, and rows that many share. No identifier, no small group.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_vault::{Aggregate, ResearchRow};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{List, Name, Text};
use crate::guard::By;
use crate::page::{Page, PageAsked};
use crate::schema;
use crate::state::ApiState;

mod export;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(aggregate)).routes(routes!(export::export)).routes(routes!(research))
}

/// What is counted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AggregateAsked {
    /// A de-identified purpose.
    #[schema(value_type = String, max_length = 128, example = "analytics")]
    purpose: Name,
    /// The fields whose values make a group.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 8, example = json!(["usage.feature"]))]
    by: List<Name, 8>,
}

/// Which rows are asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResearchAsked {
    /// A de-identified purpose.
    #[schema(value_type = String, max_length = 128, example = "analytics")]
    purpose: Name,
    /// The fields of a row.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 8, example = json!(["usage.feature"]))]
    fields: List<Name, 8>,
    /// `next` of the page before; without it, the first page.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 400)]
    after: Option<Text<400>>,
    /// How many rows at most; 100 when not given.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Counts subjects by the values of fields; groups smaller than the purpose allows are suppressed.
#[utoipa::path(post, path = "/v1/aggregates", tag = "reading", request_body = AggregateAsked,
    responses((status = 200, description = "The groups", body = schema::Aggregate)))]
async fn aggregate(
    State(api): State<ApiState>,
    By(caller): By,
    Json(asked): Json<AggregateAsked>,
) -> Result<Json<Aggregate>, Problem> {
    Ok(Json(api.vault().aggregate(&caller, &asked.purpose.0, &names(asked.by)).await?))
}

/// Lists rows without identifiers, of which each combination of values is shared by enough subjects.
#[utoipa::path(post, path = "/v1/research", tag = "reading", request_body = ResearchAsked,
    responses((status = 200, description = "A page of rows", body = Page<schema::ResearchRow>)))]
async fn research(
    State(api): State<ApiState>,
    By(caller): By,
    Json(asked): Json<ResearchAsked>,
) -> Result<Json<Page<ResearchRow>>, Problem> {
    let page = PageAsked::new(asked.after.map(|text| text.0), asked.limit);
    let after = page.after(|text| text.parse().ok())?;
    let rows = api.vault().research(&caller, &asked.purpose.0, &names(asked.fields), after, page.limit()?).await?;
    Ok(Json(Page::new(rows.rows, rows.next)))
}

fn names(list: List<Name, 8>) -> Vec<String> {
    list.0.into_iter().map(|name| name.0).collect()
}
