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
use crate::door::{At, DoorState, OwnForm, SignedIn, escaped};
use crate::kit::{Area, Desk, Frame, Tone, banner, heading};
use crate::words::console as words;

/// Somebody at the console.
pub(super) struct Seated {
    pub at: At,
    pub session: Session,
    pub seat: Seat,
}

impl FromRequestParts<DoorState> for Seated {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &DoorState) -> Result<Self, Response> {
        let signed_in = SignedIn::from_request_parts(parts, state).await?;
        Self::of(signed_in).await
    }
}

impl Seated {
    /// The seat of whoever is signed in.
    pub(super) async fn of(SignedIn { at, session, .. }: SignedIn) -> Result<Self, Response> {
        match at.identity.seat(session.tenant, session.subject).await {
            Ok(seat) => Ok(Self { at, session, seat }),
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

    /// The places that are open.
    fn places(&self) -> &'static [Desk] {
        if self.seat.is_administrator { &Desk::ALL } else { &Desk::ALL[..1] }
    }

    /// A page of the console.
    pub(super) fn page(self, here: Desk, title: &str, content: &Markup) -> Response {
        self.page_with(StatusCode::OK, here, title, content)
    }

    /// A page of the console with a status.
    pub(super) fn page_with(self, status: StatusCode, here: Desk, title: &str, content: &Markup) -> Response {
        let area = Area::Console { here, places: self.places(), token: &self.at.form_token };
        let frame = Frame { reader: &self.at.reader, tenant: self.at.shown(), title, area };
        let page = frame.page(&html! { (heading(title, None)) (content) });
        self.at.page(status, page)
    }

    /// Goes on to a page of the console.
    pub(super) fn go(self, below: &str) -> Response {
        let to = self.at.path(below);
        self.at.go(&to)
    }

    /// The answer, or what went wrong; whoever has to prove themself once more is sent there, and comes back.
    pub(super) fn answer(self, error: &VaultError, below: &str) -> Response {
        if matches!(error.code(), "session.stale" | "factor.needed") {
            let here = format!("/{}/{below}", self.at.tenant.slug);
            let to = self.at.path(&format!("account/prove?then={}", escaped(&here)));
            return self.at.go(&to);
        }
        self.at.trouble(error)
    }
}

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
