//! Where the server listens, and whether it speaks TLS there.

use std::net::SocketAddr;
use std::sync::Arc;

use candor_http::{Figure, Tls, Wire, check_address};
use candor_words::SystemClock;
use tokio::net::TcpListener;
use tokio::sync::watch::Receiver;

use crate::config::Config;
use crate::trouble::Trouble;

/// A bound address, about to be served at.
pub struct Door {
    listener: TcpListener,
    wire: Wire,
    address: SocketAddr,
}

impl Door {
    /// Reads the certificate and binds the address, before anything long is begun.
    ///
    /// # Errors
    /// An address beyond this machine without TLS; a certificate that cannot be used; an address that is in use.
    pub async fn open(config: &Config) -> Result<Self, Trouble> {
        let attempted = || format!("listen on `{}`", config.listen);
        check_address(config.listen, config.travels()).map_err(|error| Trouble::bad_input(attempted(), error))?;
        let wire = match config.tls.clone() {
            Some(files) => {
                let tls = Tls::open(files).map_err(|error| Trouble::bad_input("speak TLS", error))?;
                Wire::Tls(Arc::new(tls))
            }
            None => Wire::Plain,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(|error| {
            Trouble::failed(attempted(), error).next("name another address with `--listen`, or stop what listens there")
        })?;
        let address = listener.local_addr().unwrap_or(config.listen);
        Ok(Self { listener, wire, address })
    }

    /// The address as people open it.
    pub fn shown(&self) -> String {
        let scheme = match self.wire {
            Wire::Plain => "http",
            Wire::Tls(_) => "https",
        };
        format!("{scheme}://{}", self.address)
    }

    /// What serving takes.
    pub fn parts(self) -> (TcpListener, Wire) {
        (self.listener, self.wire)
    }
}

/// Takes the certificate up again whenever it changes, until told to stop.
pub async fn watch_certificate(wire: Wire, stop: Receiver<bool>) {
    if let Wire::Tls(tls) = wire {
        tls.watch(&SystemClock, stop).await;
    }
}

/// When the certificate in use ends, for an operator's alarm.
pub fn certificate_figure(wire: &Wire) -> Option<Figure> {
    let Wire::Tls(tls) = wire else { return None };
    let value = u64::try_from(tls.ends_at()?.as_millis() / 1000).ok()?;
    let help = "When the certificate in use ends, in seconds since 1970";
    Some(Figure { name: "certificate_ends_at_seconds", help, value, is_counter: false })
}
