//! `/{tenant}/console/upstreams`: where people may sign in elsewhere: added, changed, removed.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{NewUpstream, Switch, UpstreamView};
use candor_manifest::Manifest;
use candor_vault::{Caller, ErrorKind, StaffReason, VaultError};
use maud::{Markup, html};

use super::desk::{Filled, Seated, Wrong};
use super::upstream_form::{Kind, SECRETS, Sheet, fault, filled, preset, read};
use crate::door::OwnForm;
use crate::kit::{
    Desk, Tone, Weight, badge, banner, button, button_link, card, card_link, confirm_page, empty, form, pairs,
};
use crate::language::{minute, said};
use crate::words::console as console_words;
use crate::words::console::upstreams as words;
use crate::{Language, Posted};

/// Tenant and place, or kind of place, as the address writes them.
type Names = Path<(String, String)>;

pub(super) async fn page(seated: Seated) -> Response {
    match content(&seated).await {
        Ok(content) => {
            let title = Desk::Upstreams.title(seated.language());
            seated.page(Desk::Upstreams, title, &content)
        }
        Err(error) => seated.answer(&error, "console"),
    }
}

async fn content(seated: &Seated) -> Result<Markup, VaultError> {
    let caller = looking(seated).await?;
    let found = seated.at.identity.upstreams(&caller).await?;
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let language = seated.language();
    let href = |kind: Kind| seated.at.path(&format!("console/upstreams/new/{}", kind.name()));
    Ok(html! {
        p class="lead" { (words::lead(language)) }
        @if found.is_empty() { (empty(words::none(language), None)) }
        @for place in &found { (one(seated, plan.manifest(), place)) }
        h2 id="add" { (words::add(language)) }
        div class="grid" {
            @for kind in Kind::ALL { (card_link(&href(kind), kind_said(language, kind), &html! { (title_said(language, kind)) })) }
        }
    })
}

const fn kind_said(language: Language, kind: Kind) -> &'static str {
    match kind {
        Kind::Google => words::add_google(language),
        Kind::Microsoft => words::add_microsoft(language),
        Kind::Plain => words::add_plain(language),
        Kind::Company => words::add_company(language),
    }
}

const fn title_said(language: Language, kind: Kind) -> &'static str {
    match kind {
        Kind::Google => words::new_google(language),
        Kind::Microsoft => words::new_microsoft(language),
        Kind::Plain => words::new_plain(language),
        Kind::Company => words::new_company(language),
    }
}

fn one(seated: &Seated, manifest: &Manifest, place: &UpstreamView) -> Markup {
    let language = seated.language();
    let href = |rest: &str| seated.at.path(&format!("console/upstreams/{}{rest}", place.name));
    let title_of = |name: &String| {
        let field = manifest.fields.iter().find(|field| field.name == *name);
        html! { @match field {
            Some(field) => (said(language, &seated.at.policy_language, &field.title)),
            None => code { (name) },
        } }
    };
    let fetched = html! {
        @if place.fields.is_empty() { (words::nothing(language)) }
        @else { ul class="plain" { @for (claim, field) in &place.fields { li { (title_of(field)) " " code { (claim) } } } } }
    };
    let purpose = manifest.purposes.iter().find(|purpose| purpose.name == place.purpose);
    let mut rows = Vec::new();
    if let Some(provider) = &place.place.provider {
        rows.push((html! { (words::issuer(language)) }, html! { code { (provider.issuer) } }));
        rows.push((html! { (words::client_id(language)) }, html! { code { (provider.client_id) } }));
        rows.push((html! { (words::redirect(language)) }, html! { code { (back(seated, &place.name)) } }));
    }
    if let Some(company) = &place.place.company {
        rows.push((html! { (words::address(language)) }, html! { code { (company.address) } }));
        rows.push((html! { (words::base(language)) }, html! { code { (company.base) } }));
    }
    rows.push((
        html! { (words::purpose(language)) },
        html! { @match purpose {
            Some(purpose) => (said(language, &seated.at.policy_language, &purpose.title)),
            None => code { (place.purpose) },
        } },
    ));
    rows.push((html! { (words::fetched(language)) }, fetched));
    let opens = if place.opens_accounts { words::opens_yes(language) } else { words::opens_no(language) };
    rows.push((html! { (words::opens(language)) }, html! { (opens) }));
    if let Some(at) = place.off_at {
        rows.push((html! { (words::off_since(language)) }, minute(language, at)));
    }
    let (on, text) = match place.off_at {
        Some(_) => ("yes", words::switch_on(language, &place.title)),
        None => ("no", words::switch_off(language, &place.title)),
    };
    let switching = html! { input type="hidden" name="on" value=(on); (button(Weight::Plain, &text)) };
    let kind =
        if place.place.company.is_some() { words::kind_company(language) } else { words::kind_provider(language) };
    card(
        &format!("place-{}", place.name),
        &html! { (place.title) " " (badge("contract", kind)) @if place.off_at.is_some() { " " (badge("consent", words::off(language))) } },
        &html! {
            (pairs(&rows))
            div class="buttons" {
                (form(&seated.at.form_token, &href("/switch"), &switching))
                (button_link(Weight::Plain, &href(""), console_words::change(language)))
                (button_link(Weight::Grave, &href("/remove"), words::remove(language)))
            }
        },
    )
}

