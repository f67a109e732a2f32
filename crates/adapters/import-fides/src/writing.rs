//! The manifest while it is written: lines, and questions that stand in it as comments.

/// Lines and questions.
#[derive(Debug, Default)]
pub(crate) struct Writing {
    lines: Vec<String>,
    /// What the source does not say, numbered from 1 as in the text.
    pub(crate) questions: Vec<String>,
    /// What was left out or read in a way that a person should know.
    pub(crate) notes: Vec<String>,
}

impl Writing {
    pub(crate) fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// Asks a question above what follows.
    pub(crate) fn ask(&mut self, indent: &str, question: impl Into<String>) {
        let question = question.into();
        self.questions.push(question.clone());
        self.lines.push(format!("{indent}# question {}: {question}", self.questions.len()));
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    pub(crate) fn text(&self) -> String {
        let mut text = self.lines.join("\n");
        text.push('\n');
        text
    }
}
