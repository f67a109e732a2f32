//! Tokens to tree. Recovery is by line and by block: one mistake is one finding.

use crate::bounds::{DEPTH_MAX, STATEMENTS_MAX, TEXT_BYTES_MAX};
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::lex::{Token, TokenKind, lex};
use crate::source::{Source, TextSpan, count};
use crate::tree::{AtomKind, Block, File, Gap, Statement, Tree};

mod statement;

/// Reads the shape of all sources; the findings are those of shape alone.
pub fn parse(sources: &[Source]) -> (Tree, Vec<Diagnostic>) {
    let mut report = Report::default();
    let tree = parse_into(sources, &mut report);
    (tree, report.sorted())
}

pub(crate) fn parse_into(sources: &[Source], report: &mut Report) -> Tree {
    let mut n_statements = 0;
    let files = sources
        .iter()
        .enumerate()
        .map(|(at, source)| parse_file(count(at), source, &mut n_statements, report))
        .collect();
    Tree { files }
}

fn parse_file(file: u32, source: &Source, n_statements: &mut usize, report: &mut Report) -> File {
    let empty = File { path: source.path.clone(), ..File::default() };
    if source.text.len() > TEXT_BYTES_MAX {
        let span = TextSpan { file, start: 0, end: 0 };
        let message = format!("a text of {} bytes is longer than {TEXT_BYTES_MAX}", source.text.len());
        report.push(Diagnostic::new(&codes::TEXT_TOO_LONG, span, message).help("split the policy into several files"));
        return empty;
    }
    let tokens = lex(file, &source.text, report);
    let mut parser = Parser { tokens: &tokens, at: 0, n_statements, report };
    let (statements, after, _) = parser.statements(None, 0);
    File { statements, after, ..empty }
}