/// Where people come back to from a provider, as it has to be registered there.
fn back(seated: &Seated, name: &str) -> String {
    let public = seated.at.identity.public_url().trim_end_matches('/');
    format!("{public}/{}/sign-in/with/{name}/back", seated.at.tenant.slug)
}

pub(super) async fn new_page(seated: Seated, Path((_, kind)): Names) -> Response {
    let Some(kind) = Kind::of_name(&kind) else { return crate::not_found().await };
    show(seated, kind, None, &Wrong::default()).await
}

/// Keeps a new place.
pub(super) async fn keep(Path((_, kind)): Names, posted: OwnForm) -> Response {
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let Some(kind) = Kind::of_name(&kind) else { return crate::not_found().await };
    kept(seated, kind, &posted, None).await
}

pub(super) async fn change_page(seated: Seated, Path((_, name)): Names) -> Response {
    match named(&seated, &name).await {
        Ok(place) => {
            let stands = Stands { filled: filled(&place), kept: Some(place.title.clone()) };
            show(seated, Kind::of(&place.place), Some(stands), &Wrong::default()).await
        }
        Err(error) => gone(seated, &error),
    }
}

/// Keeps a place in the stead of the one of its name.
pub(super) async fn change(Path((_, name)): Names, posted: OwnForm) -> Response {
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    match named(&seated, &name).await {
        Ok(place) => kept(seated, Kind::of(&place.place), &posted, Some(place)).await,
        Err(error) => gone(seated, &error),
    }
}

async fn kept(seated: Seated, kind: Kind, posted: &Posted, old: Option<UpstreamView>) -> Response {
    let language = seated.language();
    let filled = Filled::of(posted, &SECRETS);
    let again = |filled| Some(Stands { filled, kept: old.as_ref().map(|place| place.title.clone()) });
    let mut new = match read(language, kind, (&filled, posted)) {
        Ok(new) => new,
        Err(wrong) => return show(seated, kind, again(filled), &wrong).await,
    };
    if let Some(old) = &old {
        new.name.clone_from(&old.name);
    }
    match put(&seated, new).await {
        Ok(()) => seated.go("console/upstreams"),
        Err(error) => match fault(language, &error) {
            Some(wrong) => show(seated, kind, again(filled), &wrong).await,
            None => gone(seated, &error),
        },
    }
}

async fn put(seated: &Seated, new: NewUpstream) -> Result<(), VaultError> {
    let caller = acting(seated).await?;
    seated.at.identity.put_upstream(&caller, new).await.map(drop)
}

/// Switches a place off, or on again.
pub(super) async fn switch(Path((_, name)): Names, posted: OwnForm) -> Response {
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let switch = if posted.get("on") == "yes" { Switch::On } else { Switch::Off };
    let switched = async {
        let caller = acting(&seated).await?;
        seated.at.identity.switch_upstream(&caller, &name, switch).await
    };
    match switched.await {
        Ok(_) => seated.go("console/upstreams"),
        Err(error) => gone(seated, &error),
    }
}

