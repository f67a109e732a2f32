//! What people see where their organisation decides: who it is, how to ask it, and what stays theirs whatever it says.
//!
//! The vault refuses (`vault/managed.rs`); here nobody is left before a refusal. The request goes the same road as any
//! other, with its clock. Source: GDPR Art. 12(3), 12(4), 15, 18, 21, 77.

use candor_manifest::model::{Right, RightKind};
use candor_vault::{PAGE_MAX, RequestView, VaultError, right_name};
use maud::{Markup, html};

use super::signed::Signed;
use crate::kit::{Clock, Tone, Weight, banner, button_link, card, clock, form};
use crate::words::{account as account_words, decides as words, policy};

/// True when the person's organisation has yet to decide whether they get this.
pub(super) async fn waits(signed: &Signed, right: RightKind) -> Result<bool, VaultError> {
    signed.vault().is_undecided(&signed.person, signed.subject(), right).await
}

/// Everything there is to say in the place of what is held: who decides, the way to ask, what stays, which kinds there are.
pub(super) async fn in_place_of_data(signed: &Signed) -> Result<Markup, VaultError> {
    Ok(html! {
        (who_and_how(signed, &[RightKind::Access, RightKind::Rectification]).await?)
        (yours(signed))
        (kinds(signed))
    })
}

/// Who decides about these rights, and a request for each: to be sent, or on its way.
pub(super) async fn who_and_how(signed: &Signed, rights: &[RightKind]) -> Result<Markup, VaultError> {
    let language = signed.language();
    let claim = signed.at.identity.claim_of(signed.session.tenant, signed.subject()).await?;
    let who = claim.map_or_else(|| words::some_organisation(language).to_owned(), |claim| claim.title);
    let mut requests = signed.vault().requests(&signed.person, Some(signed.subject()), None, PAGE_MAX).await?.rows;
    requests.sort_by_key(|request| std::cmp::Reverse(request.received_at));
    let given = |right: &RightKind| signed.manifest().rights.iter().find(|given| given.kind == *right);
    let given: Vec<&Right> = rights.iter().filter_map(given).collect();
    // Where leaving is offered beside it, nobody is pushed to either.
    let weight = if rights.contains(&RightKind::Portability) { Weight::Plain } else { Weight::Main };
    Ok(html! {
        (banner(language, Tone::Note, &html! {
            p { strong { (words::who(language, &who)) } }
            p { (words::why(language)) }
            p { (words::then(language)) }
        }))
        @for right in given {
            @let newest = requests.iter().find(|request| request.right == right_name(right.kind));
            (one(signed, right, newest, if right.kind == RightKind::Access { weight } else { Weight::Plain }))
        }
    })
}

/// One right: the request that is on its way, else the form that sends one.
fn one(signed: &Signed, given: &Right, newest: Option<&RequestView>, weight: Weight) -> Markup {
    let language = signed.language();
    let right = given.kind;
    let name = policy::right(language, right);
    let is_open = newest.is_some_and(|request| request.closed_at.is_none());
    let state = newest.map(|request| match (request.closed_at, request.approved) {
        (None, Some(true)) => words::approved(language, name),
        (Some(at), Some(false)) => words::refused(language, name, &language.date(at)),
        _ => words::sent(language, name, &language.date(request.received_at)),
    });
    let state = state.filter(|_| is_open || newest.is_some_and(|request| request.approved == Some(false)));
    let id = format!("ask-{}", right_name(right));
    let content = html! {
        @if let (Some(state), Some(request)) = (state, newest) {
            p { (state) }
            @if is_open {
                (clock(language, Clock { from: request.received_at, by: request.due_at, now: signed.vault().now() }))
            }
            p { a href=(signed.href(&format!("/rights#{}", request.id))) { (words::see_request(language)) } }
        }
        @if !is_open {
            p class="quiet" { (account_words::within(language, &language.span_dative(given.within))) }
            (form(signed.token(), &signed.href("/rights"), &html! {
                input type="hidden" name="right" value=(right_name(right));
                button class=(weight.class()) aria-describedby={ (id) "-title" } {
                    (words::ask(language))
                }
            }))
        }
    };
    let title = match right {
        RightKind::Portability => words::ask_portability(language),
        RightKind::Rectification => words::ask_rectification(language),
        RightKind::Erasure => words::ask_erasure(language),
        _ => words::ask_access(language),
    };
    card(&id, &html! { (title) }, &content)
}

/// What no organisation decides about.
fn yours(signed: &Signed) -> Markup {
    let language = signed.language();
    let links = [
        ("/consents", words::yours_consents(language)),
        ("/rights#objections", words::yours_object(language)),
        ("/messages", words::yours_messages(language)),
        ("/accesses", words::yours_accesses(language)),
        ("/organisation", words::yours_organisation(language)),
        ("/rights#complaints", words::yours_complain(language)),
    ];
    let list = html! { ul { @for (path, text) in links { li { a href=(signed.href(path)) { (text) } } } } };
    card("yours", &html! { (words::yours(language)) }, &list)
}

/// The kinds of data that the policy declares, without a word of whether there are any of this person.
fn kinds(signed: &Signed) -> Markup {
    let language = signed.language();
    let manifest = signed.manifest();
    let fields = |group: &str| {
        let of_group =
            manifest.fields.iter().filter(|field| field.name.split_once('.').is_some_and(|(of, _)| of == group));
        let titles: Vec<&str> = of_group.map(|field| field.title.as_str()).collect();
        titles.join(", ")
    };
    let content = html! {
        p { (words::kinds_lead(language)) }
        ul { @for group in &manifest.groups { li { strong { (signed.said(&group.title)) } ": " (signed.said(&fields(&group.name))) } } }
        p { a href=(signed.policy_href("#collected")) { (words::kinds_more(language)) } }
    };
    card("kinds", &html! { (words::kinds(language)) }, &content)
}

/// The way on from a refusal.
pub(super) fn to_requests(signed: &Signed) -> Markup {
    let language = signed.language();
    html! {
        div class="buttons" {
            (button_link(Weight::Main, &signed.href("/rights#ask"), words::to_requests(language)))
            (button_link(Weight::Plain, &signed.href(""), account_words::trouble_back(language)))
        }
    }
}
