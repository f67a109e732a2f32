//! What people are told when a policy changes: what, from when on, what they can do, in plain words.
//!
//! One [`Notice`] serves every channel: a mail is its [`Notice::mail`], an app and a banner show its parts. It says what
//! [`compare`](crate::compare) found, the strongest class first, and nothing that the two texts do not.
//! Source: GDPR Art. 12(1), 13(3), 14(4), 21(4).

use candor_manifest::model::{Basis, Contact, Manifest, RightKind};
use candor_words::Instant;
use serde::Serialize;

use crate::comparison::{Change, Class, Comparison};
use crate::{facts, wording};

/// How many changes are told one by one; the comparison page has them all.
const CHANGES_MAX: usize = 40;
/// The longest sentence of a change in a notice, in characters.
const SENTENCE_CHARS_MAX: usize = 600;

/// What a notice is made of.
#[derive(Debug, Clone, Copy)]
pub struct NoticeOf<'a> {
    /// The version that is left.
    pub old: &'a Manifest,
    /// The version that comes.
    pub new: &'a Manifest,
    /// What they differ in.
    pub comparison: &'a Comparison,
    /// From when on the new one decides.
    pub effective_at: Instant,
    /// True when it decides already.
    pub is_in_force: bool,
    /// The tenant's policy page, as people outside reach it: `https://privacy.example/vendor`.
    pub page: &'a str,
    /// The names of the two versions in addresses, the old one first.
    pub versions: (&'a str, &'a str),
}

/// What people are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// How much the change matters at most.
    pub class: Class,
    /// What it is about, in one line.
    pub title: String,
    /// What happens, and from when on.
    pub lead: String,
    /// Who decides about the data from then on, when that changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_controller: Option<String>,
    /// What changes, the strongest class first.
    pub changes: Vec<ToldChange>,
    /// How many changes more the comparison lists.
    pub n_more: usize,
    /// What people can do about it.
    pub choices: Vec<NoticeChoice>,
    /// Both versions side by side.
    pub comparison_url: String,
    /// The new version as a whole.
    pub policy_url: String,
}

/// One change, told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToldChange {
    /// How much it matters.
    pub class: Class,
    /// What changes, as a sentence.
    pub sentence: String,
}

/// One thing that people can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeChoice {
    /// `object`, `withdraw`, `consent`, `export`, `leave` or `ask`.
    pub kind: &'static str,
    /// What it is, as a sentence.
    pub text: String,
    /// Where it is explained and done.
    pub url: String,
}

/// Writes the notice; `None` when the two versions differ in nothing.
pub fn notice(of: &NoticeOf<'_>) -> Option<Notice> {
    let class = of.comparison.class()?;
    let ordered = Class::ALL.into_iter().flat_map(|class| of.comparison.of(class));
    let changes: Vec<ToldChange> = ordered.take(CHANGES_MAX).map(told).collect();
    let (old_address, new_address) = of.versions;
    Some(Notice {
        class,
        title: title(of, class),
        lead: lead(of),
        new_controller: new_controller(of),
        n_more: of.comparison.changes.len() - changes.len(),
        changes,
        choices: choices(of, class),
        comparison_url: format!("{}/compare/{old_address}/{new_address}", of.page),
        policy_url: format!("{}/versions/{new_address}", of.page),
    })
}

fn title(of: &NoticeOf<'_>, class: Class) -> String {
    let when = wording::date(of.effective_at);
    match (class, of.is_in_force) {
        (Class::Transfer, false) => format!("{}: your data passes into other hands on {when}", of.old.controller.name),
        (Class::Transfer, true) => format!("{}: your data passed into other hands on {when}", of.old.controller.name),
        (_, false) => format!("{}: the privacy policy changes on {when}", of.old.controller.name),
        (_, true) => format!("{}: the privacy policy changed on {when}", of.old.controller.name),
    }
}

fn lead(of: &NoticeOf<'_>) -> String {
    let NoticeOf { old, new, .. } = of;
    let when = wording::date(of.effective_at);
    if of.is_in_force {
        return format!(
            "Version {} of “{}” took effect on {when} in place of version {}.",
            new.version, new.name, old.version
        );
    }
    format!(
        "Version {} of “{}” takes effect on {when}. Until then version {} decides what is done with your data.",
        new.version, new.name, old.version
    )
}

fn new_controller(of: &NoticeOf<'_>) -> Option<String> {
    let (was, is) = (&of.old.controller, &of.new.controller);
    let contacts: Vec<String> = is.contacts.iter().map(contact).collect();
    (was.name != is.name).then(|| {
        let reached = if contacts.is_empty() { String::new() } else { format!("; contact: {}", contacts.join(", ")) };
        format!("{} ({}){reached}", is.name, wording::country(is.country))
    })
}

