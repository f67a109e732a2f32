//! The vault itself: what every use case shares.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use candor_seal::RootKey;
use candor_store::{Committed, Store, Unit};
use candor_words::{Clock, Entropy, Instant, SubjectId, TenantId};
use parking_lot::RwLock;
use tokio::sync::OwnedMutexGuard;

use crate::VaultError;
use crate::epoch::Epoch;
use crate::live::LiveCache;
use crate::onlooker::Aftermath;
use crate::steady::Steady;
use crate::stripes::Stripes;
use crate::tenant::Tenant;
use crate::transient::Transient;

/// What a vault is made of.
pub struct VaultParts {
    /// Where rows are kept.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// Every version of the root key that may still be needed, newest last.
    pub roots: Vec<RootKey>,
    /// The first part of every ledger's origin line; the tenant's name follows it.
    pub origin: String,
}

/// Every use case over sealed personal data.
pub struct Vault {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) time: Steady,
    pub(crate) entropy: Arc<dyn Entropy>,
    roots: RwLock<Arc<[Arc<RootKey>]>>,
    pub(crate) origin: String,
    pub(crate) tenants: RwLock<HashMap<TenantId, Arc<Tenant>>>,
    /// Which tenant a name in addresses is: what was found once stays.
    pub(crate) slugs: RwLock<HashMap<String, TenantId>>,
    pub(crate) tenants_epoch: Arc<Epoch>,
    // INVARIANT: held by whoever changes a tenant's row, from reading it until it is committed.
    pub(crate) tenant_rows: Arc<tokio::sync::Mutex<()>>,
    pub(crate) live: Arc<LiveCache>,
    pub(crate) stripes: Stripes,
    /// What ends with the process it is needed for.
    pub(crate) transient: Transient,
    // INVARIANT: held by whoever carries out keep rules, or lets subjects be looked at again.
    pub(crate) retaining: tokio::sync::Mutex<()>,
    pub(crate) callers: crate::caller::CallerCache,
    pub(crate) in_flight: Arc<crate::idempotency::InFlight>,
    pub(crate) tallies: crate::transparency::Tallies,
    pub(crate) post: std::sync::OnceLock<crate::Post>,
    pub(crate) beyond: std::sync::OnceLock<std::sync::Weak<dyn crate::Beyond>>,
    pub(crate) hashers: crate::hashing::Hashers,
    pub(crate) attempts: crate::attempts::Attempts,
    pub(crate) onlooker: std::sync::OnceLock<Arc<dyn crate::Onlooker>>,
    pub(crate) alarm: std::sync::OnceLock<Arc<dyn crate::Alarm>>,
    counters: Counters,
}

/// What the vault counted since it was opened.
#[derive(Debug, Default)]
pub struct Counters {
    /// Decisions asked.
    pub decisions: AtomicU64,
    /// Permits spent.
    pub permits: AtomicU64,
    /// Values opened.
    pub fields_opened: AtomicU64,
    /// Questions refused in part or whole.
    pub refusals: AtomicU64,
    /// Units committed.
    pub commits: AtomicU64,
    /// Subjects erased.
    pub erasures: AtomicU64,
    /// Rows of connected systems that retention ended.
    pub rows_ended: AtomicU64,
    /// Times that retention failed in a connected system.
    pub keeping_failures: AtomicU64,
}

impl Counters {
    /// Counts further.
    pub fn add(counter: &AtomicU64, n: u64) {
        counter.fetch_add(n, Ordering::Relaxed);
    }
}

impl Vault {
    /// Opens a vault over a store.
    ///
    /// # Errors
    /// No root key was given.
    pub fn open(parts: VaultParts) -> Result<Arc<Self>, VaultError> {
        if parts.roots.is_empty() {
            return Err(VaultError::unprocessable(
                "keys.missing",
                "the vault was not opened: it was given no root key",
            )
            .help("run `candor init`, or name the key file"));
        }
        Ok(Arc::new(Self {
            store: parts.store,
            time: Steady::new(parts.clock),
            entropy: parts.entropy,
            roots: RwLock::new(shared(parts.roots)),
            origin: parts.origin,
            tenants: RwLock::default(),
            slugs: RwLock::default(),
            tenants_epoch: Arc::default(),
            tenant_rows: Arc::default(),
            live: Arc::new(LiveCache::new()),
            stripes: Stripes::new(),
            transient: Transient::default(),
            retaining: tokio::sync::Mutex::default(),
            callers: crate::caller::CallerCache::new(),
            in_flight: Arc::default(),
            tallies: crate::transparency::Tallies::default(),
            post: std::sync::OnceLock::new(),
            beyond: std::sync::OnceLock::new(),
            hashers: crate::hashing::Hashers::new(),
            attempts: crate::attempts::Attempts::new(),
            onlooker: std::sync::OnceLock::new(),
            alarm: std::sync::OnceLock::new(),
            counters: Counters::default(),
        }))
    }

