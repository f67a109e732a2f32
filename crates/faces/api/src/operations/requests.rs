//! Requests: a subject's exercise of a right, with its clock, to the closing letter.

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_manifest::model::RightKind;
use candor_vault::{Caller, Decision, Letter, NewRequest, RequestView};
use candor_words::{Instant, RequestId, SubjectId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{Name, Text};
use crate::extract::{Asked, At};
use crate::guard::By;
use crate::page::{Page, PageAsked};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(open))
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(prove_identity))
        .routes(routes!(prove_by_documents))
        .routes(routes!(ask_by_letter))
        .routes(routes!(extend))
        .routes(routes!(refuse))
        .routes(routes!(decide))
        .routes(routes!(complete))
        .routes(routes!(letter))
}

/// A request that was received.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RequestAsked {
    /// Which right the subject exercises.
    right: RightName,
    /// Where the subject lives (ISO 3166-1 alpha-2): decides the law and the authority.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 2, example = "BE")]
    country: Option<Text<2>>,
    /// When it was received, when that was before now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    received_at: Option<Instant>,
}

/// A right.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RightName {
    Access,
    Rectification,
    Erasure,
    Restriction,
    Portability,
    Objection,
    Withdrawal,
    AutomatedDecision,
    SaleOptOut,
}

impl From<RightName> for RightKind {
    fn from(name: RightName) -> Self {
        match name {
            RightName::Access => Self::Access,
            RightName::Rectification => Self::Rectification,
            RightName::Erasure => Self::Erasure,
            RightName::Restriction => Self::Restriction,
            RightName::Portability => Self::Portability,
            RightName::Objection => Self::Objection,
            RightName::Withdrawal => Self::Withdrawal,
            RightName::AutomatedDecision => Self::AutomatedDecision,
            RightName::SaleOptOut => Self::SaleOptOut,
        }
    }
}

/// Why, for machines.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BecauseAsked {
    /// A DPV justification: `A12Complexity`, `A12ManifestlyExcessive`, …
    #[schema(value_type = String, max_length = 128, example = "A12Complexity")]
    because: Name,
}

/// Which requests are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RequestsAsked {
    /// Those of one subject; of all when not given.
    #[param(value_type = Option<String>)]
    subject: Option<SubjectId>,
    /// `next` of the page before; without it, the first page.
    after: Option<String>,
    /// How many items at most; 100 when not given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Opens a request; its clock runs from receipt.
#[utoipa::path(post, path = "/v1/subjects/{subject}/requests", tag = "rights", request_body = RequestAsked,
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 201, description = "The request", body = schema::Request)))]
async fn open(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<RequestAsked>,
) -> Result<(StatusCode, Json<RequestView>), Problem> {
    let new = NewRequest {
        right: asked.right.into(),
        country: asked.country.map(|text| text.0),
        received_at: asked.received_at,
    };
    Ok((StatusCode::CREATED, Json(api.vault().open_request(&caller, subject, new).await?)))
}

/// Lists requests, of all subjects or of one.
#[utoipa::path(get, path = "/v1/requests", tag = "rights", params(RequestsAsked),
    responses((status = 200, description = "A page of requests", body = Page<schema::Request>)))]
async fn list(
    State(api): State<ApiState>,
    By(caller): By,
    Asked(asked): Asked<RequestsAsked>,
) -> Result<Json<Page<RequestView>>, Problem> {
    let page = PageAsked::new(asked.after, asked.limit);
    let after = page.after(|text| text.parse().ok())?;
    let requests = api.vault().requests(&caller, asked.subject, after, page.limit()?).await?;
    Ok(Json(Page::new(requests.rows, requests.next)))
}

/// Shows a request.
#[utoipa::path(get, path = "/v1/requests/{request}", tag = "rights",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn show(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
) -> Result<Json<RequestView>, Problem> {
    Ok(Json(api.vault().request(&caller, request).await?))
}

/// Notes that the subject proved to be who they say.
#[utoipa::path(post, path = "/v1/requests/{request}/identity", tag = "rights",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn prove_identity(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
) -> Result<Json<RequestView>, Problem> {
    Ok(Json(api.vault().prove_identity(&caller, request).await?))
}

