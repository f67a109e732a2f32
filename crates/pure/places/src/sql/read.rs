//! What a person is given of their rows, and what is withheld because it is about somebody else (GDPR Art. 15(4)).
//!
//! In a row of theirs, a column that leads to another person is withheld unless it leads to them. In a row that only speaks of
//! them, so is every column that identifies, or that may hold data about others; in a row of theirs, what may hold data about
//! others and is not in their own words. A value that is longer than an export takes never leaves the database.

use std::collections::HashSet;

use candor_manifest::model::Condition;

use crate::catalogue::ColumnKind;
use crate::graph::{Edge, EdgeKind, Graph, Node, Spot};
use crate::map::MappedColumn;
use crate::row::{Role, VALUE_BYTES_MAX};

use super::keys::{accessed_set, one_of, owned_set};
use super::{Dialect, Step};

/// Beyond so many queries, or columns in one, they are asked one after the other.
const AT_ONCE_MAX: usize = 64;
const WIDTH_MAX: usize = 1_000;

/// One query of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadPlan {
    /// The place.
    pub place: String,
    /// What the person is to its rows.
    pub role: Role,
    /// Gives for each row: the person, the key's columns, the values, and then for each column in turn: with `is_link` a 1
    /// where it leads to the person, with `is_long` a 1 where it is too long and was left out.
    pub select: String,
    /// How many columns the key has.
    pub n_key: usize,
    /// The columns.
    pub columns: Vec<ReadColumn>,
}

/// A column of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadColumn {
    /// Its name.
    pub column: String,
    /// The field that the manifest maps there, in every row.
    pub field: Option<String>,
    /// The subject provided it.
    pub is_provided: bool,
    /// What it is in some rows.
    pub cases: Vec<ReadCase>,
    /// It is not given, whatever stands in it.
    pub is_withheld: bool,
    /// It is given where it leads to the person.
    pub is_link: bool,
    /// It may be too long to be given.
    pub is_long: bool,
}

/// What a column is in rows whose other column holds one of some values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadCase {
    /// The other column, by its position among those of the export.
    pub other: usize,
    /// The values.
    pub values: Vec<String>,
    /// The field that the manifest maps there.
    pub field: Option<String>,
    /// The subject provided it.
    pub is_provided: bool,
}

impl ReadPlan {
    /// How many columns its rows have.
    fn n_columns(&self) -> usize {
        let n_flags = self.columns.iter().map(|it| usize::from(it.is_link) + usize::from(it.is_long));
        1 + self.n_key + self.columns.len() + n_flags.sum::<usize>()
    }
}

/// All of an export as one statement, where the sets can be its parts: before each row stands the number of its plan. The
/// database makes each set once, and writes no table of its own.
pub fn read_at_once(dialect: Dialect, steps: &[Step], plans: &[ReadPlan]) -> Option<String> {
    let width = plans.iter().map(ReadPlan::n_columns).max().filter(|width| *width <= WIDTH_MAX)?;
    if plans.len() > AT_ONCE_MAX {
        return None;
    }
    let sets = dialect.with_sets(steps)?;
    let selects = plans.iter().enumerate().map(|(n, plan)| {
        let filled = ", NULL::text".repeat(width - plan.n_columns());
        format!("SELECT {}, q.*{filled} FROM ({}) AS q", dialect.literal(&n.to_string()), plan.select)
    });
    Some(format!("{sets} {}", selects.collect::<Vec<_>>().join(" UNION ALL ")))
}

/// All of what tells further identifiers as one statement, likewise: the number of the column, the person and the value.
pub fn known_at_once(dialect: Dialect, steps: &[Step], columns: &[KnownColumn]) -> Option<String> {
    if columns.is_empty() || columns.len() > AT_ONCE_MAX {
        return None;
    }
    let sets = dialect.with_sets(steps)?;
    let selects = columns
        .iter()
        .enumerate()
        .map(|(n, column)| format!("SELECT {}, q.* FROM ({}) AS q", dialect.literal(&n.to_string()), column.select));
    Some(format!("{sets} {}", selects.collect::<Vec<_>>().join(" UNION ALL ")))
}

/// Plans an export: one query for each place and role. It leans on the sets of [`super::owned`] and [`super::accessed`].
pub fn read(graph: &Graph, dialect: Dialect) -> Vec<ReadPlan> {
    let mut plans = Vec::new();
    for (n, node) in graph.nodes.iter().enumerate() {
        plans.push(plan(graph, dialect, n, node, Role::Owner));
        if !node.accessors.is_empty() {
            plans.push(plan(graph, dialect, n, node, Role::Mentioned));
        }
    }
    plans
}

