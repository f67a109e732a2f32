//! Reading people's rows out of every connected system at once, each system in one pass for all of them, into one bounded stream a
//! person.
//!
//! All rows that wait share one room, so that memory does not grow with the people; whoever brings them waits for whoever takes
//! them. A person whose export has ended takes no more, and is in nobody's way. What a system refuses for so many is asked of each half
//! (`halves.rs`), as long as none of its rows was handed on. See ADR 43.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use candor_connect::{ConnectError, Connector, RowSink, SinkClosed};
use candor_manifest::model::System;
use candor_places::{Found, FoundRow, Person, PersonIx};
use candor_vault::{FromSystem, NamedBy, SystemEnd, VaultError};
use candor_words::{SubjectId, TenantId};
use futures_util::future::join_all;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::Rights;
use crate::halves::Halves;
use crate::named::Named;
use crate::theirs::NAMING_ROUNDS;

/// How many rows of a person wait for whoever reads them, of one among several and of one alone.
const ROWS_MAX: usize = 64;
const ROWS_MAX_ALONE: usize = 256;
/// How much of everybody's, in units of [`ROOM_BYTES`]: 4 MiB. A row that is longer by itself waits until it is alone.
const ROOM: u32 = 4 << 10;
const ROOM_BYTES: usize = 1 << 10;

impl Rights {
    /// Begins to read; a task of its own goes on as long as somebody takes rows.
    pub(crate) fn read_all(
        self: Arc<Self>,
        tenant: TenantId,
        people: Vec<(SubjectId, Vec<NamedBy>)>,
    ) -> Vec<Receiver<FromSystem>> {
        let n_rows = if people.len() > 1 { ROWS_MAX } else { ROWS_MAX_ALONE };
        let (to, rows): (Vec<Sender<FromSystem>>, _) = people.iter().map(|_| channel(n_rows)).unzip();
        tokio::spawn(async move {
            if let Err(error) = self.read_into(tenant, people, &to).await {
                tracing::warn!(code = error.code(), "connected systems were not read for an export");
                let end = SystemEnd {
                    system: String::new(),
                    title: String::new(),
                    state: "failed",
                    because: Some(error.code().to_owned()),
                    n_rows: 0,
                    places: Vec::new(),
                };
                tell(&to, &end).await;
            }
        });
        rows
    }

    async fn read_into(
        &self,
        tenant: TenantId,
        people: Vec<(SubjectId, Vec<NamedBy>)>,
        to: &[Sender<FromSystem>],
    ) -> Result<(), VaultError> {
        let plan = self.vault.plan(tenant, None).await?;
        let slug = self.slug(tenant).await?;
        let office = self.vault.office(tenant);
        let (subjects, mut named): (Vec<SubjectId>, Vec<Named>) =
            people.into_iter().map(|(subject, named)| (subject, Named::of(named))).unzip();
        let systems = &plan.manifest().systems;
        let reached =
            systems.iter().map(async |system| match self.is_connected(tenant, &slug, plan.manifest(), system).await {
                Ok(false) => None,
                Ok(true) => Some(self.within(self.reach(tenant, &plan, &system.name)).await),
                Err(error) => Some(Err(ConnectError::Failed { why: error.code().to_owned() })),
            });
        let reached = join_all(reached).await;
        for _ in 0..NAMING_ROUNDS {
            let people: Vec<Person> = named.iter().map(Named::person).collect();
            let found = reached.iter().flatten().flatten().map(|(_, connector)| self.known_as(&**connector, &people));
            let mut of_each: HashMap<PersonIx, Vec<Found>> = HashMap::new();
            for found in join_all(found).await.into_iter().flatten() {
                of_each.entry(found.person).or_default().push(found);
            }
            let mut is_new = false;
            for ((person, subject), named) in (0..).map(PersonIx).zip(&subjects).zip(&mut named) {
                if let Some(found) = of_each.remove(&person) {
                    is_new |= named.add(self.theirs(&office, *subject, found).await?);
                }
            }
            if !is_new {
                break;
            }
        }
        let people: Vec<Person> = named.iter().map(Named::person).collect();
        drop(named);
        let room = Arc::new(Semaphore::new(ROOM as usize));
        let read = systems.iter().zip(&reached).map(async |(system, reached)| match reached {
            None => tell(to, &end(system, "not_connected", None)).await,
            Some(Err(error)) => tell(to, &end(system, "failed", Some(error))).await,
            Some(Ok((_, connector))) => read_one(&**connector, &people, system, to, &room).await,
        });
        join_all(read).await;
        Ok(())
    }

