//! Sign-ins of late: how risky each was held to be, and why. Counts and weights; no value of any signal.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_identity::{Language, Method, SignInView};
use candor_words::{Instant, SubjectId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::Name;
use crate::extract::At;
use crate::guard::By;
use crate::page::Page;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(sign_ins))
}

/// What for, and in which language.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignInsAsked {
    /// The purpose that the policy judges sign-ins for.
    #[schema(value_type = String, max_length = 128, example = "sign_in_risk")]
    purpose: Name,
    /// The language of the words: `en` or `de`.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128, example = "de")]
    language: Option<Name>,
}

/// A sign-in that was judged.
#[derive(Serialize)]
struct SignIn {
    at: Instant,
    methods: Vec<Method>,
    is_completed: bool,
    outcome: &'static str,
    cause: &'static str,
    score: Option<f64>,
    step_up_above: f64,
    deny_above: Option<f64>,
    #[serde(flatten)]
    explanation: candor_identity::RiskExplanation,
}

impl From<SignInView> for SignIn {
    fn from(view: SignInView) -> Self {
        let SignInView { at, methods, is_completed, judgement, explanation } = view;
        Self {
            at,
            methods: methods.iter().collect(),
            is_completed,
            outcome: judgement.outcome.as_str(),
            cause: judgement.cause.as_str(),
            score: judgement.score.map(|score| score.value),
            step_up_above: judgement.step_up_above,
            deny_above: judgement.deny_above,
            explanation,
        }
    }
}

/// Lists the sign-ins of late, newest first, at most 50: what was proved, how risky it was held to be, and each signal's
/// weight in words.
///
/// Asked for the purpose that the policy judges sign-ins for; for any other it is refused. Each look is a disclosure in the
/// ledger, which the subject sees. No address, user agent or place comes back, for none is kept.
#[utoipa::path(post, path = "/v1/subjects/{subject}/sign-ins", tag = "audit", request_body = SignInsAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "All of them, on one page", body = Page<schema::SignIn>)))]
async fn sign_ins(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<SignInsAsked>,
) -> Result<Json<Page<SignIn>>, Problem> {
    let language = asked.language.and_then(|tag| Language::of_tag(&tag.0)).unwrap_or_default();
    let views = api.door()?.sign_ins_of(&caller, subject, &asked.purpose.0, language).await?;
    Ok(Json(Page::new(views.into_iter().map(SignIn::from).collect(), None::<String>)))
}
