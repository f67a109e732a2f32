//! The archive: parts of the export as JSON and as sheets, in one pass over a pull stream.
//!
//! A ZIP archive holds one file after the other, so the sheets wait in memory while `export.json` is
//! written. Before they outgrow their bound they are written out, and a further `export.json` begins in a
//! folder of its own; hardly anybody has so much.

use std::io;

use async_zip::base::write::ZipFileWriter;
use async_zip::{Compression, ZipEntryBuilder};
use candor_vault::{Export, ExportPart};
use futures_util::io::{AsyncWrite, AsyncWriteExt};
use tokio::io::DuplexStream;

use super::sheets::{Columns, Sheets};

/// Sheets are written out before they are longer.
const SHEETS_BYTES_MAX: usize = 4 << 20;

const README: &str = "\
This archive holds what an organisation keeps about you, or the part of it that you asked for.

export.json      everything, one part per line: who kept it and under which policy, your records with the
                 source of each value, your choices, who may receive and did receive something, and who
                 read it. What is kept and not given is named with the reason.
<group>.csv      your records of each kind, as a table
choices.csv      what you consented to, objected to, and so on
recipients.csv   who receives what, and how often they did
accesses.csv     each time your data was read, and for what

The last line of export.json carries a SHA-256 digest over the lines of all parts before it (without the comma
at the end of each), and the number of the ledger entry that recorded it.
";

/// Writes the whole archive.
///
/// # Errors
/// The reader went away, or the vault failed; the archive is then torn on purpose.
pub(super) async fn write(mut export: Export, columns: Columns, to: DuplexStream) -> io::Result<()> {
    let mut zip = ZipFileWriter::with_tokio(to);
    zip.write_entry_whole(file("README.txt"), README.as_bytes()).await.map_err(io::Error::other)?;
    let mut n_volumes = 0;
    loop {
        n_volumes += 1;
        let folder = if n_volumes == 1 { String::new() } else { format!("part-{n_volumes}/") };
        let mut sheets = Sheets::new(&columns);
        let entry = zip.write_entry_stream(file(&format!("{folder}export.json"))).await.map_err(io::Error::other)?;
        let is_over = write_volume(&mut export, &mut sheets, entry).await?;
        for (name, text) in sheets.finish()? {
            let entry = file(&format!("{folder}{name}.csv"));
            zip.write_entry_whole(entry, &text).await.map_err(io::Error::other)?;
        }
        if is_over {
            break;
        }
    }
    let mut to = zip.close().await.map_err(io::Error::other)?;
    to.close().await
}

/// Writes one `export.json`; true when the export is over.
async fn write_volume<W: AsyncWrite + Unpin>(
    export: &mut Export,
    sheets: &mut Sheets<'_>,
    mut to: async_zip::base::write::EntryStreamWriter<'_, W>,
) -> io::Result<bool> {
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
    to.close().await.map_err(io::Error::other)?;
    Ok(is_over)
}

fn file(name: &str) -> ZipEntryBuilder {
    ZipEntryBuilder::new(name.to_owned().into(), Compression::Deflate).unix_permissions(0o600)
}
