//! Notice of changes to the policy: open for a subject, seen by them, and what became of telling everybody; and who must
//! be asked for consent again.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_vault::{Acknowledged, AskAgain, OpenNotice, Told, Untold};
use candor_words::SubjectId;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Asked, At};
use crate::guard::By;
use crate::page::{Page, PageAsked};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(open))
        .routes(routes!(acknowledge))
        .routes(routes!(told))
        .routes(routes!(undeliverable))
        .routes(routes!(again))
}

/// The notices that are open.
#[derive(Debug, Serialize)]
struct OpenNotices {
    items: Vec<OpenNotice>,
}

/// Who must be asked again, and how many subjects were looked at for the page.
#[derive(Debug, Serialize)]
struct AgainPage {
    #[serde(flatten)]
    page: Page<AskAgain>,
    n_looked_at: u64,
}

/// Lists the notices of changes to the policy that the subject has not acknowledged, newest first.
///
/// Show them where the person sees them: what changes, from when on, and what they can do. The first time a notice is
/// fetched, an entry of the ledger says that it was shown.
#[utoipa::path(get, path = "/v1/subjects/{subject}/notices", tag = "choices",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "The notices that are open", body = schema::OpenNotices)))]
async fn open(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Json<OpenNotices>, Problem> {
    Ok(Json(OpenNotices { items: api.vault().open_notices(&caller, subject).await? }))
}

/// Notes that the subject has seen a notice; it is no longer open. Seeing it agrees to nothing.
#[utoipa::path(post, path = "/v1/subjects/{subject}/notices/{notice}/acknowledge", tag = "choices",
    params(("subject" = String, Path, description = "The subject"),
        ("notice" = String, Path, description = "The notice")),
    responses((status = 200, description = "When it was seen", body = schema::Acknowledged)))]
async fn acknowledge(
    State(api): State<ApiState>,
    By(caller): By,
    At((subject, notice)): At<(SubjectId, String)>,
) -> Result<Json<Acknowledged>, Problem> {
    Ok(Json(api.vault().acknowledge(&caller, subject, &notice).await?))
}

/// Tells how far notice of a version has come: how many were reached, and how many were not.
#[utoipa::path(get, path = "/v1/policies/{digest}/notices", tag = "policy",
    params(("digest" = String, Path, description = "The digest of the version")),
    responses((status = 200, description = "How far notice has come", body = schema::Told)))]
async fn told(State(api): State<ApiState>, By(caller): By, At(digest): At<String>) -> Result<Json<Told>, Problem> {
    Ok(Json(api.vault().told(&caller, &digest).await?))
}

/// Lists who could not be told of a version by mail, and why.
#[utoipa::path(get, path = "/v1/policies/{digest}/notices/undeliverable", tag = "policy",
    params(("digest" = String, Path, description = "The digest of the version"), PageAsked),
    responses((status = 200, description = "A page of subjects", body = Page<schema::Untold>)))]
async fn undeliverable(
    State(api): State<ApiState>,
    By(caller): By,
    At(digest): At<String>,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<Untold>>, Problem> {
    let after = page.after(|text| text.parse().ok())?;
    let untold = api.vault().undeliverable(&caller, &digest, after, page.limit()?).await?;
    Ok(Json(Page::new(untold.rows, untold.next)))
}

/// Lists who must be asked for consent again, because the policy in force does more than they said yes to.
///
/// A page looks at 2000 subjects at most and says at how many: it may hold fewer items than asked for and still have a
/// `next`. What they consented to before goes on meanwhile; the rest is refused.
#[utoipa::path(get, path = "/v1/consents/again", tag = "choices", params(PageAsked),
    responses((status = 200, description = "A page of subjects", body = schema::AgainPage)))]
async fn again(
    State(api): State<ApiState>,
    By(caller): By,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<AgainPage>, Problem> {
    let after = page.after(|text| text.parse().ok())?;
    let (found, n_looked_at) = api.vault().ask_again(&caller, after, page.limit()?).await?;
    Ok(Json(AgainPage { page: Page::new(found.rows, found.next), n_looked_at }))
}
