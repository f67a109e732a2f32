//! What MariaDB and MySQL say of themselves: read from `information_schema`, for the database of the connection.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use candor_places::{Catalogue, Column, ColumnKind, ForeignKey, OnDelete, Table, TableKind, Trigger};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Row};

const TABLES: &str = "SELECT TABLE_NAME, TABLE_TYPE, TABLE_ROWS, ENGINE FROM information_schema.TABLES \
    WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME";
const COLUMNS: &str = "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE, \
    COLUMN_DEFAULT, EXTRA FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION";
// A part of a value that is unique makes the value so; a value may occur twice where its column may be empty.
const KEYS: &str = "SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS \
    WHERE TABLE_SCHEMA = DATABASE() AND NON_UNIQUE = 0 AND COLUMN_NAME IS NOT NULL ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX";
const FOREIGN_KEYS: &str = "SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_NAME, \
    k.REFERENCED_COLUMN_NAME, r.DELETE_RULE, k.REFERENCED_TABLE_SCHEMA FROM information_schema.KEY_COLUMN_USAGE AS k \
    JOIN information_schema.REFERENTIAL_CONSTRAINTS AS r ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA \
    AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME \
    WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL \
    ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION";
const TRIGGERS: &str = "SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME, ACTION_TIMING, EVENT_MANIPULATION, ACTION_STATEMENT \
    FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE() ORDER BY EVENT_OBJECT_TABLE, TRIGGER_NAME";
// MariaDB keeps JSON as a text that is checked.
const JSON_CHECKS: &str = "SELECT TABLE_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS \
    WHERE CONSTRAINT_SCHEMA = DATABASE() AND CHECK_CLAUSE LIKE 'json\\_valid(%'";

/// Engines whose changes can be taken back. What is changed in others stands at once.
const TRANSACTIONAL: [&str; 4] = ["InnoDB", "ROCKSDB", "TokuDB", "ndbcluster"];

/// The catalogue of a database, and which of its tables have no transactions.
pub(super) struct Schema {
    pub catalogue: Catalogue,
    pub without_transactions: BTreeSet<String>,
}

/// Reads it.
pub(super) async fn read(conn: &mut Conn, is_mariadb: bool) -> Result<Schema, Error> {
    let json = if is_mariadb { json_columns(conn).await? } else { HashSet::new() };
    let mut without_transactions = BTreeSet::new();
    let mut tables = BTreeMap::new();
    for row in conn.query::<Row, _>(TABLES).await? {
        let [name, kind, n_rows, engine] = texts(&row);
        let is_table = kind != "VIEW";
        if is_table && !TRANSACTIONAL.iter().any(|known| known.eq_ignore_ascii_case(&engine)) {
            without_transactions.insert(name.clone());
        }
        let kind = if is_table { TableKind::Table } else { TableKind::View };
        let table = Table {
            name: name.clone(),
            kind,
            columns: Vec::new(),
            primary_key: Vec::new(),
            unique: Vec::new(),
            foreign_keys: Vec::new(),
            triggers: Vec::new(),
            n_rows: n_rows.parse().ok(),
        };
        tables.insert(name, table);
    }
    for row in conn.query::<Row, _>(COLUMNS).await? {
        let [table, name, ..] = texts::<2>(&row);
        let is_json = json.contains(&(table.clone(), name.clone()));
        if let Some(table) = tables.get_mut(&table) {
            table.columns.push(column(&row, is_json, is_mariadb));
        }
    }
    keys(conn, &mut tables).await?;
    foreign_keys(conn, &mut tables).await?;
    for row in conn.query::<Row, _>(TRIGGERS).await? {
        let [table, name, timing, event, body] = texts(&row);
        let text = format!("CREATE TRIGGER {name} {timing} {event} ON {table} FOR EACH ROW {body}");
        if let Some(table) = tables.get_mut(&table) {
            table.triggers.push(Trigger { name, text });
        }
    }
    Ok(Schema { catalogue: Catalogue { tables: tables.into_values().collect() }, without_transactions })
}

async fn json_columns(conn: &mut Conn) -> Result<HashSet<(String, String)>, Error> {
    let checks = conn.query::<Row, _>(JSON_CHECKS).await?;
    let found = checks.iter().filter_map(|row| {
        let [table, clause] = texts(row);
        let column = clause.strip_prefix("json_valid(`")?.split_once('`')?.0.to_owned();
        Some((table, column))
    });
    Ok(found.collect())
}

