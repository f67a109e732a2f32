//! Writing to people about their accounts.
//!
//! Handed to the relay on a task of its own: how long that takes tells nobody whether there is an account. A relay that
//! does not answer is tried again a few times; then the person asks again.

use std::sync::Arc;
use std::time::Duration;

use candor_notify::{Message, Undelivered};
use candor_vault::{Ask, ErrorKind, TenantView, VaultError};
use candor_words::{Secret, SubjectId};

use crate::door::FrontDoor;
use crate::identity::Identity;
use crate::letters::{About, Letter, letter};
use crate::token::Token;
use candor_words::Language;

/// How long the next attempt waits, each time.
const WAITS: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(5), Duration::from_secs(30)];

impl Identity {
    /// Refuses what needs mail where none can be sent.
    pub(crate) fn needs_mail(&self) -> Result<(), VaultError> {
        match self.vault.post().and_then(|post| post.mail.as_ref()) {
            Some(_) => Ok(()),
            None => Err(VaultError::new(
                ErrorKind::Unavailable,
                "mail.none",
                "this cannot be done now: the address would have to be confirmed, and no mail can be sent from here",
            )
            .help("ask the administrator to name a mail relay (`--smtp-host`)")),
        }
    }

    /// The address at which somebody is written to about their account; read for the purpose that says so.
    pub(crate) async fn address_of(
        &self,
        tenant: &TenantView,
        door: &FrontDoor,
        subject: SubjectId,
    ) -> Result<Option<Secret<String>>, VaultError> {
        let (Some(field), Some((purpose, by_mail))) = (&door.email, &door.mail_purpose) else { return Ok(None) };
        let channel = by_mail.then_some(candor_manifest::model::Channel::Email);
        let ask = Ask { channel, ..Ask::of(subject, purpose, vec![field.clone()]) };
        self.first_text(tenant, &ask).await
    }

    /// The first text of an answer: the one place at which somebody can be reached.
    pub(crate) async fn first_text(
        &self,
        tenant: &TenantView,
        ask: &Ask,
    ) -> Result<Option<Secret<String>>, VaultError> {
        let answer = self.vault.read(&self.door(tenant.id), ask).await?;
        let mut values = answer.records.into_iter().flat_map(|record| record.values.into_values());
        Ok(values.find_map(|value| value.value.as_str().map(|text| Secret::new(text.to_owned()))))
    }

    /// Sends a letter, without waiting for it.
    pub(crate) fn send(&self, tenant: &TenantView, to: Secret<String>, about: About<'_>, language: Language) {
        let Some(mail) = self.vault.post().and_then(|post| post.mail.clone()) else { return };
        let message = self.message(tenant, to, letter(about, &tenant.title, language));
        tokio::spawn(async move { deliver(mail, message).await });
    }

    /// Sends a letter that was written elsewhere, without waiting for it.
    pub(crate) fn send_letter(&self, tenant: &TenantView, to: Secret<String>, written: Letter) {
        let Some(mail) = self.vault.post().and_then(|post| post.mail.clone()) else { return };
        let message = self.message(tenant, to, written);
        tokio::spawn(async move { deliver(mail, message).await });
    }

    /// Hands a letter to the relay, and waits until it took it. False when it never will, or there is no relay.
    ///
    /// # Errors
    /// `mail.later`: the relay does not answer now.
    pub(crate) async fn deliver_letter(
        &self,
        tenant: &TenantView,
        to: Secret<String>,
        written: Letter,
    ) -> Result<bool, VaultError> {
        let Some(mail) = self.vault.post().and_then(|post| post.mail.clone()) else { return Ok(false) };
        match mail.deliver(&self.message(tenant, to, written)).await {
            Ok(()) => Ok(true),
            Err(Undelivered::Never { code }) => {
                tracing::warn!(code, "a letter about an account was not taken by the relay");
                Ok(false)
            }
            Err(_) => Err(VaultError::new(
                ErrorKind::Unavailable,
                "mail.later",
                "the letter was not sent: the relay does not answer now",
            )
            .help("it is tried again")),
        }
    }

    /// Puts what was written into a message of the tenant's, under an id of its own.
    pub(crate) fn message(&self, tenant: &TenantView, to: Secret<String>, written: Letter) -> Message {
        Message {
            id: Token::draw(self.entropy.as_ref()).expose().replace('_', "-"),
            to,
            sender: tenant.title.clone(),
            title: written.title,
            text: written.text,
            opt_out: None,
        }
    }

    /// The address of a page of the tenant, for a letter: from the configuration, never from a request.
    pub(crate) fn link(&self, tenant: &TenantView, path: &str, token: &Token) -> String {
        format!("{}/{}/{path}?code={}", self.public_url(), tenant.slug, token.expose())
    }
}

async fn deliver(mail: Arc<dyn candor_notify::Notify>, message: Message) {
    for wait in WAITS {
        match mail.deliver(&message).await {
            Ok(()) => return,
            Err(Undelivered::Never { code }) => {
                tracing::warn!(code, "a letter about an account was not taken by the relay");
                return;
            }
            Err(error) => tracing::warn!(%error, "a letter about an account is tried again"),
        }
        tokio::time::sleep(wait).await;
    }
    tracing::error!("a letter about an account was given up");
}
