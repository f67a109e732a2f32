//! `/{tenant}/sign-in/with/{place}`: the question before anybody is asked anything, the way there and the way back.
//!
//! Who does not agree follows a link to the sign-in page: nothing is posted, kept or asked. Who agrees is sent on by a
//! page, not by an answer to the form: browsers hold what a form leads to against this site's own addresses.

use axum::extract::{Path, RawQuery};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use candor_identity::{Agreed, Back, Gate, LocalPath, Step, Token, UpstreamStep};
use candor_vault::VaultError;
use candor_words::Secret;
use maud::{Markup, html};

use super::at::{At, SignedIn, parameter};
use super::confirm::{code_form, over};
use super::own_form::OwnForm;
use super::sign_in::{THEN_FIELD, go_on, posted_then, then_input, then_of, with_then};
use super::sign_up::said;
use crate::kit::{
    Area, CheckBox, Frame, Input, InputKind, Weight, button, button_link, empty, error_summary, form, heading,
    plain_list,
};
use crate::words::door as door_words;
use crate::words::upstream as words;

const USER: &str = "user";
const PASSWORD: &str = "password";
const OLD_ENOUGH: &str = "old_enough";

/// Asks. Nobody else is asked anything by this.
pub(super) async fn gate(at: At, Path((_, place)): Path<(String, String)>, RawQuery(query): RawQuery) -> Response {
    let then = then_of(&at, parameter(query.as_deref(), THEN_FIELD).as_deref());
    match at.identity.gate(&at.tenant, &place).await {
        Ok(gate) => {
            let page = gate_page(&at, &gate, then.as_ref(), "", None);
            at.page(StatusCode::OK, page)
        }
        Err(error) => at.trouble(&error),
    }
}

/// Somebody agreed.
pub(super) async fn agree(Path((_, place)): Path<(String, String)>, own: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = own;
    let then = posted_then(&at, &posted);
    let gate = match at.identity.gate(&at.tenant, &place).await {
        Ok(gate) => gate,
        Err(error) => return at.trouble(&error),
    };
    let is_old_enough = (posted.get(OLD_ENOUGH) == "yes").then_some(true);
    let agreed = Agreed { is_old_enough, then: then.clone() };
    if gate.takes_password {
        let user = posted.get(USER).trim();
        let password = Secret::new(posted.get(PASSWORD).to_owned());
        return company(at, &gate, agreed, user, password).await;
    }
    let went = at.identity.go_to(&at.tenant, &place, agreed, &at.cookie, at.session.as_ref(), &at.visitor).await;
    match went {
        Ok(address) => on_to(at, &gate, &address),
        Err(error) => at.trouble(&error),
    }
}

async fn company(at: At, gate: &Gate, agreed: Agreed, user: &str, password: Secret<String>) -> Response {
    let (then, language) = (agreed.then.clone(), at.language());
    let refuse = |at: At, why: &str| {
        let page = gate_page(&at, gate, then.as_ref(), user, Some(why));
        at.page(StatusCode::UNPROCESSABLE_ENTITY, page)
    };
    if user.is_empty() || password.expose().is_empty() {
        return refuse(at, door_words::both_needed(language));
    }
    let identity = std::sync::Arc::clone(&at.identity);
    let step = identity
        .sign_in_with_company(&at.tenant, &gate.name, (user, password), (agreed, &at.cookie), &at.visitor)
        .await;
    match step {
        Ok(UpstreamStep::Step(Step::Refused)) => refuse(at, door_words::wrong(language)),
        Ok(step) => arrived(at, step).await,
        Err(error) => at.trouble(&error),
    }
}

/// Takes what somebody brought back from a provider.
pub(super) async fn back(at: At, Path((_, place)): Path<(String, String)>, RawQuery(query): RawQuery) -> Response {
    let part = |name| parameter(query.as_deref(), name);
    let answer = candor_identity::UpstreamAnswer {
        state: part("state").unwrap_or_default(),
        code: part("code"),
        error: part("error"),
        issuer: part("iss"),
    };
    let brought = Back { answer, browser: Some(&at.cookie), session: at.session.as_ref() };
    match at.identity.come_back(&at.tenant, &place, brought, &at.visitor).await {
        Ok(step) => arrived(at, step).await,
        Err(error) => at.trouble(&error),
    }
}

