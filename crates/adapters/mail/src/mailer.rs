//! Hands messages to the relay over kept connections.

use std::time::Duration;

use async_trait::async_trait;
use candor_notify::{Message, Notify, Undelivered};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::letter;
use crate::relay::{MailError, Relay, Security};

/// How long one answer of the relay is waited for.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How many connections are kept.
const CONNECTIONS_MAX: u32 = 8;

/// Sends messages as mail.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

impl Mailer {
    /// Prepares for a relay; connects when the first message comes.
    ///
    /// # Errors
    /// See [`MailError`].
    pub fn new(relay: Relay) -> Result<Self, MailError> {
        relay.check()?;
        let from: Address = relay.from.parse().map_err(|_| MailError::From { from: relay.from.clone() })?;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(relay.host.as_str())
            .port(relay.port.unwrap_or_else(|| relay.security.port()))
            .tls(tls(&relay)?)
            .timeout(Some(ANSWER_TIMEOUT))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS_MAX));
        if let Some(login) = relay.login {
            builder = builder.credentials(Credentials::new(login.user, login.password.expose().clone()));
        }
        Ok(Self { transport: builder.build(), from })
    }
}

fn tls(relay: &Relay) -> Result<Tls, MailError> {
    if relay.security == Security::Plain {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(relay.host.clone());
    if let Some(pem) = &relay.trusted {
        parameters = parameters.add_root_certificate(Certificate::from_pem(pem).map_err(|_| MailError::Tls)?);
    }
    let parameters = parameters.build_rustls().map_err(|_| MailError::Tls)?;
    Ok(if relay.security == Security::Tls { Tls::Wrapper(parameters) } else { Tls::Required(parameters) })
}

#[async_trait]
impl Notify for Mailer {
    async fn deliver(&self, message: &Message) -> Result<(), Undelivered> {
        let mail = letter::write(message, &self.from)?;
        self.transport.send(mail).await.map(drop).map_err(|error| undelivered(&error))
    }
}

/// The code alone: the relay's words may repeat the address.
fn undelivered(error: &lettre::transport::smtp::Error) -> Undelivered {
    let code = error.status().map_or(0, u16::from);
    match code {
        // The service is going away, or wants a login: nothing else will be taken either.
        421 | 454 | 530 | 534 | 535 | 538 => Undelivered::Unreachable,
        _ if error.is_permanent() => Undelivered::Never { code },
        _ if error.is_transient() => Undelivered::Later { code },
        _ => Undelivered::Unreachable,
    }
}
