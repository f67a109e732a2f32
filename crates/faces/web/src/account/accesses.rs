//! `/{tenant}/account/accesses`: who read what, when and why, as the ledger has it.

use axum::response::Response;
use candor_vault::{AccessView, UNDECLARED, VaultError};
use maud::{Markup, html};

use super::signed::Signed;
use crate::Language;
use crate::kit::{Place, Weight, button_link, empty, paging, table};
use crate::language::minute;
use crate::words::account as words;
use crate::words::console;

/// How many entries one page shows.
const SHOWN: usize = 50;
/// What the vault calls the person's own acts, and those of the sign-in pages.
const THE_PERSON: &str = "the person";
const THE_DOOR: &str = "the front door";

pub(super) async fn page(signed: Signed) -> Response {
    let outcome = accesses(&signed).await;
    signed.answer(outcome)
}

async fn accesses(signed: &Signed) -> Result<Response, VaultError> {
    let language = signed.language();
    let below = signed.asked("below").parse().ok();
    let page = signed.vault().accesses(&signed.person, signed.subject(), below, SHOWN).await?;
    let shows_own = signed.asked("own") == "yes";
    let own = if shows_own { "&own=yes" } else { "" };
    let rows = page.rows.iter().filter(|entry| shows_own || !is_own_look(entry));
    let rows: Vec<Vec<Markup>> = rows.map(|entry| row(signed, entry)).collect();
    let columns = [
        words::column_when(language),
        words::column_happened(language),
        words::column_who(language),
        words::column_why(language),
        words::column_which(language),
    ];
    let caption = html! { span class="unseen" { (Place::Accesses.title(language)) } };
    let older = page.next.map(|next| signed.href(&format!("/accesses?below={next}{own}")));
    let newest = below.map(|_| signed.href(if shows_own { "/accesses?own=yes" } else { "/accesses" }));
    let content = html! {
        p class="quiet" {
            @if shows_own { (button_link(Weight::Quiet, &signed.href("/accesses"), words::accesses_own_hide(language))) }
            @else {
                (words::accesses_own_hidden(language)) " "
                (button_link(Weight::Quiet, &signed.href("/accesses?own=yes"), words::accesses_own_show(language)))
            }
        }
        @if !rows.is_empty() { (table(&caption, &columns, &rows)) }
        @else if page.rows.is_empty() { (empty(words::accesses_none(language), None)) }
        @else { (empty(words::accesses_none_here(language), None)) }
        (paging(language, newest.as_deref(), older.as_deref()))
    };
    Ok(signed.page(Place::Accesses, words::accesses_lead(language), &content))
}

/// The person looking at their own data.
fn is_own_look(entry: &AccessView) -> bool {
    entry.actor_label.as_deref() == Some(THE_PERSON) && entry.kind == "disclosure"
}

fn row(signed: &Signed, entry: &AccessView) -> Vec<Markup> {
    let language = signed.language();
    let receipt = format!("/ledger/{}/receipts/{}", signed.at.tenant.slug, entry.entry);
    let what = html! {
        (happened(language, entry.kind))
        @match (entry.reason, entry.reason.and_then(|code| console::reason_said(language, code))) {
            (Some(_), Some(said)) => p class="quiet" { (said) },
            (Some(code), None) => p class="quiet" { (refused(language, code)) },
            (None, _) => {}
        }
    };
    vec![
        html! {
            (minute(language, entry.at))
            p { a href=(receipt) aria-label=(words::proof_of(language, entry.entry)) { (words::proof(language)) } }
        },
        what,
        who(signed, entry),
        entry.purpose.as_deref().map_or_else(|| html! { "–" }, |purpose| why(signed, purpose)),
        which(signed, entry),
    ]
}

