//! Takes a person out of an entry that stays, or stays until it is deleted: names become a pseudonym, what may go goes, and the
//! account is disabled.

use std::collections::BTreeSet;

use candor_connect::ConnectError;
use candor_places::{ColumnKind, MappedPlace};

use crate::entry::{Entry, plain};
use crate::name::{escaped, split_first};
use crate::owned::Held;
use crate::places::{columns, meets, stored};
use crate::plan::{Change, Op, Plan, Step};
use crate::pseudonym::{self, Becomes, is_called, is_kept};
use crate::references::Reference;
use crate::world::World;

/// The bit of `userAccountControl` that disables an account.
pub(crate) const DISABLED: i64 = 2;
/// A time that `pwdAccountLockedTime` takes for ever (draft-behera-ldap-password-policy, section 5.3.3).
const LOCKED_FOR_EVER: &str = "000001010000Z";
/// A hash that no password has.
const NO_PASSWORD: &str = "{CRYPT}*";
/// The number of nobody on Unix.
const NOBODY: &str = "65534";
const USER_NAME: &str = "uid";

/// An entry that is about to name nobody.
pub(crate) struct Scrub<'a> {
    pub(crate) world: &'a World,
    pub(crate) place: &'a MappedPlace,
    pub(crate) held: &'a Held,
    /// The descriptions of all its attributes.
    pub(crate) names: &'a [String],
    pub(crate) becomes: Becomes,
}

