//! One thing that is done in a place, and what can stand in its way.

use crate::graph::{Graph, Node};
use crate::report::Did;
use crate::sql::Dialect;
use crate::sql::keys::{going_set, shares_of, shares_of_going};

use super::stayed;

/// One thing that is done in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub place: String,
    /// What.
    pub did: Did,
    /// Why rows stay, when they do.
    pub because: Option<String>,
    /// The statement; none when nothing is changed.
    pub statement: Option<String>,
    /// The same for a plan in one statement; none when that needs nothing of the kind.
    pub single: Option<String>,
    /// How many rows it concerns, asked before.
    pub count: String,
    /// Whose rows they are, asked before: the person and how many, as `person` and `n`.
    pub shares: String,
    /// How many rows are as they were although this was done to them, asked afterwards; nothing where the database has no will of
    /// its own.
    pub stayed: Option<String>,
    /// It is told only when it concerned a row.
    pub is_minor: bool,
}

impl Change {
    pub(super) fn kept(node: &Node, set: &str) -> Self {
        Self {
            place: node.place.name.clone(),
            did: Did::Kept,
            because: node.place.kept_because.clone(),
            statement: None,
            single: None,
            count: node.count(set),
            shares: shares_of(set),
            stayed: None,
            is_minor: false,
        }
    }

    pub(super) fn deleted(dialect: Dialect, graph: &Graph, n: usize, node: &Node) -> Self {
        let set = &going_set(graph, n);
        let statement = node.delete(dialect, set);
        Self {
            place: node.place.name.clone(),
            did: Did::Deleted,
            because: None,
            statement: Some(statement.clone()),
            single: Some(statement),
            count: node.count(set),
            shares: shares_of_going(graph, n, node),
            stayed: stayed::of_deleted(dialect, &node.table, &node.is_in(dialect, "t", set)),
            is_minor: false,
        }
    }

    /// Whether a plan in one statement does it, or tells of it.
    pub(in crate::sql) const fn is_in_single(&self) -> bool {
        self.single.is_some() || self.statement.is_none()
    }

    /// What to tell when rows are as they were.
    pub fn stayed_says(&self) -> String {
        let (place, done) = (&self.place, if self.did == Did::Deleted { "deleted" } else { "changed" });
        format!(
            "rows of `{place}` are as they were after they were {done}: a trigger or rule of the database keeps them; let it pass what this account does, or map `{place}` as what is done there"
        )
    }

    pub(super) fn updates(&self) -> bool {
        self.did != Did::Deleted && self.single.is_some()
    }
}

/// Rows that refer to rows which would go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// The table they stand in.
    pub table: String,
    /// The columns by which they refer.
    pub columns: Vec<String>,
    /// The table whose rows would go.
    pub to: String,
    /// How many there are.
    pub count: String,
    /// They stand in the way; otherwise the database takes them along.
    pub refuses: bool,
    /// The database would refuse by itself; otherwise only this guard does.
    pub is_enforced: bool,
    /// The manifest maps the table they stand in.
    pub is_mapped: bool,
}

impl Guard {
    /// What to tell when there are such rows.
    pub fn says(&self) -> String {
        let (table, to, columns) = (&self.table, &self.to, self.columns.join("`, `"));
        match (self.refuses, self.is_mapped) {
            (true, false) => format!(
                "rows of `{table}` refer to rows of `{to}` that would go, and `{table}` is not mapped; add a `place {table}` that says whose its rows are"
            ),
            (true, true) => format!(
                "rows of `{table}` that are others' or stay lean on rows of `{to}` that would go (through `{columns}`); have `{to}` de-identified, or let `{table}` be owned through them and deleted"
            ),
            (false, _) => {
                format!(
                    "the database takes these rows along when the rows of `{to}` go that they refer to through `{columns}`"
                )
            }
        }
    }
}

/// Rows that triggers add to a place while others are changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echo {
    /// Statements that take new rows into the sets; once none does, all is done.
    pub refill: Vec<String>,
    /// Which changes are done once more, by their number.
    pub again: Vec<usize>,
}

/// Why an erasure cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the texts say it")]
pub enum Obstacle {
    #[error("`{column}` of `{table}` cannot be emptied: {why}; give it a default, let it be empty, or delete the rows")]
    CannotEmpty { table: String, column: String, why: &'static str },
    #[error("the trigger `{trigger}` of `{table}` copies rows to `{to}`, which is not mapped; add a `place {to}`")]
    TriggerCopies { table: String, trigger: String, to: String },
}
