//! New passwords: long enough, and not what the account is called. Source: NIST SP 800-63B-4, 3.1.1.2.

use candor_vault::{ErrorKind, VaultError};

/// The fewest characters of a new password.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// The most bytes, as of every candidate that is hashed.
const PASSWORD_BYTES_MAX: usize = 1024;

/// Refuses a password that is easily guessed. `known` is what an attacker knows: addresses and names of the account.
pub(crate) fn check(password: &str, known: &[&str]) -> Result<(), VaultError> {
    let n_chars = password.chars().count();
    if n_chars < PASSWORD_CHARS_MIN || password.len() > PASSWORD_BYTES_MAX {
        return Err(VaultError::new(
            ErrorKind::BadInput,
            "password.length",
            "the password was not taken: it is too short or too long",
        )
        .detail("min", PASSWORD_CHARS_MIN)
        .help("take 12 characters or more; several words are fine"));
    }
    let folded = password.to_lowercase();
    let is_known = |text: &&str| text.chars().count() >= 4 && folded.contains(&text.to_lowercase());
    let names = known.iter().flat_map(|text| [*text, text.split('@').next().unwrap_or_default()]);
    if n_distinct(&folded) < 5 || is_run(&folded) || names.into_iter().any(|name| is_known(&name)) {
        return Err(VaultError::new(
            ErrorKind::BadInput,
            "password.guessable",
            "the password was not taken: it is easily guessed",
        )
        .help("leave out your name and address, rows of keys and repeated characters"));
    }
    Ok(())
}

fn n_distinct(text: &str) -> usize {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len()
}

/// A row of keys or an alphabet, over and over.
fn is_run(text: &str) -> bool {
    const ROWS: [&str; 6] = [
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890",
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn",
        "password",
    ];
    ROWS.iter().any(|row| {
        let doubled = row.repeat(4);
        let backwards: String = doubled.chars().rev().collect();
        doubled.contains(text) || backwards.contains(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_or_easily_guessed_is_refused() {
        let known = ["ada.lovelace@example.org"];
        for good in ["correct horse battery", "zwölf Böxkämpfer", "9f!kQ2#vTz0m"] {
            check(good, &known).unwrap_or_else(|error| panic!("{good}: {error}"));
        }
        for (bad, code) in [
            ("short", "password.length"),
            ("elevenchars", "password.length"),
            (&*"x".repeat(1025), "password.length"),
            ("aaaaaaaaaaaaaaaa", "password.guessable"),
            ("qwertyuiopas", "password.guessable"),
            ("abcdefghijklm", "password.guessable"),
            ("passwordpassword", "password.guessable"),
            ("I am ada.lovelace!", "password.guessable"),
        ] {
            assert_eq!(check(bad, &known).unwrap_err().code(), code, "{bad}");
        }
    }
}
