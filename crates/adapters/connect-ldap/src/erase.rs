//! Erasure: whoever names an entry first, the entry itself last.

use std::collections::{BTreeMap, BTreeSet};

use candor_connect::ConnectError;
use candor_manifest::model::PlaceErasure;
use candor_places::{Did, MappedOwner, MappedPlace, Person};

use crate::outcome::{CLASS_VIOLATION, Trouble};
use crate::owned::{Held, Work, owners};
use crate::places::{self, key, same, stands_there};
use crate::plan::{Change, Op, Plan, Step};
use crate::pseudonym::{self, Becomes, going, is_called};
use crate::references::{Reference, Target};
use crate::scrub::{Scrub, stand_in, unlinked};
use crate::session::{Pages, Query};

/// Names of one filter.
const NAMES_OF_FILTER: usize = 50;

/// What becomes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Deleted,
    DeIdentified,
    /// It stays, without the link to these people.
    Unlinked,
    Kept,
    /// It is an entry of another place too, and this becomes of it there.
    Counted(Did),
}

impl Fate {
    /// Of two fates of one entry, the lower holds; and what it does, when it is done to the entry as a whole.
    const fn rank(self) -> (u8, Option<Did>) {
        match self {
            Self::Kept => (0, Some(Did::Kept)),
            Self::Deleted => (1, Some(Did::Deleted)),
            Self::DeIdentified => (2, Some(Did::DeIdentified)),
            Self::Unlinked | Self::Counted(_) => (3, None),
        }
    }
}

