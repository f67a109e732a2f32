//! Who sits at the console: signed in, with a seat, and with what it opens.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use candor_identity::Session;
use candor_vault::{Caller, ErrorKind, Seat, StaffReason, VaultError};
use maud::{Markup, html};

use crate::Language;
use crate::Posted;
use crate::door::{At, DoorState, OwnForm, SignedIn, escaped, parameter, trouble_status, trouble_text};
use crate::kit::{Area, Desk, Frame, Tone, Weight, banner, button_link, error_summary, heading};
use crate::words::console as words;

/// The part of an address that says what was just done.
const DONE: &str = "done";
/// It says that whoever is there proved who they are, and nothing else.
const PROVED: &str = "proved";

/// Somebody at the console.
pub(super) struct Seated {
    pub at: At,
    pub session: Session,
    pub seat: Seat,
    /// The purpose that sign-ins are judged for, when a role of the seat is for it.
    pub risk: Option<String>,
    /// What the address says was just done.
    done: Option<String>,
}

impl FromRequestParts<DoorState> for Seated {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &DoorState) -> Result<Self, Response> {
        let signed_in = SignedIn::from_request_parts(parts, state).await?;
        let done = parameter(parts.uri.query(), DONE);
        Ok(Self { done, ..Self::of(signed_in).await? })
    }
}

impl Seated {
    /// The seat of whoever is signed in.
    pub(super) async fn of(SignedIn { at, session, .. }: SignedIn) -> Result<Self, Response> {
        match at.identity.seat(session.tenant, session.subject).await {
            Ok(seat) => Self::on(at, session, seat).await,
            Err(error) => Err(at.trouble(&error)),
        }
    }

    /// Somebody on a seat.
    pub(super) async fn on(at: At, session: Session, seat: Seat) -> Result<Self, Response> {
        match at.identity.risk_purpose(session.tenant).await {
            Ok(risk) => {
                let risk = risk.filter(|purpose| seat.purposes.contains(purpose));
                Ok(Self { at, session, seat, risk, done: None })
            }
            Err(error) => Err(at.trouble(&error)),
        }
    }

    /// The seat of whoever posted a form of ours.
    pub(super) async fn of_form(form: OwnForm) -> Result<(Self, Posted), Response> {
        let (signed_in, posted) = form.of_person()?;
        Ok((Self::of(signed_in).await?, posted))
    }

    pub(super) const fn language(&self) -> Language {
        self.at.language()
    }

    /// Refuses whoever does not administer the tenant.
    pub(super) fn needs_administrator(&self) -> Result<(), VaultError> {
        if self.seat.is_administrator {
            return Ok(());
        }
        Err(VaultError::new(
            ErrorKind::Denied,
            "staff.administrator",
            "this is for whoever administers the organisation",
        ))
    }

    /// Refuses a change without a fresh proof of who acts.
    pub(super) async fn needs_fresh(&self) -> Result<(), VaultError> {
        self.at.identity.needs_fresh(&self.session)?;
        self.at.identity.needs_fresh_factor(&self.session).await
    }

    /// The seat as a caller of the vault.
    pub(super) async fn caller(&self, reason: StaffReason) -> Result<Caller, VaultError> {
        self.at.identity.vault().staff(self.session.tenant, &self.seat, reason).await
    }

    /// The places that are open: to every seat people, to roles for it the risk of sign-ins, to administrators the rest.
    fn places(&self) -> Vec<Desk> {
        let is_open = |place: &Desk| match place {
            Desk::People => true,
            Desk::Risk => self.risk.is_some(),
            _ => self.seat.is_administrator,
        };
        Desk::ALL.into_iter().filter(is_open).collect()
    }

    /// A page of the console.
    pub(super) fn page(self, here: Desk, title: &str, content: &Markup) -> Response {
        self.page_with(StatusCode::OK, here, title, content)
    }

    /// A page of the console with a status.
    pub(super) fn page_with(self, status: StatusCode, here: Desk, title: &str, content: &Markup) -> Response {
        let places = self.places();
        let area = Area::Console { here, places: &places, token: &self.at.form_token };
        let frame = Frame { reader: &self.at.reader, tenant: self.at.shown(), title, area };
        let language = self.language();
        let done = self.done.as_deref().and_then(|what| words::done_said(language, what));
        let tone = if self.done.as_deref() == Some(PROVED) { Tone::Note } else { Tone::Done };
        let page = frame.page(&html! {
            @if let Some(text) = done { (banner(language, tone, &html! { p { (text) } })) }
            (heading(title, None))
            (content)
        });
        self.at.page(status, page)
    }

    /// Goes on to a page of the console.
    pub(super) fn go(self, below: &str) -> Response {
        let to = self.at.path(below);
        self.at.go(&to)
    }

    /// Goes on to a page of the console, which says what was done.
    pub(super) fn go_done(self, below: &str, what: &str) -> Response {
        let to = self.at.path(&format!("{below}?{DONE}={what}"));
        self.at.go(&to)
    }

