//! bcrypt: `$2a$`, `$2b$` and `$2y$`, alone or as Django and WordPress wrap it.

use aws_lc_rs::{digest, hmac};
use candor_words::to_hex;
use zeroize::Zeroizing;

use crate::error::HashError;
use crate::text;

/// Twice as long with each step; 14 takes more than a second.
const COST_MAX: u32 = 14;
const COST_MIN: u32 = 4;
/// Prefix, cost, and 53 characters of salt and digest.
const BYTES: usize = 60;

/// A bcrypt hash, and what is done to a candidate before.
#[derive(Debug, Clone)]
pub(crate) struct Bcrypt {
    text: String,
    first: First,
}

/// What a candidate becomes before bcrypt sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    /// Nothing: bcrypt's own 72 bytes of it.
    AsItIs,
    /// Its SHA-256 in hexadecimal (Django's `bcrypt_sha256`).
    Sha256,
    /// Its HMAC-SHA-384 in base64 (WordPress from 6.8 on).
    WordPress,
}

impl Bcrypt {
    /// `None` when the text does not say that it is bcrypt.
    pub(crate) fn parse(text: &str) -> Option<Result<Self, HashError>> {
        let (first, text) = if let Some(rest) = text.strip_prefix("$wp").filter(|rest| rest.starts_with("$2")) {
            (First::WordPress, rest)
        } else if let Some(rest) = text.strip_prefix("bcrypt_sha256$") {
            (First::Sha256, rest)
        } else {
            (First::AsItIs, text.strip_prefix("bcrypt$").unwrap_or(text))
        };
        let is_bcrypt = first != First::AsItIs || ["$2a$", "$2b$", "$2y$"].iter().any(|form| text.starts_with(form));
        is_bcrypt.then(|| Self::check(text).map(|()| Self { text: text.to_owned(), first }))
    }

    fn check(text: &str) -> Result<(), HashError> {
        let malformed = HashError::Malformed { form: "bcrypt" };
        let (prefix, rest) = text.split_at_checked(4).ok_or(malformed)?;
        let (cost, rest) = rest.split_at_checked(3).ok_or(malformed)?;
        let cost = cost.strip_suffix('$').filter(|cost| cost.bytes().all(|byte| byte.is_ascii_digit()));
        let cost: u32 = cost.and_then(|cost| cost.parse().ok()).ok_or(malformed)?;
        let (salt, digest) = rest.split_at_checked(22).ok_or(malformed)?;
        let is_whole = text.len() == BYTES && matches!(prefix, "$2a$" | "$2b$" | "$2y$") && cost >= COST_MIN;
        if !is_whole || text::bcrypt(salt).is_none() || text::bcrypt(digest).is_none() {
            return Err(malformed);
        }
        if cost > COST_MAX { Err(HashError::TooCostly { form: "bcrypt" }) } else { Ok(()) }
    }

    pub(crate) fn matches(&self, candidate: &[u8]) -> bool {
        let verified = match self.first {
            First::AsItIs => bcrypt::verify(candidate, &self.text),
            First::Sha256 => {
                let hex = Zeroizing::new(to_hex(digest::digest(&digest::SHA256, candidate).as_ref()));
                bcrypt::verify(hex.as_bytes(), &self.text)
            }
            First::WordPress => {
                let key = hmac::Key::new(hmac::HMAC_SHA384, b"wp-sha384");
                let tag = Zeroizing::new(text::to_padded(hmac::sign(&key, candidate).as_ref()));
                bcrypt::verify(tag.as_bytes(), &self.text)
            }
        };
        verified.unwrap_or(false)
    }

    pub(crate) const fn form(&self) -> &'static str {
        match self.first {
            First::AsItIs => "bcrypt",
            First::Sha256 => "bcrypt_sha256",
            First::WordPress => "wordpress bcrypt",
        }
    }
}
