//! Codes of authenticator apps: RFC 6238 over HMAC-SHA-1, 30 seconds, six digits, which is what every app can do.
//!
//! A code is good for its own step and the one before and after ([`TotpSecret::matched_step`]). The step that matched is
//! told, so that whoever keeps the secret refuses it, and every older one, from then on: RFC 6238, 5.2, "one-time only".

use aws_lc_rs::hmac;
use candor_words::{Entropy, Instant, Secret};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::base32;

/// How long one code stands, in seconds.
pub const STEP_SECONDS: i64 = 30;
/// As long as the digest, as RFC 4226 (R6) recommends.
const SECRET_BYTES: usize = 20;
const DIGITS: usize = 6;
/// Steps before and after the present one that are still taken: clocks differ, and typing takes time.
const WINDOW: i64 = 1;
/// The longest name in an address for an app.
const NAME_BYTES_MAX: usize = 200;

/// Why bytes are no secret of an authenticator app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret of an authenticator app was not read: it must be {SECRET_BYTES} bytes")]
pub struct TotpError;

/// What an authenticator app and the server share.
#[derive(Debug)]
pub struct TotpSecret(Secret<[u8; SECRET_BYTES]>);

impl TotpSecret {
    /// Draws a fresh secret.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; SECRET_BYTES];
        entropy.fill(&mut bytes);
        Self(Secret::new(bytes))
    }

    /// Takes a secret as it was kept.
    ///
    /// # Errors
    /// Any other length than 20 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TotpError> {
        bytes.try_into().map(|bytes| Self(Secret::new(bytes))).map_err(|_| TotpError)
    }

    /// The bytes to keep, sealed.
    pub const fn as_bytes(&self) -> &[u8; SECRET_BYTES] {
        self.0.expose()
    }

    /// The secret as it is typed into an app, in groups of four.
    pub fn text(&self) -> Secret<String> {
        let plain = Secret::new(base32::encode(self.as_bytes()));
        let mut text = String::with_capacity(plain.expose().len() * 5 / 4);
        for (at, character) in plain.expose().chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push(' ');
            }
            text.push(character);
        }
        Secret::new(text)
    }

    /// The address that a QR code carries to an app. `issuer` and `account` are what the app shows.
    ///
    /// The algorithm, digits and period stand in it although they are the defaults, for apps that ask.
    pub fn address(&self, issuer: &str, account: &str) -> Secret<String> {
        let (issuer, account) = (escaped(issuer), escaped(account));
        let secret = Secret::new(base32::encode(self.as_bytes()));
        Secret::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
            secret.expose()
        ))
    }

    /// The code that an app shows at an instant.
    pub fn code_at(&self, now: Instant) -> String {
        self.code_of(step_at(now))
    }

    /// The step to which a code belongs, when it is good at `now` and later than `used`, the last step that counted.
    ///
    /// Spaces in the code are overlooked, as apps show it in two groups. Every step of the window is computed and
    /// compared, so that the time taken tells nothing about which of them was near.
    pub fn matched_step(&self, code: &str, now: Instant, used: Option<i64>) -> Option<i64> {
        let code = typed(code)?;
        let present = step_at(now);
        let (mut found, mut step_found) = (Choice::from(0), 0_i64);
        for step in present - WINDOW..=present + WINDOW {
            let is_same = self.code_of(step).as_bytes().ct_eq(&code);
            let is_fresh = Choice::from(u8::from(used.is_none_or(|used| step > used)));
            step_found.conditional_assign(&step, is_same & is_fresh);
            found |= is_same & is_fresh;
        }
        bool::from(found).then_some(step_found)
    }

    /// Source: RFC 4226, 5.3.
    fn code_of(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.as_bytes());
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let digest = tag.as_ref();
        let at = usize::from(digest.last().copied().unwrap_or(0) & 15);
        let word = digest[at..at + 4].iter().fold(0_u32, |word, byte| (word << 8) | u32::from(*byte));
        format!("{:0DIGITS$}", (word & 0x7fff_ffff) % 10_u32.pow(DIGITS as u32))
    }
}

