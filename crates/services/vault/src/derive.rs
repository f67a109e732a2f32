//! Fields that follow others.

use std::collections::BTreeMap;

use candor_manifest::Manifest;
use candor_manifest::model::{Derive, FieldIx, Source};
use serde_json::Value;

/// What follows from values that were put right.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Followed {
    /// Fields with their new values, in the order of the policy; nothing empties one.
    pub values: Vec<(FieldIx, Option<Value>)>,
    /// Fields that may be wrong now and cannot be worked out here, and why.
    pub unknown: Vec<(FieldIx, &'static str)>,
}

/// What follows from values, by their fields; what is derived from a derived field follows too.
pub fn followed(manifest: &Manifest, values: &BTreeMap<FieldIx, Option<Value>>) -> Followed {
    let mut all = values.clone();
    let mut followed = Followed::default();
    // INVARIANT: no field is derived from itself, at any distance: the check of a policy refuses that. Each round that finds
    // anything finds a field more.
    loop {
        let before = all.len() + followed.unknown.len();
        for (ix, field) in (0_u16..).map(FieldIx).zip(&manifest.fields) {
            let Some(derivation) = field.derived.as_ref().filter(|_| !all.contains_key(&ix)) else { continue };
            let value = match all.get(&derivation.from) {
                Some(None) => None,
                Some(Some(value)) => match derive(derivation.by, value) {
                    Some(value) => Some(value),
                    None => {
                        if !followed.unknown.iter().any(|(known, _)| *known == ix) {
                            followed.unknown.push((ix, "nothing can be worked out from the new value"));
                        }
                        continue;
                    }
                },
                None => continue,
            };
            all.insert(ix, value.clone());
            followed.values.push((ix, value));
        }
        if all.len() + followed.unknown.len() == before {
            break;
        }
    }
    let elsewhere = |field: &candor_manifest::model::Field| {
        field.derived.is_none() && field.held_by.is_none() && field.sources.contains(&Source::Derived)
    };
    let fields = (0_u16..).map(FieldIx).zip(&manifest.fields).filter(|(ix, _)| !all.contains_key(ix));
    let of_others = fields.filter(|(_, field)| elsewhere(field));
    followed.unknown.extend(of_others.map(|(ix, _)| (ix, "it is worked out elsewhere, and nothing says from what")));
    followed.values.sort_by_key(|(ix, _)| *ix);
    followed
}

/// Some fields with all that are derived from them, at any distance.
pub(crate) fn followers(manifest: &Manifest, given: &[FieldIx]) -> Vec<FieldIx> {
    let mut all = given.to_vec();
    loop {
        let fields = (0_u16..).map(FieldIx).zip(&manifest.fields);
        let follows = |from: &FieldIx| all.contains(from);
        let new: Vec<FieldIx> = fields
            .filter(|(ix, field)| !all.contains(ix) && field.derived.as_ref().is_some_and(|by| follows(&by.from)))
            .map(|(ix, _)| ix)
            .collect();
        if new.is_empty() {
            return all;
        }
        all.extend(new);
    }
}

/// Computes a derived value; `None` when the source has nothing to derive from.
pub(crate) fn derive(by: Derive, from: &Value) -> Option<Value> {
    let text = match from {
        Value::String(text) => text.clone(),
        other => return (by == Derive::Copy).then(|| other.clone()),
    };
    let derived = match by {
        Derive::Copy => text,
        Derive::Lowercase => text.to_lowercase(),
        Derive::Domain => text.rsplit_once('@')?.1.to_lowercase(),
        Derive::Initials => text.split_whitespace().filter_map(|word| word.chars().next()).collect(),
        Derive::Year => text.get(..4)?.to_owned(),
    };
    Some(Value::String(derived))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_derivation_follows_its_source() {
        let of = |by, text: &str| derive(by, &Value::from(text));
        assert_eq!(of(Derive::Domain, "Ada@Example.ORG"), Some("example.org".into()));
        assert_eq!(of(Derive::Domain, "nobody"), None);
        assert_eq!(of(Derive::Initials, "Ada  King Lovelace"), Some("AKL".into()));
        assert_eq!(of(Derive::Year, "1815-12-10"), Some("1815".into()));
        assert_eq!(of(Derive::Lowercase, "ÅDA"), Some("åda".into()));
    }
}
