//! The audit of sign-ins.

use axum::extract::State;
use candor_http::{Json, Problem};
use candor_identity::{Method, Methods};
use candor_vault::SignInView;
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
    OpenApiRouter::new().routes(routes!(all)).routes(routes!(of_subject))
}

#[derive(Serialize)]
struct SignInShown {
    #[serde(flatten)]
    view: SignInView,
    methods: Vec<Method>,
}

impl From<SignInView> for SignInShown {
    fn from(view: SignInView) -> Self {
        let methods = Methods::from_bits(view.methods);
        Self { methods: Method::ALL.into_iter().filter(|method| methods.has(*method)).collect(), view }
    }
}

/// Lists the tenant's sign-ins, newest first; people stand in it by the ledger's blinded reference.
///
/// A page may be shorter than its limit, and still have a next one.
#[utoipa::path(get, path = "/v1/sign-in-audit", tag = "audit", params(PageAsked),
    responses((status = 200, description = "A page of sign-ins", body = Page<schema::SignInAudited>)))]
async fn all(
    State(api): State<ApiState>,
    By(caller): By,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<SignInShown>>, Problem> {
    let below = page.after(|text| text.parse().ok())?;
    let found = api.vault().sign_ins(&caller, below, page.limit()?).await?;
    Ok(Json(Page::new(found.rows.into_iter().map(SignInShown::from).collect(), found.next)))
}

/// Lists the sign-ins of one subject, newest first.
///
/// A page may be shorter than its limit, and still have a next one.
#[utoipa::path(get, path = "/v1/subjects/{subject}/sign-in-audit", tag = "audit",
    params(("subject" = String, Path, description = "The subject"), PageAsked),
    responses((status = 200, description = "A page of sign-ins", body = Page<schema::SignInAudited>)))]
async fn of_subject(
    State(api): State<ApiState>,
    By(caller): By,
    At(subject): At<SubjectId>,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<Page<SignInShown>>, Problem> {
    let below = page.after(|text| text.parse().ok())?;
    let found = api.vault().sign_ins_of(&caller, subject, below, page.limit()?).await?;
    Ok(Json(Page::new(found.rows.into_iter().map(SignInShown::from).collect(), found.next)))
}
