//! `systems check`: a mapping held beside the live schema.
//!
//! An error stands in the way of a right; a warning is something that a person should have decided.

use std::collections::HashMap;

use candor_manifest::model::SystemKind;

use crate::catalogue::{Catalogue, Table, TableKind};
use crate::graph::{Graph, Node};
use crate::map::SystemMap;
use crate::overdue::OverdueTask;
use crate::recognise::recognise;
use crate::sql::{Dialect, erase, overdue, written};

/// Values of columns, by table and column, for the rules that recognise personal data.
pub type Samples = HashMap<(String, String), Vec<String>>;

/// Something that does not fit, or was left open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A stable code.
    pub code: &'static str,
    /// It stands in the way of a right.
    pub is_error: bool,
    /// The table.
    pub place: String,
    /// The column, when it is one.
    pub column: Option<String>,
    /// What is found, and what can be done.
    pub what: String,
}

/// Holds a mapping, with what its template adds, beside a schema. Without samples, columns are recognised by name alone.
pub fn check(map: &SystemMap, catalogue: &Catalogue, dialect: Dialect, samples: &Samples) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut catalogue = catalogue.clone();
    let map = &map.completed(&mut catalogue);
    if !matches!(map.kind, SystemKind::Postgres | SystemKind::Mariadb | SystemKind::Sqlite) {
        named_by_key(map, &mut catalogue);
    }
    match Graph::of(map, &catalogue) {
        Err(misfits) => findings.extend(misfits.iter().map(|misfit| Finding {
            code: "schema-differs",
            is_error: true,
            place: String::new(),
            column: None,
            what: misfit.to_string(),
        })),
        Ok(graph) => {
            obstacles(&graph, dialect, &mut findings);
            for node in &graph.nodes {
                unmapped_columns(&graph, node, samples, &mut findings);
                undeclared_links(&graph, node, &mut findings);
            }
        }
    }
    for table in &catalogue.tables {
        let mapped = map.place(&table.name);
        match table.kind {
            TableKind::Table if mapped.is_none() => unowned(map, table, samples, &mut findings),
            TableKind::MaterialisedView => findings.push(finding(
                "materialised-view",
                table,
                None,
                "it keeps a copy of rows; refresh it after an erasure, or the search goes on finding people in it"
                    .to_owned(),
            )),
            _ => {}
        }
        if mapped.is_some() {
            triggers(table, &mut findings);
        }
    }
    findings
}

/// Files and web services do not say which columns name a row: whoever carries a task out there refuses rows without a key.
fn named_by_key(map: &SystemMap, catalogue: &mut Catalogue) {
    for place in &map.places {
        let Some(table) = catalogue.tables.iter_mut().find(|table| table.name == place.name) else { continue };
        table.columns.iter_mut().filter(|it| place.key.contains(&it.name)).for_each(|it| it.is_nullable = false);
        table.unique.push(place.key.clone());
    }
}

/// What of the keep rules does not reach the system's places.
pub fn check_overdue(task: &OverdueTask, catalogue: &Catalogue, dialect: Dialect) -> Vec<Finding> {
    let told = match task.map.kind {
        SystemKind::Postgres | SystemKind::Mariadb | SystemKind::Sqlite => {
            let mut catalogue = catalogue.clone();
            let map = task.map.completed(&mut catalogue);
            // What stands in the way of everything is told with the mapping.
            let plan = Graph::of(&map, &catalogue).ok().and_then(|graph| overdue(&graph, dialect, task).ok());
            plan.map(|plan| plan.cannot).unwrap_or_default()
        }
        _ => task.wholly_ended().err().unwrap_or_default(),
    };
    told.into_iter()
        .map(|it| Finding {
            code: "retention-unreached",
            is_error: false,
            place: it.place,
            column: None,
            what: format!("keep rules do not reach {}: {}", it.fields.join(", "), it.because.unwrap_or_default()),
        })
        .collect()
}

fn finding(code: &'static str, table: &Table, column: Option<&str>, what: String) -> Finding {
    Finding { code, is_error: false, place: table.name.clone(), column: column.map(str::to_owned), what }
}

