//! One message to one person.

use candor_words::Secret;

/// What is to be said, and to whom.
#[derive(Debug)]
pub struct Message {
    /// Names the message: letters, digits, `.` and `-`; the same for every attempt to deliver it.
    pub id: String,
    /// The address; personal data, wiped when the message is dropped and never printed.
    pub to: Secret<String>,
    /// Who speaks, as people know them.
    pub sender: String,
    /// What it is about, in one line.
    pub title: String,
    /// The text, lines separated by `\n`.
    pub text: String,
    /// How the person ends such messages with one click; `None` where there is no opt-out, and the text says why.
    pub opt_out: Option<OneClick>,
}

/// An address that ends a kind of message when it is posted to. Source: RFC 8058.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneClick(pub String);
