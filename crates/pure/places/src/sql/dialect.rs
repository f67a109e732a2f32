//! How one statement is written for each kind of database.
//!
//! All values go in as text and come out as text; what a statement needs beyond that (how a name is quoted, how letters are
//! folded, how a random text is made) is answered here, once for each database.

use crate::catalogue::{Column, ColumnKind};

/// A database's way of writing SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// PostgreSQL.
    Postgres,
    /// MariaDB and MySQL.
    Mariadb,
    /// SQLite. It folds letters with the function `candor_fold`, which the connection brings.
    Sqlite,
}

/// A random text has so many characters beyond its prefix, where the column has room.
const RANDOM_CHARS: u32 = 32;
/// Fewer random characters than these could meet twice.
pub(crate) const UNIQUE_CHARS_MIN: u32 = 12;
/// How a random address ends, and any other random text begins, where there is room.
pub(crate) const ANONYMOUS_MAIL_TAIL: &str = "@anonymous.invalid";
pub(crate) const ANONYMOUS_HEAD: &str = "anon-";

impl Dialect {
    /// A name of a column.
    pub fn quoted(self, name: &str) -> String {
        match self {
            Self::Mariadb => format!("`{}`", name.replace('`', "``")),
            Self::Postgres | Self::Sqlite => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// The name of a table, with its schema when it stands before a dot; only PostgreSQL has tables of other schemas.
    pub fn table(self, name: &str) -> String {
        match name.split_once('.').filter(|_| self == Self::Postgres) {
            Some((schema, table)) => format!("{}.{}", self.quoted(schema), self.quoted(table)),
            None => self.quoted(name),
        }
    }

    /// A text as it stands in a statement. Only what the manifest or the catalogue says is written so, no value of anybody.
    pub fn literal(self, text: &str) -> String {
        let text = text.replace('\'', "''");
        match self {
            Self::Mariadb => format!("'{}'", text.replace('\\', "\\\\")),
            Self::Postgres | Self::Sqlite => format!("'{text}'"),
        }
    }

    /// Where the nth parameter stands, counted from one; all are texts.
    pub fn parameter(self, n: usize) -> String {
        match self {
            Self::Postgres => format!("${n}::text"),
            Self::Mariadb => "?".to_owned(),
            Self::Sqlite => format!("?{n}"),
        }
    }

    /// A column's value as text.
    pub fn text(self, expression: &str, kind: &ColumnKind) -> String {
        match (self, kind) {
            (Self::Postgres, ColumnKind::Bytes) => format!("encode({expression}, 'escape')"),
            (Self::Postgres, _) => format!("{expression}::text"),
            (Self::Mariadb, _) => format!("CONVERT({expression} USING utf8mb4)"),
            (Self::Sqlite, _) => format!("CAST({expression} AS TEXT)"),
        }
    }

    /// Whether a set's values compare as those of the column that they came from.
    pub(crate) fn compares_in_sets(self, kind: &ColumnKind) -> bool {
        self != Self::Sqlite || matches!(kind, ColumnKind::Number)
    }

    /// A text column's value as text.
    pub(crate) fn plain_text(self, expression: &str) -> String {
        self.text(expression, &ColumnKind::Text { chars_max: None })
    }

    /// How many bytes a value has.
    pub fn octets(self, expression: &str) -> String {
        match self {
            Self::Postgres | Self::Sqlite => format!("octet_length({expression})"),
            Self::Mariadb => format!("OCTET_LENGTH({expression})"),
        }
    }

    /// A number as text.
    pub fn number_text(self, expression: &str) -> String {
        match self {
            Self::Postgres | Self::Sqlite => format!("CAST({expression} AS TEXT)"),
            Self::Mariadb => format!("CAST({expression} AS CHAR)"),
        }
    }

    /// A text in small letters.
    pub fn folded(self, text: &str) -> String {
        match self {
            // Columns compare in ways of their own, some of which hold two people's addresses for one; texts of several are of none.
            Self::Postgres => format!("lower(({text}) COLLATE \"default\")"),
            // Columns compare in ways of their own; two of them, or an accent, must not meet by chance.
            Self::Mariadb => format!("lower(CONVERT({text} USING utf8mb4)) COLLATE utf8mb4_bin"),
            Self::Sqlite => format!("candor_fold({text})"),
        }
    }

    /// Whether a value of a kind is an identifier of the relation `i` of people.
    pub(crate) fn names(self, expression: &str, kind: &ColumnKind) -> String {
        match (self, kind) {
            // Written so that an index on the column is used.
            (Self::Postgres, ColumnKind::Number) => {
                format!("{expression} = CASE WHEN i.value ~ '^-?[0-9]{{1,18}}$' THEN i.value::bigint END")
            }
            (Self::Postgres, ColumnKind::Uuid) => format!(
                "{expression} = CASE WHEN i.value ~* '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$' THEN i.value::uuid END"
            ),
            (Self::Mariadb, ColumnKind::Number) => {
                // A line's end is no end of the text.
                format!(
                    "{expression} = CASE WHEN i.value REGEXP '^-?[0-9]{{1,18}}\\\\z' THEN CAST(i.value AS SIGNED) END"
                )
            }
            // `1e3` is not number 1000, whatever SQLite makes of it.
            (Self::Sqlite, ColumnKind::Number) => format!(
                "{expression} = CASE WHEN ltrim(i.value, '-') GLOB '[0-9]*' AND ltrim(i.value, '-') NOT GLOB '*[^0-9]*' AND length(i.value) <= 18 AND substr(i.value, 2) NOT GLOB '*-*' THEN CAST(i.value AS INTEGER) END"
            ),
            _ => format!("{} = i.folded", self.folded(&self.text(expression, kind))),
        }
    }

    /// The text at a path of a JSON document; nothing when there is none, or no document.
    pub(crate) fn json_at(self, expression: &str, path: &[String]) -> String {
        match self {
            Self::Postgres => format!("({expression}::jsonb #>> {})", self.literal(&array(path))),
            Self::Mariadb => format!(
                "CASE WHEN JSON_VALID({expression}) THEN JSON_UNQUOTE(JSON_EXTRACT({expression}, {})) END",
                self.literal(&dollar(path))
            ),
            Self::Sqlite => format!(
                "CASE WHEN json_valid({expression}) THEN CAST(json_extract({expression}, {}) AS TEXT) END",
                self.literal(&dollar(path))
            ),
        }
    }

    /// The document without what stands at a path.
    pub(crate) fn json_without(self, expression: &str, path: &[String]) -> String {
        match self {
            Self::Postgres => format!("({expression}::jsonb #- {})", self.literal(&array(path))),
            Self::Mariadb => format!(
                "CASE WHEN JSON_VALID({expression}) THEN JSON_REMOVE({expression}, {}) ELSE {expression} END",
                self.literal(&dollar(path))
            ),
            Self::Sqlite => format!(
                "CASE WHEN json_valid({expression}) THEN json_remove({expression}, {}) ELSE {expression} END",
                self.literal(&dollar(path))
            ),
        }
    }

    /// The document with a text, or nothing, at a path.
    pub(crate) fn json_with(self, expression: &str, path: &[String], value: &str) -> String {
        match self {
            Self::Postgres => {
                let at = self.literal(&array(path));
                format!("jsonb_set({expression}::jsonb, {at}, coalesce(to_jsonb({value}), 'null'::jsonb))")
            }
            Self::Mariadb => format!("JSON_SET({expression}, {}, {value})", self.literal(&dollar(path))),
            Self::Sqlite => format!("json_set({expression}, {}, {value})", self.literal(&dollar(path))),
        }
    }

    /// A text that nobody has: another one in each row, of at most so many characters. A column of addresses gets an
    /// address that reaches nobody (RFC 2606).
    pub(crate) fn pseudonym(self, column: &Column, chars_max: Option<u32>) -> String {
        let room = chars_max.unwrap_or(u32::MAX);
        let tail = u32::try_from(ANONYMOUS_MAIL_TAIL.len()).unwrap_or(u32::MAX);
        if column.name.to_lowercase().contains("mail") && room >= tail.saturating_add(UNIQUE_CHARS_MIN) {
            let random = self.random((room - tail).min(RANDOM_CHARS));
            return self.joined(&[&random, &self.literal(ANONYMOUS_MAIL_TAIL)]);
        }
        if room >= RANDOM_CHARS {
            return self.joined(&[&self.literal(ANONYMOUS_HEAD), &self.random(RANDOM_CHARS - 5)]);
        }
        self.random(room)
    }

    fn random(self, chars: u32) -> String {
        match self {
            Self::Postgres => format!("left(replace(gen_random_uuid()::text, '-', ''), {chars})"),
            Self::Mariadb => format!("left(sha2(concat(uuid(), rand()), 256), {chars})"),
            Self::Sqlite => format!("substr(lower(hex(randomblob(16))), 1, {chars})"),
        }
    }

    fn joined(self, parts: &[&str]) -> String {
        match self {
            Self::Mariadb => format!("concat({})", parts.join(", ")),
            Self::Postgres | Self::Sqlite => parts.join(" || "),
        }
    }

    /// A random UUID, where the database makes one.
    pub(crate) const fn random_uuid(self) -> Option<&'static str> {
        match self {
            Self::Postgres => Some("gen_random_uuid()"),
            Self::Mariadb => Some("uuid()"),
            Self::Sqlite => None,
        }
    }

    /// A text of the relation `n` of corrections as a value of a column.
    pub(crate) fn typed(self, table: &str, column: &Column, value: &str) -> String {
        match self {
            // Gives the column's own type, whatever it is.
            Self::Postgres => format!(
                "(jsonb_populate_record(NULL::{}, jsonb_build_object({}, {value}))).{}",
                self.table(table),
                self.literal(&column.name),
                self.quoted(&column.name)
            ),
            Self::Mariadb | Self::Sqlite => value.to_owned(),
        }
    }

    /// The relation of the people's identifiers, read from the first parameter: a JSON array of `[person, field, value]`.
    pub fn people(self) -> String {
        let parameter = self.parameter(1);
        let (rows, person, field, value) = match self {
            Self::Postgres => {
                (format!("jsonb_array_elements({parameter}::jsonb) AS j(o)"), "(j.o->>0)::int", "j.o->>1", "j.o->>2")
            }
            Self::Mariadb => (
                format!(
                    "JSON_TABLE({parameter}, '$[*]' COLUMNS (p INT PATH '$[0]', f VARCHAR(191) PATH '$[1]', v VARCHAR(1024) PATH '$[2]')) AS j"
                ),
                "j.p",
                "j.f",
                "j.v",
            ),
            Self::Sqlite => (
                format!("json_each({parameter}) AS j"),
                "CAST(json_extract(j.value, '$[0]') AS INTEGER)",
                "CAST(json_extract(j.value, '$[1]') AS TEXT)",
                "CAST(json_extract(j.value, '$[2]') AS TEXT)",
            ),
        };
        let folded = self.folded(value);
        format!("SELECT {person} AS person, {field} AS field, {value} AS value, {folded} AS folded FROM {rows}")
    }
}

fn array(path: &[String]) -> String {
    let parts: Vec<String> =
        path.iter().map(|part| format!("\"{}\"", part.replace('\\', "\\\\").replace('"', "\\\""))).collect();
    format!("{{{}}}", parts.join(","))
}

fn dollar(path: &[String]) -> String {
    path.iter().fold("$".to_owned(), |all, part| format!("{all}.\"{}\"", part.replace('"', "\\\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_cannot_leave_their_quotes() {
        assert_eq!(Dialect::Postgres.table("sales.con\"tacts"), "\"sales\".\"con\"\"tacts\"");
        assert_eq!(Dialect::Mariadb.quoted("a`b"), "`a``b`");
        assert_eq!(
            Dialect::Mariadb.table("other.users"),
            "`other.users`",
            "a table of this database, never of another"
        );
        assert_eq!(Dialect::Sqlite.literal("it's"), "'it''s'");
        assert_eq!(Dialect::Mariadb.literal("a\\'"), "'a\\\\'''");
    }

    #[test]
    fn a_pseudonym_fits_its_column() {
        let column = |name: &str| Column {
            name: name.to_owned(),
            kind: ColumnKind::Text { chars_max: None },
            is_nullable: false,
            default: None,
            is_generated: false,
        };
        let check = |name, max, expected: &str| {
            assert_eq!(Dialect::Sqlite.pseudonym(&column(name), max), expected);
        };
        check("login", Some(8), "substr(lower(hex(randomblob(16))), 1, 8)");
        check("login", None, "'anon-' || substr(lower(hex(randomblob(16))), 1, 27)");
        check("user_email", Some(40), "substr(lower(hex(randomblob(16))), 1, 22) || '@anonymous.invalid'");
        check("user_email", Some(20), "substr(lower(hex(randomblob(16))), 1, 20)");
    }
}
