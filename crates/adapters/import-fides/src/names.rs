//! Names and texts as the manifest language takes them.

use std::collections::HashSet;

const NAME_BYTES_MAX: usize = 64;
const TEXT_BYTES_MAX: usize = 1000;

/// Makes a name of any text: lower-case letters, digits and `_`, beginning with a letter.
pub(crate) fn name_of(text: &str) -> String {
    let mut name = String::new();
    for character in text.chars() {
        match character.to_ascii_lowercase() {
            letter @ ('a'..='z' | '0'..='9') => name.push(letter),
            _ if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            _ => {}
        }
        if name.len() == NAME_BYTES_MAX - 4 {
            break;
        }
    }
    let name = name.trim_matches('_');
    if name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name.to_owned()
    } else {
        format!("n_{name}").trim_end_matches('_').to_owned()
    }
}

/// Names that are taken.
#[derive(Debug, Default)]
pub(crate) struct Taken(HashSet<String>);

impl Taken {
    /// The name, or with a number behind it when it is taken.
    pub(crate) fn free(&mut self, name: &str) -> String {
        let mut free = name.to_owned();
        for n in 2.. {
            if self.0.insert(free.clone()) {
                break;
            }
            free = format!("{name}_{n}");
        }
        free
    }
}

/// A quoted text of one line.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('\\', "\\\\").replace('"', "\\\""))
}

/// A text without line ends and what cannot be seen.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().filter(|c| !c.is_control() && !is_hidden(*c)).collect();
    match line.char_indices().find(|(at, _)| *at >= TEXT_BYTES_MAX) {
        Some((at, _)) => line[..at].to_owned(),
        None => line,
    }
}

/// What the manifest language refuses because it cannot be seen, or reorders text.
fn is_hidden(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// True for a column or table that the manifest can name as it is: a word.
pub(crate) fn is_word(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        && !text.starts_with(['-', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_anything_and_stay_apart() {
        for (text, name) in [
            ("Analyse customer behaviour", "analyse_customer_behaviour"),
            ("eCommerce.Orders-2", "ecommerce_orders_2"),
            ("2nd", "n_2nd"),
            ("__é", "n"),
            ("", "n"),
        ] {
            assert_eq!(name_of(text), name, "{text}");
        }
        let mut taken = Taken::default();
        assert_eq!(
            [taken.free("a"), taken.free("a"), taken.free("a_2"), taken.free("a")],
            ["a", "a_2", "a_2_2", "a_3"]
        );
        assert!(name_of(&"x".repeat(500)).len() <= 60);
        assert_eq!(quoted("a \"b\"\n\\c\u{202e}"), r#""a \"b\" \\c""#);
    }
}
