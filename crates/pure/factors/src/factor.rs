//! What somebody proved themselves with, and how a token says so.
//!
//! Source: RFC 8176 (`amr` values), OpenID Connect Core 2.

use serde::{Deserialize, Serialize};

/// One way in which a person proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// A password.
    Password,
    /// A code of an authenticator app.
    Totp,
    /// A code that was sent by mail.
    MailCode,
    /// A code that was sent as a text message.
    SmsCode,
    /// A code from the sheet of recovery codes.
    RecoveryCode,
    /// A passkey that stays in one device.
    DevicePasskey,
    /// A passkey that is kept in step over several devices.
    SyncedPasskey,
    /// An answer to a security question that was imported. Never enough beside a password: both are known, not had.
    SecurityAnswer,
    /// What another provider, or a directory, vouched for.
    Upstream,
}

impl Factor {
    /// Every factor, weakest proof of possession last.
    pub const ALL: [Self; 9] = [
        Self::Password,
        Self::Totp,
        Self::MailCode,
        Self::SmsCode,
        Self::RecoveryCode,
        Self::DevicePasskey,
        Self::SyncedPasskey,
        Self::SecurityAnswer,
        Self::Upstream,
    ];

    /// What a store and an API call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::MailCode => "mail-code",
            Self::SmsCode => "sms-code",
            Self::RecoveryCode => "recovery-code",
            Self::DevicePasskey => "device-passkey",
            Self::SyncedPasskey => "synced-passkey",
            Self::SecurityAnswer => "security-answer",
            Self::Upstream => "upstream",
        }
    }

    /// The factor of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.name() == name)
    }

    /// True for what a person has or is, so that beside a password it makes two factors.
    pub const fn is_second(self) -> bool {
        !matches!(self, Self::Password | Self::SecurityAnswer | Self::Upstream)
    }

    /// True for what is two factors by itself: the device is had, and it asked for a finger, face or number.
    pub const fn is_two_in_one(self) -> bool {
        matches!(self, Self::DevicePasskey | Self::SyncedPasskey)
    }

    /// The registered words for it; a code by mail has none of its own.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Password => &["pwd"],
            Self::Totp | Self::MailCode | Self::RecoveryCode => &["otp"],
            Self::SmsCode => &["otp", "sms"],
            Self::DevicePasskey => &["hwk", "user"],
            Self::SyncedPasskey => &["swk", "user"],
            Self::SecurityAnswer => &["kba"],
            Self::Upstream => &[],
        }
    }
}

/// The `amr` claim of a sign-in: each word once, in the order of use, `mfa` last where two factors were shown.
pub fn amr(used: &[Factor]) -> Vec<&'static str> {
    let mut words: Vec<&'static str> = Vec::new();
    for word in used.iter().flat_map(|factor| factor.words()) {
        if !words.contains(word) {
            words.push(word);
        }
    }
    if is_multiple(used) {
        words.push("mfa");
    }
    words
}

/// Two factors: one that is known or vouched for beside one that is had; or one that is both.
fn is_multiple(used: &[Factor]) -> bool {
    let first = used.iter().any(|factor| matches!(factor, Factor::Password | Factor::Upstream));
    let second = used.iter().any(|factor| factor.is_second());
    (first && second) || used.iter().any(|factor| factor.is_two_in_one())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_what_was_used() {
        for (used, words) in [
            (&[Factor::Password][..], &["pwd"][..]),
            (&[Factor::Password, Factor::Totp], &["pwd", "otp", "mfa"]),
            (&[Factor::Password, Factor::MailCode, Factor::RecoveryCode], &["pwd", "otp", "mfa"]),
            (&[Factor::Password, Factor::SmsCode], &["pwd", "otp", "sms", "mfa"]),
            (&[Factor::DevicePasskey], &["hwk", "user", "mfa"]),
            (&[Factor::SyncedPasskey], &["swk", "user", "mfa"]),
            (&[Factor::Upstream], &[]),
            (&[Factor::Upstream, Factor::Totp], &["otp", "mfa"]),
            (&[Factor::MailCode], &["otp"]),
        ] {
            assert_eq!(amr(used), words, "{used:?}");
        }
    }

    #[test]
    fn two_things_that_are_known_are_one_factor() {
        assert_eq!(amr(&[Factor::Password, Factor::SecurityAnswer]), ["pwd", "kba"]);
        assert!(!Factor::SecurityAnswer.is_second());
    }

    #[test]
    fn a_factor_is_found_by_its_name_and_written_as_it() {
        for factor in Factor::ALL {
            assert_eq!(Factor::named(factor.name()), Some(factor));
            assert_eq!(serde_json::to_value(factor).unwrap(), factor.name());
        }
        assert_eq!(Factor::named("finger"), None);
    }
}
