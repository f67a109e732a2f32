//! The archive of an export, as every face gives it: parts of the export as JSON and as sheets, in one pass over a pull
//! stream, and a signed list of the files.
//!
//! A ZIP archive holds one file after the other, so the sheets wait in memory while `export.json` is
//! written. Before they outgrow their bound they are written out, and a further `export.json` begins in a
//! folder of its own; hardly anybody has so much.

use std::io;

use async_zip::base::write::ZipFileWriter;
use async_zip::{Compression, ZipEntryBuilder};
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use candor_ledger::{Digest, EXPORT_NOTE_FILE, EXPORT_SUMS_FILE, ExportSums, Hashing};
use candor_manifest::Manifest;
use candor_vault::{Export, ExportPart};
use futures_util::io::{AsyncWrite, AsyncWriteExt};
use tokio::io::DuplexStream;

mod index;
mod pipe;
mod sheets;

use sheets::{Columns, Sheets};

/// Sheets are written out before they are longer.
const SHEETS_BYTES_MAX: usize = 4 << 20;

const README: &str = "\
This archive holds what an organisation keeps about you, or the part of it that you asked for.

export.json      everything, one part per line: who kept it and under which policy, your records with the
                 source of each value, your choices, who may receive and did receive something, and who
                 read it. What is kept and not given is named with the reason.
index.html       this list, for your browser
<group>.csv      your records of each kind, as a table
choices.csv      what you consented to, objected to, and so on
recipients.csv   who receives what, and how often they did
connected-rows.csv     what connected systems hold about you, a line for each value
connected-systems.csv  which systems were asked, and which the organisation has to answer for itself
accesses.csv     each time your data was read, and for what
SHA256SUMS       a digest of each of these files
SHA256SUMS.note  the organisation's signature over that list

Nobody can change a file of it unseen: `ledger-check --export FILE --key KEY` checks the whole archive with the
organisation's public key and asks nobody; `sha256sum -c SHA256SUMS` checks the unpacked files against the list.

The last line of export.json carries a SHA-256 digest over the lines of all parts before it (without the comma
at the end of each), and the number of the ledger entry that recorded it.
";

/// Answers with an export as a ZIP archive: streamed and never stored, its digest in the ledger. The columns of the
/// sheets are those of the policy.
pub fn archive(export: Export, manifest: &Manifest) -> Response {
    let columns = sheets::columns(manifest);
    let organisation = manifest.controller.name.clone();
    let body = Body::from_stream(pipe::stream(move |to| write(export, columns, organisation, to)));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"export.zip\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body).into_response()
}

/// Writes the whole archive.
///
/// # Errors
/// The reader went away, or the vault failed; the archive is then torn on purpose.
async fn write(mut export: Export, columns: Columns, organisation: String, to: DuplexStream) -> io::Result<()> {
    let mut zip = ZipFileWriter::with_tokio(to);
    let mut sums = ExportSums::default();
    put(&mut zip, &mut sums, "README.txt", README.as_bytes()).await?;
    let mut files = vec!["README.txt".to_owned()];
    let mut n_volumes = 0;
    loop {
        n_volumes += 1;
        let folder = if n_volumes == 1 { String::new() } else { format!("part-{n_volumes}/") };
        let mut sheets = Sheets::new(&columns);
        let name = format!("{folder}export.json");
        let entry = zip.write_entry_stream(file(&name)).await.map_err(io::Error::other)?;
        let (is_over, digest) = write_volume(&mut export, &mut sheets, entry).await?;
        sums.add(&name, digest).map_err(io::Error::other)?;
        files.push(name);
        for (name, text) in sheets.finish()? {
            let name = format!("{folder}{name}.csv");
            put(&mut zip, &mut sums, &name, &text).await?;
            files.push(name);
        }
        if is_over {
            break;
        }
    }
    let page = index::page(&organisation, &export.at().to_string(), &files);
    put(&mut zip, &mut sums, "index.html", page.as_bytes()).await?;
    // Last, because they speak of everything before them.
    for (name, text) in [(EXPORT_SUMS_FILE, sums.to_text()), (EXPORT_NOTE_FILE, export.sign(&sums))] {
        zip.write_entry_whole(file(name), text.as_bytes()).await.map_err(io::Error::other)?;
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
    zip.write_entry_whole(file(name), text).await.map_err(io::Error::other)
}

/// Writes one `export.json`; true when the export is over.
async fn write_volume<W: AsyncWrite + Unpin>(
    export: &mut Export,
    sheets: &mut Sheets<'_>,
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
        sheets.add(&part)?;
        if matches!(part, ExportPart::End(_)) {
            break true;
        }
        if sheets.bytes() > SHEETS_BYTES_MAX {
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

fn file(name: &str) -> ZipEntryBuilder {
    ZipEntryBuilder::new(name.to_owned().into(), Compression::Deflate).unix_permissions(0o600)
}
