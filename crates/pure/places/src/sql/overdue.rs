//! Rows that are over their time, as statements: found and ended in sets, for everybody at once.
//!
//! `candor_b3` holds the rows of the third place that are over, `candor_o3` those of them that nobody's hold protects, `candor_x3`
//! what is done with: rows that still say something, or may go. `candor_p3_1` holds rows of which only the second class of
//! fields is over. Rows that go are narrowed until none is left that a row refers to which stays.

mod going;
mod moment;
mod says;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use candor_manifest::model::PlaceErasure;

use crate::graph::{Graph, Node};
use crate::overdue::{Class, Ending, Overdue, OverdueDid, OverdueTask, Unreached, cannot_hold, is_of_people};

use super::erase::{Change, Obstacle, copying, cuts, delete_order, emptied_fields, emptying};
use super::fold::json_text;
use super::keys::owned_set;
use super::sets::owned;
use super::{Dialect, Step};

/// So many grounds are told apart.
const GROUNDS_MAX: usize = 20;
const FURTHER: &str = "further grounds";

/// What ending rows does in one system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverduePlan {
    /// The sets, in order.
    pub steps: Vec<Step>,
    /// What is done, in order.
    pub changes: Vec<OverdueChange>,
    /// What stays though it is over, and is told.
    pub stays: Vec<OverdueCount>,
    /// What cannot be done.
    pub cannot: Vec<Overdue>,
}

/// One thing that is done in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueChange {
    /// Where.
    pub place: String,
    /// What.
    pub did: OverdueDid,
    /// The fields that are over.
    pub fields: Vec<String>,
    /// The statement.
    pub statement: String,
    /// How many rows it concerns; nothing for what only prepares another change.
    pub count: Option<String>,
}

/// Rows that stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueCount {
    /// Where.
    pub place: String,
    /// Why they stay.
    pub did: OverdueDid,
    /// The fields that are over.
    pub fields: Vec<String>,
    /// In words.
    pub because: Option<String>,
    /// How many there are.
    pub count: String,
}

/// The grounds on which people are protected, each once.
pub fn grounds(task: &OverdueTask) -> Vec<String> {
    let mut grounds: Vec<String> = Vec::new();
    for ground in task.people.iter().filter_map(|concerned| concerned.held.as_ref()) {
        if grounds.contains(ground) {
            continue;
        }
        if grounds.len() == GROUNDS_MAX {
            grounds.push(FURTHER.to_owned());
            break;
        }
        grounds.push(ground.clone());
    }
    grounds
}

/// What holds for whom, as [`Dialect::fill_new`] reads it.
pub fn roles_json(task: &OverdueTask) -> String {
    let places: BTreeMap<String, usize> = grounds(task).into_iter().enumerate().map(|(n, it)| (it, n)).collect();
    let mut roles: Vec<String> = Vec::new();
    for (n, concerned) in task.people.iter().enumerate() {
        let mut role = |role: &str, value: &str| roles.push(format!("[{n},\"{role}\",{}]", json_text(value)));
        if let Some(ground) = &concerned.held {
            let at = places.get(ground).or_else(|| places.get(FURTHER)).copied().unwrap_or_default();
            role("held", &at.to_string());
        }
        if concerned.is_managed {
            role("managed", "");
        }
        for field in &concerned.ended {
            role("ended", field);
        }
    }
    format!("[{}]", roles.join(","))
}

/// Plans it.
///
/// # Errors
/// Triggers that copy rows where nobody looks.
pub fn overdue(graph: &Graph, dialect: Dialect, task: &OverdueTask) -> Result<OverduePlan, Vec<Obstacle>> {
    let loose = graph.loosened();
    let mut planning = Planning {
        graph,
        loose: &loose,
        dialect,
        task,
        steps: owned(&loose, dialect).into_iter().filter(is_of_owners).collect(),
        going: Step { sets: Vec::new(), again: Vec::new() },
        updates: Vec::new(),
        stays: Vec::new(),
        cannot: Vec::new(),
        fields: BTreeMap::new(),
    };
    for n in graph.groups.iter().flatten() {
        if let Some(node) = graph.node(*n) {
            planning.place(*n, node);
        }
    }
    planning.going.again = going::narrowing(graph, dialect, &planning.followers());
    let obstacles = copying(&loose, dialect, &planning.all_changes());
    if obstacles.is_empty() { Ok(planning.finish()) } else { Err(obstacles) }
}

fn is_of_owners(step: &Step) -> bool {
    step.sets.iter().all(|(name, ..)| name.starts_with("candor_r"))
}

