//! Codes that are sent to an address or a telephone: short, so bounded in tries and in time.
//!
//! What is kept is a [`SentCode`]: a keyed digest that is bound to where it belongs, an end, and how many tries are left.
//! With six digits and five tries a guess is right once in 200 000 codes; how many codes an account is sent is bounded
//! by whoever sends them.

use aws_lc_rs::hmac;
use candor_words::{Entropy, Instant, Secret};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// How often a code may be tried.
pub const ATTEMPTS_MAX: u8 = 5;
const LABEL: &[u8] = b"candor factors v1 one-time code";

/// A code as it is sent: never kept, never printed.
#[derive(Debug)]
pub struct OneTimeCode(Secret<String>);

impl OneTimeCode {
    /// Draws a code of six to eight digits, each as likely as any other; fewer or more are taken as the nearest of these.
    pub fn new(n_digits: u32, entropy: &dyn Entropy) -> Self {
        let n_digits = n_digits.clamp(6, 8);
        let number = below(10_u32.pow(n_digits), entropy);
        Self(Secret::new(format!("{number:0width$}", width = n_digits as usize)))
    }

    /// The digits, for the message that carries them.
    pub fn digits(&self) -> &str {
        self.0.expose()
    }

    /// What is kept of it. `bound_to` names what it is for and whom (an attempt, a change of address): elsewhere it is worth nothing.
    pub fn keep(&self, key: &Secret<[u8; 32]>, bound_to: &[u8], ends_at: Instant) -> SentCode {
        SentCode { digest: digest(key, bound_to, self.digits().as_bytes()), ends_at, attempts_left: ATTEMPTS_MAX }
    }
}

/// Why a code did not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Another code was sent.
    #[error("the code is not the one that was sent; look at the newest message, or ask for a new code")]
    Wrong,
    /// Its time is over.
    #[error("the code is no longer good; ask for a new one")]
    Ended,
    /// It was tried too often.
    #[error("the code was tried {ATTEMPTS_MAX} times; ask for a new one")]
    Spent,
}

impl CodeError {
    /// The stable code of the reason.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Wrong => "code.wrong",
            Self::Ended => "code.ended",
            Self::Spent => "code.spent",
        }
    }
}

/// What is kept of a code that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    digest: [u8; 32],
    ends_at: Instant,
    attempts_left: u8,
}

impl SentCode {
    /// Tries a code. The try counts before it is compared, so that `self` must be kept again after an error, and
    /// thrown away after success: a code counts once.
    ///
    /// # Errors
    /// See [`CodeError`].
    pub fn attempt(
        &mut self,
        typed: &str,
        key: &Secret<[u8; 32]>,
        bound_to: &[u8],
        now: Instant,
    ) -> Result<(), CodeError> {
        if now >= self.ends_at {
            return Err(CodeError::Ended);
        }
        self.attempts_left = self.attempts_left.checked_sub(1).ok_or(CodeError::Spent)?;
        let digits = typed_digits(typed).ok_or(CodeError::Wrong)?;
        let found = digest(key, bound_to, &digits);
        if bool::from(found.ct_eq(&self.digest)) { Ok(()) } else { Err(CodeError::Wrong) }
    }

    /// When it ends.
    pub const fn ends_at(&self) -> Instant {
        self.ends_at
    }

    /// True when no try is left.
    pub const fn is_spent(&self) -> bool {
        self.attempts_left == 0
    }
}

/// Spaces and dashes are overlooked; anything else that is no digit makes it no code.
fn typed_digits(typed: &str) -> Option<Vec<u8>> {
    if typed.len() > 32 {
        return None;
    }
    let digits: Vec<u8> = typed.bytes().filter(|byte| !matches!(byte, b' ' | b'-')).collect();
    ((6..=8).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)).then_some(digits)
}

fn digest(key: &Secret<[u8; 32]>, bound_to: &[u8], digits: &[u8]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.expose());
    let mut context = hmac::Context::with_key(&key);
    context.update(LABEL);
    context.update(&(bound_to.len() as u64).to_be_bytes());
    context.update(bound_to);
    context.update(digits);
    let mut digest = [0; 32];
    digest.copy_from_slice(context.sign().as_ref());
    digest
}

