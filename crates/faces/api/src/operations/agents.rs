//! The agents that are heard over the Data Rights Protocol: declared, listed, removed.

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_rights::{AgentView, NewAgent, Vouching};
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
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, remove))
}

/// An agent that people authorise, as the protocol's directory lists it, and how far it is relied on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AgentAsked {
    /// What people call it.
    #[schema(value_type = String, max_length = 128, example = "Permission Slip")]
    name: Name,
    /// The key by which its messages are verified: Ed25519, 32 bytes in base64.
    #[schema(value_type = String, max_length = 64)]
    verify_key: Text<64>,
    /// Its site.
    #[schema(value_type = Option<String>, max_length = 2048)]
    web_url: Option<Text<2048>>,
    /// What it calls you in messages; your name in addresses, in capital letters, when nothing is said.
    #[schema(value_type = Option<String>, max_length = 128)]
    business_id: Option<Name>,
    /// What you rely on when it says that it verified it. Of everybody else, the person signs in before anything is done.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    vouches_for: List<VouchingAsked, 2>,
    /// The hosts that may be called back.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    callback_hosts: List<Text<253>, 16>,
}

/// What an agent may verify about people.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum VouchingAsked {
    Email,
    PhoneNumber,
}

/// Every agent of the tenant.
#[derive(Serialize)]
struct Agents {
    items: Vec<AgentView>,
}

/// Lists the agents that are heard; there are at most 100.
#[utoipa::path(get, path = "/v1/agents", tag = "agents",
    responses((status = 200, description = "Every agent, without its token", body = schema::Agents)))]
async fn list(State(api): State<ApiState>, By(caller): By) -> Result<Json<Agents>, Problem> {
    Ok(Json(Agents { items: api.rights()?.agents(&caller).await? }))
}

/// Declares an agent; one of the same name is replaced whole. Under another key, its token is worth nothing any more.
#[utoipa::path(put, path = "/v1/agents/{agent}", tag = "agents", request_body = AgentAsked,
    params(("agent" = String, Path, description = "Its name in messages: capital letters, digits and `_`")),
    responses((status = 200, description = "Declared", body = schema::Agent)))]
async fn put(
    State(api): State<ApiState>,
    By(caller): By,
    At(id): At<String>,
    Json(asked): Json<AgentAsked>,
) -> Result<Json<AgentView>, Problem> {
    let vouching = |asked: VouchingAsked| match asked {
        VouchingAsked::Email => Vouching::Email,
        VouchingAsked::PhoneNumber => Vouching::PhoneNumber,
    };
    let new = NewAgent {
        id,
        name: asked.name.0,
        verify_key: asked.verify_key.0,
        web_url: asked.web_url.map(|url| url.0),
        business_id: asked.business_id.map(|id| id.0),
        vouches_for: asked.vouches_for.0.into_iter().map(vouching).collect(),
        callback_hosts: asked.callback_hosts.0.into_iter().map(|host| host.0).collect(),
    };
    Ok(Json(api.rights()?.put_agent(&caller, new).await?))
}

/// Removes an agent: it is not heard any more. What it brought goes on.
#[utoipa::path(delete, path = "/v1/agents/{agent}", tag = "agents",
    params(("agent" = String, Path, description = "Its name in messages")),
    responses((status = 204, description = "Removed")))]
async fn remove(State(api): State<ApiState>, By(caller): By, At(id): At<String>) -> Result<StatusCode, Problem> {
    api.rights()?.remove_agent(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
