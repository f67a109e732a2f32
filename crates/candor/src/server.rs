//! The server put together: store, keys, vault, jobs, faces; and taken apart again in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use candor_api::{ApiState, api_routes};
use candor_dsr_face::{DrpState, DsrState, callback_router, drp_router, dsr_router};
use candor_http::{
    Figure, Metrics, Stopped, Wire, behind, dress, health_routes, metrics_routes, serve, stop_signal, strict_transport,
};
use candor_identity::Identity;
use candor_jobs::Runner;
use candor_rights::Rights;
use candor_seal::{RootKey, SystemEntropy};
use candor_store_sqlite::SqliteStore;
use candor_vault::{PAGE_MAX, Vault, VaultParts};
use candor_words::SystemClock;
use tokio::sync::watch;

use crate::config::Config;
use crate::door::{self, Door};
use crate::drp;
use crate::opendsr;
use crate::outside::Outside;
use crate::pages::PoliciesOfVault;
use crate::root_keys;
use crate::systems;
use crate::trouble::Trouble;

/// How often jobs are looked for.
pub const JOBS_INTERVAL: Duration = Duration::from_secs(2);
/// How often the size of the ledgers is looked up for the figures.
const FIGURES_INTERVAL: Duration = Duration::from_secs(10);

/// A vault over its store, not yet reachable.
pub struct Opened {
    /// The vault.
    pub vault: Arc<Vault>,
    store: Arc<SqliteStore>,
}

impl Opened {
    /// Commits what waits and leaves an empty log behind.
    pub async fn close(self) {
        self.store.close().await;
    }
}

/// Opens the store and the vault.
///
/// # Errors
/// The store is in use, foreign or unwritable; the root keys are missing or open to others.
pub async fn open(config: &Config) -> Result<Opened, Trouble> {
    let roots = root_keys::all(&config.key_file).await?;
    let store = SqliteStore::open(&config.data_dir).map_err(|error| {
        let trouble = Trouble::failed(format!("open the store in `{}`", config.data_dir.display()), chain(&error));
        match error.advice() {
            Some(next) => trouble.next(next),
            None => trouble,
        }
    })?;
    let store = Arc::new(store);
    let vault = open_vault(store.clone(), roots, config)?;
    Ok(Opened { vault, store })
}

/// Opens one moment of a store beside the server that may be running, and a vault over it that can change nothing.
///
/// # Errors
/// There is no store, or it is of another version; the root keys are missing or open to others.
pub async fn open_snapshot(config: &Config) -> Result<(Arc<Vault>, Arc<SqliteStore>), Trouble> {
    let roots = root_keys::all(&config.key_file).await?;
    let store = SqliteStore::snapshot(&config.data_dir).map_err(|error| {
        Trouble::failed(format!("read the store in `{}`", config.data_dir.display()), chain(&error))
    })?;
    let store = Arc::new(store);
    Ok((open_vault(store.clone(), roots, config)?, store))
}

fn open_vault(store: Arc<SqliteStore>, roots: Vec<RootKey>, config: &Config) -> Result<Arc<Vault>, Trouble> {
    let parts = VaultParts {
        store,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        roots,
        origin: config.origin.clone(),
    };
    Vault::open(parts).map_err(|error| Trouble::failed("open the vault", error))
}

