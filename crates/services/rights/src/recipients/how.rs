//! How a recipient is told: by mail, or by a signed notice to a web address. Another way is another line of `Rights::tell_notice`.
//!
//! A notice is posted as Standard Webhooks says: `webhook-id`, `webhook-timestamp`, and `webhook-signature` over both and the body
//! (HMAC-SHA256), so that the recipient knows who it comes from and sees a repetition. The key stands behind `#` in the variable
//! that holds the address, and never leaves.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use candor_connect::{Callback, CallbackError, Callbacks};
use candor_manifest::model::ToldAt;
use candor_notify::{Message, Undelivered};
use candor_words::Secret;

use super::{Notice, Untold, never, words};
use crate::Rights;
use crate::machine::Trouble;

/// How long an answer is waited for.
pub const ANSWER_WAIT: Duration = Duration::from_secs(60);
/// The shortest key in bytes.
const KEY_BYTES_MIN: usize = 24;

/// Posts notices to web addresses.
pub type Teller = Arc<dyn Callbacks>;

impl Rights {
    /// Gives the service what posts notices to recipients; the first one given stays.
    pub fn tell_by(&self, teller: Teller) {
        let _ = self.teller.set(teller);
    }

    /// Tells a recipient, once.
    pub(super) async fn tell_notice(&self, slug: &str, notice: &Notice<'_>) -> Result<(), Untold> {
        let telling = async {
            match &notice.recipient.told_at {
                Some(ToldAt::Mail(address)) => self.mail_notice(notice, address).await,
                Some(ToldAt::Env(env)) => self.post_notice(notice, slug, env).await,
                None => Err(never("recipient.nowhere", "the policy does not say where it is told")),
            }
        };
        let late = || Err(later("recipient.timed_out", "it did not answer in time"));
        tokio::time::timeout(ANSWER_WAIT, telling).await.unwrap_or_else(|_| late())
    }

    async fn mail_notice(&self, notice: &Notice<'_>, address: &str) -> Result<(), Untold> {
        let Some(carrier) = self.vault.post().and_then(|post| post.mail.as_ref()) else {
            return Err(never("mail.not_configured", "this server sends no mail: configure a relay"));
        };
        let message = Message {
            id: format!("recipient.{}", notice.id.replace('_', "-")),
            to: Secret::new(address.to_owned()),
            sender: notice.manifest.controller.name.clone(),
            title: words::title(notice),
            text: words::letter(notice),
            opt_out: None,
        };
        carrier.deliver(&message).await.map_err(|error| match error {
            Undelivered::Never { .. } => never("mail.refused", error.to_string()),
            Undelivered::Later { .. } | Undelivered::Unreachable => later("mail.not_taken", error.to_string()),
        })
    }

    async fn post_notice(&self, notice: &Notice<'_>, slug: &str, env: &str) -> Result<(), Untold> {
        let Some(held) = self.addresses.address(slug, env) else {
            return Err(never(
                "recipient.not_configured",
                format!("`{env}` is not set, or the policy may not name it"),
            ));
        };
        let Some(teller) = self.teller.get() else {
            return Err(never("recipient.not_configured", "this program posts no notices"));
        };
        let Some((address, key)) = parted(held.expose()) else {
            let text = format!("`{env}` holds no address with a key: `https://…#whsec_…`, 24 bytes or more in base64");
            return Err(never("recipient.address_malformed", text));
        };
        let (body, seconds) = (words::body(notice), notice.at.as_millis().div_euclid(1_000).to_string());
        let callback = Callback {
            address: address.to_owned(),
            content_type: "application/json",
            headers: vec![
                ("webhook-id", notice.id.clone()),
                ("webhook-timestamp", seconds.clone()),
                ("webhook-signature", signature(&key, &notice.id, &seconds, &body)),
            ],
            body,
        };
        teller.post(&callback).await.map_err(|error| match error {
            CallbackError::Insecure => never("recipient.insecure", error.to_string()),
            CallbackError::Refused { status: 410 } => never("recipient.gone", error.to_string()),
            CallbackError::Unreachable | CallbackError::Refused { .. } => {
                later("recipient.not_taken", error.to_string())
            }
        })
    }
}

/// The address and the key of what a variable holds.
fn parted(held: &str) -> Option<(&str, hmac::Key)> {
    let (address, key) = held.trim().split_once('#')?;
    let key = STANDARD.decode(key.strip_prefix("whsec_")?).ok().filter(|key| key.len() >= KEY_BYTES_MIN)?;
    Some((address, hmac::Key::new(hmac::HMAC_SHA256, &key)))
}

fn signature(key: &hmac::Key, id: &str, seconds: &str, body: &[u8]) -> String {
    let mut signed = format!("{id}.{seconds}.").into_bytes();
    signed.extend_from_slice(body);
    format!("v1,{}", STANDARD.encode(hmac::sign(key, &signed)))
}

fn later(code: &str, text: impl Into<String>) -> Untold {
    Untold { is_passing: true, trouble: Trouble { code: code.to_owned(), text: text.into() } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_signed_as_standard_webhooks_says() {
        // Source: the specification's own example of a signature.
        let (_, key) = parted("https://mailer.example/#whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn an_address_without_a_key_is_none() {
        for held in
            ["https://mailer.example/", "https://mailer.example/#short", "#", "https://a.example/#whsec_AAAA", ""]
        {
            assert!(parted(held).is_none(), "{held}");
        }
    }
}
