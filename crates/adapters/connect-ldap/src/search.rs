//! The search everywhere: one look at every entry and every value below the naming contexts, for all people at once.
//!
//! What a filter finds depends on indexes, matching rules and which attributes one thinks of; this depends on nothing but what
//! may be read. It holds one page and the people's identifiers in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use candor_connect::ConnectError;
use candor_places::{Person, PersonIx, Trace};

use crate::attributes::is_secret;
use crate::entry::{Entry, as_text, plain};
use crate::name::{Name, normal};
use crate::outcome::{NO_SUCH_OBJECT, Trouble};
use crate::owned::Work;
use crate::places::{self, key, telephone};
use crate::session::{Pages, Query};

/// Below this, a word inside a text is too often another word.
const WORD_CHARS_MIN: usize = 5;
/// The name under which what Active Directory keeps of deleted entries stands in a trace.
const DELETED: &str = "CN=Deleted Objects";

/// Values that name people, and whom each names.
type Named = HashMap<String, BTreeSet<PersonIx>>;

/// What is looked for.
#[derive(Default)]
struct Sought {
    /// Identifiers as directories compare them.
    values: Named,
    /// Telephone numbers by their digits.
    numbers: Named,
    /// The people's entries, while there are any.
    names: Named,
}

impl Sought {
    fn of(people: &[Person]) -> Self {
        let mut sought = Self::default();
        for (at, person) in (0_u32..).map(PersonIx).zip(people) {
            for identifier in &person.identifiers {
                let text = identifier.value.expose();
                let whole = normal(text);
                if !whole.is_empty() {
                    sought.values.entry(whole).or_default().insert(at);
                }
                if let Some(number) = telephone(text) {
                    sought.numbers.entry(number).or_default().insert(at);
                }
            }
        }
        sought
    }
}

type Counts = BTreeMap<(PersonIx, String, String, bool), u64>;

