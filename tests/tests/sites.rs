//! Sites that are real, or written from their documented schemas, and what each right does there: over the connector, against
//! a MariaDB that the test starts. Promise d21 is kept by these and by one story through the server.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod sites {
    mod attacks;
    mod broken;
    mod documented;
    mod mediawiki;
    mod overdue;
    #[path = "../../../crates/adapters/connect-sql/tests/support/mod.rs"]
    mod rows;
    mod standing;
    mod support;
    mod wordpress;
}
