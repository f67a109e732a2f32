//! Recovery codes: ten on a sheet of paper, each good once, for when everything else is lost.
//!
//! Sixty random bits each, so that a plain keyed digest is enough to keep: nobody tries 2⁶⁰ of them. Written in
//! Crockford's base32, in three groups of four; reading forgives case, spaces, dashes and look-alikes.

use aws_lc_rs::hmac;
use candor_words::{Entropy, Secret};
use zeroize::{Zeroize, Zeroizing};

use crate::base32;

/// How many codes a sheet holds.
pub const RECOVERY_CODES: usize = 10;
/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARACTERS: usize = 12;
/// 60 of these 64 bits are written.
const BYTES: usize = 8;
const TYPED_BYTES_MAX: usize = 64;
const LABEL: &[u8] = b"candor factors v1 recovery code";

/// Why a text is no recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is not a recovery code: one is {CHARACTERS} letters and digits, such as `7K3M-9QXA-2B4C`")]
pub struct RecoveryCodeError;

/// One recovery code; wiped when dropped, never printed.
#[derive(Debug)]
pub struct RecoveryCode(Secret<String>);

impl RecoveryCode {
    /// Draws the codes of a sheet.
    pub fn sheet(entropy: &dyn Entropy) -> Vec<Self> {
        std::iter::repeat_with(|| Self::new(entropy)).take(RECOVERY_CODES).collect()
    }

    fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; BYTES]);
        entropy.fill(bytes.as_mut_slice());
        let mut text = base32::written(bytes.as_slice(), ALPHABET);
        text.truncate(CHARACTERS);
        Self(Secret::new(text))
    }

    /// Reads a code as somebody typed it from paper.
    ///
    /// # Errors
    /// More or fewer than twelve letters and digits, or others than a code has.
    pub fn parse(typed: &str) -> Result<Self, RecoveryCodeError> {
        if typed.len() > TYPED_BYTES_MAX {
            return Err(RecoveryCodeError);
        }
        let mut text = String::with_capacity(TYPED_BYTES_MAX);
        for character in typed.chars().filter(|character| !matches!(character, ' ' | '-' | '\t')) {
            match normal(character) {
                Some(character) => text.push(character),
                None => {
                    text.zeroize();
                    return Err(RecoveryCodeError);
                }
            }
        }
        let code = Self(Secret::new(text));
        if code.0.expose().len() == CHARACTERS { Ok(code) } else { Err(RecoveryCodeError) }
    }

    /// The code as it is shown once.
    pub fn text(&self) -> Secret<String> {
        let plain = self.0.expose();
        Secret::new(format!("{}-{}-{}", &plain[..4], &plain[4..8], &plain[8..]))
    }

    /// What is kept of it, and what it is found by. `bound_to` names whose it is.
    pub fn digest(&self, key: &Secret<[u8; 32]>, bound_to: &[u8]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.expose());
        let mut context = hmac::Context::with_key(&key);
        context.update(LABEL);
        context.update(&(bound_to.len() as u64).to_be_bytes());
        context.update(bound_to);
        context.update(self.0.expose().as_bytes());
        let mut digest = [0; 32];
        digest.copy_from_slice(context.sign().as_ref());
        digest
    }
}

/// The character of a code for one that was typed: look-alikes are read as Crockford says.
fn normal(character: char) -> Option<char> {
    match character.to_ascii_uppercase() {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        upper => u8::try_from(upper).is_ok_and(|byte| ALPHABET.contains(&byte)).then_some(upper),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use candor_words::SeededEntropy;
    use proptest::prelude::*;

    use super::*;

    fn key() -> Secret<[u8; 32]> {
        Secret::new([9; 32])
    }

    #[test]
    fn a_sheet_holds_ten_different_codes_in_groups() {
        let sheet = RecoveryCode::sheet(&SeededEntropy::new(1));
        let texts: BTreeSet<String> = sheet.iter().map(|code| code.text().expose().clone()).collect();
        assert_eq!(texts.len(), RECOVERY_CODES);
        for text in texts {
            assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4]);
        }
    }

    #[test]
    fn every_character_of_a_code_is_drawn_from_all_thirty_two() {
        let entropy = SeededEntropy::new(2);
        let mut seen = vec![BTreeSet::new(); CHARACTERS];
        for _ in 0..2_000 {
            RecoveryCode::new(&entropy).0.expose().chars().zip(&mut seen).for_each(|(one, seen)| {
                seen.insert(one);
            });
        }
        assert!(seen.iter().all(|seen| seen.len() == 32), "{:?}", seen.iter().map(BTreeSet::len).collect::<Vec<_>>());
    }

    #[test]
    fn a_code_is_read_as_it_is_typed() {
        let digest = |text: &str| RecoveryCode::parse(text).unwrap().digest(&key(), b"ada");
        let plain = digest("01AB-CDEF-GH10");
        for typed in ["01abcdefgh10", "O1AB CDEF GHlo", " oIab-cdef-ghi0 ", "01-AB-CD-EF-GH-10"] {
            assert_eq!(digest(typed), plain, "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for typed in ["", "01AB-CDEF-GH1", "01AB-CDEF-GH100", "01AB-CDEF-GHU0", "01AB_CDEF_GH10", "０1AB-CDEF-GH10"] {
            assert_eq!(RecoveryCode::parse(typed).unwrap_err(), RecoveryCodeError, "{typed}");
        }
        assert_eq!(RecoveryCode::parse(&"0".repeat(1 << 20)).unwrap_err(), RecoveryCodeError);
    }

    #[test]
    fn a_digest_is_bound_to_person_and_key() {
        let code = RecoveryCode::new(&SeededEntropy::new(4));
        assert_ne!(code.digest(&key(), b"ada"), code.digest(&key(), b"bob"));
        assert_ne!(code.digest(&key(), b"ada"), code.digest(&Secret::new([8; 32]), b"ada"));
        assert_eq!(format!("{code:?}"), "RecoveryCode(Secret(…))");
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(seed: u64) {
            let code = RecoveryCode::new(&SeededEntropy::new(seed));
            let read = RecoveryCode::parse(code.text().expose()).unwrap();
            prop_assert_eq!(read.digest(&key(), b""), code.digest(&key(), b""));
        }

        #[test]
        fn any_text_is_a_code_or_an_error(typed in ".{0,80}") {
            if let Ok(code) = RecoveryCode::parse(&typed) {
                let again = RecoveryCode::parse(code.text().expose()).unwrap();
                prop_assert_eq!(again.digest(&key(), b""), code.digest(&key(), b""));
            }
        }
    }
}
