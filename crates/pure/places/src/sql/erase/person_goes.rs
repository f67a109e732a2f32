//! Rows that stay, without the person.

use candor_manifest::model::PlaceErasure;

use crate::graph::{Edge, EdgeKind, Graph, Node, Spot};
use crate::map::MappedColumn;
use crate::report::Did;
use crate::sql::Dialect;
use crate::sql::emptied::{Says, emptied, unlinked};
use crate::sql::keys::{going_set, nobodys, one_of, owned_set, shares_of_going, update_where};
use crate::sql::sets::shares_of_edge;

use super::{Change, Obstacle, stayed};

const OTHERS: &str = "others own these rows too, or they speak of the person only";

/// The rows of a place that is de-identified: every column with a field, and the link to the person.
pub(super) fn de_identified(graph: &Graph, dialect: Dialect, n: usize, node: &Node) -> Result<Change, Vec<Obstacle>> {
    let settings = emptying(graph, dialect, node)?;
    let going = going_set(graph, n);
    let statement = (!settings.is_empty()).then(|| node.update(dialect, &settings, &going, ""));
    Ok(Change {
        place: node.place.name.clone(),
        did: Did::DeIdentified,
        because: None,
        single: statement.clone(),
        statement,
        count: node.count(&going),
        shares: shares_of_going(graph, n, node),
        stayed: stayed::of_updated(dialect, &node.table, &settings, &node.is_in(dialect, "t", &going)),
        is_minor: false,
    })
}

/// What the columns of some fields are set to.
pub(in crate::sql) fn emptied_fields(
    dialect: Dialect,
    node: &Node,
    fields: &[&str],
) -> Result<Vec<(String, String)>, Vec<Obstacle>> {
    let (mut settings, mut obstacles) = (Vec::new(), Vec::new());
    let is_meant = |mapped: &MappedColumn| mapped.field.as_deref().is_some_and(|field| fields.contains(&field));
    for (mapped, spot) in node.columns.iter().filter(|(mapped, _)| is_meant(mapped)) {
        if let Err(found) = set(dialect, node, spot, Says::Something, only(dialect, node, mapped), &mut settings) {
            obstacles.push(found);
        }
    }
    if obstacles.is_empty() { Ok(settings) } else { Err(obstacles) }
}

/// In which rows a column holds its field, if not in all.
fn only(dialect: Dialect, node: &Node, mapped: &MappedColumn) -> Option<String> {
    mapped.only_where.as_ref().and_then(|it| {
        let spot = Spot::find(&node.table, &it.column).ok()?;
        Some(one_of(dialect, &spot.text(dialect, "t"), &it.values))
    })
}

/// What the columns of a place that is de-identified are set to.
pub(in crate::sql) fn emptying(
    graph: &Graph,
    dialect: Dialect,
    node: &Node,
) -> Result<Vec<(String, String)>, Vec<Obstacle>> {
    let mut settings: Vec<(String, String)> = Vec::new();
    let mut obstacles = Vec::new();
    for (mapped, spot) in &node.columns {
        let says = if mapped.identifies { Says::Name } else { Says::Something };
        // An array that names this person alone goes whole.
        let says = if spot.is_array() && node.is_sole { Says::Something } else { says };
        if let Err(found) = set(dialect, node, spot, says, only(dialect, node, mapped), &mut settings) {
            obstacles.push(found);
        }
    }
    for edge in node.owners.iter().filter(|edge| edge.is_here()) {
        let found = match &edge.kind {
            EdgeKind::Subject { .. }
                if node.columns.iter().any(|(it, spot)| *spot == edge.spot && it.only_where.is_none()) =>
            {
                Ok(())
            }
            EdgeKind::Subject { .. } => {
                let says = if edge.spot.is_array() && node.is_sole { Says::Something } else { Says::Name };
                set(dialect, node, &edge.spot, says, None, &mut settings)
            }
            EdgeKind::Here { to, pairs } => link(graph, dialect, node, edge, *to, pairs, &mut settings),
            EdgeKind::There { .. } => Ok(()),
        };
        if let Err(found) = found {
            obstacles.push(found);
        }
    }
    if obstacles.is_empty() { Ok(settings) } else { Err(obstacles) }
}

