//! The letter that closes a request, or says that it takes longer (GDPR Art. 12(3), 12(4), 77, 79).
//!
//! It names the right, what was done and when, the reason of a refusal, and the supervisory authority for the
//! subject's country. It holds no personal data, so that it can be had after an erasure too; whoever sends it adds the
//! address.

use std::fmt::Write as _;

use candor_manifest::Manifest;
use candor_manifest::law::countries;
use candor_manifest::model::{Authority, Contact, Country, Law, RightKind};
use candor_store::RequestRow;
use candor_words::{Instant, RequestId};
use serde::Serialize;

use crate::caller::{Caller, Scope};
use crate::requests::{RequestForm, State, form_of, justification, right_of, right_title, unknown};
use crate::{Vault, VaultError};

/// A letter about a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// Which request.
    pub request: RequestId,
    /// The right that was exercised.
    pub right: String,
    /// `answered`, `refused`, `withdrawn` or `extended`.
    pub outcome: &'static str,
    /// The language of the text.
    pub language: &'static str,
    /// The letter, as plain text in paragraphs.
    pub text: String,
    /// Why it was refused or extended: a DPV justification.
    pub justification: Option<Justification>,
    /// Where the subject may complain; `None` when the policy names no authority.
    pub authority: Option<LetterAuthority>,
}

/// A reason that machines can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Justification {
    pub term: &'static str,
    pub label: &'static str,
    pub iri: String,
}

/// A supervisory authority, as the policy names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct LetterAuthority {
    pub name: String,
    pub country: Country,
    pub url: Option<String>,
}

impl Vault {
    /// The letter about a request that was answered, refused or extended, under the policy in force at that time.
    ///
    /// # Errors
    /// The caller lacks the rights scope; the tenant has no such request about a right; there is nothing to tell yet.
    pub async fn letter(&self, caller: &Caller, request: RequestId) -> Result<Letter, VaultError> {
        caller.needs(Scope::Rights)?;
        let tenant = self.tenant(caller.tenant()).await?;
        let row = self.right_row(caller, request).await?;
        caller.may_reach(row.subject)?;
        let right = right_of(&row.kind).ok_or_else(unknown)?;
        let form = form_of(&row)?;
        let told = Told::of(&row, &form).ok_or_else(|| {
            VaultError::conflict("request.open", "there is no letter yet: the request is open")
                .help("answer, refuse or extend it first")
        })?;
        let policy = tenant.policy_at(told.at)?;
        Ok(compose(policy.manifest(), &row, &form, right, told))
    }
}

/// What a letter tells, and since when it is so.
#[derive(Clone, Copy)]
struct Told<'r> {
    outcome: &'static str,
    at: Instant,
    because: Option<&'r str>,
}

impl<'r> Told<'r> {
    fn of(row: &RequestRow, form: &'r RequestForm) -> Option<Self> {
        match (row.closed_at, &form.refused_because, form.extended_at) {
            (Some(at), ..) if row.state == State::Withdrawn.name() => {
                Some(Self { outcome: "withdrawn", at, because: None })
            }
            (Some(at), Some(because), _) => Some(Self { outcome: "refused", at, because: Some(because) }),
            (Some(at), None, _) => Some(Self { outcome: "answered", at, because: None }),
            (None, _, Some(at)) => Some(Self { outcome: "extended", at, because: form.extended_because.as_deref() }),
            (None, _, None) => None,
        }
    }
}

fn compose(manifest: &Manifest, row: &RequestRow, form: &RequestForm, right: RightKind, told: Told<'_>) -> Letter {
    let justification = told.because.and_then(justification);
    let justification = justification.map(|term| Justification { term: term.name, label: term.label, iri: term.iri() });
    let country = form.country.as_deref().and_then(countries::country);
    let authority = authority_for(manifest, country);
    let mut text = String::new();
    head(&mut text, manifest, row, form, right);
    let reason = justification.as_ref().map_or("", |reason| reason.label);
    body(&mut text, row, form, right, told, reason);
    remedies(&mut text, authority, told.outcome);
    Letter {
        request: row.id,
        right: row.kind.clone(),
        outcome: told.outcome,
        language: "en",
        text,
        justification,
        authority: authority.map(|found| LetterAuthority {
            name: found.name.clone(),
            country: found.country,
            url: found.url.clone(),
        }),
    }
}