fn plan(graph: &Graph, dialect: Dialect, n: usize, node: &Node, role: Role) -> ReadPlan {
    let mut columns = Vec::new();
    let (mut values, mut flags) = (Vec::new(), Vec::new());
    let links = links(graph, node, role);
    for column in &node.table.columns {
        let spot = Spot { column: column.clone(), path: Vec::new() };
        let mapped =
            || node.columns.iter().map(|(it, spot)| (it, spot)).filter(|(_, it)| it.column.name == column.name);
        let of_column: Vec<&Edge> = links
            .iter()
            .filter(|edge| match &edge.kind {
                EdgeKind::Here { pairs, .. } => pairs.iter().any(|(here, _)| *here == column.name),
                _ => edge.spot.column.name == column.name,
            })
            .collect();
        let is_others = mapped().any(|(it, _)| match role {
            Role::Owner => it.about_others && !it.is_provided,
            Role::Mentioned => it.identifies || it.about_others,
        });
        if !of_column.is_empty() {
            let theirs: Vec<String> = of_column.iter().map(|edge| leads(graph, dialect, edge)).collect();
            flags.push(format!("CASE WHEN {} THEN '1' ELSE '0' END", theirs.join(" OR ")));
        }
        let is_long = may_be_long(&column.kind);
        if is_long {
            let is_longer = longer(dialect, &spot);
            values.push(format!("CASE WHEN {is_longer} THEN NULL ELSE {} END", spot.text(dialect, "t")));
            flags.push(format!("CASE WHEN {is_longer} THEN '1' ELSE '0' END"));
        } else {
            values.push(spot.text(dialect, "t"));
        }
        columns.push(ReadColumn {
            column: column.name.clone(),
            // A column that holds several fields is named by the first that is always there, and row by row by what is not.
            field: mapped().find(|(it, _)| it.only_where.is_none()).and_then(|(it, _)| it.field.clone()),
            is_provided: mapped().any(|(it, _)| it.is_provided && it.only_where.is_none()),
            cases: mapped().filter_map(|(it, _)| case(node, it)).collect(),
            is_withheld: is_others && of_column.is_empty(),
            is_link: !of_column.is_empty(),
            is_long,
        });
    }
    let (set, further) = match role {
        Role::Owner => (owned_set(n), String::new()),
        Role::Mentioned => {
            let same: Vec<String> = (1..=node.place.key.len()).map(|k| format!("d.k{k} = r.k{k}")).collect();
            let (owned, same) = (owned_set(n), same.join(" AND "));
            (
                accessed_set(n),
                format!(" WHERE NOT EXISTS (SELECT 1 FROM {owned} AS d WHERE d.person = r.person AND {same})"),
            )
        }
    };
    let key = node
        .place
        .key
        .iter()
        .filter_map(|name| node.table.column(name))
        .map(|column| dialect.text(&format!("t.{}", dialect.quoted(&column.name)), &column.kind));
    let person = dialect.number_text("r.person");
    let asked: Vec<String> = [person].into_iter().chain(key).chain(values).chain(flags).collect();
    ReadPlan {
        place: node.place.name.clone(),
        role,
        select: format!(
            "SELECT {} FROM {}{further}",
            asked.join(", "),
            dialect.beginning_with(&set, &[(&node.from(dialect, "t"), &node.meets(dialect, "r", "t"))])
        ),
        n_key: node.place.key.len(),
        columns,
    }
}

fn case(node: &Node, mapped: &MappedColumn) -> Option<ReadCase> {
    let Condition { column, values } = mapped.only_where.as_ref()?;
    let other = node.table.columns.iter().position(|known| known.name == *column)?;
    Some(ReadCase { other, values: values.clone(), field: mapped.field.clone(), is_provided: mapped.is_provided })
}

/// Whether a column has room for more than an export takes.
fn may_be_long(kind: &ColumnKind) -> bool {
    match kind {
        ColumnKind::Text { chars_max } => chars_max.is_none_or(|most| most as usize > VALUE_BYTES_MAX / 4),
        ColumnKind::Json | ColumnKind::Array | ColumnKind::Bytes | ColumnKind::Other(_) => true,
        ColumnKind::Number
        | ColumnKind::Boolean
        | ColumnKind::Date
        | ColumnKind::Moment
        | ColumnKind::Enum(_)
        | ColumnKind::Uuid => false,
    }
}

/// True where a value is longer than that. Bytes are measured before they are written as text, which could be beyond what the
/// database can do.
fn longer(dialect: Dialect, spot: &Spot) -> String {
    let as_text = format!("{} > {VALUE_BYTES_MAX}", dialect.octets(&spot.text(dialect, "t")));
    if spot.column.kind == ColumnKind::Bytes {
        let as_it_is = dialect.octets(&spot.value(dialect, "t"));
        return format!("CASE WHEN {as_it_is} > {VALUE_BYTES_MAX} THEN 1 = 1 ELSE {as_text} END");
    }
    as_text
}

