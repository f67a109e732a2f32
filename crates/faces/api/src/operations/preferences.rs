//! The preference centre: what a subject may choose, and has chosen.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_vault::{Choice, InstructAct, OptAct, Preferences};
use candor_words::SubjectId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::channel::ChannelName;
use crate::extract::At;
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(opt)).routes(routes!(instruct, take_back))
}

/// Whether messages are wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OptAsked {
    /// `out` declines them, `in` wants them again.
    opt: OptName,
}

/// Whether messages are wanted.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum OptName {
    Out,
    In,
}

/// Shows every purpose with what the subject may choose, has chosen, and which are fixed and why.
#[utoipa::path(get, path = "/v1/subjects/{subject}/preferences", tag = "choices",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "The preferences", body = schema::Preferences)))]
async fn show(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Json<Preferences>, Problem> {
    Ok(Json(api.vault().preferences(&caller, subject).await?))
}

/// Declines a purpose's messages over one channel, or wants them again.
#[utoipa::path(put, path = "/v1/subjects/{subject}/preferences/{purpose}/{channel}", tag = "choices",
    request_body = OptAsked,
    params(("subject" = String, Path, description = "The subject"), ("purpose" = String, Path, description = "The purpose"),
        ("channel" = ChannelName, Path, description = "The channel")),
    responses((status = 200, description = "What was noted", body = schema::Choice)))]
async fn opt(
    State(api): State<ApiState>,
    By(caller): By,
    At((subject, purpose, channel)): At<(SubjectId, String, ChannelName)>,
    Json(asked): Json<OptAsked>,
) -> Result<Json<Choice>, Problem> {
    let act = match asked.opt {
        OptName::Out => OptAct::Out,
        OptName::In => OptAct::In,
    };
    Ok(Json(api.vault().opt(&caller, subject, &purpose, channel.into(), act).await?))
}

/// Notes that the subject instructs a recipient to receive fields for a purpose.
#[utoipa::path(put, path = "/v1/subjects/{subject}/instructions/{purpose}/{recipient}", tag = "choices",
    params(("subject" = String, Path, description = "The subject"), ("purpose" = String, Path, description = "The purpose"),
        ("recipient" = String, Path, description = "The recipient")),
    responses((status = 200, description = "What was noted", body = schema::Choice)))]
async fn instruct(
    State(api): State<ApiState>,
    By(caller): By,
    At((subject, purpose, recipient)): At<(SubjectId, String, String)>,
) -> Result<Json<Choice>, Problem> {
    Ok(Json(api.vault().instruct(&caller, subject, &purpose, &recipient, InstructAct::Give).await?))
}

/// Notes that the subject takes an instruction back.
#[utoipa::path(delete, path = "/v1/subjects/{subject}/instructions/{purpose}/{recipient}", tag = "choices",
    params(("subject" = String, Path, description = "The subject"), ("purpose" = String, Path, description = "The purpose"),
        ("recipient" = String, Path, description = "The recipient")),
    responses((status = 200, description = "What was noted", body = schema::Choice)))]
async fn take_back(
    State(api): State<ApiState>,
    By(caller): By,
    At((subject, purpose, recipient)): At<(SubjectId, String, String)>,
) -> Result<Json<Choice>, Problem> {
    Ok(Json(api.vault().instruct(&caller, subject, &purpose, &recipient, InstructAct::TakeBack).await?))
}