fn head(text: &mut String, manifest: &Manifest, row: &RequestRow, form: &RequestForm, right: RightKind) {
    let controller = &manifest.controller;
    let _ = writeln!(text, "{}", controller.name);
    for contact in &controller.contacts {
        let (Contact::Email(way) | Contact::Telephone(way) | Contact::Web(way) | Contact::Post(way)) = contact;
        let _ = writeln!(text, "{way}");
    }
    let _ = writeln!(text, "\nYour request {}: {}{}", row.id, right_title(right), clause(&form.law, right));
    let _ = writeln!(
        text,
        "\nWe received your request on {} and had to answer it by {}.",
        day(row.received_at),
        day(row.due_at)
    );
}

fn body(text: &mut String, row: &RequestRow, form: &RequestForm, right: RightKind, told: Told<'_>, reason: &str) {
    let on = day(told.at);
    let _ = match told.outcome {
        "refused" => writeln!(text, "\nOn {on} we refused it. The reason: {reason}."),
        "withdrawn" => writeln!(text, "\nOn {on} it was taken back, and nothing was done about it."),
        "extended" => writeln!(
            text,
            "\nOn {on} we extended the time for our answer, which you will have by {}. The reason: {reason}.",
            day(row.due_at)
        ),
        _ => writeln!(text, "\nOn {on} we carried it out. {}", done(right, form.n_keys_destroyed)),
    };
}

/// What was done, in words.
fn done(right: RightKind, n_keys_destroyed: Option<u32>) -> String {
    let done = match right {
        RightKind::Access => "You were given a copy of the data we hold about you, and who received it.",
        RightKind::Rectification => "Your data was corrected, and what is computed from it was corrected with it.",
        RightKind::Erasure => {
            let keys = match n_keys_destroyed.unwrap_or_default() {
                1 => "the 1 key that could open it was".to_owned(),
                n_keys => format!("the {n_keys} keys that could open it were"),
            };
            return format!(
                "Your data was erased, and {keys} destroyed, so that copies in backups cannot be read either."
            );
        }
        RightKind::Restriction => "Your data is kept and no longer used, except as the terms agreed with you allow.",
        RightKind::Portability => "You were given the data you provided, in a form that machines can read.",
        RightKind::Objection => {
            "Your objection was noted, and the processing it is about has stopped unless we told you our grounds."
        }
        RightKind::Withdrawal => "Your consent is withdrawn. What was done before, while it was given, stays lawful.",
        RightKind::AutomatedDecision => "A person looked at the decision again.",
        RightKind::SaleOptOut => "Your data is neither sold nor shared.",
    };
    done.to_owned()
}

fn remedies(text: &mut String, authority: Option<&Authority>, outcome: &str) {
    let _ = match authority {
        Some(found) => {
            let at = found.url.as_deref().map(|url| format!(", {url}")).unwrap_or_default();
            writeln!(
                text,
                "\nIf you are not content, you may complain to a supervisory authority. Yours is: {}{at}.",
                found.name
            )
        }
        None => writeln!(
            text,
            "\nIf you are not content, you may complain to the supervisory authority of the country where you live or work."
        ),
    };
    let _ = writeln!(text, "You may also go to court. Neither costs you the other.");
    if outcome != "refused" {
        let _ = writeln!(text, "This answer is free of charge.");
    }
}

/// The authority of the subject's country; for a country of the EEA, at least one of the EEA (Art. 77 lets people
/// choose); else that of the controller's country, else the first that the policy names.
fn authority_for(manifest: &Manifest, country: Option<Country>) -> Option<&Authority> {
    let of = |country: Country| manifest.authorities.iter().find(|authority| authority.country == country);
    let of_eea = || manifest.authorities.iter().find(|authority| countries::is_eea(authority.country));
    let own = country.and_then(|country| of(country).or_else(|| countries::is_eea(country).then(of_eea).flatten()));
    own.or_else(|| of(manifest.controller.country)).or_else(|| manifest.authorities.first())
}

/// The clause of the law that gives the right, where it has one number everywhere.
fn clause(law: &str, right: RightKind) -> String {
    let known = Law::ALL.into_iter().find(|known| known.word() == law);
    let name = match known {
        Some(Law::Gdpr) => "GDPR",
        Some(Law::UkGdpr) => "UK GDPR",
        Some(Law::Ccpa) => return " (California Consumer Privacy Act)".to_owned(),
        Some(Law::Dpdp) => return " (Digital Personal Data Protection Act 2023)".to_owned(),
        Some(Law::Lgpd) => return " (Lei Geral de Proteção de Dados)".to_owned(),
        None => return String::new(),
    };
    match right {
        RightKind::Withdrawal => format!(" ({name} Art. 7(3))"),
        _ => right
            .term()
            .and_then(|term| term.strip_prefix('A'))
            .map(|article| format!(" ({name} Art. {article})"))
            .unwrap_or_default(),
    }
}

/// The day of an instant, in UTC.
fn day(at: Instant) -> String {
    at.to_string().chars().take(10).collect()
}
