//! `/{tenant}/account/data/{group}/{record}`: one record, to be corrected, with its past.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::Response;
use candor_manifest::Manifest;
use candor_manifest::model::{Field, RightKind, Source, ValueKind};
use candor_vault::{
    ExportedRecord, HeldRecord, NewRecord, NewRequest, RequestView, VaultError, is_proved_elsewhere, source_name,
};
use candor_words::RecordId;
use maud::{Markup, html};
use serde_json::Value;

use super::held::{decided, shown, why_withheld};
use super::signed::{Signed, SignedForm, with_status};
use super::{decides, dispute};
use crate::Posted;
use crate::Written as _;
use crate::kit::{
    CheckBox, Input, InputKind, Place, Step, Weight, badge, button, button_link, card, error_summary, form, heading,
    pairs, timeline,
};
use crate::sign_up::{FieldFault, FieldFaultKind, autocomplete_of, kind_of, value_of};
use crate::words::{account as words, dispute as dispute_words, kit};

/// What is not given by typing it: pictures, and what belongs to signing in.
const NOT_TYPED: [&str; 3] = ["Picture", "Authenticating", "SecretText"];

/// Tenant, group and record, as the address writes them.
type Names = Path<(String, String, String)>;

pub(super) async fn page(signed: Signed, Path((_, group, record)): Names) -> Response {
    let Ok(record) = record.parse() else { return crate::not_found().await };
    let outcome = match decides::waits(&signed, RightKind::Access).await {
        Ok(true) => decided(&signed).await,
        Ok(false) => shown_record(&signed, &group, record, &Posted::none(), &[]).await,
        Err(error) => Err(error),
    };
    signed.answer(outcome)
}

/// Corrects what is different from what stands there.
pub(super) async fn change(Path((_, group, record)): Names, SignedForm(signed, posted): SignedForm) -> Response {
    let Ok(record) = record.parse() else { return crate::not_found().await };
    let outcome = changed(&signed, &group, record, &posted).await;
    signed.answer(outcome)
}

async fn changed(signed: &Signed, group: &str, record: RecordId, posted: &Posted) -> Result<Response, VaultError> {
    let (vault, caller, subject) = (signed.vault(), &signed.person, signed.subject());
    if posted.get("ask") == "correction" {
        let right = RightKind::Rectification;
        vault.open_request(caller, subject, NewRequest { right, country: None, received_at: None }).await?;
        return Ok(signed.done("/rights", "request"));
    }
    let (held, _) = vault.held_record(caller, subject, group, record).await?;
    let (mut values, mut faults) = (BTreeMap::new(), Vec::new());
    for field in signed.manifest().fields.iter().filter(|field| is_editable(signed.manifest(), field, group)) {
        let name = short(field);
        let now = held.record.values.get(name).map(|value| &value.value);
        match typed(field, posted.get(&field.name), now.is_some()) {
            Ok(new) if new.as_ref() != now => drop(values.insert(name.to_owned(), new.unwrap_or(Value::Null))),
            Ok(_) => {}
            Err(kind) => faults.push(FieldFault { field: field.name.clone(), label: field.title.clone(), kind }),
        }
    }
    if !faults.is_empty() {
        let page = shown_record(signed, group, record, posted, &faults).await?;
        return Ok(with_status(axum::http::StatusCode::UNPROCESSABLE_ENTITY, page));
    }
    let here = format!("/data/{group}/{record}");
    if values.is_empty() {
        return Ok(signed.done(&here, "unchanged"));
    }
    let new = NewRecord { group: group.to_owned(), values, source: source_name(&Source::Subject) };
    vault.rectify(caller, subject, record, new, None).await?;
    Ok(signed.done(&here, "saved"))
}

/// What was typed, as the field takes it; `None` when it is left empty.
fn typed(field: &Field, text: &str, was_there: bool) -> Result<Option<Value>, FieldFaultKind> {
    if field.kind == ValueKind::Flag {
        return Ok((was_there || text == "yes").then_some(Value::Bool(text == "yes")));
    }
    let text = text.trim();
    if text.is_empty() {
        return if field.optional || !was_there { Ok(None) } else { Err(FieldFaultKind::Missing) };
    }
    if field.kind == ValueKind::List {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let items: Vec<&str> = lines.collect();
        let n_bytes: usize = items.iter().map(|item| item.len()).sum();
        if n_bytes > field.bytes_max as usize {
            return Err(FieldFaultKind::TooLong(field.bytes_max));
        }
        return Ok(Some(items.into()));
    }
    value_of(field, text).map(Some)
}

