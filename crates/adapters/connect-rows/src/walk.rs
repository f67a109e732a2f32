//! Follows people from their identifiers to the rows that are theirs, and on to the rows that belong to those.
//!
//! It goes in rounds: what a round found says which values are asked for in the next. Of a row nothing stays in memory but
//! what names and changes it.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use candor_connect::{ConnectError, RowSink};
use candor_manifest::model::{Link, LinkStands};
use candor_places::{MappedOwner, MappedPlace, Person, PersonIx, Role, SystemMap, normalised};
use candor_words::Secret;

use crate::found::found_row;
use crate::rows::{RowTaker, Rows, Want};
use crate::{LiveRow, row::is_same};

/// The most rows that one task may concern in one system.
pub const ROWS_MAX: usize = 1_000_000;
/// The most rounds: how long a chain of owners may be.
const ROUNDS_MAX: usize = 1_000;

/// Values that are asked for, and whose they are.
pub(crate) type Asked = HashMap<String, BTreeSet<PersonIx>>;

/// A row that is of somebody, or speaks of them.
pub(crate) struct Known {
    pub place: usize,
    pub key: Vec<String>,
    pub version: Option<String>,
    pub kept: Vec<(String, String)>,
    /// Whose it is; nobody's of the task when it only speaks of them.
    pub owners: BTreeSet<PersonIx>,
    /// What stands in the columns through which it belongs to somebody: the clause, the value as it stands there.
    pub belongs: Vec<(usize, String)>,
    /// The values through which it speaks of people of the task: the clause, the value.
    pub speaks: Vec<(usize, String)>,
    /// Of whom it speaks.
    pub spoken_of: BTreeSet<PersonIx>,
    /// Mapped columns whose condition this row does not meet.
    pub unmapped: Vec<usize>,
    /// Where it names one somebody: the mapped column, the value as look-ups compare it.
    pub named: Vec<(usize, String)>,
}

/// What is known so far.
pub(crate) struct Walk<'a, R> {
    rows: &'a R,
    map: &'a SystemMap,
    people: &'a [Person],
    pub known: Vec<Known>,
    index: HashMap<(usize, Vec<String>, Option<String>), usize>,
    /// By place and column: everything that was asked for.
    pub asked: HashMap<(usize, String), Asked>,
    /// By place: column, value and person that the next round asks for.
    pending: Vec<Vec<(String, Secret<String>, PersonIx)>>,
}

impl<'a, R: Rows> Walk<'a, R> {
    /// Finds all rows of some people, and those that speak of them. Each is given to `sink`, once for each person.
    pub async fn of(
        rows: &'a R,
        people: &'a [Person],
        mut sink: Option<&mut dyn RowSink>,
    ) -> Result<Self, ConnectError> {
        let map = rows.map();
        map.places.iter().try_for_each(|place| can_follow(map, place))?;
        let pending = map.places.iter().map(|_| Vec::new()).collect();
        let mut walk =
            Self { rows, map, people, known: Vec::new(), index: HashMap::new(), asked: HashMap::new(), pending };
        for (at, place) in map.places.iter().enumerate() {
            for owner in &place.owned_by {
                walk.want_identifiers(at, owner);
            }
        }
        for _ in 0..ROUNDS_MAX {
            if walk.pending.iter().all(Vec::is_empty) {
                walk.mentions(&mut sink).await?;
                return Ok(walk);
            }
            for at in 0..map.places.len() {
                walk.round(at, Role::Owner, &mut sink).await?;
            }
        }
        Err(refused(format!("a row belongs to a row that belongs to a row, more than {ROUNDS_MAX} times over")))
    }

    /// Whether a value of a column is of somebody of the task.
    pub fn is_asked(&self, place: usize, column: &str, value: &str) -> bool {
        let asked = self.asked.get(&(place, column.to_owned()));
        asked.is_some_and(|asked| asked.contains_key(&self.compared(place, column, value)))
    }