async fn keys(conn: &mut Conn, tables: &mut BTreeMap<String, Table>) -> Result<(), Error> {
    let mut indexes: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for row in conn.query::<Row, _>(KEYS).await? {
        let [table, index, column] = texts(&row);
        indexes.entry((table, index)).or_default().push(column);
    }
    for ((table, index), columns) in indexes {
        let Some(table) = tables.get_mut(&table) else { continue };
        if index == "PRIMARY" {
            table.primary_key = columns;
        } else {
            table.unique.push(columns);
        }
    }
    Ok(())
}

async fn foreign_keys(conn: &mut Conn, tables: &mut BTreeMap<String, Table>) -> Result<(), Error> {
    let own: HashSet<String> = tables.keys().cloned().collect();
    let mut keys: BTreeMap<(String, String), ForeignKey> = BTreeMap::new();
    for row in conn.query::<Row, _>(FOREIGN_KEYS).await? {
        let [table, name, column, to, to_column, rule, schema] = texts(&row);
        let to = if own.contains(&to) { to } else { format!("{schema}.{to}") };
        let key = keys.entry((table, name)).or_insert_with(|| ForeignKey {
            columns: Vec::new(),
            to,
            to_columns: Vec::new(),
            on_delete: on_delete(&rule),
        });
        key.columns.push(column);
        key.to_columns.push(to_column);
    }
    for ((table, _), key) in keys {
        if let Some(table) = tables.get_mut(&table) {
            table.foreign_keys.push(key);
        }
    }
    Ok(())
}

fn on_delete(rule: &str) -> OnDelete {
    match rule {
        "CASCADE" => OnDelete::Cascade,
        "SET NULL" => OnDelete::SetNull,
        "SET DEFAULT" => OnDelete::SetDefault,
        _ => OnDelete::Refuse,
    }
}

fn column(row: &Row, is_json: bool, is_mariadb: bool) -> Column {
    let [_, name, data_type, column_type, chars_max, nullable, _, extra] = texts(row);
    let kind = if is_json { ColumnKind::Json } else { kind(&data_type, &column_type, chars_max.parse().ok()) };
    let default = text(row, 6).filter(|default| default != "NULL");
    // MySQL tells a constant as it is, MariaDB as it would be written.
    let is_written = is_mariadb || extra.contains("DEFAULT_GENERATED") || kind == ColumnKind::Number;
    let default =
        default.map(|it| if is_written { it } else { format!("'{}'", it.replace('\\', "\\\\").replace('\'', "''")) });
    // A counter fills itself in, but nobody may be given its next number.
    let is_generated = extra.contains("GENERATED") && !extra.contains("DEFAULT_GENERATED");
    Column { name, kind, is_nullable: nullable == "YES", default, is_generated }
}

fn kind(data_type: &str, column_type: &str, chars_max: Option<u32>) -> ColumnKind {
    match data_type {
        // Programs that want no collation keep their texts so (MediaWiki).
        "char" | "varchar" | "varbinary" | "tinytext" | "text" | "mediumtext" | "longtext" | "set" => {
            ColumnKind::Text { chars_max: chars_max.filter(|_| data_type != "longtext") }
        }
        "binary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => ColumnKind::Bytes,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float" | "double" | "bit" | "year" => {
            ColumnKind::Number
        }
        "date" => ColumnKind::Date,
        "datetime" | "timestamp" => ColumnKind::Moment,
        "json" => ColumnKind::Json,
        "uuid" => ColumnKind::Uuid,
        "enum" => ColumnKind::Enum(words(column_type)),
        other => ColumnKind::Other(other.to_owned()),
    }
}

/// `enum('a','it''s')`.
fn words(column_type: &str) -> Vec<String> {
    let inner = column_type.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')')).map_or("", |(inner, _)| inner);
    let inner = inner.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(inner);
    inner.split("','").map(|word| word.replace("''", "'")).collect()
}

/// The first columns of a row; an empty text where nothing stands.
fn texts<const N: usize>(row: &Row) -> [String; N] {
    std::array::from_fn(|n| text(row, n).unwrap_or_default())
}

/// A column of a row as text.
pub(super) fn text(row: &Row, n: usize) -> Option<String> {
    super::value::text(row.as_ref(n)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_an_enumeration_are_read() {
        assert_eq!(words("enum('a','it''s','b,c')"), ["a", "it's", "b,c"]);
    }

    #[test]
    fn texts_without_collation_are_texts() {
        assert_eq!(kind("varbinary", "varbinary(255)", Some(255)), ColumnKind::Text { chars_max: Some(255) });
        assert_eq!(kind("tinyblob", "tinyblob", Some(255)), ColumnKind::Bytes);
    }
}
