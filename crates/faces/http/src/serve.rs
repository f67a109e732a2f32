//! Listens until told to stop, then lets what is in flight finish.
//!
//! Connections beyond the bound wait in the kernel's queue; a client that does not send its head in
//! time is cut off; answers go out at once (`TCP_NODELAY`).

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::server::TlsStream;
use tower::util::MapRequest;

use crate::{Limits, Peer, Tls};

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Everything in flight was answered.
    Finished,
    /// Some connections were cut when the wait was over.
    CutOff,
}

/// What connections speak.
#[derive(Clone)]
pub enum Wire {
    /// HTTP in the open.
    Plain,
    /// HTTP under TLS, and nothing else.
    Tls(Arc<Tls>),
}

/// Serves the routes until `stop` is ready, then up to `limits.stop_wait` longer.
///
/// Each request carries who asks, as [`Peer`]. A connection has its place among
/// `limits.connections_max` from when it is accepted, whatever it speaks.
///
/// # Errors
/// None but those of the listener that do not pass; a failed accept is logged and tried again.
pub async fn serve(
    listener: TcpListener,
    wire: Wire,
    routes: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> Stopped {
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let open = GracefulShutdown::new();
    let (going_on, _) = watch::channel(());
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            biased;
            () = &mut stop => break,
            next = next => next,
        };
        match accepted {
            Ok((stream, from)) => {
                // Without it an answer of two writes waits for the client's acknowledgement.
                let _ = stream.set_nodelay(true);
                let visit = Visit { routes: routes.clone(), from, limits };
                let watcher = open.watcher();
                match wire.clone() {
                    Wire::Plain => {
                        let answered = watcher.watch(visit.connection(stream));
                        tokio::spawn(async move {
                            told(answered.await);
                            drop(place);
                        });
                    }
                    Wire::Tls(tls) => {
                        let going_on = going_on.subscribe();
                        tokio::spawn(async move {
                            if let Some(stream) = encrypted(&tls, stream, limits, going_on).await {
                                told(watcher.watch(visit.connection(stream)).await);
                            }
                            drop(place);
                        });
                    }
                }
            }
            Err(error) => after_failed_accept(&error).await,
        }
    }
    drop(listener);
    // Whoever has not come to terms yet has asked nothing yet.
    drop(going_on);
    match tokio::time::timeout(limits.stop_wait, open.shutdown()).await {
        Ok(()) => Stopped::Finished,
        Err(_) => Stopped::CutOff,
    }
}

/// Comes to terms with a client; `None` when that fails, or the server stops first.
async fn encrypted(
    tls: &Tls,
    stream: TcpStream,
    limits: Limits,
    mut going_on: watch::Receiver<()>,
) -> Option<TlsStream<TcpStream>> {
    let agreed = tokio::select! {
        agreed = tls.accept(stream, limits.handshake_wait) => agreed,
        _ = going_on.changed() => return None,
    };
    agreed.inspect_err(|error| tracing::debug!(%error, "a connection did not come to terms about TLS")).ok()
}

/// A client that went away or broke the protocol is no trouble of ours.
fn told(ended: Result<(), hyper::Error>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended early");
    }
}

/// One client's connection, about to begin.
struct Visit {
    routes: Router,
    from: SocketAddr,
    limits: Limits,
}

impl Visit {
    fn connection<S>(self, stream: S) -> impl GracefulConnection<Error = hyper::Error> + Send
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let Self { routes, from, limits } = self;
        let routes = MapRequest::new(routes, move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(from));
            request
        });
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_wait)
            .max_headers(limits.headers_max)
            .max_buf_size(limits.head_bytes_max)
            .pipeline_flush(true)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes))
    }
}

async fn after_failed_accept(error: &io::Error) {
    tracing::warn!(%error, "could not accept a connection; trying again");
    // Out of file descriptors: accepting again at once would spin.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
}

/// Is ready at the first SIGINT or SIGTERM.
pub async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn a_request_in_flight_is_answered_after_the_stop() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (entered, has_entered) = tokio::sync::oneshot::channel::<()>();
        let entered = Arc::new(parking_lot::Mutex::new(Some(entered)));
        let go_on = Arc::new(tokio::sync::Notify::new());
        let wait = Arc::clone(&go_on);
        let routes = Router::new().route(
            "/",
            get(move || async move {
                if let Some(entered) = entered.lock().take() {
                    let _ = entered.send(());
                }
                wait.notified().await;
                "done"
            }),
        );
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server = tokio::spawn(serve(listener, Wire::Plain, routes, Limits::default(), async {
            let _ = stopped.await;
        }));
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        has_entered.await.unwrap();
        stop.send(()).unwrap();
        go_on.notify_one();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("done"), "{answer}");
        assert_eq!(server.await.unwrap(), Stopped::Finished);
    }
}
