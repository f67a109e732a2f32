//! Why PostgreSQL failed, by its code and without values (PostgreSQL documentation, appendix A).

use candor_connect::ConnectError;
use tokio_postgres::Error;
use tokio_postgres::error::DbError;

/// What the statement time-out of a session is.
pub(super) const STATEMENT_SECONDS: u64 = 600;

pub(super) fn failure(error: &Error) -> ConnectError {
    match error.as_db_error() {
        Some(found) => by_code(found),
        None => ConnectError::Unreachable { why: "the connection did not come about or broke".to_owned() },
    }
}

fn by_code(found: &DbError) -> ConnectError {
    let code = found.code().code();
    let constraint = found.constraint().unwrap_or("?");
    let table = found.table().unwrap_or("?");
    match code {
        "55P03" | "40001" | "40P01" | "53300" => ConnectError::Busy { retry_after_seconds: None },
        "57014" => ConnectError::TimedOut { seconds: STATEMENT_SECONDS },
        _ if code.starts_with("08") || code.starts_with("57P") => {
            ConnectError::Unreachable { why: format!("PostgreSQL code {code}") }
        }
        "28P01" | "28000" => ConnectError::PrivilegeMissing { what: "to sign in with these credentials".to_owned() },
        // The message names the table and nothing else.
        "42501" => ConnectError::PrivilegeMissing { what: found.message().to_owned() },
        "42P01" | "42703" | "3F000" => ConnectError::SchemaDiffers { what: found.message().to_owned() },
        "3D000" => ConnectError::Unreachable { why: "there is no such database".to_owned() },
        "23503" => ConnectError::Refused {
            why: format!(
                "rows of `{table}` that stay refer to rows that would go (constraint `{constraint}`); add a `place {table}` that says whose its rows are, or have the other rows de-identified"
            ),
        },
        "23502" => {
            ConnectError::Refused { why: format!("`{}` of `{table}` may not be empty", found.column().unwrap_or("?")) }
        }
        "23505" => {
            ConnectError::Refused { why: format!("`{table}` has that value already (constraint `{constraint}`)") }
        }
        _ if code.starts_with("23") => {
            ConnectError::Refused { why: format!("the constraint `{constraint}` of `{table}` does not allow it") }
        }
        "22001" => ConnectError::Refused { why: "a value is longer than its column".to_owned() },
        _ if code.starts_with("22") => {
            ConnectError::Refused { why: format!("a value is not of its column's kind (PostgreSQL code {code})") }
        }
        "25006" => ConnectError::Unreachable { why: "the server takes no changes at present".to_owned() },
        _ => ConnectError::Failed { why: format!("PostgreSQL code {code}") },
    }
}