impl Work<'_> {
    /// What erasing people comes to.
    pub(crate) async fn plan_erasure(&self, people: &[Person]) -> Result<Plan, ConnectError> {
        let mut held = self.resolve(people).await?;
        self.take_up_again(&mut held).await?;
        // What hangs on people's own entries comes first: through them it is found.
        held.sort_by_key(|held| (held.is_direct, self.depth(held.place)));
        let mut fates = Vec::with_capacity(held.len());
        for one in &held {
            fates.push(self.fate(one).await?);
        }
        self.settle(&held, &mut fates);
        let below = self.all_below(&held, &fates).await?;
        let references = self.named_by(&held, &fates, &below).await?;
        let names = self.attribute_names(&held, &fates).await?;
        let is_nobody =
            |(one, fate): &(&Held, &Fate)| **fate == Fate::Deleted || one.is_direct && **fate == Fate::DeIdentified;
        let nobodies = held.iter().zip(&fates).filter(is_nobody);
        let nobodies: BTreeSet<String> = nobodies.map(|(one, _)| key(&one.entry.dn, &self.world.schema)).collect();
        let mut plan = Plan::default();
        self.forget(&mut plan, &held, &fates, &references, &below);
        for (at, (one, fate)) in held.iter().zip(&fates).enumerate() {
            let Some(place) = self.map.places.get(one.place) else { continue };
            // An entry that goes, or whose own person is taken out of it, names nobody afterwards.
            let is_other = |reference: &&Reference| !nobodies.contains(&key(&reference.holder, &self.world.schema));
            let of_it = references.iter().filter(|reference| reference.target == at).filter(is_other);
            let of_it: Vec<&Reference> = of_it.collect();
            let named = names.get(&one.entry.dn).map(Vec::as_slice).unwrap_or_default();
            let becomes = if *fate == Fate::Deleted { Becomes::Going } else { Becomes::Nobody };
            let scrub = Scrub { world: self.world, place, held: one, names: named, becomes };
            match fate {
                Fate::Counted(did) => {
                    plan.count(&place.name, *did, None);
                }
                Fate::Kept => {
                    plan.count(&place.name, Did::Kept, place.kept_because.as_deref());
                }
                Fate::Unlinked => {
                    let report = plan.count(&place.name, Did::DeIdentified, None);
                    plan.push(report, &place.name, Op::Modify { dn: one.entry.dn.clone(), changes: unlinked(one) });
                    stand_in(&mut plan, one);
                }
                Fate::DeIdentified if one.is_direct => {
                    let report = plan.count(&place.name, Did::DeIdentified, None);
                    scrub.account(&mut plan, report, &of_it)?;
                }
                Fate::DeIdentified => {
                    let report = plan.count(&place.name, Did::DeIdentified, None);
                    scrub.thing(&mut plan, report);
                }
                Fate::Deleted => {
                    let report = plan.count(&place.name, Did::Deleted, None);
                    let mut dn = one.entry.dn.clone();
                    // What Active Directory keeps of a deleted entry is then nobody's.
                    if self.world.is_active {
                        dn = scrub.account(&mut plan, report, &[])?;
                    }
                    for name in below.get(&at).into_iter().flatten().rev() {
                        let name =
                            name.strip_suffix(one.entry.dn.as_str()).map_or(name.clone(), |own| format!("{own}{dn}"));
                        plan.push(report, &place.name, Op::Delete { dn: name });
                    }
                    plan.push(report, &place.name, Op::Delete { dn });
                }
            }
        }
        Ok(plan)
    }

    /// An entry may be of several places, as one of several object classes is: one of its fates holds.
    fn settle(&self, held: &[Held], fates: &mut [Fate]) {
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        for at in 0..held.len() {
            let (Some(one), Some(fate)) = (held.get(at), fates.get(at).copied()) else { continue };
            if !one.is_direct || one.is_mention {
                continue;
            }
            let key = key(&one.entry.dn, &self.world.schema);
            let Some((other, known)) = first.get(&key).and_then(|other| Some((*other, *fates.get(*other)?))) else {
                first.insert(key, at);
                continue;
            };
            let (holds, does, loses) =
                if fate.rank().0 < known.rank().0 { (at, fate, other) } else { (other, known, at) };
            if let (Some(did), Some(lost)) = (does.rank().1, fates.get_mut(loses)) {
                *lost = Fate::Counted(did);
                first.insert(key, holds);
            }
        }
    }

    /// Adds what an earlier erasure had renamed and not yet deleted when it ended.
    async fn take_up_again(&self, held: &mut Vec<Held>) -> Result<(), ConnectError> {
        if !self.world.is_active {
            return Ok(());
        }
        let known: BTreeSet<String> = held.iter().map(|held| held.entry.dn.clone()).collect();
        for (at, place) in
            self.map.places.iter().enumerate().filter(|(_, place)| place.on_erasure == PlaceErasure::Delete)
        {
            let filter = places::filter(place, &self.world.schema, &format!("(name={}*)", going()));
            let wanted = ["objectClass", "objectGUID", "userAccountControl"];
            let mut pages = Pages::of(Query::below(&self.world.base, filter, &wanted));
            let refused = |error: Trouble| error.about(&format!("search on {}.name", place.name));
            while let Some(page) = pages.next(self.session).await.map_err(refused)? {
                let is_ours = |entry: &crate::entry::Entry| {
                    pseudonym::of(entry, Becomes::Going).is_some_and(|name| is_called(entry, &name))
                };
                let new = page.into_iter().filter(|entry| is_ours(entry) && !known.contains(&entry.dn));
                held.extend(new.map(|entry| Held {
                    place: at,
                    entry,
                    people: BTreeSet::new(),
                    is_mention: false,
                    is_direct: true,
                    links: BTreeSet::new(),
                    ways: BTreeMap::new(),
                }));
            }
        }
        Ok(())
    }

    /// How many links lead from a place to one that people are found in.
    fn depth(&self, place: usize) -> usize {
        let (mut depth, mut at) = (0, self.map.places.get(place));
        while let Some(place) = at.filter(|_| depth < self.map.places.len()) {
            let is_direct = place.owned_by.iter().any(|owner| matches!(owner, MappedOwner::Subject { .. }));
            let above = place.owned_by.iter().find_map(|owner| match owner {
                MappedOwner::Place(link) => self.map.place(&link.place),
                MappedOwner::Subject { .. } => None,
            });
            if is_direct {
                break;
            }
            (depth, at) = (depth + 1, above);
        }
        self.map.places.len().saturating_sub(depth)
    }

    async fn fate(&self, held: &Held) -> Result<Fate, ConnectError> {
        let Some(place) = self.map.places.get(held.place) else { return Ok(Fate::Kept) };
        Ok(match place.on_erasure {
            PlaceErasure::Keep => Fate::Kept,
            _ if held.is_mention => Fate::Unlinked,
            _ if self.has_others(place, held).await? => Fate::Unlinked,
            PlaceErasure::Delete => Fate::Deleted,
            PlaceErasure::DeIdentify => Fate::DeIdentified,
        })
    }

    /// Whether somebody else owns an entry jointly.
    async fn has_others(&self, place: &MappedPlace, held: &Held) -> Result<bool, ConnectError> {
        if place.owned_by.len() < 2 || held.links.is_empty() {
            return Ok(false);
        }
        let schema = &self.world.schema;
        let own = held.entry.dn.clone();
        for (owner, _) in owners(place).filter(|(_, is_mention)| !is_mention) {
            match owner {
                MappedOwner::Place(link) if stands_there(link) => {
                    let Some(other) = self.map.place(&link.place) else { continue };
                    let value = match schema.is_reference(&link.through) {
                        true => Some(own.clone()),
                        false => place.key.first().and_then(|key| held.entry.texts(key).next()),
                    };
                    let Some(value) = value else { continue };
                    let test = places::any(&link.through, std::iter::once(value.as_str()), schema);
                    let query = Query::below(&self.world.base, places::filter(other, schema, &test), &["1.1"]);
                    let refused = |error: Trouble| error.about(&format!("search on {}.{}", other.name, link.through));
                    let n_owners = self.session.first(query).await.map_err(refused)?.len();
                    if n_owners > held.people.len() {
                        return Ok(true);
                    }
                }
                MappedOwner::Subject { column, .. }
                | MappedOwner::Place(candor_manifest::model::Link { through: column, .. }) => {
                    let is_theirs = |text: &str| {
                        held.links
                            .iter()
                            .any(|(link, known)| schema.same(link, column) && same(column, known, text, schema))
                    };
                    let is_itself = |text: &str| schema.is_reference(column) && key(text, schema) == key(&own, schema);
                    if held.entry.texts(column).any(|text| !is_theirs(&text) && !is_itself(&text)) {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    /// What stands below entries that go, those above first.
    async fn all_below(&self, held: &[Held], fates: &[Fate]) -> Result<BTreeMap<usize, Vec<String>>, ConnectError> {
        let mut all = BTreeMap::new();
        for (at, (one, _)) in held.iter().zip(fates).enumerate().filter(|(_, (_, fate))| **fate == Fate::Deleted) {
            let entry = &one.entry;
            let has = entry.has("hasSubordinates", "TRUE")
                || entry.texts("msDS-Approx-Immed-Subordinates").any(|count| count != "0");
            if has {
                let names = self.below(&entry.dn).await.map_err(|error| error.about("search below an entry"))?;
                let own = key(&entry.dn, &self.world.schema);
                all.insert(at, names.into_iter().filter(|name| key(name, &self.world.schema) != own).collect());
            }
        }
        Ok(all)
    }

    /// Who names entries that go or get another name. A target is the entry of the same position; those after them are what
    /// stands below.
    async fn named_by(
        &self,
        held: &[Held],
        fates: &[Fate],
        below: &BTreeMap<usize, Vec<String>>,
    ) -> Result<Vec<Reference>, ConnectError> {
        let (mut targets, mut of) = (Vec::new(), Vec::new());
        for (at, (one, fate)) in held.iter().zip(fates).enumerate() {
            let is_meant = *fate == Fate::Deleted || (*fate == Fate::DeIdentified && one.is_direct);
            if !is_meant {
                continue;
            }
            let users = match self.world.is_active {
                true => one.entry.texts("uid").chain(one.entry.texts("sAMAccountName")).collect(),
                false => one.entry.texts("uid").collect(),
            };
            targets.push(Target { dn: one.entry.dn.clone(), users });
            of.push(at);
            let former = self.former_names(&one.entry).await?;
            let further = former.into_iter().chain(below.get(&at).into_iter().flatten().cloned());
            for dn in further {
                targets.push(Target { dn, users: Vec::new() });
                of.push(at);
            }
        }
        let mut references = self.references(&targets).await?;
        for reference in &mut references {
            reference.target = of.get(reference.target).copied().unwrap_or_default();
        }
        Ok(references)
    }

    /// Takes entries that go out of all that name them: one change for each that names any.
    fn forget(
        &self,
        plan: &mut Plan,
        held: &[Held],
        fates: &[Fate],
        references: &[Reference],
        below: &BTreeMap<usize, Vec<String>>,
    ) {
        let schema = &self.world.schema;
        let mut settled: BTreeSet<String> = below.values().flatten().map(|name| key(name, schema)).collect();
        let is_settled = |fate: &Fate| matches!(fate, Fate::Deleted | Fate::Kept);
        let kept_or_gone = held.iter().zip(fates).filter(|(_, fate)| is_settled(fate));
        settled.extend(kept_or_gone.map(|(one, _)| key(&one.entry.dn, schema)));
        // What is theirs or speaks of them through a link, loses that link with the changes of its own.
        let linked = held
            .iter()
            .filter(|one| !one.is_direct || one.is_mention)
            .flat_map(|one| one.links.iter().map(|(column, _)| (key(&one.entry.dn, schema), schema.word(column))));
        let linked: BTreeSet<(String, String)> = linked.collect();
        let mut of_holder: BTreeMap<(&str, &str), Vec<&Reference>> = BTreeMap::new();
        let goes = |reference: &&Reference| fates.get(reference.target) == Some(&Fate::Deleted);
        for reference in references.iter().filter(goes) {
            let holder = key(&reference.holder, schema);
            if !settled.contains(&holder) && !linked.contains(&(holder, schema.word(&reference.attribute))) {
                of_holder.entry((&reference.holder, &reference.attribute)).or_default().push(reference);
            }
        }
        let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
        for ((holder, attribute), of_it) in of_holder {
            let label = schema.label(of_it.first().map(|reference| reference.classes.as_slice()).unwrap_or_default());
            let report = *counted.entry(holder).or_insert_with(|| plan.count(&label, Did::DeIdentified, None));
            let values = of_it.iter().map(|reference| reference.value.clone()).collect();
            let removal = Change::Remove(attribute.to_owned(), values);
            // A group that must have a member, and has none left, has itself.
            let itself = Change::Add(attribute.to_owned(), holder.as_bytes().to_vec());
            let op = Op::Modify { dn: holder.to_owned(), changes: vec![removal.clone()] };
            let instead = Some((CLASS_VIOLATION, vec![removal, itself]));
            plan.steps.push(Step { report, label, op, instead, is_wish: false });
        }
    }

    /// The descriptions of all attributes of entries that are to name nobody.
    async fn attribute_names(
        &self,
        held: &[Held],
        fates: &[Fate],
    ) -> Result<BTreeMap<String, Vec<String>>, ConnectError> {
        let is_meant = |(one, fate): &(&Held, &Fate)| {
            one.is_direct && **fate == Fate::DeIdentified || self.world.is_active && **fate == Fate::Deleted
        };
        let dns: Vec<&str> = held.iter().zip(fates).filter(is_meant).map(|(one, _)| one.entry.dn.as_str()).collect();
        let column = if self.world.is_active { "distinguishedName" } else { "entryDN" };
        let refused = |error: Trouble| error.about("read on an entry");
        let mut names = BTreeMap::new();
        if self.world.schema.attribute(column).is_none() {
            for dn in dns {
                let query = Query { names_only: true, ..Query::of(dn, &["*"]) };
                if let Some(entry) = self.session.entry(query).await.map_err(refused)? {
                    names.insert(entry.dn, entry.attributes.into_iter().map(|(name, _)| name).collect());
                }
            }
            return Ok(names);
        }
        for some in dns.chunks(NAMES_OF_FILTER) {
            let filter = places::any(column, some.iter().copied(), &self.world.schema);
            let mut pages = Pages::of(Query { names_only: true, ..Query::below(&self.world.base, filter, &["*"]) });
            while let Some(page) = pages.next(self.session).await.map_err(refused)? {
                let described = page
                    .into_iter()
                    .map(|entry| (entry.dn, entry.attributes.into_iter().map(|(name, _)| name).collect()));
                names.extend(described);
            }
        }
        Ok(names)
    }
}
