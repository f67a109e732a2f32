//! Rows that are over their time: what ends when, for whom it does not, and what becomes of them. None of a report says
//! anything of anybody.
//!
//! A place's fields fall into [`Class`]es that end together. A class is over for a row by the columns of the place that say when
//! something happened to it, or by what the vault knows of the one subject whose row it is. See spec/manifest.md, "Keeping in
//! systems".

use std::sync::Arc;

use candor_manifest::model::{KeepEvent, PlaceErasure};
use candor_words::Instant;
use serde::{Deserialize, Serialize};

use crate::map::{MappedOwner, MappedPlace, SystemMap};
use crate::person::Person;

/// When a field ends: once every one of these is over, each of which is over once any of its own is. Nothing ends a field
/// without any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The field, `group.name`.
    pub field: String,
    /// The rules, as they stand for each other.
    pub all: Vec<Vec<Began>>,
}

/// A rule that is over for whatever its clock began for by an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Began {
    /// What starts its clock.
    pub event: KeepEvent,
    /// The last instant at which it started for what is over now.
    pub by: Instant,
}

/// What is over its time in one system.
#[derive(Debug)]
pub struct OverdueTask {
    /// The system as the policy maps it.
    pub map: Arc<SystemMap>,
    /// When fields end.
    pub endings: Vec<Ending>,
    /// When they end for accounts whose length an administrator set; the same fields in the same order.
    pub managed: Vec<Ending>,
    /// The people for whom something else holds than for everybody.
    pub people: Vec<Concerned>,
}

/// Somebody for whom something else holds than for everybody.
#[derive(Debug)]
pub struct Concerned {
    /// Who.
    pub person: Person,
    /// Why nothing of theirs ends: the ground of a hold, or `restriction`.
    pub held: Option<String>,
    /// The lengths that administrators set hold for them.
    pub is_managed: bool,
    /// The fields that are over by what the vault knows of them.
    pub ended: Vec<String>,
}

/// What becomes, or would become, of rows of one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    /// Where.
    pub place: String,
    /// What.
    pub did: OverdueDid,
    /// The fields that are over their time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// To how many rows.
    pub n_rows: u64,
    /// Why, where that is not said already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// The statements or calls, with placeholders where values stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<String>,
}

/// What becomes of rows that are over their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverdueDid {
    /// They go.
    Deleted,
    /// They stay without the person.
    DeIdentified,
    /// Some of their columns lose what they say.
    Emptied,
    /// They stay: somebody whose they are is under a hold or a restriction.
    Held,
    /// They stay while rows of others that stay refer to them.
    Waiting,
    /// They stay, on the place's ground.
    Kept,
    /// It is not known when their clock started.
    Undated,
    /// The system cannot do what the rules ask for; it is for somebody to see to.
    CannotHold,
}

impl OverdueDid {
    /// Whether rows changed.
    pub const fn is_change(self) -> bool {
        matches!(self, Self::Deleted | Self::DeIdentified | Self::Emptied)
    }
}

/// Fields of a place that end together.
pub(crate) struct Class<'a> {
    pub fields: Vec<&'a str>,
    pub ending: &'a Ending,
    pub managed: &'a Ending,
}

impl OverdueTask {
    /// The fields of a place, by what ends them. A field that nothing ends stands alone.
    pub(crate) fn classes<'a>(&'a self, place: &'a MappedPlace) -> Vec<Class<'a>> {
        let mut classes: Vec<Class<'a>> = Vec::new();
        for field in fields(place) {
            let Some(at) = self.endings.iter().position(|ending| ending.field == field) else { continue };
            let (Some(ending), Some(managed)) = (self.endings.get(at), self.managed.get(at)) else { continue };
            // When the last consent to a field ended is another question for each field.
            let is_own = ending.all.iter().flatten().any(|began| began.event == KeepEvent::ConsentWithdrawn)
                || ending.all.is_empty();
            let same = |class: &&mut Class<'a>| class.ending.all == ending.all && class.managed.all == managed.all;
            match classes.iter_mut().find(same).filter(|_| !is_own) {
                Some(class) => class.fields.push(field),
                None => classes.push(Class { fields: vec![field], ending, managed }),
            }
        }
        classes
    }