fn who(signed: &Signed, entry: &AccessView) -> Markup {
    let language = signed.language();
    let manifest = signed.manifest();
    let recipient = entry.recipient.as_deref().map(|name| {
        let known = manifest.recipient(name).and_then(|ix| manifest.recipients.get(ix.at()));
        known.map_or(name, |known| known.title.as_str())
    });
    let is_staff = !matches!(entry.actor_label.as_deref(), Some(THE_PERSON | THE_DOOR));
    let purpose = entry.purpose.as_deref().and_then(|name| manifest.purpose(name)).filter(|_| is_staff);
    let roles = manifest.roles.iter().filter(|role| purpose.is_some_and(|purpose| role.purposes.contains(&purpose)));
    let roles: Vec<&str> = roles.map(|role| role.title.as_str()).collect();
    html! {
        @match (entry.actor_label.as_deref(), entry.actor) {
            (Some(THE_PERSON), _) => (words::by_you(language)),
            (Some(THE_DOOR), _) => (words::by_door(language)),
            (Some(label), _) => span class="value" { (label) },
            (None, Some(_)) => (words::by_unknown(language)),
            (None, None) => (words::by_server(language)),
        }
        @if !roles.is_empty() && entry.recipient.is_none() {
            p class="quiet" { (words::task_of(language, &roles.join(", "))) }
        }
        @if let Some(recipient) = recipient { p { (words::given_to(language, recipient)) } }
    }
}

fn why(signed: &Signed, purpose: &str) -> Markup {
    let language = signed.language();
    match purpose {
        "@access" | "@rectification" => html! { (words::for_access(language)) },
        "@portability" => html! { (words::for_portability(language)) },
        "@notice" => html! { (words::for_notice(language)) },
        "@storage" => html! { (words::for_storage(language)) },
        "@claims" => html! { (words::for_claims(language)) },
        UNDECLARED => html! { (words::undeclared(language)) },
        name => match signed.purpose(name) {
            Some(purpose) => html! {
                a href=(signed.policy_href(&format!("#purpose-{name}"))) { (signed.said(&purpose.title)) }
            },
            // Of an earlier policy.
            None => html! { code { (name) } },
        },
    }
}

fn which(signed: &Signed, entry: &AccessView) -> Markup {
    let language = signed.language();
    let title = |name: &String| match signed.field(name) {
        Some(field) => signed.said(&field.title),
        None if name == UNDECLARED => html! { (words::undeclared(language)) },
        None => html! { code { (name) } },
    };
    html! {
        @if entry.fields.is_empty() { "–" }
        @for (at, name) in entry.fields.iter().enumerate() { @if at > 0 { ", " } (title(name)) }
    }
}

/// Why a read was refused, for the reasons that are the person's own doing.
fn refused(language: Language, code: &str) -> String {
    let text = match code {
        code if code.starts_with("basis.consent") => words::refused_no_consent(language),
        "basis.objected" => words::refused_objection(language),
        "restriction" => words::refused_restricted(language),
        "opted_out" => words::refused_opted_out(language),
        code => return words::refused_because(language, code),
    };
    text.to_owned()
}

fn happened(language: Language, kind: &str) -> String {
    let text = match kind {
        "disclosure" => words::did_disclosure(language),
        "refusal" => words::did_refusal(language),
        "verified" => words::did_verified(language),
        "record_written" => words::did_written(language),
        "rectified" => words::did_rectified(language),
        "record_deleted" => words::did_deleted(language),
        "exported" => words::did_exported(language),
        "consent_given" | "consent_refused" | "consent_withdrawn" | "consent_unconfirmed" => {
            words::did_consent(language)
        }
        "objection" | "objection_resolved" => words::did_objection(language),
        "opt_out" | "opt_in" => words::did_message(language),
        "request" => words::did_request(language),
        "restricted" | "restriction_lifted" => words::did_restriction(language),
        "pushed" => words::did_push(language),
        "correction_pushed" => words::did_push_correction(language),
        "recipient_told" => words::did_tell(language),
        "subject_created" | "deactivated" | "reactivated" | "contract_started" | "contract_ended" | "age_set" => {
            words::did_account(language)
        }
        "sign_in" | "signed_out" => words::did_sign_in(language),
        "keep_ended" => words::did_retention(language),
        "notice_sent" | "notice_acknowledged" => words::did_notice(language),
        "hold_placed" | "hold_lifted" => words::did_hold(language),
        other => return words::did_other(language, &other.replace('_', " ")),
    };
    text.to_owned()
}