/// What was seen of documents that show who is asking.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SeenAsked {
    /// One line: which document, who looked at it; no number of it. Kept until the request is closed.
    #[schema(value_type = String, max_length = 200, example = "identity card, looked at by the service desk")]
    seen: Text<200>,
}

/// Notes that somebody looked at documents that show who is asking; what they saw goes when the request is closed.
#[utoipa::path(post, path = "/v1/requests/{request}/identity/documents", tag = "rights", request_body = SeenAsked,
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn prove_by_documents(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
    Json(asked): Json<SeenAsked>,
) -> Result<Json<RequestView>, Problem> {
    Ok(Json(api.vault().prove_by_documents(&caller, request, &asked.seen.0).await?))
}

/// Writes to the address on file, with a link by which the person confirms that the request is theirs, or says that it is not.
#[utoipa::path(post, path = "/v1/requests/{request}/identity/letter", tag = "rights",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn ask_by_letter(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
) -> Result<Json<RequestView>, Problem> {
    let tenant = api.vault().tenant_view(caller.tenant()).await?;
    Ok(Json(api.door()?.ask_who_asks(&caller, &tenant, request).await?))
}

/// Extends the clock once, by what the law allows.
#[utoipa::path(post, path = "/v1/requests/{request}/extend", tag = "rights", request_body = BecauseAsked,
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn extend(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
    Json(asked): Json<BecauseAsked>,
) -> Result<Json<RequestView>, Problem> {
    let extended = api.vault().extend_request(&caller, request, &asked.because.0).await?;
    tell(&api, &caller, &extended).await?;
    Ok(Json(extended))
}

/// Refuses a request, with its reason.
#[utoipa::path(post, path = "/v1/requests/{request}/refuse", tag = "rights", request_body = BecauseAsked,
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn refuse(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
    Json(asked): Json<BecauseAsked>,
) -> Result<Json<RequestView>, Problem> {
    let refused = api.vault().refuse_request(&caller, request, &asked.because.0).await?;
    tell(&api, &caller, &refused).await?;
    Ok(Json(refused))
}

/// Has the person written to about their request, where there is a front door that can.
async fn tell(api: &ApiState, caller: &Caller, request: &RequestView) -> Result<(), Problem> {
    if let Ok(door) = api.door() {
        let tenant = api.vault().tenant_view(caller.tenant()).await?;
        door.tell_of_request(&tenant, request).await;
    }
    Ok(())
}

/// What an organisation says to a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecisionAsked {
    /// Whether the person may have what they asked for; an erasure that is approved is carried out at once.
    approve: bool,
    /// Why not: a DPV justification, when it is refused.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128, example = "A17LegalClaims")]
    because: Option<Name>,
}

/// Decides a request of somebody whose account an organisation manages; the person is told.
#[utoipa::path(post, path = "/v1/requests/{request}/decide", tag = "organisations", request_body = DecisionAsked,
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn decide(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
    Json(asked): Json<DecisionAsked>,
) -> Result<Json<RequestView>, Problem> {
    let decision = match &asked.because {
        _ if asked.approve => Decision::Approve,
        because => Decision::Refuse { because: because.as_ref().map_or("", |name| &name.0) },
    };
    let tenant = api.vault().tenant_view(caller.tenant()).await?;
    Ok(Json(api.door()?.decide_request(&caller, &tenant, request, decision).await?))
}

/// Answers a request that was carried out.
#[utoipa::path(post, path = "/v1/requests/{request}/complete", tag = "rights",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The request", body = schema::Request)))]
async fn complete(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
) -> Result<Json<RequestView>, Problem> {
    Ok(Json(api.vault().complete_request(&caller, request).await?))
}

/// The letter about a request, which names the authority of the subject's country.
#[utoipa::path(get, path = "/v1/requests/{request}/letter", tag = "rights",
    params(("request" = String, Path, description = "The request")),
    responses((status = 200, description = "The letter", body = schema::Letter)))]
async fn letter(
    State(api): State<ApiState>,
    By(caller): By,
    At(request): At<RequestId>,
) -> Result<Json<Letter>, Problem> {
    Ok(Json(api.vault().letter(&caller, request).await?))
}
