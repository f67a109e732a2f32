//! Imports: people from elsewhere, many rows at once, none of them twice.

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_vault::{ConsentVerb, ImportedConsent, ImportedPerson, ImportedRow, NewContract, RowOutcome};
use candor_words::{Instant, SubjectId, from_hex};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::records::RecordAsked;
use super::subjects::ContractAsked;
use crate::bounded::{List, Name, Text};
use crate::extract::At;
use crate::guard::By;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(import))
}

/// Rows of an import.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RowsAsked {
    /// The rows.
    #[schema(value_type = Vec<RowAsked>, min_items = 1, max_items = 500)]
    people: List<RowAsked, 500>,
}

/// A person as a row tells them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RowAsked {
    /// The row's number in the import: the same row has the same number whenever it is sent.
    row: u64,
    /// The person's records. A text may stand for a number, for true or false, or for a list.
    #[serde(default)]
    #[schema(value_type = Vec<RecordAsked>, max_items = 100)]
    records: List<RecordAsked, 100>,
    /// The contract, when there is one.
    #[serde(default)]
    contract: Option<ContractAsked>,
    /// What the person said about purposes, with the evidence.
    #[serde(default)]
    #[schema(value_type = Vec<ImportedConsentAsked>, max_items = 64)]
    consents: List<ImportedConsentAsked, 64>,
}

/// A consent that was asked for elsewhere.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ImportedConsentAsked {
    /// The purpose.
    #[schema(value_type = String, max_length = 128, example = "newsletter")]
    purpose: Name,
    /// `given`, `refused`, `withdrawn`, or `confirmed` where a double opt-in was confirmed elsewhere.
    #[schema(value_type = crate::schema::ConsentVerb)]
    act: ConsentVerb,
    /// When it was said.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Instant>,
    /// The exact text that was shown.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 20000)]
    text: Option<Text<20000>>,
    /// SHA-256 of that text in hexadecimal, when the text itself is not at hand.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 64)]
    text_digest: Option<Text<64>>,
    /// The text's language (BCP 47).
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 35)]
    language: Option<Text<35>>,
    /// How it was said; `import` when not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 64)]
    method: Option<Text<64>>,
}

/// What became of each row, in the order sent.
#[derive(Debug, Serialize, ToSchema)]
struct RowsImported {
    rows: Vec<RowImported>,
}

/// What became of a row.
#[derive(Debug, Serialize, ToSchema)]
struct RowImported {
    /// Its number.
    row: u64,
    /// `made`, `known` (it was made by an earlier call) or `refused`.
    outcome: &'static str,
    /// The subject; `null` when the row was refused.
    #[schema(value_type = Option<String>)]
    subject: Option<SubjectId>,
    /// Why it was refused, as a stable code.
    code: Option<&'static str>,
    /// Why it was refused.
    detail: Option<String>,
    /// Which field stood in the way, when one did.
    field: Option<String>,
}

/// Makes a subject of each row that has made none yet.
///
/// Each row is carried out alone: one that is refused leaves the others. `import` names the import, 64 hexadecimal
/// digits that its sender draws from what is imported; with it and the row's number, a row that is sent again within 30
/// days makes nobody twice, whatever broke off in between.
#[utoipa::path(post, path = "/v1/imports/{import}/people", tag = "subjects", request_body = RowsAsked,
    params(("import" = String, Path, description = "The import's name: 64 hexadecimal digits")),
    responses((status = 200, description = "What became of each row", body = RowsImported)))]
async fn import(
    State(api): State<ApiState>,
    By(caller): By,
    At(import): At<String>,
    Json(asked): Json<RowsAsked>,
) -> Result<Json<RowsImported>, Problem> {
    let import = from_hex(&import).map_err(|_| {
        Problem::new(StatusCode::BAD_REQUEST, "import.name", "an import's name is 64 lower-case hexadecimal digits")
            .help("take the SHA-256 of what is imported")
    })?;
    let people = asked.people.0.into_iter().map(person).collect::<Result<Vec<_>, _>>()?;
    let rows = api.vault().import_people(&caller, import, people).await?;
    Ok(Json(RowsImported { rows: rows.into_iter().map(told).collect() }))
}

fn person(row: RowAsked) -> Result<ImportedPerson, Problem> {
    Ok(ImportedPerson {
        row: row.row,
        records: row.records.0.into_iter().map(Into::into).collect(),
        contract: row.contract.map(|contract| NewContract { until: contract.until }),
        consents: row.consents.0.into_iter().map(consent).collect::<Result<_, _>>()?,
    })
}

fn consent(asked: ImportedConsentAsked) -> Result<ImportedConsent, Problem> {
    let digest = asked.text_digest.map(|digest| {
        from_hex(&digest.0).map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "consent.text_digest",
                "a text's digest is its SHA-256: 64 lower-case hexadecimal digits",
            )
        })
    });
    Ok(ImportedConsent {
        purpose: asked.purpose.0,
        act: asked.act,
        at: asked.at,
        text: asked.text.map(|text| text.0),
        text_digest: digest.transpose()?,
        language: asked.language.map(|text| text.0),
        method: asked.method.map(|text| text.0),
    })
}

fn told(row: ImportedRow) -> RowImported {
    let empty = RowImported { row: row.row, outcome: "made", subject: None, code: None, detail: None, field: None };
    match row.outcome {
        RowOutcome::Made(subject) => RowImported { subject: Some(subject), ..empty },
        RowOutcome::Known(subject) => RowImported { outcome: "known", subject: Some(subject), ..empty },
        RowOutcome::Refused(error) => RowImported {
            outcome: "refused",
            code: Some(error.code()),
            detail: Some(error.message().to_owned()),
            field: error.details().iter().find(|(name, _)| *name == "field").map(|(_, field)| field.clone()),
            ..empty
        },
    }
}
