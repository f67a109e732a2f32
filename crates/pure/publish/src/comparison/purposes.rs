//! Why fields are used: basis, text, fields inside, fields given out, channels.

use candor_manifest::model::{Basis, Channel, Manifest, OptOut, Purpose, SpecialBasis};

use super::named::{Pair, beyond, names, pairs, written};
use super::{Change, Class, Sides};
use crate::{facts, wording};

mod shares;

pub(super) fn compare(sides: Sides<'_>, changes: &mut Vec<Change>) {
    for pair in pairs(&sides.old.purposes, &sides.new.purposes, |purpose| purpose.name.as_str()) {
        match pair {
            Pair::Came(purpose) => changes.push(added(sides.new, purpose)),
            Pair::Gone(purpose) => {
                let sentence = format!("the purpose {} is gone", purpose.name);
                changes.push(Change::new("purpose.removed", Class::Narrows, sentence).of_purpose(&purpose.name));
            }
            Pair::Stayed(before, after) => purpose(sides, Versions { before, after }, changes),
        }
    }
}

/// One purpose in both versions.
#[derive(Clone, Copy)]
struct Versions<'a> {
    before: &'a Purpose,
    after: &'a Purpose,
}

impl Versions<'_> {
    /// The class of what a purpose does more: a yes given before does not cover it.
    fn more(self) -> Class {
        if facts::asks_first(self.after) { Class::Consent } else { Class::Notice }
    }

    fn toward(self, is_more: bool) -> Class {
        if is_more { self.more() } else { Class::Narrows }
    }

    fn change(self, code: &'static str, class: Class, sentence: String) -> Change {
        Change::new(code, class, sentence).of_purpose(&self.after.name)
    }
}

/// A new purpose on consent is off until somebody says yes to it: it needs notice like any other.
fn added(manifest: &Manifest, purpose: &Purpose) -> Change {
    let all: Vec<&str> = names(manifest, &facts::fields_of(purpose)).into_iter().collect();
    let mut with: Vec<String> = Vec::new();
    for share in &purpose.shares {
        if let Some(recipient) = facts::recipient(manifest, share.with).filter(|known| !with.contains(&known.name)) {
            with.push(recipient.name.clone());
        }
    }
    let mut sentence = format!("the purpose {} (“{}”) is new: on {}", purpose.name, purpose.title, basis(purpose));
    sentence += &format!(", with {}", written(manifest, &all));
    if !with.is_empty() {
        sentence += &format!(", some of it for {}", wording::list(&with));
    }
    Change::new("purpose.added", Class::Notice, sentence).of_purpose(&purpose.name).of_fields(&all)
}

fn basis(purpose: &Purpose) -> String {
    wording::basis(&purpose.basis).to_lowercase()
}

fn purpose(sides: Sides<'_>, versions: Versions<'_>, changes: &mut Vec<Change>) {
    changes.extend(basis_of(versions));
    texts(versions, changes);
    uses(sides, versions, changes);
    shares::compare(sides, versions, changes);
    bounds(versions, changes);
    messages(versions, changes);
}

fn basis_of(versions: Versions<'_>) -> Option<Change> {
    let Versions { before, after } = versions;
    let name = &after.name;
    match (&before.basis, &after.basis) {
        (was, is) if was == is => None,
        (Basis::Consent { .. }, Basis::Consent { .. }) => Some(consent(versions)),
        (was, is) if std::mem::discriminant(was) == std::mem::discriminant(is) => {
            let sentence = format!("what the {} of {name} rests on is stated anew", basis(after));
            Some(versions.change("basis.restated", Class::Notice, sentence))
        }
        _ => {
            let sentence = format!("the basis of {name} changed from {} to {}", basis(before), basis(after));
            Some(versions.change("basis.changed", versions.more(), sentence))
        }
    }
}

/// The terms of a consent: stricter ones that cover what was given narrow, all others ask again.
fn consent(versions: Versions<'_>) -> Change {
    let terms = |purpose: &Purpose| match purpose.basis {
        Basis::Consent { double_opt_in, explicit, lasts } => (double_opt_in, explicit, lasts),
        _ => (false, false, None),
    };
    let ((was_twice, was_explicit, lasted), (twice, explicit, lasts)) = (terms(versions.before), terms(versions.after));
    let length = |lasts: Option<_>| lasts.map_or(u64::MAX, super::named::length);
    let is_more = length(lasts) > length(lasted) || (explicit && !was_explicit) || (was_twice && !twice);
    let is_less = length(lasts) < length(lasted) || (twice && !was_twice);
    let class = match (is_more, is_less) {
        (true, _) => Class::Consent,
        (false, true) => Class::Narrows,
        // Explicit before and no longer so, or one length written in two ways.
        (false, false) => Class::Neutral,
    };
    let mut said = vec![if explicit { "explicit" } else { "given by a plain yes" }.to_owned()];
    said.push(if twice { "confirmed a second time" } else { "not confirmed a second time" }.to_owned());
    said.push(lasts.map_or_else(|| "without end".to_owned(), |lasts| format!("lasting {lasts}")));
    let sentence = format!("consent to {} is now {}", versions.after.name, wording::list(&said));
    versions.change("consent.terms", class, sentence)
}

