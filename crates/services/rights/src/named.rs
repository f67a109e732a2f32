//! What names the person, while the request is on its way: sealed under their own key, and dropped when it ends.

use std::collections::BTreeSet;

use candor_places::{Correction, Found, Identifier, Person, PersonIx};
use candor_vault::{ErrorKind, Expect, IDENTIFIER_SLIPS, NamedBy, NewSlip, SlipChange, VaultError, request_slip};
use candor_words::{RequestId, Secret, SubjectId};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

/// The most identifiers that a person is looked for by.
const IDENTIFIERS_MAX: usize = 2_000;

/// What names the person, and what is put right about them.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Named {
    identifiers: Vec<(String, String)>,
    /// For a rectification: the fields with their right values.
    #[serde(default)]
    corrections: Vec<(String, Option<String>)>,
    /// By what a recipient knows them: of each field what stood in the vault last, before anything was put right.
    #[serde(default)]
    known_as: Vec<(String, String)>,
}

// Who somebody is, is never printed.
impl std::fmt::Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Named").field("n_identifiers", &self.identifiers.len()).finish_non_exhaustive()
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        self.identifiers.iter_mut().for_each(|(_, value)| value.zeroize());
        self.corrections.iter_mut().for_each(|(_, value)| value.zeroize());
        self.known_as.iter_mut().for_each(|(_, value)| value.zeroize());
    }
}

impl Named {
    pub fn of(named: Vec<NamedBy>) -> Self {
        let identifiers: Vec<(String, String)> =
            named.into_iter().map(|named| (named.field, named.value.expose().clone())).collect();
        let mut known_as: Vec<(String, String)> = Vec::new();
        // Older values stand before newer ones.
        for (field, value) in identifiers.iter().rev() {
            if !known_as.iter().any(|(known, _)| known == field) {
                known_as.push((field.clone(), value.clone()));
            }
        }
        Self { identifiers, corrections: Vec::new(), known_as }
    }

    /// What stands in the field by which somebody else knows the person.
    pub fn known_as(&self, field: &str) -> Option<Secret<String>> {
        self.known_as.iter().find(|(known, _)| known == field).map(|(_, value)| Secret::new(value.clone()))
    }

    /// Has it carry what is put right.
    pub fn correct(&mut self, corrections: Vec<(String, Option<String>)>) {
        self.corrections = corrections;
    }

    pub fn read(body: &[u8]) -> Result<Self, VaultError> {
        serde_json::from_slice(body)
            .map_err(|_| VaultError::new(ErrorKind::Internal, "store.damaged", "the stored slip cannot be read back"))
    }

    /// How it is kept.
    pub fn slip(&self, request: RequestId, owner: SubjectId, expect: Expect) -> Result<SlipChange, VaultError> {
        let body = serde_json::to_vec(self);
        let body =
            body.map_err(|_| VaultError::new(ErrorKind::Internal, "store.damaged", "the slip is not written"))?;
        let slip = NewSlip {
            kind: IDENTIFIER_SLIPS,
            name: request_slip(request),
            owner: Some(owner),
            expires_at: None,
            body: Zeroizing::new(body),
        };
        Ok(SlipChange::Put(slip, expect))
    }

    pub fn dropped(request: RequestId) -> SlipChange {
        SlipChange::Drop(IDENTIFIER_SLIPS, request_slip(request), Expect::Anything)
    }

    /// What names them: field and value.
    pub fn identifiers(&self) -> Vec<(&str, &str)> {
        self.identifiers.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect()
    }

    /// Lets go of those that a condition on their place does not hold of.
    pub fn keep_only(&mut self, is_kept: impl Fn(usize) -> bool) {
        let mut at = 0;
        self.identifiers.retain_mut(|(_, value)| {
            let keeps = is_kept(at);
            at += 1;
            if !keeps {
                value.zeroize();
            }
            keeps
        });
    }

    fn knows(&self, field: &str, value: &str) -> bool {
        self.identifiers.iter().any(|(known, kept)| known == field && kept == value)
    }

    /// Takes up what a system knows besides; true when something is new.
    pub fn add(&mut self, found: Vec<Found>) -> bool {
        let before = self.identifiers.len();
        for Found { identifier, .. } in found {
            let (field, value) = (identifier.field, identifier.value.expose());
            if !self.knows(&field, value) && self.identifiers.len() < IDENTIFIERS_MAX {
                self.identifiers.push((field, value.clone()));
            }
        }
        self.identifiers.len() > before
    }

    /// Takes up what names them in another run; true when something is new.
    pub fn add_all(&mut self, other: &Self) -> bool {
        let before = self.identifiers.len();
        for one in &other.identifiers {
            if !self.identifiers.contains(one) && self.identifiers.len() < IDENTIFIERS_MAX {
                self.identifiers.push(one.clone());
            }
        }
        self.identifiers.len() > before
    }

    /// The fields by which the person is looked for.
    pub fn fields(&self) -> Vec<String> {
        let fields: BTreeSet<&String> = self.identifiers.iter().map(|(field, _)| field).collect();
        fields.into_iter().cloned().collect()
    }

    pub fn person(&self) -> Person {
        let identifier =
            |(field, value): &(String, String)| Identifier { field: field.clone(), value: Secret::new(value.clone()) };
        Person { identifiers: self.identifiers.iter().map(identifier).collect() }
    }

    /// What is put right, for whoever the person is in a task.
    pub fn corrections(&self, person: PersonIx) -> Vec<Correction> {
        let correction = |(field, value): &(String, Option<String>)| Correction {
            person,
            field: field.clone(),
            value: value.clone().map(Secret::new),
        };
        self.corrections.iter().map(correction).collect()
    }
}