/// How a run of statements ended.
#[derive(PartialEq, Eq)]
enum End {
    /// At its `}` or the end of the text.
    Closed,
    /// Its `}` is missing, or there is too much: nothing more is to be said of the blocks around it.
    Abandoned,
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    n_statements: &'a mut usize,
    report: &'a mut Report,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn here(&self) -> TextSpan {
        let token = self.tokens.get(self.at).or(self.tokens.last());
        token.map(|token| token.span).unwrap_or_default()
    }

    /// Reads statements up to the `}` that belongs to `opener`, or to the end of the text.
    fn statements(&mut self, opener: Option<TextSpan>, depth: usize) -> (Vec<Statement>, Vec<Gap>, End) {
        let mut statements = Vec::new();
        loop {
            let before = self.gaps();
            match (self.peek(), opener) {
                (None, None) => return (statements, before, End::Closed),
                (None, Some(open)) => {
                    self.unclosed(open, None);
                    return (statements, before, End::Abandoned);
                }
                (Some(TokenKind::Close), Some(_)) => {
                    self.at += 1;
                    return (statements, before, End::Closed);
                }
                (Some(TokenKind::Close), None) => {
                    self.unopened(&mut statements);
                    self.at += 1;
                }
                (Some(_), Some(open)) if depth == 2 && self.begins("place") => {
                    self.unclosed(open, Some(self.here()));
                    return (statements, before, End::Closed);
                }
                (Some(_), Some(open)) if self.begins_declaration() => {
                    self.unclosed(open, Some(self.here()));
                    return (statements, before, End::Abandoned);
                }
                (Some(_), _) if *self.n_statements >= STATEMENTS_MAX => {
                    let message = format!("more than {STATEMENTS_MAX} statements");
                    self.report.push(Diagnostic::new(&codes::TOO_MANY_STATEMENTS, self.here(), message));
                    self.at = self.tokens.len();
                    return (statements, before, End::Abandoned);
                }
                (Some(_), _) => {
                    *self.n_statements += 1;
                    let (statement, end) = self.statement(before, depth);
                    statements.push(statement);
                    if end == End::Abandoned && opener.is_some() {
                        return (statements, Vec::new(), end);
                    }
                }
            }
        }
    }

    /// Reads comments and empty lines before a statement.
    fn gaps(&mut self) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let mut n_newlines = usize::from(self.at == 0);
        loop {
            match self.peek() {
                Some(TokenKind::Newline) => n_newlines += 1,
                Some(TokenKind::Comment(comment)) => {
                    let comment = Gap::Comment(comment.clone());
                    if n_newlines > 1 {
                        gaps.push(Gap::Blank);
                    }
                    gaps.push(comment);
                    n_newlines = 0;
                }
                _ => break,
            }
            self.at += 1;
        }
        if n_newlines > 1 {
            gaps.push(Gap::Blank);
        }
        gaps
    }

    /// Reads the block whose `{` comes next; returns it with the comment on the line of its `{`.
    fn block(&mut self, depth: usize) -> (Block, Option<String>, End) {
        let open = self.here();
        self.at += 1;
        let comment = self.comment();
        if depth >= DEPTH_MAX {
            let message = format!("blocks stand more than {DEPTH_MAX} deep");
            self.report.push(Diagnostic::new(&codes::NESTING_TOO_DEEP, open, message));
            self.skip_block();
            return (Block { open, ..Block::default() }, comment, End::Closed);
        }
        let (statements, after, end) = self.statements(Some(open), depth + 1);
        let behind = if end == End::Closed { self.comment() } else { None };
        (Block { statements, after, comment: behind, open }, comment, end)
    }

    fn comment(&mut self) -> Option<String> {
        match self.peek() {
            Some(TokenKind::Comment(comment)) => {
                let comment = comment.clone();
                self.at += 1;
                Some(comment)
            }
            _ => None,
        }
    }

    /// Passes over a block whose `{` has been read.
    fn skip_block(&mut self) {
        let mut depth = 1;
        while depth > 0 {
            match self.peek() {
                Some(TokenKind::Open) => depth += 1,
                Some(TokenKind::Close) => depth -= 1,
                Some(_) => {}
                None => return,
            }
            self.at += 1;
        }
    }

    /// True when the next statement begins with this word, and is no field of that name.
    fn begins(&self, word: &str) -> bool {
        let is_colon =
            |ahead: usize| self.tokens.get(self.at + ahead).is_some_and(|token| token.kind == TokenKind::Colon);
        matches!(self.peek(), Some(TokenKind::Word(found)) if found == word) && !is_colon(1) && !is_colon(2)
    }

    /// True when the next statement can only stand outside of blocks.
    fn begins_declaration(&self) -> bool {
        let word = |ahead: usize| match self.tokens.get(self.at + ahead).map(|token| &token.kind) {
            Some(TokenKind::Word(word)) => Some(word.as_str()),
            _ => None,
        };
        let is_colon =
            |ahead: usize| self.tokens.get(self.at + ahead).is_some_and(|token| token.kind == TokenKind::Colon);
        if is_colon(1) || is_colon(2) {
            return false; // a field called, say, `data`
        }
        match word(0) {
            Some("policy" | "controller" | "authority" | "law" | "data" | "purpose" | "recipient") => true,
            Some("rights" | "staff" | "collect" | "scrub" | "age" | "organisations" | "system") => true,
            Some("keep") => word(1) != Some("until"),
            Some("notice") => word(1) == Some("of"),
            _ => false,
        }
    }

    /// The clauses before a stray `}` have lost the head of their block: nothing is said of each.
    fn unopened(&mut self, statements: &mut [Statement]) {
        let finding = Diagnostic::new(&codes::UNOPENED_BLOCK, self.here(), "a `}` without its `{`");
        let mut first = None;
        for statement in statements.iter_mut().rev().take_while(|statement| is_clause(statement)) {
            statement.broken = true;
            first = Some(statement.span);
        }
        self.report.push(match first {
            Some(span) => {
                finding.also(span, "from here on, nothing says what block this is").help("write its head and `{`")
            }
            None => finding.help("take it out, or write the `{` it belongs to"),
        });
    }

    fn unclosed(&mut self, open: TextSpan, proof: Option<TextSpan>) {
        let finding = Diagnostic::new(&codes::UNCLOSED_BLOCK, open, "a block is not closed").because("it begins here");
        let finding = match proof {
            Some(proof) => finding.also(proof, "this can only stand outside of the block").help("write `}` before it"),
            None => finding.help("write `}` at its end"),
        };
        self.report.push(finding);
    }
}

/// True for a statement that only blocks can hold.
fn is_clause(statement: &Statement) -> bool {
    let words: Vec<&AtomKind> = statement.parts.iter().flat_map(|part| &part.atoms).map(|atom| &atom.kind).collect();
    let is = |at: usize, word: &str| matches!(words.get(at), Some(AtomKind::Word(found)) if found == word);
    let is_field = words.get(1..3).is_some_and(|words| words.contains(&&AtomKind::Colon));
    let declares = statement.first_word().is_some_and(|word| crate::check::DECLARATIONS.contains(&word));
    statement.block.is_none()
        && (is_field || !declares || is(0, "keep") && is(1, "until") || is(0, "notice") && !is(1, "of"))
}
