//! What is wrong with one field of a posted form.

use crate::Language;
use crate::words::sign_up as words;

/// A field, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The name of the form's field.
    pub field: String,
    /// What people call it.
    pub label: String,
    /// What is wrong.
    pub kind: FieldFaultKind,
}

/// What can be wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldFaultKind {
    /// It is needed, and empty.
    Missing,
    /// Longer than the policy's bound, in bytes.
    TooLong(u32),
    /// Fewer characters than a password must have.
    TooShort(usize),
    /// A password that is easily guessed.
    Guessable,
    /// No email address.
    NoAddress,
    /// No number.
    NoNumber,
    /// No day of the calendar.
    NoDate,
    /// Line breaks or control characters where none belong.
    Characters,
    /// Neither yes nor no.
    NoAnswer,
}

impl FieldFault {
    /// What to do about it.
    pub fn text(&self, language: Language) -> String {
        let label = &self.label;
        match self.kind {
            FieldFaultKind::Missing => words::fault_missing(language, label),
            FieldFaultKind::TooLong(bytes_max) => words::fault_long(language, label, bytes_max),
            FieldFaultKind::TooShort(least) => words::fault_short(language, label, least),
            FieldFaultKind::Guessable => words::fault_guessable(language, label),
            FieldFaultKind::NoAddress => words::fault_email(language, label),
            FieldFaultKind::NoNumber => words::fault_number(language, label),
            FieldFaultKind::NoDate => words::fault_date(language, label),
            FieldFaultKind::Characters => words::fault_characters(language, label),
            FieldFaultKind::NoAnswer => words::fault_answer(language, label),
        }
    }
}
