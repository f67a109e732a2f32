//! What a subject chose, as the vault kept it.

use std::collections::HashMap;

use candor_words::{Instant, from_hex};
use serde::Serialize;
use serde_json::Value;

use super::{EXPORT_PAGE_ROWS, Export, ExportPart, Stage};
use crate::VaultError;

/// Something that happened to the subject's standing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportedChoice {
    /// When.
    pub at: Instant,
    /// What: `consent.given`, `objection.made`, …
    pub kind: String,
    /// For which purpose.
    pub purpose: Option<String>,
    /// The text that the subject was shown, when one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// More about it, as the ledger entry's digest covers it.
    pub detail: Value,
    /// The ledger entry that proves it.
    pub entry: u64,
}

impl Export {
    pub(super) async fn choices(&mut self, after: Option<u64>) -> Result<Stage, VaultError> {
        let page = self.vault.store.events(self.tenant.id(), self.subject, after, EXPORT_PAGE_ROWS).await?;
        let mut texts = HashMap::new();
        let mut choices = Vec::with_capacity(page.rows.len());
        for row in page.rows {
            let detail: Value = serde_json::from_str(&row.detail).map_err(|_| VaultError::damaged("event"))?;
            let text = self.text_shown(&detail, &mut texts).await?;
            choices.push(ExportedChoice {
                at: row.at,
                kind: row.kind,
                purpose: row.purpose,
                text,
                detail,
                entry: row.entry,
            });
        }
        if !choices.is_empty() {
            self.push(ExportPart::Choices { choices })?;
        }
        Ok(page.next.map_or(Stage::Recipients, |next| Stage::Choices { after: Some(next) }))
    }

    /// The text whose digest an event names; each is read once for a page.
    async fn text_shown(
        &self,
        detail: &Value,
        texts: &mut HashMap<[u8; 32], Option<String>>,
    ) -> Result<Option<String>, VaultError> {
        let Some(Ok(digest)) = detail["text"].as_str().map(from_hex) else { return Ok(None) };
        if let Some(text) = texts.get(&digest) {
            return Ok(text.clone());
        }
        let text = self.vault.store.text(self.tenant.id(), digest).await?.map(|row| row.text);
        texts.insert(digest, text.clone());
        Ok(text)
    }
}
