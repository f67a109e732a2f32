//! Tokens: 256 random bits that a browser holds; the store knows a blinded name of them only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candor_words::Entropy;
use zeroize::Zeroize;

/// How many characters a token has: 32 bytes in base64url.
pub const TOKEN_CHARS: usize = 43;

/// A secret that a browser or a client holds. Never printed, wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Draws one.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        let token = Self(URL_SAFE_NO_PAD.encode(bytes));
        bytes.zeroize();
        token
    }

    /// Reads what somebody presents; `None` when it cannot be a token.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (text.len() == TOKEN_CHARS && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }

    /// The two as one text, which is read in its halves again.
    pub(crate) fn followed_by(&self, other: &Self) -> Self {
        Self(format!("{}{}", self.0, other.0))
    }

    /// The text, for the one who is to hold it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_words::SeededEntropy;

    #[test]
    fn a_drawn_token_reads_back_and_nothing_else_is_one() {
        let token = Token::draw(&SeededEntropy::new(1));
        assert_eq!(Token::parse(token.expose()), Some(token.clone()));
        assert_eq!(format!("{token:?}"), "Token(…)");
        for text in ["", "short", &format!("{}=", token.expose()), &"/".repeat(TOKEN_CHARS)] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }
}
