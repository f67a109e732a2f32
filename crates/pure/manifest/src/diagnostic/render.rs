//! Findings as people read them, drawn as rustc draws its own.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Severity};
use crate::source::{Source, TextSpan};

/// Draws each finding with its underlined lines and its help; `color` adds terminal colours.
pub fn render(findings: &[Diagnostic], sources: &[Source], color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut page = String::new();
    for finding in findings {
        page.push_str(&renderer.render(&[drawn(finding, sources)]));
        page.push_str("\n\n");
    }
    page
}

fn drawn<'a>(finding: &'a Diagnostic, sources: &'a [Source]) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(finding.message.as_str()).id(finding.code));
    for file in files_of(finding) {
        let Some(source) = sources.get(file as usize) else { continue };
        let marks = finding.labels.iter().filter(|label| label.span.file == file).map(|label| {
            let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let mark = kind.span(within(source, label.span));
            if label.text.is_empty() { mark } else { mark.label(label.text.as_str()) }
        });
        group = group.element(Snippet::source(source.text.as_str()).path(source.path.as_str()).annotations(marks));
    }
    match &finding.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

/// The files a finding speaks of, that of its primary place first.
fn files_of(finding: &Diagnostic) -> Vec<u32> {
    let mut files = vec![finding.span().file];
    for label in &finding.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
}

/// Clips a stretch to the text, so that drawing cannot fail on spans of another text.
fn within(source: &Source, span: TextSpan) -> std::ops::Range<usize> {
    let clip = |at: u32| {
        let mut at = (at as usize).min(source.text.len());
        while !source.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (clip(span.start), clip(span.end));
    start..end.max(start)
}
