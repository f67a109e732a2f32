//! Disclosures to authorities: proposed by one person, approved by another, counted for all to see.

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_vault::{DisclosureView, TransparencyReport};
use candor_words::{RequestId, SubjectId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::read::Question;
use crate::bounded::Text;
use crate::extract::{Asked, At};
use crate::guard::By;
use crate::page::{Page, PageAsked};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(propose))
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(approve))
        .routes(routes!(refuse))
        .routes(routes!(transparency))
}

/// A disclosure to be approved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DisclosureAsked {
    /// What the authority would read.
    question: Question,
    /// The order or law it leans on, without personal data.
    #[schema(value_type = String, max_length = 200, example = "order 12/2026 of the district court")]
    legal_reference: Text<200>,
}

/// Which disclosures are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DisclosuresAsked {
    /// Those about one subject; about all when not given.
    #[param(value_type = Option<String>)]
    subject: Option<SubjectId>,
    /// `next` of the page before; without it, the first page.
    after: Option<String>,
    /// How many items at most; 100 when not given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Proposes a disclosure to an authority; nothing is read before a second person approves it.
#[utoipa::path(post, path = "/v1/subjects/{subject}/disclosures", tag = "disclosures", request_body = DisclosureAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 201, description = "The disclosure", body = schema::Disclosure)))]
async fn propose(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<DisclosureAsked>,
) -> Result<(StatusCode, Json<DisclosureView>), Problem> {
    let ask = asked.question.of(subject, false);
    let disclosure = api.vault().propose_disclosure(&caller, &ask, &asked.legal_reference.0).await?;
    Ok((StatusCode::CREATED, Json(disclosure)))
}

/// Lists disclosures. A page may hold fewer than asked for and still have a next one.
#[utoipa::path(get, path = "/v1/disclosures", tag = "disclosures", params(DisclosuresAsked),
    responses((status = 200, description = "A page of disclosures", body = Page<schema::Disclosure>)))]
async fn list(
    State(api): State<ApiState>,
    By(caller): By,
    Asked(asked): Asked<DisclosuresAsked>,
) -> Result<Json<Page<DisclosureView>>, Problem> {
    let page = PageAsked::new(asked.after, asked.limit);
    let after = page.after(|text| text.parse().ok())?;
    let disclosures = api.vault().disclosures(&caller, asked.subject, after, page.limit()?).await?;
    Ok(Json(Page::new(disclosures.rows, disclosures.next)))
}

/// Shows a disclosure.
#[utoipa::path(get, path = "/v1/disclosures/{disclosure}", tag = "disclosures",
    params(("disclosure" = String, Path, description = "The disclosure")),
    responses((status = 200, description = "The disclosure", body = schema::Disclosure)))]
async fn show(
    State(api): State<ApiState>,
    By(caller): By,
    At(id): At<RequestId>,
) -> Result<Json<DisclosureView>, Problem> {
    Ok(Json(api.vault().disclosure(&caller, id).await?))
}

/// Approves a disclosure; whoever proposed it cannot. It can then be read once, naming it as `approval`.
#[utoipa::path(post, path = "/v1/disclosures/{disclosure}/approve", tag = "disclosures",
    params(("disclosure" = String, Path, description = "The disclosure")),
    responses((status = 200, description = "The disclosure", body = schema::Disclosure)))]
async fn approve(
    State(api): State<ApiState>,
    By(caller): By,
    At(id): At<RequestId>,
) -> Result<Json<DisclosureView>, Problem> {
    Ok(Json(api.vault().approve_disclosure(&caller, id).await?))
}

/// Refuses a disclosure.
#[utoipa::path(post, path = "/v1/disclosures/{disclosure}/refuse", tag = "disclosures",
    params(("disclosure" = String, Path, description = "The disclosure")),
    responses((status = 200, description = "The disclosure", body = schema::Disclosure)))]
async fn refuse(
    State(api): State<ApiState>,
    By(caller): By,
    At(id): At<RequestId>,
) -> Result<Json<DisclosureView>, Problem> {
    Ok(Json(api.vault().refuse_disclosure(&caller, id).await?))
}

/// How often fields were disclosed in a year, to whom and on what ground.
#[utoipa::path(get, path = "/v1/transparency/{year}", tag = "disclosures",
    params(("year" = i16, Path, description = "The year, in UTC")),
    responses((status = 200, description = "The report", body = schema::TransparencyReport)))]
async fn transparency(
    State(api): State<ApiState>,
    By(caller): By,
    At(year): At<i16>,
) -> Result<Json<TransparencyReport>, Problem> {
    Ok(Json(api.vault().transparency(caller.tenant(), year).await?))
}
