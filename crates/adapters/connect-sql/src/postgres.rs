//! PostgreSQL: over TLS beyond this machine, in sessions that are used again.
//!
//! A session that failed, or was given up in the middle of something, is closed; the server then undoes what it had not
//! committed. Row security is off for it: where a policy would hide rows, the server refuses to answer instead.

mod address;
mod catalogue;
mod failure;
mod session;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use candor_connect::{ConnectError, Connector};
use candor_places::SystemMap;
use candor_places::sql::Dialect;
use candor_words::Secret;
use parking_lot::Mutex;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::NoTls;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::SqlConnector;
use crate::driver::{Driver, Session};
use address::Address;
use failure::failure;
use session::{Live, PostgresSession};

const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// So many sessions are kept open for the next task.
const IDLE_MAX: usize = 4;
/// Said once for each session. Statements are planned as they are written: compiling them would cost more than it gains.
const SETTINGS: &str = "SET row_security = off; SET lock_timeout = '5s'; SET statement_timeout = '600s'; \
    SET idle_in_transaction_session_timeout = '1h'; SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; \
    SET client_min_messages = error; SET jit = off; SET application_name = 'candor'";

/// A connector to the PostgreSQL database at a URI (`postgres://user:password@host:5432/database`). Beyond this machine it
/// speaks TLS and checks the certificate, against the file that `sslrootcert=` names or what the machine trusts.
///
/// # Errors
/// The address is none, or would show data on the way.
pub fn postgres(map: Arc<SystemMap>, address: &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError> {
    let address = Address::parse(&map.env, address.expose())?;
    let idle = Arc::new(Mutex::new(Vec::new()));
    Ok(Arc::new(SqlConnector::new(map, Box::new(Postgres { address, idle }))))
}

struct Postgres {
    address: Address,
    idle: Arc<Mutex<Vec<Live>>>,
}

#[async_trait]
impl Driver for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    async fn open(&self) -> Result<Box<dyn Session>, ConnectError> {
        let idle = loop {
            let idle = self.idle.lock().pop();
            match idle {
                Some(live) if live.client.is_closed() => {}
                other => break other,
            }
        };
        let live = match idle {
            Some(live) => live,
            None => tokio::time::timeout(CONNECT_WAIT, self.connect())
                .await
                .map_err(|_| ConnectError::TimedOut { seconds: CONNECT_WAIT.as_secs() })??,
        };
        Ok(Box::new(PostgresSession::new(live, self.idle.clone(), IDLE_MAX)))
    }
}

impl Postgres {
    async fn connect(&self) -> Result<Live, ConnectError> {
        let config = &self.address.config;
        let client = if self.address.is_encrypted {
            let tls = MakeRustlsConnect::new(tls(&self.address)?);
            let (client, connection) = config.connect(tls).await.map_err(|error| failure(&error))?;
            tokio::spawn(async move {
                // What goes wrong on the way is seen by who waits for the answer.
                let _ = connection.await;
            });
            client
        } else {
            let (client, connection) = config.connect(NoTls).await.map_err(|error| failure(&error))?;
            tokio::spawn(async move {
                let _ = connection.await;
            });
            client
        };
        client.batch_execute(SETTINGS).await.map_err(|error| failure(&error))?;
        Ok(Live::new(client))
    }
}

fn tls(address: &Address) -> Result<ClientConfig, ConnectError> {
    let mut roots = RootCertStore::empty();
    match &address.trusted {
        Some(pem) => {
            use rustls::pki_types::pem::PemObject as _;
            let malformed = || ConnectError::AddressMalformed {
                env: address.env.clone(),
                why: "`sslrootcert` holds no certificates",
            };
            for certificate in CertificateDer::pem_slice_iter(pem) {
                roots.add(certificate.map_err(|_| malformed())?).map_err(|_| malformed())?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| ConnectError::Failed { why: "TLS could not be set up".to_owned() })?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
