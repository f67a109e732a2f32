//! A vault, and systems in memory that fail when they are told to.

#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use candor_connect::{ConnectError, Connector, Connectors, RowSink};
use candor_manifest::model::{PlaceErasure, SystemKind};
use candor_places::{
    Act, Catalogue, Did, Foreseen, Found, FoundRow, Identifier, MappedOwner, MappedPlace, Mark, Person, PersonIx,
    PlaceReport, Preview, Report, Role, RowValue, Share, SystemMap, Task, Trace, Turn,
};
use candor_rights::{Addresses, Rights, RightsParts, RunView, STEP_WAIT};
use candor_seal::{KeyVersion, RootKey};
use candor_store::Store;
use candor_store_memory::MemoryStore;
use candor_vault::{Caller, NewRecord, NewRequest, NewSubject, NewTenant, Vault, VaultParts, right_of};
use candor_words::{Instant, ManualClock, RequestId, Secret, SeededEntropy, SubjectId, TenantId};
use parking_lot::Mutex;

pub mod outside;

pub const POLICY: &str = include_str!("policy.candor");

/// One row: its columns.
pub type Row = BTreeMap<&'static str, String>;

/// How a system fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    #[default]
    None,
    Down,
    Refuses,
    Hangs,
    /// What was asked is done, and the answer is lost.
    LosesAnswers,
    Panics,
}

/// A system in memory.
#[derive(Default)]
pub struct Memory {
    pub tables: Mutex<HashMap<String, Vec<Row>>>,
    pub fault: Mutex<Fault>,
    /// Rows that the application writes again after each act, so often.
    pub writes_again: Mutex<Option<(String, Row, u32)>>,
    /// Counts what it was asked, whatever it was.
    pub n_asked: AtomicU32,
    pub n_acts: AtomicU32,
    pub n_searches: AtomicU32,
    /// How often it was asked for rows, and whom else it knows people as.
    pub n_reads: AtomicU32,
    pub n_identified: AtomicU32,
    /// Somebody whose rows a trigger of the system does not let go.
    pub holds_on_to: Mutex<Option<String>>,
    /// The most people that a task may be for, before it is too long.
    pub people_max: Mutex<Option<usize>>,
    /// Each act is for one person here.
    pub is_one_by_one: AtomicBool,
}

