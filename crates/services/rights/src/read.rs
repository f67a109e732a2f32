//! Reading a person's rows out of every connected system at once, into one bounded stream.

use std::sync::Arc;

use async_trait::async_trait;
use candor_connect::{ConnectError, RowSink, SinkClosed};
use candor_places::{FoundRow, Person, PersonIx};
use candor_vault::{FromSystem, NamedBy, SystemEnd, VaultError};
use candor_words::TenantId;
use futures_util::future::join_all;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::Rights;
use crate::named::Named;

/// How many rows wait for whoever reads them.
const ROWS_MAX: usize = 256;
/// How much of them, in units of [`ROOM_BYTES`]: 4 MiB. A row that is longer by itself waits until it is alone.
const ROOM: u32 = 4 << 10;
const ROOM_BYTES: usize = 1 << 10;
/// How often systems are asked for further identifiers.
const NAMING_ROUNDS: usize = 3;

impl Rights {
    /// Begins to read; a task of its own goes on as long as somebody takes rows.
    pub(crate) fn read_all(self: Arc<Self>, tenant: TenantId, named: Vec<NamedBy>) -> Receiver<FromSystem> {
        let (to, rows) = channel(ROWS_MAX);
        tokio::spawn(async move {
            if let Err(error) = self.read_into(tenant, named, &to).await {
                tracing::warn!(code = error.code(), "connected systems were not read for an export");
                let end = SystemEnd {
                    system: String::new(),
                    title: String::new(),
                    state: "failed",
                    because: Some(error.code().to_owned()),
                    n_rows: 0,
                    places: Vec::new(),
                };
                let _ = to.send(FromSystem::Ended(end)).await;
            }
        });
        rows
    }

    async fn read_into(
        &self,
        tenant: TenantId,
        named: Vec<NamedBy>,
        to: &Sender<FromSystem>,
    ) -> Result<(), VaultError> {
        let plan = self.vault.plan(tenant, None).await?;
        let slug = self.slug(tenant).await?;
        let mut named = Named::of(named);
        let systems = &plan.manifest().systems;
        let reached =
            systems.iter().map(async |system| match self.is_connected(tenant, &slug, plan.manifest(), system).await {
                Ok(false) => None,
                Ok(true) => Some(self.within(self.reach(tenant, &plan, &system.name)).await),
                Err(error) => Some(Err(ConnectError::Failed { why: error.code().to_owned() })),
            });
        let reached = join_all(reached).await;
        for _ in 0..NAMING_ROUNDS {
            let people = [named.person()];
            let found = reached
                .iter()
                .flatten()
                .flatten()
                .map(async |(_, connector)| self.within(connector.identify(&people)).await);
            let found = join_all(found).await.into_iter().flatten().flatten();
            if !named.add(found.filter(|found| found.person == PersonIx(0)).collect()) {
                break;
            }
        }
        let people = [named.person()];
        let room = Arc::new(Semaphore::new(ROOM as usize));
        let room = &room;
        let read = systems.iter().zip(&reached).map(async |(system, reached)| {
            let (state, because) = match reached {
                None => ("not_connected", None),
                Some(Err(error)) => ("failed", Some(error.to_string())),
                Some(Ok((_, connector))) => {
                    match self.read_one(&**connector, &people, ToExport { system: &system.name, to, room }).await {
                        Ok(()) => ("read", None),
                        Err(error) => ("failed", Some(error.to_string())),
                    }
                }
            };
            let end = SystemEnd {
                system: system.name.clone(),
                title: system.title.clone(),
                state,
                because,
                n_rows: 0,
                places: system.places.iter().map(|place| place.name.clone()).collect(),
            };
            let _ = to.send(FromSystem::Ended(end)).await;
        });
        join_all(read).await;
        Ok(())
    }

    async fn read_one(
        &self,
        connector: &dyn candor_connect::Connector,
        people: &[Person],
        mut sink: ToExport<'_>,
    ) -> Result<(), ConnectError> {
        connector.read(people, &mut sink).await
    }
}

/// Hands rows to an export.
struct ToExport<'a> {
    system: &'a str,
    to: &'a Sender<FromSystem>,
    /// What all systems share: whoever brings a row waits for its place.
    room: &'a Arc<Semaphore>,
}

#[async_trait]
impl RowSink for ToExport<'_> {
    async fn take(&mut self, row: FoundRow) -> Result<(), SinkClosed> {
        let room = Arc::clone(self.room).acquire_many_owned(room_of(&row)).await.map_err(|_| SinkClosed)?;
        self.to.send(FromSystem::Row(self.system.to_owned(), row, Some(room))).await.map_err(|_| SinkClosed)
    }
}

/// How much room a row takes while it waits.
fn room_of(row: &FoundRow) -> u32 {
    let of_values = row.values.iter().map(|value| 128 + value.value.as_ref().map_or(0, String::len));
    let n_bytes: usize = of_values.sum();
    u32::try_from(n_bytes.div_ceil(ROOM_BYTES)).unwrap_or(ROOM).clamp(1, ROOM)
}
