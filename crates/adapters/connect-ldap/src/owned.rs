//! Whose entries are whose: people to entries, over every link of the map.

use std::collections::{BTreeMap, BTreeSet};

use candor_connect::ConnectError;
use candor_manifest::model::Link;
use candor_places::{MappedOwner, MappedPlace, Person, PersonIx, SystemMap};
use ldap3::Scope;

use crate::attributes::is_dn;
use crate::entry::Entry;
use crate::outcome::{NO_SUCH_OBJECT, Trouble};
use crate::places::{self, any, columns, key, same, stands_there};
use crate::session::{Pages, Query, Session};
use crate::world::World;

/// Values of one filter.
const VALUES_OF_FILTER: usize = 100;
/// Entries of one task.
const ENTRIES_MAX: usize = 200_000;
/// A name that is malformed.
const INVALID_NAME: u32 = 34;

/// A directory, somebody signed in there, and what a manifest says of it.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) session: &'a Session,
    pub(crate) world: &'a World,
    pub(crate) map: &'a SystemMap,
}

/// An entry of people, or one that speaks of them.
pub(crate) struct Held {
    /// Which place of the map.
    pub(crate) place: usize,
    /// The entry, as far as the map names its attributes.
    pub(crate) entry: Entry,
    /// Whose.
    pub(crate) people: BTreeSet<PersonIx>,
    /// It is somebody else's and speaks of them.
    pub(crate) is_mention: bool,
    /// It is found by what identifies them, not through another entry.
    pub(crate) is_direct: bool,
    /// In which of its columns which values lead to them.
    pub(crate) links: BTreeSet<(String, String)>,
    /// How it is found for each: what leads to one of them is no business of another.
    pub(crate) ways: BTreeMap<PersonIx, Way>,
}

/// How an entry is found for one person.
#[derive(Default)]
pub(crate) struct Way {
    /// By what identifies them, not through another entry.
    pub(crate) is_direct: bool,
    /// In which of its columns which values lead to them.
    pub(crate) links: BTreeSet<(String, String)>,
}

/// A value to look for, and who is meant by it.
#[derive(Clone)]
struct Sought {
    text: String,
    people: BTreeSet<PersonIx>,
}

/// An entry that has sought values.
struct Hit {
    entry: Entry,
    people: BTreeSet<PersonIx>,
    /// Which values, each with whom it leads to.
    texts: BTreeMap<String, BTreeSet<PersonIx>>,
}

type Place<'a> = (usize, &'a MappedPlace);

