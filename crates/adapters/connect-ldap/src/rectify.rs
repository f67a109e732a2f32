//! Rectification: values where they stand, the name of the entry too, and whoever names it.

use candor_connect::ConnectError;
use candor_places::{Correction, Did, MappedColumn, Person};

use crate::attributes::is_dn;
use crate::entry::Entry;
use crate::name::{escaped, split_first};
use crate::outcome::VALUE_EXISTS;
use crate::owned::{Held, Wanted, Work};
use crate::places::{meets, same, stored};
use crate::plan::{Change, Op, Plan, Step};
use crate::references::Target;
use crate::session::Query;

impl Work<'_> {
    /// What putting values right comes to.
    pub(crate) async fn plan_rectification(
        &self,
        people: &[Person],
        corrections: &[Correction],
    ) -> Result<Plan, ConnectError> {
        let held = self.resolve(people, Wanted::Mapped).await?;
        let mut plan = Plan::default();
        for one in held.iter().filter(|held| !held.is_mention) {
            let Some(place) = self.map.places.get(one.place) else { continue };
            let mut report = None;
            let own: Vec<String> = one.entry.own_parts().into_iter().map(|(attribute, _)| attribute).collect();
            let is_of_name = |column: &MappedColumn| own.iter().any(|own| self.world.schema.same(own, &column.column));
            let mut corrected = Vec::new();
            for correction in corrections.iter().filter(|correction| one.people.contains(&correction.person)) {
                let columns = place.columns.iter().filter(|column| {
                    column.field.as_deref() == Some(correction.field.as_str())
                        && !is_dn(&column.column)
                        && column.only_where.as_ref().is_none_or(|only| meets(only, &one.entry))
                });
                corrected.extend(columns.map(|column| (is_of_name(column), column, correction)));
            }
            // The name of the entry changes last: the changes before it go by the old one.
            corrected.sort_by_key(|(is_of_name, ..)| *is_of_name);
            for (_, column, correction) in corrected {
                self.correct(&mut plan, &mut report, people, one, column, correction).await?;
            }
        }
        Ok(plan)
    }

    async fn correct(
        &self,
        plan: &mut Plan,
        report: &mut Option<usize>,
        people: &[Person],
        held: &Held,
        column: &MappedColumn,
        correction: &Correction,
    ) -> Result<(), ConnectError> {
        let Some(place) = self.map.places.get(held.place) else { return Ok(()) };
        let (schema, entry, name) = (&self.world.schema, &held.entry, column.column.as_str());
        let value = correction.value.as_ref().map(|value| value.expose().as_str()).filter(|value| !value.is_empty());
        let is_of_name = entry.own_parts().iter().any(|(attribute, _)| schema.same(attribute, name));
        if schema.attribute(name).is_some_and(|attribute| !attribute.is_written) {
            let why = format!("the directory keeps `{name}` of {} itself", place.name);
            plan.count(&place.name, Did::CannotHold, Some(&why));
            return Ok(());
        }
        let Some(value) = value else {
            if is_of_name || schema.must(&entry.classes()).contains(&schema.word(name)) {
                let why = format!("an entry of {} cannot be without `{name}`", place.name);
                plan.count(&place.name, Did::CannotHold, Some(&why));
            } else if entry.values(name).next().is_some() {
                let line = *report.get_or_insert_with(|| plan.count(&place.name, Did::Corrected, None));
                let dn = plan.now(&entry.dn);
                let changes = emptied(people, held, column, correction, self);
                plan.push(line, &place.name, Op::Modify { dn, changes });
            }
            return Ok(());
        };
        if is_of_name {
            return self.rename(plan, report, held, name, value).await;
        }
        let changes = replaced(people, held, column, correction, value, self);
        if changes.is_empty() {
            return Ok(());
        }
        let line = *report.get_or_insert_with(|| plan.count(&place.name, Did::Corrected, None));
        self.follow_user(plan, line, held, name, value).await?;
        let dn = plan.now(&entry.dn);
        plan.push(line, &place.name, Op::Modify { dn, changes });
        Ok(())
    }

    /// Gives an entry another name. Its old one stays as a value until nobody names the entry by it any more: that is how a
    /// repetition knows it.
    async fn rename(
        &self,
        plan: &mut Plan,
        report: &mut Option<usize>,
        held: &Held,
        name: &str,
        value: &str,
    ) -> Result<(), ConnectError> {
        let Some(place) = self.map.places.get(held.place) else { return Ok(()) };
        let (schema, entry) = (&self.world.schema, &held.entry);
        let parts: Vec<String> = entry
            .own_parts()
            .iter()
            .map(|(attribute, old)| {
                let new = if schema.same(attribute, name) { value } else { old };
                format!("{attribute}={}", escaped(new))
            })
            .collect();
        let own = parts.join("+");
        let (_, above) = split_first(&entry.dn);
        let renamed = format!("{own},{above}");
        let is_named_so = entry.own_parts().iter().any(|(attribute, old)| schema.same(attribute, name) && old == value);
        let values: Vec<String> = entry.texts(name).collect();
        let has_alone = values.iter().all(|old| old == value);
        let is_renamed_before = plan.now(&entry.dn) != entry.dn;
        if is_renamed_before || (is_named_so && (has_alone || self.world.is_active)) {
            return Ok(());
        }
        let line = *report.get_or_insert_with(|| plan.count(&place.name, Did::Corrected, None));
        let mut former = self.former_names(entry).await?;
        if !is_named_so {
            former.push(entry.dn.clone());
            let keeps_old = !self.world.is_active;
            plan.push_rename(line, &place.name, Op::Rename { dn: entry.dn.clone(), own, keeps_old }, &renamed);
        }
        if self.world.is_active {
            return Ok(());
        }
        let targets: Vec<Target> = former.into_iter().map(|dn| Target { dn, users: Vec::new() }).collect();
        for reference in self.references(&targets).await? {
            let removal = Change::Remove(reference.attribute.clone(), vec![reference.value.clone()]);
            let added = Change::Add(reference.attribute.clone(), renamed.as_bytes().to_vec());
            plan.steps.push(Step {
                report: line,
                label: schema.label(&reference.classes),
                op: Op::Modify { dn: plan.now(&reference.holder), changes: vec![removal.clone(), added] },
                instead: Some((VALUE_EXISTS, vec![removal])),
                is_wish: false,
            });
        }
        self.follow_user(plan, line, held, name, value).await?;
        let changes = vec![Change::Replace(name.to_owned(), vec![stored(name, value, schema)])];
        plan.push(line, &place.name, Op::Modify { dn: renamed, changes });
        Ok(())
    }

    /// Groups of accounts on Unix name their members by user name: those follow it.
    async fn follow_user(
        &self,
        plan: &mut Plan,
        report: usize,
        held: &Held,
        name: &str,
        value: &str,
    ) -> Result<(), ConnectError> {
        if !self.world.schema.same(name, "uid") {
            return Ok(());
        }
        let users = held.entry.texts("uid").filter(|user| user != value).collect();
        let targets = [Target { dn: held.entry.dn.clone(), users }];
        for reference in self.references(&targets).await?.into_iter().filter(|reference| reference.is_user) {
            let removal = Change::Remove(reference.attribute.clone(), vec![reference.value.clone()]);
            let added = Change::Add(reference.attribute.clone(), value.as_bytes().to_vec());
            plan.steps.push(Step {
                report,
                label: self.world.schema.label(&reference.classes),
                op: Op::Modify { dn: plan.now(&reference.holder), changes: vec![removal.clone(), added] },
                instead: Some((VALUE_EXISTS, vec![removal])),
                is_wish: false,
            });
        }
        Ok(())
    }

    /// Names that an entry had before a rename that did not come to its end: no entry has them now, and what they were made
    /// of is still a value.
    pub(crate) async fn former_names(&self, entry: &Entry) -> Result<Vec<String>, ConnectError> {
        let parts = entry.own_parts();
        let [(attribute, current)] = parts.as_slice() else { return Ok(Vec::new()) };
        if self.world.is_active {
            return Ok(Vec::new());
        }
        let (_, above) = split_first(&entry.dn);
        let mut former = Vec::new();
        for old in entry.texts(attribute).filter(|old| !same(attribute, old, current, &self.world.schema)) {
            let dn = format!("{attribute}={},{above}", escaped(&old));
            let found = self.session.entry(Query::of(&dn, &["1.1"])).await;
            if found.map_err(|error| error.about("read on an entry"))?.is_none() {
                former.push(dn);
            }
        }
        Ok(former)
    }
}