/// Rows that others own too, or that only speak of the person: what names the person goes from them.
pub(super) fn leaves(graph: &Graph, dialect: Dialect, n: usize, node: &Node) -> Result<Vec<Change>, Vec<Obstacle>> {
    let (mut changes, mut obstacles) = (Vec::new(), Vec::new());
    // A row with one owner goes with them, or stays theirs.
    let is_shared = node.owners.len() > 1 || node.owners.iter().any(|edge| edge.spot.is_array());
    let owners = node.owners.iter().filter(|_| is_shared).map(|edge| (edge, true));
    for (edge, owns) in owners.chain(node.accessors.iter().map(|edge| (edge, false))).filter(|(edge, _)| edge.is_here())
    {
        let mut settings = Vec::new();
        let set = match &edge.kind {
            EdgeKind::Subject { .. } => set(dialect, node, &edge.spot, Says::Name, None, &mut settings),
            EdgeKind::Here { to, pairs } if owns || is_free(graph, node, *to, edge) => {
                link(graph, dialect, node, edge, *to, pairs, &mut settings)
            }
            _ => continue,
        };
        match set {
            // A mention that cannot be taken out of a row is found by the search afterwards.
            Err(_) if !owns => continue,
            Err(found) => obstacles.push(found),
            Ok(()) if settings.is_empty() => {}
            Ok(()) => {
                let mut condition = points(graph, dialect, edge);
                if owns {
                    condition = format!("{} AND {condition}", node.is_in(dialect, "t", &owned_set(n)));
                }
                condition = format!("{condition} AND NOT {}", node.is_in(dialect, "t", &going_set(graph, n)));
                let statement = update_where(dialect, &node.table.name, &settings, &condition);
                changes.push(Change {
                    place: node.place.name.clone(),
                    did: Did::DeIdentified,
                    because: Some(OTHERS.to_owned()),
                    single: Some(statement.clone()),
                    statement: Some(statement),
                    count: format!("SELECT count(*) FROM {} WHERE {condition}", node.from(dialect, "t")),
                    shares: shares_of_edge(graph, dialect, n, node, edge).unwrap_or_else(nobodys),
                    // Rows that do not speak of the person any more do not meet it.
                    stayed: stayed::of_deleted(dialect, &node.table, &condition),
                    is_minor: true,
                });
            }
        }
    }
    if obstacles.is_empty() { Ok(changes) } else { Err(obstacles) }
}

/// Whether no foreign key sees to a mention by itself.
fn is_free(graph: &Graph, node: &Node, to: usize, edge: &Edge) -> bool {
    let Some(other) = graph.node(to) else { return false };
    !node
        .table
        .foreign_keys
        .iter()
        .any(|key| key.to == other.table.name && key.columns.contains(&edge.spot.column.name))
}

