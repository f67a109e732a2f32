//! Where people may sign in elsewhere: kept, listed without secrets, switched off and on, removed.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_identity::{NewPlace, NewUpstream, Shape, Switch, UpstreamView};
use candor_words::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{List, Name, Text};
use crate::extract::At;
use crate::guard::By;
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, remove)).routes(routes!(switch))
}

/// A place where people may sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpstreamAsked {
    /// What people call it.
    #[schema(value_type = String, max_length = 128, example = "Google")]
    title: Name,
    /// The purpose that what is fetched is for: people are asked in its words.
    #[schema(value_type = String, max_length = 128, example = "sign_in")]
    purpose: Name,
    /// The field that each claim (of a directory: attribute) is kept in; nothing else is fetched or kept.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"email": "google.google_email"}))]
    fields: BTreeMap<String, String>,
    /// Whether somebody who has no account gets one.
    #[serde(default)]
    opens_accounts: bool,
    place: PlaceAsked,
}

/// What is asked: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum PlaceAsked {
    /// A provider (OpenID Connect).
    Provider(ProviderAsked),
    /// A company's directory (LDAP).
    Company(CompanyAsked),
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProviderAsked {
    /// Who it is, as it describes itself.
    #[schema(value_type = String, max_length = 2048, example = "https://accounts.google.com")]
    issuer: Text<2048>,
    /// Whose habits it has.
    #[serde(default)]
    shape: ShapeAsked,
    /// The directories whose people may come (`microsoft`); all when empty.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    directories: List<Name, 64>,
    /// Who you are to it.
    #[schema(value_type = String, max_length = 2048)]
    client_id: Text<2048>,
    /// What you prove that with; sealed, and never shown again.
    #[schema(value_type = Option<String>, max_length = 2048)]
    client_secret: Option<Text<2048>>,
}

#[derive(Deserialize, Default, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ShapeAsked {
    #[default]
    Plain,
    Google,
    Microsoft,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CompanyAsked {
    /// `ldaps://…`, or `ldap://…` with StartTLS.
    #[schema(value_type = String, max_length = 512, example = "ldaps://ad.company.example")]
    address: Text<512>,
    #[serde(default)]
    start_tls: bool,
    /// Certificates (PEM) to trust beside those of the machine.
    #[schema(value_type = Option<String>, max_length = 32768)]
    trusted: Option<Text<32768>>,
    /// The entry below which people are looked for.
    #[schema(value_type = String, max_length = 2048, example = "DC=company,DC=example")]
    base: Text<2048>,
    /// How one is found; `{user}` stands for the name that is typed.
    #[schema(value_type = String, max_length = 2048, example = "(sAMAccountName={user})")]
    filter: Text<2048>,
    /// Who looks for people.
    reader: Option<ReaderAsked>,
    /// The attribute that names a person for good.
    #[schema(value_type = String, max_length = 128, example = "objectGUID")]
    id_attribute: Name,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReaderAsked {
    /// The name of its entry.
    #[schema(value_type = String, max_length = 2048)]
    name: Text<2048>,
    /// Sealed, and never shown again.
    #[schema(value_type = String, max_length = 1024)]
    password: Text<1024>,
}

/// Every place of the tenant.
#[derive(Serialize)]
struct Upstreams {
    items: Vec<UpstreamView>,
}

/// Lists where people may sign in elsewhere, without secrets; there are at most 20.
#[utoipa::path(get, path = "/v1/upstreams", tag = "upstreams",
    responses((status = 200, description = "Every place, without secrets", body = schema::Upstreams)))]
async fn list(State(api): State<ApiState>, By(caller): By) -> Result<Json<Upstreams>, Problem> {
    Ok(Json(Upstreams { items: api.door()?.upstreams(&caller).await? }))
}

/// Keeps a place where people may sign in; one of the same name is replaced whole.
///
/// Nobody is asked anything by this. What people are asked before they go there, and what is fetched and kept, follows
/// from the policy: the purpose must use each field, and the field must be collected from there.
#[utoipa::path(put, path = "/v1/upstreams/{name}", tag = "upstreams", request_body = UpstreamAsked,
    params(("name" = String, Path, description = "What addresses and sources call it")),
    responses((status = 200, description = "Kept", body = schema::Upstream)))]
async fn put(
    State(api): State<ApiState>,
    By(caller): By,
    At(name): At<String>,
    Json(asked): Json<UpstreamAsked>,
) -> Result<Json<UpstreamView>, Problem> {
    let new = NewUpstream {
        name,
        title: asked.title.0,
        purpose: asked.purpose.0,
        fields: asked.fields,
        opens_accounts: asked.opens_accounts,
        place: place(asked.place),
    };
    Ok(Json(api.door()?.put_upstream(&caller, new).await?))
}

/// Removes a place: nobody signs in there any more.
#[utoipa::path(delete, path = "/v1/upstreams/{name}", tag = "upstreams",
    params(("name" = String, Path, description = "What addresses and sources call it")),
    responses((status = 204, description = "Removed")))]
async fn remove(State(api): State<ApiState>, By(caller): By, At(name): At<String>) -> Result<StatusCode, Problem> {
    api.door()?.remove_upstream(&caller, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether people may sign in there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SwitchAsked {
    on: bool,
}

/// Switches a place off, or on again. While it is off nobody signs in there and nobody is asked anything; what is kept of it, links
/// and secrets too, stays. Whoever is signed in stays so.
#[utoipa::path(post, path = "/v1/upstreams/{name}/switch", tag = "upstreams", request_body = SwitchAsked,
    params(("name" = String, Path, description = "What addresses and sources call it")),
    responses((status = 200, description = "The place", body = schema::Upstream)))]
async fn switch(
    State(api): State<ApiState>,
    By(caller): By,
    At(name): At<String>,
    Json(asked): Json<SwitchAsked>,
) -> Result<Json<UpstreamView>, Problem> {
    let switch = if asked.on { Switch::On } else { Switch::Off };
    Ok(Json(api.door()?.switch_upstream(&caller, &name, switch).await?))
}

fn place(asked: PlaceAsked) -> NewPlace {
    match asked {
        PlaceAsked::Provider(provider) => NewPlace::Provider {
            issuer: provider.issuer.0,
            shape: match provider.shape {
                ShapeAsked::Plain => Shape::Plain,
                ShapeAsked::Google => Shape::Google,
                ShapeAsked::Microsoft => Shape::Microsoft,
            },
            directories: provider.directories.0.into_iter().map(|id| id.0).collect(),
            client_id: provider.client_id.0,
            client_secret: provider.client_secret.map(|secret| Secret::new(secret.0)),
        },
        PlaceAsked::Company(company) => NewPlace::Company {
            address: company.address.0,
            start_tls: company.start_tls,
            trusted: company.trusted.map(|pem| pem.0),
            base: company.base.0,
            filter: company.filter.0,
            reader: company.reader.map(|reader| (reader.name.0, Secret::new(reader.password.0))),
            id_attribute: company.id_attribute.0,
        },
    }
}
