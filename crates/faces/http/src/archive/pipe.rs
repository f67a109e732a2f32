//! A body that is written while it is sent: at most one buffer of it exists.

use std::io;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::io::{AsyncReadExt, DuplexStream, duplex};
use tokio::task::JoinHandle;

const BUFFER_BYTES: usize = 64 << 10;

/// The reading end, and the task that writes.
struct Reading {
    from: DuplexStream,
    writer: JoinHandle<io::Result<()>>,
}

/// Runs the writer beside the stream of what it writes. When the writer fails, so does the stream: a
/// client never takes a torn archive for a whole one.
pub(super) fn stream<F, W>(write: W) -> impl Stream<Item = io::Result<Bytes>> + use<F, W>
where
    W: FnOnce(DuplexStream) -> F,
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let (to, from) = duplex(BUFFER_BYTES);
    let writer = tokio::spawn(write(to));
    unfold(Some(Reading { from, writer }), |reading| async {
        let mut reading = reading?;
        let mut buffer = vec![0; BUFFER_BYTES];
        match reading.from.read(&mut buffer).await {
            Ok(0) => ended(reading.writer).await.map(|error| (Err(error), None)),
            Ok(n) => {
                buffer.truncate(n);
                Some((Ok(Bytes::from(buffer)), Some(reading)))
            }
            Err(error) => Some((Err(error), None)),
        }
    })
}

/// Why the writer ended early; `None` when it did not.
async fn ended(writer: JoinHandle<io::Result<()>>) -> Option<io::Error> {
    match writer.await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            tracing::error!(%error, "an export broke off");
            Some(error)
        }
        Err(error) => Some(io::Error::other(error)),
    }
}
