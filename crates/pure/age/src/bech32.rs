//! Reads keys in Bech32 (BIP 173): a prefix, five bits a character, six characters of checksum.

const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const CHECKED: u32 = 1;
const CHECKSUM_LETTERS: usize = 6;

/// The 32 bytes behind a prefix; nothing, when the text is not that.
pub(crate) fn key(text: &str, prefix: &str) -> Option<[u8; 32]> {
    // The standard allows capitals throughout; no program writes such keys.
    let rest = text.strip_prefix(prefix)?.strip_prefix('1')?;
    let values = rest.bytes().map(|byte| LETTERS.iter().position(|letter| *letter == byte));
    let values: Vec<u8> = values.map(|at| u8::try_from(at?).ok()).collect::<Option<_>>()?;
    let n = values.len().checked_sub(CHECKSUM_LETTERS)?;
    let high = prefix.bytes().map(|byte| byte >> 5);
    let low = prefix.bytes().map(|byte| byte & 31);
    let checked = high.chain([0]).chain(low).chain(values.iter().copied()).fold(1, polymod);
    (checked == CHECKED).then(|| bytes(values.get(..n)?)).flatten()
}

fn polymod(sum: u32, value: u8) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = sum >> 25;
    let next = ((sum & 0x01ff_ffff) << 5) ^ u32::from(value);
    GENERATOR.iter().enumerate().fold(next, |sum, (bit, term)| if (top >> bit) & 1 == 1 { sum ^ term } else { sum })
}

/// Five bits each, made into bytes; what is left over is less than a letter and nothing.
fn bytes(values: &[u8]) -> Option<[u8; 32]> {
    let (mut held, mut n_bits, mut bytes) = (0_u32, 0, Vec::with_capacity(32));
    for value in values {
        held = (held << 5) | u32::from(*value);
        n_bits += 5;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push(u8::try_from((held >> n_bits) & 0xff).ok()?);
            held &= (1 << n_bits) - 1;
        }
    }
    if n_bits >= 5 || held != 0 {
        return None;
    }
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

    #[test]
    fn a_key_is_read_and_one_with_a_changed_letter_is_not() {
        assert!(key(KEY, "age").is_some());
        for at in 4..KEY.len() {
            let mut other = KEY.as_bytes().to_vec();
            other[at] = if other[at] == b'q' { b'p' } else { b'q' };
            assert_eq!(key(std::str::from_utf8(&other).unwrap(), "age"), None, "at {at}");
        }
    }

    #[test]
    fn what_is_no_key_is_none() {
        let upper = KEY.to_uppercase();
        for text in ["", "age", "age1", "age1qqqqqq", &KEY[..61], &upper, "npub1zvkyg", &format!("{KEY}q")] {
            assert_eq!(key(text, "age"), None, "{text}");
        }
    }
}
