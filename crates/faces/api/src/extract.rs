//! What stands in the address: ids in the path, options in the query. Refusals are problems.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use candor_http::Problem;
use serde::de::DeserializeOwned;

/// The ids and names in the path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(at)) => Ok(Self(at)),
            // The rejection's text repeats what stood there.
            Err(_) => Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "path.malformed",
                "an id or name in the path is not of the form that the operation expects",
            )
            .help("ids look like `sub_` and 32 hexadecimal digits; copy them whole")),
        }
    }
}

/// The options in the query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Query::<T>::try_from_uri(&parts.uri).map(|Query(asked)| Self(asked)).map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "query.malformed",
                "an option in the query is unknown or not of the type that the operation expects",
            )
            .help("compare the query with the operation's description at `/docs`")
        })
    }
}
