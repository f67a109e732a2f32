//! Exports of several requests at once: connected systems are read for all of them together, and each stays its own.
//!
//! What names each person is opened first, one by one; then whoever reads systems is asked once, and hands every row to the export
//! of its person. They are pulled side by side, for a row waits for whoever takes it, and everybody else's behind it. Of the
//! vault, one page is in memory at a time, however many they are. See ADR 43.

use std::collections::BTreeSet;
use std::sync::Arc;

use candor_words::RequestId;
use futures_util::stream::{self, StreamExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Export, Stage};
use crate::beyond::{Beyond, NamedBy};
use crate::caller::{Caller, Scope};
use crate::{ErrorKind, Vault, VaultError};

/// The most requests whose exports are made together.
pub const EXPORTS_TOGETHER_MAX: usize = 100;
/// How many are begun at the same time, so that the store commits them in groups.
const AT_ONCE: usize = 16;

/// What an export has of those that are made beside it.
pub(super) struct Company {
    /// Whose turn it is to have a page of the vault.
    turns: Arc<Semaphore>,
    turn: Option<OwnedSemaphorePermit>,
}

impl Company {
    /// Waits for its turn where the next stage brings a page out of the vault; it ends when everything of that page was handed out.
    pub(super) async fn turn(&mut self, stage: &Stage) {
        self.turn = None;
        if matches!(stage, Stage::BeginSystems | Stage::Systems { .. } | Stage::Over) {
            // INVARIANT: whoever waits for rows has no turn. The rows of another may be in their way, who waits for one.
            return;
        }
        self.turn = Arc::clone(&self.turns).acquire_owned().await.ok();
    }
}

impl Vault {
    /// Begins the exports that requests for access or portability ask for, in their order; each answers its request with its last
    /// part. They have to be pulled side by side.
    ///
    /// # Errors
    /// The caller lacks the rights scope; more than [`EXPORTS_TOGETHER_MAX`] requests, or one twice. What stands in the way of one
    /// stands in its place: see [`Vault::export_of_request`].
    pub async fn export_of_requests(
        self: &Arc<Self>,
        caller: &Caller,
        requests: &[RequestId],
    ) -> Result<Vec<Result<Export, VaultError>>, VaultError> {
        caller.needs(Scope::Rights)?;
        bounded(requests)?;
        let begun = stream::iter(requests.to_vec()).map(|request| self.begun(caller, request));
        let mut begun: Vec<Result<Begun, VaultError>> = begun.buffered(AT_ONCE).collect().await;
        let (mut beyond, mut people, mut whose) = (None, Vec::new(), Vec::new());
        for (at, one) in begun.iter_mut().enumerate() {
            if let Ok((export, asks)) = one
                && let Some((reader, named)) = asks.take()
            {
                beyond = Some(reader);
                people.push((export.subject, named));
                whose.push(at);
            }
        }
        let rows = beyond.map_or_else(Vec::new, |beyond| beyond.read(caller.tenant(), people));
        let mut rows = whose.into_iter().zip(rows).peekable();
        let turns = Arc::new(Semaphore::new(1));
        let exports = begun.into_iter().enumerate().map(|(at, one)| {
            let brought = rows.next_if(|(of, _)| *of == at).map(|(_, rows)| rows);
            let (export, _) = one?;
            let company = Some(Company { turns: Arc::clone(&turns), turn: None });
            Ok(Export { brought, company, ..export })
        });
        Ok(exports.collect())
    }

    async fn begun(self: &Arc<Self>, caller: &Caller, request: RequestId) -> Result<Begun, VaultError> {
        let export = self.export_of_request(caller, request).await?;
        let asks = export.asks_systems().await?;
        Ok((export, asks))
    }
}

/// An export, and by what systems know its person.
type Begun = (Export, Option<(Arc<dyn Beyond>, Vec<NamedBy>)>);

fn bounded(requests: &[RequestId]) -> Result<(), VaultError> {
    if requests.len() > EXPORTS_TOGETHER_MAX {
        return Err(VaultError::new(
            ErrorKind::TooLarge,
            "archives.too_many",
            "nothing was exported: at most 100 requests are exported together",
        )
        .detail("max", EXPORTS_TOGETHER_MAX));
    }
    let once: BTreeSet<&RequestId> = requests.iter().collect();
    if requests.is_empty() || once.len() < requests.len() {
        return Err(VaultError::unprocessable(
            "archives.repeated",
            "nothing was exported: the requests have to be named, each once",
        ));
    }
    Ok(())
}
