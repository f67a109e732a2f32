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

/// What the account lacks. The message names the table and nothing else; of where it happened only a function's name is told, for
/// what stands beside it may hold values.
fn lacking(message: &str, within: &str) -> String {
    if let Some(table) = message.strip_prefix("query would be affected by row-level security policy for table ") {
        return format!(
            "to be shown every row of table {table}, whose row security hides some: `BYPASSRLS`, or a policy for all rows"
        );
    }
    let what = message
        .strip_prefix("permission denied for ")
        .map_or_else(|| message.to_owned(), |of| format!("what is needed on {of}"));
    let function = within.split_once("PL/pgSQL function ").and_then(|(_, rest)| rest.split_once('('));
    match function
        .map(|(name, _)| name)
        .filter(|name| name.chars().all(|it| it.is_alphanumeric() || "_.$".contains(it)))
    {
        Some(name) => format!("{what}, which the trigger function `{name}` writes to with the account's own rights"),
        None => what,
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
        "42501" => {
            ConnectError::PrivilegeMissing { what: lacking(found.message(), found.where_().unwrap_or_default()) }
        }
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

#[cfg(test)]
mod tests {
    use super::lacking;

    #[test]
    fn what_is_lacking_is_told_without_values() {
        let check = |message, within, expected: &str| assert_eq!(lacking(message, within), expected);
        check("permission denied for schema crm", "", "what is needed on schema crm");
        check(
            "permission denied for table log",
            "SQL statement \"INSERT INTO log VALUES ('ada@x.example')\"\nPL/pgSQL function keep() line 2 at EXECUTE",
            "what is needed on table log, which the trigger function `keep` writes to with the account's own rights",
        );
        check(
            "query would be affected by row-level security policy for table \"ticket\"",
            "",
            "to be shown every row of table \"ticket\", whose row security hides some: `BYPASSRLS`, or a policy for all rows",
        );
    }
}