/// True of a row `t` that an edge gives to one of the people.
fn points(graph: &Graph, dialect: Dialect, edge: &Edge) -> String {
    let value = edge.spot.value(dialect, "t");
    match &edge.kind {
        EdgeKind::Subject { field } => {
            let field = dialect.literal(field);
            if edge.spot.is_array() {
                let names = dialect.folded("e.v::text");
                format!(
                    "EXISTS (SELECT 1 FROM unnest({value}) AS e(v) JOIN candor_ids AS i ON i.field = {field} AND {names} = i.folded)"
                )
            } else {
                let names = dialect.names(&value, &edge.spot.kind());
                format!("EXISTS (SELECT 1 FROM candor_ids AS i WHERE i.field = {field} AND {names})")
            }
        }
        EdgeKind::Here { to, pairs } => {
            let Some(other) = graph.node(*to) else { return "1 = 0".to_owned() };
            let there: Vec<String> = pairs.iter().map(|(_, it)| format!("o.{}", dialect.quoted(it))).collect();
            let rows = format!(
                "SELECT {} FROM {} JOIN {} AS g ON {}",
                there.join(", "),
                other.from(dialect, "o"),
                going_set(graph, *to),
                other.meets(dialect, "g", "o")
            );
            if edge.spot.is_array() {
                format!("{value} && ARRAY({rows})")
            } else {
                let here: Vec<String> = pairs.iter().map(|(it, _)| format!("t.{}", dialect.quoted(it))).collect();
                let here = if edge.spot.path.is_empty() { here.join(", ") } else { value };
                format!("({here}) IN ({rows})")
            }
        }
        EdgeKind::There { .. } => "1 = 0".to_owned(),
    }
}

fn link(
    graph: &Graph,
    dialect: Dialect,
    node: &Node,
    edge: &Edge,
    to: usize,
    pairs: &[(String, String)],
    settings: &mut Vec<(String, String)>,
) -> Result<(), Obstacle> {
    let Some(other) = graph.node(to) else { return Ok(()) };
    // A row that is nobody's may still be referred to: joins hold.
    if other.place.on_erasure == PlaceErasure::DeIdentify {
        return Ok(());
    }
    if edge.spot.is_array() {
        let (value, Some((_, key))) = (edge.spot.value(dialect, "t"), pairs.first()) else { return Ok(()) };
        let rows = format!(
            "SELECT o.{} FROM {} JOIN {} AS g ON {}",
            dialect.quoted(key),
            other.from(dialect, "o"),
            going_set(graph, to),
            other.meets(dialect, "g", "o")
        );
        settings.push((
            edge.spot.column.name.clone(),
            format!("coalesce((SELECT array_agg(e.v ORDER BY e.n) FROM unnest({value}) WITH ORDINALITY AS e(v, n) WHERE e.v NOT IN ({rows})), '{{}}')"),
        ));
        return Ok(());
    }
    if !edge.spot.path.is_empty() {
        return set(dialect, node, &edge.spot, Says::Name, None, settings);
    }
    let columns: Vec<_> = pairs.iter().filter_map(|(here, _)| node.table.column(here)).collect();
    let loose: Vec<_> = columns.iter().filter(|column| column.is_nullable).collect();
    // Of several columns, emptying those that may be empty is enough.
    let columns: Vec<_> = if loose.is_empty() { columns.iter().collect() } else { loose };
    for column in columns {
        if settings.iter().any(|(name, _)| *name == column.name) {
            continue;
        }
        let value = unlinked(column).map_err(|why| cannot(node, &column.name, why))?;
        settings.push((column.name.clone(), value));
    }
    Ok(())
}

fn set(
    dialect: Dialect,
    node: &Node,
    spot: &Spot,
    says: Says,
    condition: Option<String>,
    settings: &mut Vec<(String, String)>,
) -> Result<(), Obstacle> {
    let name = &spot.column.name;
    let before = settings.iter_mut().find(|(column, _)| column == name);
    let column = format!("t.{}", dialect.quoted(name));
    let current = before.as_ref().map_or_else(|| column.clone(), |(_, value)| value.clone());
    let emptied = emptied(dialect, node, spot, says, &current).map_err(|why| cannot(node, name, why))?;
    let Some(mut value) = emptied else { return Ok(()) };
    if let Some(condition) = condition {
        value = format!("CASE WHEN {condition} THEN {value} ELSE {current} END");
    }
    match before {
        Some((_, it)) => *it = value,
        None => settings.push((name.clone(), value)),
    }
    Ok(())
}

fn cannot(node: &Node, column: &str, why: &'static str) -> Obstacle {
    Obstacle::CannotEmpty { table: node.table.name.clone(), column: column.to_owned(), why }
}
