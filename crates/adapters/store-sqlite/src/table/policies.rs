//! The versions of a tenant's policy.

use candor_store::PolicyRow;
use rusqlite::{Connection, Row, params};

use super::{change, many};
use crate::column::{damaged, instant};
use crate::packed::{pack, unpack};

/// Adds a version; one of the same digest and instant stays.
pub(crate) fn add(connection: &Connection, tenant: i64, row: &PolicyRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO policies (tenant, effective_at, digest, put_at, sources) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (tenant, effective_at, digest) DO NOTHING";
    let sources = pack(row.sources.iter().flat_map(|(path, text)| [path.as_bytes(), text.as_bytes()]));
    let (effective_at, put_at) = (row.effective_at.as_millis(), row.put_at.as_millis());
    change(connection, sql, params![tenant, effective_at, row.digest, put_at, sources])
}

/// The latest 1 000 versions, ascending. Along the primary key, backwards.
pub(crate) fn all(connection: &Connection, tenant: i64) -> rusqlite::Result<Vec<PolicyRow>> {
    let sql = "SELECT digest, effective_at, put_at, sources FROM policies WHERE tenant = ?1
        ORDER BY effective_at DESC, put_at DESC, digest DESC LIMIT 1000";
    let mut rows = many(connection, sql, [tenant], policy_row)?;
    rows.reverse();
    Ok(rows)
}

fn policy_row(row: &Row<'_>) -> rusqlite::Result<PolicyRow> {
    let sources = source_files(row.get_ref(3)?.as_blob()?).ok_or_else(|| damaged(3))?;
    Ok(PolicyRow { digest: row.get(0)?, effective_at: instant(row, 1)?, put_at: instant(row, 2)?, sources })
}

fn source_files(packed: &[u8]) -> Option<Vec<(String, String)>> {
    let text = |part: &[u8]| String::from_utf8(part.to_vec()).ok();
    let parts = unpack(packed)?;
    let (pairs, rest) = parts.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[path, source]| Some((text(path)?, text(source)?))).collect()
}
