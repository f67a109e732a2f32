//! The code that somebody types to let a device in (RFC 8628 §6.1): eight letters without vowels, so that no word comes
//! of them and none looks like a digit.

use candor_words::Entropy;

const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const CHARS: usize = 8;

/// A code, in its one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// Draws one; 34 bits.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        let mut code = String::with_capacity(CHARS);
        while code.len() < CHARS {
            let mut byte = [0];
            entropy.fill(&mut byte);
            // Bytes from 240 on would make the first letters likelier.
            if let Some(letter) = LETTERS.get(usize::from(byte[0] % 20)).filter(|_| byte[0] < 240) {
                code.push(char::from(*letter));
            }
        }
        Self(code)
    }

    /// Reads what somebody typed: case, blanks and hyphens do not count.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > 64 {
            return None;
        }
        let code: String = text
            .chars()
            .filter(|letter| !matches!(letter, ' ' | '-'))
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        (code.len() == CHARS && code.bytes().all(|byte| LETTERS.contains(&byte))).then_some(Self(code))
    }

    /// The bare letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is shown: two halves.
    pub fn shown(&self) -> String {
        let (one, other) = self.0.split_at(CHARS / 2);
        format!("{one}-{other}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_words::SeededEntropy;

    #[test]
    fn a_code_reads_back_however_it_is_typed() {
        let code = UserCode::draw(&SeededEntropy::new(3));
        assert_eq!(UserCode::read(&code.shown().to_lowercase()), Some(code.clone()));
        assert_eq!(UserCode::read(&format!(" {} ", code.as_str())), Some(code));
        for bad in ["", "BCDF-GHJ", "BCDF-GHJA", "BCDF-GHJKL", &"B".repeat(65)] {
            assert_eq!(UserCode::read(bad), None, "{bad}");
        }
    }
}