    /// The answer, or what went wrong and the way back to a page; whoever has to prove themself once more is sent there, and
    /// comes back.
    pub(super) fn answer(self, error: &VaultError, below: &str) -> Response {
        if matches!(error.code(), "session.stale" | "factor.needed") {
            // What was pressed is not done by that: the page says so when they are back.
            let mark = if below.contains('?') { '&' } else { '?' };
            let here = format!("/{}/{below}{mark}{DONE}={PROVED}", self.at.tenant.slug);
            let to = self.at.path(&format!("account/prove?then={}", escaped(&here)));
            return self.at.go(&to);
        }
        self.trouble(error, below)
    }

    /// What went wrong, within the console: where somebody else may have been faster, that is said, and the way leads to the
    /// present state.
    fn trouble(self, error: &VaultError, below: &str) -> Response {
        let language = self.language();
        let is_conflict = error.kind() == ErrorKind::Conflict;
        // What this seat may not see is no way back.
        let below = if error.kind() == ErrorKind::Denied { Desk::People.path() } else { below };
        let back = if is_conflict { words::trouble_present(language) } else { words::trouble_back(language) };
        let content = html! {
            (banner(language, Tone::Warning, &html! {
                p { (trouble_text(language, error)) }
                @if is_conflict { p { (words::trouble_meanwhile(language)) } }
            }))
            p class="buttons" { (button_link(Weight::Main, &self.at.path(below), back)) }
        };
        let here = Desk::ALL.into_iter().filter(|desk| below.starts_with(desk.path()));
        let here = here.max_by_key(|desk| desk.path().len()).unwrap_or(Desk::People);
        self.page_with(trouble_status(error.kind()), here, words::trouble_title(language), &content)
    }
}

/// What is wrong with a form: each field with what to do, and what stood in the form, so that it is not typed again.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    fields: Vec<(String, String)>,
    filled: Filled,
}

impl Wrong {
    /// One field that is wrong.
    pub(super) fn one(field: &str, text: &str) -> Self {
        Self { fields: vec![(field.to_owned(), text.to_owned())], filled: Filled::default() }
    }

    /// The same with what stood in the form.
    pub(super) fn with(self, filled: Filled) -> Self {
        Self { filled, ..self }
    }

    /// What stood in a field.
    pub(super) fn filled(&self, name: &str) -> &str {
        self.filled.get(name)
    }

    /// The boxes of a group that were ticked.
    pub(super) fn ticked<'a>(&'a self, group: &str) -> Vec<&'a str> {
        self.filled.ticked(group)
    }

    /// Says it of a field that is not as it should be.
    pub(super) fn unless(&mut self, is_right: bool, field: &str, text: &str) {
        if !is_right {
            self.fields.push((field.to_owned(), text.to_owned()));
        }
    }

    /// What is said of a field.
    pub(super) fn of(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == field).map(|(_, text)| text.as_str())
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// All of it, at the top of the page.
    pub(super) fn summary(&self, language: Language) -> Markup {
        error_summary(language, &self.fields)
    }
}

/// What stands in a form: what was posted, or what is kept. Secrets are not among it.
#[derive(Debug, Default)]
pub(super) struct Filled(Vec<(String, String)>);

impl Filled {
    /// What was posted, without the fields that hold a secret.
    pub(super) fn of(posted: &Posted, secrets: &[&str]) -> Self {
        let open = posted.names().filter(|name| !secrets.contains(name));
        Self(open.map(|name| (name.to_owned(), posted.get(name).to_owned())).collect())
    }

    /// Puts a value into a field that is empty.
    pub(super) fn put(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Ticks the box of a name, or one of a group.
    pub(super) fn tick(&mut self, name: &str) {
        self.put(name, YES);
    }

    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    pub(super) fn is_ticked(&self, name: &str) -> bool {
        self.get(name) == YES
    }

    /// The values of a group's boxes that are ticked.
    pub(super) fn ticked<'a>(&'a self, group: &str) -> Vec<&'a str> {
        let of_group = |(name, value): &'a (String, String)| {
            let (before, after) = name.split_once('.')?;
            (before == group && value == YES).then_some(after)
        };
        self.0.iter().filter_map(of_group).collect()
    }

    /// The lines of a field, without those that are empty.
    pub(super) fn lines(&self, name: &str) -> Vec<&str> {
        self.get(name).lines().map(str::trim).filter(|line| !line.is_empty()).collect()
    }
}

/// What a ticked box posts.
const YES: &str = "yes";

/// A banner that says what is to be known of a page.
pub(super) fn note(language: Language, text: &str) -> Markup {
    banner(language, Tone::Note, &html! { p { (text) } })
}

/// The reasons for which staff looks at somebody.
pub(super) fn reason_title(language: Language, reason: StaffReason) -> &'static str {
    match reason {
        StaffReason::Asked => words::reason_asked(language),
        StaffReason::Right => words::reason_right(language),
        StaffReason::Maintenance => words::reason_maintenance(language),
        StaffReason::Billing => words::reason_billing(language),
        StaffReason::Security => words::reason_security(language),
        StaffReason::Law => words::reason_law(language),
    }
}