    /// Takes up other versions of the root key, while everything goes on: those of a key file that was changed.
    ///
    /// # Errors
    /// None was given.
    pub fn replace_roots(&self, roots: Vec<RootKey>) -> Result<(), VaultError> {
        if roots.is_empty() {
            return Err(VaultError::unprocessable("keys.missing", "the root keys were not replaced: none was given"));
        }
        *self.roots.write() = shared(roots);
        // What could not be opened before may be now.
        self.tenants_epoch.move_on();
        Ok(())
    }

    /// Every version of the root key that is held, newest last.
    pub(crate) fn every_root(&self) -> Arc<[Arc<RootKey>]> {
        Arc::clone(&self.roots.read())
    }

    /// The version that wraps.
    pub(crate) fn newest_root(&self) -> Result<Arc<RootKey>, VaultError> {
        self.roots.read().last().cloned().ok_or_else(|| VaultError::damaged("root key"))
    }

    /// The store beneath.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The present instant; never before what was said or committed earlier.
    pub fn now(&self) -> Instant {
        self.time.now()
    }

    /// What was counted.
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Commits a unit that touches no subject's state.
    pub(crate) async fn commit(&self, unit: Unit) -> Result<Committed, VaultError> {
        Counters::add(&self.counters.commits, 1);
        Ok(self.store.commit(unit).await?)
    }

    /// Commits a unit about a subject. From the moment this returns, every read sees the change.
    pub(crate) async fn commit_about(
        &self,
        unit: Unit,
        subject: SubjectId,
        writer: OwnedMutexGuard<()>,
        following: Option<Aftermath>,
    ) -> Result<Committed, VaultError> {
        let forgetting = Forgetting { live: Arc::clone(&self.live), tenant: unit.tenant, subject, _writer: writer };
        self.commit_followed(unit, forgetting, following.into_iter().collect()).await
    }

    /// Commits a unit, then drops `after`, then tells; on a task of its own, for whoever asked may hang up half
    /// way, and what the store then applies must be followed up too.
    pub(crate) async fn commit_then<T: Send + 'static>(&self, unit: Unit, after: T) -> Result<Committed, VaultError> {
        self.commit_followed(unit, after, Vec::new()).await
    }

    /// The same, and does what follows before it tells.
    pub(crate) async fn commit_followed<T: Send + 'static>(
        &self,
        unit: Unit,
        after: T,
        following: Vec<Aftermath>,
    ) -> Result<Committed, VaultError> {
        let store = Arc::clone(&self.store);
        Counters::add(&self.counters.commits, 1);
        let committing = tokio::spawn(async move {
            let answer = store.commit(unit).await;
            drop(after);
            if answer.is_ok() {
                for next in following {
                    next.await;
                }
            }
            answer
        });
        match committing.await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(VaultError::new(
                crate::ErrorKind::Internal,
                "store.unknown",
                "the change may or may not have been applied",
            )
            .help("read the subject again before trying again")),
        }
    }
}

fn shared(roots: Vec<RootKey>) -> Arc<[Arc<RootKey>]> {
    roots.into_iter().map(Arc::new).collect()
}

/// Forgets a subject when it is dropped, and only then lets the next writer in.
struct Forgetting {
    live: Arc<LiveCache>,
    tenant: TenantId,
    subject: SubjectId,
    _writer: OwnedMutexGuard<()>,
}

impl Drop for Forgetting {
    fn drop(&mut self) {
        // INVARIANT: forgotten before anybody is told, so that no later read leans on what was before;
        // on an error too, for the store may have applied what it could not acknowledge.
        self.live.forget(self.tenant, self.subject);
    }
}
