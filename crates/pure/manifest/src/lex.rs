//! Text to tokens. A token that could not be read whole is `broken`, and has been reported.

use crate::bounds::STRING_BYTES_MAX;
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::source::{TextSpan, count};

/// The smallest parts of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A run of printable ASCII: a name, a date, a number, an address.
    Word(String),
    /// What stood between quotes, escapes undone.
    Text(String),
    Colon,
    Comma,
    Open,
    Close,
    Newline,
    /// What follows `#` on the line, less one leading space.
    Comment(String),
}

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub span: TextSpan,
    pub broken: bool,
}

/// Reads all tokens of one text.
pub(crate) fn lex(file: u32, text: &str, report: &mut Report) -> Vec<Token> {
    refuse_hidden_characters(file, text, report);
    let mut lexer = Lexer { file, text, at: 0, tokens: Vec::new(), report };
    while lexer.step() {}
    lexer.tokens
}

/// Control characters and those that reorder text on the screen could hide what a policy says.
/// Source: Unicode TR 36; CVE-2021-42574.
pub(crate) fn is_hidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFD}' | '\u{E0000}'..='\u{E007F}')
}

fn refuse_hidden_characters(file: u32, text: &str, report: &mut Report) {
    // A carriage return that ends no line would let a terminal write over what stands before it.
    let returns = |at: usize, c: char| c == '\r' && !text.get(at + 1..).is_some_and(|rest| rest.starts_with('\n'));
    for (at, c) in text.char_indices().filter(|(at, c)| is_hidden(*c) || returns(*at, *c)) {
        let span = TextSpan { file, start: count(at), end: count(at + c.len_utf8()) };
        let message = format!("the character U+{:04X} cannot be seen and may hide what the text says", u32::from(c));
        report.push(Diagnostic::new(&codes::FORBIDDEN_CHARACTER, span, message).help("take it out"));
    }
}

struct Lexer<'a> {
    file: u32,
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    report: &'a mut Report,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads one token; false at the end of the text.
    fn step(&mut self) -> bool {
        let start = self.at;
        let Some(c) = self.rest().chars().next() else { return false };
        match c {
            '\n' => self.mark(TokenKind::Newline),
            ',' => self.mark(TokenKind::Comma),
            ':' => self.mark(TokenKind::Colon),
            '{' => self.mark(TokenKind::Open),
            '}' => self.mark(TokenKind::Close),
            '#' => {
                let line = self.line();
                let comment = line.get(1..).unwrap_or_default().trim_end();
                let comment = comment.strip_prefix(' ').unwrap_or(comment).to_owned();
                self.at += line.len();
                self.push(TokenKind::Comment(comment), start, false);
            }
            '"' => self.quoted(),
            c if c.is_whitespace() || is_hidden(c) => self.at += c.len_utf8(),
            c if c.is_ascii() => self.word(),
            _ => self.stray(),
        }
        true
    }

    fn mark(&mut self, kind: TokenKind) {
        let start = self.at;
        self.at += 1;
        self.push(kind, start, false);
    }

    fn push(&mut self, kind: TokenKind, start: usize, broken: bool) {
        self.tokens.push(Token { kind, span: self.span(start), broken });
    }

    fn span(&self, start: usize) -> TextSpan {
        TextSpan { file: self.file, start: count(start), end: count(self.at) }
    }

    /// What is left of this line.
    fn line(&self) -> String {
        let line = self.rest().split('\n').next().unwrap_or_default();
        line.strip_suffix('\r').unwrap_or(line).to_owned()
    }

    fn word(&mut self) {
        let start = self.at;
        let rest = self.rest();
        let length = word_length(rest);
        let word = rest.get(..length).unwrap_or_default().to_owned();
        self.at += length;
        let broken = self.refuse_length(start, length);
        self.push(TokenKind::Word(word), start, broken);
    }

    /// A run of characters that only quotes may hold.
    fn stray(&mut self) {
        let is_stray = |c: &char| !c.is_ascii() && !c.is_whitespace() && !is_hidden(*c);
        let start = self.at;
        let run: usize = self.rest().chars().take_while(is_stray).map(char::len_utf8).sum();
        self.at += run;
        let span = self.span(start);
        let run = self.text.get(start..self.at).unwrap_or_default().to_owned();
        let finding = Diagnostic::new(&codes::STRAY_CHARACTER, span, format!("`{run}` stands outside quotes"));
        self.report.push(finding.help("names and words are plain ASCII; put other text between quotes"));
        self.push(TokenKind::Word(run), start, true);
    }

    fn quoted(&mut self) {
        let start = self.at;
        let line = self.line();
        let mut value = String::new();
        let mut broken = false;
        let mut inside = line.char_indices().skip(1);
        while let Some((offset, c)) = inside.next() {
            match c {
                '"' => {
                    self.at = start + offset + 1;
                    broken |= self.refuse_length(start, value.len());
                    return self.push(TokenKind::Text(value), start, broken);
                }
                '\\' => match inside.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, c @ ('"' | '\\'))) => value.push(c),
                    Some((behind, c)) => {
                        broken = true;
                        self.at = start + behind + c.len_utf8();
                        let span = self.span(start + offset);
                        let message = format!("`\\{c}` is no escape");
                        let finding = Diagnostic::new(&codes::UNKNOWN_ESCAPE, span, message);
                        self.report
                            .push(finding.help("a backslash is written `\\\\`, a quote `\\\"`, a new line `\\n`"));
                    }
                    None => {}
                },
                c => value.push(c),
            }
        }
        self.unclosed(start, &line);
    }

    /// The string ends where its line does, or before the ` {` that ends the line, so that the block stays a block.
    fn unclosed(&mut self, start: usize, line: &str) {
        let end = line.trim_end();
        let end = end.strip_suffix(" {").unwrap_or(end).trim_end();
        self.at = start + end.len().max(1);
        let value = end.get(1..).unwrap_or_default().to_owned();
        let finding = Diagnostic::new(&codes::UNCLOSED_STRING, self.span(start), "a quoted text is not closed");
        self.report.push(finding.because("it begins here").help("close it with `\"` on the same line"));
        self.push(TokenKind::Text(value), start, true);
    }

    fn refuse_length(&mut self, start: usize, n_bytes: usize) -> bool {
        let refused = n_bytes > STRING_BYTES_MAX;
        if refused {
            let message = format!("a text of {n_bytes} bytes is longer than {STRING_BYTES_MAX}");
            self.report.push(Diagnostic::new(&codes::STRING_TOO_LONG, self.span(start), message));
        }
        refused
    }
}

/// How many bytes of the text the word it begins with takes.
fn word_length(text: &str) -> usize {
    let mut in_url = false;
    for (at, c) in text.bytes().enumerate() {
        let ends = match c {
            b',' | b'{' | b'}' | b'"' => true,
            b'#' => !in_url,
            b':' => {
                let (before, behind) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
                in_url |= behind.starts_with("//");
                let prefix = matches!(before, "pd" | "dpv") && behind.starts_with(|c: char| c.is_ascii_alphabetic());
                !(in_url || prefix)
            }
            c => !c.is_ascii_graphic(),
        };
        if ends {
            return at;
        }
    }
    text.len()
}