/// The page that a letter leads to: a button, so that what opens links by itself uses nothing up.
pub(super) async fn letter(at: At, Path((_, place)): Path<(String, String)>, RawQuery(query): RawQuery) -> Response {
    let code = parameter(query.as_deref(), "code").and_then(|text| Token::parse(&text));
    let waits = match &code {
        Some(code) => at.identity.is_letter_waiting(&at.tenant, code, &at.cookie).await,
        None => Ok(false),
    };
    let gate = at.identity.gate(&at.tenant, &place).await;
    match (waits, code, gate) {
        (Ok(true), Some(code), Ok(gate)) => {
            let language = at.language();
            let (lead, below) = (words::letter_lead(language, &gate.title), format!("sign-in/with/{place}/confirm"));
            let page =
                code_form(&at, &below, words::letter_title(language), &lead, &code, door_words::confirm(language));
            at.page(StatusCode::OK, page)
        }
        (Err(error), ..) | (_, _, Err(error)) => at.trouble(&error),
        _ => at.trouble(&over()),
    }
}

pub(super) async fn open_letter(Path((_, place)): Path<(String, String)>, own: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = own;
    let Some(code) = Token::parse(posted.get("code")) else { return at.trouble(&over()) };
    match at.identity.open_letter(&at.tenant, &place, (&code, &at.cookie), &at.visitor).await {
        Ok(step) => arrived(at, step).await,
        Err(error) => at.trouble(&error),
    }
}

/// The accounts elsewhere that open this one.
pub(super) async fn links(signed_in: SignedIn) -> Response {
    let SignedIn { at, session, .. } = signed_in;
    let (links, ways) = match (at.identity.links(&session).await, at.identity.ways_upstream(&at.tenant).await) {
        (Ok(links), Ok(ways)) => (links, ways),
        (Err(error), _) | (_, Err(error)) => return at.trouble(&error),
    };
    let language = at.language();
    let title = words::links_title(language);
    let rows: Vec<Markup> = links
        .iter()
        .map(|link| {
            let since = link.since.to_string();
            form(&at.form_token, &at.path("account/links"), &html! {
                p { strong { (link.title) } " " (words::since(language, since.split('T').next().unwrap_or_default())) }
                input type="hidden" name="link" value=(link.id);
                (button(Weight::Plain, &words::unlink(language, &link.title)))
            })
        })
        .collect();
    let content = html! {
        (heading(title, Some(&html! { (words::links_lead(language)) })))
        @if rows.is_empty() { (empty(words::no_links(language), None)) } @else { (plain_list(&rows)) }
        (ways_markup(&at, &ways, None))
    };
    let page = Frame { reader: &at.reader, tenant: at.shown(), title, area: Area::Door }.page(&content);
    at.page(StatusCode::OK, page)
}

pub(super) async fn unlink(own: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = own;
    let Some(session) = at.session.clone() else {
        let to = at.path("sign-in");
        return at.go(&to);
    };
    match at.identity.unlink(&session, posted.get("link")).await {
        Ok(()) => {
            let to = at.path("account/links");
            at.go(&to)
        }
        Err(error) => at.trouble(&error),
    }
}

/// The places where people may sign in elsewhere, as links to the question.
pub(super) fn ways_markup(at: &At, ways: &[(String, String)], then: Option<&LocalPath>) -> Markup {
    html! {
        @if !ways.is_empty() {
            ul class="ways" {
                @for (name, title) in ways {
                    li {
                        (button_link(
                            Weight::Plain,
                            &with_then(at.path(&format!("sign-in/with/{name}")), then),
                            &words::with(at.language(), title),
                        ))
                    }
                }
            }
        }
    }
}

/// What is said of an error of signing in elsewhere.
pub(super) fn text(language: crate::Language, error: &VaultError) -> Option<&'static str> {
    Some(match error.code() {
        "upstream.over" => words::over(language),
        "upstream.off" => words::off(language),
        "upstream.age" => words::age(language),
        "upstream.too_often" => door_words::too_often(language),
        "upstream.refused" => words::refused_there(language),
        "upstream.unreachable"
        | "upstream.malformed"
        | "upstream.too_long"
        | "directory.unreachable"
        | "directory.search_refused" => words::unreachable(language),
        "directory.password_expired" | "directory.password_must_change" => words::password_expired(language),
        "directory.account_disabled"
        | "directory.account_expired"
        | "directory.account_locked"
        | "directory.not_now" => words::account_closed(language),
        "link.taken" => words::link_taken(language),
        code if code.starts_with("upstream.") => words::not_verified(language),
        _ => return None,
    })
}

