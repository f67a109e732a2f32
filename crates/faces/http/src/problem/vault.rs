//! The one place that turns the vault's kinds of error into statuses.

use axum::http::StatusCode;
use candor_vault::{ErrorKind, VaultError};

use crate::{Problem, incident};

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        if error.kind() == ErrorKind::Internal {
            return incident(&error);
        }
        let problem = Self::new(status_of(error.kind()), error.code(), error.message().to_owned());
        let problem = match error.advice() {
            Some(help) => problem.help(help),
            None => problem,
        };
        let problem = match error.kind() {
            ErrorKind::Unavailable => problem.retry_after(1),
            ErrorKind::TooOften => problem.retry_after(60),
            _ => problem,
        };
        error.details().iter().fold(problem, |problem, (name, value)| problem.with(name, value.as_str()))
    }
}

/// The status of a kind of error, for programs and for pages.
pub const fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::BadInput => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Denied => StatusCode::FORBIDDEN,
        ErrorKind::Missing => StatusCode::NOT_FOUND,
        ErrorKind::Gone => StatusCode::GONE,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::TooOften => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_of_our_own_shows_a_number_and_nothing_else() {
        let problem =
            Problem::from(VaultError::new(ErrorKind::Internal, "store.damaged", "the stored key cannot be read"));
        let shown = problem.to_json();
        assert_eq!(shown["code"], "internal");
        assert!(shown["incident"].is_string() && !shown.to_string().contains("key"), "{shown}");
    }

    #[test]
    fn safe_values_become_members() {
        let error =
            VaultError::new(ErrorKind::Denied, "key.scope_missing", "no").detail("scope", "read").help("other key");
        let shown = Problem::from(error).to_json();
        assert_eq!(
            (&shown["status"], &shown["scope"], &shown["help"]),
            (&403.into(), &"read".into(), &"other key".into())
        );
    }
}
