//! Looking for people everywhere: in every table and every column that could name them, mapped or not.
//!
//! One [`Matcher`] holds all identifiers of a batch and goes over a text once, however many they are. A hit counts where it
//! stands alone: `ada@x.example` is not found in `nevada@x.example`. An identifier of fewer than four letters counts only as
//! the whole value.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::catalogue::{Catalogue, ColumnKind, TableKind};
use crate::person::{Person, PersonIx};

use super::Dialect;
use super::fold::{IDENTIFIER_BYTES_MAX, text as json_text};

/// Shorter identifiers count as whole values only.
const WITHIN_CHARS_MIN: usize = 4;
/// With at most so many identifiers the database looks first, and sends only rows that could be meant.
const FILTER_MAX: usize = 8;

/// One table to be looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchTable {
    /// Its name.
    pub table: String,
    /// The columns that are read, in the order of the query, and whether a number stands in them.
    pub columns: Vec<(String, bool)>,
    /// Gives these columns as text.
    pub select: String,
}

/// What is looked through: every table and every materialised view, which keeps a copy; views show nothing of their own.
/// `n_patterns` parameters hold [`Matcher::patterns`] where the database is to look first.
pub fn searched(catalogue: &Catalogue, dialect: Dialect, n_patterns: usize) -> Vec<SearchTable> {
    let tables = catalogue.tables.iter().filter(|table| table.kind != TableKind::View);
    tables
        .filter_map(|table| {
            let columns: Vec<_> = table.columns.iter().filter(|column| could_name(dialect, &column.kind)).collect();
            if columns.is_empty() {
                return None;
            }
            let texts: Vec<String> = columns
                .iter()
                .map(|column| dialect.text(&format!("t.{}", dialect.quoted(&column.name)), &column.kind))
                .collect();
            let from = dialect.table(&table.name);
            let named = texts.iter().enumerate().map(|(n, text)| format!("{text} AS c{}", n + 1)).collect::<Vec<_>>();
            let mut select = format!("SELECT {} FROM {from} AS t", named.join(", "));
            if n_patterns > 0 && n_patterns <= FILTER_MAX && dialect != Dialect::Sqlite {
                let found = |n| match dialect {
                    Dialect::Postgres => format!("strpos(q.w, {}) > 0", dialect.parameter(n)),
                    _ => format!("locate({}, q.w) > 0", dialect.parameter(n)),
                };
                let names: Vec<String> = (1..=columns.len()).map(|n| format!("c{n}")).collect();
                let all = dialect.folded(&format!("concat_ws(' ', {})", texts.join(", ")));
                let asked: Vec<String> = names.iter().map(|name| format!("q.{name}")).collect();
                let any: Vec<String> = (1..=n_patterns).map(found).collect();
                // The bound keeps the text from being put together once for each identifier.
                let fence = if dialect == Dialect::Postgres { " OFFSET 0" } else { "" };
                select = format!(
                    "SELECT {} FROM (SELECT {}, {all} AS w FROM {from} AS t{fence}) AS q WHERE {}",
                    asked.join(", "),
                    named.join(", "),
                    any.join(" OR ")
                );
            }
            let columns =
                columns.iter().map(|column| (column.name.clone(), column.kind == ColumnKind::Number)).collect();
            Some(SearchTable { table: table.name.clone(), columns, select })
        })
        .collect()
}

/// Several tables in one query: the number of the table, then its columns, filled up with nothing.
pub fn at_once(tables: &[SearchTable], dialect: Dialect) -> String {
    let width = tables.iter().map(|table| table.columns.len()).max().unwrap_or_default();
    let selects: Vec<String> = tables
        .iter()
        .enumerate()
        .map(|(n, table)| {
            let names = (1..=table.columns.len()).map(|at| format!("s.c{at}"));
            let filled = (table.columns.len()..width).map(|_| "NULL".to_owned());
            let columns: Vec<String> =
                [dialect.literal(&n.to_string())].into_iter().chain(names).chain(filled).collect();
            format!("SELECT {} FROM ({}) AS s", columns.join(", "), table.select)
        })
        .collect();
    selects.join(" UNION ALL ")
}

/// In SQLite any column may hold anything.
fn could_name(dialect: Dialect, kind: &ColumnKind) -> bool {
    dialect == Dialect::Sqlite || !matches!(kind, ColumnKind::Boolean | ColumnKind::Date | ColumnKind::Moment)
}

/// All identifiers of people, ready to be looked for in one pass.
pub struct Matcher {
    within: AhoCorasick,
    within_of: Vec<Vec<PersonIx>>,
    is_address: Vec<bool>,
    whole: HashMap<String, Vec<PersonIx>>,
    patterns: Vec<String>,
}

// Whom it looks for is never printed.
impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matcher").field("n_patterns", &self.patterns.len()).finish_non_exhaustive()
    }
}

