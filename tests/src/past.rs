//! A server with a past: the folder that it is started over was written to by an earlier clock.
//!
//! The server's clock is the machine's. What has to be long ago is written by the same vault, over the same store and
//! keys, in this process and by a clock that the test sets; then the built executable is started over it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use candor_keyring::Keyring;
use candor_keys::RootKeys;
use candor_seal::SystemEntropy;
use candor_store::Store;
use candor_store_sqlite::SqliteStore;
use candor_vault::{Caller, NewContract, NewRecord, NewSubject, NewTenant, Vault, VaultParts};
use candor_words::{Clock, ManualClock, Span, SpanUnit, SubjectId, SystemClock};
use serde_json::Value;

use crate::Server;
use crate::binaries::root;

/// The vault of a server that is not started yet.
pub struct Past {
    /// Every use case.
    pub vault: Arc<Vault>,
    /// The clock it goes by.
    pub clock: Arc<ManualClock>,
    /// The first tenant's administrator.
    pub admin: Caller,
}

impl Past {
    /// Lets time pass.
    pub fn pass(&self, count: u32, unit: SpanUnit) {
        self.clock.advance(Span::new(count, unit));
    }

    /// Makes a person under contract with these first records.
    pub async fn person(&self, records: &[(&str, &str, Value)]) -> SubjectId {
        let records = records.iter().map(|(group, source, values)| NewRecord {
            group: (*group).to_owned(),
            values: values.as_object().expect("an object").clone().into_iter().collect(),
            source: (*source).to_owned(),
        });
        let new = NewSubject { records: records.collect(), contract: Some(NewContract::default()) };
        self.vault.create_subject(&self.admin, new).await.expect("a person").subject
    }
}

/// A folder in which something happened, before a server is started over it.
pub struct Lived {
    folder: tempfile::TempDir,
    slug: String,
    policy: PathBuf,
    key: String,
}

impl Lived {
    /// Lets something happen under a vendor's policy, from some days ago on.
    pub fn since<T>(days_ago: u32, vendor: &str, lived: impl AsyncFnOnce(&Past) -> T) -> (Self, T) {
        let (mut lived, told) =
            Self::under(days_ago, vendor, &Path::new("policies").join(vendor).join("policy.candor"), lived);
        // The server takes the folder for the tenant's name.
        lived.policy = Path::new("policies").join(vendor);
        (lived, told)
    }

    /// The same under a policy of the test's own, by its place in the repository; `slug` is the tenant's name.
    pub fn under<T>(days_ago: u32, slug: &str, policy: &Path, lived: impl AsyncFnOnce(&Past) -> T) -> (Self, T) {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let (key, told) = runtime.expect("a runtime").block_on(async {
            let store = Arc::new(SqliteStore::open(&folder.path().join("data")).expect("a store"));
            let keyring = Keyring::create(&folder.path().join("root.key"), &SystemEntropy).expect("a key file");
            let newest = keyring.current().await.expect("a key");
            drop(keyring);
            let clock = Arc::new(ManualClock::new(SystemClock.now().minus(Span::new(days_ago, SpanUnit::Day))));
            let parts = VaultParts {
                store: store.clone(),
                clock: clock.clone(),
                entropy: Arc::new(SystemEntropy),
                roots: vec![Arc::into_inner(newest).expect("the only reference")],
                origin: "candor.local".to_owned(),
            };
            let vault = Vault::open(parts).expect("a vault");
            let text = std::fs::read_to_string(root().join(policy)).expect("a policy");
            let sources = vec![("policy.candor".to_owned(), text)];
            let new = NewTenant { slug: slug.to_owned(), title: slug.to_owned(), sources };
            let created = vault.create_tenant(new).await.expect("a tenant");
            let key = created.administrator.secret.expose().clone();
            let admin = vault.authenticate(&key).await.expect("a caller");
            let past = Past { vault, clock, admin };
            let told = lived(&past).await;
            drop(past);
            store.close().await;
            (key, told)
        });
        (Self { folder, slug: slug.to_owned(), policy: policy.to_path_buf(), key }, told)
    }

    /// The folder: `data` and `root.key`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the server over it, today.
    pub fn start(self) -> Server {
        self.start_in(&[])
    }

    /// The same with further variables of the environment.
    pub fn start_in(self, variables: &[(&'static str, &str)]) -> Server {
        Server::over(self.folder, (&self.slug, &self.policy), self.key, variables)
    }
}

/// How many records and keys the store of a stopped server holds of a subject of its first tenant.
pub fn rows_of(data: &Path, subject: &str) -> (usize, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let store = SqliteStore::open(data).expect("a store");
        let tenant = store.tenants(None, 1).await.expect("tenants").rows.remove(0).id;
        let subject: SubjectId = subject.parse().expect("an id");
        let records = store.records(tenant, subject, None, None, 500).await.expect("records").rows.len();
        let keys = store.keys(tenant, subject).await.expect("keys").len();
        store.close().await;
        (records, keys)
    })
}
