//! `/{tenant}/account/rights/dispute`: somebody says that something held about them is not right, whether or not they know what
//! would be; and what their other pages say of it meanwhile.
//!
//! The vault restricts use in the unit that opens the dispute (`vault/requests/contest.rs`). Whose organisation has yet to decide
//! whether they see the values chooses a kind of data; everybody else chooses among the values of a record. Like the restriction
//! itself it wants no fresh proof: it gives nothing away, and can be taken back.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use candor_manifest::model::{Field, Purpose, RightKind};
use candor_vault::{
    Contested, DISPUTE_WORDS_MAX, DisputeEnd, DisputeWords, ErrorKind, HeldRecord, NewDispute, PAGE_MAX, RequestView,
    RestrictionForm, VaultError,
};
use candor_words::{RecordId, RequestId};
use maud::{Markup, html};
use serde_json::Value;

use super::decides;
use super::held::{shown, why_withheld};
use super::signed::{Signed, SignedForm, with_status};
use crate::Posted;
use crate::Written as _;
use crate::kit::{
    Choice, ChoiceGroup, Input, InputKind, Place, Tone, Weight, badge, banner, button, button_link, card,
    error_summary, form, heading, pairs,
};
use crate::words::{account as account_words, dispute as words, kit};

const ABOUT: &str = "about";
const RECORD: &str = "record";
const REASON: &str = "reason";
const PROPOSED: &str = "proposed";
/// More purposes than these are folded away.
const PURPOSES_OPEN: usize = 3;
/// The most pages of requests that are looked through.
const PAGES_MAX: usize = 10;

/// What is chosen among.
enum Among {
    /// A record that the person sees.
    Record(Box<HeldRecord>),
    /// The kinds of data, while single values are seen elsewhere.
    Kinds,
    /// The kinds of data alone: their organisation has yet to decide whether the person sees any value.
    KindsAlone,
}

/// What was wrong with a form: the field, and what to do.
type Wrong = Vec<(String, String)>;

pub(super) async fn page(signed: Signed) -> Response {
    let (group, record) = (signed.asked("group").to_owned(), signed.asked(RECORD).to_owned());
    let chosen = signed.asked(ABOUT).to_owned();
    let outcome = asked(&signed, (&group, &record), &chosen, &Posted::none(), &Wrong::new()).await;
    signed.answer(outcome)
}

/// Opens the dispute.
pub(super) async fn open(SignedForm(signed, posted): SignedForm) -> Response {
    let outcome = opened(&signed, &posted).await;
    signed.answer(outcome)
}

async fn opened(signed: &Signed, posted: &Posted) -> Result<Response, VaultError> {
    let language = signed.language();
    let about = posted.get(ABOUT);
    let is_long = |name: &str| posted.get(name).trim().replace("\r\n", "\n").chars().count() > DISPUTE_WORDS_MAX;
    let mut wrong = Wrong::new();
    if about.is_empty() {
        wrong.push((ABOUT.to_owned(), words::which_missing(language).to_owned()));
    }
    let long = [REASON, PROPOSED].into_iter().filter(|name| is_long(name));
    wrong.extend(long.map(|name| (name.to_owned(), words::too_long(language).to_owned())));
    if !wrong.is_empty() {
        let page = asked(signed, (posted.get("group"), posted.get(RECORD)), about, posted, &wrong).await?;
        return Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, page));
    }
    let (group, field) = match about.split_once('.') {
        Some((group, _)) => (group, Some(about.to_owned())),
        None => (about, None),
    };
    let record = match posted.get(RECORD) {
        "" => None,
        text => Some(text.parse::<RecordId>().map_err(|_| unknown_form())?),
    };
    let text = |name: &str| Some(posted.get(name).to_owned());
    let new = NewDispute {
        contested: Contested { group: group.to_owned(), record, field },
        words: DisputeWords { reason: text(REASON), proposed: text(PROPOSED) },
    };
    let disputed = signed.vault().dispute_held(&signed.person, signed.subject(), new).await?;
    let done = if disputed.is_new { "disputed" } else { "disputed-before" };
    Ok(signed.done(&format!("/rights#{}", disputed.request.id), done))
}

