//! Consent receipts: what was agreed and what became of it, in a file that verifies offline.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_ledger::ConsentReceipt;
use candor_vault::ReceiptForm;
use candor_words::SubjectId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Asked, At};
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(receipt))
}

/// In which form a consent is to be told.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FormAsked {
    /// ISO/IEC TS 27560 in W3C DPV when not given.
    #[serde(default)]
    #[param(value_type = Option<schema::ReceiptForm>)]
    form: ReceiptForm,
}

/// Tells one consent with every change of it, the text that was shown and the proof of its present state.
///
/// The whole answer is signed: keep it as it is, and verify it with `ledger-check --receipt FILE --key KEY`.
/// The person stands in it under the reference that the ledger has for them.
#[utoipa::path(get, path = "/v1/subjects/{subject}/consents/{purpose}/receipt", tag = "choices",
    params(("subject" = String, Path, description = "The subject"),
        ("purpose" = String, Path, description = "The purpose"), FormAsked),
    responses((status = 200, description = "The receipt", body = schema::ConsentReceipt)))]
async fn receipt(
    State(api): State<ApiState>,
    By(caller): By,
    At((subject, purpose)): At<(SubjectId, String)>,
    Asked(asked): Asked<FormAsked>,
) -> Result<Json<ConsentReceipt>, Problem> {
    Ok(Json(api.vault().consent_receipt(&caller, subject, &purpose, asked.form).await?))
}
