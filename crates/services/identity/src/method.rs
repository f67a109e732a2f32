//! What somebody proved themself with.

use serde::{Deserialize, Serialize};

/// One way to prove who one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A password.
    Password,
    /// A passkey.
    Passkey,
    /// A code of an authenticator app.
    Totp,
    /// A code sent by mail.
    MailCode,
    /// A code sent by SMS.
    SmsCode,
    /// A recovery code.
    RecoveryCode,
    /// An upstream provider.
    Upstream,
    /// A company directory.
    Directory,
}

impl Method {
    /// Every method, in the order of their bits in the ledger. Source: spec/ledger.md, kind 46.
    pub const ALL: [Self; 8] = [
        Self::Password,
        Self::Passkey,
        Self::Totp,
        Self::MailCode,
        Self::SmsCode,
        Self::RecoveryCode,
        Self::Upstream,
        Self::Directory,
    ];

    /// The place of its bit.
    pub const fn place(self) -> u8 {
        self as u8
    }

    /// Its name in an ID token's `amr`. Source: RFC 8176; `fed` for what another party checked.
    pub const fn amr(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::Passkey => "hwk",
            Self::Totp | Self::MailCode | Self::RecoveryCode => "otp",
            Self::SmsCode => "sms",
            Self::Upstream | Self::Directory => "fed",
        }
    }
}

/// A set of methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Methods(u16);

impl Methods {
    /// One method alone.
    pub const fn of(method: Method) -> Self {
        Self(1 << method.place())
    }

    /// The same with one more.
    #[must_use]
    pub const fn and(self, method: Method) -> Self {
        Self(self.0 | 1 << method.place())
    }

    /// True when it is among them.
    pub const fn has(self, method: Method) -> bool {
        self.0 & 1 << method.place() != 0
    }

    /// The bits as the ledger writes them.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// What the bits of the ledger mean.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Method> {
        Method::ALL.into_iter().filter(move |method| self.has(*method))
    }

    /// True when something held was among it.
    pub(crate) fn has_second(self) -> bool {
        let held = [Method::Passkey, Method::Totp, Method::MailCode, Method::SmsCode, Method::RecoveryCode];
        held.into_iter().any(|method| self.has(method))
    }

    /// True when two different things were proved: something known and something held, or a passkey, which is both.
    pub fn is_multi_factor(self) -> bool {
        let known = self.has(Method::Password) || self.has(Method::Upstream) || self.has(Method::Directory);
        let held = [Method::Totp, Method::MailCode, Method::SmsCode, Method::RecoveryCode];
        self.has(Method::Passkey) || (known && held.into_iter().any(|method| self.has(method)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_different_things_are_more_than_one_factor() {
        let password = Methods::of(Method::Password);
        assert!(!password.is_multi_factor());
        assert!(password.and(Method::Totp).is_multi_factor());
        assert!(Methods::of(Method::Passkey).is_multi_factor());
        assert!(!Methods::of(Method::MailCode).and(Method::SmsCode).is_multi_factor());
        assert_eq!(password.and(Method::Directory).iter().collect::<Vec<_>>(), [Method::Password, Method::Directory]);
        assert_eq!(Methods::of(Method::Directory).bits(), 128);
    }
}
