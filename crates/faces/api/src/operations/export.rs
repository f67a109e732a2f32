//! The export of everything about a subject, as one archive (GDPR Art. 15(3), 20).

use axum::extract::State;
use axum::response::Response;
use candor_http::{Problem, archive};
use candor_vault::ExportKind;
use candor_words::SubjectId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Asked, At};
use crate::guard::By;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(export))
}

/// Which export is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportAsked {
    /// `access` for all of it, `portability` for what the subject gave on consent or contract.
    #[param(inline)]
    kind: ExportName,
}

/// Which right the export serves.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ExportName {
    Access,
    Portability,
}

/// Exports a subject's data as a ZIP archive: `export.json`, one CSV file per data group, and what the
/// subject chose, who received it and who read it.
///
/// The archive is streamed and never stored; its digest stands in the ledger.
#[utoipa::path(post, path = "/v1/subjects/{subject}/export", tag = "rights",
    params(("subject" = String, Path, description = "The subject"), ExportAsked),
    responses((status = 200, description = "The archive", body = Vec<u8>, content_type = "application/zip")))]
async fn export(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Asked(asked): Asked<ExportAsked>,
) -> Result<Response, Problem> {
    let kind = match asked.kind {
        ExportName::Access => ExportKind::Access,
        ExportName::Portability => ExportKind::Portability,
    };
    let plan = api.vault().plan(caller.tenant(), None).await?;
    let export = api.vault().export(&caller, subject, kind).await?;
    Ok(archive(export, plan.manifest(), None))
}
