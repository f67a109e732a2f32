//! The tree as JSON and back, losslessly: for programs that edit a policy, such as the console.
//!
//! ```json
//! {"candor": 1,
//!  "statements": [
//!    {"before": [null, "a comment"],
//!     "parts": [["purpose", "billing", {"text": "Bill you"}, "is", "PaymentManagement"]],
//!     "block": {"statements": [{"parts": [["because", "contract"]]}]}}]}
//! ```
//!
//! In `before` and `after`, `null` is an empty line. A part with comments is `{"words": […], "comment": "…"}`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::bounds::{DEPTH_MAX, STATEMENTS_MAX};
use crate::diagnostic::Report;
use crate::format::{Page, format};
use crate::lex::{TokenKind, is_hidden, lex};
use crate::source::TextSpan;
use crate::tree::{Atom, AtomKind, Block, Gap, Part, Statement, Tree};

/// The version of the form.
const VERSION: u32 = 1;

/// A value that is not the JSON form of a text.
#[derive(Debug, thiserror::Error)]
pub enum JsonFormError {
    /// Its shape is another.
    #[error("the JSON does not have the shape of a manifest")]
    Shape(#[from] serde_json::Error),
    /// A version this program does not know.
    #[error("the JSON form is of version {0}, and only {VERSION} is known")]
    Version(u32),
    /// A bare word that would not be read as one word.
    #[error("`{0}` is not one bare word: write it as {{\"text\": …}}")]
    Word(String),
    /// A comment over several lines, or with characters that cannot be seen.
    #[error("a comment holds a line end or a character that cannot be seen")]
    Comment,
    /// More than a text may hold.
    #[error("the JSON has more than {STATEMENTS_MAX} statements or blocks more than {DEPTH_MAX} deep")]
    Bounds,
    /// A part or a statement without words.
    #[error("a part holds no words")]
    Empty,
    /// What the pieces say together cannot be read as a text.
    #[error("the text that the JSON gives cannot be read: {0}")]
    Text(String),
}

/// Writes a tree as JSON, its files one behind the other.
pub fn to_json(tree: &Tree) -> Value {
    let mut statements: Vec<JsonStatement> = Vec::new();
    let mut after: Vec<Option<String>> = Vec::new();
    for file in &tree.files {
        let mut next: Vec<JsonStatement> = file.statements.iter().map(JsonStatement::from).collect();
        match next.first_mut() {
            Some(first) => first.before.splice(0..0, after.drain(..)).for_each(drop),
            None => after.extend(gaps(&file.after)),
        }
        if !next.is_empty() {
            after = gaps(&file.after);
        }
        statements.append(&mut next);
    }
    let form = JsonForm { candor: VERSION, statements, after };
    serde_json::to_value(form).unwrap_or(Value::Null)
}

/// Reads the JSON form and returns the text it stands for, formatted.
///
/// # Errors
/// A value of another shape, or one that holds what no text can.
pub fn from_json(value: &Value) -> Result<String, JsonFormError> {
    let form = JsonForm::deserialize(value)?;
    if form.candor != VERSION {
        return Err(JsonFormError::Version(form.candor));
    }
    let mut n_left = STATEMENTS_MAX;
    let statements = read_all(form.statements, DEPTH_MAX, &mut n_left)?;
    let after = read_gaps(form.after)?;
    let mut page = Page::default();
    page.file(&statements, &after);
    format(&page.text).map_err(|findings| {
        JsonFormError::Text(findings.first().map(|finding| finding.message.clone()).unwrap_or_default())
    })
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonForm {
    candor: u32,
    statements: Vec<JsonStatement>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    after: Vec<Option<String>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonStatement {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<Option<String>>,
    parts: Vec<JsonPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    block: Option<JsonBlock>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum JsonPart {
    Words(Vec<JsonAtom>),
    Commented(JsonCommented),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonCommented {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<String>,
    words: Vec<JsonAtom>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum JsonAtom {
    Word(String),
    Text(JsonText),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonText {
    text: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonBlock {
    statements: Vec<JsonStatement>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    after: Vec<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

impl From<&Statement> for JsonStatement {
    fn from(statement: &Statement) -> Self {
        Self {
            before: gaps(&statement.before),
            parts: statement.parts.iter().map(JsonPart::from).collect(),
            comment: statement.comment.clone(),
            block: statement.block.as_ref().map(|block| JsonBlock {
                statements: block.statements.iter().map(Self::from).collect(),
                after: gaps(&block.after),
                comment: block.comment.clone(),
            }),
        }
    }
}

impl From<&Part> for JsonPart {
    fn from(part: &Part) -> Self {
        let words = part.atoms.iter().map(JsonAtom::from).collect();
        if part.before.is_empty() && part.comment.is_none() {
            return Self::Words(words);
        }
        Self::Commented(JsonCommented { before: part.before.clone(), words, comment: part.comment.clone() })
    }
}

impl From<&Atom> for JsonAtom {
    fn from(atom: &Atom) -> Self {
        match &atom.kind {
            AtomKind::Word(word) => Self::Word(word.clone()),
            AtomKind::Text(text) => Self::Text(JsonText { text: text.clone() }),
            AtomKind::Colon => Self::Word(":".to_owned()),
        }
    }
}

fn gaps(gaps: &[Gap]) -> Vec<Option<String>> {
    let line = |gap: &Gap| match gap {
        Gap::Blank => None,
        Gap::Comment(comment) => Some(comment.clone()),
    };
    gaps.iter().map(line).collect()
}

fn read_all(form: Vec<JsonStatement>, depth: usize, n_left: &mut usize) -> Result<Vec<Statement>, JsonFormError> {
    *n_left = n_left.checked_sub(form.len()).ok_or(JsonFormError::Bounds)?;
    form.into_iter().map(|statement| read(statement, depth, n_left)).collect()
}

fn read(form: JsonStatement, depth: usize, n_left: &mut usize) -> Result<Statement, JsonFormError> {
    if form.parts.is_empty() {
        return Err(JsonFormError::Empty);
    }
    let block = match form.block {
        None => None,
        Some(block) => Some(Block {
            statements: read_all(block.statements, depth.checked_sub(1).ok_or(JsonFormError::Bounds)?, n_left)?,
            after: read_gaps(block.after)?,
            comment: block.comment.map(one_line).transpose()?,
            open: TextSpan::default(),
        }),
    };
    Ok(Statement {
        before: read_gaps(form.before)?,
        parts: form.parts.into_iter().map(read_part).collect::<Result<_, _>>()?,
        block,
        comment: form.comment.map(one_line).transpose()?,
        span: TextSpan::default(),
        broken: false,
    })
}

fn read_part(form: JsonPart) -> Result<Part, JsonFormError> {
    let form = match form {
        JsonPart::Words(words) => JsonCommented { before: Vec::new(), words, comment: None },
        JsonPart::Commented(form) => form,
    };
    if form.words.is_empty() {
        return Err(JsonFormError::Empty);
    }
    Ok(Part {
        before: form.before.into_iter().map(one_line).collect::<Result<_, _>>()?,
        atoms: form.words.into_iter().map(read_atom).collect::<Result<_, _>>()?,
        comment: form.comment.map(one_line).transpose()?,
    })
}

fn read_atom(form: JsonAtom) -> Result<Atom, JsonFormError> {
    let kind = match form {
        JsonAtom::Text(JsonText { text }) => AtomKind::Text(text),
        JsonAtom::Word(word) if word == ":" => AtomKind::Colon,
        JsonAtom::Word(word) => AtomKind::Word(bare(word)?),
    };
    Ok(Atom { kind, span: TextSpan::default() })
}

/// A bare word must be read back as itself: nothing can be smuggled in as a word.
fn bare(word: String) -> Result<String, JsonFormError> {
    let mut report = Report::default();
    let tokens = lex(0, &word, &mut report);
    let is_itself = matches!(tokens.as_slice(), [token] if token.kind == TokenKind::Word(word.clone()));
    if is_itself && report.sorted().is_empty() { Ok(word) } else { Err(JsonFormError::Word(word)) }
}

fn read_gaps(form: Vec<Option<String>>) -> Result<Vec<Gap>, JsonFormError> {
    form.into_iter()
        .map(|line| match line {
            None => Ok(Gap::Blank),
            Some(comment) => one_line(comment).map(Gap::Comment),
        })
        .collect()
}

fn one_line(comment: String) -> Result<String, JsonFormError> {
    if comment.chars().any(|c| matches!(c, '\n' | '\r') || is_hidden(c)) {
        return Err(JsonFormError::Comment);
    }
    Ok(comment.trim_end().to_owned())
}