fn contact(contact: &Contact) -> String {
    match contact {
        Contact::Email(text) | Contact::Telephone(text) | Contact::Web(text) | Contact::Post(text) => text.clone(),
    }
}

/// As a sentence; names lose the backticks that set them as code elsewhere.
fn told(change: &Change) -> ToldChange {
    let plain: String = change.sentence.chars().filter(|letter| *letter != '`').take(SENTENCE_CHARS_MAX).collect();
    let plain: String = plain.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let end = if plain.ends_with(['.', '?', '!']) { "" } else { "." };
    ToldChange { class: change.class, sentence: format!("{}{end}", wording::capitalised(&plain)) }
}

/// What the new policy lets people do, whoever leaves taking a copy along first.
fn choices(of: &NoticeOf<'_>, class: Class) -> Vec<NoticeChoice> {
    let new = of.new;
    let has = |kind| new.rights.iter().any(|right| right.kind == kind);
    let choice = |kind, anchor: &str, text: &str| NoticeChoice {
        kind,
        text: text.to_owned(),
        url: format!("{}#{anchor}", of.page),
    };
    let mut choices = Vec::new();
    if of.comparison.of(Class::Consent).next().is_some() {
        let text = "What you consented to before does not cover what is new. You are asked again; if you do not say yes, the \
                    new use of your data does not happen.";
        choices.push(choice("consent", "choices", text));
    } else if new.purposes.iter().any(facts::asks_first) {
        choices.push(choice("withdraw", "choices", "You can take back any consent at any time."));
    }
    let is_objectable = |basis: &Basis| matches!(basis, Basis::LegitimateInterest(_) | Basis::PublicTask(_));
    if new.purposes.iter().any(|purpose| is_objectable(&purpose.basis) || purpose.is_marketing) {
        let text = "You can object to uses that rest on a legitimate interest, and to marketing in any case.";
        choices.push(choice("object", "rights", text));
    }
    if has(RightKind::Portability) || has(RightKind::Access) {
        let text = "You can get a copy of your data to take along. Do it before you leave: what is erased cannot be brought back.";
        choices.push(choice("export", "rights", text));
    }
    let leaves = match class {
        Class::Transfer => "If you do not want your data to pass to others, you can stop using the service and leave",
        _ => "If you do not agree, you can stop using the service and leave",
    };
    let how = if has(RightKind::Erasure) {
        "deactivate your account, after which no news or offers reach you, or have your data erased"
    } else {
        "deactivate your account, after which no news or offers reach you"
    };
    choices.push(choice("leave", "rights", &format!("{leaves}: {how}.")));
    choices.push(choice("ask", "contact", "If you have questions, ask."));
    choices
}

impl Notice {
    /// The text of a mail.
    pub fn mail(&self) -> String {
        let mut text = format!("{}\n", wrapped(&self.lead, ""));
        if let Some(controller) = &self.new_controller {
            let line = format!("From then on, who decides about your data is: {controller}.");
            text += &format!("\n{}\n", wrapped(&line, ""));
        }
        for class in Class::ALL {
            let mut changes = self.changes.iter().filter(|change| change.class == class).peekable();
            if changes.peek().is_none() {
                continue;
            }
            text += &format!("\n{}:\n", class.title());
            for change in changes {
                text += &format!("- {}\n", wrapped(&change.sentence, "  "));
            }
        }
        if self.n_more > 0 {
            text += &format!(
                "- {}, all listed in the comparison.\n",
                wording::count(self.n_more, "more change", "more changes")
            );
        }
        text += &format!("\nBoth versions side by side:\n{}\n", self.comparison_url);
        text += &format!("The new version as a whole:\n{}\n", self.policy_url);
        text += "\nWhat you can do:\n";
        for choice in &self.choices {
            text += &format!("- {}\n  {}\n", wrapped(&choice.text, "  "), choice.url);
        }
        let why = "You get this message because the law has us tell you when what is done with your data changes (GDPR \
                   Art. 12 and 13(3)). It is not advertising, so there is no opt-out from it: you get it for as long as \
                   your data is held, also when you deactivated the account.";
        text + &format!("\n{}\n", wrapped(why, ""))
    }
}

/// Breaks a paragraph into lines of at most 76 characters where its words allow.
fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = String::new();
    let mut width = indent.len();
    for word in text.split_whitespace() {
        let n_chars = word.chars().count();
        if width > indent.len() && width + 1 + n_chars > 76 {
            lines += "\n";
            lines += indent;
            width = indent.len();
        } else if width > indent.len() {
            lines += " ";
            width += 1;
        }
        lines += word;
        width += n_chars;
    }
    lines
}

#[cfg(test)]
mod tests;
