//! The tenant itself: its keys and its secrets.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::RefusedField;

/// What an API key may be used for.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Scope {
    Read,
    Write,
    Consent,
    Rights,
    Hold,
    Approve,
    Audit,
    Admin,
}

/// A refusal (RFC 9457).
#[derive(ToSchema)]
pub(crate) struct Problem {
    /// Where the code is explained.
    #[schema(rename = "type")]
    kind: String,
    /// What kind of refusal it is.
    title: String,
    /// The status.
    status: u16,
    /// What stood in the way.
    detail: String,
    /// A stable code.
    code: String,
    /// What can be done next.
    #[schema(required = false)]
    help: Option<String>,
    /// Which fields were refused and why, when a read was.
    #[schema(required = false)]
    refused: Option<Vec<RefusedField>>,
    /// The place in the body, as a JSON pointer.
    #[schema(required = false)]
    pointer: Option<String>,
    /// The number under which the server's log knows the trouble.
    #[schema(required = false)]
    incident: Option<String>,
}

/// An API key, without its secret.
#[derive(ToSchema)]
pub(crate) struct Key {
    id: String,
    label: String,
    scopes: Vec<Scope>,
    recipient: Option<String>,
    purposes: Option<Vec<String>>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

/// Where the rotation of the tenant's key stands.
#[derive(ToSchema)]
pub(crate) struct Rotation {
    /// The version that wraps new subject keys.
    version: u16,
    /// The version of the root key that wraps it.
    root_version: u16,
    /// Whether subject keys are being moved to the version.
    is_moving: bool,
    /// How many were moved so far.
    n_moved: u64,
}

/// A secret of the tenant, without itself.
#[derive(ToSchema)]
pub(crate) struct SecretKept {
    name: String,
    #[schema(example = "sec_0123456789abcdef0123456789abcdef")]
    id: String,
    /// The one purpose it serves.
    purpose: String,
    /// The one recipient it is shown to.
    recipient: String,
    #[schema(format = DateTime)]
    put_at: String,
}

/// A client, without its secret.
#[derive(ToSchema)]
pub(crate) struct Client {
    #[schema(example = "cli_0123456789abcdef0123456789abcdef")]
    client_id: String,
    /// The recipient of the policy that it works for.
    recipient: String,
    /// The purposes that it may ask for.
    purposes: Vec<String>,
    #[schema(format = DateTime)]
    registered_at: String,
    /// What it says of itself, in the members of RFC 7591.
    #[schema(value_type = Object)]
    metadata: (),
}

/// A client with its secret.
#[derive(ToSchema)]
pub(crate) struct ClientWithSecret {
    #[schema(example = "cli_0123456789abcdef0123456789abcdef")]
    client_id: String,
    /// The recipient of the policy that it works for.
    recipient: String,
    /// The purposes that it may ask for.
    purposes: Vec<String>,
    #[schema(format = DateTime)]
    registered_at: String,
    /// What it says of itself, in the members of RFC 7591.
    #[schema(value_type = Object)]
    metadata: (),
    /// Shown this once; `null` when it has none, and when the request is repeated.
    client_secret: Option<String>,
}

/// Where people may sign in elsewhere, without secrets.
#[derive(ToSchema)]
pub(crate) struct Upstream {
    name: String,
    /// What people call it.
    title: String,
    /// The purpose that what is fetched is for.
    purpose: String,
    /// The fields by the claims or attributes that they are kept from.
    fields: BTreeMap<String, String>,
    /// Whether somebody who has no account gets one.
    opens_accounts: bool,
    /// Since when nobody signs in there, for it is switched off.
    #[schema(format = DateTime)]
    off_at: Option<String>,
    place: UpstreamPlace,
}

/// What is asked, without secrets: one of the two.
#[derive(ToSchema)]
pub(crate) struct UpstreamPlace {
    provider: Option<UpstreamProvider>,
    company: Option<UpstreamCompany>,
}

/// A provider without its secret.
#[derive(ToSchema)]
pub(crate) struct UpstreamProvider {
    issuer: String,
    /// `plain`, `google` or `microsoft`.
    shape: String,
    /// The directories whose people may come; all when empty.
    directories: Vec<String>,
    client_id: String,
    has_secret: bool,
}

/// A directory without its reader.
#[derive(ToSchema)]
pub(crate) struct UpstreamCompany {
    address: String,
    start_tls: bool,
    has_trusted: bool,
    base: String,
    filter: String,
    has_reader: bool,
    id_attribute: String,
}

/// Every place where people may sign in elsewhere.
#[derive(ToSchema)]
pub(crate) struct Upstreams {
    items: Vec<Upstream>,
}

/// An agent that people authorise, without its token.
#[derive(ToSchema)]
pub(crate) struct Agent {
    /// Its name in messages.
    #[schema(example = "PERMISSION_SLIP")]
    id: String,
    /// What people call it.
    name: String,
    /// Ed25519, in base64.
    verify_key: String,
    web_url: Option<String>,
    /// What it calls you in messages.
    business_id: String,
    /// `email` and `phone_number`, as far as they are relied on.
    vouches_for: Vec<String>,
    /// The hosts that may be called back.
    callback_hosts: Vec<String>,
    /// Whether it agreed on a token.
    has_token: bool,
}

/// Every agent that is heard.
#[derive(ToSchema)]
pub(crate) struct Agents {
    items: Vec<Agent>,
}
