//! Base32 as authenticator apps read it: RFC 4648, upper case, without padding.

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Writes bytes in base32 without padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    written(bytes, ALPHABET)
}

/// Writes bytes, five bits a character, in any alphabet of 32; what is left of the last character is zero bits.
pub(crate) fn written(bytes: &[u8], alphabet: &[u8; 32]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut waiting, mut n_waiting) = (0_u32, 0);
    for byte in bytes {
        waiting = (waiting << 8) | u32::from(*byte);
        n_waiting += 8;
        while n_waiting >= 5 {
            n_waiting -= 5;
            text.push(char::from(alphabet[(waiting >> n_waiting & 31) as usize]));
        }
    }
    if n_waiting > 0 {
        text.push(char::from(alphabet[(waiting << (5 - n_waiting) & 31) as usize]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source: RFC 4648, section 10, without the padding.
    #[test]
    fn the_vectors_of_the_rfc() {
        for (plain, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(encode(plain.as_bytes()), text);
        }
    }
}