/// What leads from a row to people: declared, or by a foreign key to a place of people.
fn links(graph: &Graph, node: &Node, role: Role) -> Vec<Edge> {
    let declared = node.owners.iter().filter(|_| role == Role::Mentioned || !node.is_sole).chain(&node.accessors);
    let mut links: Vec<Edge> = declared.filter(|edge| edge.is_here()).cloned().collect();
    let own: HashSet<&str> = node.owners.iter().map(|edge| edge.spot.column.name.as_str()).collect();
    for key in &node.table.foreign_keys {
        let Some(to) = graph.at(&key.to).filter(|to| graph.node(*to).is_some_and(Node::is_of_people)) else { continue };
        let is_known = |edge: &Edge| key.columns.contains(&edge.spot.column.name);
        if links.iter().any(is_known) || key.columns.iter().any(|column| own.contains(column.as_str())) {
            continue;
        }
        let Some(column) = key.columns.first().and_then(|name| node.table.column(name)) else { continue };
        links.push(Edge {
            kind: EdgeKind::Here {
                to,
                pairs: key.columns.iter().cloned().zip(key.to_columns.iter().cloned()).collect(),
            },
            spot: Spot { column: column.clone(), path: Vec::new() },
        });
    }
    links
}

/// True where a link of the row `t` leads to the person of `r`.
fn leads(graph: &Graph, dialect: Dialect, edge: &Edge) -> String {
    let value = edge.spot.value(dialect, "t");
    match &edge.kind {
        EdgeKind::Subject { .. } if edge.spot.is_array() => "1 = 0".to_owned(),
        EdgeKind::Subject { field } => format!(
            "EXISTS (SELECT 1 FROM candor_ids AS i WHERE i.person = r.person AND i.field = {} AND {})",
            dialect.literal(field),
            dialect.names(&value, &edge.spot.kind())
        ),
        EdgeKind::Here { to, pairs } if !edge.spot.is_array() && edge.spot.path.is_empty() => {
            let Some(other) = graph.node(*to) else { return "1 = 0".to_owned() };
            let equal =
                pairs.iter().map(|(here, there)| format!("t.{} = p.{}", dialect.quoted(here), dialect.quoted(there)));
            format!(
                "EXISTS (SELECT 1 FROM {} JOIN {} AS o ON {} WHERE o.person = r.person AND {})",
                other.from(dialect, "p"),
                owned_set(*to),
                other.meets(dialect, "o", "p"),
                equal.collect::<Vec<_>>().join(" AND ")
            )
        }
        _ => "1 = 0".to_owned(),
    }
}

/// A column that tells further identifiers of whose row it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownColumn {
    /// In which place it stands.
    pub place: String,
    /// The field; where it stands, when it leads to no further rows.
    pub field: String,
    /// It is told even where the person is known by the same value otherwise.
    pub leads_on: bool,
    /// Gives the person and the value, or a JSON array of values.
    pub select: String,
}

/// Where further identifiers stand. Rows that several people own tell nothing: they could name another. So could a column of
/// rows of which a person may have many, such as an order's address for questions: what stands there leads to no further rows,
/// unless it occurs once, and is searched for alone.
pub fn known(graph: &Graph, dialect: Dialect) -> Vec<KnownColumn> {
    let mut found = Vec::new();
    for (n, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.is_sole) {
        for (mapped, spot) in node.columns.iter().filter(|(mapped, _)| mapped.identifies) {
            let is_mention = node.accessors.iter().any(|edge| edge.is_here() && edge.spot == *spot);
            if is_mention {
                continue;
            }
            let leads_on = graph.is_of_one(n) || (spot.path.is_empty() && node.occurs_once(&spot.column.name));
            // What only a template knows, or leads nowhere, is named by where it stands.
            let field = mapped.field.clone().filter(|_| leads_on);
            let field = field.unwrap_or_else(|| format!("{}.{}", node.place.name, mapped.column));
            let condition = mapped.only_where.as_ref().and_then(|it| {
                let spot = Spot::find(&node.table, &it.column).ok()?;
                Some(format!(" AND {}", one_of(dialect, &spot.text(dialect, "t"), &it.values)))
            });
            let value = spot.texts(dialect, "t");
            let person = dialect.number_text("r.person");
            let met = (&*node.from(dialect, "t"), &*node.meets(dialect, "r", "t"));
            found.push(KnownColumn {
                place: node.place.name.clone(),
                field,
                leads_on: leads_on || mapped.field.is_none(),
                select: format!(
                    "SELECT DISTINCT {person}, {value} FROM {} WHERE {value} <> ''{}",
                    dialect.beginning_with(&owned_set(n), &[met]),
                    condition.unwrap_or_default()
                ),
            });
        }
    }
    found
}