impl Matcher {
    /// Takes in the identifiers, as they are and as a JSON document would write them. Nothing when they are too many to be
    /// held together.
    pub fn of(people: &[Person]) -> Option<Self> {
        let mut whole: HashMap<String, Vec<PersonIx>> = HashMap::new();
        for (n, person) in people.iter().enumerate() {
            let person_ix = PersonIx(u32::try_from(n).ok()?);
            for identifier in &person.identifiers {
                let value = identifier.value.expose();
                if value.trim().is_empty() || value.len() > IDENTIFIER_BYTES_MAX {
                    continue;
                }
                for form in forms(value) {
                    let owners = whole.entry(form).or_default();
                    if !owners.contains(&person_ix) {
                        owners.push(person_ix);
                    }
                }
            }
        }
        let mut patterns: Vec<String> = whole.keys().cloned().collect();
        patterns.sort_unstable();
        let within: Vec<&String> = patterns.iter().filter(|it| it.chars().count() >= WITHIN_CHARS_MIN).collect();
        let within_of = within.iter().map(|it| whole.get(*it).cloned().unwrap_or_default()).collect();
        let is_address = within.iter().map(|it| it.contains('@')).collect();
        let within = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&within).ok()?;
        Some(Self { within, within_of, is_address, whole, patterns })
    }

    /// What a database is to look for first, in small letters; empty when it sends everything.
    pub fn patterns(&self) -> &[String] {
        if self.patterns.len() <= FILTER_MAX { &self.patterns } else { &[] }
    }

    /// Who is named in a value; in a number only as a whole.
    pub fn named(&self, value: &str, is_number: bool, found: &mut Vec<PersonIx>) {
        found.clear();
        let folded = value.to_lowercase();
        if let Some(people) = self.whole.get(folded.trim()) {
            found.extend(people);
        }
        if !is_number {
            for hit in self.within.find_overlapping_iter(&folded) {
                let n = hit.pattern().as_usize();
                let is_address = self.is_address.get(n).copied().unwrap_or_default();
                if stands_alone(&folded, hit.start(), hit.end(), is_address) {
                    found.extend(self.within_of.get(n).into_iter().flatten());
                }
            }
        }
        found.sort_unstable();
        found.dedup();
    }
}

/// The identifier in small letters, and as it stands in a JSON document when that differs.
fn forms(value: &str) -> Vec<String> {
    let folded = value.trim().to_lowercase();
    let mut json = String::new();
    json_text(&mut json, &folded);
    let json = json.trim_matches('"').to_owned();
    let ascii: String = json
        .chars()
        .flat_map(|letter| {
            let mut units = [0; 2];
            let escaped: Vec<String> = match letter {
                '/' => vec!["\\/".to_owned()],
                letter if letter.is_ascii() => vec![letter.to_string()],
                letter => letter.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
            };
            escaped
        })
        .collect();
    let mut forms = vec![folded, json, ascii];
    forms.sort_unstable();
    forms.dedup();
    forms
}

fn stands_alone(text: &str, start: usize, end: usize, is_address: bool) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let mut back = before.chars().rev();
    let joins = |letter: char| is_address && matches!(letter, '.' | '_' | '+' | '-' | '%');
    let is_joined_before = back.next().is_some_and(|letter| letter.is_alphanumeric() || joins(letter));
    if is_joined_before && !ends_in_escape(before) {
        return false;
    }
    let mut ahead = after.chars();
    match ahead.next() {
        Some(letter) if letter.is_alphanumeric() => false,
        Some('.' | '-') if is_address => !ahead.next().is_some_and(char::is_alphanumeric),
        _ => true,
    }
}

/// `\n`, `\u0041` and `%20` end in letters that are not letters of a word.
fn ends_in_escape(before: &str) -> bool {
    let tail: Vec<char> = before.chars().rev().take(6).collect();
    let is_hex = |n: usize| tail.len() > n && tail.iter().take(n).all(char::is_ascii_hexdigit);
    matches!(tail.as_slice(), ['n' | 'r' | 't' | 'b' | 'f', '\\', ..])
        || (is_hex(4) && tail.get(4) == Some(&'u') && tail.get(5) == Some(&'\\'))
        || (is_hex(2) && tail.get(2) == Some(&'%'))
}

#[cfg(test)]
mod tests {
    use candor_words::Secret;

    use super::*;
    use crate::person::Identifier;

    fn check(identifiers: &[&str], value: &str, is_named: bool) {
        let identifiers = identifiers
            .iter()
            .map(|it| Identifier { field: "a.b".into(), value: Secret::new((*it).to_owned()) })
            .collect();
        let matcher = Matcher::of(&[Person { identifiers }]).unwrap();
        let mut found = Vec::new();
        matcher.named(value, false, &mut found);
        assert_eq!(!found.is_empty(), is_named, "{value}");
    }

    #[test]
    fn a_person_is_found_wherever_their_identifier_stands_alone() {
        for value in [
            "ada@x.example",
            "ADA@X.Example",
            "to: Ada <ada@x.example>, others",
            "s:13:\"ada@x.example\";",
            "{\"a\":\"x\\nada@x.example\"}",
            "mail=%20ada@x.example&",
            "{ada@x.example,b}",
            "wrote to ada@x.example.",
        ] {
            check(&["Ada@x.example"], value, true);
        }
        for value in ["nevada@x.example", "x.ada@x.example", "ada@x.example.org", "ada@x.examples", "ada"] {
            check(&["ada@x.example"], value, false);
        }
    }

    #[test]
    fn a_short_identifier_is_a_whole_value_only() {
        check(&["ada"], "ADA", true);
        check(&["ada"], "ada was here", false);
        check(&["adal"], "adal was here", true);
        check(&["adal"], "adalbert", false);
    }

    #[test]
    fn letters_that_json_writes_otherwise_are_found_too() {
        check(&["Jürgen/Weiß"], r#"{"name":"j\u00fcrgen\/wei\u00df"}"#, true);
        check(&["o\"brien"], r#"{"name":"O\"Brien"}"#, true);
    }

    #[test]
    fn a_number_is_found_as_a_whole_only() {
        let identifiers = vec![Identifier { field: "a.b".into(), value: Secret::new("12345".into()) }];
        let matcher = Matcher::of(&[Person { identifiers }]).unwrap();
        let mut found = Vec::new();
        matcher.named("9123456", true, &mut found);
        assert!(found.is_empty());
        matcher.named("12345", true, &mut found);
        assert_eq!(found, [PersonIx(0)]);
    }
}
