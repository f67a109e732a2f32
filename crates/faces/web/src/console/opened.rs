//! What an answer opened: each value under its field's title, for the page that asked and no other.

use candor_manifest::Manifest;
use candor_vault::Answer;
use maud::{Markup, html};

use super::desk::Seated;
use crate::language::said;

/// The values of every record, in the order of the answer.
pub(super) fn values(seated: &Seated, manifest: &Manifest, answer: &Answer) -> Vec<(Markup, Markup)> {
    let of_record = answer.records.iter().flat_map(|record| {
        record.values.iter().map(|(name, opened)| {
            let text = opened.value.as_str().map_or_else(|| opened.value.to_string(), str::to_owned);
            (title(seated, manifest, &format!("{}.{name}", record.group)), html! { (text) })
        })
    });
    of_record.collect()
}

/// The title of a field, as the policy says it; its name, when the policy in force declares it no more.
pub(super) fn title(seated: &Seated, manifest: &Manifest, name: &str) -> Markup {
    let field = manifest.field(name).and_then(|ix| manifest.fields.get(ix.at()));
    html! { @match field {
        Some(field) => (said(seated.language(), &seated.at.policy_language, &field.title)),
        None => (name),
    } }
}