struct Planning<'a> {
    graph: &'a Graph,
    loose: &'a Graph,
    dialect: Dialect,
    task: &'a OverdueTask,
    steps: Vec<Step>,
    going: Step,
    updates: Vec<OverdueChange>,
    stays: Vec<OverdueCount>,
    cannot: Vec<Overdue>,
    /// The fields of each place that has some.
    fields: BTreeMap<usize, Vec<String>>,
}

impl Planning<'_> {
    fn place(&mut self, n: usize, node: &Node) {
        let classes = self.task.classes(&node.place);
        let key = node.key_as(self.dialect, "t");
        let (from, condition) = (node.from(self.dialect, "t"), node.and_condition(self.dialect, "t"));
        let all = format!("SELECT {key} FROM {from} WHERE 1 = 1{condition}");
        let overs: Vec<Option<String>> = classes.iter().map(|class| self.over(n, node, class)).collect();
        let names = |class: &Class<'_>| class.fields.iter().map(|it| (*it).to_owned()).collect::<Vec<String>>();
        let fields: Vec<String> = classes.iter().flat_map(names).collect();
        if classes.is_empty() && node.is_looped && node.place.on_erasure != PlaceErasure::Keep {
            let because = "its rows own each other and no field stands in them; map a field that a keep rule ends";
            self.tell_cannot(node, &[], because.to_owned());
        }
        let over = if classes.is_empty() {
            going::following(self.graph, self.dialect, node)
        } else {
            self.fields.insert(n, fields.clone());
            overs.iter().cloned().collect::<Option<Vec<String>>>().map(|all| all.join(" AND "))
        };
        let over = over.unwrap_or_else(|| "1 = 0".to_owned());
        let n_keys = node.place.key.len();
        let keys = |set: &str| (1..=n_keys).map(|k| format!("{set}.k{k}")).collect::<Vec<_>>().join(", ");
        let held = format!(
            "SELECT {} FROM {} AS r JOIN candor_new AS m ON m.person = r.person AND m.field = 'held'",
            keys("r"),
            owned_set(n)
        );
        let mut sets = vec![
            (format!("candor_b{n}"), n_keys, format!("{all} AND {over}")),
            (
                format!("candor_o{n}"),
                n_keys,
                format!("SELECT {} FROM candor_b{n} AS b WHERE ({}) NOT IN ({held})", keys("b"), keys("b")),
            ),
        ];
        self.tell_held(n, node, &fields);
        match node.place.on_erasure {
            PlaceErasure::Delete => {
                self.going.sets.push((format!("candor_x{n}"), n_keys, format!("SELECT * FROM candor_o{n}")))
            }
            PlaceErasure::DeIdentify => self.de_identifying(n, node, &fields),
            PlaceErasure::Keep => {
                self.going.sets.push((
                    format!("candor_x{n}"),
                    n_keys,
                    format!("SELECT * FROM candor_o{n} AS o WHERE 1 = 0"),
                ));
                let count = format!("SELECT count(*) FROM candor_o{n}");
                let because = node.place.kept_because.clone();
                self.stays.push(OverdueCount {
                    place: node.place.name.clone(),
                    did: OverdueDid::Kept,
                    fields: fields.clone(),
                    because,
                    count,
                });
            }
        }
        if node.place.on_erasure != PlaceErasure::Keep && classes.len() > 1 {
            for (at, (class, over)) in classes.iter().zip(&overs).enumerate() {
                if let Some(over) = over {
                    let rows = format!("{all} AND {over} AND {} NOT IN ({held})", node.key(self.dialect, "t"));
                    sets.extend(self.emptying_class(n, node, at, class, &rows));
                }
            }
        }
        self.steps.push(Step { sets, again: Vec::new() });
        if node.place.on_erasure == PlaceErasure::Delete {
            let count = format!("SELECT (SELECT count(*) FROM candor_o{n}) - (SELECT count(*) FROM candor_x{n})");
            let because = Some("rows that stay refer to them; they go once those do".to_owned());
            self.stays.push(OverdueCount {
                place: node.place.name.clone(),
                did: OverdueDid::Waiting,
                fields,
                because,
                count,
            });
        }
    }

    /// True of a row `t` of which a class of fields is over; nothing where nobody knows.
    fn over(&mut self, n: usize, node: &Node, class: &Class<'_>) -> Option<String> {
        let has_managed = class.managed.all != class.ending.all;
        let managed = self.role(n, node, "managed", None);
        let mut ways = Vec::new();
        let by_columns = self.by_columns(node, class.ending);
        if let Some(over) = &by_columns {
            ways.push(if has_managed { format!("({over} AND NOT {managed})") } else { over.clone() });
        }
        if has_managed && let Some(over) = self.by_columns(node, class.managed) {
            ways.push(format!("({over} AND {managed})"));
        }
        let is_here = |ending: &Ending| {
            ending
                .all
                .iter()
                .flatten()
                .any(|it| is_of_people(&it.event) && node.place.clocks.iter().any(|clock| clock.event == it.event))
        };
        let of_people = class.ending.is_of_people() && !is_here(class.ending);
        if of_people
            && node.is_sole
            && let Some(field) = class.fields.first()
        {
            ways.push(self.role(n, node, "ended", Some(field)));
        }
        let unfit = class.ending.all.iter().flatten().find(|it| moment::began(self.dialect, node, it).is_err());
        if let Some(unfit) = unfit.filter(|_| ways.is_empty()) {
            let because = moment::holds_no_date(node, &unfit.event);
            let fields: Vec<String> = class.fields.iter().map(|it| (*it).to_owned()).collect();
            self.tell_cannot(node, &fields, because);
            return None;
        }
        if ways.is_empty() {
            let why = if of_people { Unreached::SeveralOwners } else { Unreached::NoClock };
            self.cannot.push(cannot_hold(&node.place, class, why));
            return None;
        }
        if by_columns.is_some() && !of_people {
            self.tell_undated(node, class);
        }
        Some(format!("({})", ways.join(" OR ")))
    }

    /// The same by the place's own columns.
    fn by_columns(&mut self, node: &Node, ending: &Ending) -> Option<String> {
        let mut all = Vec::new();
        for any in &ending.all {
            let began = any.iter().filter_map(|began| moment::began(self.dialect, node, began).ok()?);
            let any: Vec<String> = began.collect();
            if any.is_empty() {
                return None;
            }
            all.push(format!("({})", any.join(" OR ")));
        }
        (!all.is_empty()).then(|| all.join(" AND "))
    }

    /// True of a row `t` that is of somebody for whom something holds.
    fn role(&self, n: usize, node: &Node, role: &str, value: Option<&str>) -> String {
        let keys = (1..=node.place.key.len()).map(|k| format!("r.k{k}")).collect::<Vec<_>>().join(", ");
        let value = value.map_or_else(String::new, |value| format!(" AND m.value = {}", self.dialect.literal(value)));
        format!(
            "{} IN (SELECT {keys} FROM {} AS r JOIN candor_new AS m ON m.person = r.person AND m.field = '{role}'{value})",
            node.key(self.dialect, "t"),
            owned_set(n)
        )
    }

    fn tell_held(&mut self, n: usize, node: &Node, fields: &[String]) {
        let on: Vec<String> = (1..=node.place.key.len()).map(|k| format!("r.k{k} = b.k{k}")).collect();
        let keys: Vec<String> = (1..=node.place.key.len()).map(|k| format!("b.k{k}")).collect();
        for (at, ground) in grounds(self.task).into_iter().enumerate() {
            let count = format!(
                "SELECT count(*) FROM (SELECT DISTINCT {} FROM candor_b{n} AS b JOIN {} AS r ON {} JOIN candor_new AS m ON m.person = r.person AND m.field = 'held' AND m.value = '{at}') AS q",
                keys.join(", "),
                owned_set(n),
                on.join(" AND ")
            );
            let (place, fields) = (node.place.name.clone(), fields.to_vec());
            self.stays.push(OverdueCount { place, did: OverdueDid::Held, fields, because: Some(ground), count });
        }
    }

    fn tell_undated(&mut self, node: &Node, class: &Class<'_>) {
        let unknown: Vec<String> = class
            .ending
            .all
            .iter()
            .map(|any| {
                let known = any.iter().filter_map(|began| moment::known(self.dialect, node, &began.event));
                format!("NOT ({})", known.collect::<Vec<_>>().join(" OR "))
            })
            .collect();
        let count = format!(
            "SELECT count(*) FROM {} WHERE ({}){}",
            node.from(self.dialect, "t"),
            unknown.join(" OR "),
            node.and_condition(self.dialect, "t")
        );
        self.stays.push(OverdueCount {
            place: node.place.name.clone(),
            did: OverdueDid::Undated,
            fields: class.fields.iter().map(|it| (*it).to_owned()).collect(),
            because: Some("no column says when their clock started".to_owned()),
            count,
        });
    }

    fn de_identifying(&mut self, n: usize, node: &Node, fields: &[String]) {
        // Once a row is over, it is over for all whose it is.
        let whole = Node { is_sole: true, ..node.clone() };
        let planned = emptying(self.graph, self.dialect, &whole).map_err(|found| joined(&found));
        let planned = planned.and_then(|settings| {
            if settings.is_empty() {
                return Ok(None);
            }
            let says = says::something(self.graph, self.dialect, &whole, None)?;
            Ok(Some((settings, says)))
        });
        let select = match planned {
            Ok(None) => "1 = 0".to_owned(),
            Ok(Some((settings, says))) => {
                let set = format!("candor_x{n}");
                self.updates.push(OverdueChange {
                    place: node.place.name.clone(),
                    did: OverdueDid::DeIdentified,
                    fields: fields.to_vec(),
                    statement: node.update(self.dialect, &settings, &set, ""),
                    count: Some(format!("SELECT count(*) FROM {set}")),
                });
                says
            }
            Err(because) => {
                self.tell_cannot(node, fields, because);
                "1 = 0".to_owned()
            }
        };
        let rows = format!(
            "SELECT {} FROM {} JOIN candor_o{n} AS g ON {} WHERE {select}",
            node.key_as(self.dialect, "t"),
            node.from(self.dialect, "t"),
            node.meets(self.dialect, "g", "t")
        );
        self.going.sets.push((format!("candor_x{n}"), node.place.key.len(), rows));
    }

    /// Columns of a class that is over while the row is not; those that identify say whose it is, and go with it.
    fn emptying_class(
        &mut self,
        n: usize,
        node: &Node,
        at: usize,
        class: &Class<'_>,
        rows: &str,
    ) -> Option<(String, usize, String)> {
        let said =
            |field: &&&str| node.columns.iter().any(|(it, _)| it.field.as_deref() == Some(**field) && !it.identifies);
        let fields: Vec<&str> = class.fields.iter().filter(said).copied().collect();
        if fields.is_empty() {
            return None;
        }
        let names: Vec<String> = fields.iter().map(|it| (*it).to_owned()).collect();
        let planned = emptied_fields(self.dialect, node, &fields).map_err(|found| joined(&found));
        let planned = planned
            .and_then(|settings| Ok((settings, says::something(self.graph, self.dialect, node, Some(&fields))?)));
        match planned {
            Ok((settings, _)) if settings.is_empty() => None,
            Ok((settings, says)) => {
                let set = format!("candor_p{n}_{at}");
                self.updates.push(OverdueChange {
                    place: node.place.name.clone(),
                    did: OverdueDid::Emptied,
                    fields: names,
                    statement: node.update(self.dialect, &settings, &set, ""),
                    count: Some(format!("SELECT count(*) FROM {set}")),
                });
                let keys = (1..=node.place.key.len()).map(|k| format!("b.k{k}")).collect::<Vec<_>>().join(", ");
                let key = node.key(self.dialect, "t");
                Some((
                    set,
                    node.place.key.len(),
                    format!("{rows} AND {key} NOT IN (SELECT {keys} FROM candor_b{n} AS b) AND {says}"),
                ))
            }
            Err(because) => {
                self.tell_cannot(node, &names, because);
                None
            }
        }
    }

    fn tell_cannot(&mut self, node: &Node, fields: &[String], because: String) {
        self.cannot.push(Overdue {
            place: node.place.name.clone(),
            did: OverdueDid::CannotHold,
            fields: fields.to_vec(),
            n_rows: 0,
            because: Some(because),
            statements: Vec::new(),
        });
    }

    /// The places in which no field stands.
    fn followers(&self) -> Vec<usize> {
        (0..self.graph.nodes.len()).filter(|n| !self.fields.contains_key(n)).collect()
    }

    fn deletes(&self) -> impl Iterator<Item = OverdueChange> {
        delete_order(self.loose).into_iter().filter_map(|n| {
            let node = self.graph.node(n)?;
            let set = format!("candor_x{n}");
            Some(OverdueChange {
                place: node.place.name.clone(),
                did: OverdueDid::Deleted,
                fields: self.fields.get(&n).cloned().unwrap_or_default(),
                statement: node.delete(self.dialect, &set),
                count: Some(format!("SELECT count(*) FROM {set}")),
            })
        })
    }

    /// What triggers see.
    fn all_changes(&self) -> Vec<Change> {
        let change = |change: OverdueChange| Change {
            place: change.place,
            did: crate::report::Did::Deleted,
            because: None,
            statement: Some(change.statement),
            single: None,
            count: String::new(),
            shares: String::new(),
            stayed: None,
            is_minor: false,
        };
        self.updates.iter().cloned().chain(self.deletes()).map(change).collect()
    }

    fn finish(mut self) -> OverduePlan {
        let cuts = cuts(self.loose, self.dialect).into_iter().filter_map(|cut| {
            let statement = cut.statement?;
            Some(OverdueChange {
                place: cut.place,
                did: OverdueDid::Emptied,
                fields: Vec::new(),
                statement,
                count: None,
            })
        });
        let deletes: Vec<OverdueChange> = self.deletes().collect();
        let changes = self.updates.drain(..).chain(cuts).chain(deletes).collect();
        self.steps.push(self.going);
        OverduePlan { steps: self.steps, changes, stays: self.stays, cannot: self.cannot }
    }
}

fn joined(obstacles: &[Obstacle]) -> String {
    obstacles.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
