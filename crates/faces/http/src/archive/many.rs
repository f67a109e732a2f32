//! The archives of several requests in one answer, made side by side: a tar file that holds each in pieces.
//!
//! Systems are read once for all of them (`export_of_requests` of the vault), so that rows come as systems give them, not person by person;
//! and nothing is stored here. So pieces of archives follow each other as they are made: `REQUEST/export.zip.age.000001`, …, and
//! once an archive is whole, or will never be, `REQUEST/outcome.json` says so. Pieces of one name, one after the other, are the archive.
//! Each is locked for its own person, and one that breaks off tears no other. See ADR 43.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use candor_age::{CHUNK_BYTES, Lock};
use candor_ledger::Hashing;
use candor_manifest::Manifest;
use candor_vault::{EXPORTS_TOGETHER_MAX, Export, VaultError};
use candor_words::RequestId;
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use serde_json::{Value, json};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::columns::Columns;
use super::{SHEETS_BYTES_MAX, written};
use crate::Problem;

/// How much of the sheets of all archives waits.
const ALL_SHEETS_BYTES_MAX: usize = 20 << 20;
/// How much of the pieces of all archives waits.
const ALL_PIECES_BYTES_MAX: usize = 12 << 20;
/// A piece is no longer.
const PIECE_BYTES_MAX: usize = 4 << 20;
/// A tar file is made of so many bytes at a time.
const BLOCK_BYTES: usize = 512;
/// How a tar file ends.
const END: Bytes = Bytes::from_static(&[0; 2 * BLOCK_BYTES]);
/// Who takes nothing for so long has gone: others wait for their turn, and systems for their end.
const TAKES_NOTHING: Duration = Duration::from_secs(60);
/// How long somebody waits for their turn.
const TURN_WAIT: Duration = Duration::from_secs(20);

/// What one process makes side by side, in archives: what each takes of memory is bounded, and so are all.
static PLACES: Semaphore = Semaphore::const_new(EXPORTS_TOGETHER_MAX);

/// The right to make some archives now.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "it is held")] SemaphorePermit<'static>);

impl Turn {
    /// Waits until so many archives may be made beside those that are.
    ///
    /// # Errors
    /// It is not so for a while.
    pub async fn of(n_archives: usize) -> Result<Self, Problem> {
        let places = u32::try_from(n_archives.min(EXPORTS_TOGETHER_MAX)).unwrap_or(1);
        match timeout(TURN_WAIT, PLACES.acquire_many(places)).await {
            Ok(Ok(permit)) => Ok(Self(permit)),
            _ => Err(Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "archives.busy",
                "nothing was exported: archives of other requests are being made",
            )
            .help("ask again when they are done")
            .retry_after(TURN_WAIT.as_secs())),
        }
    }
}

/// An archive that was asked for.
pub struct Ordered {
    /// By which request.
    pub request: RequestId,
    /// What it is made of, or why there will be none.
    pub export: Result<Export, VaultError>,
    /// Who may open it.
    pub lock: Option<Lock>,
}

/// Answers with the archives of several requests, as a tar file: streamed and never stored.
pub fn archives(ordered: Vec<Ordered>, manifest: &Manifest, turn: Turn) -> Response {
    let at_ms = ordered.iter().find_map(|one| one.export.as_ref().ok()).map_or(0, |export| export.at().as_millis());
    let tar = Tar { at_seconds: u64::try_from(at_ms / 1000).unwrap_or(0) };
    let n_archives = ordered.len().max(1);
    let sheets_bytes = (ALL_SHEETS_BYTES_MAX / n_archives).min(SHEETS_BYTES_MAX);
    let piece_bytes = (ALL_PIECES_BYTES_MAX / n_archives).clamp(CHUNK_BYTES, PIECE_BYTES_MAX);
    let columns = Arc::new(Columns::of(manifest));
    let (to, sent) = channel(1);
    let making = ordered.into_iter().map(|one| {
        let file = if one.lock.is_some() { "export.zip.age" } else { "export.zip" };
        let pieces = Pieces::of(one.request, file, piece_bytes);
        let archive = one.export.map(|export| written(export, Arc::clone(&columns), one.lock, sheets_bytes).boxed());
        pieces.of_archive(archive)
    });
    let making = stream::select_all(making.collect::<Vec<_>>());
    tokio::spawn(async move {
        let _turn = turn;
        send(making, tar, TAKES_NOTHING, &to).await;
    });
    let body = Body::from_stream(until_its_end(sent));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-tar")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"archives.tar\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body).into_response()
}