impl Work<'_> {
    /// The entries of people, and those that speak of them.
    pub(crate) async fn resolve(&self, people: &[Person]) -> Result<Vec<Held>, ConnectError> {
        let mut found = Found::default();
        for (at, place) in self.map.places.iter().enumerate() {
            for (owner, is_mention) in owners(place) {
                let MappedOwner::Subject { field, column } = owner else { continue };
                let hits = self.find((at, place), column, &sought(people, field)).await?;
                found.take(at, column, hits, is_mention, true, self.world)?;
            }
        }
        let mut n_before = 0;
        while n_before < found.held.len() {
            let new = n_before..found.held.len();
            n_before = found.held.len();
            for (at, place) in self.map.places.iter().enumerate() {
                for (owner, is_mention) in owners(place) {
                    let MappedOwner::Place(link) = owner else { continue };
                    let from = found.held.get(new.clone()).unwrap_or_default();
                    let from: Vec<&Held> = from.iter().filter(|held| self.is_of(held, &link.place)).collect();
                    let (column, values) = self.led_to(link, place, &from);
                    let hits = self.find((at, place), &column, &values).await?;
                    found.take(at, &column, hits, is_mention, false, self.world)?;
                }
            }
        }
        Ok(found.held)
    }

    fn is_of(&self, held: &Held, place: &str) -> bool {
        !held.is_mention && self.map.places.get(held.place).is_some_and(|of| of.name == place)
    }

    /// The column of the place that is looked at, and its values that lead from entries.
    fn led_to(&self, link: &Link, place: &MappedPlace, from: &[&Held]) -> (String, Vec<Sought>) {
        let schema = &self.world.schema;
        let by_name = schema.is_reference(&link.through);
        let mut values: BTreeMap<String, Sought> = BTreeMap::new();
        let mut push = |text: String, people: &BTreeSet<PersonIx>| {
            let sought = values.entry(text.to_lowercase());
            sought.or_insert_with(|| Sought { text, people: BTreeSet::new() }).people.extend(people);
        };
        if stands_there(link) {
            for held in from {
                held.entry.texts(&link.through).for_each(|text| push(text, &held.people));
            }
            let column = if by_name { "dn".to_owned() } else { place.key.first().cloned().unwrap_or_default() };
            return (column, values.into_values().collect());
        }
        let key = self.map.place(&link.place).and_then(|owner| owner.key.first()).cloned().unwrap_or_default();
        for held in from {
            if by_name || is_dn(&key) {
                push(held.entry.dn.clone(), &held.people);
            } else {
                held.entry.texts(&key).for_each(|text| push(text, &held.people));
            }
        }
        (link.through.clone(), values.into_values().collect())
    }

    /// The entries of a place that have sought values in a column.
    async fn find(&self, place: Place<'_>, column: &str, values: &[Sought]) -> Result<Vec<Hit>, ConnectError> {
        if is_dn(column) {
            return self.find_by_name(place, values).await;
        }
        let mut hits = Vec::new();
        let mut left: Vec<&[Sought]> = values.chunks(VALUES_OF_FILTER).collect();
        while let Some(values) = left.pop() {
            let filter = any(column, values.iter().map(|value| value.text.as_str()), &self.world.schema);
            let filter = places::filter(place.1, &self.world.schema, &filter);
            let mut query = Query::below(&self.world.base, filter, &[]);
            query.attributes = self.attributes(place.1);
            let mut pages = Pages::of(query);
            let mut of_these = Vec::new();
            while let Some(page) = pages.next(self.session).await.map_err(|error| self.about(error, place.1, column))? {
                of_these.extend(page.into_iter().map(|entry| self.hit(column, values, entry)));
                self.bound(hits.len() + of_these.len())?;
            }
            // The directory may compare otherwise than is done here; then it is asked for each half by itself.
            let is_clear = of_these.iter().all(|hit| !hit.people.is_empty());
            match (is_clear, values) {
                (true, _) => hits.append(&mut of_these),
                (false, [one]) => {
                    for hit in of_these {
                        hits.extend(self.believed(place.1, column, one, hit)?);
                    }
                }
                (false, _) => left.extend(values.chunks(values.len().div_ceil(2))),
            }
        }
        Ok(hits)
    }

    /// What a directory gives for one value, where it compares otherwise than is done here. One that minds no accents, or no filter,
    /// gives somebody else's entry; whose value does not show, nobody can tell whose it is.
    fn believed(&self, place: &MappedPlace, column: &str, one: &Sought, hit: Hit) -> Result<Option<Hit>, ConnectError> {
        if !hit.people.is_empty() {
            return Ok(Some(hit));
        }
        let schema = &self.world.schema;
        // Whatever name of the attribute the directory answers by.
        let of_column = hit.entry.attributes.iter().filter(|(description, _)| schema.same(description, column));
        let texts: Vec<String> =
            of_column.flat_map(|(description, _)| hit.entry.texts(crate::entry::plain(description))).collect();
        if texts.is_empty() {
            return Err(ConnectError::PrivilegeMissing { what: format!("to read `{column}` of `{}`", place.name) });
        }
        let number = |text: &str| text.trim().parse::<i64>().ok();
        let is_of_one = |text: &String| {
            same(column, text, &one.text, schema) || number(text).is_some_and(|it| number(&one.text) == Some(it))
        };
        Ok(texts.iter().any(is_of_one).then(|| Hit { people: one.people.clone(), ..hit }))
    }

    async fn find_by_name(&self, place: Place<'_>, values: &[Sought]) -> Result<Vec<Hit>, ConnectError> {
        let mut hits = Vec::new();
        for value in values {
            let mut query = Query::of(&value.text, &[]);
            query.scope = Scope::Base;
            query.filter = places::filter(place.1, &self.world.schema, "");
            query.attributes = self.attributes(place.1);
            match self.session.first(query).await {
                Ok(entries) => hits.extend(entries.into_iter().map(|entry| Hit {
                    entry,
                    people: value.people.clone(),
                    texts: BTreeMap::from([(value.text.clone(), value.people.clone())]),
                })),
                Err(Trouble::Code(NO_SUCH_OBJECT | INVALID_NAME)) => {}
                Err(error) => return Err(self.about(error, place.1, "dn")),
            }
            self.bound(hits.len())?;
        }
        Ok(hits)
    }

    fn hit(&self, column: &str, values: &[Sought], entry: Entry) -> Hit {
        let texts: Vec<String> = entry.texts(column).collect();
        let mut hit = Hit { entry, people: BTreeSet::new(), texts: BTreeMap::new() };
        for value in values {
            for text in texts.iter().filter(|text| same(column, text, &value.text, &self.world.schema)) {
                hit.people.extend(&value.people);
                hit.texts.entry(text.clone()).or_default().extend(&value.people);
            }
        }
        hit
    }

    /// What is asked for of an entry: what the map names, and what names the entry.
    fn attributes(&self, place: &MappedPlace) -> Vec<String> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let mut names = owned(&["objectClass", "entryUUID", "objectGUID", "nsUniqueId", "userAccountControl"]);
        names.extend(owned(&["uid", "cn", "sAMAccountName", "hasSubordinates", "msDS-Approx-Immed-Subordinates"]));
        names.extend(columns(place).filter(|column| !is_dn(column)).map(str::to_owned));
        // Columns of this place by which others lead to it.
        let links = self.map.places.iter().flat_map(owners).filter_map(|(owner, _)| match owner {
            MappedOwner::Place(link) if stands_there(link) && link.place == place.name => Some(link.through.clone()),
            _ => None,
        });
        names.extend(links);
        names.sort_unstable();
        names.dedup();
        names
    }

    fn about(&self, error: Trouble, place: &MappedPlace, column: &str) -> ConnectError {
        error.about(&format!("search on {}.{column}", place.name))
    }

    fn bound(&self, n_entries: usize) -> Result<(), ConnectError> {
        if n_entries <= ENTRIES_MAX {
            return Ok(());
        }
        Err(ConnectError::Refused { why: format!("more than {ENTRIES_MAX} entries are theirs; ask for fewer people") })
    }
}

