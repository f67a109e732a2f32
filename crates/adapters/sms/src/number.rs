//! Telephone numbers as gateways take them: E.164, `+` and at most fifteen digits.

use candor_words::Secret;

const DIGITS_MIN: usize = 7;
const DIGITS_MAX: usize = 15;
const TYPED_BYTES_MAX: usize = 40;

/// Reads a number as people write it, with its country: `+49 (30) 1234-567`, `0049…` for the `+` too. `None` when it is
/// none, or leaves its country open.
pub(crate) fn international(typed: &str) -> Option<Secret<String>> {
    if typed.len() > TYPED_BYTES_MAX {
        return None;
    }
    let plain = Secret::new(
        typed.chars().filter(|character| !matches!(character, ' ' | '-' | '.' | '/' | '(' | ')')).collect::<String>(),
    );
    let digits = plain.expose().strip_prefix('+').or_else(|| plain.expose().strip_prefix("00"))?;
    let is_number = (DIGITS_MIN..=DIGITS_MAX).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    is_number.then(|| Secret::new(format!("+{digits}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for typed in ["+49301234567", "+49 30 123-45.67", "0049 (30) 123/4567"] {
            assert_eq!(international(typed).unwrap().expose(), "+49301234567", "{typed}");
        }
    }

    #[test]
    fn what_names_no_country_or_is_no_number_is_refused() {
        for typed in [
            "",
            "030 1234567",
            "+123456",
            "+1234567890123456",
            "+49301234567,+1900",
            "+49\r\n30",
            "++4930123",
            "+0123456789",
            "+４９３０１２３",
        ] {
            assert!(international(typed).is_none(), "{typed}");
        }
        assert!(international(&"+".repeat(1 << 20)).is_none());
    }
}
