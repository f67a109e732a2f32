//! Organisations that manage accounts: made, their domains proved, their members listed, their decisions taken.

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_identity::{AddressView, DomainView, MemberView, NewOrganisation, OrganisationView};
use candor_vault::RequestView;
use candor_words::{OrganisationId, RequestId, SubjectId, from_hex, to_hex};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{List, Text};
use crate::extract::{Asked, At};
use crate::guard::By;
use crate::page::{Page, PageAsked};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, close))
        .routes(routes!(set_deciders))
        .routes(routes!(name_domain, take_domain))
        .routes(routes!(prove_domain))
        .routes(routes!(members))
        .routes(routes!(let_go))
        .routes(routes!(addresses))
        .routes(routes!(decide_address))
        .routes(routes!(requests))
}

/// An organisation to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganisationAsked {
    /// What people call it, in one line.
    #[schema(value_type = String, max_length = 200, example = "Engines Ltd")]
    title: Text<200>,
    /// Who decides for it, besides the tenant's administrators.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 20)]
    deciders: List<SubjectId, 20>,
}

/// Who decides for an organisation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecidersAsked {
    /// In the place of those before.
    #[schema(value_type = Vec<String>, max_items = 20)]
    deciders: List<SubjectId, 20>,
}

/// What is decided about an address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AddressDecided {
    /// Whether the account gets it.
    approve: bool,
}

/// Lists the tenant's organisations.
#[utoipa::path(get, path = "/v1/organisations", tag = "organisations", params(PageAsked),
    responses((status = 200, description = "A page of organisations", body = Page<schema::Organisation>)))]
async fn list(
    State(api): State<ApiState>,
    By(caller): By,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<OrganisationView>>, Problem> {
    let after = page.after(|text| text.parse().ok())?;
    let found = api.door()?.organisations(&caller, after, page.limit()?).await?;
    Ok(Json(Page::new(found.rows, found.next)))
}

/// Makes an organisation; it manages nothing before it proved a domain.
#[utoipa::path(post, path = "/v1/organisations", tag = "organisations", request_body = OrganisationAsked,
    responses((status = 201, description = "The organisation", body = schema::Organisation)))]
async fn create(
    State(api): State<ApiState>,
    By(caller): By,
    Json(asked): Json<OrganisationAsked>,
) -> Result<(StatusCode, Json<OrganisationView>), Problem> {
    let new = NewOrganisation { title: asked.title.0, deciders: asked.deciders.0 };
    Ok((StatusCode::CREATED, Json(api.door()?.create_organisation(&caller, new).await?)))
}

/// Shows an organisation with its domains.
#[utoipa::path(get, path = "/v1/organisations/{organisation}", tag = "organisations",
    params(("organisation" = String, Path, description = "The organisation")),
    responses((status = 200, description = "The organisation", body = schema::Organisation)))]
async fn show(
    State(api): State<ApiState>,
    By(caller): By,
    At(organisation): At<OrganisationId>,
) -> Result<Json<OrganisationView>, Problem> {
    Ok(Json(api.door()?.organisation(&caller, organisation).await?))
}

/// Closes an organisation: every account that it manages is its person's again.
#[utoipa::path(delete, path = "/v1/organisations/{organisation}", tag = "organisations",
    params(("organisation" = String, Path, description = "The organisation")),
    responses((status = 204, description = "Closed")))]
async fn close(
    State(api): State<ApiState>,
    By(caller): By,
    At(organisation): At<OrganisationId>,
) -> Result<StatusCode, Problem> {
    api.door()?.close_organisation(&caller, organisation).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says who decides for an organisation, besides the tenant's administrators.
#[utoipa::path(put, path = "/v1/organisations/{organisation}/deciders", tag = "organisations",
    request_body = DecidersAsked, params(("organisation" = String, Path, description = "The organisation")),
    responses((status = 200, description = "The organisation", body = schema::Organisation)))]
async fn set_deciders(
    State(api): State<ApiState>,
    By(caller): By,
    At(organisation): At<OrganisationId>,
    Json(asked): Json<DecidersAsked>,
) -> Result<Json<OrganisationView>, Problem> {
    Ok(Json(api.door()?.set_deciders(&caller, organisation, asked.deciders.0).await?))
}

/// Names a domain; the answer says which TXT record proves it.
#[utoipa::path(put, path = "/v1/organisations/{organisation}/domains/{domain}", tag = "organisations",
    params(("organisation" = String, Path, description = "The organisation"),
        ("domain" = String, Path, description = "The domain, such as `example.org`")),
    responses((status = 200, description = "The domain", body = schema::Domain)))]
async fn name_domain(
    State(api): State<ApiState>,
    By(caller): By,
    At((organisation, domain)): At<(OrganisationId, String)>,
) -> Result<Json<DomainView>, Problem> {
    Ok(Json(api.door()?.name_domain(&caller, organisation, &domain).await?))
}

