//! Rows named by their keys: how a set and a table meet.

use crate::graph::{Graph, Node};

use super::Dialect;

/// The set of who owns which rows of a place.
pub(crate) fn owned_set(n: usize) -> String {
    format!("candor_r{n}")
}

/// The set of whom else rows of a place speak of.
pub(crate) fn accessed_set(n: usize) -> String {
    format!("candor_a{n}")
}

/// The set of rows all of whose owners are among the people.
pub(crate) fn going_set(graph: &Graph, n: usize) -> String {
    let is_sole = graph.node(n).is_some_and(|node| node.is_sole);
    if is_sole { owned_set(n) } else { format!("candor_x{n}") }
}

impl Node {
    /// `t."a" AS k1, t."b" AS k2`.
    pub(crate) fn key_as(&self, dialect: Dialect, row: &str) -> String {
        let named = |(n, column): (usize, &String)| format!("{row}.{} AS k{}", dialect.quoted(column), n + 1);
        self.place.key.iter().enumerate().map(named).collect::<Vec<_>>().join(", ")
    }

    /// `(t."a", t."b")`.
    pub(crate) fn key(&self, dialect: Dialect, row: &str) -> String {
        let columns: Vec<String> = self.place.key.iter().map(|it| format!("{row}.{}", dialect.quoted(it))).collect();
        format!("({})", columns.join(", "))
    }

    /// `r.k1 = t."a" AND r.k2 = t."b"`.
    pub(crate) fn meets(&self, dialect: Dialect, set: &str, row: &str) -> String {
        let equal = |(n, column): (usize, &String)| format!("{set}.k{} = {row}.{}", n + 1, dialect.quoted(column));
        self.place.key.iter().enumerate().map(equal).collect::<Vec<_>>().join(" AND ")
    }

    /// `k1, k2`.
    pub(crate) fn set_columns(&self) -> String {
        (1..=self.place.key.len()).map(|n| format!("k{n}")).collect::<Vec<_>>().join(", ")
    }

    /// `(t."a", t."b") IN (SELECT k1, k2 FROM set)`.
    pub(crate) fn is_in(&self, dialect: Dialect, row: &str, set: &str) -> String {
        format!("{} IN (SELECT {} FROM {set})", self.key(dialect, row), self.set_columns())
    }

    /// The table, as the row `t`.
    pub(crate) fn from(&self, dialect: Dialect, row: &str) -> String {
        format!("{} AS {row}", dialect.table(&self.table.name))
    }

    /// Which of its rows are meant, ready to follow other conditions.
    pub(crate) fn and_condition(&self, dialect: Dialect, row: &str) -> String {
        self.condition.as_ref().map_or_else(String::new, |(condition, spot)| {
            format!(" AND {}", one_of(dialect, &spot.text(dialect, row), &condition.values))
        })
    }

    /// A change of the rows of a set.
    pub(crate) fn update(&self, dialect: Dialect, settings: &[(String, String)], set: &str, further: &str) -> String {
        let assigned = |row: &str| {
            let one = |(column, value): &(String, String)| format!("{row}{} = {value}", dialect.quoted(column));
            settings.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        match dialect {
            Dialect::Mariadb => format!(
                "UPDATE {} JOIN {set} AS g ON {} SET {}{}",
                self.from(dialect, "t"),
                self.meets(dialect, "g", "t"),
                assigned("t."),
                if further.is_empty() { String::new() } else { format!(" WHERE {further}") }
            ),
            Dialect::Postgres | Dialect::Sqlite => format!(
                "UPDATE {} SET {} WHERE {}{}",
                self.from(dialect, "t"),
                assigned(""),
                self.is_in(dialect, "t", set),
                if further.is_empty() { String::new() } else { format!(" AND {further}") }
            ),
        }
    }

    /// The rows of a set go.
    pub(crate) fn delete(&self, dialect: Dialect, set: &str) -> String {
        match dialect {
            Dialect::Mariadb => format!(
                "DELETE t FROM {} JOIN {set} AS g ON {}",
                self.from(dialect, "t"),
                self.meets(dialect, "g", "t")
            ),
            Dialect::Postgres | Dialect::Sqlite => {
                format!("DELETE FROM {} WHERE {}", self.from(dialect, "t"), self.is_in(dialect, "t", set))
            }
        }
    }

    /// How many rows a set names.
    pub(crate) fn count(&self, set: &str) -> String {
        format!("SELECT count(*) FROM (SELECT DISTINCT {} FROM {set}) AS q", self.set_columns())
    }
}

/// Whose the rows of a set of owned rows are.
pub(crate) fn shares_of(set: &str) -> String {
    format!("SELECT q.person AS person, count(*) AS n FROM {set} AS q GROUP BY q.person")
}

/// No rows of anybody.
pub(crate) fn nobodys() -> String {
    "SELECT i.person AS person, 0 AS n FROM candor_ids AS i WHERE 1 = 0".to_owned()
}

/// Whose the rows of a place that go are.
pub(crate) fn shares_of_going(graph: &Graph, n: usize, node: &Node) -> String {
    let (owned, going) = (owned_set(n), going_set(graph, n));
    if owned == going {
        return shares_of(&owned);
    }
    let same: Vec<String> = (1..=node.place.key.len()).map(|k| format!("x.k{k} = q.k{k}")).collect();
    format!(
        "SELECT q.person AS person, count(*) AS n FROM {owned} AS q JOIN {going} AS x ON {} GROUP BY q.person",
        same.join(" AND ")
    )
}

/// A change of a table's rows under a condition.
pub(crate) fn update_where(dialect: Dialect, table: &str, settings: &[(String, String)], condition: &str) -> String {
    let row = if dialect == Dialect::Mariadb { "t." } else { "" };
    let one = |(column, value): &(String, String)| format!("{row}{} = {value}", dialect.quoted(column));
    let settings: Vec<String> = settings.iter().map(one).collect();
    format!("UPDATE {} AS t SET {} WHERE {condition}", dialect.table(table), settings.join(", "))
}

/// `x IN ('a', 'b')`.
pub(crate) fn one_of(dialect: Dialect, text: &str, values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| dialect.literal(value)).collect();
    format!("{text} IN ({})", values.join(", "))
}