    /// A value as those of a column are compared: what identifies people whatever its case, and what names a row as it is, for many
    /// services tell `cus_AbC` from `cus_aBc`.
    fn compared(&self, place: usize, column: &str, value: &str) -> String {
        let clauses = self.map.places.get(place).into_iter().flat_map(|at| at.owned_by.iter().chain(&at.accessed_by));
        let identifies =
            |clause: &MappedOwner| matches!(clause, MappedOwner::Subject { column: of, .. } if of == column);
        if clauses.into_iter().any(identifies) { normalised(value) } else { value.trim().to_owned() }
    }

    fn want_identifiers(&mut self, at: usize, owner: &MappedOwner) {
        let MappedOwner::Subject { field, column } = owner else { return };
        for (person, ix) in self.people.iter().zip(0..) {
            for identifier in person.identifiers.iter().filter(|identifier| identifier.field == *field) {
                self.want(at, column, identifier.value.expose(), PersonIx(ix));
            }
        }
    }

    fn want(&mut self, at: usize, column: &str, value: &str, person: PersonIx) {
        let text = self.compared(at, column, value);
        if text.is_empty() {
            return;
        }
        let asked = self.asked.entry((at, column.to_owned())).or_default();
        if asked.entry(text).or_default().insert(person)
            && let Some(pending) = self.pending.get_mut(at)
        {
            pending.push((column.to_owned(), Secret::new(value.trim().to_owned()), person));
        }
    }

    /// One question to one place: everything that is pending there.
    async fn round(&mut self, at: usize, role: Role, sink: &mut Option<&mut dyn RowSink>) -> Result<(), ConnectError> {
        let Some(pending) = self.pending.get_mut(at).map(std::mem::take).filter(|pending| !pending.is_empty()) else {
            return Ok(());
        };
        let Some(place) = self.map.places.get(at) else { return Ok(()) };
        let mut wants: Vec<Want> = Vec::new();
        let mut whose: HashMap<String, Asked> = HashMap::new();
        for (column, value, person) in pending {
            let asked = whose.entry(column.clone()).or_default();
            let text = self.compared(at, &column, value.expose());
            let is_first = !asked.contains_key(&text);
            asked.entry(text).or_default().insert(person);
            if !is_first {
                continue;
            }
            match wants.iter_mut().find(|want| want.column == column) {
                Some(want) => want.values.push(value),
                None => wants.push(Want { column, values: vec![value] }),
            }
        }
        let rows = self.rows;
        let mut taker = Taker { walk: self, at, place, whose: &whose, role, sink };
        rows.find(place, &wants, &mut taker).await
    }

    /// The rows that speak of people, once it is known which rows are theirs.
    async fn mentions(&mut self, sink: &mut Option<&mut dyn RowSink>) -> Result<(), ConnectError> {
        let map = self.map;
        for (at, place) in map.places.iter().enumerate() {
            for other in &place.accessed_by {
                match other {
                    MappedOwner::Subject { .. } => self.want_identifiers(at, other),
                    MappedOwner::Place(link) => {
                        let through = self.known.iter().filter(|known| is_place(map, known.place, &link.place));
                        let wanted: Vec<(String, Vec<PersonIx>)> = through
                            .flat_map(|known| {
                                let owners: Vec<PersonIx> = known.owners.iter().copied().collect();
                                let values: Vec<String> = match link.stands {
                                    LinkStands::Here => known.key.first().cloned().into_iter().collect(),
                                    LinkStands::There => kept(known, &link.through),
                                };
                                values.into_iter().map(move |value| (value, owners.clone()))
                            })
                            .collect();
                        let column = column_of(place, link);
                        for (value, owners) in wanted {
                            owners.into_iter().for_each(|person| self.want(at, column, &value, person));
                        }
                    }
                }
            }
            self.round(at, Role::Mentioned, sink).await?;
        }
        Ok(())
    }

