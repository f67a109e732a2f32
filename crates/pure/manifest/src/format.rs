//! The canonical form of a text: one way to write each tree, comments kept.
//!
//! Formatting twice changes nothing more. Lines are at most [`WIDTH_MAX`] characters wide where commas allow;
//! the rights of a block stand in columns.

use crate::diagnostic::Diagnostic;
use crate::parse::parse;
use crate::source::Source;
use crate::tree::{Atom, AtomKind, Gap, Part, Statement};

/// The widest line, in characters, that is not broken at a comma.
pub const WIDTH_MAX: usize = 120;

const STEP: usize = 4;

/// Rewrites one text in canonical form.
///
/// # Errors
/// The findings about its shape: a text that cannot be read whole is not rewritten.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let (tree, findings) = parse(&[Source { path: String::new(), text: text.to_owned() }]);
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut page = Page::default();
    for file in &tree.files {
        page.file(&file.statements, &file.after);
    }
    Ok(page.text)
}

#[derive(Default)]
pub(crate) struct Page {
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn file(&mut self, statements: &[Statement], after: &[Gap]) {
        let at_start = self.text.is_empty();
        self.statements(statements, after, 0, 0, at_start);
    }

    fn statements(&mut self, statements: &[Statement], after: &[Gap], indent: usize, column: usize, at_start: bool) {
        let mut blank = Blank::new(at_start || indent > 0);
        let mut had_block = false;
        for statement in statements {
            let apart = indent == 0 && (had_block || statement.block.is_some());
            if apart {
                blank.want();
            }
            self.gaps(&statement.before, indent, &mut blank);
            blank.before_line(&mut self.text);
            self.statement(statement, indent, column);
            had_block = statement.block.is_some();
        }
        if indent == 0 && had_block && !after.is_empty() {
            blank.want();
        }
        self.gaps(after, indent, &mut blank);
    }

    fn gaps(&mut self, gaps: &[Gap], indent: usize, blank: &mut Blank) {
        for gap in gaps {
            match gap {
                Gap::Blank => blank.want(),
                Gap::Comment(comment) => {
                    blank.before_line(&mut self.text);
                    self.indent(indent);
                    self.comment(comment);
                    self.text.push('\n');
                }
            }
        }
    }

    fn statement(&mut self, statement: &Statement, indent: usize, column: usize) {
        let tail = if statement.block.is_some() { 2 } else { 0 };
        self.indent(indent);
        let mut width = indent;
        for (at, part) in statement.parts.iter().enumerate() {
            let last = at + 1 == statement.parts.len();
            let words = if at == 0 { head(part, column) } else { words(&part.atoms) };
            let reach = words.chars().count() + if last { tail } else { 1 };
            let broken = statement.parts.get(at.wrapping_sub(1)).is_some_and(|before| before.comment.is_some());
            if at > 0 && (broken || !part.before.is_empty() || width + 1 + reach > WIDTH_MAX) {
                self.text.push('\n');
                for comment in &part.before {
                    self.indent(indent + STEP);
                    self.comment(comment);
                    self.text.push('\n');
                }
                self.indent(indent + STEP);
                width = indent + STEP;
            } else if at > 0 {
                self.text.push(' ');
                width += 1;
            }
            self.text.push_str(&words);
            width += reach;
            if !last {
                self.text.push(',');
            }
            if let Some(comment) = &part.comment {
                self.text.push_str("  ");
                self.comment(comment);
            }
        }
        self.end(statement, indent);
    }

    fn end(&mut self, statement: &Statement, indent: usize) {
        if statement.block.is_some() {
            self.text.push_str(" {");
        }
        if let Some(comment) = &statement.comment {
            self.text.push_str("  ");
            self.comment(comment);
        }
        self.text.push('\n');
        let Some(block) = &statement.block else { return };
        let column = if statement.first_word() == Some("rights") { column_of(&block.statements) } else { 0 };
        self.statements(&block.statements, &block.after, indent + STEP, column, true);
        self.indent(indent);
        self.text.push('}');
        if let Some(comment) = &block.comment {
            self.text.push_str("  ");
            self.comment(comment);
        }
        self.text.push('\n');
    }

    fn indent(&mut self, n_spaces: usize) {
        self.text.extend(std::iter::repeat_n(' ', n_spaces));
    }

    fn comment(&mut self, comment: &str) {
        self.text.push('#');
        if !comment.is_empty() {
            self.text.push(' ');
            self.text.push_str(comment);
        }
    }
}

/// An empty line that is wanted, but stands only between two lines.
struct Blank {
    wanted: bool,
    at_start: bool,
}

impl Blank {
    fn new(at_start: bool) -> Self {
        Self { wanted: false, at_start }
    }

    fn want(&mut self) {
        self.wanted = true;
    }

    fn before_line(&mut self, text: &mut String) {
        if self.wanted && !self.at_start {
            text.push('\n');
        }
        self.wanted = false;
        self.at_start = false;
    }
}

/// The first part of a statement, what stands before `within` filled up to a column.
fn head(part: &Part, column: usize) -> String {
    let split = part.atoms.iter().position(|atom| is_word(atom, "within"));
    match split.and_then(|at| part.atoms.split_at_checked(at)) {
        Some((name, rest)) if column > 0 => format!("{:column$}{}", words(name), words(rest)),
        _ => words(&part.atoms),
    }
}

/// Two spaces behind the longest name of a right.
fn column_of(statements: &[Statement]) -> usize {
    let name = |statement: &Statement| {
        let atoms = &statement.parts.first()?.atoms;
        let at = atoms.iter().position(|atom| is_word(atom, "within"))?;
        Some(words(atoms.get(..at)?).chars().count() + 2)
    };
    statements.iter().filter_map(name).max().unwrap_or_default()
}

fn is_word(atom: &Atom, word: &str) -> bool {
    matches!(&atom.kind, AtomKind::Word(found) if found == word)
}

fn words(atoms: &[Atom]) -> String {
    let mut line = String::new();
    let mut in_url = false;
    for atom in atoms {
        // Behind a web address a colon would be read as part of it.
        if !line.is_empty() && (atom.kind != AtomKind::Colon || in_url) {
            line.push(' ');
        }
        in_url = matches!(&atom.kind, AtomKind::Word(word) if word.contains("://"));
        match &atom.kind {
            AtomKind::Word(word) => line.push_str(word),
            AtomKind::Text(text) => quote(text, &mut line),
            AtomKind::Colon => line.push(':'),
        }
    }
    line
}

fn quote(text: &str, line: &mut String) {
    line.push('"');
    for c in text.chars() {
        match c {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            c => line.push(c),
        }
    }
    line.push('"');
}