/// What a person gives by typing it. The address they sign in with changes elsewhere, where both addresses are told; what finds rows in
/// connected systems somebody looks at first.
fn is_editable(manifest: &Manifest, field: &Field, group: &str) -> bool {
    let is_looked_at = || manifest.field(&field.name).is_some_and(|ix| is_proved_elsewhere(manifest, ix));
    is_of(field, group)
        && field.sources.contains(&Source::Subject)
        && field.derived.is_none()
        && field.held_by.is_none()
        && !field.hashed
        && field.kind != ValueKind::Time
        && !NOT_TYPED.contains(&field.term.as_str())
        && !is_sign_in_address(field)
        && !is_looked_at()
}

fn is_sign_in_address(field: &Field) -> bool {
    field.identifies && field.term.starts_with("EmailAddress")
}

fn is_of(field: &Field, group: &str) -> bool {
    field.name.split_once('.').is_some_and(|(of, _)| of == group)
}

fn short(field: &Field) -> &str {
    field.name.split_once('.').map_or("", |(_, short)| short)
}

async fn shown_record(
    signed: &Signed,
    group: &str,
    record: RecordId,
    posted: &Posted,
    faults: &[FieldFault],
) -> Result<Response, VaultError> {
    let (vault, caller, subject) = (signed.vault(), &signed.person, signed.subject());
    let language = signed.language();
    let (held, older) = vault.held_record(caller, subject, group, record).await?;
    let disputes = dispute::standing(signed).await?;
    let title = signed.manifest().groups.iter().find(|known| known.name == group).map_or(group, |known| &known.title);
    let errors: Vec<_> = faults.iter().map(|fault| (fault.field.clone(), fault.text(language))).collect();
    let content = html! {
        (error_summary(language, &errors))
        (signed.done_banner())
        (heading(title, None))
        (change_form(signed, group, record, &held, posted, faults))
        (others(signed, group, record, &held))
        (not_right(signed, group, record, &disputes))
        (past(signed, &held, &older))
        p { (button_link(Weight::Quiet, &signed.href("/data"), kit::back(language))) }
    };
    let title = if faults.is_empty() { title.to_owned() } else { kit::title_with_error(language, title) };
    Ok(signed.bare_page(Place::Held, &title, &content))
}

fn change_form(
    signed: &Signed,
    group: &str,
    record: RecordId,
    held: &HeldRecord,
    posted: &Posted,
    faults: &[FieldFault],
) -> Markup {
    let language = signed.language();
    let fields: Vec<&Field> =
        signed.manifest().fields.iter().filter(|field| is_editable(signed.manifest(), field, group)).collect();
    if fields.is_empty() {
        return html! {};
    }
    let action = signed.href(&format!("/data/{group}/{record}"));
    let content = html! {
        @for field in &fields { (input(signed, field, held, posted, faults)) }
        div class="buttons" { (button(Weight::Main, words::record_save(language))) }
    };
    let content = html! {
        p { (words::record_change_lead(language)) }
        (form(signed.token(), &action, &content))
    };
    card("change", &html! { (words::record_change(language)) }, &content)
}

fn input(signed: &Signed, field: &Field, held: &HeldRecord, posted: &Posted, faults: &[FieldFault]) -> Markup {
    let language = signed.language();
    let now = held.record.values.get(short(field)).map(|value| text_of(&value.value)).unwrap_or_default();
    let typed = if faults.is_empty() { now.as_str() } else { posted.get(&field.name) };
    let error = faults.iter().find(|fault| fault.field == field.name).map(|fault| fault.text(language));
    let label = signed.said(&field.title);
    if field.kind == ValueKind::Flag {
        return CheckBox { name: &field.name, label, is_ticked: typed == "yes", error: error.as_deref() }
            .markup(language);
    }
    let kind = if field.kind == ValueKind::List { InputKind::Lines } else { kind_of(field) };
    let mut input = Input::new(&field.name, label, kind).value(typed).error(error.as_deref());
    if let Some(token) = autocomplete_of(field) {
        input = input.autocomplete(token);
    }
    if field.kind == ValueKind::List {
        input = input.hint(html! { (words::record_lines_hint(language)) });
    }
    if field.optional {
        input = input.optional();
    }
    input.markup(language)
}