/// Takes a dispute back.
pub(super) async fn take_back(
    Path((_, request)): Path<(String, String)>,
    SignedForm(signed, _): SignedForm,
) -> Response {
    let Ok(request) = request.parse::<RequestId>() else { return crate::not_found().await };
    let outcome = signed.vault().withdraw_dispute(&signed.person, request).await;
    signed.answer(outcome.map(|_| signed.done(&format!("/rights#{request}"), "dispute-back")))
}

/// The page with the question.
async fn asked(
    signed: &Signed,
    (group, record): (&str, &str),
    chosen: &str,
    posted: &Posted,
    wrong: &Wrong,
) -> Result<Response, VaultError> {
    let language = signed.language();
    let among = among(signed, group, record).await?;
    let is_decided = decides::waits(signed, RightKind::Rectification).await?;
    let title = words::title(language);
    let content = html! {
        (error_summary(language, wrong))
        (heading(title, Some(&html! { (words::lead(language)) })))
        @if is_decided { (banner(language, Tone::Note, &html! { p { (words::decided(language)) } })) }
        (question(signed, &among, chosen, posted, wrong))
        p { (button_link(Weight::Quiet, &signed.href("/rights"), kit::back(language))) }
    };
    let title = if wrong.is_empty() { title.to_owned() } else { kit::title_with_error(language, title) };
    Ok(signed.bare_page(Place::Rights, &title, &content))
}

/// The record that is named, where the person may see it.
async fn among(signed: &Signed, group: &str, record: &str) -> Result<Among, VaultError> {
    if decides::waits(signed, RightKind::Access).await? {
        return Ok(Among::KindsAlone);
    }
    if record.is_empty() {
        return Ok(Among::Kinds);
    }
    let record = record.parse().map_err(|_| unknown_form())?;
    let (held, _) = signed.vault().held_record(&signed.person, signed.subject(), group, record).await?;
    Ok(Among::Record(Box::new(held)))
}

fn question(signed: &Signed, among: &Among, chosen: &str, posted: &Posted, wrong: &Wrong) -> Markup {
    let language = signed.language();
    let wrong_of = |name: &str| wrong.iter().find(|(of, _)| of == name).map(|(_, text)| text.as_str());
    let (legend, choices) = match among {
        Among::Record(held) => (words::which(language), values(signed, held)),
        Among::Kinds | Among::KindsAlone => (words::which_kind(language), kinds(signed)),
    };
    let which = ChoiceGroup {
        name: ABOUT,
        legend: html! { (legend) },
        hint: None,
        error: wrong_of(ABOUT),
        choices: choices.iter().map(|(value, label)| Choice { value, label: label.clone() }).collect(),
        chosen: Some(chosen).filter(|chosen| !chosen.is_empty()),
        is_row: false,
    };
    let input = |name, label: &str, hint: &str| {
        Input::new(name, html! { (label) }, InputKind::Lines)
            .value(posted.get(name))
            .hint(html! { (hint) })
            .error(wrong_of(name))
            .optional()
            .markup(language)
    };
    let content = html! {
        @if let Among::Record(held) = among {
            input type="hidden" name="group" value=(held.record.group);
            input type="hidden" name=(RECORD) value=(held.record.record);
        }
        (which.markup(language))
        (input(REASON, words::reason(language), words::reason_hint(language)))
        (input(PROPOSED, words::proposed(language), words::proposed_hint(language)))
        // Before anything is sent.
        (card("changes", &html! { (words::changes(language)) }, &html! {
            p { (words::changes_lead(language)) }
            (changes(signed, None))
        }))
        div class="buttons" { (button(Weight::Main, words::submit(language))) }
    };
    html! {
        @match among {
            Among::Record(held) => {
                @let path = format!("/data/{}/{}", held.record.group, held.record.record);
                p { (words::know_it(language)) " " a href=(signed.href(&path)) { (words::to_record(language)) } }
            },
            Among::KindsAlone => {},
            Among::Kinds => p { (words::single(language)) " " a href=(signed.href("/data")) { (Place::Held.title(language)) } },
        }
        (form(signed.token(), &signed.href("/rights/dispute"), &content))
    }
}

