//! What a policy's sign-up form asks, as the page shows it: the front door says what, this says in which part.

use candor_identity::FrontDoor;
use candor_manifest::Manifest;
use candor_manifest::model::{Field, FieldIx, PurposeIx};
use candor_publish::facts;

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
    /// Sorts what the policy's front door asks.
    pub fn of(manifest: &'a Manifest, door: &FrontDoor) -> Self {
        let is_optional = |ix: &FieldIx| facts::field(manifest, *ix).is_some_and(|field| field.optional);
        let (optional, needed) = door.asked.iter().copied().partition(is_optional);
        let (consents, later) = (door.consents.clone(), door.later.clone());
        Self { manifest, needed, optional, consents, later, age: manifest.age.map(|rule| rule.at_least) }
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
