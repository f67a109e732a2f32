//! `/{tenant}/account/data`: every value that is held, from where, for which purposes, on what basis, until when.

use axum::response::Response;
use candor_manifest::model::{Field, FieldIx, KeepAction, RightKind, ValueKind};
use candor_publish::facts;
use candor_vault::{HeldRecord, OpenedValue, RequestView, ValueEnd, VaultError, WithheldField, source_of};
use candor_words::RecordId;
use maud::{Markup, html};
use serde_json::Value;

use super::signed::Signed;
use super::{decides, dispute};
use crate::kit::{Place, Weight, basis_badge, button_link, empty, paging, table};
use crate::language::{Written as _, day};
use crate::words::{account as words, policy};

/// More purposes than these are folded away.
const PURPOSES_OPEN: usize = 3;

pub(super) async fn page(signed: Signed) -> Response {
    let outcome = held(&signed).await;
    signed.answer(outcome)
}

async fn held(signed: &Signed) -> Result<Response, VaultError> {
    if decides::waits(signed, RightKind::Access).await? {
        return decided(signed).await;
    }
    let language = signed.language();
    let after = signed.asked("after").split_once('~').and_then(|(group, record)| {
        let record: RecordId = record.parse().ok()?;
        (group.len() <= 128).then(|| (group.to_owned(), record))
    });
    let is_first = after.is_none();
    let page = signed.vault().held(&signed.person, signed.subject(), after).await?;
    let older = page.next.as_ref().map(|(group, record)| signed.href(&format!("/data?after={group}~{record}")));
    let newest = (!is_first).then(|| signed.href("/data"));
    let disputes = dispute::standing(signed).await?;
    let content = html! {
        @if page.rows.is_empty() { (empty(words::held_nothing(language), None)) }
        @for (at, held) in page.rows.iter().enumerate() {
            (record(signed, held, number_in_group(&page.rows, at), &disputes))
        }
        (paging(language, newest.as_deref(), older.as_deref()))
    };
    Ok(signed.page(Place::Held, words::held_lead(language), &content))
}

/// The page where the organisation has yet to decide whether the person sees the values.
pub(super) async fn decided(signed: &Signed) -> Result<Response, VaultError> {
    let content = decides::in_place_of_data(signed).await?;
    Ok(signed.page(Place::Held, crate::words::decides::lead(signed.language()), &content))
}

/// Which record of its kind it is on the page; `None` for the only one.
fn number_in_group(rows: &[HeldRecord], at: usize) -> Option<usize> {
    let group = &rows.get(at)?.record.group;
    let same = |held: &&HeldRecord| held.record.group == *group;
    let n_same = rows.iter().filter(same).count();
    (n_same > 1).then(|| rows.iter().take(at + 1).filter(same).count())
}

fn record(signed: &Signed, held: &HeldRecord, number: Option<usize>, disputes: &[RequestView]) -> Markup {
    let language = signed.language();
    let group = &held.record.group;
    let title = signed.manifest().groups.iter().find(|known| known.name == *group).map_or(group, |group| &group.title);
    let columns = [
        words::column_what(language),
        words::column_value(language),
        words::column_from(language),
        words::column_used(language),
        words::column_until(language),
    ];
    let rows: Vec<Vec<Markup>> = rows(signed, held, disputes);
    let href = signed.href(&format!("/data/{group}/{}", held.record.record));
    let caption = html! {
        (signed.said(title))
        @if let Some(number) = number { " " span class="quiet" { (words::nth(language, number)) } }
    };
    html! {
        div class="held" { (table(&caption, &columns, &rows)) }
        p class="buttons" {
            (button_link(Weight::Quiet, &href, words::change_or_history(language)))
            (dispute::link_of(signed, group, held.record.record, Weight::Quiet))
        }
    }
}

/// One row a value, in the policy's order; then what the policy no longer declares.
fn rows(signed: &Signed, held: &HeldRecord, disputes: &[RequestView]) -> Vec<Vec<Markup>> {
    let of_group = |field: &&Field| field.name.split_once('.').is_some_and(|(group, _)| group == held.record.group);
    let declared = signed.manifest().fields.iter().filter(of_group);
    let mut rows: Vec<Vec<Markup>> = declared.filter_map(|field| row(signed, held, field, disputes)).collect();
    let unknown = held.record.withheld.iter().filter(|withheld| signed.field(&withheld.field).is_none());
    rows.extend(unknown.map(|withheld| {
        let blank = html! { "–" };
        let what = html! { code { (withheld.field) } };
        vec![what, why_withheld(signed, withheld), blank.clone(), blank.clone(), blank]
    }));
    rows
}