fn texts(versions: Versions<'_>, changes: &mut Vec<Change>) {
    let Versions { before, after } = versions;
    let name = &after.name;
    let is_asked = facts::asks_first(before) && facts::asks_first(after);
    let text = |purpose: &Purpose| purpose.notice.clone().unwrap_or_else(|| purpose.title.clone());
    if is_asked && text(before) != text(after) {
        let sentence = format!("the text that people agree to for {name} is now “{}”", text(after));
        changes.push(versions.change("consent.text", Class::Consent, sentence));
    } else if before.notice != after.notice {
        let sentence = match &after.notice {
            Some(text) => format!("the text that people are shown for {name} is now “{text}”"),
            None => format!("people are shown the title of {name} instead of a text"),
        };
        changes.push(versions.change("purpose.notice", Class::Neutral, sentence));
    }
    if before.title != after.title {
        let sentence = format!("{name} is called “{}” instead of “{}”", after.title, before.title);
        changes.push(versions.change("purpose.retitled", Class::Neutral, sentence));
    }
    if before.term != after.term {
        let sentence = format!("{name} is now {} instead of {}", after.term, before.term);
        changes.push(versions.change("purpose.term", versions.more(), sentence));
    }
    if before.special != after.special {
        let said = |special: Option<SpecialBasis>| special.map_or("no condition", wording::special_basis);
        let (is, was) = (said(after.special), said(before.special));
        let sentence = format!("special categories in {name} now rest on {is} instead of {was}");
        changes.push(versions.change("purpose.special", versions.more(), sentence));
    }
}

fn uses(sides: Sides<'_>, versions: Versions<'_>, changes: &mut Vec<Change>) {
    let (was, is) = (names(sides.old, &versions.before.uses), names(sides.new, &versions.after.uses));
    let (come, gone) = (beyond(&is, &was), beyond(&was, &is));
    let name = &versions.after.name;
    if !come.is_empty() {
        let sentence = format!("{name} may now use {}", written(sides.new, &come));
        changes.push(versions.change("use.added", versions.more(), sentence).of_fields(&come));
    }
    if !gone.is_empty() {
        let sentence = format!("{name} may no longer use {}", written(sides.old, &gone));
        changes.push(versions.change("use.removed", Class::Narrows, sentence).of_fields(&gone));
    }
}

fn bounds(versions: Versions<'_>, changes: &mut Vec<Change>) {
    let Versions { before, after } = versions;
    let name = &after.name;
    // Groups of one are single people.
    let least = |purpose: &Purpose| purpose.de_identified.map_or(1, |view| view.group_min);
    if before.de_identified != after.de_identified {
        let sentence = match after.de_identified {
            Some(view) => format!("{name} sees only groups of at least {} people", view.group_min),
            None => format!("{name} is no longer de-identified"),
        };
        let class = versions.toward(least(after) < least(before));
        changes.push(versions.change("view.changed", class, sentence));
    }
    if before.survives_restriction != after.survives_restriction {
        let verb = if after.survives_restriction { "now goes on" } else { "no longer goes on" };
        let sentence = format!("{name} {verb} while other use is restricted");
        changes.push(versions.change("restriction.changed", versions.toward(after.survives_restriction), sentence));
    }
}

fn messages(versions: Versions<'_>, changes: &mut Vec<Change>) {
    let Versions { before, after } = versions;
    let name = &after.name;
    let only_in = |these: &[Channel], those: &[Channel]| -> Vec<Channel> {
        these.iter().copied().filter(|channel| !those.contains(channel)).collect()
    };
    let (come, gone) = (only_in(&after.channels, &before.channels), only_in(&before.channels, &after.channels));
    if !come.is_empty() {
        let sentence = format!("{name} may now reach people by {}", wording::channels(&come));
        changes.push(versions.change("channel.added", versions.more(), sentence));
    }
    if !gone.is_empty() {
        let sentence = format!("{name} no longer reaches people by {}", wording::channels(&gone));
        changes.push(versions.change("channel.removed", Class::Narrows, sentence));
    }
    let change = match (&before.opt_out, &after.opt_out) {
        (OptOut::Offered, OptOut::Fixed(_)) => {
            let sentence = format!("people can no longer opt out of the messages of {name}");
            versions.change("opt_out.withdrawn", versions.more(), sentence)
        }
        (OptOut::Fixed(_), OptOut::Offered) => {
            let sentence = format!("people can opt out of the messages of {name}");
            versions.change("opt_out.offered", Class::Narrows, sentence)
        }
        (OptOut::Fixed(was), OptOut::Fixed(is)) if was != is => {
            let sentence = format!("why the messages of {name} cannot be declined is worded anew");
            versions.change("opt_out.reworded", Class::Neutral, sentence)
        }
        // A purpose that begins or ends to send anything is told by its channels.
        _ => return,
    };
    changes.push(change);
}
