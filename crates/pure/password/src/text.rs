//! The parts of hash texts: numbers, and base64 in the three ways in which hashes write it.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, STANDARD, STANDARD_NO_PAD};

/// `bcrypt` has an alphabet of its own.
const BCRYPT: GeneralPurpose = GeneralPurpose::new(&alphabet::BCRYPT, NO_PAD.with_decode_allow_trailing_bits(true));

/// Reads a number without sign, spaces or leading zeros.
pub(crate) fn number(text: &str) -> Option<u32> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_plain && (text == "0" || !text.starts_with('0'))).then(|| text.parse().ok()).flatten()
}

/// Reads a named number: `number_of("m=65536", "m")`.
pub(crate) fn number_of(text: &str, name: &str) -> Option<u32> {
    number(text.strip_prefix(name)?.strip_prefix('=')?)
}

/// Reads base64 without padding, as PHC strings write it.
pub(crate) fn unpadded(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text).ok()
}

/// Reads base64 with padding, as Django writes it.
pub(crate) fn padded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Reads base64 with `.` for `+` and without padding, as passlib writes it.
pub(crate) fn dotted(text: &str) -> Option<Vec<u8>> {
    if text.contains('+') {
        return None;
    }
    unpadded(&text.replace('.', "+"))
}

/// Reads the base64 of bcrypt.
pub(crate) fn bcrypt(text: &str) -> Option<Vec<u8>> {
    BCRYPT.decode(text).ok()
}

/// Writes base64 without padding.
pub(crate) fn to_unpadded(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// Writes base64 with padding.
pub(crate) fn to_padded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// True for a salt or digest of a length that forms use.
pub(crate) fn is_sized(bytes: &[u8], least: usize, most: usize) -> bool {
    (least..=most).contains(&bytes.len())
}
