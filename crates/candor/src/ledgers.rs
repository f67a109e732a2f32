//! Ledgers outside the store: a mirror in a folder, kept up to date file by file, and where one can be read from.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use candor_ledger::{CHECKPOINT_PATH, Checkpoint, FetchError, LogSource, NOTE_BYTES_MAX, VerifierKey, log_paths};
use candor_vault::{TenantView, Vault};

use crate::trouble::Trouble;
use crate::{durable, remote};

const WAIT_PER_FILE: Duration = Duration::from_secs(30);

/// Brings the mirror of one ledger, in a folder of its own, up to the size of the store.
///
/// # Errors
/// The folder cannot be written; it holds another ledger, or a longer one.
pub async fn mirror(vault: &Vault, tenant: &TenantView, folder: &Path) -> Result<u64, Trouble> {
    let attempted = || format!("mirror the ledger of `{}` in `{}`", tenant.slug, folder.display());
    let disk = |error: io::Error| Trouble::failed(attempted(), error);
    let told = |error: candor_vault::VaultError| Trouble::failed(attempted(), &error);
    let (size, head) = vault.ledger_head(tenant.id).await.map_err(told)?;
    let held = durable::read(&folder.join(CHECKPOINT_PATH), NOTE_BYTES_MAX).map_err(disk)?;
    let from = match &held {
        None => 0,
        Some(note) => {
            let differs = || {
                Trouble::failed(attempted(), "the mirror there is not of this ledger, or is longer than it")
                    .next("keep it, it may be evidence; name another folder")
            };
            let key = VerifierKey::parse(&tenant.verifier_key).map_err(|error| Trouble::failed(attempted(), error))?;
            let from = Checkpoint::open(note, &key).map_err(|_| differs())?;
            let ours = vault.ledger_root(tenant.id, from.size).await.map_err(|_| differs())?;
            if ours != from.root {
                return Err(differs());
            }
            from.size
        }
    };
    if held.is_some() && from == size {
        return Ok(size);
    }
    for path in log_paths(from, size) {
        let bytes = vault.ledger_file(tenant.id, &path).await.map_err(told)?;
        let bytes = bytes.ok_or_else(|| Trouble::failed(attempted(), format!("`{path}` is missing in the store")))?;
        durable::write(&folder.join(&path), &bytes).map_err(disk)?;
    }
    durable::write(&folder.join("key"), format!("{}\n", tenant.verifier_key).as_bytes()).map_err(disk)?;
    durable::write(&folder.join(CHECKPOINT_PATH), head.as_bytes()).map_err(disk)?;
    // What was partial and has grown since.
    for path in
        log_paths(from, from).filter(|path| path.contains(".p/") && !log_paths(from, size).any(|now| now == *path))
    {
        let _ = fs::remove_file(folder.join(path));
    }
    Ok(size)
}

/// Where ledgers survived: `PLACE/<tenant>/checkpoint` and so on, in a folder or at a URL.
pub enum Ledgers {
    /// A folder of folders.
    Folder(PathBuf),
    /// An address; a server has them under `/ledger`.
    Web(String),
}

impl Ledgers {
    /// Takes a place as it was named.
    pub fn at(place: &str) -> Self {
        let is_address = place.starts_with("http://") || place.starts_with("https://");
        if is_address { Self::Web(place.trim_end_matches('/').to_owned()) } else { Self::Folder(place.into()) }
    }

    /// The ledger of one tenant.
    pub fn of(&self, slug: &str) -> Box<dyn LogSource + Sync> {
        match self {
            Self::Folder(folder) => Box::new(Folder(folder.join(slug))),
            Self::Web(address) => Box::new(Web::new(format!("{address}/{slug}"))),
        }
    }
}

/// The files of one ledger in a folder.
pub fn folder(folder: PathBuf) -> impl LogSource + Sync {
    Folder(folder)
}

struct Folder(PathBuf);

impl LogSource for Folder {
    fn fetch(&self, path: &str, bytes_max: usize) -> Result<Option<Vec<u8>>, FetchError> {
        durable::read(&self.0.join(path), bytes_max).map_err(|error| FetchError::new(error.to_string()))
    }
}

struct Web {
    agent: ureq::Agent,
    prefix: String,
}

impl Web {
    fn new(prefix: String) -> Self {
        let config = ureq::Agent::config_builder().tls_config(remote::tls()).timeout_global(Some(WAIT_PER_FILE));
        Self { agent: config.max_redirects(3).http_status_as_error(false).build().into(), prefix }
    }
}

impl LogSource for Web {
    fn fetch(&self, path: &str, bytes_max: usize) -> Result<Option<Vec<u8>>, FetchError> {
        let refuse = |error: ureq::Error| FetchError::new(error.to_string());
        let mut response = self.agent.get(format!("{}/{path}", self.prefix)).call().map_err(refuse)?;
        match response.status().as_u16() {
            // The client fails when it reaches the limit, so a file of exactly the bound needs one more.
            200 => {
                response.body_mut().with_config().limit(bytes_max as u64 + 1).read_to_vec().map(Some).map_err(refuse)
            }
            404 | 410 => Ok(None),
            status => Err(FetchError::new(format!("the server answered `{status}`"))),
        }
    }
}
