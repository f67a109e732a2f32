//! What a tenant's administrators switched, as it stands in the tenant's row.
//!
//! A small JSON object: `{"collections": {"usage": false}}`. Members that this program does not know stay as they are.

use std::collections::BTreeMap;

use candor_words::Span;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The switches of one tenant; what is not named is as the policy says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// Collections by name: on or off.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub collections: BTreeMap<String, bool>,
    /// The name of the ledger, when it is not made of the server's and the tenant's: it was moved or restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger_origin: Option<String>,
    /// How long groups are kept for managed accounts, by name, as administrators set it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lengths: BTreeMap<String, Span>,
    /// Administrators require a second factor of everybody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub factor_required: bool,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl Settings {
    /// Reads the text of a row.
    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Writes the text of a row.
    pub(crate) fn write(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_stays_and_what_is_malformed_is_refused() {
        let mut settings = Settings::read(r#"{"collections":{"usage":true},"theme":[1]}"#).unwrap();
        settings.collections.insert("usage".to_owned(), false);
        assert_eq!(settings.write().unwrap(), r#"{"collections":{"usage":false},"theme":[1]}"#);
        assert_eq!(Settings::read("{}").unwrap(), Settings::default());
        assert_eq!(Settings::default().write().unwrap(), "{}");
        assert!(Settings::read(r#"{"collections":{"usage":"no"}}"#).is_none());
    }
}