/// A value as it stands in an input.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

/// What stands in the record and cannot be typed in here.
fn others(signed: &Signed, group: &str, record: RecordId, held: &HeldRecord) -> Markup {
    let language = signed.language();
    let fields = signed
        .manifest()
        .fields
        .iter()
        .filter(|field| is_of(field, group) && !is_editable(signed.manifest(), field, group));
    let rows: Vec<(Markup, Markup)> = fields.filter_map(|field| pair(signed, field, &held.record)).collect();
    let has_address = signed.manifest().fields.iter().any(|field| is_of(field, group) && is_sign_in_address(field));
    if rows.is_empty() {
        return html! {};
    }
    let ask = html! {
        input type="hidden" name="ask" value="correction";
        (button(Weight::Plain, words::record_ask(language)))
    };
    let content = html! {
        (pairs(&rows))
        p { (words::record_not_yours(language)) }
        (form(signed.token(), &signed.href(&format!("/data/{group}/{record}")), &ask))
        @if has_address {
            p { (words::record_email(language)) " " a href=(signed.href("/security")) { (kit::security(language)) } }
        }
    };
    card("others", &html! { (words::record_others(language)) }, &content)
}

fn pair(signed: &Signed, field: &Field, record: &ExportedRecord) -> Option<(Markup, Markup)> {
    let withheld = record.withheld.iter().find(|withheld| withheld.field == field.name);
    let value = match (record.values.get(short(field)), withheld) {
        (Some(value), _) => shown(signed, field, value),
        (None, Some(withheld)) => why_withheld(signed, withheld),
        (None, None) => return None,
    };
    Some((signed.said(&field.title), value))
}

/// What of it is disputed, and the way to say that something is not right.
fn not_right(signed: &Signed, group: &str, record: RecordId, disputes: &[RequestView]) -> Markup {
    let language = signed.language();
    let is_here = |one: &&RequestView| {
        let contested = one.contested.as_ref();
        contested.is_some_and(|of| of.group == group && of.record.is_none_or(|own| own == record))
    };
    let content = html! {
        @for one in disputes.iter().filter(is_here) {
            @if let (Some(contested), Some(at)) = (&one.contested, one.disputed_at) {
                p {
                    (dispute::what(signed, contested)) " "
                    a href=(signed.href(&format!("/rights#{}", one.id))) {
                        (badge("consent", &dispute_words::contested_since(language, &language.date(at))))
                    }
                }
            }
        }
        p { (dispute_words::card_lead(language)) }
        p class="buttons" { (dispute::link_of(signed, group, record, Weight::Plain)) }
    };
    card("dispute", &html! { (dispute_words::title(language)) }, &content)
}

/// What stood there before, newest first: of each older state what was different from the one after it.
fn past(signed: &Signed, held: &HeldRecord, older: &[ExportedRecord]) -> Markup {
    let language = signed.language();
    let newer = std::iter::once(&held.record).chain(older);
    let steps: Vec<Step> = older.iter().zip(newer).filter_map(|(old, new)| step(signed, old, new)).collect();
    let content = html! {
        @if steps.is_empty() { p class="quiet" { (words::record_no_past(language)) } }
        @else { (timeline(language, &steps)) }
    };
    card("past", &html! { (words::record_past(language)) }, &content)
}

fn step(signed: &Signed, old: &ExportedRecord, new: &ExportedRecord) -> Option<Step> {
    let language = signed.language();
    let fields = signed.manifest().fields.iter().filter(|field| is_of(field, &old.group));
    let differs = |field: &&Field| {
        let value = |record: &ExportedRecord| record.values.get(short(field)).map(|value| value.value.clone());
        value(old) != value(new)
    };
    let rows: Vec<(Markup, Markup)> = fields
        .filter(differs)
        .map(|field| pair(signed, field, old).unwrap_or_else(|| (signed.said(&field.title), html! { "–" })))
        .collect();
    let at = old.replaced_at?;
    let title = html! { (words::record_until(language, &language.date(at))) };
    (!rows.is_empty()).then(|| Step { at, title, content: Some(pairs(&rows)) })
}
