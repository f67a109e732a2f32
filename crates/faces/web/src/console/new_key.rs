//! `/{tenant}/console/keys/new`: an API key is issued. Its secret stands on the answer, once.

use axum::http::StatusCode;
use axum::response::Response;
use candor_vault::{IssuedKey, NewKey, Scope, StaffReason, VaultError};
use candor_words::{Instant, Span, SpanUnit};
use maud::{Markup, html};

use super::desk::{Filled, Seated, Wrong};
use super::keys::scope_said;
use super::shown_once::shown_once;
use crate::door::OwnForm;
use crate::kit::{BoxGroup, Choice, ChoiceGroup, Desk, Input, InputKind, Weight, button, form, pairs};
use crate::language::said;
use crate::words::console as words;
use crate::words::console::keys as own;

const HERE: &str = "console/keys/new";
const LABEL_BYTES_MAX: u32 = 100;
/// How long a key is good, by the answer's name; `None` for no end.
const LIFETIMES: [(&str, Option<u32>); 4] = [("30", Some(30)), ("90", Some(90)), ("365", Some(365)), ("open", None)];

pub(super) async fn page(seated: Seated) -> Response {
    show(seated, &Filled::default(), &Wrong::default()).await
}

pub(super) async fn issue(posted: OwnForm) -> Response {
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let filled = Filled::of(&posted, &[]);
    let new = match read(&seated, &filled) {
        Ok(new) => new,
        Err(wrong) => return show(seated, &filled, &wrong).await,
    };
    let language = seated.language();
    let label = new.label.clone();
    match issued(&seated, new).await {
        Ok(issued) => {
            let beside = pairs(&[(html! { (words::id(language)) }, html! { code { (issued.id) } })]);
            let title = own::issued(language, &label);
            shown_once(seated, Desk::Keys, &title, (&beside, &issued.secret), "console/keys")
        }
        Err(error) => match fault(&seated, &error) {
            Some(wrong) => show(seated, &filled, &wrong).await,
            None => seated.answer(&error, HERE),
        },
    }
}

async fn issued(seated: &Seated, new: NewKey) -> Result<IssuedKey, VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let caller = seated.caller(StaffReason::Maintenance).await?;
    seated.at.identity.vault().issue_key(&caller, new).await
}

/// Where what the vault refuses stands in the form.
fn fault(seated: &Seated, error: &VaultError) -> Option<Wrong> {
    let language = seated.language();
    Some(match error.code() {
        "key.label_length" => Wrong::one("label", own::label_missing(language)),
        "key.scopes_empty" => Wrong::one("scope", own::scopes_missing(language)),
        "key.purposes_unsaid" => Wrong::one("purpose", own::purposes_missing(language)),
        _ => return None,
    })
}

fn read(seated: &Seated, filled: &Filled) -> Result<NewKey, Wrong> {
    let language = seated.language();
    let asked = filled.get("lifetime");
    let Some((_, days)) = LIFETIMES.into_iter().find(|(name, _)| *name == asked) else {
        return Err(Wrong::one("lifetime", own::lifetime_missing(language)));
    };
    let named = |name: &&str| Scope::ALL.into_iter().find(|scope| scope.name() == *name);
    let recipient = filled.get("recipient");
    Ok(NewKey {
        label: filled.get("label").trim().to_owned(),
        scopes: filled.ticked("scope").iter().filter_map(named).collect(),
        recipient: (!recipient.is_empty()).then(|| recipient.to_owned()),
        purposes: Some(filled.ticked("purpose").into_iter().map(str::to_owned).collect()),
        expires_at: days.map(|days| ends_at(seated.at.identity.now(), days)),
    })
}

fn ends_at(now: Instant, days: u32) -> Instant {
    now.plus(Span::new(days, SpanUnit::Day))
}

async fn show(seated: Seated, filled: &Filled, wrong: &Wrong) -> Response {
    let language = seated.language();
    match content(&seated, filled, wrong).await {
        Ok(content) => {
            let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            seated.page_with(status, Desk::Keys, own::issue(language), &content)
        }
        Err(error) => seated.answer(&error, HERE),
    }
}

async fn content(seated: &Seated, filled: &Filled, wrong: &Wrong) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    let language = seated.language();
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let manifest = plan.manifest();
    let title = |title: &str| said(language, &seated.at.policy_language, title);
    let scopes = BoxGroup {
        name: "scope",
        legend: html! { (own::scopes(language)) },
        hint: None,
        error: wrong.of("scope"),
        // Nobody at the console makes a key that approves disclosures: they would be two people then.
        choices: Scope::ALL
            .into_iter()
            .filter(|scope| *scope != Scope::Approve)
            .map(|scope| Choice { value: scope.name(), label: html! { (scope_said(language, scope)) } })
            .collect(),
        ticked: filled.ticked("scope"),
    };
    let purposes = BoxGroup {
        name: "purpose",
        legend: html! { (own::purposes(language)) },
        hint: Some(html! { (own::purposes_hint(language)) }),
        error: wrong.of("purpose"),
        choices: manifest
            .purposes
            .iter()
            .map(|purpose| Choice { value: &purpose.name, label: title(&purpose.title) })
            .collect(),
        ticked: filled.ticked("purpose"),
    };
    let own_use = Choice { value: "", label: html! { (own::recipient_none(language)) } };
    let of_recipients =
        manifest.recipients.iter().map(|recipient| Choice { value: &recipient.name, label: title(&recipient.title) });
    let recipients = ChoiceGroup {
        name: "recipient",
        legend: html! { (own::recipient(language)) },
        hint: None,
        error: None,
        choices: std::iter::once(own_use).chain(of_recipients).collect(),
        chosen: Some(filled.get("recipient")),
        is_row: false,
    };
    let days = |name: &str| match name {
        "30" => own::days_30(language),
        "90" => own::days_90(language),
        "365" => own::days_365(language),
        _ => own::no_end(language),
    };
    let lifetimes = ChoiceGroup {
        name: "lifetime",
        legend: html! { (own::lifetime(language)) },
        hint: None,
        error: wrong.of("lifetime"),
        choices: LIFETIMES.iter().map(|(name, _)| Choice { value: name, label: html! { (days(name)) } }).collect(),
        chosen: Some(filled.get("lifetime")),
        is_row: false,
    };
    let fields = html! {
        (Input::new("label", html! { (own::label(language)) }, InputKind::Text).value(filled.get("label"))
            .hint(html! { (own::label_hint(language)) }).error(wrong.of("label")).characters_max(LABEL_BYTES_MAX)
            .autocomplete("off").markup(language))
        (scopes.markup(language))
        (purposes.markup(language))
        @if !manifest.recipients.is_empty() { (recipients.markup(language)) }
        (lifetimes.markup(language))
        div class="buttons" { (button(Weight::Main, own::issue(language))) }
    };
    Ok(html! {
        (wrong.summary(language))
        p class="lead" { (own::issue_lead(language)) }
        (form(&seated.at.form_token, &seated.at.path(HERE), &fields))
    })
}
