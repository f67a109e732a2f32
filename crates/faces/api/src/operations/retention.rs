//! Retention: keep rules seen, previewed and carried out; lengths that administrators set; events that rules count from.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use candor_http::{Json, Problem};
use candor_rights::SystemsRetention;
use candor_vault::{Choice, RetentionPreview, RetentionRun, RetentionView};
use candor_words::{Instant, Span, SubjectId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::Text;
use crate::extract::At;
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(rules))
        .routes(routes!(set_length))
        .routes(routes!(preview))
        .routes(routes!(run))
        .routes(routes!(preview_systems))
        .routes(routes!(run_systems))
        .routes(routes!(report))
        .routes(routes!(set_managed))
        .routes(routes!(erase_minor))
}

/// How long a group is kept for managed accounts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LengthAsked {
    /// Such as `90 days` or `2 years`; `null` goes back to what the rules say.
    #[schema(value_type = Option<String>, max_length = 32, example = "2 years")]
    length: Option<Text<32>>,
}

/// When an event happened.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EventAsked {
    /// Now or before; now when not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Instant>,
}

/// Whether an organisation manages the account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ManagedAsked {
    /// Whether lengths that administrators set hold for it.
    managed: bool,
}

/// Lists the keep rules of the policy in force, and the lengths that administrators set.
#[utoipa::path(get, path = "/v1/retention", tag = "retention",
    responses((status = 200, description = "The rules", body = schema::Retention)))]
async fn rules(State(api): State<ApiState>, By(caller): By) -> Result<Json<RetentionView>, Problem> {
    Ok(Json(api.vault().retention(&caller).await?))
}

/// Sets how long a group is kept for managed accounts, within the bounds that the policy gives its administrators.
///
/// Consent that was withdrawn, and what ends with its process, end as the policy says whatever is set.
#[utoipa::path(put, path = "/v1/retention/lengths/{group}", tag = "retention", request_body = LengthAsked,
    params(("group" = String, Path, description = "The data group")),
    responses((status = 200, description = "The rules", body = schema::Retention)))]
async fn set_length(
    State(api): State<ApiState>,
    By(caller): By,
    At(group): At<String>,
    Json(asked): Json<LengthAsked>,
) -> Result<Json<RetentionView>, Problem> {
    let length = asked.length.map(|length| length.0.parse::<Span>()).transpose().map_err(|_| {
        Problem::new(StatusCode::BAD_REQUEST, "retention.length", "the length is not a count and a unit")
            .help("write it as the policy does: `90 days`, `14 months`, `2 years`")
    })?;
    Ok(Json(api.vault().set_retention_length(&caller, &group, length).await?))
}

/// Says what carrying out the keep rules would do now, and why. Nothing is changed.
#[utoipa::path(get, path = "/v1/retention/preview", tag = "retention",
    responses((status = 200, description = "What would go", body = schema::RetentionPreview)))]
async fn preview(State(api): State<ApiState>, By(caller): By) -> Result<Json<RetentionPreview>, Problem> {
    Ok(Json(api.vault().preview_retention(&caller).await?))
}

/// Carries out what is due now: up to 26 000 subjects a call. The server does so by itself too.
#[utoipa::path(post, path = "/v1/retention/run", tag = "retention",
    responses((status = 200, description = "What was done", body = schema::RetentionRun)))]
async fn run(State(api): State<ApiState>, By(caller): By) -> Result<Json<RetentionRun>, Problem> {
    Ok(Json(api.vault().run_retention(&caller).await?))
}

/// Says what carrying out the keep rules would do now in each connected system: which places, how many rows, by which
/// statements, and what stays and why. Nothing is changed.
#[utoipa::path(get, path = "/v1/retention/systems", tag = "retention",
    responses((status = 200, description = "What would go there", body = schema::SystemsRetention)))]
async fn preview_systems(State(api): State<ApiState>, By(caller): By) -> Result<Json<SystemsRetention>, Problem> {
    Ok(Json(api.rights()?.preview_retention(&caller).await?))
}

/// Carries out the keep rules in each connected system now, and looks again for what is left. The server does so by itself too.
///
/// A system that fails is told with why, is tried again by itself, and keeps no other from going on.
#[utoipa::path(post, path = "/v1/retention/systems/run", tag = "retention",
    responses((status = 200, description = "What was done there", body = schema::SystemsRetention)))]
async fn run_systems(State(api): State<ApiState>, By(caller): By) -> Result<Json<SystemsRetention>, Problem> {
    Ok(Json(api.rights()?.run_retention(&caller).await?))
}

/// Notes that an event happened from which keep rules count: `last_interest`, `last_sign_in`, or one that the policy
/// names.
#[utoipa::path(put, path = "/v1/subjects/{subject}/events/{event}", tag = "retention", request_body = EventAsked,
    params(
        ("subject" = String, Path, description = "The subject"),
        ("event" = String, Path, description = "`last_interest`, `last_sign_in`, or the name in a keep rule"),
    ),
    responses((status = 200, description = "What was noted", body = schema::Choice)))]
async fn report(
    State(api): State<ApiState>,
    By(caller): By,
    At((subject, event)): At<(SubjectId, String)>,
    Json(asked): Json<EventAsked>,
) -> Result<Json<Choice>, Problem> {
    Ok(Json(api.vault().report_event(&caller, subject, &event, asked.at).await?))
}

/// Notes whether an organisation manages the account.
#[utoipa::path(put, path = "/v1/subjects/{subject}/managed", tag = "retention", request_body = ManagedAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "What was noted", body = schema::Choice)))]
async fn set_managed(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<ManagedAsked>,
) -> Result<Json<Choice>, Problem> {
    Ok(Json(api.vault().set_managed(&caller, subject, asked.managed).await?))
}

/// Erases a subject who was found to be under the policy's age, in one step. The key also needs the write scope.
///
/// While a legal hold keeps the data, the age is noted and no purpose reads it.
#[utoipa::path(post, path = "/v1/subjects/{subject}/erase-minor", tag = "retention",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "What was done", body = schema::Erased),
        (status = 202, description = "It goes through connected systems first: the request tells how far it is", body = schema::Request)))]
async fn erase_minor(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Response, Problem> {
    let erasure = api.vault().erase_minor(&caller, subject).await?;
    super::rights::answer_erasure(&api, &caller, erasure).await
}
