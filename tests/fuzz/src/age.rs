//! Keys that archives are encrypted to.

use candor_age::AgeKey;

/// A key is taken only as it is written, and never with a letter changed.
pub(crate) fn age_key(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if AgeKey::parse(text).is_err() {
        return;
    }
    assert!(text.len() == 62 && text.starts_with("age1"), "{text}");
    for at in 0..text.len() {
        let mut other = text.as_bytes().to_vec();
        if let Some(letter) = other.get_mut(at) {
            *letter = if *letter == b'q' { b'p' } else { b'q' };
        }
        assert!(std::str::from_utf8(&other).is_ok_and(|other| AgeKey::parse(other).is_err()), "{text} at {at}");
    }
}