async fn arrived(at: At, step: UpstreamStep) -> Response {
    let language = at.language();
    let say = |at: At, title: &str, text: &str| {
        let page = said(&at, title, text);
        at.page(StatusCode::OK, page)
    };
    match step {
        UpstreamStep::Step(step) => go_on(at, step).await,
        UpstreamStep::Linked { then: Some(then) } => at.go(then.as_str()),
        UpstreamStep::Linked { then: None } => say(at, words::linked_title(language), words::linked(language)),
        UpstreamStep::Written => say(at, words::written_title(language), words::written(language)),
        UpstreamStep::NoAccount => say(at, words::no_account_title(language), words::no_account(language)),
    }
}

/// Sends the browser on to the provider: by itself, or by the link.
fn on_to(at: At, gate: &Gate, address: &str) -> Response {
    let language = at.language();
    let title = words::away_title(language, &gate.title);
    let content = html! {
        (heading(&title, Some(&html! { (words::away_lead(language, &gate.host)) })))
        p { (button_link(Weight::Main, address, &words::away_go(language, &gate.title))) }
    };
    let page = Frame { reader: &at.reader, tenant: at.shown(), title: &title, area: Area::Door }.page(&content);
    let mut response = at.page(StatusCode::OK, page);
    if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={address}")) {
        response.headers_mut().insert(header::REFRESH, refresh);
    }
    response
}

fn gate_page(at: &At, gate: &Gate, then: Option<&LocalPath>, user: &str, wrong: Option<&str>) -> Markup {
    let language = at.language();
    let title = words::gate_title(language, &gate.title);
    let errors: Vec<_> = wrong.iter().map(|text| (USER.to_owned(), (*text).to_owned())).collect();
    let policy = Some(at.policy_language.as_str()).filter(|tag| *tag != language.tag());
    let fetched: Vec<Markup> = std::iter::once(html! { (words::fetched_account(language, &gate.title)) })
        .chain(gate.fetched.iter().map(|asked| html! { span lang=[policy] { (asked.title) } }))
        .collect();
    let asked = html! {
        (then_input(then))
        @if gate.takes_password {
            (Input::new(USER, html! { (words::user(language)) }, InputKind::Text)
                .autocomplete("username").value(user).error(wrong).markup(language))
            (Input::new(PASSWORD, html! { (door_words::password(language)) }, InputKind::Password)
                .autocomplete("current-password").markup(language))
        }
        @if let Some(at_least) = gate.at_least.filter(|_| at.session.is_none()) {
            (CheckBox {
                name: OLD_ENOUGH,
                label: html! { (words::old_enough(language, at_least)) },
                is_ticked: false,
                error: None,
            }.markup(language))
        }
        div class="buttons" {
            (button(Weight::Main, words::agree(language)))
            (button_link(Weight::Plain, &with_then(at.path("sign-in"), then), words::refuse(language)))
        }
    };
    let content = html! {
        (error_summary(language, &errors))
        (heading(&title, Some(&html! { (words::gate_lead(language, &at.tenant.title, &gate.host)) })))
        h2 { (words::fetched_title(language)) }
        (plain_list(&fetched))
        p { (words::nothing_else(language)) }
        h2 { (words::purpose_title(language)) }
        p lang=[policy] { (gate.purpose) }
        @if let Some(notice) = &gate.notice { p lang=[policy] { (notice) } }
        @if gate.is_consent { p { (words::withdraw(language)) } }
        p class="hint" { (words::by_policy(language, &gate.policy_version)) }
        (form(&at.form_token, &at.path(&format!("sign-in/with/{}", gate.name)), &asked))
    };
    let title = if errors.is_empty() { title.clone() } else { crate::words::kit::title_with_error(language, &title) };
    Frame { reader: &at.reader, tenant: at.shown(), title: &title, area: Area::Door }.page(&content)
}
