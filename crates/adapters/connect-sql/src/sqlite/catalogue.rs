//! What a SQLite file says of itself.

use candor_places::{Catalogue, Column, ColumnKind, ForeignKey, OnDelete, Table, TableKind, Trigger};
use rusqlite::Connection;

pub(super) fn read(connection: &Connection) -> rusqlite::Result<Catalogue> {
    let mut statement = connection.prepare(
        "SELECT name, type FROM main.sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
    )?;
    let names = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let names: Vec<(String, String)> = names.collect::<rusqlite::Result<_>>()?;
    let mut tables = Vec::with_capacity(names.len());
    for (name, kind) in names {
        let (columns, primary_key) = columns(connection, &name)?;
        tables.push(Table {
            kind: if kind == "view" { TableKind::View } else { TableKind::Table },
            columns,
            primary_key,
            unique: unique(connection, &name)?,
            foreign_keys: foreign_keys(connection, &name)?,
            triggers: triggers(connection, &name)?,
            n_rows: None,
            name,
        });
    }
    fill_keys(&mut tables);
    Ok(Catalogue { tables })
}

fn columns(connection: &Connection, table: &str) -> rusqlite::Result<(Vec<Column>, Vec<String>)> {
    let mut statement = connection.prepare(
        "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1) WHERE hidden <> 1",
    )?;
    let rows = statement.query_map([table], |row| {
        let pk: u32 = row.get(4)?;
        let column = Column {
            name: row.get(0)?,
            kind: kind(&row.get::<_, Option<String>>(1)?.unwrap_or_default()),
            is_nullable: row.get::<_, i64>(2)? == 0 && pk == 0,
            default: row.get(3)?,
            is_generated: row.get::<_, i64>(5)? >= 2,
        };
        Ok((pk, column))
    })?;
    let rows: Vec<(u32, Column)> = rows.collect::<rusqlite::Result<_>>()?;
    let mut key: Vec<(u32, String)> =
        rows.iter().filter(|(pk, _)| *pk > 0).map(|(pk, column)| (*pk, column.name.clone())).collect();
    key.sort_unstable();
    Ok((rows.into_iter().map(|(_, column)| column).collect(), key.into_iter().map(|(_, name)| name).collect()))
}

/// What is declared; SQLite holds nobody to it.
fn kind(declared: &str) -> ColumnKind {
    let upper = declared.to_uppercase();
    let says = |words: &[&str]| words.iter().any(|word| upper.contains(word));
    if says(&["JSON"]) {
        ColumnKind::Json
    } else if says(&["BOOL"]) {
        ColumnKind::Boolean
    } else if says(&["INT"]) {
        ColumnKind::Number
    } else if says(&["CHAR", "CLOB", "TEXT", "UUID"]) {
        let bound = upper.split_once('(').and_then(|(_, rest)| rest.split([')', ',']).next()?.trim().parse().ok());
        ColumnKind::Text { chars_max: bound }
    } else if says(&["TIME"]) {
        ColumnKind::Moment
    } else if says(&["DATE"]) {
        ColumnKind::Date
    } else if says(&["BLOB"]) {
        ColumnKind::Bytes
    } else if says(&["REAL", "FLOA", "DOUB", "NUM", "DEC"]) {
        ColumnKind::Number
    } else {
        ColumnKind::Other(declared.to_owned())
    }
}

fn unique(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Vec<String>>> {
    let mut statement = connection
        .prepare("SELECT name FROM pragma_index_list(?1) WHERE \"unique\" = 1 AND partial = 0 AND origin <> 'pk'")?;
    let names: Vec<String> = statement.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut sets = Vec::new();
    for name in names {
        let mut statement = connection.prepare("SELECT name FROM pragma_index_info(?1) ORDER BY seqno")?;
        let columns: Vec<Option<String>> =
            statement.query_map([&name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        // An index on an expression is no key.
        sets.extend(columns.into_iter().collect::<Option<Vec<String>>>());
    }
    Ok(sets)
}

fn foreign_keys(connection: &Connection, table: &str) -> rusqlite::Result<Vec<ForeignKey>> {
    let mut statement = connection.prepare(
        "SELECT id, \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list(?1) ORDER BY id, seq",
    )?;
    let rows = statement
        .query_map([table], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, String>(4)?)))?;
    let mut keys: Vec<(i64, ForeignKey)> = Vec::new();
    for row in rows {
        let (id, to, from, to_column, on_delete): (i64, String, String, Option<String>, String) = row?;
        if keys.last().is_none_or(|(last, _)| *last != id) {
            let on_delete = match on_delete.as_str() {
                "CASCADE" => OnDelete::Cascade,
                "SET NULL" => OnDelete::SetNull,
                "SET DEFAULT" => OnDelete::SetDefault,
                _ => OnDelete::Refuse,
            };
            keys.push((id, ForeignKey { columns: Vec::new(), to, to_columns: Vec::new(), on_delete }));
        }
        if let Some((_, key)) = keys.last_mut() {
            key.columns.push(from);
            key.to_columns.extend(to_column);
        }
    }
    Ok(keys.into_iter().map(|(_, key)| key).collect())
}

/// A reference that names no columns means the primary key; SQLite forgives case in names of tables.
fn fill_keys(tables: &mut [Table]) {
    let keys: Vec<(String, Vec<String>)> =
        tables.iter().map(|table| (table.name.clone(), table.primary_key.clone())).collect();
    for key in tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
        if let Some((name, columns)) = keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(&key.to)) {
            key.to.clone_from(name);
            if key.to_columns.is_empty() {
                key.to_columns.clone_from(columns);
            }
        }
    }
}

fn triggers(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Trigger>> {
    let mut statement = connection
        .prepare("SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE")?;
    let rows = statement.query_map([table], |row| Ok(Trigger { name: row.get(0)?, text: row.get(1)? }))?;
    rows.collect()
}