fn row(signed: &Signed, held: &HeldRecord, field: &Field, disputes: &[RequestView]) -> Option<Vec<Markup>> {
    let language = signed.language();
    let name = field.name.split_once('.').map_or("", |(_, short)| short);
    let value = held.record.values.get(name);
    let withheld = held.record.withheld.iter().find(|withheld| withheld.field == field.name);
    let shown = match (value, withheld) {
        (Some(value), _) => shown(signed, field, value),
        (None, Some(withheld)) => why_withheld(signed, withheld),
        (None, None) => return None,
    };
    let from = value.map(|value| {
        html! {
            @if let Some(source) = source_of(&value.source) { (policy::source(language, &source)) }
            p class="quiet" { (words::since(language, &language.date(value.written_at))) }
        }
    });
    let ix = signed.manifest().field(&field.name)?;
    Some(vec![
        signed.said(&field.title),
        html! { (shown) (dispute::mark(signed, disputes, (&held.record.group, held.record.record), &field.name)) },
        from.unwrap_or_else(|| html! { "–" }),
        purposes(signed, ix),
        until(signed, ix, held.ends.get(name)),
    ])
}

/// A value as people read it.
pub(super) fn shown(signed: &Signed, field: &Field, value: &OpenedValue) -> Markup {
    let language = signed.language();
    match &value.value {
        Value::Bool(true) => html! { (words::value_yes(language)) },
        Value::Bool(false) => html! { (words::value_no(language)) },
        Value::Array(items) => html! {
            ul class="plain" { @for item in items { li { (item.as_str().unwrap_or_default()) } } }
        },
        Value::String(text) if matches!(field.kind, ValueKind::Time) => match text.parse() {
            Ok(at) => crate::language::minute(language, at),
            Err(_) => html! { (text) },
        },
        Value::String(text) => html! { span class="value" { (text) } },
        other => html! { (other.to_string()) },
    }
}

pub(super) fn why_withheld(signed: &Signed, withheld: &WithheldField) -> Markup {
    let language = signed.language();
    let text = match withheld.code {
        "field.hashed" => words::withheld_hash(language).to_owned(),
        "others.information" => words::withheld_others(language).to_owned(),
        "value.sealed" => words::withheld_sealed(language).to_owned(),
        "field.undeclared" => words::withheld_undeclared(language).to_owned(),
        code => words::withheld_other(language, code),
    };
    html! { span class="quiet" { (text) } }
}

/// The purposes with their bases; folded away when they are many.
fn purposes(signed: &Signed, ix: FieldIx) -> Markup {
    let language = signed.language();
    let purposes: Vec<_> = facts::purposes_of(signed.manifest(), ix).collect();
    let list = html! {
        ul class="plain uses" {
            @for purpose in &purposes {
                li {
                    a href=(signed.policy_href(&format!("#purpose-{}", purpose.name))) { (signed.said(&purpose.title)) }
                    " " (basis_badge(language, &purpose.basis))
                }
            }
        }
    };
    html! {
        @match purposes.len() {
            0 => span class="quiet" { (words::no_purpose(language)) },
            1..=PURPOSES_OPEN => (list),
            n => details { summary { (words::purposes(language, n as u64)) } (list) },
        }
    }
}

/// When the value ends by the clocks that run now; else by which rule it will.
fn until(signed: &Signed, ix: FieldIx, end: Option<&ValueEnd>) -> Markup {
    let language = signed.language();
    if let Some(end) = end {
        let then = match end.action {
            KeepAction::Erase => words::then_erased(language),
            KeepAction::Anonymise => words::then_anonymous(language),
            KeepAction::Quarantine => words::then_sealed(language),
        };
        return html! { (day(language, end.ends_at)) ", " (then) };
    }
    let rules: Vec<String> = facts::keeps_of(signed.manifest(), ix).map(|keep| policy::keep(language, keep)).collect();
    html! {
        @if rules.is_empty() { span class="quiet" { (words::no_rule(language)) } }
        @for rule in &rules { p { (rule) } }
    }
}
