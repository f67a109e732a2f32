//! Objections: made, and answered (GDPR Art. 21).

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_vault::{Choice, Resolution};
use candor_words::SubjectId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{Name, Text};
use crate::extract::At;
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(object)).routes(routes!(resolve))
}

/// What the subject objects to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ObjectionAsked {
    /// The purpose.
    #[schema(value_type = String, max_length = 128, example = "tips")]
    purpose: Name,
}

/// How an objection is answered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResolutionAsked {
    /// Whether it stands.
    outcome: ResolutionName,
    /// The compelling grounds that override it, in one line and without personal data.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200)]
    ground: Option<Text<200>>,
}

/// Whether an objection stands.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ResolutionName {
    Upheld,
    Overridden,
}

/// Notes an objection; the purpose is refused from then on.
#[utoipa::path(post, path = "/v1/subjects/{subject}/objections", tag = "choices", request_body = ObjectionAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 201, description = "What was noted", body = schema::Choice)))]
async fn object(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<ObjectionAsked>,
) -> Result<(StatusCode, Json<Choice>), Problem> {
    Ok((StatusCode::CREATED, Json(api.vault().object(&caller, subject, &asked.purpose.0).await?)))
}

/// Answers an objection that is pending; one to marketing cannot be overridden.
#[utoipa::path(post, path = "/v1/subjects/{subject}/objections/{purpose}/resolve", tag = "choices",
    request_body = ResolutionAsked,
    params(("subject" = String, Path, description = "The subject"), ("purpose" = String, Path, description = "The purpose")),
    responses((status = 200, description = "What was noted", body = schema::Choice)))]
async fn resolve(
    State(api): State<ApiState>,
    By(caller): By,
    At((subject, purpose)): At<(SubjectId, String)>,
    Json(asked): Json<ResolutionAsked>,
) -> Result<Json<Choice>, Problem> {
    let resolution = match asked.outcome {
        ResolutionName::Upheld => Resolution::Upheld,
        // Grounds that are missing are the vault's to refuse.
        ResolutionName::Overridden => {
            Resolution::Overridden { ground: asked.ground.map(|text| text.0).unwrap_or_default() }
        }
    };
    Ok(Json(api.vault().resolve_objection(&caller, subject, &purpose, resolution).await?))
}
