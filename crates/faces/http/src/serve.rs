//! Listens until told to stop, then lets what is in flight finish.
//!
//! Connections beyond the bound wait in the kernel's queue; a client that does not send its head in
//! time is cut off; answers go out at once (`TCP_NODELAY`).

use std::io;
use std::sync::Arc;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::Limits;

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Everything in flight was answered.
    Finished,
    /// Some connections were cut when the wait was over.
    CutOff,
}

/// Serves the routes until `stop` is ready, then up to `limits.stop_wait` longer.
///
/// # Errors
/// None but those of the listener that do not pass; a failed accept is logged and tried again.
pub async fn serve(listener: TcpListener, routes: Router, limits: Limits, stop: impl Future<Output = ()>) -> Stopped {
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let open = GracefulShutdown::new();
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
            Ok((stream, _)) => {
                let connection = connection(stream, routes.clone(), limits);
                let watched = open.watch(connection);
                tokio::spawn(async move {
                    // A client that went away or broke the protocol is no trouble of ours.
                    if let Err(error) = watched.await {
                        tracing::debug!(%error, "connection ended early");
                    }
                    drop(place);
                });
            }
            Err(error) => after_failed_accept(&error).await,
        }
    }
    drop(listener);
    match tokio::time::timeout(limits.stop_wait, open.shutdown()).await {
        Ok(()) => Stopped::Finished,
        Err(_) => Stopped::CutOff,
    }
}

type Connection = http1::Connection<TokioIo<TcpStream>, TowerToHyperService<Router>>;

fn connection(stream: TcpStream, routes: Router, limits: Limits) -> Connection {
    // Without it an answer of two writes waits for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_wait)
        .max_headers(limits.headers_max)
        .max_buf_size(limits.head_bytes_max)
        .pipeline_flush(true)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes))
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
        let server = tokio::spawn(serve(listener, routes, Limits::default(), async {
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
