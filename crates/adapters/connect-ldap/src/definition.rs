//! One definition of a schema (RFC 4512, section 4.1): `( 2.5.4.3 NAME 'cn' SUP name )`.

const DEFINITION_BYTES_MAX: usize = 262_144;

/// Words that stand alone; every other one is followed by what it says.
const ALONE: [&str; 7] =
    ["OBSOLETE", "SINGLE-VALUE", "COLLECTIVE", "NO-USER-MODIFICATION", "ABSTRACT", "STRUCTURAL", "AUXILIARY"];

/// A definition: its number, and what it says word by word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its object identifier.
    pub oid: String,
    said: Vec<(String, Vec<String>)>,
}

impl Definition {
    /// Reads a definition, up to 256 KiB; nothing, when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > DEFINITION_BYTES_MAX {
            return None;
        }
        let mut tokens = tokens(text).into_iter();
        if tokens.next()? != Token::Open {
            return None;
        }
        let Token::Word(oid) = tokens.next()? else { return None };
        let mut said = Vec::new();
        loop {
            let word = match tokens.next()? {
                Token::Close => return Some(Self { oid, said }),
                Token::Word(word) => word,
                Token::Open => return None,
            };
            let values = match ALONE.contains(&word.as_str()) {
                true => Vec::new(),
                false => match tokens.next()? {
                    Token::Word(value) => vec![value],
                    Token::Open => listed(&mut tokens)?,
                    Token::Close => return None,
                },
            };
            said.push((word, values));
        }
    }

    /// What it says after a word.
    pub fn after(&self, word: &str) -> &[String] {
        let said = self.said.iter().find(|(said, _)| said == word);
        said.map(|(_, values)| values.as_slice()).unwrap_or_default()
    }

    /// Whether it says the word at all.
    pub fn says(&self, word: &str) -> bool {
        self.said.iter().any(|(said, _)| said == word)
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Word(String),
}

fn listed(tokens: &mut impl Iterator<Item = Token>) -> Option<Vec<String>> {
    let mut values = Vec::new();
    loop {
        match tokens.next()? {
            Token::Close => return Some(values),
            Token::Word(value) if value == "$" => {}
            Token::Word(value) => values.push(value),
            Token::Open => return None,
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let (mut tokens, mut rest) = (Vec::new(), text.trim_start());
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            '(' | ')' => {
                tokens.push(if first == '(' { Token::Open } else { Token::Close });
                after
            }
            '\'' => {
                let (quoted, after) = after.split_once('\'').unwrap_or((after, ""));
                tokens.push(Token::Word(quoted.to_owned()));
                after
            }
            _ => {
                let ends = |mark: char| mark.is_whitespace() || matches!(mark, '(' | ')' | '\'');
                let end = rest.find(ends).unwrap_or(rest.len()).max(first.len_utf8());
                let (word, after) = rest.split_at(end);
                tokens.push(Token::Word(word.to_owned()));
                after
            }
        }
        .trim_start();
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_says_what_stands_after_its_words() {
        let text = "( 2.16.840.1.113730.3.2.2 NAME ( 'inetOrgPerson' 'iop' ) DESC 'RFC2798: (a) $ person' SUP organizationalPerson \
                    STRUCTURAL MAY ( audio $ businessCategory $ mail ) )";
        let read = Definition::parse(text).unwrap();
        assert_eq!(read.oid, "2.16.840.1.113730.3.2.2");
        assert_eq!(read.after("NAME"), ["inetOrgPerson", "iop"]);
        assert_eq!(read.after("SUP"), ["organizationalPerson"]);
        assert!(read.says("STRUCTURAL") && !read.says("AUXILIARY"));
        assert_eq!(read.after("MUST"), [""; 0]);
        let read = Definition::parse("( 1.2 NAME 'x' SYNTAX '1.3' SINGLE-VALUE )").unwrap();
        assert_eq!((read.after("SYNTAX"), read.says("SINGLE-VALUE")), (["1.3".to_owned()].as_slice(), true));
        for none in ["", "(", "( 1.2", "1.2 )", "( 1.2 NAME )", "( 1.2 NAME ( 'a' ( 'b' ) ) )"] {
            assert_eq!(Definition::parse(none), None, "{none}");
        }
    }
}
