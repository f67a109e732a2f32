//! The tree: statements as they were written, with the comments and blank lines between them.
//!
//! A statement is words and quoted texts, split by commas into parts, perhaps with a block of
//! statements behind. What the words mean is not known here: that is [`crate::check`]. So the
//! formatter and the JSON form hold for every text that has the right shape.

use crate::source::TextSpan;

/// All files of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// One for each source.
    pub files: Vec<File>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct File {
    /// What it is called.
    pub path: String,
    /// Its statements.
    pub statements: Vec<Statement>,
    /// What stands after the last statement.
    pub after: Vec<Gap>,
}

/// What stands between statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// One or more empty lines.
    Blank,
    /// A comment on a line of its own, without `#`.
    Comment(String),
}

/// One declaration or clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What stands before it.
    pub before: Vec<Gap>,
    /// Its parts: what commas separate.
    pub parts: Vec<Part>,
    /// The block behind it.
    pub block: Option<Block>,
    /// The comment that ends its line, or the line of its `{`.
    pub comment: Option<String>,
    /// From its first word to its last, without the block.
    pub span: TextSpan,
    /// True when a word of it could not be read; that has been reported.
    pub broken: bool,
}

/// What stands between two commas.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// Comments on lines of their own before it, when the statement goes on over lines.
    pub before: Vec<String>,
    /// Its words and texts.
    pub atoms: Vec<Atom>,
    /// The comment behind its comma.
    pub comment: Option<String>,
}

/// A word, a quoted text or a colon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Atom {
    /// Which.
    pub kind: AtomKind,
    /// Where it stands.
    pub span: TextSpan,
}

/// What an atom is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtomKind {
    /// A bare word; the prefixes `pd:` and `dpv:` are dropped from terms.
    Word(String),
    /// A quoted text, without quotes and escapes.
    Text(String),
    /// `:`
    Colon,
}

/// The statements between `{` and `}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Block {
    /// The statements.
    pub statements: Vec<Statement>,
    /// What stands after the last of them.
    pub after: Vec<Gap>,
    /// The comment behind `}`.
    pub comment: Option<String>,
    /// Where `{` stands.
    pub open: TextSpan,
}

impl Statement {
    /// The first word, when it begins with one.
    pub fn first_word(&self) -> Option<&str> {
        match self.parts.first()?.atoms.first()?.kind {
            AtomKind::Word(ref word) => Some(word),
            _ => None,
        }
    }
}