/// What was found so far.
#[derive(Default)]
struct Found {
    held: Vec<Held>,
    at: BTreeMap<(usize, bool, String), usize>,
}

impl Found {
    fn take(
        &mut self,
        place: usize,
        column: &str,
        hits: Vec<Hit>,
        is_mention: bool,
        is_direct: bool,
        world: &World,
    ) -> Result<(), ConnectError> {
        for hit in hits {
            let at = (place, is_mention, key(&hit.entry.dn, &world.schema));
            let at = *self.at.entry(at).or_insert(self.held.len());
            if at == self.held.len() {
                let (people, links, ways) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
                self.held.push(Held { place, entry: hit.entry, people, is_mention, is_direct, links, ways });
            }
            let Some(held) = self.held.get_mut(at) else { continue };
            held.is_direct |= is_direct;
            for person in &hit.people {
                held.ways.entry(*person).or_default().is_direct |= is_direct;
            }
            held.people.extend(hit.people);
            for (text, people) in hit.texts {
                let link = (column.to_owned(), text);
                for person in people {
                    held.ways.entry(person).or_default().links.insert(link.clone());
                }
                held.links.insert(link);
            }
        }
        if self.held.len() > ENTRIES_MAX {
            let why = format!("more than {ENTRIES_MAX} entries are theirs; ask for fewer people");
            return Err(ConnectError::Refused { why });
        }
        Ok(())
    }
}

/// Whose the entries of a place are, and of whom else they speak (`true`).
pub(crate) fn owners(place: &MappedPlace) -> impl Iterator<Item = (&MappedOwner, bool)> {
    let owned = place.owned_by.iter().map(|owner| (owner, false));
    owned.chain(place.accessed_by.iter().map(|owner| (owner, true)))
}

/// The values of a field that name people.
fn sought(people: &[Person], field: &str) -> Vec<Sought> {
    let mut values: BTreeMap<String, Sought> = BTreeMap::new();
    for (at, person) in (0_u32..).zip(people) {
        for identifier in person.identifiers.iter().filter(|identifier| identifier.field == field) {
            let text = identifier.value.expose().trim().to_owned();
            if text.is_empty() {
                continue;
            }
            let sought = values.entry(text.to_lowercase());
            sought.or_insert_with(|| Sought { text, people: BTreeSet::new() }).people.insert(PersonIx(at));
        }
    }
    values.into_values().collect()
}
