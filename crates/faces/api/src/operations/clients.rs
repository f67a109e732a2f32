//! Clients: applications that people sign in to, each for a recipient that the policy declares.

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_identity::{Client, IssuedClient, NewClient, NewInvitation};
use candor_oidc::{ClientMetadata, OAuthError};
use candor_vault::{ErrorKind, VaultError};
use candor_words::ClientId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::bounded::{List, Name};
use crate::extract::{Asked, At};
use crate::guard::By;
use crate::page::{Page, PageAsked};
use crate::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list, register))
        .routes(routes!(show, change, remove))
        .routes(routes!(renew_secret))
        .routes(routes!(invite))
        .routes(routes!(renew_keys))
}

/// A client to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClientAsked {
    /// The recipient of the policy that it works for.
    #[schema(value_type = String, max_length = 128, example = "calendar_app")]
    recipient: Name,
    /// The purposes that it may ask for; all that share something with the recipient when absent.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 512)]
    purposes: Option<List<Name, 512>>,
    /// What it says of itself, in the members of RFC 7591: `client_name`, `redirect_uris`, `grant_types`, …
    #[schema(value_type = Object, example = json!({"client_name": "Calendar", "redirect_uris": ["https://calendar.example/back"]}))]
    metadata: Map<String, Value>,
}

/// A client, without its secret.
#[derive(Serialize)]
struct ClientShown {
    client_id: ClientId,
    recipient: String,
    purposes: Vec<String>,
    registered_at: candor_words::Instant,
    metadata: Value,
}

/// A client with its secret.
#[derive(Serialize)]
struct ClientIssued {
    #[serde(flatten)]
    client: ClientShown,
    client_secret: Option<String>,
}

/// Whom somebody may register a client for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InvitationAsked {
    /// The recipient of the policy that it will work for.
    #[schema(value_type = String, max_length = 128)]
    recipient: Name,
    /// The purposes that it may ask for; all that share something with the recipient when absent.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 512)]
    purposes: Option<List<Name, 512>>,
}

/// An invitation.
#[derive(Debug, Serialize, ToSchema)]
struct Invited {
    /// The initial access token (RFC 7591), shown this once; `null` when the request is repeated.
    initial_access_token: Option<String>,
}

impl From<Client> for ClientShown {
    fn from(client: Client) -> Self {
        let metadata = client.metadata.to_json();
        let Client { client_id, recipient, purposes, registered_at, .. } = client;
        Self { client_id, recipient, purposes, registered_at, metadata }
    }
}

impl From<IssuedClient> for ClientIssued {
    fn from(issued: IssuedClient) -> Self {
        let client_secret = issued.secret.map(|secret| secret.expose().clone());
        Self { client: issued.client.into(), client_secret }
    }
}

impl ClientAsked {
    fn read(self) -> Result<NewClient, Problem> {
        Ok(NewClient {
            recipient: self.recipient.0,
            purposes: names(self.purposes),
            metadata: ClientMetadata::read(&self.metadata).map_err(malformed)?,
        })
    }
}

fn names(list: Option<List<Name, 512>>) -> Option<Vec<String>> {
    list.map(|names| names.0.into_iter().map(|name| name.0).collect())
}

fn malformed(error: OAuthError) -> Problem {
    let told = VaultError::new(ErrorKind::Unprocessable, "client.malformed", error.description);
    told.detail("error", error.code.name()).into()
}

/// Lists the tenant's clients, without their secrets.
#[utoipa::path(get, path = "/v1/clients", tag = "clients", params(PageAsked),
    responses((status = 200, description = "A page of clients", body = Page<schema::Client>)))]
