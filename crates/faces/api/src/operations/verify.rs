//! Verification: is this candidate what is kept as a hash?

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_vault::{Verified, Verify, Whose};
use candor_words::{RecordId, Secret, SubjectId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{Name, Text};
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(verify))
}

/// A candidate. It stands in the body, so that no address or log holds it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Candidate {
    /// What for: a purpose that uses the field.
    #[schema(value_type = String, max_length = 128, example = "sign_in")]
    purpose: Name,
    /// A field that the policy keeps as a hash.
    #[schema(value_type = String, max_length = 128, example = "account.password")]
    field: Name,
    /// Whose it is said to be.
    whose: WhoseAsked,
    /// One record of a group with many.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    record: Option<RecordId>,
    /// What was offered.
    #[schema(value_type = String, max_length = 1024, example = "correct horse battery staple")]
    candidate: Text<1024>,
}

/// A subject by its id, or whoever holds an identifier: `subject`, or `field` and `value`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WhoseAsked {
    /// The subject.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    subject: Option<SubjectId>,
    /// A field that identifies the subject.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128, example = "account.email")]
    field: Option<Name>,
    /// Its value.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 2000, example = "ada@people.example")]
    value: Option<Text<2000>>,
}

impl WhoseAsked {
    fn read(self) -> Result<Whose, Problem> {
        match (self.subject, self.field, self.value) {
            (Some(subject), None, None) => Ok(Whose::Subject(subject)),
            (None, Some(field), Some(value)) => Ok(Whose::Holder { field: field.0, value: value.0 }),
            _ => Err(Problem::new(
                axum::http::StatusCode::BAD_REQUEST,
                "verify.whose",
                "whose candidate it is stands either as `subject`, or as `field` and `value`",
            )),
        }
    }
}

/// Says whether a candidate is what is kept as a hash: yes or no, and nothing else.
///
/// The answer to an identifier that nobody holds is the answer to a wrong candidate, in body, status and time. After
/// ten failures within a quarter of an hour the answer is 429, whoever is named. A hash that is weaker than Argon2id is
/// replaced when the right candidate comes.
#[utoipa::path(post, path = "/v1/subjects/verify", tag = "subjects", request_body = Candidate,
    responses((status = 200, description = "Yes or no", body = schema::Verified)))]
async fn verify(
    State(api): State<ApiState>,
    By(caller): By,
    Json(asked): Json<Candidate>,
) -> Result<Json<Verified>, Problem> {
    let ask = Verify {
        whose: asked.whose.read()?,
        purpose: asked.purpose.0,
        field: asked.field.0,
        record: asked.record,
        candidate: Secret::new(asked.candidate.0),
    };
    Ok(Json(api.vault().verify(&caller, ask).await?))
}
