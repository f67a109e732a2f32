//! Why: a decision explained, now or as of any past instant. No values.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_vault::Explanation;
use candor_words::{Instant, SubjectId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::read::Question;
use crate::extract::At;
use crate::guard::{By, Gpc};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(why))
}

/// A question to be explained.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WhyAsked {
    /// What is asked.
    question: Question,
    /// As of when; now when not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Instant>,
}

/// Explains a decision, now or as of a past instant: the same code, the policy and standing of then.
#[utoipa::path(post, path = "/v1/subjects/{subject}/why", tag = "reading", request_body = WhyAsked,
    params(("subject" = String, Path, description = "The subject"),
        ("Sec-GPC" = Option<String>, Header, description = "`1` when the subject's browser sent Global Privacy Control")),
    responses((status = 200, description = "The reasons", body = schema::Explanation)))]
async fn why(
    State(api): State<ApiState>,
    By(caller): By,
    Gpc(gpc): Gpc,
    At(subject): At<SubjectId>,
    Json(asked): Json<WhyAsked>,
) -> Result<Json<Explanation>, Problem> {
    Ok(Json(api.vault().why(&caller, &asked.question.of(subject, gpc), asked.at).await?))
}
