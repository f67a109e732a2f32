//! A vault over a SQLite file in a folder, and the API served from this process.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use candor_seal::{KeyVersion, RootKey, SystemEntropy};
use candor_store_sqlite::SqliteStore;
use candor_vault::{Caller, NewTenant, Vault, VaultParts};
use candor_words::{Secret, SystemClock, TenantId};

/// The root key of every benchmark; it guards nothing.
pub const ROOT_KEY: [u8; 32] = [7; 32];

/// A vault with one tenant.
pub struct Opened {
    pub vault: Arc<Vault>,
    pub store: Arc<SqliteStore>,
    pub tenant: TenantId,
    /// The tenant's administrator, and its key as it is presented.
    pub caller: Caller,
    pub key: String,
    /// Checks the ledger.
    pub verifier_key: String,
}

impl Opened {
    /// Opens a store in an empty folder and makes a tenant with a policy.
    pub async fn create(folder: &Path, policy: &str) -> Self {
        let (vault, store) = open(folder);
        let sources = vec![("policy.candor".to_owned(), policy.to_owned())];
        let new = NewTenant { slug: "bench".into(), title: "Bench".into(), sources };
        let created = vault.create_tenant(new).await.expect("a tenant");
        let key = created.administrator.secret.expose().clone();
        let caller = vault.authenticate(&key).await.expect("a caller");
        Self { vault, store, tenant: created.tenant, caller, key, verifier_key: created.verifier_key }
    }
}

/// Opens the vault over a folder.
pub fn open(folder: &Path) -> (Arc<Vault>, Arc<SqliteStore>) {
    let store = Arc::new(SqliteStore::open(folder).expect("a store"));
    let parts = VaultParts {
        store: store.clone(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        roots: vec![RootKey::new(KeyVersion::FIRST, &Secret::new(ROOT_KEY)).expect("a key")],
        origin: "candor.bench".into(),
    };
    (Vault::open(parts).expect("a vault"), store)
}

/// Serves the API on a free port of this machine for as long as the runtime lives.
pub async fn serve(vault: &Arc<Vault>) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let rate = candor_http::Rate { per_second: 1_000_000, burst: 1_000_000 };
    let router = candor_api::api_routes(candor_api::ApiState::new(Arc::clone(vault), rate));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}
