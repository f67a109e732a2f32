//! The relay that takes the mail, and how it is reached.

use candor_words::{Secret, is_loopback};

/// Where mail is handed over.
#[derive(Debug)]
pub struct Relay {
    /// Its name or address.
    pub host: String,
    /// Its port; that of the kind of connection when none is named.
    pub port: Option<u16>,
    /// How the connection is kept from others.
    pub security: Security,
    /// Who Candor is to the relay, when it asks.
    pub login: Option<Login>,
    /// The address that mail comes from.
    pub from: String,
    /// Certificates (PEM) to trust beside those of the machine.
    pub trusted: Option<Vec<u8>>,
}

/// How a connection is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Security {
    /// TLS from the first byte (RFC 8314); port 465.
    #[default]
    Tls,
    /// TLS from the first command on, or nothing (RFC 3207); port 587.
    StartTls,
    /// None: to this machine only; port 25.
    Plain,
}

impl Security {
    /// The port when none is named.
    pub const fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::Plain => 25,
        }
    }
}

/// A name and its password.
#[derive(Debug)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: Secret<String>,
}

/// Why no mail can be sent at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// A plain connection that would leave this machine.
    #[error("the mail relay `{host}` is not this machine, and a plain connection to it would show what is in the mail")]
    PlainBeyondLoopback {
        /// The relay.
        host: String,
    },
    /// A password that would be sent in the open.
    #[error("a login was named for a plain connection, and only an encrypted one may carry the password")]
    PlainLogin,
    /// The address that mail comes from is none.
    #[error("`{from}` is not a mail address")]
    From {
        /// What was named.
        from: String,
    },
    /// TLS could not be set up.
    #[error("the connection to the mail relay could not be set up: its name or the certificates to trust are no good")]
    Tls,
}

impl Relay {
    /// # Errors
    /// A plain connection that leaves this machine, or carries a password.
    pub(crate) fn check(&self) -> Result<(), MailError> {
        if self.security != Security::Plain {
            return Ok(());
        }
        if !is_loopback(&self.host) {
            return Err(MailError::PlainBeyondLoopback { host: self.host.clone() });
        }
        if self.login.is_some() { Err(MailError::PlainLogin) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relay(host: &str, security: Security) -> Relay {
        Relay { host: host.into(), port: None, security, login: None, from: "a@b.example".into(), trusted: None }
    }

    #[test]
    fn a_plain_connection_stays_on_this_machine() {
        for host in ["127.0.0.1", "::1", "localhost"] {
            assert_eq!(relay(host, Security::Plain).check(), Ok(()), "{host}");
        }
        for host in ["mail.example", "10.0.0.1", "localhost.example", ""] {
            let refused = relay(host, Security::Plain).check();
            assert_eq!(refused, Err(MailError::PlainBeyondLoopback { host: host.into() }));
            assert_eq!(relay(host, Security::StartTls).check(), Ok(()));
        }
    }

    #[test]
    fn a_password_is_not_sent_in_the_open() {
        let login = Login { user: "u".into(), password: Secret::new("p".into()) };
        let relay = Relay { login: Some(login), ..relay("127.0.0.1", Security::Plain) };
        assert_eq!(relay.check(), Err(MailError::PlainLogin));
    }
}