/// Sends files as they come, and the end; whoever has gone, or takes nothing for so long, is sent no more.
async fn send(
    files: impl Stream<Item = (String, Bytes)>,
    tar: Tar,
    takes_nothing: Duration,
    to: &Sender<io::Result<Bytes>>,
) {
    let files = files.map(|(name, body)| tar.file(&name, &body));
    let mut all = pin!(files.chain(stream::iter([Ok(END)])));
    while let Some(piece) = all.next().await {
        let is_torn = piece.is_err();
        if !matches!(timeout(takes_nothing, to.send(piece)).await, Ok(Ok(()))) || is_torn {
            return;
        }
    }
}

/// What is sent, to its end: one that stops before is torn on purpose.
fn until_its_end(sent: Receiver<io::Result<Bytes>>) -> impl Stream<Item = io::Result<Bytes>> {
    stream::unfold(Some(sent), |sent| async {
        let mut sent = sent?;
        match sent.recv().await {
            Some(Ok(end)) if end == END => Some((Ok(end), None)),
            Some(piece) => Some((piece, Some(sent))),
            None => Some((Err(io::Error::other("nothing was taken for too long")), None)),
        }
    })
}

/// An archive on its way into pieces.
struct Pieces {
    request: RequestId,
    file: &'static str,
    piece_bytes: usize,
    waiting: Vec<u8>,
    n_pieces: u64,
    n_bytes: u64,
    hashing: Hashing,
}

/// What is made of an archive.
type Archive = BoxStream<'static, io::Result<Bytes>>;

impl Pieces {
    fn of(request: RequestId, file: &'static str, piece_bytes: usize) -> Self {
        let hashing = Hashing::default();
        Self { request, file, piece_bytes, waiting: Vec::new(), n_pieces: 0, n_bytes: 0, hashing }
    }

    /// The files that an archive becomes: its pieces, and what became of it.
    fn of_archive(self, archive: Result<Archive, VaultError>) -> BoxStream<'static, (String, Bytes)> {
        let archive = match archive {
            Ok(archive) => archive,
            Err(error) => {
                let outcome = self.outcome(json!({ "state": "refused", "problem": Problem::from(error).to_json() }));
                return stream::iter([outcome]).boxed();
            }
        };
        let files = stream::unfold(Some((self, archive)), |making| async {
            let (mut pieces, mut archive) = making?;
            loop {
                let said = match archive.next().await {
                    Some(Ok(bytes)) => match pieces.take(&bytes) {
                        Some(piece) => return Some((vec![piece], Some((pieces, archive)))),
                        None => continue,
                    },
                    Some(Err(error)) => pieces.broke_off(error),
                    None => pieces.whole(),
                };
                return Some((said, None));
            }
        });
        files.flat_map(stream::iter).boxed()
    }

    /// Takes more of the archive; a piece, when it is full.
    fn take(&mut self, bytes: &Bytes) -> Option<(String, Bytes)> {
        self.hashing.update(bytes);
        self.n_bytes += bytes.len() as u64;
        self.waiting.extend_from_slice(bytes);
        (self.waiting.len() >= self.piece_bytes).then(|| self.piece())
    }

    fn piece(&mut self) -> (String, Bytes) {
        self.n_pieces += 1;
        let name = format!("{}/{}.{:06}", self.request, self.file, self.n_pieces);
        (name, std::mem::take(&mut self.waiting).into())
    }

    fn whole(mut self) -> Vec<(String, Bytes)> {
        let mut said: Vec<(String, Bytes)> = (!self.waiting.is_empty()).then(|| self.piece()).into_iter().collect();
        let sha256 = std::mem::take(&mut self.hashing).finish().to_string();
        said.push(self.outcome(json!({
            "state": "written", "file": self.file, "n_pieces": self.n_pieces, "n_bytes": self.n_bytes, "sha256": sha256,
        })));
        said
    }

    fn broke_off(self, error: io::Error) -> Vec<(String, Bytes)> {
        let problem = match error.into_inner().map(|inner| inner.downcast::<VaultError>()) {
            Some(Ok(error)) => Problem::from(*error),
            _ => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "archives.broke_off", "the archive broke off"),
        };
        vec![self.outcome(json!({ "state": "broke_off", "problem": problem.to_json() }))]
    }

    /// What became of it.
    fn outcome(&self, mut said: Value) -> (String, Bytes) {
        said["request"] = json!(self.request.to_string());
        (format!("{}/outcome.json", self.request), format!("{said}\n").into())
    }
}

/// Writes files as they stand in a tar file (POSIX.1-1988, ustar).
#[derive(Debug, Clone, Copy)]
struct Tar {
    at_seconds: u64,
}