/// Looks whether the domain publishes its proof; from then on the accounts on it are claimed, with notice.
#[utoipa::path(post, path = "/v1/organisations/{organisation}/domains/{domain}/prove", tag = "organisations",
    params(("organisation" = String, Path, description = "The organisation"),
        ("domain" = String, Path, description = "The domain, such as `example.org`")),
    responses((status = 200, description = "The domain", body = schema::Domain)))]
async fn prove_domain(
    State(api): State<ApiState>,
    By(caller): By,
    At((organisation, domain)): At<(OrganisationId, String)>,
) -> Result<Json<DomainView>, Problem> {
    Ok(Json(api.door()?.prove_domain(&caller, organisation, &domain).await?))
}

/// Takes a domain away from an organisation; the accounts on it are let go.
#[utoipa::path(delete, path = "/v1/organisations/{organisation}/domains/{domain}", tag = "organisations",
    params(("organisation" = String, Path, description = "The organisation"),
        ("domain" = String, Path, description = "The domain, such as `example.org`")),
    responses((status = 204, description = "Taken away")))]
async fn take_domain(
    State(api): State<ApiState>,
    By(caller): By,
    At((organisation, domain)): At<(OrganisationId, String)>,
) -> Result<StatusCode, Problem> {
    api.door()?.take_domain(&caller, organisation, &domain).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists an organisation's members, without a field of theirs.
#[utoipa::path(get, path = "/v1/organisations/{organisation}/members", tag = "organisations",
    params(("organisation" = String, Path, description = "The organisation"), PageAsked),
    responses((status = 200, description = "A page of members", body = Page<schema::Member>)))]
async fn members(
    State(api): State<ApiState>,
    By(caller): By,
    At(organisation): At<OrganisationId>,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<MemberView>>, Problem> {
    let after = page.after(|text| from_hex::<32>(text).ok())?;
    let found = api.door()?.members(&caller, organisation, after, page.limit()?).await?;
    Ok(Json(Page::new(found.rows, found.next.map(|name| to_hex(&name)))))
}

/// Lets a member go: their account is theirs again.
#[utoipa::path(delete, path = "/v1/organisations/{organisation}/members/{subject}", tag = "organisations",
    params(("organisation" = String, Path, description = "The organisation"),
        ("subject" = String, Path, description = "The member")),
    responses((status = 204, description = "Let go")))]
async fn let_go(
    State(api): State<ApiState>,
    By(caller): By,
    At((organisation, subject)): At<(OrganisationId, SubjectId)>,
) -> Result<StatusCode, Problem> {
    api.door()?.let_go(&caller, organisation, subject).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the addresses that wait for the organisation's approval, without the addresses.
#[utoipa::path(get, path = "/v1/organisations/{organisation}/addresses", tag = "organisations",
    params(("organisation" = String, Path, description = "The organisation"), PageAsked),
    responses((status = 200, description = "A page of them", body = Page<schema::WaitingAddress>)))]
async fn addresses(
    State(api): State<ApiState>,
    By(caller): By,
    At(organisation): At<OrganisationId>,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<AddressView>>, Problem> {
    let after = page.after(|text| from_hex::<32>(text).ok())?;
    let found = api.door()?.addresses_waiting(&caller, Some(organisation), after, page.limit()?).await?;
    Ok(Json(Page::new(found.rows, found.next.map(|name| to_hex(&name)))))
}

/// Approves an address or refuses it; the person is told.
#[utoipa::path(post, path = "/v1/organisations/{organisation}/addresses/{address}/decide", tag = "organisations",
    request_body = AddressDecided,
    params(("organisation" = String, Path, description = "The organisation"),
        ("address" = String, Path, description = "The address that waits")),
    responses((status = 204, description = "Decided")))]
async fn decide_address(
    State(api): State<ApiState>,
    By(caller): By,
    At((organisation, address)): At<(OrganisationId, RequestId)>,
    Json(asked): Json<AddressDecided>,
) -> Result<StatusCode, Problem> {
    let tenant = api.vault().tenant_view(caller.tenant()).await?;
    api.door()?.decide_address(&caller, &tenant, Some(organisation), (address, asked.approve)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the open requests of the organisation's members that it decides about, the earliest due first.
#[utoipa::path(get, path = "/v1/organisations/{organisation}/requests", tag = "organisations",
    params(("organisation" = String, Path, description = "The organisation")),
    responses((status = 200, description = "All of them, on one page", body = Page<schema::Request>)))]
async fn requests(
    State(api): State<ApiState>,
    By(caller): By,
    At(organisation): At<OrganisationId>,
) -> Result<Json<Page<RequestView>>, Problem> {
    api.door()?.organisation(&caller, organisation).await?;
    Ok(Json(Page::new(api.door()?.requests_waiting(&caller, Some(organisation)).await?, None::<String>)))
}
