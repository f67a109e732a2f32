//! Lower-case hexadecimal, for digests and ids in text.

/// A text that is not the hexadecimal of the expected number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is not {expected} bytes in lower-case hexadecimal")]
pub struct HexError {
    expected: usize,
}

/// Writes bytes as lower-case hexadecimal.
pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// Reads exactly `N` bytes of lower-case hexadecimal.
///
/// # Errors
/// Any other length, an upper-case digit, or a character that is no digit.
pub fn from_hex<const N: usize>(text: &str) -> Result<[u8; N], HexError> {
    let refuse = HexError { expected: N };
    let digits = text.as_bytes();
    if digits.len() != N * 2 {
        return Err(refuse);
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = (digit(pair[0]).ok_or(refuse)? << 4) | digit(pair[1]).ok_or(refuse)?;
    }
    Ok(bytes)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}