    /// The people whose every field in the system is over by what the vault knows of them: what a system without sets is
    /// asked for. Or why it cannot be asked.
    ///
    /// # Errors
    /// Fields that end by something that the vault does not know of people.
    pub fn wholly_ended(&self) -> Result<Vec<&Concerned>, Vec<Overdue>> {
        let mut cannot = Vec::new();
        let mut needed: Vec<&str> = Vec::new();
        for place in self.map.places.iter().filter(|place| place.on_erasure != PlaceErasure::Keep) {
            for class in self.classes(place) {
                match class.fields.first() {
                    Some(_) if class.ending.is_of_people() => needed.extend(class.fields),
                    _ => cannot.push(cannot_hold(place, &class, Unreached::NoSets)),
                }
            }
        }
        if !cannot.is_empty() {
            return Err(cannot);
        }
        let is_over = |concerned: &&Concerned| {
            concerned.held.is_none()
                && !needed.is_empty()
                && needed.iter().all(|field| concerned.ended.iter().any(|it| it == field))
        };
        Ok(self.people.iter().filter(is_over).collect())
    }
}

/// The fields whose values stand in a place.
fn fields(place: &MappedPlace) -> Vec<&str> {
    let mut fields: Vec<&str> = Vec::new();
    let owners = place.owned_by.iter().filter_map(|owner| match owner {
        MappedOwner::Subject { field, .. } => Some(field.as_str()),
        MappedOwner::Place(_) => None,
    });
    for field in owners.chain(place.columns.iter().filter_map(|column| column.field.as_deref())) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    fields
}

impl Ending {
    /// Whether what the vault knows of people can end it.
    pub(crate) fn is_of_people(&self) -> bool {
        !self.all.is_empty() && self.all.iter().all(|any| any.iter().any(|began| is_of_people(&began.event)))
    }
}

/// Whether the vault knows it of people, not of single records.
pub(crate) const fn is_of_people(event: &KeepEvent) -> bool {
    match event {
        KeepEvent::ContractEnds
        | KeepEvent::Deactivated
        | KeepEvent::ConsentWithdrawn
        | KeepEvent::LastInterest
        | KeepEvent::LastSignIn
        | KeepEvent::Named(_) => true,
        KeepEvent::Created | KeepEvent::Updated | KeepEvent::Closed | KeepEvent::ProcessEnds => false,
    }
}

/// Why rules do not reach fields of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreached {
    /// Nothing says when the clock starts for a row.
    NoClock,
    /// Rows may be of several people, of whom the vault knows one after the other.
    SeveralOwners,
    /// The system is asked about people, not about rows.
    NoSets,
}

/// That rules do not reach fields of a place, and what would let them.
pub(crate) fn cannot_hold(place: &MappedPlace, class: &Class<'_>, why: Unreached) -> Overdue {
    let mut events: Vec<String> = Vec::new();
    for began in class.ending.all.iter().flatten() {
        let event = began.event.to_string();
        if !events.contains(&event) {
            events.push(event);
        }
    }
    let because = match (events.first(), why) {
        (None, _) => "no keep rule ends these fields by itself".to_owned(),
        (Some(event), Unreached::NoClock) => format!(
            "nothing says when the clock starts for a row (it counts from {}); add `{event} at COLUMN` to the place",
            events.join(", ")
        ),
        (Some(event), Unreached::SeveralOwners) => format!(
            "rows may have several owners, so that nothing of one person ends them (it counts from {}); add `{event} at COLUMN` to the place",
            events.join(", ")
        ),
        (Some(_), Unreached::NoSets) => format!(
            "this kind of system is not asked which rows are over their time, and the vault does not know it of people (it counts from {}); end them there",
            events.join(", ")
        ),
    };
    Overdue {
        place: place.name.clone(),
        did: OverdueDid::CannotHold,
        fields: class.fields.iter().map(|field| (*field).to_owned()).collect(),
        n_rows: 0,
        because: Some(because),
        statements: Vec::new(),
    }
}
