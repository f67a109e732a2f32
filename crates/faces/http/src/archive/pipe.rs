//! A body that is written while it is sent: at most one buffer of it exists, two when it is encrypted on its way.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use candor_age::{CHUNK_BYTES, Lock};
use candor_words::Entropy;
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::io::{AsyncReadExt, DuplexStream, duplex};
use tokio::task::JoinHandle;

use super::sealing::Sealing;

/// The reading end, and the task that writes.
struct Reading {
    from: DuplexStream,
    /// Nothing once it has ended.
    writer: Option<JoinHandle<io::Result<()>>>,
    sealing: Sealing,
}

/// Runs the writer beside the stream of what it writes. When the writer fails, so does the stream: a
/// client never takes a torn archive for a whole one, and an encrypted one then has no end.
pub(super) fn stream<F, W>(
    lock: Option<(Lock, Arc<dyn Entropy>)>,
    write: W,
) -> impl Stream<Item = io::Result<Bytes>> + use<F, W>
where
    W: FnOnce(DuplexStream) -> F,
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let (to, from) = duplex(CHUNK_BYTES);
    let writer = tokio::spawn(write(to));
    unfold(Some(Reading { from, writer: Some(writer), sealing: Sealing::of(lock) }), |reading| async {
        let mut reading = reading?;
        match reading.next().await {
            Ok(Some(bytes)) => Some((Ok(bytes), Some(reading))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    })
}

impl Reading {
    /// What is sent next; nothing after the last.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        while self.writer.is_some() {
            let piece = self.piece().await?;
            if piece.is_empty()
                && let Some(writer) = self.writer.take()
            {
                ended(writer).await?;
            }
            let sent = self.sealing.next(piece).await?;
            if !sent.is_empty() {
                return Ok(Some(sent.into()));
            }
        }
        Ok(None)
    }

    /// A full piece, unless it is the last; an empty one after that.
    async fn piece(&mut self) -> io::Result<Vec<u8>> {
        let mut piece = vec![0; CHUNK_BYTES];
        let mut n = 0;
        while let Some(free) = piece.get_mut(n..).filter(|free| !free.is_empty()) {
            match self.from.read(free).await? {
                0 => break,
                n_read => n += n_read,
            }
        }
        piece.truncate(n);
        Ok(piece)
    }
}

/// Waits for the writer, and says why it ended early.
async fn ended(writer: JoinHandle<io::Result<()>>) -> io::Result<()> {
    match writer.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            tracing::error!(%error, "an export broke off");
            Err(error)
        }
        Err(error) => Err(io::Error::other(error)),
    }
}
