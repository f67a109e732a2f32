//! The consent card: what is asked, with the exact text, and a yes and a no of the same weight.
//!
//! Source: GDPR Art. 4(11), 7; nothing is ticked beforehand, and refusing takes as much as agreeing.

use candor_manifest::model::Basis;
use maud::{Markup, html};

use super::{Choice, ChoiceGroup, Weight};
use crate::Language;
use crate::language::{Written as _, said};
use crate::words::kit as words;

/// Somebody else who gets data for the purpose.
#[derive(Debug, Clone)]
pub struct ConsentRecipient<'a> {
    /// What it is called.
    pub title: &'a str,
    /// What it is to the controller, and where.
    pub role: String,
    /// Its own policy.
    pub policy_url: Option<&'a str>,
}

/// What a consent is about, in the language of the policy.
#[derive(Debug, Clone)]
pub struct ConsentCard<'a> {
    /// The purpose's name, which the field's is made of.
    pub purpose: &'a str,
    /// What it is, in the policy's words.
    pub title: &'a str,
    /// The exact text that is agreed to.
    pub text: &'a str,
    /// The language of the policy's texts.
    pub policy_language: &'a str,
    /// The basis, for what a yes entails.
    pub basis: &'a Basis,
    /// What data it is about.
    pub data: Vec<&'a str>,
    /// Who else gets it.
    pub recipients: Vec<ConsentRecipient<'a>>,
    /// How long it is kept for this purpose, rule by rule.
    pub keeps: Vec<String>,
}

impl ConsentCard<'_> {
    /// The name of the field that carries the answer.
    pub fn field(&self) -> String {
        format!("consent.{}", self.purpose)
    }

    /// The card with a question in a larger form.
    pub fn question(&self, language: Language, chosen: Option<&str>, error: Option<&str>) -> Markup {
        let field = self.field();
        let group = ChoiceGroup {
            name: &field,
            legend: html! { (self.said(language, self.text)) },
            hint: None,
            error,
            choices: vec![
                Choice { value: "yes", label: html! { (words::yes(language)) } },
                Choice { value: "no", label: html! { (words::no(language)) } },
            ],
            chosen,
            is_row: true,
        };
        self.card(language, None, &group.markup(language))
    }

    /// The card of what needs no yes, among questions; `basis` says why.
    pub fn shown(&self, language: Language, basis: &Markup) -> Markup {
        let id = format!("purpose-{}", self.purpose);
        html! {
            section class="card consent-card" id=(id) aria-labelledby={ (id) "-title" } {
                div class="heading" {
                    h3 id={ (id) "-title" } { (self.said(language, self.title)) }
                    (basis)
                }
                (self.particulars(language))
            }
        }
    }

    /// The card with what stands now and what can be done about it.
    pub fn standing(&self, language: Language, state: &Markup, actions: &Markup) -> Markup {
        let content = html! {
            p class="asked" { (self.said(language, self.text)) }
            (actions)
        };
        self.card(language, Some(state), &content)
    }

    /// Yes and no as buttons of one form; both of the same weight.
    pub fn buttons(language: Language) -> Markup {
        html! {
            div class="answers row" {
                button class=(Weight::Plain.class()) name="answer" value="yes" { (words::yes(language)) }
                button class=(Weight::Plain.class()) name="answer" value="no" { (words::no(language)) }
            }
        }
    }

    fn card(&self, language: Language, state: Option<&Markup>, content: &Markup) -> Markup {
        let id = format!("purpose-{}", self.purpose);
        html! {
            section class="card consent-card" id=(id) aria-labelledby={ (id) "-title" } {
                div class="heading" {
                    // A question stands below a heading of its own, a standing consent right below the page's.
                    @match state {
                        None => h3 id={ (id) "-title" } { (self.said(language, self.title)) },
                        Some(state) => { h2 id={ (id) "-title" } { (self.said(language, self.title)) } (state) }
                    }
                }
                (content)
                (self.particulars(language))
            }
        }
    }

    fn particulars(&self, language: Language) -> Markup {
        let is_consent = matches!(self.basis, Basis::Consent { .. });
        html! {
            dl class="pairs" {
                div { dt { (words::consent_data(language)) } dd { (self.said(language, &self.data.join(", "))) } }
                div {
                    dt { (words::consent_recipients(language)) }
                    dd {
                        @if self.recipients.is_empty() { (words::nobody_else(language)) }
                        @else {
                            ul class="plain" { @for recipient in &self.recipients { li { (self.recipient(language, recipient)) } } }
                        }
                    }
                }
                @if !self.keeps.is_empty() || is_consent {
                    div {
                        dt { (words::consent_keep(language)) }
                        dd {
                            @for (at, keep) in self.keeps.iter().enumerate() { @if at > 0 { "; " } (keep) }
                            @if self.keeps.is_empty() { (words::consent_until_withdrawn(language)) }
                        }
                    }
                }
            }
            @if let Some(entails) = self.entails(language) { p class="quiet" { (entails) } }
        }
    }

    fn recipient(&self, language: Language, recipient: &ConsentRecipient<'_>) -> Markup {
        html! {
            (self.said(language, recipient.title)) " – " (recipient.role)
            @if let Some(url) = recipient.policy_url.filter(|url| url.starts_with("https://")) {
                " (" a href=(url) rel="noopener noreferrer" { (words::its_policy(language)) } ")"
            }
        }
    }

    /// What a yes to this entails.
    fn entails(&self, language: Language) -> Option<String> {
        let Basis::Consent { double_opt_in, explicit, lasts } = self.basis else { return None };
        let parts = [
            explicit.then(|| words::consent_explicit(language).to_owned()),
            double_opt_in.then(|| words::consent_double(language).to_owned()),
            lasts.map(|lasts| words::consent_lasts(language, &language.span(lasts))),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    fn said(&self, language: Language, text: &str) -> Markup {
        said(language, self.policy_language, text)
    }
}
