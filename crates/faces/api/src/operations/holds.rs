//! Legal holds: while one is in force, nothing of the subject is destroyed.

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_vault::HoldView;
use candor_words::{HoldId, Instant, SubjectId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::Text;
use crate::extract::At;
use crate::guard::By;
use crate::page::Page;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list, place)).routes(routes!(lift))
}

/// A hold to be placed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HoldAsked {
    /// A case number or a law, in one line and without personal data: it is shown to whoever is refused.
    #[schema(value_type = String, max_length = 200, example = "case 4711/26")]
    ground: Text<200>,
    /// Until when, when that is known.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Instant>,
}

/// Lists the holds on a subject, oldest first.
#[utoipa::path(get, path = "/v1/subjects/{subject}/holds", tag = "rights",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "All of them, on one page", body = Page<schema::Hold>)))]
async fn list(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Json<Page<HoldView>>, Problem> {
    Ok(Json(Page::new(api.vault().holds(&caller, subject).await?, None::<String>)))
}

/// Places a legal hold.
#[utoipa::path(post, path = "/v1/subjects/{subject}/holds", tag = "rights", request_body = HoldAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 201, description = "The hold", body = schema::Hold)))]
async fn place(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<HoldAsked>,
) -> Result<(StatusCode, Json<HoldView>), Problem> {
    let hold = api.vault().place_hold(&caller, subject, &asked.ground.0, asked.until).await?;
    Ok((StatusCode::CREATED, Json(hold)))
}

/// Lifts a legal hold.
#[utoipa::path(delete, path = "/v1/subjects/{subject}/holds/{hold}", tag = "rights",
    params(("subject" = String, Path, description = "The subject"), ("hold" = String, Path, description = "The hold")),
    responses((status = 204, description = "Lifted")))]
async fn lift(
    State(api): State<ApiState>,
    By(caller): By,
    At((subject, hold)): At<(SubjectId, HoldId)>,
) -> Result<StatusCode, Problem> {
    api.vault().lift_hold(&caller, subject, hold).await?;
    Ok(StatusCode::NO_CONTENT)
}
