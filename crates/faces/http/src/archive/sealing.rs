//! An archive encrypted on its way to its person, in the format of *age*.

use std::io;
use std::sync::Arc;

use candor_age::{Chunks, Lock};
use candor_words::Entropy;
use tokio::sync::Semaphore;

/// Who makes a key of a passphrase needs 64 MiB for a moment: one at a time.
static TURN: Semaphore = Semaphore::const_new(1);

/// What becomes of the pieces of an archive.
pub(super) enum Sealing {
    /// They are sent as they are.
    Plain,
    /// Nothing was sent yet.
    Closed(Lock, Arc<dyn Entropy>),
    /// They are sealed; the newest waits until it is known whether it is the last.
    Open(Chunks, Vec<u8>),
}

impl Sealing {
    pub(super) fn of(lock: Option<(Lock, Arc<dyn Entropy>)>) -> Self {
        lock.map_or(Self::Plain, |(lock, entropy)| Self::Closed(lock, entropy))
    }

    /// What is sent of a piece, perhaps nothing yet. Every piece is full but the last; an empty one says that it was the last.
    pub(super) async fn next(&mut self, piece: Vec<u8>) -> io::Result<Vec<u8>> {
        match self {
            Self::Plain => Ok(piece),
            Self::Closed(..) => {
                let Self::Closed(lock, entropy) = std::mem::replace(self, Self::Plain) else { return Ok(piece) };
                let (beginning, chunks) = close(lock, entropy).await?;
                *self = Self::Open(chunks, piece);
                Ok(beginning)
            }
            Self::Open(chunks, waiting) if piece.is_empty() => {
                chunks.seal_last(waiting).map_err(io::Error::other)?;
                Ok(std::mem::take(waiting))
            }
            Self::Open(chunks, waiting) => {
                chunks.seal(waiting).map_err(io::Error::other)?;
                Ok(std::mem::replace(waiting, piece))
            }
        }
    }
}

async fn close(lock: Lock, entropy: Arc<dyn Entropy>) -> io::Result<(Vec<u8>, Chunks)> {
    let _turn = TURN.acquire().await.map_err(io::Error::other)?;
    let closing = tokio::task::spawn_blocking(move || lock.close(entropy.as_ref()));
    closing.await?.map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use candor_age::{AgeKey, CHUNK_BYTES};
    use candor_words::SeededEntropy;

    use super::*;

    #[tokio::test]
    async fn a_piece_is_sent_when_the_next_one_is_there_and_only_the_last_ends_the_file() {
        let key = AgeKey::parse("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj").unwrap();
        let mut sealing = Sealing::of(Some((Lock::Keys(vec![key]), Arc::new(SeededEntropy::new(1)))));
        let beginning = sealing.next(vec![1; CHUNK_BYTES]).await.unwrap();
        assert!(beginning.starts_with(b"age-encryption.org/v1\n"));
        assert_eq!(sealing.next(vec![2; 9]).await.unwrap().len(), CHUNK_BYTES + 16);
        assert_eq!(sealing.next(Vec::new()).await.unwrap().len(), 9 + 16);
        let mut plain = Sealing::of(None);
        assert_eq!(plain.next(vec![1, 2]).await.unwrap(), [1, 2]);
    }
}
