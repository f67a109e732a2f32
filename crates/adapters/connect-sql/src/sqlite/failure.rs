//! Why SQLite failed, without values.

use candor_connect::ConnectError;
use rusqlite::ErrorCode;
use rusqlite::ffi;

pub(super) fn failure(error: &rusqlite::Error) -> ConnectError {
    let (code, extended, text) = match error {
        rusqlite::Error::SqliteFailure(it, text) => (it.code, it.extended_code, text.as_deref().unwrap_or_default()),
        rusqlite::Error::SqlInputError { error, msg, .. } => (error.code, error.extended_code, msg.as_str()),
        _ => return ConnectError::Failed { why: "an answer of SQLite was not understood".to_owned() },
    };
    match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => ConnectError::Busy { retry_after_seconds: None },
        ErrorCode::CannotOpen => {
            ConnectError::Unreachable { why: "the file is not there or cannot be opened".to_owned() }
        }
        ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => {
            ConnectError::Failed { why: "the file is no sound SQLite database".to_owned() }
        }
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
            ConnectError::PrivilegeMissing { what: "to write to the file and its folder".to_owned() }
        }
        ErrorCode::ConstraintViolation => ConnectError::Refused { why: constraint(extended, text) },
        ErrorCode::SchemaChanged => ConnectError::SchemaDiffers { what: "the schema changed meanwhile".to_owned() },
        ErrorCode::Unknown if text.starts_with("no such table") || text.starts_with("no such column") => {
            ConnectError::SchemaDiffers { what: text.to_owned() }
        }
        _ => ConnectError::Failed { why: format!("SQLite code {extended}") },
    }
}

/// SQLite names the columns of a constraint, and no value.
fn constraint(extended: i32, text: &str) -> String {
    match extended {
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY | ffi::SQLITE_CONSTRAINT_TRIGGER => {
            "a row that stays refers to a row that would go; run `candor systems check`".to_owned()
        }
        ffi::SQLITE_CONSTRAINT_NOTNULL | ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
            text.to_owned()
        }
        _ => "a constraint of the table does not allow it".to_owned(),
    }
}