impl Tar {
    fn file(self, name: &str, body: &[u8]) -> io::Result<Bytes> {
        let mut header = tar::Header::new_ustar();
        header.set_path(name)?;
        header.set_size(body.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(self.at_seconds);
        header.set_entry_type(tar::EntryType::Regular);
        header.set_cksum();
        let n_bytes = body.len().next_multiple_of(BLOCK_BYTES);
        let mut file = Vec::with_capacity(BLOCK_BYTES + n_bytes);
        file.extend_from_slice(header.as_bytes());
        file.extend_from_slice(body);
        file.resize(BLOCK_BYTES + n_bytes, 0);
        Ok(file.into())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use candor_vault::ErrorKind;
    use candor_words::SeededEntropy;

    use super::*;

    fn id(n: u64) -> RequestId {
        RequestId::random(&SeededEntropy::new(n))
    }

    fn archive(pieces: Vec<io::Result<Bytes>>) -> Result<Archive, VaultError> {
        Ok(stream::iter(pieces).boxed())
    }

    async fn sent(archives: Vec<BoxStream<'static, (String, Bytes)>>) -> Vec<(String, Vec<u8>)> {
        let (to, from) = channel(1);
        let sending = async {
            send(stream::select_all(archives), Tar { at_seconds: 7 }, TAKES_NOTHING, &to).await;
            drop(to);
        };
        let taking = until_its_end(from).map(Result::unwrap).collect::<Vec<Bytes>>();
        let (_, taken) = tokio::join!(sending, taking);
        let mut tar = tar::Archive::new(io::Cursor::new(taken.concat()));
        let files = tar.entries().unwrap().map(|file| {
            let mut file = file.unwrap();
            let mut body = Vec::new();
            file.read_to_end(&mut body).unwrap();
            (file.path().unwrap().display().to_string(), body)
        });
        files.collect()
    }

    #[tokio::test]
    async fn each_archive_is_its_pieces_in_order_and_one_that_breaks_off_tears_no_other() {
        let chunk = |byte: u8| Ok(Bytes::from(vec![byte; CHUNK_BYTES]));
        let (a, b, c) = (id(1), id(2), id(3));
        let gone = VaultError::new(ErrorKind::Gone, "subject.erased", "they are gone");
        let refused = VaultError::new(ErrorKind::Conflict, "request.identity_unproved", "not yet");
        let files = sent(vec![
            Pieces::of(a, "export.zip.age", 2 * CHUNK_BYTES).of_archive(archive(vec![
                chunk(1),
                chunk(2),
                chunk(3),
                Ok(Bytes::from_static(b"end")),
            ])),
            Pieces::of(b, "export.zip", CHUNK_BYTES).of_archive(archive(vec![chunk(9), Err(io::Error::other(gone))])),
            Pieces::of(c, "export.zip", CHUNK_BYTES).of_archive(Err(refused)),
        ])
        .await;
        let of = |request: RequestId, file: &str| -> Vec<u8> {
            let name = format!("{request}/{file}.");
            let mut pieces: Vec<_> = files.iter().filter(|(known, _)| known.starts_with(&name)).collect();
            pieces.sort();
            pieces.into_iter().flat_map(|(_, body)| body.clone()).collect()
        };
        let outcome = |request: RequestId| -> Value {
            let name = format!("{request}/outcome.json");
            serde_json::from_slice(&files.iter().find(|(known, _)| *known == name).unwrap().1).unwrap()
        };
        let whole = [vec![1; CHUNK_BYTES], vec![2; CHUNK_BYTES], vec![3; CHUNK_BYTES], b"end".to_vec()].concat();
        assert_eq!(of(a, "export.zip.age"), whole);
        let told = outcome(a);
        assert_eq!((told["state"].as_str(), told["n_pieces"].as_u64()), (Some("written"), Some(2)), "{told}");
        assert_eq!(told["sha256"], candor_ledger::Digest::of(&whole).to_string());
        assert_eq!((outcome(b)["state"].as_str(), outcome(c)["state"].as_str()), (Some("broke_off"), Some("refused")));
        assert_eq!(outcome(b)["problem"]["code"], "subject.erased");
        assert_eq!(outcome(c)["problem"]["code"], "request.identity_unproved");
    }

    #[tokio::test]
    async fn whoever_takes_nothing_is_sent_no_more_and_sees_that_it_is_torn() {
        let (to, from) = channel(1);
        let endless = stream::repeat_with(|| ("a/b".to_owned(), Bytes::from_static(b"x")));
        send(endless, Tar { at_seconds: 0 }, Duration::ZERO, &to).await;
        drop(to);
        let taken: Vec<io::Result<Bytes>> = until_its_end(from).collect().await;
        assert_eq!(taken.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false]);
    }
}
