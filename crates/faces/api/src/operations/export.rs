//! The export of everything about a subject, as one archive (GDPR Art. 15(3), 20): of anybody, or as a request asks for it, or as
//! many do at once.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use candor_age::{AgeError, AgeKey, KEYS_MAX, Lock, PASSPHRASE_BYTES_MAX, Passphrase};
use candor_http::{Json, Ordered, Problem, Turn, archive, archives, read_optional};
use candor_vault::{EXPORTS_TOGETHER_MAX, ExportKind};
use candor_words::{RequestId, Secret, SubjectId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{List, Name, Text};
use crate::extract::{Asked, At};
use crate::guard::By;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(export))
        .routes(routes!(archive_of_request))
        .routes(routes!(archives_of_requests))
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

/// Who may open the archive. Without either it is a plain ZIP archive.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LockAsked {
    /// Public keys of whoever may open it, as `age-keygen` writes them: at most 8.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 8, example = json!(["age1…"]))]
    age_keys: List<Name, KEYS_MAX>,
    /// Words that the subject chose, of 12 to 256 bytes; instead of keys.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 12, max_length = 256)]
    passphrase: Option<Text<PASSPHRASE_BYTES_MAX>>,
}

impl LockAsked {
    /// Reads the body; an empty one asks for nothing.
    async fn read(request: Request) -> Result<Option<Lock>, Problem> {
        let Some(asked) = read_optional::<Self>(request).await? else { return Ok(None) };
        asked.lock()
    }

    fn lock(self) -> Result<Option<Lock>, Problem> {
        match (self.age_keys.0, self.passphrase) {
            (keys, None) if keys.is_empty() => Ok(None),
            (keys, None) => {
                let keys = keys.iter().map(|key| AgeKey::parse(&key.0)).collect::<Result<_, _>>();
                Ok(Some(Lock::Keys(keys.map_err(refused)?)))
            }
            (keys, Some(words)) if keys.is_empty() => {
                Ok(Some(Lock::Passphrase(Passphrase::new(Secret::new(words.0)).map_err(refused)?)))
            }
            _ => Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "lock.ambiguous",
                "nothing was exported: an archive is for keys or under a passphrase, not both",
            )
            .help("name one of `age_keys` and `passphrase`")),
        }
    }
}

/// Archives that are made side by side.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ArchivesAsked {
    /// Which: 1 to 100 requests, each once.
    #[schema(value_type = Vec<ArchiveAsked>, min_items = 1, max_items = 100)]
    requests: List<ArchiveAsked, EXPORTS_TOGETHER_MAX>,
}

/// One of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ArchiveAsked {
    /// The request.
    #[schema(value_type = String)]
    request: RequestId,
    /// Public keys of whoever may open it, as `age-keygen` writes them: at most 8.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 8, example = json!(["age1…"]))]
    age_keys: List<Name, KEYS_MAX>,
    /// Words that the subject chose, of 12 to 256 bytes; instead of keys.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 12, max_length = 256)]
    passphrase: Option<Text<PASSPHRASE_BYTES_MAX>>,
}

fn refused(error: AgeError) -> Problem {
    let (code, text) = match error {
        AgeError::Passphrase => (
            "lock.passphrase_unfit",
            "nothing was exported: the passphrase needs 12 to 256 bytes; a few words that do not belong together do well",
        ),
        _ => ("lock.key_malformed", "nothing was exported: a key is `age1` and 58 letters and digits"),
    };
    Problem::new(StatusCode::BAD_REQUEST, code, text)
}

/// Exports a subject's data as a ZIP archive: `export.json`, one CSV file per data group and per place of a connected system,
/// what the subject chose, who received it and who read it, and a page to read it by.
///
/// The archive is streamed and never stored; its digest stands in the ledger. With `age_keys` or `passphrase` it comes as an
/// age file (`age-encryption.org/v1`) that only they open.
#[utoipa::path(post, path = "/v1/subjects/{subject}/export", tag = "rights", request_body = Option<LockAsked>,
    params(("subject" = String, Path, description = "The subject"), ExportAsked),
    responses((status = 200, description = "The archive; an age file where it is locked",
        content((Vec<u8> = "application/zip"), (Vec<u8> = "application/octet-stream")))))]
async fn export(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Asked(asked): Asked<ExportAsked>,
    request: Request,
) -> Result<Response, Problem> {
    let lock = LockAsked::read(request).await?;
    let kind = match asked.kind {
        ExportName::Access => ExportKind::Access,
        ExportName::Portability => ExportKind::Portability,
    };
    let plan = api.vault().plan(caller.tenant(), None).await?;
    let export = api.vault().export(&caller, subject, kind).await?;
    Ok(archive(export, plan.manifest(), lock))
}

/// Gives the archive that a request for access or portability asks for, once identity is proved where the policy wants that.
///
/// With its last part the request is answered; one that broke off leaves it open. It can be had again.
#[utoipa::path(post, path = "/v1/requests/{request}/archive", tag = "rights", request_body = Option<LockAsked>,
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The archive; an age file where it is locked",
        content((Vec<u8> = "application/zip"), (Vec<u8> = "application/octet-stream")))))]
async fn archive_of_request(
    State(api): State<ApiState>,
    By(caller): By,
    At(id): At<RequestId>,
    request: Request,
) -> Result<Response, Problem> {
    let lock = LockAsked::read(request).await?;
    let plan = api.vault().plan(caller.tenant(), None).await?;
    let export = api.vault().export_of_request(&caller, id).await?;
    Ok(archive(export, plan.manifest(), lock))
}

/// Gives the archives that requests for access or portability ask for, in one tar file; each connected system is read once for
/// all of them.
///
/// Archives come in pieces, `REQUEST/export.zip.age.000001` and so on (`export.zip.` for one that nobody locked), side by side: the pieces
/// of one, in their order, are the archive. Once an archive is whole, or will not be, `REQUEST/outcome.json` says so: `written` with its
/// length and SHA-256, `refused` before anything was read, or `broke_off`. A request is answered when its own archive is whole, whatever
/// becomes of the others.
#[utoipa::path(post, path = "/v1/requests:archives", tag = "rights", request_body = ArchivesAsked,
    responses((status = 200, description = "The archives, in pieces", content((Vec<u8> = "application/x-tar")))))]
async fn archives_of_requests(
    State(api): State<ApiState>,
    By(caller): By,
    Json(asked): Json<ArchivesAsked>,
) -> Result<Response, Problem> {
    let (mut requests, mut locks) = (Vec::new(), Vec::new());
    for ArchiveAsked { request, age_keys, passphrase } in asked.requests.0 {
        requests.push(request);
        locks.push(LockAsked { age_keys, passphrase }.lock()?);
    }
    let plan = api.vault().plan(caller.tenant(), None).await?;
    let turn = Turn::of(requests.len()).await?;
    let exports = api.vault().export_of_requests(&caller, &requests).await?;
    let ordered = requests.into_iter().zip(exports).zip(locks);
    let ordered = ordered.map(|((request, export), lock)| Ordered { request, export, lock });
    Ok(archives(ordered.collect(), plan.manifest(), turn))
}