/// A number below `end`, each as likely as any other: draws that would favour the small ones are thrown away.
fn below(end: u32, entropy: &dyn Entropy) -> u32 {
    let fair = u32::MAX - u32::MAX % end;
    loop {
        let mut bytes = [0; 4];
        entropy.fill(&mut bytes);
        let drawn = u32::from_le_bytes(bytes);
        if drawn < fair {
            return drawn % end;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use candor_words::SeededEntropy;

    use super::*;

    const END: Instant = Instant::from_millis(600_000);

    fn key() -> Secret<[u8; 32]> {
        Secret::new([7; 32])
    }

    fn sent() -> (OneTimeCode, SentCode) {
        let code = OneTimeCode::new(6, &SeededEntropy::new(3));
        let kept = code.keep(&key(), b"attempt 1", END);
        (code, kept)
    }

    /// Gives out the words it was filled with.
    struct Words(Mutex<Vec<u32>>);

    impl Entropy for Words {
        fn fill(&self, into: &mut [u8]) {
            into.copy_from_slice(&self.0.lock().unwrap().remove(0).to_le_bytes());
        }
    }

    #[test]
    fn the_code_that_was_sent_counts_as_it_is_typed() {
        let (code, kept) = sent();
        let (front, back) = code.digits().split_at(3);
        for typed in [code.digits().to_owned(), format!("{front} {back}"), format!(" {front}-{back} ")] {
            assert_eq!(kept.clone().attempt(&typed, &key(), b"attempt 1", Instant::default()), Ok(()));
        }
    }

    #[test]
    fn a_code_counts_only_for_what_it_was_sent_for_and_under_its_key() {
        let (code, kept) = sent();
        let now = Instant::default();
        assert_eq!(kept.clone().attempt(code.digits(), &key(), b"attempt 2", now), Err(CodeError::Wrong));
        assert_eq!(
            kept.clone().attempt(code.digits(), &Secret::new([8; 32]), b"attempt 1", now),
            Err(CodeError::Wrong)
        );
    }

    #[test]
    fn after_five_tries_even_the_right_code_is_refused() {
        let (code, mut kept) = sent();
        for _ in 0..ATTEMPTS_MAX {
            assert_eq!(kept.attempt("000000", &key(), b"attempt 1", Instant::default()), Err(CodeError::Wrong));
        }
        assert!(kept.is_spent());
        assert_eq!(kept.attempt(code.digits(), &key(), b"attempt 1", Instant::default()), Err(CodeError::Spent));
    }

    #[test]
    fn a_code_ends() {
        let (code, mut kept) = sent();
        assert_eq!(kept.attempt(code.digits(), &key(), b"attempt 1", END), Err(CodeError::Ended));
    }

    #[test]
    fn what_is_no_code_uses_up_a_try() {
        let (_, mut kept) = sent();
        for typed in ["", "12345", "123456789", "12345x", &"1".repeat(1 << 20)] {
            assert_eq!(kept.attempt(typed, &key(), b"attempt 1", Instant::default()), Err(CodeError::Wrong));
        }
        assert!(kept.is_spent());
    }

    #[test]
    fn no_digit_is_favoured_and_zeros_stay_in_front() {
        // The last 967 296 words would make small codes likelier: they are thrown away.
        let words = Words(Mutex::new(vec![u32::MAX, 4_294_000_000, 4_293_999_999, 42]));
        assert_eq!(OneTimeCode::new(6, &words).digits(), "999999");
        assert_eq!(OneTimeCode::new(6, &words).digits(), "000042");
        let mut counts = [0_u32; 10];
        let entropy = SeededEntropy::new(5);
        for _ in 0..20_000 {
            OneTimeCode::new(8, &entropy).digits().bytes().for_each(|digit| counts[usize::from(digit - b'0')] += 1);
        }
        assert!(counts.iter().all(|count| (15_500..16_500).contains(count)), "{counts:?}");
    }

    #[test]
    fn what_is_kept_does_not_hold_the_code() {
        let (code, kept) = sent();
        let text = serde_json::to_string(&kept).unwrap();
        assert!(!text.contains(code.digits()));
        assert_eq!(serde_json::from_str::<SentCode>(&text).unwrap(), kept);
        assert_eq!(format!("{code:?}"), "OneTimeCode(Secret(…))");
    }
}