/// Each value of a record, then all of it.
fn values(signed: &Signed, held: &HeldRecord) -> Vec<(String, Markup)> {
    let language = signed.language();
    let group = &held.record.group;
    let of_group = |field: &&Field| field.name.split_once('.').is_some_and(|(of, _)| of == group);
    let value = |field: &Field| {
        let name = field.name.split_once('.').map_or("", |(_, short)| short);
        let withheld = || held.record.withheld.iter().find(|withheld| withheld.field == field.name);
        let now = held.record.values.get(name).map(|value| match &value.value {
            // No list stands in a label.
            Value::Array(items) => {
                let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                html! { (items.join(", ")) }
            }
            _ => shown(signed, field, value),
        });
        now.or_else(|| withheld().map(|withheld| why_withheld(signed, withheld)))
    };
    // Of a hash nobody can say whether it is right.
    let fields = signed.manifest().fields.iter().filter(of_group).filter(|field| !field.hashed);
    let mut values: Vec<(String, Markup)> = fields
        .filter_map(|field| {
            let now = value(field)?;
            Some((field.name.clone(), html! { strong { (signed.said(&field.title)) } ": " (now) }))
        })
        .collect();
    values.push((group.clone(), html! { (words::whole(language)) }));
    values
}

/// Every kind of data that the policy declares, without a word of whether there is any of this person.
fn kinds(signed: &Signed) -> Vec<(String, Markup)> {
    let groups = signed.manifest().groups.iter();
    groups.map(|group| (group.name.clone(), signed.said(&group.title))).collect()
}

/// For which purposes data is not used while a restriction holds, and for which it is.
pub(super) fn changes(signed: &Signed, restriction: Option<&RestrictionForm>) -> Markup {
    let language = signed.language();
    let stops = |purpose: &&Purpose| {
        let is_allowed = restriction.is_some_and(|restriction| restriction.allowed.contains(&purpose.name));
        purpose.yields_to_restriction() && !is_allowed
    };
    let (stopped, going): (Vec<&Purpose>, Vec<&Purpose>) = signed.manifest().purposes.iter().partition(stops);
    html! {
        (purposes(signed, &words::stops(language, stopped.len() as u64), &stopped))
        (purposes(signed, &words::goes_on(language, going.len() as u64), &going))
        p class="quiet" { (words::why_goes_on(language)) }
    }
}

fn purposes(signed: &Signed, title: &str, purposes: &[&Purpose]) -> Markup {
    let list = html! {
        ul {
            @for purpose in purposes {
                li { a href=(signed.policy_href(&format!("#purpose-{}", purpose.name))) { (signed.said(&purpose.title)) } }
            }
        }
    };
    html! {
        @match purposes.len() {
            0 => {},
            1..=PURPOSES_OPEN => { p { (title) ":" } (list) },
            _ => details { summary { (title) } (list) },
        }
    }
}

/// The way here from the rights page.
pub(super) fn offered(signed: &Signed) -> Markup {
    let language = signed.language();
    let content = html! {
        p { (words::card_lead(language)) }
        p class="buttons" { (button_link(Weight::Plain, &signed.href("/rights/dispute"), words::go(language))) }
    };
    card("dispute", &html! { (words::title(language)) }, &content)
}

/// The way here from a record.
pub(super) fn link_of(signed: &Signed, group: &str, record: RecordId, weight: Weight) -> Markup {
    let language = signed.language();
    let href = signed.href(&format!("/rights/dispute?group={group}&record={record}"));
    let title = signed.manifest().groups.iter().find(|known| known.name == group).map_or(group, |group| &group.title);
    html! {
        a href=(href) class=(weight.class()) aria-label=(words::about_group(language, title)) { (words::about_value(language)) }
    }
}