/// Of the values of a column, those that this person is known by; all of them, when it does not identify.
fn meant(
    people: &[Person],
    held: &Held,
    column: &MappedColumn,
    correction: &Correction,
    work: &Work<'_>,
) -> Vec<String> {
    let all: Vec<String> = held.entry.texts(&column.column).collect();
    if !column.identifies || all.len() < 2 {
        return all;
    }
    let person = usize::try_from(correction.person.0).ok().and_then(|at| people.get(at));
    let is_known = |text: &String| {
        person.is_some_and(|person| {
            let of_field = person.identifiers.iter().filter(|one| one.field == correction.field);
            of_field.into_iter().any(|one| same(&column.column, one.value.expose(), text, &work.world.schema))
        })
    };
    all.into_iter().filter(is_known).collect()
}

fn emptied(
    people: &[Person],
    held: &Held,
    column: &MappedColumn,
    correction: &Correction,
    work: &Work<'_>,
) -> Vec<Change> {
    let all: Vec<String> = held.entry.texts(&column.column).collect();
    let meant = meant(people, held, column, correction, work);
    let left = all.into_iter().filter(|text| !meant.contains(text));
    let left = left.map(|text| stored(&column.column, &text, &work.world.schema)).collect();
    set(held, column, left)
}

fn replaced(
    people: &[Person],
    held: &Held,
    column: &MappedColumn,
    correction: &Correction,
    value: &str,
    work: &Work<'_>,
) -> Vec<Change> {
    let schema = &work.world.schema;
    let all: Vec<String> = held.entry.texts(&column.column).collect();
    let meant = meant(people, held, column, correction, work);
    let mut after: Vec<String> = all.iter().filter(|text| !meant.contains(text) && *text != value).cloned().collect();
    after.push(value.to_owned());
    let (mut now, mut then) = (all, after.clone());
    now.sort_unstable();
    then.sort_unstable();
    if now == then {
        return Vec::new();
    }
    set(held, column, after.iter().map(|text| stored(&column.column, text, schema)).collect())
}

/// The values of an attribute from now on; what stood there in other languages goes.
fn set(held: &Held, column: &MappedColumn, values: Vec<Vec<u8>>) -> Vec<Change> {
    let others = held.entry.descriptions(&column.column).filter(|description| description.contains(';'));
    let mut changes: Vec<Change> = others.map(|description| Change::to(description, Vec::new())).collect();
    changes.push(Change::to(&column.column, values));
    changes
}
