//! Export: every entry of people, every entry that speaks of them, and the groups they are in.

use std::collections::{BTreeMap, BTreeSet};

use candor_connect::{ConnectError, RowSink};
use candor_places::{Found, FoundRow, Identifier, MappedPlace, Person, PersonIx, Role, RowValue, VALUE_BYTES_MAX};
use candor_words::Secret;

use crate::attributes::{is_dn, is_editor, is_secret};
use crate::entry::{Entry, as_text, plain};
use crate::name::Name;
use crate::outcome::Trouble;
use crate::owned::{Held, Work};
use crate::places::{key, meets, same};
use crate::references::{Reference, Target};
use crate::session::Query;

impl Work<'_> {
    /// Gives the rows of people.
    pub(crate) async fn read(&self, people: &[Person], rows: &mut dyn RowSink) -> Result<(), ConnectError> {
        let held = self.resolve(people).await?;
        let mut shown: BTreeSet<(String, PersonIx)> = BTreeSet::new();
        let mut targets = Vec::new();
        let mut of = Vec::new();
        for mut one in held {
            let Some(place) = self.map.places.get(one.place) else { continue };
            // One whole entry after the other: photographs are large.
            let Some(entry) = self.whole(&one.entry.dn, &place.name).await? else { continue };
            let users = one.entry.texts("uid").collect();
            one.entry = entry;
            for person in &one.people {
                shown.insert((key(&one.entry.dn, &self.world.schema), *person));
                rows.take(self.row(place, &one, *person)).await?;
            }
            let direct: Vec<PersonIx> =
                one.ways.iter().filter(|(_, way)| way.is_direct).map(|(person, _)| *person).collect();
            if !direct.is_empty() && !one.is_mention {
                targets.push(Target { dn: one.entry.dn.clone(), users });
                of.push(direct);
            }
        }
        let references = self.references(&targets).await?;
        let mut mentions: BTreeMap<(String, PersonIx), Vec<&Reference>> = BTreeMap::new();
        for reference in &references {
            for person in of.get(reference.target).into_iter().flatten() {
                if !shown.contains(&(key(&reference.holder, &self.world.schema), *person)) {
                    mentions.entry((reference.holder.clone(), *person)).or_default().push(reference);
                }
            }
        }
        for ((holder, person), of_it) in mentions {
            rows.take(self.mention(&holder, person, &of_it)).await?;
        }
        Ok(())
    }

    /// Everything that an entry says; nothing, when it has gone meanwhile.
    async fn whole(&self, dn: &str, class: &str) -> Result<Option<Entry>, ConnectError> {
        let refused = |error: Trouble| error.about(&format!("read on {class}"));
        let wanted = [self.world.everything(), &["memberOf"]].concat();
        let Some(mut entry) = self.session.entry(Query::of(dn, &wanted)).await.map_err(refused)? else {
            return Ok(None);
        };
        self.complete(&mut entry, &|_, _| true).await.map_err(refused)?;
        Ok(Some(entry))
    }

    fn row(&self, place: &MappedPlace, held: &Held, person: PersonIx) -> FoundRow {
        let (entry, schema) = (&held.entry, &self.world.schema);
        let (none, is_direct) = (BTreeSet::new(), held.ways.get(&person).is_some_and(|way| way.is_direct));
        let links = held.ways.get(&person).map_or(&none, |way| &way.links);
        let mut values = vec![value("dn", None, Some(entry.dn.clone()), held.is_mention, false)];
        for (description, found) in &entry.attributes {
            let name = plain(description);
            if is_secret(name) {
                continue;
            }
            let mapped = place.columns.iter().find(|column| {
                schema.same(&column.column, name) && column.only_where.as_ref().is_none_or(|only| meets(only, entry))
            });
            let field = mapped.and_then(|column| column.field.clone());
            let is_provided = mapped.is_some_and(|column| column.is_provided);
            for bytes in found {
                let text = as_text(name, bytes);
                // Of an entry that is not about them alone, who else is named there is not theirs to know.
                let is_them =
                    links.iter().any(|(link, known)| schema.same(link, name) && same(name, known, &text, schema));
                let is_about_others = mapped.is_some_and(|column| column.about_others)
                    || is_editor(name)
                    || (schema.is_reference(name) && !is_direct && !is_them)
                    || (held.is_mention && mapped.is_none() && !is_them);
                values.push(value(description, field.clone(), Some(text), is_about_others, is_provided));
            }
        }
        let role = if held.is_mention { Role::Mentioned } else { Role::Owner };
        FoundRow { person, place: place.name.clone(), key: self.key_of(place, held), role, values }
    }

    fn key_of(&self, place: &MappedPlace, held: &Held) -> Vec<String> {
        let of = |column: &String| match is_dn(column) {
            true => held.entry.dn.clone(),
            false => held.entry.texts(column).next().unwrap_or_default(),
        };
        place.key.iter().map(of).collect()
    }

    /// An entry that names somebody: what it is called, and as what it names them.
    fn mention(&self, holder: &str, person: PersonIx, of_it: &[&Reference]) -> FoundRow {
        let classes = of_it.first().map(|reference| reference.classes.as_slice()).unwrap_or_default();
        let called = Name::parse(holder);
        let called = called.iter().flat_map(|name| name.own());
        let mut values: Vec<RowValue> =
            called.map(|part| value(&part.attribute, None, Some(part.value.clone()), false, false)).collect();
        for reference in of_it {
            let text = as_text(&reference.attribute, &reference.value);
            values.push(value(&reference.attribute, None, Some(text), false, false));
        }
        let (place, key) = (self.world.schema.label(classes), vec![holder.to_owned()]);
        FoundRow { person, place, key, role: Role::Mentioned, values }
    }

    /// Further identifiers of people.
    pub(crate) async fn identify(&self, people: &[Person]) -> Result<Vec<Found>, ConnectError> {
        let held = self.resolve(people).await?;
        let mut found: BTreeMap<(PersonIx, String, String), String> = BTreeMap::new();
        for one in held.iter().filter(|held| !held.is_mention) {
            let Some(place) = self.map.places.get(one.place) else { continue };
            let columns = place.columns.iter().filter(|column| {
                column.identifies && column.only_where.as_ref().is_none_or(|only| meets(only, &one.entry))
            });
            for column in columns {
                let Some(field) = &column.field else { continue };
                for text in one.entry.texts(&column.column) {
                    for person in &one.people {
                        found.insert((*person, field.clone(), text.to_lowercase()), text.clone());
                    }
                }
            }
        }
        let is_known = |person: PersonIx, field: &str, text: &str| {
            let person = usize::try_from(person.0).ok().and_then(|at| people.get(at));
            person.is_some_and(|person| {
                person.identifiers.iter().any(|one| one.field == field && one.value.expose().to_lowercase() == text)
            })
        };
        let new = found.into_iter().filter(|((person, field, text), _)| !is_known(*person, field, text));
        Ok(new
            .map(|((person, field, _), text)| Found {
                person,
                identifier: Identifier { field, value: Secret::new(text) },
                hops: 0,
            })
            .collect())
    }
}

fn value(column: &str, field: Option<String>, value: Option<String>, is_withheld: bool, is_provided: bool) -> RowValue {
    let is_too_long = value.as_ref().is_some_and(|value| value.len() > VALUE_BYTES_MAX);
    let value = value.filter(|_| !is_too_long);
    RowValue { column: column.to_owned(), field, value, is_withheld, is_provided, is_too_long }
}
