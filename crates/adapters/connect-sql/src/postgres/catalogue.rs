//! What a PostgreSQL database says of itself.
//!
//! All schemas that are not the server's own are read, whether the account may read their tables or not: a table that cannot be
//! searched has to be told, not left out. Partitions are part of their table.

use std::collections::HashMap;

use candor_connect::ConnectError;
use candor_places::{Catalogue, Column, ColumnKind, ForeignKey, OnDelete, Table, TableKind, Trigger};

use super::session::PostgresSession;
use crate::driver::Session as _;

/// Changes whenever a column, key, default, trigger, trigger function or rule does.
pub(super) const FINGERPRINT: &str = "SELECT
    (SELECT count(*) || '.' || coalesce(sum(a.xmin::text::bigint * a.attnum + a.attrelid::bigint), 0)
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' AND NOT c.relispartition),
    (SELECT count(*) || '.' || coalesce(sum(k.xmin::text::bigint + k.oid::bigint), 0) FROM pg_constraint k WHERE k.oid >= 16384),
    (SELECT count(*) || '.' || coalesce(sum(d.xmin::text::bigint), 0) FROM pg_attrdef d WHERE d.oid >= 16384),
    (SELECT count(*) || '.' || coalesce(sum(t.xmin::text::bigint + p.xmin::text::bigint), 0)
       FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal),
    (SELECT count(*) || '.' || coalesce(sum(r.xmin::text::bigint), 0) FROM pg_rewrite r WHERE r.oid >= 16384),
    current_schema()::text";

const MINE: &str = "c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp%'";

/// A table's name, with its schema unless that is the session's own; a dot in a name is not what stands behind a schema.
const NAME: &str = "CASE WHEN n.nspname = current_schema() AND strpos(c.relname, '.') = 0 THEN c.relname::text ELSE n.nspname || '.' || c.relname END";

/// Stands between names that are given together; no name holds it.
const BETWEEN: char = '\u{1f}';

pub(super) async fn read(session: &mut PostgresSession) -> Result<Catalogue, ConnectError> {
    let mut tables: Vec<Table> = Vec::new();
    for row in session.query(&columns_query(), &[]).await? {
        let mut row = Texts(row.into_iter());
        let (name, kind, n_rows) = (row.text(), row.text(), row.text());
        if tables.last().is_none_or(|last| last.name != name) {
            tables.push(Table {
                name,
                kind: match kind.as_str() {
                    "v" => TableKind::View,
                    "m" => TableKind::MaterialisedView,
                    _ => TableKind::Table,
                },
                columns: Vec::new(),
                primary_key: Vec::new(),
                unique: Vec::new(),
                foreign_keys: Vec::new(),
                triggers: Vec::new(),
                n_rows: n_rows.parse().ok(),
            });
        }
        if let Some(table) = tables.last_mut() {
            table.columns.push(column(&mut row));
        }
    }
    let at: HashMap<String, usize> = tables.iter().enumerate().map(|(n, table)| (table.name.clone(), n)).collect();
    for row in session.query(&keys_query(), &[]).await? {
        let mut row = Texts(row.into_iter());
        let (name, is_primary, columns) = (row.text(), row.text(), row.list());
        let Some(table) = at.get(&name).and_then(|n| tables.get_mut(*n)) else { continue };
        if is_primary == "true" { table.primary_key = columns } else { table.unique.push(columns) }
    }
    for row in session.query(&foreign_query(), &[]).await? {
        let mut row = Texts(row.into_iter());
        let (name, to, on_delete) = (row.text(), row.text(), row.text());
        let Some(table) = at.get(&name).and_then(|n| tables.get_mut(*n)) else { continue };
        let on_delete = match on_delete.as_str() {
            "c" => OnDelete::Cascade,
            "n" => OnDelete::SetNull,
            "d" => OnDelete::SetDefault,
            _ => OnDelete::Refuse,
        };
        table.foreign_keys.push(ForeignKey { columns: row.list(), to, to_columns: row.list(), on_delete });
    }
    for row in session.query(&triggers_query(), &[]).await? {
        let mut row = Texts(row.into_iter());
        let name = row.text();
        let Some(table) = at.get(&name).and_then(|n| tables.get_mut(*n)) else { continue };
        table.triggers.push(Trigger { name: row.text(), text: row.text() });
    }
    Ok(Catalogue { tables })
}

struct Texts(std::vec::IntoIter<Option<String>>);

impl Texts {
    fn maybe(&mut self) -> Option<String> {
        self.0.next().flatten()
    }

    fn text(&mut self) -> String {
        self.maybe().unwrap_or_default()
    }

    fn list(&mut self) -> Vec<String> {
        self.text().split(BETWEEN).map(str::to_owned).collect()
    }
}

fn column(row: &mut Texts) -> Column {
    let (name, declared, category) = (row.text(), row.text(), row.text());
    let (is_required, is_generated, default, labels) = (row.text(), row.text(), row.maybe(), row.maybe());
    Column {
        name,
        kind: kind(&declared, &category, labels),
        is_nullable: is_required != "true",
        default,
        is_generated: is_generated == "true",
    }
}

fn kind(declared: &str, category: &str, labels: Option<String>) -> ColumnKind {
    match (declared, category) {
        ("json" | "jsonb", _) => ColumnKind::Json,
        ("uuid", _) => ColumnKind::Uuid,
        ("bytea", _) => ColumnKind::Bytes,
        ("date", _) => ColumnKind::Date,
        (_, "E") => ColumnKind::Enum(labels.unwrap_or_default().split(BETWEEN).map(str::to_owned).collect()),
        (_, "A") => ColumnKind::Array,
        (_, "N") => ColumnKind::Number,
        (_, "B") => ColumnKind::Boolean,
        (_, "D") => ColumnKind::Moment,
        (_, "S") => {
            let bound = declared.split_once('(').and_then(|(_, rest)| rest.split(')').next()?.parse().ok());
            ColumnKind::Text { chars_max: bound }
        }
        _ => ColumnKind::Other(declared.to_owned()),
    }
}

fn columns_query() -> String {
    format!(
        "SELECT {NAME}, c.relkind::text, CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END::text, a.attname::text,
            CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(a.atttypid, a.atttypmod) END,
            t.typcategory::text, (a.attnotnull OR t.typnotnull)::text,
            (a.attgenerated <> '' OR a.attidentity = 'a')::text, pg_get_expr(d.adbin, d.adrelid),
            (SELECT string_agg(e.enumlabel, chr(31) ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE {MINE} ORDER BY c.oid, a.attnum"
    )
}

fn keys_query() -> String {
    format!(
        "SELECT {NAME}, i.indisprimary::text,
            (SELECT string_agg(a.attname, chr(31) ORDER BY k.at) FROM unnest(i.indkey) WITH ORDINALITY AS k(num, at)
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.num WHERE k.at <= i.indnkeyatts)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {MINE} AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL"
    )
}

fn foreign_query() -> String {
    let to = NAME.replace("n.", "m.").replace("c.", "r.");
    let names = |keys: &str, of: &str| {
        format!(
            "(SELECT string_agg(a.attname, chr(31) ORDER BY x.at) FROM unnest(k.{keys}) WITH ORDINALITY AS x(num, at)
               JOIN pg_attribute a ON a.attrelid = {of}.oid AND a.attnum = x.num)"
        )
    };
    format!(
        "SELECT {NAME}, {to}, k.confdeltype::text, {}, {}
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace m ON m.oid = r.relnamespace
        WHERE {MINE} AND k.contype = 'f' AND NOT r.relispartition ORDER BY k.oid",
        names("conkey", "c"),
        names("confkey", "r")
    )
}

/// Rules of tables do what triggers do.
fn triggers_query() -> String {
    format!(
        "SELECT {NAME}, t.tgname::text, pg_get_triggerdef(t.oid) || chr(10) || p.prosrc
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {MINE} AND NOT t.tgisinternal AND t.tgenabled <> 'D'
        UNION ALL
        SELECT {NAME}, t.tgname::text, pg_get_triggerdef(t.oid) || chr(10) || p.prosrc
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        JOIN pg_class part ON part.oid = t.tgrelid AND part.relispartition
        JOIN pg_class c ON c.oid = pg_partition_root(t.tgrelid) JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {MINE} AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgparentid = 0
        UNION ALL
        SELECT {NAME}, r.rulename::text, pg_get_ruledef(r.oid)
        FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {MINE} AND r.rulename <> '_RETURN' AND r.ev_enabled <> 'D'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_from_type_and_category() {
        let check = |declared, category, expected| assert_eq!(kind(declared, category, None), expected);
        check("character varying(40)", "S", ColumnKind::Text { chars_max: Some(40) });
        check("text", "S", ColumnKind::Text { chars_max: None });
        check("numeric(10,2)", "N", ColumnKind::Number);
        check("text[]", "A", ColumnKind::Array);
        check("timestamp with time zone", "D", ColumnKind::Moment);
        check("inet", "I", ColumnKind::Other("inet".into()));
    }
}
