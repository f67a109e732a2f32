//! The texts a policy is written in, and places in them.

use serde::Serialize;

/// One file of a policy, already read: nothing here touches a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What the file is called in diagnostics.
    pub path: String,
    /// Its whole text.
    pub text: String,
}

/// A stretch of one source, in bytes: `start` is in it, `end` is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct TextSpan {
    /// The position of the file among the sources.
    pub file: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl TextSpan {
    /// Reaches from the start of `self` to the end of `other`, in the file of `self`.
    pub(crate) fn to(self, other: Self) -> Self {
        let end = if self.file == other.file { other.end.max(self.end) } else { self.end };
        Self { end, ..self }
    }

    /// The empty stretch just behind this one.
    pub(crate) fn behind(self) -> Self {
        Self { start: self.end, ..self }
    }
}

/// A line and a column as people count them: from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

/// Finds the line and column at which a stretch begins; the first of the text when it lies in no source.
pub fn position(sources: &[Source], span: TextSpan) -> Position {
    let before =
        sources.get(span.file as usize).and_then(|source| source.text.get(..span.start as usize)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Position { line: count(line), column: count(column) }
}

/// Returns the text of a stretch; empty when it lies in no source.
pub fn text_at(sources: &[Source], span: TextSpan) -> &str {
    sources
        .get(span.file as usize)
        .and_then(|source| source.text.get(span.start as usize..span.end as usize))
        .unwrap_or_default()
}

/// A value with the place it was written at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spanned<T> {
    pub value: T,
    pub span: TextSpan,
}

// INVARIANT: sources are at most TEXT_BYTES_MAX long, far below 2^32.
pub(crate) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