    /// What the owners of a row make of the rows that belong to it.
    fn follow(&mut self, at: usize, row: &LiveRow, people: &BTreeSet<PersonIx>) {
        let map = self.map;
        for (other, place) in map.places.iter().enumerate() {
            for owner in &place.owned_by {
                let MappedOwner::Place(link) = owner else { continue };
                if !is_place(map, at, &link.place) {
                    continue;
                }
                let values = match link.stands {
                    LinkStands::Here => row.key.first().cloned().into_iter().collect(),
                    LinkStands::There => row.values(&link.through),
                };
                for value in values {
                    people.iter().for_each(|person| self.want(other, column_of(place, link), &value, *person));
                }
            }
        }
    }
}

struct Taker<'t, 'a, 's, 'k, R> {
    walk: &'t mut Walk<'a, R>,
    at: usize,
    place: &'a MappedPlace,
    whose: &'t HashMap<String, Asked>,
    role: Role,
    sink: &'t mut Option<&'k mut (dyn RowSink + 's)>,
}

#[async_trait]
impl<R: Rows> RowTaker for Taker<'_, '_, '_, '_, R> {
    async fn take(&mut self, row: LiveRow) -> Result<(), ConnectError> {
        if !row.meets(self.place.only_where.as_ref()) {
            return Ok(());
        }
        // What came is compared again: a system may give more than it was asked for.
        let mut hits: BTreeSet<PersonIx> = BTreeSet::new();
        for (column, asked) in self.whose {
            for value in row.values(column) {
                hits.extend(asked.get(&self.walk.compared(self.at, column, &value)).into_iter().flatten());
            }
        }
        if hits.is_empty() {
            return Ok(());
        }
        let new = self.keep(&row, &hits)?;
        if self.role == Role::Owner && !new.is_empty() {
            self.walk.follow(self.at, &row, &new);
        }
        if let Some(sink) = self.sink.as_mut() {
            for person in new {
                let is_theirs = |column: &str, value: &str| {
                    let asked = self.walk.asked.get(&(self.at, column.to_owned()));
                    let value = self.walk.compared(self.at, column, value);
                    asked.and_then(|asked| asked.get(&value)).is_some_and(|who| who.contains(&person))
                };
                let found = found_row(self.place, &row, self.role, person, &is_theirs);
                sink.take(found).await?;
            }
        }
        Ok(())
    }
}

impl<R: Rows> Taker<'_, '_, '_, '_, R> {
    /// Keeps what is needed of a row, and returns for whom it is new.
    fn keep(&mut self, row: &LiveRow, hits: &BTreeSet<PersonIx>) -> Result<BTreeSet<PersonIx>, ConnectError> {
        let name = (self.at, row.key.clone(), row.version.clone());
        let n_known = self.walk.known.len();
        let at = *self.walk.index.entry(name).or_insert(n_known);
        if at == n_known {
            if n_known >= ROWS_MAX {
                return Err(refused(format!(
                    "more than {ROWS_MAX} rows are concerned; ask for fewer people at a time"
                )));
            }
            let known = self.known_of(row);
            self.walk.known.push(known);
        }
        let speaks = if self.role == Role::Mentioned { self.speaks(row) } else { Vec::new() };
        let Some(known) = self.walk.known.get_mut(at) else { return Ok(BTreeSet::new()) };
        let new = hits.difference(&known.owners).copied().collect();
        match self.role {
            Role::Owner => known.owners.extend(hits),
            Role::Mentioned => {
                known.speaks.extend(speaks);
                known.spoken_of.extend(hits);
            }
        }
        Ok(new)
    }

