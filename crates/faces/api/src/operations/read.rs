//! Reading fields: for a purpose, for a recipient, now. The only road to an identified value.

use axum::extract::State;
use axum::http::StatusCode;
use candor_decision::Verdict;
use candor_http::{Json, Problem};
use candor_vault::{Answer, Ask};
use candor_words::{RecordId, RequestId, SubjectId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{List, Name};
use crate::channel::ChannelName;
use crate::extract::At;
use crate::guard::{By, Gpc};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(read_many))
}

/// What is asked of one subject.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    /// What for.
    #[schema(value_type = String, max_length = 128, example = "support")]
    purpose: Name,
    /// Who receives the fields; without it, the controller itself uses them.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128)]
    recipient: Option<Name>,
    /// `group.field`, or `group` for all of its fields that the purpose may use.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 512, example = json!(["account.email"]))]
    fields: List<Name, 512>,
    /// One record of a group with many; all of them when not given.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    record: Option<RecordId>,
    /// Over which channel a message would go out.
    #[serde(default)]
    channel: Option<ChannelName>,
    /// The approved disclosure under which an authority receives the fields.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    approval: Option<RequestId>,
}

impl Question {
    pub(super) fn of(self, subject: SubjectId, gpc: bool) -> Ask {
        Ask {
            subject,
            purpose: self.purpose.0,
            recipient: self.recipient.map(|name| name.0),
            fields: self.fields.0.into_iter().map(|name| name.0).collect(),
            record: self.record,
            channel: self.channel.map(Into::into),
            gpc,
            approval: self.approval,
        }
    }
}

/// Many questions at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ManyAsked {
    /// The questions.
    #[schema(value_type = Vec<OneOfMany>, max_items = 500)]
    questions: List<OneOfMany, 500>,
}

/// One of many questions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OneOfMany {
    /// Whose fields.
    #[schema(value_type = String)]
    subject: SubjectId,
    /// What is asked.
    question: Question,
}

/// What came of each question, in their order.
#[derive(Debug, Serialize)]
struct ManyAnswers {
    answers: Vec<OneAnswer>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum OneAnswer {
    Answer(Box<Answer>),
    Problem(serde_json::Value),
}

/// Reads fields of a subject for a purpose.
///
/// Each field is granted or refused by the policy and the subject's standing; both are logged in the
/// ledger before anything is answered. When nothing is granted the answer is a problem with status 403
/// whose `refused` lists every field with its reason.
#[utoipa::path(post, path = "/v1/subjects/{subject}/read", tag = "reading", request_body = Question,
    params(("subject" = String, Path, description = "The subject"),
        ("Sec-GPC" = Option<String>, Header, description = "`1` when the subject's browser sends Global Privacy Control")),
    responses((status = 200, description = "What was granted, and why the rest was not", body = schema::Answer)))]
async fn read(
    State(api): State<ApiState>,
    By(caller): By,
    Gpc(gpc): Gpc,
    At(subject): At<SubjectId>,
    Json(question): Json<Question>,
) -> Result<Json<Answer>, Problem> {
    let answer = api.vault().read(&caller, &question.of(subject, gpc)).await?;
    if answer.verdict == Verdict::Refused { Err(refused(&answer)) } else { Ok(Json(answer)) }
}

/// Reads fields of up to 500 subjects in one durable commit.
///
/// Each question has its own answer or problem.
#[utoipa::path(post, path = "/v1/reads", tag = "reading", request_body = ManyAsked,
    params(("Sec-GPC" = Option<String>, Header, description = "`1` when the subjects' browsers send Global Privacy Control")),
    responses((status = 200, description = "An answer or a problem for each question", body = schema::ManyAnswers)))]
async fn read_many(
    State(api): State<ApiState>,
    By(caller): By,
    Gpc(gpc): Gpc,
    Json(asked): Json<ManyAsked>,
) -> Result<Json<ManyAnswers>, Problem> {
    let asks: Vec<Ask> = asked.questions.0.into_iter().map(|one| one.question.of(one.subject, gpc)).collect();
    let answers = api.vault().read_many(&caller, &asks).await?;
    let answers = answers.into_iter().map(|answer| match answer {
        Ok(answer) if answer.verdict == Verdict::Refused => OneAnswer::Problem(refused(&answer).to_json()),
        Ok(answer) => OneAnswer::Answer(Box::new(answer)),
        Err(error) => OneAnswer::Problem(Problem::from(error).to_json()),
    });
    Ok(Json(ManyAnswers { answers: answers.collect() }))
}

/// A refusal of everything that was asked for: the first reason names it.
fn refused(answer: &Answer) -> Problem {
    let code = answer.refused.first().map_or("question.empty", |field| field.code);
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        code,
        answer.refused.first().map_or("the question names no field", |field| field.message),
    );
    let problem = match answer.refused.first() {
        Some(field) => problem.help(field.help),
        None => problem.help("name the fields that the purpose needs"),
    };
    problem
        .with("verdict", "refused")
        .with("purpose", answer.purpose.as_str())
        .with("recipient", answer.recipient.as_deref().map_or(serde_json::Value::Null, Into::into))
        .with("entry", answer.entry)
        .with("refused", json!(answer.refused))
}