fn obstacles(graph: &Graph, dialect: Dialect, findings: &mut Vec<Finding>) {
    let error = |what| Finding { code: "erasure-impossible", is_error: true, place: String::new(), column: None, what };
    match erase(graph, dialect) {
        Err(obstacles) => findings.extend(obstacles.iter().map(|it| error(it.to_string()))),
        Ok(plan) => findings.extend(plan.guards.iter().map(|guard| Finding {
            code: match (guard.is_mapped, guard.refuses) {
                (false, true) => "child-unmapped",
                (false, false) => "cascade-unmapped",
                (true, true) => "child-stays",
                (true, false) => "cascade-takes-others",
            },
            is_error: guard.refuses && !guard.is_mapped,
            place: guard.table.clone(),
            column: guard.columns.first().cloned(),
            what: guard.says(),
        })),
    }
}

fn unmapped_columns(graph: &Graph, node: &Node, samples: &Samples, findings: &mut Vec<Finding>) {
    let stays = !node.deletes() || !node.is_sole;
    for column in node.table.columns.iter().filter(|column| !column.is_generated) {
        if graph.maps(&node.table.name, &column.name) || node.place.key.contains(&column.name) {
            continue;
        }
        let Some(likely) = recognise(&column.name, of(samples, &node.table, &column.name)) else { continue };
        // What nobody puts right goes with its row.
        if !stays && matches!(likely.term, "Authenticating" | "Password") {
            continue;
        }
        let left = if stays { "erasure leaves it, where rows stay" } else { "a correction does not reach it" };
        let what = format!("it looks like {} and no field is mapped to it: {left}", likely.term);
        findings.push(finding("column-unmapped", &node.table, Some(&column.name), what));
    }
}

/// A second reference to people that says neither whose the row is nor whom it speaks of.
fn undeclared_links(graph: &Graph, node: &Node, findings: &mut Vec<Finding>) {
    for key in &node.table.foreign_keys {
        let declared = || node.owners.iter().chain(&node.accessors);
        let is_declared = declared().any(|edge| edge.is_here() && key.columns.contains(&edge.spot.column.name));
        let is_person = graph.at(&key.to).and_then(|n| graph.node(n)).is_some_and(Node::is_of_people);
        if is_person && !is_declared {
            let what = format!(
                "it refers to people (`{}`) too; say `owned jointly by {0} through {1}` or `accessed by {0} through {1}`",
                key.to,
                key.columns.join(", ")
            );
            findings.push(finding("owner-ambiguous", &node.table, key.columns.first().map(String::as_str), what));
        }
    }
}

fn unowned(map: &SystemMap, table: &Table, samples: &Samples, findings: &mut Vec<Finding>) {
    let likely: Vec<String> = table
        .columns
        .iter()
        .filter_map(|column| {
            Some(format!("`{}` ({})", column.name, recognise(&column.name, of(samples, table, &column.name))?.term))
        })
        .collect();
    let refers = table.foreign_keys.iter().find(|key| map.place(&key.to).is_some());
    let what = match (likely.is_empty(), refers) {
        (false, _) => format!("nobody owns its rows, and it looks personal: {}; add a `place`", likely.join(", ")),
        (true, Some(key)) => {
            format!(
                "nobody owns its rows, though they refer to `{}`; add `owned by {0} through {}`",
                key.to,
                key.columns.join(", ")
            )
        }
        (true, None) => return,
    };
    findings.push(finding("table-unowned", table, None, what));
}

fn triggers(table: &Table, findings: &mut Vec<Finding>) {
    for trigger in &table.triggers {
        let writes = written(&trigger.text);
        if writes.on_change && writes.is_dynamic {
            let what =
                format!("the trigger `{}` puts statements together itself; look where it writes to", trigger.name);
            findings.push(finding("trigger-unclear", table, None, what));
        }
        if writes.on_change && !writes.changes.is_empty() {
            let what = format!(
                "the trigger `{}` changes `{}` when rows change or go",
                trigger.name,
                writes.changes.join("`, `")
            );
            findings.push(finding("trigger-changes", table, None, what));
        }
    }
}

pub(crate) fn of<'a>(samples: &'a Samples, table: &Table, column: &str) -> impl Iterator<Item = &'a str> {
    let found = samples.get(&(table.name.clone(), column.to_owned()));
    found.into_iter().flatten().map(String::as_str)
}
