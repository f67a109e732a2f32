//! Marks that a place says of a restriction or a no: set, and taken away.
//!
//! A value `+N` on an attribute of whole numbers means the bits of N: they are set, and the others stay
//! (`userAccountControl to "+2"` disables an account of Active Directory). Any other value is set: beside the others where
//! several may stand, in place of the one there otherwise; taking the mark away takes just that value away, and puts what the
//! policy says otherwise.

use candor_connect::ConnectError;
use candor_places::{Did, MappedMark, MappedPlace, Mark, Person, Turn};

use crate::owned::{Held, Work};
use crate::places::{same, stored};
use crate::plan::{Change, Op, Plan};
use crate::schema::Schema;

impl Work<'_> {
    /// What setting a mark, or taking it away, comes to.
    pub(crate) async fn plan_mark(&self, people: &[Person], of: &Mark, turn: Turn) -> Result<Plan, ConnectError> {
        let held = self.resolve(people).await?;
        let mut plan = Plan::default();
        for one in held.iter().filter(|held| !held.is_mention) {
            let Some(place) = self.map.places.get(one.place) else { continue };
            let Some(mark) = place.mark(of) else {
                if *of == Mark::Restriction {
                    plan.count(&place.name, Did::CannotHold, Some("the policy names no mark of a restriction there"));
                }
                continue;
            };
            let report = plan.count(&place.name, of.did(turn), None);
            let changes = changes(place, one, mark, turn, &self.world.schema)?;
            if !changes.is_empty() {
                plan.push(report, &place.name, Op::Modify { dn: one.entry.dn.clone(), changes });
            }
        }
        Ok(plan)
    }
}

/// The changes, unless it is so already.
fn changes(
    place: &MappedPlace,
    held: &Held,
    mark: &MappedMark,
    turn: Turn,
    schema: &Schema,
) -> Result<Vec<Change>, ConnectError> {
    let MappedMark { column, to, otherwise, .. } = mark;
    let texts: Vec<String> = held.entry.texts(column).collect();
    if let Some(bits) = to.strip_prefix('+').filter(|_| schema.is_number(column)) {
        let what = || format!("`+{bits}` of `{}.{column}` is no number of bits", place.name);
        let bits: i64 = bits.parse().map_err(|_| ConnectError::SchemaDiffers { what: what() })?;
        let now: i64 = texts.first().and_then(|text| text.parse().ok()).unwrap_or_default();
        let then = if turn == Turn::Set { now | bits } else { now & !bits };
        let change = (then != now).then(|| Change::Replace(column.clone(), vec![then.to_string().into_bytes()]));
        return Ok(change.into_iter().collect());
    }
    let find = |value: &str| texts.iter().find(|text| same(column, text, value, schema));
    let is_single = schema.attribute(column).is_some_and(|attribute| attribute.is_single);
    let put = |value: &str| {
        let value = stored(column, value, schema);
        if is_single { Change::Replace(column.clone(), vec![value]) } else { Change::Add(column.clone(), value) }
    };
    let take = |text: &String| Change::Remove(column.clone(), vec![stored(column, text, schema)]);
    let (from, to) = match turn {
        Turn::Set => (otherwise.as_deref(), Some(to.as_str())),
        Turn::Lifted => (Some(to.as_str()), otherwise.as_deref()),
    };
    let comes = to.filter(|to| find(to).is_none()).map(&put);
    // Of an attribute that holds one value, what comes takes the place of what was there.
    let goes = from.and_then(find).filter(|_| !(is_single && to.is_some())).map(take);
    Ok(goes.into_iter().chain(comes).collect())
}
