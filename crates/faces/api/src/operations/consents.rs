//! Consent: given, refused, confirmed, withdrawn; each with the text that was shown.

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_vault::{Choice, ConsentAct, ConsentEvent, ConsentVerb};
use candor_words::SubjectId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{Name, Text};
use crate::extract::{Asked, At};
use crate::guard::By;
use crate::page::{Page, PageAsked};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list, say))
}

/// What a subject said about one purpose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConsentAsked {
    /// The purpose.
    #[schema(value_type = String, max_length = 128, example = "newsletter")]
    purpose: Name,
    /// What was said.
    #[schema(value_type = schema::ConsentVerb)]
    act: ConsentVerb,
    /// The exact text that was shown, the same for everybody: it is kept as evidence and outlives an erasure, so that
    /// it names nobody. The policy's notice when not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 20000)]
    text: Option<Text<20_000>>,
    /// The language of the text (BCP 47).
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128)]
    language: Option<Name>,
    /// How it was said, as a word of yours: `sign_up_form`.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128, example = "sign_up_form")]
    method: Option<Name>,
}

/// Lists what the subject said about consent, oldest first, with the texts and the entries that prove it.
#[utoipa::path(get, path = "/v1/subjects/{subject}/consents", tag = "choices",
    params(("subject" = String, Path, description = "The subject"), PageAsked),
    responses((status = 200, description = "A page of what was said", body = Page<schema::ConsentEvent>)))]
async fn list(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<ConsentEvent>>, Problem> {
    let after = page.after(|text| text.parse().ok())?;
    let events = api.vault().consents(&caller, subject, after, page.limit()?).await?;
    Ok(Json(Page::new(events.rows, events.next)))
}

/// Notes that the subject gives, refuses, confirms or withdraws consent to a purpose.
///
/// It holds for every read that begins after the answer.
#[utoipa::path(post, path = "/v1/subjects/{subject}/consents", tag = "choices", request_body = ConsentAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 201, description = "What was noted", body = schema::Choice)))]
async fn say(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<ConsentAsked>,
) -> Result<(StatusCode, Json<Choice>), Problem> {
    let act = ConsentAct {
        purpose: asked.purpose.0,
        act: asked.act,
        text: asked.text.map(|text| text.0),
        language: asked.language.map(|name| name.0),
        method: asked.method.map(|name| name.0),
    };
    Ok((StatusCode::CREATED, Json(api.vault().consent(&caller, subject, act).await?)))
}
