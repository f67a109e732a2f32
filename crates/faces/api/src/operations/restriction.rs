//! Restriction of processing, with its terms (GDPR Art. 18).

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_vault::{Choice, PushView, Terms};
use candor_words::{Instant, RequestId, SubjectId};
use serde::Deserialize;
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
    OpenApiRouter::new().routes(routes!(restrict)).routes(routes!(lift)).routes(routes!(pushes))
}

/// The terms of a restriction; without any, nothing is allowed until it is lifted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TermsAsked {
    /// Purposes that go on all the same.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 512)]
    allowed_purposes: List<Name, 512>,
    /// Until when it holds.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Instant>,
    /// Where the agreement is kept: a reference, no personal data.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200)]
    agreement: Option<Text<200>>,
}

impl TermsAsked {
    /// What they are.
    pub(super) fn terms(self) -> Terms {
        Terms {
            allowed_purposes: self.allowed_purposes.0.into_iter().map(|name| name.0).collect(),
            until: self.until,
            agreement: self.agreement.map(|text| text.0),
            ..Terms::default()
        }
    }
}

/// How the subject was told that the restriction ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LiftAsked {
    /// One line without personal data (GDPR Art. 18(3)).
    #[schema(value_type = String, max_length = 200, example = "letter of 2026-11-20")]
    informed: Text<200>,
}

/// Restricts processing to the terms; those of an earlier restriction are replaced.
#[utoipa::path(put, path = "/v1/subjects/{subject}/restriction", tag = "rights", request_body = TermsAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "What was noted", body = schema::Choice)))]
async fn restrict(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<TermsAsked>,
) -> Result<Json<Choice>, Problem> {
    Ok(Json(api.vault().restrict(&caller, subject, asked.terms()).await?))
}

/// Lifts a restriction, after the subject was told.
#[utoipa::path(post, path = "/v1/subjects/{subject}/restriction/lift", tag = "rights", request_body = LiftAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "What was noted", body = schema::Choice)))]
async fn lift(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<LiftAsked>,
) -> Result<Json<Choice>, Problem> {
    Ok(Json(api.vault().lift_restriction(&caller, subject, &asked.informed.0).await?))
}

/// Lists what is or was on its way to connected systems about the subject: restrictions, objections, withdrawals, their lifting, and
/// corrections that were made at once.
#[utoipa::path(get, path = "/v1/subjects/{subject}/pushes", tag = "rights",
    params(("subject" = String, Path, description = "The subject"), PageAsked),
    responses((status = 200, description = "A page", body = Page<schema::Push>)))]
async fn pushes(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<PushView>>, Problem> {
    let after = page.after(|text| text.parse::<RequestId>().ok())?;
    let pushes = api.vault().pushes(&caller, subject, after, page.limit()?).await?;
    Ok(Json(Page::new(pushes.rows, pushes.next)))
}
