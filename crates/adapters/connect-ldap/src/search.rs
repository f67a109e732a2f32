//! The search everywhere: one look at every entry and every value below the naming contexts, for all people at once.
//!
//! What a filter finds depends on indexes, matching rules and which attributes one thinks of; this depends on nothing but what
//! may be read. It holds one page and the people's identifiers in memory.

use std::collections::{BTreeMap, HashSet};

use candor_connect::ConnectError;
use candor_places::{Person, Trace};

use crate::attributes::is_secret;
use crate::entry::{Entry, as_text, plain};
use crate::name::{Name, normal};
use crate::outcome::{NO_SUCH_OBJECT, Trouble};
use crate::owned::{Wanted, Work};
use crate::places::{self, key, telephone};
use crate::session::{Pages, Query};

/// Below this, a word inside a text is too often another word.
const WORD_CHARS_MIN: usize = 5;
/// The name under which what Active Directory keeps of deleted entries stands in a trace.
const DELETED: &str = "CN=Deleted Objects";

/// What is looked for.
struct Sought {
    /// Identifiers as directories compare them.
    values: HashSet<String>,
    /// Telephone numbers by their digits.
    numbers: HashSet<String>,
    /// The people's entries, while there are any.
    names: HashSet<String>,
}

type Counts = BTreeMap<(String, String, bool), u64>;

impl Work<'_> {
    /// Where people are still named.
    pub(crate) async fn search(&self, people: &[Person]) -> Result<Vec<Trace>, ConnectError> {
        let held = self.resolve(people, Wanted::Mapped).await?;
        let own = held.iter().filter(|held| held.is_direct && !held.is_mention);
        let identifiers = || people.iter().flat_map(|person| &person.identifiers).map(|one| one.value.expose());
        let sought = Sought {
            values: identifiers().map(|text| normal(text)).filter(|text| !text.is_empty()).collect(),
            numbers: identifiers().filter_map(|text| telephone(text)).collect(),
            names: own.map(|held| key(&held.entry.dn, &self.world.schema)).collect(),
        };
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
            .map(|((place, column, is_mapped), n_rows)| Trace { place, column, n_rows, is_mapped })
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
                    self.names(sought, attribute, self.world.schema.is_reference(attribute), value)
                };
                self.complete(&mut entry, &is_meant).await?;
                self.count(&entry, sought, place, counts);
            }
        }
        Ok(())
    }

    fn count(&self, entry: &Entry, sought: &Sought, place: Option<&str>, counts: &mut Counts) {
        let is_found = |(description, values): &&(String, Vec<Vec<u8>>)| {
            let name = plain(description);
            let is_reference = self.world.schema.is_reference(name);
            !is_secret(name) && values.iter().any(|value| self.names(sought, name, is_reference, value))
        };
        let mut columns: Vec<&str> =
            entry.attributes.iter().filter(is_found).map(|(description, _)| plain(description)).collect();
        let above = Name::parse(&entry.dn);
        let is_below =
            above.iter().flat_map(|name| name.above()).any(|part| sought.values.contains(&normal(&part.value)));
        if is_below {
            columns.push("dn");
        }
        columns.sort_unstable();
        columns.dedup();
        for column in columns {
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
            *counts.entry((name, column.to_owned(), is_mapped)).or_default() += 1;
        }
    }

    /// Whether a value names any of the people: it is an identifier, a name that is made of one, or has one as a word.
    fn names(&self, sought: &Sought, name: &str, is_reference: bool, value: &[u8]) -> bool {
        let text = as_text(name, value);
        if is_reference {
            let parts = Name::parse(&text);
            let mut parts = parts.iter().flat_map(|name| name.own().iter().chain(name.above()));
            return parts.any(|part| sought.values.contains(&normal(&part.value)))
                || (!sought.names.is_empty() && sought.names.contains(&key(&text, &self.world.schema)));
        }
        let whole = normal(&text);
        sought.values.contains(&whole)
            || telephone(&text).is_some_and(|number| sought.numbers.contains(&number))
            || has_word(&whole, &sought.values)
    }
}

/// Whether one of the words of a text is sought; marks at its ends are not part of a word.
fn has_word(text: &str, sought: &HashSet<String>) -> bool {
    let is_of_word =
        |character: char| character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | '@' | '+' | '\'');
    let words = text.split(|character: char| !is_of_word(character));
    let is_mark = |character: char| !character.is_alphanumeric();
    let is_sought = |word: &str| word.chars().count() >= WORD_CHARS_MIN && sought.contains(word);
    words.into_iter().any(|word| is_sought(word) || is_sought(word.trim_matches(is_mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_found_as_a_word_and_not_as_a_part_of_one() {
        let sought = HashSet::from(["ada@id.example".to_owned(), "lovelace".to_owned(), "ada".to_owned()]);
        for text in ["smtp:ada@id.example", "ask <ada@id.example>.", "/home/lovelace", "(,lovelace,)"] {
            assert!(has_word(text, &sought), "{text}");
        }
        for text in ["xada@id.example", "ada@id.example.org", "lovelaces", "ada in short", ""] {
            assert!(!has_word(text, &sought), "{text}");
        }
    }
}
