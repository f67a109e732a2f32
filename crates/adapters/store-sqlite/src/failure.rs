//! What SQLite's errors mean to the port.
//!
//! Texts are SQLite's constant ones for a code: the messages of single failures may quote values.

use candor_store::{CommitError, Guard, StoreError};
use rusqlite::ffi::{self, ErrorCode};

/// Why a unit was not applied.
pub(crate) enum Refused {
    Guard(Guard),
    Unfit(&'static str),
    Store(StoreError),
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Refused> for CommitError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Guard(guard) => Self::Guard(guard),
            Refused::Unfit(reason) => Self::Unfit { reason },
            Refused::Store(error) => Self::Store(error),
            Refused::Sql(error) => Self::Store(store_error("apply a unit", &error)),
        }
    }
}

/// Says what an error of SQLite means.
pub(crate) fn store_error(operation: &'static str, error: &rusqlite::Error) -> StoreError {
    let failure = match error {
        rusqlite::Error::SqliteFailure(failure, _) => failure,
        rusqlite::Error::SqlInputError { error, .. } => error,
        rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::Utf8Error(..) => return StoreError::Damaged { what: "row" },
        _ => return StoreError::Unavailable { operation, reason: "the statement was misused".to_owned() },
    };
    let reason = ffi::code_to_str(failure.extended_code).to_owned();
    match failure.code {
        ErrorCode::DiskFull | ErrorCode::ReadOnly => StoreError::NotWritable { reason },
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Damaged { what: "database file" },
        _ => StoreError::Unavailable { operation, reason },
    }
}

/// Says whether a statement met a row that was there already.
pub(crate) fn is_conflict(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}
