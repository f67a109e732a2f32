//! Where the rows of an export go.

use async_trait::async_trait;
use candor_places::FoundRow;

/// Takes rows one by one, and lets whoever brings them wait: no connector holds more than a page in memory.
#[async_trait]
pub trait RowSink: Send {
    /// Takes a row.
    ///
    /// # Errors
    /// Nobody wants the rest.
    async fn take(&mut self, row: FoundRow) -> Result<(), SinkClosed>;
}

/// Nobody wants the rest of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the export was not finished: whoever asked for it has gone")]
pub struct SinkClosed;
