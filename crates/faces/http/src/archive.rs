//! The archive of an export, as every face gives it: parts of the export as JSON and as sheets, a page to read them by, in one
//! pass over a pull stream, and a signed list of the files; encrypted to its person when they chose that.
//!
//! A ZIP archive holds one file after the other, so the sheets wait in memory while `export.json` is
//! written. Before they outgrow their bound they are written out, and a further `export.json` begins in a
//! folder of its own; hardly anybody has so much. Nothing of it is ever stored here (docs/exports.md, ADR 39).

use std::io;
use std::sync::Arc;

use async_zip::base::write::ZipFileWriter;
use async_zip::{Compression, ZipEntryBuilder};
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use candor_age::Lock;
use candor_ledger::{Digest, EXPORT_NOTE_FILE, EXPORT_SUMS_FILE, ExportSums, Hashing};
use candor_manifest::Manifest;
use candor_vault::{Export, ExportPart};
use candor_words::Language;
use futures_util::Stream;
use futures_util::io::{AsyncWrite, AsyncWriteExt};
use tokio::io::DuplexStream;

mod columns;
mod index;
mod many;
mod pipe;
mod sealing;
mod sheets;
mod told;

use columns::Columns;
pub use many::{Ordered, Turn, archives};
use sheets::Sheets;
use told::Told;

/// Sheets are written out before they are longer, but for the one row that makes them so.
const SHEETS_BYTES_MAX: usize = 4 << 20;

/// Shorter files are not compressed: what that gains is less than what it costs to begin, and an archive may hold hundreds.
const STORED_BYTES_MAX: usize = 4 << 10;

const README: &str = include_str!("archive/readme.txt");

/// Answers with an export as a ZIP archive, under a lock or as it is: streamed and never stored, its digest in the ledger. The
/// columns of the sheets are those of the policy.
pub fn archive(export: Export, manifest: &Manifest, lock: Option<Lock>) -> Response {
    let (kind, name) = match &lock {
        None => ("application/zip", "attachment; filename=\"export.zip\""),
        Some(_) => ("application/octet-stream", "attachment; filename=\"export.zip.age\""),
    };
    let body = Body::from_stream(written(export, Arc::new(Columns::of(manifest)), lock, SHEETS_BYTES_MAX));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body).into_response()
}

/// An archive as it is sent; its sheets wait until they are so long.
fn written(
    export: Export,
    columns: Arc<Columns>,
    lock: Option<Lock>,
    sheets_bytes_max: usize,
) -> impl Stream<Item = io::Result<Bytes>> {
    let sealing = lock.map(|lock| (lock, Arc::clone(export.entropy())));
    pipe::stream(sealing, move |to| write(export, columns, sheets_bytes_max, to))
}

/// Writes the whole archive.
///
/// # Errors
/// The reader went away, or the vault failed; the archive is then torn on purpose.
async fn write(mut export: Export, columns: Arc<Columns>, sheets_bytes_max: usize, to: DuplexStream) -> io::Result<()> {
    let mut zip = ZipFileWriter::with_tokio(to);
    let mut sums = ExportSums::default();
    put(&mut zip, &mut sums, "README.txt", README.as_bytes()).await?;
    let mut told = Told::default();
    let mut sheets = Sheets::new(&columns, sheets_bytes_max);
    let mut n_volumes = 0;
    loop {
        n_volumes += 1;
        let folder = if n_volumes == 1 { String::new() } else { format!("part-{n_volumes}/") };
        let name = format!("{folder}export.json");
        let entry = zip.write_entry_stream(file(&name, Compression::Deflate)).await.map_err(io::Error::other)?;
        let (is_over, digest) = write_volume(&mut export, &mut sheets, &mut told, entry).await?;
        sums.add(&name, digest).map_err(io::Error::other)?;
        told.wrote("export.json", &folder);
        for (sheet, text) in sheets.take_volume()? {
            let name = format!("{folder}{sheet}.csv");
            put(&mut zip, &mut sums, &name, &text).await?;
            told.wrote(&format!("{sheet}.csv"), &folder);
        }
        if is_over {
            break;
        }
    }
    let seen = sheets.into_seen();
    for language in Language::ALL {
        let page = index::page(language, &columns, &told, &seen);
        put(&mut zip, &mut sums, index::file_name(language), page.as_bytes()).await?;
    }
    // Last, because they speak of everything before them.
    for (name, text) in [(EXPORT_SUMS_FILE, sums.to_text()), (EXPORT_NOTE_FILE, export.sign(&sums))] {
        zip.write_entry_whole(file(name, Compression::Deflate), text.as_bytes()).await.map_err(io::Error::other)?;
    }
    let mut to = zip.close().await.map_err(io::Error::other)?;
    to.close().await
}

/// Writes a file whole, and lists it.
async fn put<W: AsyncWrite + Unpin>(
    zip: &mut ZipFileWriter<W>,
    sums: &mut ExportSums,
    name: &str,
    text: &[u8],
) -> io::Result<()> {
    sums.add(name, Digest::of(text)).map_err(io::Error::other)?;
    let how = if text.len() > STORED_BYTES_MAX { Compression::Deflate } else { Compression::Stored };
    zip.write_entry_whole(file(name, how), text).await.map_err(io::Error::other)
}

/// Writes one `export.json`; true when the export is over.
async fn write_volume<W: AsyncWrite + Unpin>(
    export: &mut Export,
    sheets: &mut Sheets<'_>,
    told: &mut Told,
    to: async_zip::base::write::EntryStreamWriter<'_, W>,
) -> io::Result<(bool, Digest)> {
    let mut to = Hashed { to, hashing: Hashing::default() };
    to.write_all(b"[\n").await?;
    let mut is_first = true;
    let is_over = loop {
        let Some(part) = export.next().await.map_err(io::Error::other)? else { break true };
        if !is_first {
            to.write_all(b",\n").await?;
        }
        is_first = false;
        let line = part.to_line().map_err(io::Error::other)?;
        to.write_all(line.strip_suffix(b"\n").unwrap_or(&line)).await?;
        drop(line);
        sheets.add(&part)?;
        told.add(&part);
        if matches!(part, ExportPart::End(_)) {
            break true;
        }
        if sheets.is_full() {
            break false;
        }
    };
    to.write_all(b"\n]\n").await?;
    to.to.close().await.map_err(io::Error::other)?;
    Ok((is_over, to.hashing.finish()))
}

/// A file that is hashed while it is written.
struct Hashed<'a, W: AsyncWrite + Unpin> {
    to: async_zip::base::write::EntryStreamWriter<'a, W>,
    hashing: Hashing,
}

impl<W: AsyncWrite + Unpin> Hashed<'_, W> {
    async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hashing.update(bytes);
        self.to.write_all(bytes).await
    }
}

fn file(name: &str, how: Compression) -> ZipEntryBuilder {
    ZipEntryBuilder::new(name.to_owned().into(), how).unix_permissions(0o600)
}
