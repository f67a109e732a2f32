//! A certificate and its key, read from their files.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candor_words::Instant;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use zeroize::Zeroizing;

use super::TlsFiles;
use super::ends::ends_at;

/// More than any chain, and than any key.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// The most certificates of a chain.
const CHAIN_MAX: usize = 16;

/// What new connections are shown.
pub struct Certificate {
    /// The chain, and what signs in its name.
    pub key: Arc<CertifiedKey>,
    /// When the first of the chain ends.
    pub ends_at: Option<Instant>,
}

/// Why a certificate and its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there, or may not be read.
    #[error("`{}` cannot be read: {error}; name a file in PEM that the server may read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file is longer than any certificate.
    #[error("`{}` is longer than {FILE_BYTES_MAX} bytes; name a file in PEM with nothing else in it", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// Every user of the machine may read the key.
    #[error("the key file `{}` is open to every user (mode `{mode:04o}`); close it with `chmod o=`", path.display())]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// There is no certificate, or one that is not in PEM, or too many.
    #[error("`{}` does not hold 1 to {CHAIN_MAX} certificates in PEM; put the server's own first", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// There is no private key.
    #[error("`{}` does not hold a private key in PEM, without a password", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// The key is another certificate's, or of a kind that is not supported.
    #[error("the key in `{}` does not fit the certificate in `{}`: {error}; name a pair", key.display(), certificate.display())]
    NotAPair {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// What the library says.
        error: rustls::Error,
    },
    /// The library could not be made ready.
    #[error("TLS could not be made ready: {0}")]
    Library(rustls::Error),
}

impl TlsError {
    pub(super) const fn of_library(error: rustls::Error) -> Self {
        Self::Library(error)
    }
}

/// Reads both files and holds them against one another.
pub fn read(files: &TlsFiles, provider: &CryptoProvider) -> Result<Certificate, TlsError> {
    let chain = chain(&files.certificate)?;
    let ends_at = chain.first().and_then(|own| ends_at(own));
    let key = key(&files.key)?;
    let not_a_pair =
        |error| TlsError::NotAPair { certificate: files.certificate.clone(), key: files.key.clone(), error };
    let key = CertifiedKey::from_der(chain, key, provider).map_err(not_a_pair)?;
    Ok(Certificate { key: Arc::new(key), ends_at })
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let text = bytes(path)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).take(CHAIN_MAX + 1).collect();
    match chain {
        Ok(chain) if (1..=CHAIN_MAX).contains(&chain.len()) => Ok(chain),
        _ => Err(TlsError::NoCertificate { path: path.to_owned() }),
    }
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    check_permissions(path)?;
    PrivateKeyDer::from_pem_slice(&bytes(path)?).map_err(|_| TlsError::NoKey { path: path.to_owned() })
}

/// A file's bytes, wiped after use.
fn bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, TlsError> {
    let unreadable = |error| TlsError::Unreadable { path: path.to_owned(), error };
    let mut bytes = Zeroizing::new(Vec::new());
    let file = File::open(path).map_err(unreadable)?;
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > FILE_BYTES_MAX { Err(TlsError::TooLong { path: path.to_owned() }) } else { Ok(bytes) }
}

/// A group may read the key: that is how Debian hands keys to services.
#[cfg(unix)]
fn check_permissions(path: &Path) -> Result<(), TlsError> {
    use std::os::unix::fs::PermissionsExt;
    let unreadable = |error| TlsError::Unreadable { path: path.to_owned(), error };
    let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode() & 0o7777;
    if mode & 0o007 == 0 { Ok(()) } else { Err(TlsError::OpenToOthers { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
fn check_permissions(_: &Path) -> Result<(), TlsError> {
    Ok(())
}
