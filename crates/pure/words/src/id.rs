//! Ids are types: 16 random bytes each, written `prefix_` and 32 hexadecimal digits.
//!
//! A `SubjectId` never fits where a `RecordId` is due. `SubjectRef` is the blinded reference under
//! which the ledger and the logs know a subject; it is forgotten at erasure.

use crate::{Entropy, from_hex, to_hex};

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the text is not an id of the form `{prefix}_` and 32 hexadecimal digits")]
pub struct IdError {
    prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The letters before the underscore of its text.
            pub const PREFIX: &'static str = $prefix;

            /// Draws a new random id.
            pub fn random(entropy: &dyn Entropy) -> Self {
                let mut bytes = [0; 16];
                entropy.fill(&mut bytes);
                Self(bytes)
            }

            /// Takes the 16 bytes as they were stored.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// Returns the 16 bytes to store.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}_{}", $prefix, to_hex(&self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let refuse = IdError { prefix: $prefix };
                let digits = text
                    .strip_prefix($prefix)
                    .and_then(|rest| rest.strip_prefix('_'))
                    .ok_or(refuse.clone())?;
                Ok(Self(from_hex(digits).map_err(|_| refuse)?))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// An organisation whose policy applies (GDPR: controller).
    TenantId = "ten";
    /// A person the data is about, as known inside.
    SubjectId = "sub";
    /// The blinded reference of a subject in ledger, logs and metrics.
    SubjectRef = "ref";
    /// Fields kept together about one subject.
    RecordId = "rec";
    /// A subject's exercise of a right, or a disclosure that waits for approval.
    RequestId = "req";
    /// A legal hold.
    HoldId = "hld";
    /// An API key's public half.
    ApiKeyId = "key";
    /// A secret of a tenant: what it proves itself with elsewhere.
    SecretId = "sec";
    /// An organisation that manages accounts.
    OrganisationId = "org";
    /// A follow-up job.
    JobId = "job";
    /// An application that a tenant lets people sign in to.
    ClientId = "cli";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededEntropy;

    #[test]
    fn an_id_reads_back_from_its_text() {
        let id = SubjectId::random(&SeededEntropy::new(1));
        assert_eq!(id.to_string().parse::<SubjectId>().unwrap(), id);
    }

    #[test]
    fn an_id_of_one_kind_is_not_read_as_another() {
        let id = SubjectId::random(&SeededEntropy::new(1)).to_string();
        assert!(id.parse::<RecordId>().is_err());
        assert!(id.to_uppercase().parse::<SubjectId>().is_err());
        assert!("sub_".parse::<SubjectId>().is_err());
    }
}
