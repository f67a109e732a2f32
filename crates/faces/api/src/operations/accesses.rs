//! Who read what about a subject, and who may receive it.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_vault::{AccessView, RecipientView};
use candor_words::SubjectId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Asked, At};
use crate::guard::By;
use crate::page::{Page, PageAsked};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(accesses)).routes(routes!(recipients))
}

/// Lists what the ledger says of a subject, newest first: every read, refusal, choice and change.
#[utoipa::path(get, path = "/v1/subjects/{subject}/accesses", tag = "audit",
    params(("subject" = String, Path, description = "The subject"), PageAsked),
    responses((status = 200, description = "A page of entries", body = Page<schema::Access>)))]
async fn accesses(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<AccessView>>, Problem> {
    let below = page.after(|text| text.parse().ok())?;
    let accesses = api.vault().accesses(&caller, subject, below, page.limit()?).await?;
    Ok(Json(Page::new(accesses.rows, accesses.next)))
}

/// Lists the recipients of the policy, with what each may receive and did receive of the subject.
#[utoipa::path(get, path = "/v1/subjects/{subject}/recipients", tag = "audit",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "All of them, on one page", body = Page<schema::Recipient>)))]
async fn recipients(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Json<Page<RecipientView>>, Problem> {
    Ok(Json(Page::new(api.vault().recipients(&caller, subject).await?, None::<String>)))
}