/// Serves until told to stop; then lets requests and jobs finish, and closes the store.
///
/// # Errors
/// None once it serves.
pub async fn run(opened: Opened, door: Door, outside: Outside, config: &Config) -> Result<(), Trouble> {
    let Opened { vault, store } = opened;
    let (listener, wire) = door.parts();
    let (stop, stopped) = watch::channel(false);
    // Before the first job runs: whom retention forgets, is owed an end in the systems that are reached.
    let rights = systems::rights(&vault, config.systems.clone());
    rights.tell_by(Arc::new(candor_backchannel::HttpBackChannel::new()));
    let runner = tokio::spawn(Runner::new(Arc::clone(&vault), JOBS_INTERVAL).run(stopped.clone()));
    let entries = Arc::new(AtomicU64::new(0));
    let watcher = tokio::spawn(watch_ledgers(Arc::clone(&vault), Arc::clone(&entries), stopped.clone()));
    let keys = tokio::spawn(root_keys::watch(Arc::clone(&vault), config.key_file.clone(), stopped.clone()));
    let certificates = tokio::spawn(door::watch_certificate(wire.clone(), stopped));
    let processor = outside.processor();
    let identity = outside.identity(&vault);
    let tended = tokio::spawn(tend(Arc::clone(&identity), stop.subscribe()));
    if let Err(error) = rights.resume_all().await {
        tracing::warn!(code = error.code(), "requests that were on their way are gone on with later");
    }
    let agents = tokio::spawn(drp::tend(Arc::clone(&rights), stop.subscribe()));
    let telling = tokio::spawn(opendsr::tell(Arc::clone(&rights), processor.clone(), stop.subscribe()));
    let kept = tokio::spawn(systems::keep(Arc::clone(&rights), stop.subscribe()));
    let dsr = processor.map(|processor| DsrState::new(Arc::clone(&vault), Arc::clone(&rights), processor, config.rate));
    let routes = routes(&vault, &identity, &rights, dsr, entries, &wire, config);
    let ended = serve(listener, wire, routes, config.limits, stop_signal()).await;
    if ended == Stopped::CutOff {
        tracing::warn!("some requests were cut off: they took longer than the server waits at its end");
    }
    let _ = stop.send(true);
    let _ = tokio::join!(runner, watcher, keys, certificates, tended, telling, kept, agents);
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

fn routes(
    vault: &Arc<Vault>,
    identity: &Arc<Identity>,
    rights: &Arc<Rights>,
    dsr: Option<DsrState>,
    entries: Arc<AtomicU64>,
    wire: &Wire,
    config: &Config,
) -> Router {
    let (counted, shown) = (Arc::clone(vault), wire.clone());
    let metrics = Metrics::new(Arc::new(move || {
        let mut figures = figures(&counted, &entries);
        figures.extend(door::certificate_figure(&shown));
        figures
    }));
    let asked = Arc::clone(vault);
    let ready = Arc::new(move || {
        let vault = Arc::clone(&asked);
        Box::pin(async move { vault.tenants(None, 1).await.is_ok() })
            as std::pin::Pin<Box<dyn Future<Output = bool> + Send>>
    });
    let api = ApiState::new(Arc::clone(vault), config.rate);
    let api = api.with_door(Arc::clone(identity)).with_rights(Arc::clone(rights));
    let pages = candor_web::router(Arc::new(PoliciesOfVault::new(Arc::clone(vault))));
    let routes = candor_http::compress(pages)
        // Never compressed: what is secret there stands beside what others choose.
        .merge(candor_web::door_router(Arc::clone(identity), Some(Arc::clone(rights))))
        .merge(candor_sso::sso_router(Arc::clone(identity)))
        .merge(api_routes(api))
        .merge(dsr.map(dsr_router).unwrap_or_default())
        .merge(callback_router(Arc::clone(rights), config.rate))
        .merge(drp_router(DrpState::new(Arc::clone(vault), Arc::clone(rights), config.rate)))
        .merge(health_routes(ready))
        .merge(metrics_routes(Arc::clone(&metrics)))
        .fallback(not_found);
    let routes = behind(dress(routes, config.limits, metrics), config.proxies.clone());
    match wire {
        Wire::Plain => routes,
        Wire::Tls(_) => strict_transport(routes),
    }
}

/// Does again and again what organisations that manage accounts need, and forgets pictures that are to be forgotten.
async fn tend(identity: Arc<Identity>, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = identity.tend_organisations().await {
            tracing::warn!(code = error.code(), "a pass over the organisations was cut short");
        }
        identity.tend_pictures().await;
        tokio::select! {
            () = tokio::time::sleep(JOBS_INTERVAL) => {}
            stopped = stop.wait_for(|stop| *stop) => {
                drop(stopped);
                return;
            }
        }
    }
}

/// Programs get a problem, people a page.
async fn not_found(uri: axum::http::Uri) -> axum::response::Response {
    use axum::response::IntoResponse;
    let is_for_programs =
        ["/v1/", "/v2/", "/ledger/", "/drp/", "/opendsr/"].iter().any(|prefix| uri.path().starts_with(prefix));
    if is_for_programs { candor_http::route_unknown().await.into_response() } else { candor_web::not_found().await }
}

fn figures(vault: &Vault, entries: &AtomicU64) -> Vec<Figure> {
    let counters = vault.counters();
    let counter =
        |name, help, value: &AtomicU64| Figure { name, help, value: value.load(Ordering::Relaxed), is_counter: true };
    vec![
        counter("vault_decisions", "Decisions asked", &counters.decisions),
        counter("vault_permits", "Permits spent", &counters.permits),
        counter("vault_fields_opened", "Values opened", &counters.fields_opened),
        counter("vault_refusals", "Questions refused in part or whole", &counters.refusals),
        counter("vault_commits", "Units committed", &counters.commits),
        counter("vault_erasures", "Subjects erased", &counters.erasures),
        counter("retention_rows_ended", "Rows of connected systems that retention ended", &counters.rows_ended),
        counter("retention_failures", "Times that retention failed in a connected system", &counters.keeping_failures),
        Figure {
            name: "ledger_entries",
            help: "Entries of all ledgers",
            value: entries.load(Ordering::Relaxed),
            is_counter: false,
        },
    ]
}

/// Keeps the number of ledger entries at hand, so that asking for figures costs the store nothing.
async fn watch_ledgers(vault: Arc<Vault>, entries: Arc<AtomicU64>, mut stop: watch::Receiver<bool>) {
    loop {
        if let Ok(n_entries) = count_entries(&vault).await {
            entries.store(n_entries, Ordering::Relaxed);
        }
        tokio::select! {
            () = tokio::time::sleep(FIGURES_INTERVAL) => {}
            stopped = stop.wait_for(|stop| *stop) => {
                drop(stopped);
                return;
            }
        }
    }
}

async fn count_entries(vault: &Vault) -> Result<u64, candor_vault::VaultError> {
    let (mut n_entries, mut after) = (0, None);
    loop {
        let page = vault.tenants(after, PAGE_MAX).await?;
        for tenant in page.rows {
            n_entries += vault.store().ledger_size(tenant.id).await?;
        }
        after = page.next;
        if after.is_none() {
            return Ok(n_entries);
        }
    }
}

/// The runtime of every command that serves.
///
/// # Errors
/// The machine gives no threads.
pub fn runtime() -> Result<tokio::runtime::Runtime, Trouble> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Trouble::failed("start the server's threads", error))
}

/// An error with what caused it.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(" ({error})"));
        cause = error.source();
    }
    text
}
