//! Messages as mail, over SMTP (RFC 5321).
//!
//! Beyond this machine nothing goes without TLS: [`Security::StartTls`] refuses a relay that does not offer it, and
//! [`Security::Plain`] is refused for any address that is not this machine. No line of a header comes from a message
//! unless it is one line.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod letter;
mod mailer;
mod relay;

pub use mailer::Mailer;
pub use relay::{Login, MailError, Relay, Security};
