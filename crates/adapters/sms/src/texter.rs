//! Hands messages to the gateway.

use std::time::Duration;

use async_trait::async_trait;
use candor_notify::{Message, Notify, Undelivered};
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Url};

use crate::body::{Body, Parts};
use crate::gateway::{Gateway, Method, SmsError};
use crate::number::international;

/// How long one answer of the gateway is waited for.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How many connections wait for the next message.
const CONNECTIONS_MAX: usize = 4;
/// The longest text: about ten parts of a text message.
const TEXT_CHARS_MAX: usize = 1_000;

/// Sends messages as text messages. Only a message's text is sent, for there is no title on a telephone.
pub struct Texter {
    client: Client,
    url: Url,
    method: Method,
    body: Body,
}

impl Texter {
    /// Prepares for a gateway; connects when the first message comes.
    ///
    /// # Errors
    /// See [`SmsError`].
    pub fn new(gateway: Gateway) -> Result<Self, SmsError> {
        let url = gateway.address()?;
        // The first to say so decides for the whole program, and everybody here says the same.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut builder = Client::builder()
            .default_headers(gateway.header_map()?)
            .redirect(Policy::none())
            .no_proxy()
            .timeout(ANSWER_TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(CONNECTIONS_MAX);
        if let Some(pem) = &gateway.trusted {
            builder = builder.tls_certs_merge(Certificate::from_pem_bundle(pem).map_err(|_| SmsError::Tls)?);
        }
        let client = builder.build().map_err(|_| SmsError::Tls)?;
        Ok(Self { client, url, method: gateway.method, body: gateway.body })
    }
}

#[async_trait]
impl Notify for Texter {
    async fn deliver(&self, message: &Message) -> Result<(), Undelivered> {
        let never = Undelivered::Never { code: 0 };
        let to = international(message.to.expose()).ok_or(never)?;
        let is_text = !message.text.trim().is_empty() && message.text.chars().count() <= TEXT_CHARS_MAX;
        if !is_text || message.text.chars().any(|character| character.is_control() && character != '\n') {
            return Err(never);
        }
        let body = self.body.write(&Parts { to: to.expose(), text: &message.text, id: &message.id });
        let request = match self.method {
            Method::Post => self.client.post(self.url.clone()),
            Method::Put => self.client.put(self.url.clone()),
        };
        let answer = request.header(CONTENT_TYPE, self.body.media_type()).body(body).send().await;
        // The code alone: the gateway's words may repeat the number.
        outcome(answer.map_err(|_| Undelivered::Unreachable)?.status().as_u16())
    }
}

fn outcome(code: u16) -> Result<(), Undelivered> {
    match code {
        200..=299 => Ok(()),
        408 | 425 | 429 | 500..=599 => Err(Undelivered::Later { code }),
        // It wants another login, another address or another way of asking: nothing else will be taken either.
        300..=399 | 401..=407 => Err(Undelivered::Unreachable),
        _ => Err(Undelivered::Never { code }),
    }
}