/// The person's disputes that are not over and are about what is held.
pub(super) async fn standing(signed: &Signed) -> Result<Vec<RequestView>, VaultError> {
    let (mut found, mut after) = (Vec::new(), None);
    for _ in 0..PAGES_MAX {
        let page = signed.vault().requests(&signed.person, Some(signed.subject()), after, PAGE_MAX).await?;
        let standing = page.rows.into_iter().filter(|one| one.disputed_at.is_some() && one.contested.is_some());
        found.extend(standing);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(found)
}

/// What stands beside a value that is disputed.
pub(super) fn mark(signed: &Signed, standing: &[RequestView], whose: (&str, RecordId), field: &str) -> Markup {
    let language = signed.language();
    let covers = |one: &&RequestView| one.contested.as_ref().is_some_and(|contested| contested.covers(whose, field));
    let found = standing.iter().filter(covers).find_map(|one| Some((one.id, one.disputed_at?)));
    html! {
        @if let Some((request, at)) = found {
            p { a href=(signed.href(&format!("/rights#{request}"))) { (badge("consent", words::contested(language))) } }
            p class="quiet" { (account_words::since(language, &language.date(at))) }
        }
    }
}

/// What is disputed, in the policy's words.
pub(super) fn what(signed: &Signed, contested: &Contested) -> Markup {
    let language = signed.language();
    let groups = &signed.manifest().groups;
    let group =
        groups.iter().find(|group| group.name == contested.group).map_or(&contested.group, |group| &group.title);
    match contested.field.as_deref().map(|name| signed.field(name).map_or(name, |field| field.title.as_str())) {
        Some(field) => html! { (signed.said(field)) " (" (signed.said(group)) ")" },
        None => html! { (words::all_of(language, group)) },
    }
}

/// What the card of a request says of a dispute about it, and how it is taken back.
pub(super) fn of_request(
    signed: &Signed,
    request: &RequestView,
    (written, restriction): (&DisputeWords, Option<&RestrictionForm>),
) -> Markup {
    let language = signed.language();
    let Some(since) = request.disputed_at else { return ended(signed, request) };
    let mut rows = Vec::new();
    let mut row = |name: &'static str, value: Markup| rows.push((html! { (name) }, value));
    row(words::since(language), html! { (language.date(since)) });
    if let Some(reason) = &written.reason {
        row(words::your_reason(language), html! { span class="value written" { (reason) } });
    }
    if let Some(proposed) = &written.proposed {
        row(words::you_propose(language), html! { span class="value written" { (proposed) } });
    }
    let stands = match restriction {
        Some(restriction) if restriction.allowed.is_empty() => words::stopped(language),
        Some(_) => words::stopped_in_part(language),
        None => words::not_stopped(language),
    };
    html! {
        (pairs(&rows))
        p { (stands) " " a href="#restriction" { (words::see_changes(language)) } }
        @if request.closed_at.is_some() { p { (words::closed_but_standing(language)) } }
        (form(signed.token(), &signed.href(&format!("/rights/requests/{}/dispute", request.id)), &html! {
            p class="quiet" id={ "back-" (request.id) } { (words::take_back_hint(language)) }
            div class="buttons" {
                button class=(Weight::Plain.class()) aria-describedby={ "back-" (request.id) } { (words::take_back(language)) }
            }
        }))
    }
}

/// How a dispute ended, and where to complain about that.
fn ended(signed: &Signed, request: &RequestView) -> Markup {
    let language = signed.language();
    let (Some(end), Some(at)) = (request.dispute_end, request.dispute_ended_at) else { return html! {} };
    let date = language.date(at);
    let text = match end {
        DisputeEnd::Upheld => words::ended_upheld(language, &date),
        DisputeEnd::Rejected => words::ended_rejected(language, &date),
        DisputeEnd::Overridden => words::ended_overridden(language, &date),
        DisputeEnd::Withdrawn => words::ended_withdrawn(language, &date),
    };
    let can_complain = matches!(end, DisputeEnd::Rejected | DisputeEnd::Overridden);
    html! {
        p { strong { (text) } }
        @if request.closed_at.is_none() { p { (words::still_open(language)) } }
        @if can_complain && !signed.manifest().authorities.is_empty() {
            p { (words::complain(language)) " " a href="#complaints" { (account_words::complain(language)) } }
        }
    }
}

fn unknown_form() -> VaultError {
    VaultError::new(ErrorKind::BadInput, "form.unknown", "nothing was changed: the form is not one of ours")
}
