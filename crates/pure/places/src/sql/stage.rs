//! How sets are kept while a task runs: as temporary tables, or as parts of one statement.

use super::{Dialect, ErasePlan, Step};

impl Dialect {
    /// Makes the empty tables of identifiers and corrections.
    pub fn create_inputs(self) -> Vec<String> {
        let (drop, text) = match self {
            Self::Postgres => (" ON COMMIT DROP", "text"),
            Self::Mariadb => ("", "VARCHAR(1024) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"),
            Self::Sqlite => ("", "TEXT"),
        };
        let temporary = self.temporary();
        let index = if self == Self::Mariadb { ", KEY (folded(191))" } else { "" };
        let mut statements = vec![
            format!(
                "CREATE {temporary} TABLE candor_ids (person int, field {text}, value {text}, folded {text}{index}){drop}"
            ),
            format!("CREATE {temporary} TABLE candor_new (person int, field {text}, value {text}){drop}"),
        ];
        if self == Self::Sqlite {
            statements.push("CREATE INDEX temp.candor_ids_at ON candor_ids (folded)".to_owned());
        }
        statements
    }

    /// Fills the table of identifiers from the first parameter ([`super::people_json`]).
    pub fn fill_ids(self) -> String {
        format!("INSERT INTO candor_ids SELECT * FROM ({}) AS p", self.people())
    }

    /// Fills the table of corrections from the first parameter, of the same form.
    pub fn fill_new(self) -> String {
        format!("INSERT INTO candor_new SELECT p.person, p.field, p.value FROM ({}) AS p", self.people())
    }

    /// Makes a set.
    pub fn create_set(self, name: &str, n_keys: usize, select: &str) -> Vec<String> {
        let columns = (1..=n_keys).map(|n| format!("k{n}")).collect::<Vec<_>>().join(", ");
        let temporary = self.temporary();
        match self {
            Self::Postgres => {
                vec![format!("CREATE {temporary} TABLE {name} ON COMMIT DROP AS {select}"), format!("ANALYZE {name}")]
            }
            Self::Mariadb => vec![format!("CREATE {temporary} TABLE {name} (KEY ({columns})) AS {select}")],
            Self::Sqlite => vec![
                format!("CREATE {temporary} TABLE {name} AS {select}"),
                format!("CREATE INDEX temp.{name}_at ON {name} ({columns})"),
            ],
        }
    }

    /// Takes the tables away that a task made, where the end of the transaction does not.
    pub fn drop_sets(self, steps: &[Step]) -> Vec<String> {
        if self != Self::Mariadb {
            return Vec::new();
        }
        let sets = steps.iter().flat_map(|step| &step.sets).map(|(name, ..)| name.as_str());
        sets.chain(["candor_ids", "candor_new"]).map(|name| format!("DROP TEMPORARY TABLE IF EXISTS {name}")).collect()
    }

    /// The set `r`, and what is met from it, each with the condition under which it is.
    pub(super) fn beginning_with(self, set: &str, met: &[(&str, &str)]) -> String {
        // SQLite knows nothing of how few rows a set has; there the order is as it is written.
        let join = if self == Self::Sqlite { "CROSS JOIN" } else { "JOIN" };
        met.iter().fold(format!("{set} AS r"), |from, (table, on)| format!("{from} {join} {table} ON {on}"))
    }

    /// The sets as the first parts of one statement whose first parameter is the people; where ownership goes in circles, or
    /// the database would work a part out again for each use, there is none.
    pub fn with_sets(self, steps: &[Step]) -> Option<String> {
        let is_plain = self == Self::Postgres && steps.iter().all(|step| step.again.is_empty());
        is_plain.then(|| format!("WITH {}", self.parts_of(steps).join(", ")))
    }

    fn parts_of(self, steps: &[Step]) -> Vec<String> {
        let sets = steps.iter().flat_map(|step| &step.sets).map(|(name, _, select)| (name.as_str(), select.as_str()));
        let people = self.people();
        let parts = [("candor_ids", people.as_str())].into_iter().chain(sets);
        parts.map(|(name, select)| format!("{name} AS MATERIALIZED ({select})")).collect()
    }

    const fn temporary(self) -> &'static str {
        match self {
            Self::Postgres | Self::Sqlite => "TEMP",
            Self::Mariadb => "TEMPORARY",
        }
    }
}

impl ErasePlan {
    /// All of the plan as one statement with one parameter, for a plan that [`is_single`](Self::is_single): every part sees
    /// the database as it was before, and foreign keys are checked at the end. Gives the number of each change and its rows.
    pub fn single(&self, dialect: Dialect) -> String {
        let (parts, counts) = self.parts(dialect);
        format!("WITH {} {}", parts.join(", "), counts.join(" UNION ALL "))
    }

    /// The same for several people: a third column tells the person, where the rows of one are counted.
    pub fn single_of_each(&self, dialect: Dialect) -> String {
        let (parts, counts) = self.parts(dialect);
        let mut counts: Vec<String> = counts.into_iter().map(|count| format!("{count}, NULL::text")).collect();
        for (n, change) in self.changes.iter().enumerate().filter(|(_, change)| change.is_in_single()) {
            counts.push(format!("SELECT '{n}'::text, s.n::text, s.person::text FROM ({}) AS s", change.shares));
        }
        format!("WITH {} {}", parts.join(", "), counts.join(" UNION ALL "))
    }

    /// The parts of the statement, and what it asks for.
    fn parts(&self, dialect: Dialect) -> (Vec<String>, Vec<String>) {
        let mut parts = dialect.parts_of(&self.steps);
        let mut counts = Vec::new();
        for (n, change) in self.changes.iter().enumerate() {
            match (&change.single, &change.statement) {
                (Some(statement), _) => {
                    parts.push(format!("c{n} AS ({statement} RETURNING 1)"));
                    counts.push(format!("SELECT '{n}'::text, (SELECT count(*) FROM c{n})::text"));
                }
                (None, None) => counts.push(format!("SELECT '{n}'::text, ({})::text", change.count)),
                (None, Some(_)) => {}
            }
        }
        (parts, counts)
    }
}