impl Scrub<'_> {
    fn pseudonym(&self) -> Result<String, ConnectError> {
        pseudonym::of(&self.held.entry, self.becomes).ok_or_else(|| ConnectError::Refused {
            why: format!("entries of {} show no permanent id, so they cannot be given another name", self.place.name),
        })
    }

    /// Adds the changes of an account; gives the name that the entry has from then on.
    pub(crate) fn account(
        &self,
        plan: &mut Plan,
        report: usize,
        references: &[&Reference],
    ) -> Result<String, ConnectError> {
        let (entry, label) = (&self.held.entry, self.place.name.as_str());
        let pseudonym = self.pseudonym()?;
        let attribute = entry.own_parts().first().map(|(attribute, _)| attribute.clone()).unwrap_or_default();
        let own = format!("{attribute}={}", escaped(&pseudonym));
        let (_, above) = split_first(&entry.dn);
        let renamed = format!("{own},{above}");
        let is_renamed = is_called(entry, &pseudonym);
        let rename = (!is_renamed).then(|| Op::Rename {
            dn: entry.dn.clone(),
            own: own.clone(),
            keeps_old: !self.world.is_active,
        });
        let changes = self.changes(&attribute, &pseudonym);
        // Active Directory drops the old name with the rename. Where people are found by it, the rename is the last change.
        let is_last = self.world.is_active
            && self.becomes == Becomes::Nobody
            && self.held.links.iter().all(|(column, _)| self.world.schema.same(column, &attribute));
        if is_last {
            plan.push(report, label, Op::Modify { dn: entry.dn.clone(), changes });
            rename.into_iter().for_each(|op| plan.push_rename(report, label, op, &renamed));
        } else {
            rename.into_iter().for_each(|op| plan.push_rename(report, label, op, &renamed));
            self.follow(plan, report, references, &renamed, &pseudonym);
            self.lock(plan, report, &renamed);
            plan.push(report, label, Op::Modify { dn: renamed.clone(), changes });
        }
        Ok(renamed)
    }

    /// Whoever names the entry, names it by its new name.
    fn follow(&self, plan: &mut Plan, report: usize, references: &[&Reference], renamed: &str, pseudonym: &str) {
        let keeps_user = self.keeps_user();
        for reference in references.iter().filter(|reference| reference.is_user || !self.world.is_active) {
            let (attribute, removed) = (reference.attribute.clone(), vec![reference.value.clone()]);
            let removal = Change::Remove(attribute.clone(), removed);
            let new = if reference.is_user { pseudonym } else { renamed };
            let mut changes = vec![removal.clone()];
            if !reference.is_user || keeps_user {
                changes.push(Change::Add(attribute, new.as_bytes().to_vec()));
            }
            plan.steps.push(Step {
                report,
                label: self.world.schema.label(&reference.classes),
                op: Op::Modify { dn: plan.now(&reference.holder), changes },
                instead: Some((crate::outcome::VALUE_EXISTS, vec![removal])),
                is_wish: false,
            });
        }
    }

    /// Whether the entry has a user name afterwards.
    fn keeps_user(&self) -> bool {
        let parts = self.held.entry.own_parts();
        let is_named_so = parts.first().is_some_and(|(attribute, _)| self.world.schema.same(attribute, USER_NAME));
        is_named_so || self.must().contains(USER_NAME)
    }

    /// The password goes, though it may not be seen; and where the directory can lock accounts, this one is.
    fn lock(&self, plan: &mut Plan, report: usize, dn: &str) {
        let (attribute, password) = ("pwdAccountLockedTime", "userPassword");
        if self.world.is_active || self.becomes == Becomes::Going {
            return;
        }
        let is_seen = self.names.iter().any(|name| name.eq_ignore_ascii_case(password));
        if !is_seen && self.world.schema.may(&self.held.entry.classes()).contains(&password.to_lowercase()) {
            let changes = vec![Change::to(password, Vec::new())];
            plan.push(report, &self.place.name, Op::Modify { dn: dn.to_owned(), changes });
        }
        if self.world.schema.attribute(attribute).is_none() {
            return;
        }
        let changes = vec![Change::Replace(attribute.to_owned(), vec![LOCKED_FOR_EVER.as_bytes().to_vec()])];
        let op = Op::Modify { dn: dn.to_owned(), changes };
        plan.steps.push(Step { report, label: self.place.name.clone(), op, instead: None, is_wish: true });
    }

    fn must(&self) -> BTreeSet<String> {
        self.world.schema.must(&self.held.entry.classes())
    }

    /// The changes of the entry itself, in one request.
    fn changes(&self, own: &str, pseudonym: &str) -> Vec<Change> {
        let (schema, must) = (&self.world.schema, self.must());
        let mut changes = Vec::new();
        for description in self.names {
            let name = plain(description);
            let is_written = schema.attribute(name).is_none_or(|attribute| attribute.is_written);
            if is_kept(name, self.world) || !is_written {
                continue;
            }
            let has_options = description.len() != name.len();
            let value = match () {
                () if schema.same(name, own) && !has_options => match self.world.is_active {
                    true => continue,
                    false => Some(pseudonym.to_owned()),
                },
                () if name.eq_ignore_ascii_case("userAccountControl") => Some(self.disabled()),
                () if name.eq_ignore_ascii_case("sAMAccountName") => Some(pseudonym.to_owned()),
                () if must.contains(&schema.word(name)) && !has_options => match self.instead_of(name, pseudonym) {
                    Some(value) => Some(value),
                    None => continue,
                },
                () if self.goes(name) => None,
                () => continue,
            };
            let values = value.into_iter().map(|value| stored(name, &value, schema)).collect();
            changes.push(Change::to(description, values));
        }
        changes
    }

    fn disabled(&self) -> String {
        let control = self.held.entry.texts("userAccountControl").next().and_then(|text| text.parse::<i64>().ok());
        // An ordinary account, when it does not say what it is.
        (control.unwrap_or(512) | DISABLED).to_string()
    }

    /// What stands in the place of a value that must be there; nothing, when it says nothing of anybody.
    fn instead_of(&self, name: &str, pseudonym: &str) -> Option<String> {
        let schema = &self.world.schema;
        let is_mapped = columns(self.place).any(|column| schema.same(column, name));
        match schema.word(name).as_str() {
            "userpassword" => return Some(NO_PASSWORD.to_owned()),
            "homedirectory" => return Some("/nonexistent".to_owned()),
            "mail" => return Some(format!("{pseudonym}@invalid")),
            _ => {}
        }
        match schema.kind(name) {
            ColumnKind::Text { .. } => Some(pseudonym.to_owned()),
            ColumnKind::Number if is_mapped => Some(NOBODY.to_owned()),
            ColumnKind::Bytes if is_mapped => Some("00".to_owned()),
            _ => None,
        }
    }

    /// Whether an attribute that need not be there goes. Active Directory keeps numbers and times about an account that it
    /// does not let go of; elsewhere everything goes.
    fn goes(&self, name: &str) -> bool {
        let schema = &self.world.schema;
        let is_mapped = columns(self.place).any(|column| schema.same(column, name));
        !self.world.is_active
            || is_mapped
            || !matches!(schema.kind(name), ColumnKind::Number | ColumnKind::Boolean | ColumnKind::Moment)
    }

    /// Adds the changes of an entry that is somebody's through another one: what is mapped goes, and the link to them.
    pub(crate) fn thing(&self, plan: &mut Plan, report: usize) {
        let (entry, schema) = (&self.held.entry, &self.world.schema);
        let (must, label) = (self.must(), self.place.name.as_str());
        let pseudonym = pseudonym::of(entry, self.becomes).unwrap_or_else(|| "erased".to_owned());
        let own: Vec<String> = entry.own_parts().iter().map(|(attribute, _)| schema.word(attribute)).collect();
        let mut changes = unlinked(self.held);
        for column in &self.place.columns {
            let is_meant = column.only_where.as_ref().is_none_or(|only| meets(only, entry));
            let is_link = self.held.links.iter().any(|(link, _)| schema.same(link, &column.column));
            if !is_meant || is_link || own.contains(&schema.word(&column.column)) {
                continue;
            }
            for description in entry.descriptions(&column.column) {
                let value = must.contains(&schema.word(description)).then(|| self.instead_of(description, &pseudonym));
                let values = value.flatten().into_iter().map(|value| stored(description, &value, schema)).collect();
                changes.push(Change::to(description, values));
            }
        }
        if !changes.is_empty() {
            plan.push(report, label, Op::Modify { dn: entry.dn.clone(), changes });
            stand_in(plan, self.held);
        }
    }
}

