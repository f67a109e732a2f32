//! A finger on the words of one statement. Every reader either moves it on or says what it expected.

use crate::diagnostic::{Diagnostic, codes};
use crate::source::{Spanned, TextSpan};
use crate::spell;
use crate::tree::{Atom, AtomKind, Statement};

mod values;

pub(crate) use values::{date, name};

/// What a reader returns: the value, or the one finding that ends the reading of the statement.
pub(crate) type Read<T> = Result<T, Diagnostic>;

enum Piece<'t> {
    Atom(&'t Atom),
    Comma(TextSpan),
}

pub(crate) struct Cursor<'t> {
    pieces: Vec<Piece<'t>>,
    at: usize,
    whole: TextSpan,
}

impl<'t> Cursor<'t> {
    /// Puts the finger on the first word of a statement.
    pub fn new(statement: &'t Statement) -> Self {
        let mut pieces: Vec<Piece<'t>> = Vec::new();
        let mut behind = statement.span;
        for part in &statement.parts {
            if !pieces.is_empty() {
                pieces.push(Piece::Comma(behind.behind()));
            }
            pieces.extend(part.atoms.iter().map(Piece::Atom));
            behind = part.atoms.last().map_or(behind, |atom| atom.span);
        }
        Self { pieces, at: 0, whole: statement.span }
    }