fn step_at(now: Instant) -> i64 {
    now.as_millis().div_euclid(1000 * STEP_SECONDS)
}

/// The digits of what was typed; `None` when they are not as many as a code has.
fn typed(code: &str) -> Option<[u8; DIGITS]> {
    if code.len() > 4 * DIGITS {
        return None;
    }
    let digits: Vec<u8> = code.bytes().filter(|byte| *byte != b' ').collect();
    digits.iter().all(u8::is_ascii_digit).then(|| digits.try_into().ok()).flatten()
}

/// Percent-encodes all but unreserved characters (RFC 3986, 2.3); cut to a length that apps show.
fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.chars().filter(|c| !c.is_control()).collect::<String>().bytes() {
        if text.len() >= NAME_BYTES_MAX {
            break;
        }
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use candor_words::SeededEntropy;

    use super::*;

    /// The key of the vectors: the ASCII digits, twice.
    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_millis(seconds * 1000)
    }

    /// Source: RFC 6238, appendix B, the last six of the eight digits.
    #[test]
    fn the_vectors_of_the_rfc() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret().code_at(at(seconds)), code);
        }
    }

    /// Source: RFC 4226, appendix D.
    #[test]
    fn the_vectors_of_the_counter() {
        for (step, code) in (0..).zip(["755224", "287082", "359152", "969429", "338314", "254676", "287922"]) {
            assert_eq!(secret().code_of(step), code);
        }
    }

    #[test]
    fn a_code_is_good_one_step_before_and_after_its_own_and_no_further() {
        let code = secret().code_at(at(3000));
        for (seconds, step) in [(2940, None), (2970, Some(100)), (3000, Some(100)), (3059, Some(100)), (3060, None)] {
            assert_eq!(secret().matched_step(&code, at(seconds), None), step, "{seconds}");
        }
    }

    #[test]
    fn a_step_that_counted_and_every_older_one_count_no_more() {
        let now = at(3000);
        let (before, code) = (secret().code_at(at(2970)), secret().code_at(now));
        assert_eq!(secret().matched_step(&code, now, Some(99)), Some(100));
        assert_eq!(secret().matched_step(&code, now, Some(100)), None);
        assert_eq!(secret().matched_step(&before, now, Some(100)), None);
        assert_eq!(secret().matched_step(&before, now, Some(99)), None);
        assert_eq!(secret().matched_step(&secret().code_at(at(3030)), now, Some(100)), Some(101));
    }

    #[test]
    fn what_is_no_code_matches_nothing() {
        let now = at(59);
        assert_eq!(secret().matched_step("287 082", now, None), Some(1));
        for text in ["", "28708", "2870820", "287082x", "２８７０８２", "-87082", "287083", &" ".repeat(1 << 20)]
        {
            assert_eq!(secret().matched_step(text, now, None), None, "{}", text.len());
        }
    }

    #[test]
    fn an_app_is_told_issuer_account_and_secret() {
        let address = secret().address("Müller & Co", "ada@people.example");
        assert_eq!(
            address.expose(),
            "otpauth://totp/M%C3%BCller%20%26%20Co:ada%40people.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=M%C3%BCller%20%26%20Co&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(secret().text().expose(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(!secret().address("a?secret=AAAA&x=", "b").expose().contains("?secret=AAAA"));
    }

    #[test]
    fn fresh_secrets_differ_and_are_not_printed() {
        let entropy = SeededEntropy::new(1);
        let (one, two) = (TotpSecret::new(&entropy), TotpSecret::new(&entropy));
        assert_ne!(one.as_bytes(), two.as_bytes());
        assert_eq!(format!("{one:?}"), "TotpSecret(Secret(…))");
        assert_eq!(TotpSecret::from_bytes(&[0; 19]).unwrap_err(), TotpError);
    }
}
