//! What MariaDB and MySQL say when something failed, in the words of the port. Their texts hold values, so they are left out.

use std::io::ErrorKind;

use candor_connect::ConnectError;
use mysql_async::{DriverError, Error, IoError, ServerError};

/// What a failure means.
pub(super) fn meaning(error: &Error) -> ConnectError {
    let unreachable = |why: &str| ConnectError::Unreachable { why: why.to_owned() };
    match error {
        Error::Server(error) => said(error),
        // The library of TLS says so when it refuses what came.
        Error::Io(IoError::Io(error)) if error.kind() == ErrorKind::InvalidData => untrusted(),
        Error::Io(IoError::Io(error)) => unreachable(&error.kind().to_string()),
        Error::Io(IoError::Tls(_)) => untrusted(),
        Error::Driver(DriverError::ConnectionClosed | DriverError::PoolDisconnected) => {
            unreachable("the connection was closed")
        }
        Error::Driver(DriverError::NoClientSslFlagFromServer) => ConnectError::Insecure,
        Error::Driver(_) => ConnectError::Failed { why: "its answer was not understood".to_owned() },
        Error::Other(_) | Error::Url(_) => ConnectError::Failed { why: "it was not asked".to_owned() },
    }
}

fn untrusted() -> ConnectError {
    ConnectError::Failed { why: "its certificate is not trusted, or it does not speak TLS".to_owned() }
}

fn said(error: &ServerError) -> ConnectError {
    match error.code {
        // Too many connections, a lock that others hold, a deadlock, a shutdown, a node that left its cluster.
        1040 | 1203 | 1205 | 1213 | 1226 => ConnectError::Busy { retry_after_seconds: None },
        1053 | 1077 | 1079 | 1047 | 1927 | 1317 | 2006 | 2013 => {
            ConnectError::Unreachable { why: format!("it stopped or cut the connection (error {})", error.code) }
        }
        1028 | 1969 | 3024 => ConnectError::TimedOut { seconds: super::STATEMENT_SECONDS },
        // A replica, or a server that was made read-only.
        1290 | 1792 | 1836 => ConnectError::Unreachable { why: format!("it may only be read (error {})", error.code) },
        1044 => ConnectError::PrivilegeMissing {
            what: "CREATE TEMPORARY TABLES on the database, or the database".to_owned(),
        },
        1045 | 1698 | 4151 => ConnectError::PrivilegeMissing { what: "the account or its password".to_owned() },
        1142 | 1143 => ConnectError::PrivilegeMissing { what: named(&error.message) },
        1227 | 1370 => ConnectError::PrivilegeMissing { what: format!("a privilege (error {})", error.code) },
        1049 => ConnectError::SchemaDiffers { what: "the database of the address is not there".to_owned() },
        1054 | 1146 | 1109 => {
            ConnectError::SchemaDiffers { what: format!("a table or column is not there (error {})", error.code) }
        }
        1451 | 1217 => ConnectError::Refused { why: "rows that refer to these stand in the way".to_owned() },
        1062 => ConnectError::Failed { why: "a value that must be unique would have occurred twice".to_owned() },
        1644 => ConnectError::Failed { why: "a trigger of the system refused it".to_owned() },
        code => ConnectError::Failed { why: format!("error {code} (SQLSTATE {})", error.state) },
    }
}

/// `DELETE on wp_users`, out of `DELETE command denied to user 'a'@'h' for table …`: the words before the first quotation mark
/// and the last name in marks hold nobody's data.
fn named(message: &str) -> String {
    let what = message.split_once(" command").map_or("a privilege", |(what, _)| what);
    let is_word =
        !what.is_empty() && what.chars().all(|letter| letter.is_ascii_uppercase() || matches!(letter, ' ' | ','));
    let table = message.rsplit(['`', '\'']).nth(1).unwrap_or_default();
    let is_name =
        !table.is_empty() && table.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$'));
    match (is_word, is_name) {
        (true, true) => format!("{what} on {table}"),
        (true, false) => what.to_owned(),
        _ => "a privilege".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: u16, message: &str) -> ConnectError {
        let error = ServerError { code, message: message.to_owned(), state: "HY000".to_owned() };
        meaning(&Error::Server(error))
    }

    #[test]
    fn a_missing_privilege_is_named_and_nobody_is() {
        let new = of(1142, "DELETE command denied to user 'candor'@'localhost' for table `wp`.`wp_users`");
        assert_eq!(new, ConnectError::PrivilegeMissing { what: "DELETE on wp_users".to_owned() });
        let old = of(1142, "SELECT command denied to user 'candor'@'localhost' for table 'wp_users'");
        assert_eq!(old, ConnectError::PrivilegeMissing { what: "SELECT on wp_users".to_owned() });
    }

    #[test]
    fn values_do_not_get_into_errors() {
        let twice = of(1062, "Duplicate entry 'ada@x.example' for key 'email'");
        let trigger = of(1644, "ada@x.example may not go");
        let other = of(9999, "ada@x.example");
        for error in [twice, trigger, other] {
            assert!(!error.to_string().contains("ada"), "{error}");
        }
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        for code in [1040, 1205, 1213, 1053, 1927, 1047, 1290] {
            assert!(of(code, "").is_passing(), "{code}");
        }
        for code in [1142, 1146, 1451, 1062] {
            assert!(!of(code, "").is_passing(), "{code}");
        }
    }
}
