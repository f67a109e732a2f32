//! Fields that follow others.

use candor_manifest::model::Derive;
use serde_json::Value;

/// Computes a derived value; `None` when the source has nothing to derive from.
pub fn derive(by: Derive, from: &Value) -> Option<Value> {
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
