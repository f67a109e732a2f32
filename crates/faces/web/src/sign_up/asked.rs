//! What a policy's sign-up form asks.

use candor_manifest::Manifest;
use candor_manifest::model::{Basis, Field, FieldIx, Group, PurposeIx, Source, ValueKind};
use candor_publish::facts;

/// The term of the field that a password stands in.
const PASSWORD: &str = "Password";
/// The term of the field that a date of birth stands in.
const BIRTH_DATE: &str = "BirthDate";
/// What cannot be typed in, or is set up once somebody is signed in.
const LATER: [&str; 3] = ["Picture", "Authenticating", "SecretText"];

/// What is asked of somebody who signs up.
#[derive(Debug, Clone)]
pub struct SignUpForm<'a> {
    /// The policy.
    pub manifest: &'a Manifest,
    /// What the account needs.
    pub needed: Vec<FieldIx>,
    /// What the person may leave empty.
    pub optional: Vec<FieldIx>,
    /// The consents that concern what the form asks.
    pub consents: Vec<PurposeIx>,
    /// The other consents: off, and asked when they matter.
    pub later: Vec<PurposeIx>,
    /// The age that must be shown.
    pub age: Option<u8>,
}

impl<'a> SignUpForm<'a> {
    /// Works out what a policy asks. The groups of the account are those kept once per person in which a person gives
    /// what identifies them, or their password.
    pub fn of(manifest: &'a Manifest) -> Self {
        let groups = manifest.groups.iter().filter(|group| is_of_account(manifest, group));
        let fields: Vec<FieldIx> = groups.flat_map(|group| group.fields.iter().copied()).collect();
        let asked = |ix: &FieldIx| facts::field(manifest, *ix).is_some_and(|field| is_asked(manifest, field));
        let is_optional = |ix: &FieldIx| facts::field(manifest, *ix).is_some_and(|field| field.optional);
        let (optional, needed) = fields.iter().copied().filter(asked).partition(is_optional);
        let on_consent = manifest.purposes.iter().enumerate().filter(|(_, purpose)| facts::asks_first(purpose));
        let concerns = |at: &usize| {
            manifest.purposes.get(*at).is_some_and(|purpose| {
                facts::fields_of(purpose).iter().any(|ix| fields.contains(ix))
                    && !matches!(purpose.basis, Basis::Consent { explicit: true, .. })
            })
        };
        let (consents, later) = on_consent.map(|(at, _)| at).partition::<Vec<_>, _>(concerns);
        Self {
            manifest,
            needed,
            optional,
            consents: consents.into_iter().filter_map(position).collect(),
            later: later.into_iter().filter_map(position).collect(),
            age: manifest.age.map(|rule| rule.at_least),
        }
    }

    /// The language of the policy's texts.
    pub fn policy_language(&self) -> &'a str {
        self.manifest.languages.first().map_or("", String::as_str)
    }

    /// A field by its position.
    pub fn field(&self, ix: FieldIx) -> Option<&'a Field> {
        facts::field(self.manifest, ix)
    }

    /// Every field that is asked, as the form shows them.
    pub fn fields(&self) -> impl Iterator<Item = (FieldIx, &'a Field)> {
        let all = self.needed.iter().chain(&self.optional);
        all.filter_map(|ix| Some((*ix, facts::field(self.manifest, *ix)?)))
    }
}

// INVARIANT: a manifest has at most 512 purposes.
fn position(at: usize) -> Option<PurposeIx> {
    u16::try_from(at).ok().map(PurposeIx)
}

fn is_of_account(manifest: &Manifest, group: &Group) -> bool {
    let known = |field: &&Field| (field.identifies || is_password(field)) && field.sources.contains(&Source::Subject);
    !group.many && facts::fields(manifest, &group.fields).iter().any(known)
}

/// True for what a person gives by typing it, and is no special category: those are never asked at the door.
fn is_asked(manifest: &Manifest, field: &Field) -> bool {
    field.sources.contains(&Source::Subject)
        && field.derived.is_none()
        && field.held_by.is_none()
        && !field.special
        && field.kind != ValueKind::List
        && !LATER.contains(&field.term.as_str())
        && (!field.hashed || is_password(field))
        // With an age rule the date is asked anyway; a policy that may do without keeps none.
        && !(is_birth_date(field) && field.optional && manifest.age.is_some())
}

/// True for the field that a password stands in.
pub(super) fn is_password(field: &Field) -> bool {
    field.hashed && field.term == PASSWORD
}

/// True for the field that a date of birth stands in.
pub(super) fn is_birth_date(field: &Field) -> bool {
    field.kind == ValueKind::Date && field.term == BIRTH_DATE
}