impl Work<'_> {
    /// Where people are still named.
    pub(crate) async fn search(&self, people: &[Person]) -> Result<Vec<Trace>, ConnectError> {
        let held = self.resolve(people).await?;
        let own = held.iter().filter(|held| held.is_direct && !held.is_mention);
        let mut sought = Sought::of(people);
        for held in own {
            sought.names.entry(key(&held.entry.dn, &self.world.schema)).or_default().extend(&held.people);
        }
        let mut counts = Counts::new();
        for context in &self.world.contexts {
            let query = Query::below(context, "(objectClass=*)", self.world.everything());
            let refused = |error: Trouble| error.about("search on every entry below a naming context");
            self.look(query, &sought, None, &mut counts).await.map_err(refused)?;
            if self.world.shows_deleted && self.world.is_active {
                self.look_at_deleted(context, &sought, &mut counts).await?;
            }
        }
        Ok(counts
            .into_iter()
            .map(|((person, place, column, is_mapped), n_rows)| Trace { person, place, column, n_rows, is_mapped })
            .collect())
    }

    /// What was deleted by others, too, where the account may see it.
    async fn look_at_deleted(&self, context: &str, sought: &Sought, counts: &mut Counts) -> Result<(), ConnectError> {
        let base = format!("{DELETED},{context}");
        let query = Query { deleted: true, ..Query::below(&base, "(isDeleted=TRUE)", &["*"]) };
        match self.look(query, sought, Some(DELETED), counts).await {
            // Not every context keeps any, and by default administrators alone may look.
            Err(Trouble::Code(NO_SUCH_OBJECT | crate::outcome::INSUFFICIENT_ACCESS)) => Ok(()),
            looked => looked.map_err(|error| error.about("search on deleted objects")),
        }
    }

    async fn look(
        &self,
        query: Query,
        sought: &Sought,
        place: Option<&str>,
        counts: &mut Counts,
    ) -> Result<(), Trouble> {
        let mut pages = Pages::of(query);
        while let Some(page) = pages.next(self.session).await? {
            for mut entry in page {
                let is_meant = |attribute: &str, value: &[u8]| {
                    !self.told_of(sought, attribute, self.world.schema.is_reference(attribute), value).is_empty()
                };
                self.complete(&mut entry, &is_meant).await?;
                self.count(&entry, sought, place, counts);
            }
        }
        Ok(())
    }

    fn count(&self, entry: &Entry, sought: &Sought, place: Option<&str>, counts: &mut Counts) {
        let mut found: BTreeMap<&str, BTreeSet<PersonIx>> = BTreeMap::new();
        for (description, values) in &entry.attributes {
            let name = plain(description);
            if is_secret(name) {
                continue;
            }
            let is_reference = self.world.schema.is_reference(name);
            let people: BTreeSet<PersonIx> =
                values.iter().flat_map(|value| self.told_of(sought, name, is_reference, value)).collect();
            if !people.is_empty() {
                found.entry(name).or_default().extend(people);
            }
        }
        let own = Name::parse(&entry.dn);
        let above = own.iter().flat_map(|name| name.above());
        let above: BTreeSet<PersonIx> =
            above.filter_map(|part| sought.values.get(&normal(&part.value))).flatten().copied().collect();
        if !above.is_empty() {
            found.entry("dn").or_default().extend(above);
        }
        for (column, people) in found {
            let mapped = self.map.places.iter().find(|mapped| {
                places::holds(mapped, entry) && places::columns(mapped).any(|of| self.world.schema.same(of, column))
            });
            let label = || self.world.schema.label(&entry.classes());
            let name = match (place, mapped) {
                (Some(place), _) => place.to_owned(),
                (None, Some(mapped)) => mapped.name.clone(),
                (None, None) => self
                    .map
                    .places
                    .iter()
                    .find(|one| places::holds(one, entry))
                    .map_or_else(label, |one| one.name.clone()),
            };
            let is_mapped = place.is_none() && mapped.is_some();
            for person in people {
                *counts.entry((person, name.clone(), column.to_owned(), is_mapped)).or_default() += 1;
            }
        }
    }

    /// Whom a value names: it is an identifier, a name that is made of one, or has one as a word.
    fn told_of(&self, sought: &Sought, name: &str, is_reference: bool, value: &[u8]) -> BTreeSet<PersonIx> {
        let text = as_text(name, value);
        let mut people = BTreeSet::new();
        if is_reference {
            let parts = Name::parse(&text);
            let parts = parts.iter().flat_map(|name| name.own().iter().chain(name.above()));
            people.extend(parts.filter_map(|part| sought.values.get(&normal(&part.value))).flatten());
            if !sought.names.is_empty() {
                people.extend(sought.names.get(&key(&text, &self.world.schema)).into_iter().flatten());
            }
            return people;
        }
        let whole = normal(&text);
        people.extend(sought.values.get(&whole).into_iter().flatten());
        people.extend(telephone(&text).and_then(|number| sought.numbers.get(&number)).into_iter().flatten());
        people.extend(of_words(&whole, &sought.values));
        people
    }
}

/// Whom the words of a text name; marks at a word's ends are not part of it.
fn of_words<'a>(text: &str, sought: &'a Named) -> impl Iterator<Item = &'a PersonIx> {
    let is_of_word =
        |character: char| character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | '@' | '+' | '\'');
    let is_mark = |character: char| !character.is_alphanumeric();
    let named = |word: &str| if word.chars().count() < WORD_CHARS_MIN { None } else { sought.get(word) };
    let words = text.split(|character: char| !is_of_word(character));
    let named = words.flat_map(|word| [named(word), named(word.trim_matches(is_mark))]);
    named.flatten().flatten().collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_found_as_a_word_and_not_as_a_part_of_one() {
        let sought = ["ada@id.example", "lovelace", "ada"].map(|text| (text.to_owned(), BTreeSet::from([PersonIx(3)])));
        let sought = Named::from(sought);
        let has_word = |text: &str| of_words(text, &sought).any(|person| *person == PersonIx(3));
        for text in ["smtp:ada@id.example", "ask <ada@id.example>.", "/home/lovelace", "(,lovelace,)"] {
            assert!(has_word(text), "{text}");
        }
        for text in ["xada@id.example", "ada@id.example.org", "lovelaces", "ada in short", ""] {
            assert!(!has_word(text), "{text}");
        }
    }
}