    fn atom(&self, ahead: usize) -> Option<&'t Atom> {
        match self.pieces.get(self.at + ahead) {
            Some(Piece::Atom(atom)) => Some(atom),
            _ => None,
        }
    }

    fn word_ahead(&self, ahead: usize) -> Option<&'t str> {
        match &self.atom(ahead)?.kind {
            AtomKind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The word under the finger, if it is one.
    pub fn peek(&self) -> Option<&'t str> {
        self.word_ahead(0)
    }

    /// True when a quoted text comes next.
    pub fn at_text(&self) -> bool {
        self.atom(0).is_some_and(|atom| matches!(atom.kind, AtomKind::Text(_)))
    }

    pub fn at_end(&self) -> bool {
        self.at >= self.pieces.len()
    }

    /// Where the finger is; just behind the last word at the end.
    pub fn here(&self) -> TextSpan {
        match self.pieces.get(self.at) {
            Some(Piece::Atom(atom)) => atom.span,
            Some(Piece::Comma(span)) => *span,
            None => TextSpan { start: self.whole.end.saturating_sub(1), ..self.whole },
        }
    }

    /// The last word passed.
    fn before(&self) -> TextSpan {
        match self.at.checked_sub(1).and_then(|at| self.pieces.get(at)) {
            Some(Piece::Atom(atom)) => atom.span,
            Some(Piece::Comma(span)) => *span,
            None => self.whole,
        }
    }

    /// Reaches from `start` to the last word passed.
    pub fn since(&self, start: TextSpan) -> TextSpan {
        start.to(self.before())
    }

    pub fn whole(&self) -> TextSpan {
        self.whole
    }

    /// Passes the words of a phrase, if they all come next.
    pub fn eat(&mut self, phrase: &str) -> bool {
        let mut n_words = 0;
        for word in phrase.split(' ') {
            if self.word_ahead(n_words) != Some(word) {
                return false;
            }
            n_words += 1;
        }
        self.at += n_words;
        true
    }

    /// Passes a comma, if one comes next.
    pub fn comma(&mut self) -> bool {
        let found = matches!(self.pieces.get(self.at), Some(Piece::Comma(_)));
        self.at += usize::from(found);
        found
    }

    /// Passes a comma and the phrase behind it, if both come next.
    pub fn comma_then(&mut self, phrase: &str) -> bool {
        let start = self.at;
        if self.comma() && self.eat(phrase) {
            return true;
        }
        self.at = start;
        false
    }

    /// True when a comma comes next and one of these words behind it.
    pub fn next_is(&self, words: &[&str]) -> bool {
        let comma = matches!(self.pieces.get(self.at), Some(Piece::Comma(_)));
        comma && self.word_ahead(1).is_some_and(|word| words.contains(&word))
    }

    /// True when a comma comes next and behind it a part of this one word.
    pub fn next_is_alone(&self, word: &str) -> bool {
        self.next_is(&[word]) && self.atom(2).is_none()
    }

    /// Passes a colon.
    pub fn colon(&mut self) -> Read<()> {
        if self.atom(0).is_some_and(|atom| atom.kind == AtomKind::Colon) {
            self.at += 1;
            return Ok(());
        }
        Err(self.expected("`:`"))
    }

    /// What is expected here and is not.
    pub fn expected(&self, what: &str) -> Diagnostic {
        if self.at_end() {
            return Diagnostic::new(&codes::EXPECTED_WORD, self.before(), format!("{what} is missing"))
                .because(format!("{what} is expected behind this"));
        }
        Diagnostic::new(&codes::EXPECTED_WORD, self.here(), format!("{what} is expected here"))
    }

    /// Passes a phrase that must come next.
    pub fn expect(&mut self, phrase: &str) -> Read<TextSpan> {
        let start = self.here();
        if self.eat(phrase) {
            return Ok(self.since(start));
        }
        let guess = self.peek().and_then(|word| spell::nearest(word, [phrase]));
        Err(self.expected(&format!("`{phrase}`")).perhaps(guess))
    }

    /// Refuses what is left over.
    pub fn finish(&self) -> Read<()> {
        if self.at_end() {
            return Ok(());
        }
        let first = self.pieces.get(self.at + usize::from(self.atom(0).is_none())).map(|piece| match piece {
            Piece::Atom(atom) => atom.span,
            Piece::Comma(span) => *span,
        });
        let span = first.unwrap_or(self.whole).to(self.whole);
        let finding = Diagnostic::new(&codes::UNEXPECTED_WORD, span, "the statement could end before this");
        Err(finding.help("take it out, or see the grammar for what can stand here"))
    }

    /// Passes any word.
    pub fn word(&mut self, what: &str) -> Read<Spanned<&'t str>> {
        let Some(value) = self.peek() else { return Err(self.expected(what)) };
        let span = self.here();
        self.at += 1;
        Ok(Spanned { value, span })
    }

    /// Passes a quoted text.
    pub fn text(&mut self, what: &str) -> Read<Spanned<String>> {
        let span = self.here();
        match self.atom(0).map(|atom| &atom.kind) {
            Some(AtomKind::Text(text)) => {
                self.at += 1;
                Ok(Spanned { value: text.clone(), span })
            }
            _ => Err(self.expected(what).help("it stands between quotes")),
        }
    }

    /// Passes a quoted text, if one comes next.
    pub fn text_if_any(&mut self) -> Option<String> {
        if self.at_text() { self.text("a text").ok().map(|text| text.value) } else { None }
    }

    /// Passes one of several phrases, the longest that fits.
    pub fn choice<T: Clone>(&mut self, what: &str, choices: &[(&str, T)]) -> Read<T> {
        let mut longest: Option<(&str, &T)> = None;
        for (phrase, value) in choices {
            let fits = phrase.split(' ').enumerate().all(|(ahead, word)| self.word_ahead(ahead) == Some(word));
            if fits && longest.is_none_or(|(known, _)| known.len() < phrase.len()) {
                longest = Some((phrase, value));
            }
        }
        if let Some((phrase, value)) = longest {
            self.at += phrase.split(' ').count();
            return Ok(value.clone());
        }
        let Some(word) = self.peek() else { return Err(self.expected(what)) };
        let guess = spell::nearest(word, choices.iter().map(|(phrase, _)| *phrase));
        let phrases: Vec<&str> = choices.iter().map(|(phrase, _)| *phrase).collect();
        Err(Diagnostic::new(&codes::UNKNOWN_WORD, self.here(), format!("`{word}` is not {what}"))
            .help(format!("it can be: {}", phrases.join(", ")))
            .perhaps(guess))
    }
}
