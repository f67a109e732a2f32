//! Choosing: one of several, or a single yes.

use maud::{Markup, html};

use crate::Language;
use crate::words::kit as words;

/// One of several answers.
#[derive(Debug, Clone)]
pub struct Choice<'a> {
    /// What is posted.
    pub value: &'a str,
    /// What people read.
    pub label: Markup,
}

/// Several answers of which one is chosen; none is chosen beforehand unless the person chose it.
#[derive(Debug, Clone)]
pub struct ChoiceGroup<'a> {
    /// The field's name; the first answer has it as its id.
    pub name: &'a str,
    /// The question.
    pub legend: Markup,
    /// What helps to answer.
    pub hint: Option<Markup>,
    /// What is wrong with the answer.
    pub error: Option<&'a str>,
    /// The answers.
    pub choices: Vec<Choice<'a>>,
    /// The value of the answer that the person chose.
    pub chosen: Option<&'a str>,
    /// True to set the answers beside each other, all of one size.
    pub is_row: bool,
}

impl ChoiceGroup<'_> {
    /// Renders the group.
    pub fn markup(&self, language: Language) -> Markup {
        let name = self.name;
        let answers = html! {
            div class=(if self.is_row { "answers row" } else { "answers" }) {
                @for (at, choice) in self.choices.iter().enumerate() {
                    @let id = id_of(name, at);
                    label for=(id) {
                        input type="radio" id=(id) name=(name) value=(choice.value)
                            checked[self.chosen == Some(choice.value)];
                        span { (choice.label) }
                    }
                }
            }
        };
        Asked { name, legend: &self.legend, hint: self.hint.as_ref(), error: self.error }.above(&answers, language)
    }
}

/// Several boxes of which any are ticked; `NAME.VALUE` is posted for each that is.
#[derive(Debug, Clone)]
pub struct BoxGroup<'a> {
    /// What the boxes' names begin with; the first box has it as its id.
    pub name: &'a str,
    /// The question.
    pub legend: Markup,
    /// What helps to answer.
    pub hint: Option<Markup>,
    /// What is wrong with the answer.
    pub error: Option<&'a str>,
    /// The boxes.
    pub choices: Vec<Choice<'a>>,
    /// The values that the person ticked.
    pub ticked: Vec<&'a str>,
}

impl BoxGroup<'_> {
    /// Renders the group.
    pub fn markup(&self, language: Language) -> Markup {
        let name = self.name;
        let answers = html! {
            div class="answers" {
                @for (at, choice) in self.choices.iter().enumerate() {
                    @let id = id_of(name, at);
                    label for=(id) {
                        input type="checkbox" id=(id) name={ (name) "." (choice.value) } value="yes"
                            checked[self.ticked.contains(&choice.value)];
                        span { (choice.label) }
                    }
                }
            }
        };
        Asked { name, legend: &self.legend, hint: self.hint.as_ref(), error: self.error }.above(&answers, language)
    }
}

/// What stands above the answers of a group.
struct Asked<'a> {
    name: &'a str,
    legend: &'a Markup,
    hint: Option<&'a Markup>,
    error: Option<&'a str>,
}

impl Asked<'_> {
    fn above(&self, answers: &Markup, language: Language) -> Markup {
        let name = self.name;
        let described = [
            self.hint.is_some().then(|| format!("{name}-hint")),
            self.error.is_some().then(|| format!("{name}-error")),
        ];
        let described: Vec<_> = described.into_iter().flatten().collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        html! {
            fieldset class={ "field" @if self.error.is_some() { " wrong" } } aria-describedby=[described] {
                legend { (self.legend) }
                @if let Some(hint) = self.hint { p class="hint" id={ (name) "-hint" } { (hint) } }
                @if let Some(error) = self.error {
                    p class="error" id={ (name) "-error" } {
                        span class="unseen" { (words::error_before(language)) " " }
                        (error)
                    }
                }
                (answers)
            }
        }
    }
}

/// The first answer has the group's name as its id.
fn id_of(name: &str, at: usize) -> String {
    if at == 0 { name.to_owned() } else { format!("{name}-{}", at + 1) }
}

/// A single box to tick; never ticked beforehand unless the person ticked it.
#[derive(Debug, Clone)]
pub struct CheckBox<'a> {
    /// The field's name and id; `yes` is posted when it is ticked.
    pub name: &'a str,
    /// What a tick means.
    pub label: Markup,
    /// True when the person ticked it.
    pub is_ticked: bool,
    /// What is wrong with it.
    pub error: Option<&'a str>,
}

impl CheckBox<'_> {
    /// Renders the box.
    pub fn markup(&self, language: Language) -> Markup {
        let error_id = self.error.map(|_| format!("{}-error", self.name));
        html! {
            div class={ "field" @if self.error.is_some() { " wrong" } } {
                @if let Some(error) = self.error {
                    p class="error" id=[error_id.as_deref()] {
                        span class="unseen" { (words::error_before(language)) " " }
                        (error)
                    }
                }
                div class="answers" {
                    label for=(self.name) {
                        input type="checkbox" id=(self.name) name=(self.name) value="yes" checked[self.is_ticked]
                            aria-describedby=[error_id] aria-invalid=[self.error.map(|_| "true")];
                        span { (self.label) }
                    }
                }
            }
        }
    }
}
