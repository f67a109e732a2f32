//! The letter that closes a request, or says that it takes longer (GDPR Art. 12(3), 12(4), 77, 79).
//!
//! It names the right, what was done and when, the reason of a refusal in plain words, and the supervisory authority for the
//! subject's country, in either language; the sentences are in `letter/text.rs`. It holds no personal data, so that it can be had after an erasure too; whoever sends it adds the
//! address.

use candor_manifest::Manifest;
use candor_manifest::law::countries;
use candor_manifest::model::{Authority, Country, RightKind};
use candor_store::RequestRow;
use candor_words::{Instant, Language, RequestId};
use serde::Serialize;

use crate::caller::{Caller, Scope};
use crate::requests::{RequestForm, State, form_of, justification, right_of, unknown};
use crate::{Vault, VaultError};

mod text;

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
    /// The letter about a request that was answered, refused or extended, under the policy in force at that time, in English.
    ///
    /// # Errors
    /// The caller lacks the rights scope; the tenant has no such request about a right; there is nothing to tell yet.
    pub async fn letter(&self, caller: &Caller, request: RequestId) -> Result<Letter, VaultError> {
        self.letter_in(caller, request, Language::English).await
    }

    /// The same in a language.
    ///
    /// # Errors
    /// Those of [`Vault::letter`].
    pub async fn letter_in(
        &self,
        caller: &Caller,
        request: RequestId,
        language: Language,
    ) -> Result<Letter, VaultError> {
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
        Ok(compose(policy.manifest(), (&row, &form), right, told, language))
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

fn compose(
    manifest: &Manifest,
    (row, form): (&RequestRow, &RequestForm),
    right: RightKind,
    told: Told<'_>,
    language: Language,
) -> Letter {
    let term = told.because.and_then(justification);
    let country = form.country.as_deref().and_then(countries::country);
    let authority = authority_for(manifest, country);
    let text =
        text::Written { manifest, row, form, right, outcome: told.outcome, at: told.at, because: term, authority };
    Letter {
        request: row.id,
        right: row.kind.clone(),
        outcome: told.outcome,
        language: language.tag(),
        text: text.in_language(language),
        justification: term.map(|term| Justification { term: term.name, label: term.label, iri: term.iri() }),
        authority: authority.map(|found| LetterAuthority {
            name: found.name.clone(),
            country: found.country,
            url: found.url.clone(),
        }),
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