async fn list(
    State(api): State<ApiState>,
    By(caller): By,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<ClientShown>>, Problem> {
    let after = page.after(|text| text.parse().ok())?;
    let clients = api.door()?.clients(&caller, after, page.limit()?).await?;
    Ok(Json(Page::new(clients.rows.into_iter().map(ClientShown::from).collect(), clients.next)))
}

/// Registers a client for a recipient that the policy declares.
#[utoipa::path(post, path = "/v1/clients", tag = "clients", request_body = ClientAsked,
    responses((status = 201, description = "The client; its secret is shown this once", body = schema::ClientWithSecret)))]
async fn register(
    State(api): State<ApiState>,
    By(caller): By,
    Json(asked): Json<ClientAsked>,
) -> Result<(StatusCode, Json<ClientIssued>), Problem> {
    let issued = api.door()?.register_client(&caller, asked.read()?).await?;
    Ok((StatusCode::CREATED, Json(issued.into())))
}

/// Shows a client.
#[utoipa::path(get, path = "/v1/clients/{client}", tag = "clients",
    params(("client" = String, Path, description = "The client")),
    responses((status = 200, description = "The client, without its secret", body = schema::Client)))]
async fn show(
    State(api): State<ApiState>,
    By(caller): By,
    At(client): At<ClientId>,
) -> Result<Json<ClientShown>, Problem> {
    Ok(Json(api.door()?.client_of(&caller, client).await?.into()))
}

/// Changes what a client says of itself and what it may ask for; recipient and way to prove itself stay.
#[utoipa::path(put, path = "/v1/clients/{client}", tag = "clients", request_body = ClientAsked,
    params(("client" = String, Path, description = "The client")),
    responses((status = 200, description = "Changed", body = schema::Client)))]
async fn change(
    State(api): State<ApiState>,
    By(caller): By,
    At(client): At<ClientId>,
    Json(asked): Json<ClientAsked>,
) -> Result<Json<ClientShown>, Problem> {
    Ok(Json(api.door()?.change_client(&caller, client, asked.read()?).await?.into()))
}

/// Removes a client; all its tokens end at once.
#[utoipa::path(delete, path = "/v1/clients/{client}", tag = "clients",
    params(("client" = String, Path, description = "The client")),
    responses((status = 204, description = "Removed")))]
async fn remove(State(api): State<ApiState>, By(caller): By, At(client): At<ClientId>) -> Result<StatusCode, Problem> {
    api.door()?.remove_client(&caller, client).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a client a new secret; the old one is refused from then on.
#[utoipa::path(post, path = "/v1/clients/{client}/secret", tag = "clients",
    params(("client" = String, Path, description = "The client")),
    responses((status = 200, description = "The client with its new secret", body = schema::ClientWithSecret)))]
async fn renew_secret(
    State(api): State<ApiState>,
    By(caller): By,
    At(client): At<ClientId>,
) -> Result<Json<ClientIssued>, Problem> {
    Ok(Json(api.door()?.renew_client_secret(&caller, client).await?.into()))
}

/// Lets somebody register one client by themself (RFC 7591) within seven days.
#[utoipa::path(post, path = "/v1/client-invitations", tag = "clients", request_body = InvitationAsked,
    responses((status = 201, description = "The initial access token, shown this once", body = Invited)))]
async fn invite(
    State(api): State<ApiState>,
    By(caller): By,
    Json(asked): Json<InvitationAsked>,
) -> Result<(StatusCode, Json<Invited>), Problem> {
    let new = NewInvitation { recipient: asked.recipient.0, purposes: names(asked.purposes) };
    let token = api.door()?.invite_client(&caller, new).await?;
    Ok((StatusCode::CREATED, Json(Invited { initial_access_token: Some(token.expose().to_owned()) })))
}

/// Draws new keys for tokens; they are published at once and sign an hour later.
#[utoipa::path(post, path = "/v1/signing-keys", tag = "clients",
    responses((status = 204, description = "Drawn")))]
async fn renew_keys(State(api): State<ApiState>, By(caller): By) -> Result<StatusCode, Problem> {
    api.door()?.renew_signing_keys(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
