//! The one door of every operation: who asks, whether the key may, how often, and whether it was
//! answered before.

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use candor_http::{Problem, key_missing, presented_key};
use candor_vault::Caller;

use crate::idempotency;
use crate::routes::{Access, Route, find};
use crate::state::ApiState;

/// The caller of an operation, authenticated and within its scopes.
pub(crate) struct By(pub(crate) Caller);

impl<S: Send + Sync> FromRequestParts<S> for By {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // INVARIANT: `guard` stands before every operation that is not public; without it nobody is known.
        parts.extensions.remove::<Caller>().map(Self).ok_or_else(|| key_missing("the operation needs an API key"))
    }
}

/// Lets a request pass to its operation, or answers in its place.
pub(crate) async fn guard(State(state): State<ApiState>, mut request: Request, next: Next) -> Response {
    let Some(route) = route_of(&request) else { return unlisted().into_response() };
    if matches!(route.access, Access::Public) {
        return next.run(request).await;
    }
    let caller = match admit(&state, route, request.headers()).await {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    if route.writes && request.headers().contains_key(idempotency::HEADER) {
        return idempotency::once(&state, route, caller, request, next).await;
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

fn route_of(request: &Request) -> Option<&'static Route> {
    let template = request.extensions().get::<MatchedPath>()?;
    find(request.method().as_str(), template.as_str())
}

/// A route that the table does not list answers nothing: deny by default.
fn unlisted() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method.unknown", "the method is not offered at this address")
        .help("the operations are listed at `/docs`")
}

async fn admit(state: &ApiState, route: &Route, headers: &HeaderMap) -> Result<Caller, Problem> {
    let caller = state.vault().authenticate(presented_key(headers)?).await?;
    state.throttle().pass(caller.key().as_bytes(), state.steady_ns())?;
    match route.access {
        Access::Public | Access::AnyKey => {}
        Access::Scoped(scope) => caller.needs(scope)?,
        Access::AnyOf(scopes) => {
            let is_met = scopes.iter().any(|scope| caller.needs(*scope).is_ok());
            scopes.first().filter(|_| !is_met).map_or(Ok(()), |scope| caller.needs(*scope))?;
        }
    }
    Ok(caller)
}

/// Whether the request carries Global Privacy Control: the value `1` and no other counts.
///
/// Source: W3C Global Privacy Control, "Sec-GPC header".
pub(crate) struct Gpc(pub(crate) bool);

impl<S: Send + Sync> FromRequestParts<S> for Gpc {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let mut values = parts.headers.get_all("sec-gpc").iter();
        Ok(Self(values.next().is_some_and(|value| value == "1") && values.next().is_none()))
    }
}
