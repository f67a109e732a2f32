//! Disputes about requests, which restrict use until they are over, and objections that wait for an answer.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_vault::{Caller, DisputeEnd, DisputeView, PendingObjection, RequestView};
use candor_words::{RequestId, from_hex, to_hex};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{List, Name, Text};
use crate::extract::{Asked, At};
use crate::guard::By;
use crate::page::{Page, PageAsked};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(dispute))
        .routes(routes!(settle))
        .routes(routes!(override_dispute))
        .routes(routes!(objections))
}

/// Lists the disputes that are not over, whether or not their requests are closed. A page may hold fewer than were asked for, and
/// still be followed by another.
#[utoipa::path(get, path = "/v1/disputes", tag = "rights", params(PageAsked),
    responses((status = 200, description = "A page", body = Page<schema::Dispute>)))]
async fn list(
    State(api): State<ApiState>,
    By(caller): By,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<DisputeView>>, Problem> {
    let after = page.after(|text| text.parse::<RequestId>().ok())?;
    let disputes = api.vault().disputes(&caller, after, page.limit()?).await?;
    Ok(Json(Page::new(disputes.rows, disputes.next)))
}

/// Notes that it is not agreed what the request leads to: use of the data is restricted from then on.
#[utoipa::path(post, path = "/v1/requests/{request}/dispute", tag = "rights",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn dispute(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
) -> Result<Json<RequestView>, Problem> {
    Ok(Json(api.vault().dispute_request(&caller, request).await?))
}

/// How a dispute is settled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettleAsked {
    /// Whether the person was right.
    outcome: Settlement,
    /// How the person was told, before use goes on (GDPR Art. 18(3)): one line without personal data.
    #[schema(value_type = String, max_length = 200, example = "letter of 2026-11-20")]
    informed: Text<200>,
}

/// Whether the person was right.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Settlement {
    Upheld,
    Rejected,
}

/// Settles a dispute: what it restricted is used again, unless another request of the person is disputed. What is to be put right
/// is the request's to do.
#[utoipa::path(post, path = "/v1/requests/{request}/dispute/settle", tag = "rights", request_body = SettleAsked,
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn settle(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
    Json(asked): Json<SettleAsked>,
) -> Result<Json<RequestView>, Problem> {
    let end = match asked.outcome {
        Settlement::Upheld => DisputeEnd::Upheld,
        Settlement::Rejected => DisputeEnd::Rejected,
    };
    let settled = api.vault().settle_dispute(&caller, request, end, &asked.informed.0).await?;
    tell(&api, &caller, &settled).await?;
    Ok(Json(settled))
}

/// Why use goes on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OverrideAsked {
    /// One line of at most 200 bytes, without personal data; kept with the event.
    #[schema(value_type = String, max_length = 200)]
    because: Text<200>,
    /// For which purposes alone; the dispute goes on restricting the others. All, and the dispute is over, when none is named.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 64)]
    purposes: List<Name, 64>,
}

/// Lets use go on although the request is disputed, as the tenant's administrator decides; the ledger says so.
#[utoipa::path(post, path = "/v1/requests/{request}/dispute/override", tag = "rights", request_body = OverrideAsked,
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn override_dispute(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
    Json(asked): Json<OverrideAsked>,
) -> Result<Json<RequestView>, Problem> {
    let purposes: Vec<String> = asked.purposes.0.into_iter().map(|name| name.0).collect();
    let overridden = api.vault().override_dispute(&caller, request, (&asked.because.0, &purposes)).await?;
    tell(&api, &caller, &overridden).await?;
    Ok(Json(overridden))
}

/// Has the person written to about how a dispute ended, where there is a front door that can.
async fn tell(api: &ApiState, caller: &Caller, request: &RequestView) -> Result<(), Problem> {
    if let Ok(door) = api.door() {
        let tenant = api.vault().tenant_view(caller.tenant()).await?;
        door.tell_of_dispute(&tenant, request).await;
    }
    Ok(())
}

/// Lists the objections that wait for an answer. A page may hold fewer than were asked for, and still be followed by another.
#[utoipa::path(get, path = "/v1/objections", tag = "rights", params(PageAsked),
    responses((status = 200, description = "A page", body = Page<schema::PendingObjection>)))]
async fn objections(
    State(api): State<ApiState>,
    By(caller): By,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<PendingObjection>>, Problem> {
    let after = page.after(|text| from_hex::<32>(text).ok())?;
    let pending = api.vault().pending_objections(&caller, after, page.limit()?).await?;
    Ok(Json(Page::new(pending.rows, pending.next.map(|name| to_hex(&name)))))
}