    /// What a system knows people as besides; nothing, where it cannot say so.
    async fn known_as(&self, connector: &dyn Connector, people: &[Person]) -> Vec<Found> {
        let mut all = Vec::new();
        let mut halves = Halves::of(people.len(), people.len());
        while let Some(portion) = halves.next() {
            let some = people.get(portion.clone()).unwrap_or_default();
            match self.within(connector.identify(some)).await {
                Ok(found) => all.extend(found.into_iter().filter_map(|found| {
                    let at = place_of(&portion, found.person)?;
                    Some(Found { person: PersonIx(u32::try_from(at).ok()?), ..found })
                })),
                Err(error) => {
                    halves.split(&portion, &error.into());
                }
            }
        }
        all
    }
}

/// Reads a system for everybody, and tells each how that ended.
async fn read_one(
    connector: &dyn Connector,
    people: &[Person],
    system: &System,
    to: &[Sender<FromSystem>],
    room: &Arc<Semaphore>,
) {
    let mut halves = Halves::of(people.len(), people.len());
    while let Some(portion) = halves.next() {
        let (Some(some), Some(their)) = (people.get(portion.clone()), to.get(portion.clone())) else { continue };
        let mut sink = ToExports { system: &system.name, to: their, room, has_given: false };
        match connector.read(some, &mut sink).await {
            Ok(()) => tell(their, &end(system, "read", None)).await,
            Err(error) => {
                let has_given = sink.has_given;
                let told = end(system, "failed", Some(&error));
                if has_given || !halves.split(&portion, &error.into()) {
                    tell(their, &told).await;
                }
            }
        }
    }
}

/// Hands rows to the exports of their people.
struct ToExports<'a> {
    system: &'a str,
    to: &'a [Sender<FromSystem>],
    /// What all systems share: whoever brings a row waits for its place.
    room: &'a Arc<Semaphore>,
    has_given: bool,
}

#[async_trait]
impl RowSink for ToExports<'_> {
    async fn take(&mut self, row: FoundRow) -> Result<(), SinkClosed> {
        let to = usize::try_from(row.person.0).ok().and_then(|at| self.to.get(at));
        let Some(to) = to.filter(|to| !to.is_closed()) else { return self.goes_on() };
        let room = Arc::clone(self.room).acquire_many_owned(room_of(&row)).await.map_err(|_| SinkClosed)?;
        self.has_given = true;
        match to.send(FromSystem::Row(self.system.to_owned(), row, Some(room))).await {
            Ok(()) => Ok(()),
            Err(_) => self.goes_on(),
        }
    }
}

impl ToExports<'_> {
    /// Somebody's export has ended; others go on.
    fn goes_on(&self) -> Result<(), SinkClosed> {
        if self.to.iter().all(Sender::is_closed) { Err(SinkClosed) } else { Ok(()) }
    }
}

/// Tells people how a system ended, side by side: whoever has not yet taken their last row keeps nobody else from hearing it.
async fn tell(to: &[Sender<FromSystem>], end: &SystemEnd) {
    join_all(to.iter().map(async |to| drop(to.send(FromSystem::Ended(end.clone())).await))).await;
}

fn end(system: &System, state: &'static str, because: Option<&ConnectError>) -> SystemEnd {
    SystemEnd {
        system: system.name.clone(),
        title: system.title.clone(),
        state,
        because: because.map(ToString::to_string),
        n_rows: 0,
        places: system.places.iter().map(|place| place.name.clone()).collect(),
    }
}

/// Which of all people one of a portion is.
fn place_of(portion: &Range<usize>, person: PersonIx) -> Option<usize> {
    let at = portion.start.checked_add(usize::try_from(person.0).ok()?)?;
    portion.contains(&at).then_some(at)
}

/// How much room a row takes while it waits.
fn room_of(row: &FoundRow) -> u32 {
    let of_values = row.values.iter().map(|value| 128 + value.value.as_ref().map_or(0, String::len));
    let n_bytes: usize = of_values.sum();
    u32::try_from(n_bytes.div_ceil(ROOM_BYTES)).unwrap_or(ROOM).clamp(1, ROOM)
}
