//! "In short": the handful of answers that most readers come for, each linked to its section.

use candor_manifest::model::{Country, Manifest, RightKind};
use maud::{Markup, html};

use crate::{facts, wording};

pub(super) fn summary(manifest: &Manifest) -> Markup {
    html! {
        section class="summary" aria-labelledby="in-short" {
            h2 id="in-short" { "In short" }
            dl {
                (answer("collected", "What is collected", &collected(manifest)))
                (answer("choices", "What waits for your yes", &by_consent(manifest)))
                (answer("recipients", "Who else gets it", &recipients(manifest)))
                (answer("transfers", "Where it goes", &countries(manifest)))
                (answer("retention", "How long", "Each item has its own end, after which it is erased or made anonymous."))
                (answer("rights", "What you can do", &rights(manifest)))
            }
        }
    }
}

fn answer(section: &str, question: &str, answer: &str) -> Markup {
    html! {
        div {
            dt { a href={ "#" (section) } { (question) } }
            dd { (answer) }
        }
    }
}

fn collected(manifest: &Manifest) -> String {
    let n_optional = manifest.fields.iter().filter(|field| field.optional).count();
    let items = wording::count(manifest.fields.len(), "item", "items");
    let purposes = wording::count(manifest.purposes.len(), "stated purpose", "stated purposes");
    format!("{}, each for one or more of {purposes}. {n_optional} of them optional.", wording::capitalised(&items))
}

fn by_consent(manifest: &Manifest) -> String {
    let asked: Vec<_> = manifest.purposes.iter().filter(|purpose| facts::asks_first(purpose)).collect();
    if asked.is_empty() {
        return "Nothing here rests on consent.".to_owned();
    }
    let n = wording::capitalised(&wording::count(asked.len(), "purpose", "purposes"));
    let verb = if asked.len() == 1 { "stays" } else { "stay" };
    format!("{n} {verb} off until you agree. You can change your mind at any time.")
}

fn recipients(manifest: &Manifest) -> String {
    let n = wording::capitalised(&wording::count(manifest.recipients.len(), "recipient", "recipients"));
    let sale = if manifest.sells_data { "Data is sold, unless you refuse." } else { "Your data is not sold." };
    format!("{n}, each named with the items it gets. {sale}")
}

fn countries(manifest: &Manifest) -> String {
    let home = wording::country(manifest.controller.country);
    let abroad = manifest.recipients.iter().filter(|recipient| recipient.is_transfer);
    let mut names: Vec<_> = abroad.map(|recipient| recipient.country).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return format!("We are in {home}, and so is everybody who receives it.");
    }
    let n_worldwide = names.iter().filter(|country| **country == Country::WORLD).count();
    names.retain(|country| *country != Country::WORLD);
    let mut places: Vec<_> = names.into_iter().map(wording::country).collect();
    if n_worldwide > 0 {
        places.push("wherever a few of the recipients are".to_owned());
    }
    format!("We are in {home}. Some of it goes to {}.", wording::list(&places))
}

fn rights(manifest: &Manifest) -> String {
    const MAIN: [(RightKind, &str); 3] = [
        (RightKind::Access, "get a copy"),
        (RightKind::Rectification, "have mistakes corrected"),
        (RightKind::Erasure, "have it erased"),
    ];
    let parts = MAIN.into_iter().filter_map(|(kind, what)| {
        let right = manifest.rights.iter().find(|right| right.kind == kind)?;
        Some(format!("{what} (within {})", right.within))
    });
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() {
        return "Write to us; the contact is below.".to_owned();
    }
    format!("{}, and more.", wording::capitalised(&parts.join(", ")))
}
