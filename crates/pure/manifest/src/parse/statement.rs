//! One statement: parts between commas, then perhaps a block.

use super::{End, Parser};
use crate::diagnostic::{Diagnostic, codes};
use crate::lex::TokenKind;
use crate::source::TextSpan;
use crate::tree::{Atom, AtomKind, Gap, Part, Statement};

impl Parser<'_> {
    pub(super) fn statement(&mut self, before: Vec<Gap>, depth: usize) -> (Statement, End) {
        let mut statement =
            Statement { before, parts: Vec::new(), block: None, comment: None, span: self.here(), broken: false };
        self.head(&mut statement);
        statement.comment = self.comment();
        if statement.comment.is_none() {
            self.step_to_block();
        }
        let mut end = End::Closed;
        if self.peek() == Some(&TokenKind::Open) {
            let (block, comment, how) = self.block(depth);
            statement.block = Some(block);
            statement.comment = statement.comment.or(comment);
            end = how;
        }
        (statement, end)
    }

    /// Reads the parts, up to a newline, a comment or a brace.
    fn head(&mut self, statement: &mut Statement) {
        let mut part = Part::default();
        while let Some(token) = self.tokens.get(self.at) {
            let kind = match &token.kind {
                TokenKind::Word(word) => AtomKind::Word(without_prefix(word).to_owned()),
                TokenKind::Text(text) => AtomKind::Text(text.clone()),
                TokenKind::Colon => AtomKind::Colon,
                TokenKind::Comma => {
                    let comma = token.span;
                    self.at += 1;
                    statement.broken |= part.atoms.is_empty();
                    let Some(next) = self.next_part(comma, &mut part) else {
                        statement.broken = true;
                        break;
                    };
                    statement.parts.push(std::mem::replace(&mut part, next));
                    continue;
                }
                _ => break,
            };
            statement.span = statement.span.to(token.span);
            statement.broken |= token.broken;
            part.atoms.push(Atom { kind, span: token.span });
            self.at += 1;
        }
        if statement.parts.is_empty() && part.atoms.is_empty() && !statement.broken {
            let finding = Diagnostic::new(&codes::BLOCK_WITHOUT_HEAD, self.here(), "a block that belongs to nothing");
            self.report.push(finding.help("write what it declares before the `{`, on the same line"));
            statement.broken = true;
        }
        statement.parts.push(part);
    }

    /// Goes on behind a comma, over line ends; `None` when nothing follows.
    fn next_part(&mut self, comma: TextSpan, part: &mut Part) -> Option<Part> {
        if part.atoms.is_empty() {
            let finding = Diagnostic::new(&codes::DOUBLED_COMMA, comma, "nothing stands before this comma");
            self.report.push(finding.help("take the comma out"));
        }
        let comment_at = self.at;
        part.comment = self.comment();
        let mut next = Part::default();
        let mut n_newlines = 0;
        loop {
            match self.peek() {
                Some(TokenKind::Newline) if n_newlines == 0 => n_newlines = 1,
                Some(TokenKind::Comment(comment)) => {
                    next.before.push(comment.clone());
                    n_newlines = 0;
                }
                Some(TokenKind::Word(_) | TokenKind::Text(_) | TokenKind::Colon | TokenKind::Comma) => {
                    return Some(next);
                }
                _ => break,
            }
            self.at += 1;
        }
        let finding = Diagnostic::new(&codes::TRAILING_COMMA, comma, "nothing follows this comma");
        self.report.push(finding.help("after a comma the clause goes on: take the comma out, or write what follows"));
        self.at = comment_at;
        part.comment = None;
        None
    }

    /// A `{` that stands on the next line still belongs to this statement.
    fn step_to_block(&mut self) {
        let n_newlines = self.tokens.iter().skip(self.at).take_while(|token| token.kind == TokenKind::Newline).count();
        if self.tokens.get(self.at + n_newlines).is_some_and(|token| token.kind == TokenKind::Open) {
            self.at += n_newlines;
        }
    }
}

/// `pd:EmailAddress` and `dpv:Marketing` are accepted; the canonical form has no prefix.
fn without_prefix(word: &str) -> &str {
    let bare = word.strip_prefix("pd:").or_else(|| word.strip_prefix("dpv:"));
    bare.filter(|bare| bare.starts_with(|c: char| c.is_ascii_uppercase())).unwrap_or(word)
}