/// Asks once more.
pub(super) async fn remove_page(seated: Seated, Path((_, name)): Names) -> Response {
    let place = match named(&seated, &name).await {
        Ok(place) => place,
        Err(error) => return gone(seated, &error),
    };
    let language = seated.language();
    let content = confirm_page(
        language,
        &seated.at.form_token,
        &seated.at.path(&format!("console/upstreams/{}/remove", place.name)),
        &banner(language, Tone::Warning, &html! { p { (words::remove_lead(language)) } }),
        (Weight::Grave, words::remove(language)),
        &seated.at.path("console/upstreams"),
    );
    seated.page(Desk::Upstreams, &words::remove_title(language, &place.title), &content)
}

pub(super) async fn remove(Path((_, name)): Names, posted: OwnForm) -> Response {
    let (seated, _) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let removed = async {
        let caller = acting(&seated).await?;
        seated.at.identity.remove_upstream(&caller, &name).await
    };
    match removed.await {
        Ok(()) => seated.go("console/upstreams"),
        Err(error) => gone(seated, &error),
    }
}

/// A member of staff who administers the tenant.
async fn looking(seated: &Seated) -> Result<Caller, VaultError> {
    seated.needs_administrator()?;
    seated.caller(StaffReason::Maintenance).await
}

/// The same, who proved themself just now.
async fn acting(seated: &Seated) -> Result<Caller, VaultError> {
    seated.needs_administrator()?;
    seated.needs_fresh().await?;
    seated.caller(StaffReason::Maintenance).await
}

async fn named(seated: &Seated, name: &str) -> Result<UpstreamView, VaultError> {
    let caller = looking(seated).await?;
    let all = seated.at.identity.upstreams(&caller).await?;
    let found = all.into_iter().find(|place| place.name == name);
    found.ok_or_else(|| VaultError::new(ErrorKind::Missing, "upstream.unknown", "people do not sign in there"))
}

/// The answer to what went wrong; what the sign-in pages say of such an error is not meant for administrators.
fn gone(seated: Seated, error: &VaultError) -> Response {
    if error.code() != "upstream.unknown" {
        return seated.answer(error, "console/upstreams");
    }
    let language = seated.language();
    let content = html! {
        (empty(words::unknown(language), None))
        div class="buttons" { (button_link(Weight::Plain, &seated.at.path("console/upstreams"), words::title(language))) }
    };
    seated.page_with(StatusCode::NOT_FOUND, Desk::Upstreams, words::title(language), &content)
}

/// How a form stands when it is shown again, or for the first time for a place that is kept.
struct Stands {
    filled: Filled,
    /// What people call the place that is kept.
    kept: Option<String>,
}

async fn show(seated: Seated, kind: Kind, stands: Option<Stands>, wrong: &Wrong) -> Response {
    match form_content(&seated, kind, stands, wrong).await {
        Ok((title, content)) => {
            let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            seated.page_with(status, Desk::Upstreams, &title, &content)
        }
        Err(error) => seated.answer(&error, "console/upstreams"),
    }
}

async fn form_content(
    seated: &Seated,
    kind: Kind,
    stands: Option<Stands>,
    wrong: &Wrong,
) -> Result<(String, Markup), VaultError> {
    let caller = acting(seated).await?;
    let language = seated.language();
    let elsewhere = seated.at.identity.kept_from_elsewhere(&caller).await?;
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let manifest = plan.manifest();
    let (filled, kept) = match stands {
        Some(Stands { filled, kept }) => (filled, kept),
        None => (preset(manifest, &elsewhere, kind), None),
    };
    let action = match &kept {
        Some(_) => format!("console/upstreams/{}", filled.get("name")),
        None => format!("console/upstreams/new/{}", kind.name()),
    };
    let sheet =
        Sheet { seated, manifest, elsewhere: &elsewhere, kind, filled: &filled, wrong, is_kept: kept.is_some() };
    let content = html! {
        (wrong.summary(language))
        (form(&seated.at.form_token, &seated.at.path(&action), &sheet.fields()))
    };
    Ok((kept.unwrap_or_else(|| title_said(language, kind).to_owned()), content))
}