    fn known_of(&self, row: &LiveRow) -> Known {
        let belongs = clause_values(self.place, &self.place.owned_by, row).collect();
        let columns = self.place.columns.iter().enumerate();
        let unmapped = columns.filter(|(_, column)| !row.meets(column.only_where.as_ref())).map(|(at, _)| at).collect();
        let naming = self.place.columns.iter().enumerate().filter(|(_, column)| column.identifies);
        let named = naming.filter_map(|(at, column)| match row.values(&column.column).as_slice() {
            [one] => Some((at, normalised(one))),
            _ => None,
        });
        let named = named.collect();
        let map = self.walk.map;
        let links = map.places.iter().flat_map(|place| place.owned_by.iter().chain(&place.accessed_by));
        let there = links.filter_map(|owner| match owner {
            MappedOwner::Place(link) if link.place == self.place.name && link.stands == LinkStands::There => {
                Some(link.through.clone())
            }
            _ => None,
        });
        let mut columns = self.walk.rows.columns_kept(self.place);
        columns.extend(there);
        columns.sort();
        columns.dedup();
        let kept = columns
            .into_iter()
            .flat_map(|column| row.values(&column).into_iter().map(move |value| (column.clone(), value)))
            .collect();
        Known {
            place: self.at,
            key: row.key.clone(),
            version: row.version.clone(),
            kept,
            owners: BTreeSet::new(),
            belongs,
            speaks: Vec::new(),
            spoken_of: BTreeSet::new(),
            unmapped,
            named,
        }
    }

    fn speaks(&self, row: &LiveRow) -> Vec<(usize, String)> {
        let clauses = &self.place.accessed_by;
        let is_theirs = |(clause, value): &(usize, String)| {
            let column = clauses.get(*clause).map(|clause| clause_column(self.place, clause));
            column.is_some_and(|column| self.walk.is_asked(self.at, column, value))
        };
        clause_values(self.place, clauses, row).filter(is_theirs).collect()
    }
}

fn clause_values(place: &MappedPlace, clauses: &[MappedOwner], row: &LiveRow) -> impl Iterator<Item = (usize, String)> {
    clauses.iter().enumerate().filter(|(_, clause)| !is_there(clause)).flat_map(|(at, clause)| {
        let values = row.values(clause_column(place, clause));
        values.into_iter().map(move |value| (at, value))
    })
}

fn kept(known: &Known, column: &str) -> Vec<String> {
    known.kept.iter().filter(|(name, _)| name == column).map(|(_, value)| value.clone()).collect()
}

/// The column of a place by which a clause finds its rows.
pub(crate) fn clause_column<'p>(place: &'p MappedPlace, clause: &'p MappedOwner) -> &'p str {
    match clause {
        MappedOwner::Subject { column, .. } => column,
        MappedOwner::Place(link) => column_of(place, link),
    }
}

/// True when the column that links stands in the other place.
pub(crate) fn is_there(clause: &MappedOwner) -> bool {
    matches!(clause, MappedOwner::Place(link) if link.stands == LinkStands::There)
}

fn column_of<'p>(place: &'p MappedPlace, link: &'p Link) -> &'p str {
    match link.stands {
        LinkStands::Here => &link.through,
        LinkStands::There => place.key.first().map_or("", String::as_str),
    }
}

fn is_place(map: &SystemMap, at: usize, name: &str) -> bool {
    map.places.get(at).is_some_and(|place| is_same(&place.name, name) && place.name == name)
}

fn can_follow(map: &SystemMap, place: &MappedPlace) -> Result<(), ConnectError> {
    for clause in place.owned_by.iter().chain(&place.accessed_by) {
        let MappedOwner::Place(link) = clause else { continue };
        let keyed = if link.stands == LinkStands::Here { map.place(&link.place) } else { Some(place) };
        if keyed.is_none_or(|keyed| keyed.key.len() != 1) {
            let why = format!("place `{}` refers to rows by a key of several columns; map a key of one", place.name);
            return Err(refused(why));
        }
        if is_there(clause) && place.owned_by.len() > 1 {
            let why =
                format!("place `{}` has several owners, and the column to one of them stands elsewhere", place.name);
            return Err(refused(why));
        }
    }
    Ok(())
}

pub(crate) fn refused(why: String) -> ConnectError {
    ConnectError::Refused { why }
}
