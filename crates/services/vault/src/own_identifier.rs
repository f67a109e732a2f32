//! Identifiers that nobody gives themself: by them rows in connected systems are found, shown and erased.
//!
//! Whoever types another's customer number in as theirs would be given the other's orders. An address is proved by a letter before
//! it is written; anything else of the kind is put right by a request, which somebody looks at.

use candor_manifest::Manifest;
use candor_manifest::model::{FieldIx, Owner, System};
use serde_json::Value;

use crate::caller::Caller;
use crate::draft::Draft;
use crate::records::NewRecord;
use crate::{ErrorKind, VaultError};

/// What a person's own word is called as a source.
const SUBJECT: &str = "subject";

/// True of a field that only somebody who looks may write for a person: rows in connected systems are found by it, and no letter
/// proves it.
pub fn is_proved_elsewhere(manifest: &Manifest, ix: FieldIx) -> bool {
    let finds = |owner: &Owner| matches!(owner, Owner::Subject { by, .. } if *by == ix);
    let is_found_by =
        |system: &System| system.places.iter().any(|place| place.owned_by.iter().chain(&place.accessed_by).any(finds));
    let is_letter = |term: &str| term.starts_with("EmailAddress");
    manifest.fields.get(ix.at()).is_some_and(|field| field.identifies && !is_letter(&field.term))
        && manifest.systems.iter().any(is_found_by)
}

/// Refuses a person who writes such a field of their own; taking it away is theirs.
pub(crate) fn refuse_own_identifier(caller: &Caller, draft: &Draft, new: &NewRecord) -> Result<(), VaultError> {
    if !caller.is_person() || new.source != SUBJECT {
        return Ok(());
    }
    let manifest = draft.policy.manifest();
    let written = new.values.iter().filter(|(_, value)| **value != Value::Null);
    let mut fields = written.filter_map(|(name, _)| manifest.field(&format!("{}.{name}", new.group)));
    if !fields.any(|ix| is_proved_elsewhere(manifest, ix)) {
        return Ok(());
    }
    Err(VaultError::new(
        ErrorKind::Denied,
        "identifier.unproved",
        "the record was not changed: what identifies the person in connected systems is not taken on their own word",
    )
    .help("make a request for correction; somebody looks at it"))
}