/// The changes that take the link to people out of an entry.
pub(crate) fn unlinked(held: &Held) -> Vec<Change> {
    let entry: &Entry = &held.entry;
    let mut changes: Vec<Change> = Vec::new();
    for (column, text) in &held.links {
        for (description, values) in &entry.attributes {
            if !plain(description).eq_ignore_ascii_case(column) {
                continue;
            }
            let is_link = |value: &&Vec<u8>| crate::entry::as_text(column, value) == *text;
            let values: Vec<Vec<u8>> = values.iter().filter(is_link).cloned().collect();
            match changes.iter_mut().find(|change| change.attribute() == description) {
                Some(Change::Remove(_, removed)) => removed.extend(values),
                _ if values.is_empty() => {}
                _ => changes.push(Change::Remove(description.clone(), values)),
            }
        }
    }
    changes
}

/// Where something must be named and nobody is left to name, the entry of the last change names itself.
pub(crate) fn stand_in(plan: &mut Plan, held: &Held) {
    let Some(step) = plan.steps.last_mut() else { return };
    let Op::Modify { changes, .. } = &step.op else { return };
    let itself = changes.iter().filter(|change| matches!(change, Change::Remove(..)));
    let itself = itself.map(|change| Change::Add(change.attribute().to_owned(), held.entry.dn.as_bytes().to_vec()));
    let instead: Vec<Change> = changes.iter().cloned().chain(itself).collect();
    step.instead = Some((crate::outcome::CLASS_VIOLATION, instead));
}
