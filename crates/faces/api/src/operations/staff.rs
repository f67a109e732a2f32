//! Staff: who works at the console, in which roles; and who is kept out of their account.

use axum::extract::State;
use axum::http::StatusCode;
use candor_http::{Json, Problem};
use candor_identity::{LockView, StaffRoles, StaffView};
use candor_words::{SubjectId, from_hex, to_hex};
use serde::Deserialize;
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
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(set, remove)).routes(routes!(lock_of, lock, unlock))
}

/// What somebody is at the console.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RolesAsked {
    /// Roles of the policy, by name: for their purposes alone they read.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 64, example = json!(["support_desk"]))]
    roles: List<Name, 64>,
    /// True for whoever administers the tenant: policies, keys, accounts; no field by that alone.
    #[serde(default)]
    administrator: bool,
}

/// Lists the tenant's staff.
#[utoipa::path(get, path = "/v1/staff", tag = "staff", params(PageAsked),
    responses((status = 200, description = "A page of staff", body = Page<schema::Staff>)))]
async fn list(
    State(api): State<ApiState>,
    By(caller): By,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<StaffView>>, Problem> {
    let after = page.after(|text| from_hex::<32>(text).ok())?;
    let found = api.door()?.staff(&caller, after, page.limit()?).await?;
    Ok(Json(Page::new(found.rows, found.next.map(|name| to_hex(&name)))))
}

/// Gives somebody their roles at the console, in the place of those before.
#[utoipa::path(put, path = "/v1/staff/{subject}", tag = "staff", request_body = RolesAsked,
    params(("subject" = String, Path, description = "The person's own account")),
    responses((status = 200, description = "What they are now", body = schema::Staff)))]
async fn set(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Json(asked): Json<RolesAsked>,
) -> Result<Json<StaffView>, Problem> {
    let roles: Vec<String> = asked.roles.0.into_iter().map(|name| name.0).collect();
    if roles.is_empty() && !asked.administrator {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "role.none", "nothing was changed: no role is named")
            .help("name a role, or take the person off the staff with `DELETE`"));
    }
    let new = StaffRoles { roles, administrator: asked.administrator };
    let staff = api.door()?.set_staff(&caller, subject, new).await?;
    staff.map(Json).ok_or_else(|| {
        Problem::new(StatusCode::CONFLICT, "slip.changed", "the roles were changed by somebody else meanwhile")
    })
}

/// Takes somebody off the staff.
#[utoipa::path(delete, path = "/v1/staff/{subject}", tag = "staff",
    params(("subject" = String, Path, description = "The person's own account")),
    responses((status = 204, description = "Taken off")))]
async fn remove(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<StatusCode, Problem> {
    api.door()?.set_staff(&caller, subject, StaffRoles::default()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says whether an account is locked.
#[utoipa::path(get, path = "/v1/subjects/{subject}/lock", tag = "staff",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "Whether it is", body = schema::Lock)))]
async fn lock_of(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Json<LockView>, Problem> {
    Ok(Json(api.door()?.lock_of(&caller, subject).await?))
}

/// Locks an account: its sessions end, and nobody signs in to it.
#[utoipa::path(put, path = "/v1/subjects/{subject}/lock", tag = "staff",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "The lock", body = schema::Lock)))]
async fn lock(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Json<LockView>, Problem> {
    Ok(Json(api.door()?.lock(&caller, subject).await?))
}

/// Lets somebody sign in again.
#[utoipa::path(delete, path = "/v1/subjects/{subject}/lock", tag = "staff",
    params(("subject" = String, Path, description = "The subject")),
    responses((status = 200, description = "No lock", body = schema::Lock)))]
async fn unlock(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
) -> Result<Json<LockView>, Problem> {
    Ok(Json(api.door()?.unlock(&caller, subject).await?))
}
