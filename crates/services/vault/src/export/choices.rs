//! What a subject chose, as the vault kept it.

use candor_words::Instant;
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
    /// More about it.
    pub detail: Value,
    /// The ledger entry that proves it.
    pub entry: u64,
}

impl Export {
    pub(super) async fn choices(&mut self, after: Option<u64>) -> Result<Stage, VaultError> {
        let page = self.vault.store.events(self.tenant.id(), self.subject, after, EXPORT_PAGE_ROWS).await?;
        let mut choices = Vec::with_capacity(page.rows.len());
        for row in page.rows {
            let detail = serde_json::from_str(&row.detail).map_err(|_| VaultError::damaged("event"))?;
            choices.push(ExportedChoice { at: row.at, kind: row.kind, purpose: row.purpose, detail, entry: row.entry });
        }
        if !choices.is_empty() {
            self.push(ExportPart::Choices { choices })?;
        }
        Ok(page.next.map_or(Stage::Recipients, |next| Stage::Choices { after: Some(next) }))
    }
}
