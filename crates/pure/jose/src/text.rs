//! Base64url without padding (RFC 7515, section 2), strict: one text for each sequence of bytes.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// SHA-256 of a text, in base64url: thumbprints and the hash of an access token in a proof.
pub(crate) fn digest_text(text: &[u8]) -> String {
    encode(digest(&SHA256, text))
}