impl Memory {
    pub fn put(&self, place: &str, columns: &[(&'static str, &str)]) {
        let row = columns.iter().map(|(column, value)| (*column, (*value).to_owned())).collect();
        self.tables.lock().entry(place.to_owned()).or_default().push(row);
    }

    pub fn rows(&self, place: &str) -> Vec<Row> {
        self.tables.lock().get(place).cloned().unwrap_or_default()
    }

    pub fn fail(&self, fault: Fault) {
        *self.fault.lock() = fault;
    }

    async fn before(&self) -> Result<(), ConnectError> {
        self.n_asked.fetch_add(1, Ordering::SeqCst);
        let fault = *self.fault.lock();
        match fault {
            Fault::Down => Err(ConnectError::Unreachable { why: "it is down".into() }),
            Fault::Refuses => Err(ConnectError::PrivilegeMissing { what: "DELETE on users".into() }),
            Fault::Hangs => std::future::pending().await,
            Fault::Panics => panic!("a connector that breaks"),
            Fault::None | Fault::LosesAnswers => Ok(()),
        }
    }

    fn after(&self) -> Result<(), ConnectError> {
        match *self.fault.lock() {
            Fault::LosesAnswers => Err(ConnectError::Unreachable { why: "it went away".into() }),
            _ => Ok(()),
        }
    }
}

/// Speaks with one of them.
struct Speaker(Arc<Memory>, Arc<SystemMap>);

impl Speaker {
    fn is_of(place: &MappedPlace, row: &Row, people: &[Person]) -> bool {
        place.owned_by.iter().any(|owner| match owner {
            MappedOwner::Subject { field, column } => people
                .iter()
                .flat_map(|person| &person.identifiers)
                .any(|known| known.field == *field && row.get(column.as_str()) == Some(known.value.expose())),
            MappedOwner::Place(_) => false,
        })
    }

    fn report(&self, people: &[Person], act: &Act, is_done: bool) -> Report {
        let mut tables = self.0.tables.lock();
        let (mut reports, mut shares) = (Vec::new(), Vec::new());
        for place in &self.1.places {
            let rows = tables.entry(place.name.clone()).or_default();
            let n_rows = rows.iter().filter(|row| Self::is_of(place, row, people)).count() as u64;
            for (person, one) in (0..).map(PersonIx).zip(people) {
                let n_rows =
                    rows.iter().filter(|row| Self::is_of(place, row, std::slice::from_ref(one))).count() as u64;
                if n_rows > 0 {
                    shares.push(Share { line: reports.len(), person, n_rows });
                }
            }
            let marked = act.mark().map(|(of, turn)| (place.mark(&of).cloned(), of, turn));
            if matches!(marked, Some((None, Mark::No(_), _))) {
                shares.retain(|share| share.line != reports.len());
                continue;
            }
            let did = match (act, place.on_erasure, &marked) {
                (Act::Erase, PlaceErasure::Delete, _) => Did::Deleted,
                (Act::Erase, PlaceErasure::DeIdentify, _) => Did::DeIdentified,
                (Act::Erase, PlaceErasure::Keep, _) => Did::Kept,
                (Act::Rectify(_), ..) => Did::Corrected,
                (_, _, Some((Some(_), of, turn))) => of.did(*turn),
                (_, _, _) => Did::CannotHold,
            };
            reports.push(PlaceReport { place: place.name.clone(), did, n_rows, because: place.kept_because.clone() });
            if !is_done {
                continue;
            }
            match act {
                Act::Erase if did == Did::Deleted => rows.retain(|row| !Self::is_of(place, row, people)),
                Act::Erase if did == Did::DeIdentified => {
                    for row in rows.iter_mut().filter(|row| Self::is_of(place, row, people)) {
                        row.values_mut().for_each(|value| *value = "gone".into());
                    }
                }
                Act::Rectify(corrections) => {
                    for row in rows.iter_mut().filter(|row| Self::is_of(place, row, people)) {
                        for correction in corrections {
                            let columns =
                                place.columns.iter().filter(|column| column.field.as_ref() == Some(&correction.field));
                            for column in columns {
                                let value = correction.value.as_ref().map_or("", |value| value.expose());
                                let known = row.keys().find(|known| **known == column.column).copied();
                                known.map(|known| row.insert(known, value.to_owned()));
                            }
                        }
                    }
                }
                _ => {
                    let Some((Some(mark), _, turn)) = marked else { continue };
                    let value = if turn == Turn::Set { mark.to } else { mark.otherwise.unwrap_or_default() };
                    let column: &'static str = if mark.column == "frozen" { "frozen" } else { "wanted" };
                    for row in rows.iter_mut().filter(|row| Self::is_of(place, row, people)) {
                        row.insert(column, value.clone());
                    }
                }
            }
        }
        Report { places: reports, shares }
    }

    /// Fails as it does for one of some people, or for so many.
    fn stands_in_the_way(&self, people: &[Person]) -> Result<(), ConnectError> {
        if self.0.people_max.lock().is_some_and(|n_max| people.len() > n_max) {
            return Err(ConnectError::Busy { retry_after_seconds: None });
        }
        let held = self.0.holds_on_to.lock();
        let mut identifiers = people.iter().flat_map(|person| &person.identifiers);
        match held.as_ref() {
            Some(held) if identifiers.any(|known| known.value.expose() == held) => {
                Err(ConnectError::Failed { why: "a trigger of the system refused it".into() })
            }
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Connector for Speaker {
    async fn catalogue(&self) -> Result<Catalogue, ConnectError> {
        self.0.before().await?;
        Ok(Catalogue::default())
    }

    async fn sample(&self, _: &str, _: &str, _: usize) -> Result<Vec<Secret<String>>, ConnectError> {
        Ok(Vec::new())
    }

    async fn identify(&self, people: &[Person]) -> Result<Vec<Found>, ConnectError> {
        self.0.before().await?;
        self.0.n_identified.fetch_add(1, Ordering::SeqCst);
        let tables = self.0.tables.lock();
        let mut found = Vec::new();
        let each = (0..).map(PersonIx).zip(people).flat_map(|one| self.1.places.iter().map(move |place| (one, place)));
        for ((person, one), place) in each {
            let rows = tables.get(&place.name).into_iter().flatten();
            let rows = rows.filter(|row| Self::is_of(place, row, std::slice::from_ref(one)));
            for row in rows {
                let known = place.columns.iter().filter(|column| column.identifies);
                for (column, field) in known.filter_map(|column| Some((column, column.field.clone()?))) {
                    if let Some(value) = row.get(column.column.as_str()) {
                        let identifier = Identifier { field, value: Secret::new(value.clone()) };
                        found.push(Found { person, identifier });
                    }
                }
            }
        }
        Ok(found)
    }

    async fn preview(&self, task: &Task) -> Result<Vec<Preview>, ConnectError> {
        self.0.before().await?;
        Ok(self.foresee(task).await?.previews)
    }

    async fn foresee(&self, task: &Task) -> Result<Foreseen, ConnectError> {
        self.0.before().await?;
        let Report { places, shares } = self.report(&task.people, &task.act, false);
        let statements = || vec!["DELETE FROM users WHERE email = ?".to_owned()];
        let previews = places.into_iter().map(|would| Preview { would, statements: statements() }).collect();
        Ok(Foreseen { previews, shares })
    }

    async fn people_at_once(&self) -> Result<usize, ConnectError> {
        Ok(if self.0.is_one_by_one.load(Ordering::SeqCst) { 1 } else { 10_000 })
    }

    async fn read(&self, people: &[Person], rows: &mut dyn RowSink) -> Result<(), ConnectError> {
        self.0.before().await?;
        self.0.n_reads.fetch_add(1, Ordering::SeqCst);
        self.stands_in_the_way(people)?;
        for place in &self.1.places {
            let mut of_each: Vec<(PersonIx, Row)> = Vec::new();
            for (person, one) in (0..).map(PersonIx).zip(people) {
                let all = self.0.rows(&place.name).into_iter();
                let theirs = all.filter(|row| Self::is_of(place, row, std::slice::from_ref(one)));
                of_each.extend(theirs.map(|row| (person, row)));
            }
            for (person, row) in of_each {
                let values = row.into_iter().map(|(column, value)| {
                    let mapped = place.columns.iter().find(|mapped| mapped.column == column);
                    RowValue {
                        column: column.to_owned(),
                        field: mapped.and_then(|mapped| mapped.field.clone()),
                        value: Some(value),
                        is_withheld: column == "frozen",
                        is_provided: mapped.is_some_and(|mapped| mapped.is_provided),
                        is_too_long: false,
                    }
                });
                let values = values.collect();
                let row =
                    FoundRow { person, place: place.name.clone(), key: vec!["1".into()], role: Role::Owner, values };
                rows.take(row).await?;
            }
        }
        Ok(())
    }

    async fn carry_out(&self, task: &Task) -> Result<Report, ConnectError> {
        self.0.before().await?;
        self.0.n_acts.fetch_add(1, Ordering::SeqCst);
        self.stands_in_the_way(&task.people)?;
        let report = self.report(&task.people, &task.act, true);
        if let Some((place, row, left)) = self.0.writes_again.lock().as_mut()
            && *left > 0
        {
            *left -= 1;
            self.0.tables.lock().entry(place.clone()).or_default().push(row.clone());
        }
        self.0.after()?;
        Ok(report)
    }

    async fn search(&self, people: &[Person]) -> Result<Vec<Trace>, ConnectError> {
        self.0.before().await?;
        self.0.n_searches.fetch_add(1, Ordering::SeqCst);
        let mut traces = Vec::new();
        let tables = self.0.tables.lock();
        let each = (0..).map(PersonIx).zip(people).flat_map(|one| tables.iter().map(move |table| (one, table)));
        for ((person, one), (place, rows)) in each {
            let is_named = |value: &String| one.identifiers.iter().any(|known| known.value.expose() == value);
            let n_rows = rows.iter().filter(|row| row.values().any(is_named)).count() as u64;
            let is_mapped = self.1.place(place).is_some();
            if n_rows > 0 {
                traces.push(Trace { person, place: place.clone(), column: "email".into(), n_rows, is_mapped });
            }
        }
        Ok(traces)
    }
}

struct Speakers(Arc<Memory>);

#[async_trait]
impl Connectors for Speakers {
    async fn connect(&self, map: Arc<SystemMap>, _: &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError> {
        Ok(Arc::new(Speaker(Arc::clone(&self.0), map)))
    }
}

struct Known(Vec<&'static str>);

impl Addresses for Known {
    fn address(&self, _: &str, env: &str) -> Option<Secret<String>> {
        // A variable that holds something else than the name of a fixture is written with what it holds.
        let known = self.0.iter().find(|known| known.split('=').next() == Some(env))?;
        Some(Secret::new(known.split_once('=').map(|(_, held)| held.to_owned()).unwrap_or_default()))
    }

    fn may_lead_to(&self, _: &str, url: &str) -> bool {
        url.starts_with("https://allowed.example/")
    }
}

/// A vault with two systems in memory, and one that is not connected.
pub struct World {
    pub vault: Arc<Vault>,
    pub rights: Arc<Rights>,
    pub clock: Arc<ManualClock>,
    pub tenant: TenantId,
    pub admin: Caller,
    pub verifier_key: String,
    pub shop: Arc<Memory>,
    pub forum: Arc<Memory>,
    secret: Secret<String>,
}

pub async fn world() -> World {
    world_with(&["SHOP", "FORUM"]).await
}

pub async fn world_with(addresses: &[&'static str]) -> World {
    world_over(Arc::new(MemoryStore::new()), POLICY, addresses).await
}

pub async fn world_of(policy: &str, addresses: &[&'static str]) -> World {
    world_over(Arc::new(MemoryStore::new()), policy, addresses).await
}

/// A vault over a store.
fn vault(store: Arc<dyn Store>, clock: &Arc<ManualClock>, seed: u64) -> Arc<Vault> {
    let parts = VaultParts {
        store,
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(seed)),
        roots: vec![RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).unwrap()],
        origin: "candor.test".into(),
    };
    Vault::open(parts).unwrap()
}

pub async fn world_over(store: Arc<dyn Store>, policy: &str, addresses: &[&'static str]) -> World {
    let clock = Arc::new(ManualClock::new(Instant::from_date(2026, 6, 1).unwrap()));
    let vault = vault(store, &clock, 42);
    let sources = vec![("policy.candor".to_owned(), policy.to_owned())];
    let new = NewTenant { slug: "sketch".into(), title: "Sketch".into(), sources };
    let created = vault.create_tenant(new).await.unwrap();
    let admin = vault.authenticate(created.administrator.secret.expose()).await.unwrap();
    let (shop, forum) = (Arc::new(Memory::default()), Arc::new(Memory::default()));
    let rights = open(&vault, &shop, &forum, addresses);
    let (tenant, verifier_key, secret) = (created.tenant, created.verifier_key, created.administrator.secret);
    World { vault, rights, clock, tenant, admin, verifier_key, shop, forum, secret }
}

fn open(vault: &Arc<Vault>, shop: &Arc<Memory>, forum: &Arc<Memory>, addresses: &[&'static str]) -> Arc<Rights> {
    // What hangs hangs for good; nothing else takes so long, even on a machine that is busy.
    open_waiting(vault, shop, forum, addresses, Duration::from_secs(1))
}

fn open_waiting(
    vault: &Arc<Vault>,
    shop: &Arc<Memory>,
    forum: &Arc<Memory>,
    addresses: &[&'static str],
    step_wait: Duration,
) -> Arc<Rights> {
    let makers: [(SystemKind, Arc<dyn Connectors>); 2] = [
        (SystemKind::Sqlite, Arc::new(Speakers(Arc::clone(shop)))),
        (SystemKind::Postgres, Arc::new(Speakers(Arc::clone(forum)))),
    ];
    Rights::open(RightsParts {
        vault: Arc::clone(vault),
        connectors: makers.into(),
        addresses: Arc::new(Known(addresses.to_vec())),
        step_wait,
    })
}

impl World {
    /// The same tenant and systems in another process over the store, or what has become of it.
    pub async fn anew(&self, store: Arc<dyn Store>, seed: u64) -> Self {
        let vault = vault(store, &self.clock, seed);
        let admin = vault.authenticate(self.secret.expose()).await.unwrap();
        let (shop, forum) = (Arc::clone(&self.shop), Arc::clone(&self.forum));
        let rights = open(&vault, &shop, &forum, &["SHOP", "FORUM", outside::HOSTER]);
        let (secret, verifier_key) = (Secret::new(self.secret.expose().clone()), self.verifier_key.clone());
        Self { vault, rights, clock: self.clock.clone(), tenant: self.tenant, admin, verifier_key, shop, forum, secret }
    }

    /// The same, where a step may take as long as in the server.
    pub fn patient(mut self) -> Self {
        self.rights = open_waiting(&self.vault, &self.shop, &self.forum, &["SHOP", "FORUM"], STEP_WAIT);
        self
    }

    /// Ada, known to the vault by her address alone; the shop knows her customer number too.
    pub async fn ada(&self) -> SubjectId {
        let values = [("email", "ada@example.org"), ("name", "Ada")];
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let record = NewRecord { group: "account".into(), values, source: "subject".into() };
        let new = NewSubject { records: vec![record], contract: None };
        let ada = self.vault.create_subject(&self.admin, new).await.unwrap().subject;
        self.shop.put("users", &[("email", "ada@example.org"), ("name", "Ada"), ("customer", "C-77"), ("frozen", "")]);
        self.shop.put("users", &[("email", "bob@example.org"), ("name", "Bob"), ("customer", "C-78"), ("frozen", "")]);
        self.shop.put("invoices", &[("customer", "C-77")]);
        self.forum.put("posts", &[("email", "ada@example.org"), ("name", "Ada"), ("handle", "ada")]);
        ada
    }

    /// So many people, of whom the nth has n % 3 posts; the shop knows each by a number, and each has an invoice.
    pub async fn crowd(&self, n_people: usize) -> Vec<SubjectId> {
        let mut all = Vec::with_capacity(n_people);
        for n in 0..n_people {
            let (email, customer) = (format!("p{n}@example.org"), format!("C-{n}"));
            let values = [("email", email.clone()), ("name", format!("Person {n}"))];
            let values = values.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
            let record = NewRecord { group: "account".into(), values, source: "subject".into() };
            let new = NewSubject { records: vec![record], contract: None };
            all.push(self.vault.create_subject(&self.admin, new).await.unwrap().subject);
            self.shop.put("users", &[("email", &email), ("name", "N"), ("customer", &customer), ("frozen", "")]);
            self.shop.put("invoices", &[("customer", &customer)]);
            (0..n % 3).for_each(|_| self.forum.put("posts", &[("email", &email), ("name", "N")]));
        }
        all
    }

    /// The service as another process would begin it over the same vault; what this one was at is forgotten.
    pub async fn die(&mut self) {
        self.rights = open(&self.vault, &self.shop, &self.forum, &["SHOP", "FORUM"]);
    }

    pub async fn request(&self, subject: SubjectId, right: &str) -> RequestId {
        let new = NewRequest { right: right_of(right).unwrap(), country: None, received_at: None };
        self.vault.open_request(&self.admin, subject, new).await.unwrap().id
    }

    /// Looks at the request until it is in a state; time passes meanwhile, so that what failed is tried again.
    pub async fn until(&self, request: RequestId, state: &str) -> RunView {
        let patience = Patience::default();
        while patience.lasts() {
            let view = self.rights.run(&self.admin, request).await.unwrap();
            if view.state == state {
                return view;
            }
            self.clock.set(Instant::from_millis(self.vault.now().as_millis() + 2_000));
            candor_vault_watch(self, request).await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("not {state}: {:#?}", self.rights.run(&self.admin, request).await.unwrap());
    }
}

/// How long what has to come is waited for, on a machine that is busy.
pub struct Patience(std::time::Instant);

impl Default for Patience {
    fn default() -> Self {
        Self(std::time::Instant::now())
    }
}

impl Patience {
    /// True while it is worth looking again.
    pub fn lasts(&self) -> bool {
        self.0.elapsed() < Duration::from_secs(60)
    }

    /// True when it takes longer than it should: a step may have had too little time, and is tried again once time passes.
    pub fn wears_thin(&self) -> bool {
        self.0.elapsed() > Duration::from_secs(2)
    }
}

/// What the runner of jobs does.
async fn candor_vault_watch(world: &World, request: RequestId) {
    use candor_vault::Beyond as _;
    world.rights.go_on(world.tenant, request).await.unwrap();
}
