//! Restriction: the mark that a place says, set and taken away.
//!
//! A value `+N` on an attribute of whole numbers means the bits of N: they are set, and the others stay
//! (`userAccountControl to "+2"` disables an account of Active Directory). Any other value is set: beside the others where
//! several may stand, in place of the one there otherwise; lifting takes just that value away.

use candor_connect::ConnectError;
use candor_places::{Did, MappedPlace, Person};

use crate::owned::{Held, Wanted, Work};
use crate::places::{same, stored};
use crate::plan::{Change, Op, Plan};
use crate::schema::Schema;

/// Whether a mark is set or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It is set.
    Set,
    /// It is taken away.
    Lifted,
}

impl Work<'_> {
    /// What restricting people, or lifting it, comes to.
    pub(crate) async fn plan_restriction(&self, people: &[Person], mark: Mark) -> Result<Plan, ConnectError> {
        let held = self.resolve(people, Wanted::Mapped).await?;
        let mut plan = Plan::default();
        for one in held.iter().filter(|held| !held.is_mention) {
            let Some(place) = self.map.places.get(one.place) else { continue };
            let Some((column, value)) = &place.on_restriction else {
                plan.count(&place.name, Did::CannotHold, Some("the policy names no mark of a restriction there"));
                continue;
            };
            let did = if mark == Mark::Set { Did::Restricted } else { Did::Lifted };
            let report = plan.count(&place.name, did, None);
            if let Some(change) = change(place, one, column, value, mark, &self.world.schema)? {
                plan.push(report, &place.name, Op::Modify { dn: one.entry.dn.clone(), changes: vec![change] });
            }
        }
        Ok(plan)
    }
}

/// The change, unless it is so already.
fn change(
    place: &MappedPlace,
    held: &Held,
    column: &str,
    value: &str,
    mark: Mark,
    schema: &Schema,
) -> Result<Option<Change>, ConnectError> {
    let texts: Vec<String> = held.entry.texts(column).collect();
    if let Some(bits) = value.strip_prefix('+').filter(|_| schema.is_number(column)) {
        let what = || format!("`+{bits}` of `{}.{column}` is no number of bits", place.name);
        let bits: i64 = bits.parse().map_err(|_| ConnectError::SchemaDiffers { what: what() })?;
        let now: i64 = texts.first().and_then(|text| text.parse().ok()).unwrap_or_default();
        let then = if mark == Mark::Set { now | bits } else { now & !bits };
        return Ok((then != now).then(|| Change::Replace(column.to_owned(), vec![then.to_string().into_bytes()])));
    }
    let there = texts.iter().find(|text| same(column, text, value, schema));
    let is_single = schema.attribute(column).is_some_and(|attribute| attribute.is_single);
    let name = column.to_owned();
    Ok(match (mark, there) {
        (Mark::Set, Some(_)) | (Mark::Lifted, None) => None,
        (Mark::Set, None) if is_single => Some(Change::Replace(name, vec![stored(column, value, schema)])),
        (Mark::Set, None) => Some(Change::Add(name, stored(column, value, schema))),
        (Mark::Lifted, Some(text)) => Some(Change::Remove(name, vec![stored(column, text, schema)])),
    })
}
