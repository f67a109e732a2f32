//! Who names an entry: members of groups, somebody's manager or secretary, the owner of a thing.

use std::collections::{BTreeMap, HashMap};

use candor_connect::ConnectError;
use candor_ldap_wire::escaped;

use crate::entry::{Entry, plain};
use crate::outcome::Trouble;
use crate::owned::Work;
use crate::places::key;
use crate::session::{Pages, Query};

/// Tests of one filter.
const TESTS_MAX: usize = 600;
/// Searches after which one look at every entry that refers to any is cheaper.
const SEARCHES_MAX: usize = 8;
/// Groups of accounts on Unix name their members by user name (RFC 2307).
const MEMBER_BY_NAME: &str = "memberUid";
const VALUES_MAX: usize = 1_000_000;

/// An entry that others may name.
pub(crate) struct Target {
    /// Its name.
    pub(crate) dn: String,
    /// The user names of its account.
    pub(crate) users: Vec<String>,
}

/// A value of an entry that names a target.
pub(crate) struct Reference {
    /// The entry.
    pub(crate) holder: String,
    /// Its object classes.
    pub(crate) classes: Vec<String>,
    /// The attribute.
    pub(crate) attribute: String,
    /// The value.
    pub(crate) value: Vec<u8>,
    /// Which target.
    pub(crate) target: usize,
    /// It is the user name, not the name of the entry.
    pub(crate) is_user: bool,
}

/// Targets, ready to be recognised.
struct Known {
    by_name: HashMap<String, usize>,
    by_user: HashMap<String, usize>,
}

impl Work<'_> {
    /// Every value anywhere that names a target.
    pub(crate) async fn references(&self, targets: &[Target]) -> Result<Vec<Reference>, ConnectError> {
        if targets.is_empty() {
            return Ok(Vec::new());
        }
        let schema = &self.world.schema;
        let known = Known {
            by_name: targets.iter().enumerate().map(|(at, target)| (key(&target.dn, schema), at)).collect(),
            by_user: users(targets).map(|(at, user)| (user.to_owned(), at)).collect(),
        };
        let mut attributes = schema.references();
        if schema.attribute(MEMBER_BY_NAME).is_some() {
            attributes.push(MEMBER_BY_NAME);
        }
        let mut found = BTreeMap::new();
        for filter in filters(&attributes, targets) {
            for context in &self.world.contexts {
                self.look_for(context, &filter, &attributes, &known, &mut found).await?;
            }
        }
        Ok(found.into_values().collect())
    }

    async fn look_for(
        &self,
        context: &str,
        filter: &str,
        attributes: &[&str],
        known: &Known,
        found: &mut BTreeMap<(String, String, Vec<u8>), Reference>,
    ) -> Result<(), ConnectError> {
        let refused = |error: Trouble| error.about("search below a naming context");
        let wanted: Vec<&str> = attributes.iter().copied().chain(["objectClass"]).collect();
        let mut pages = Pages::of(Query::below(context, filter, &wanted));
        while let Some(page) = pages.next(self.session).await.map_err(refused)? {
            for mut entry in page {
                let is_meant = |attribute: &str, value: &[u8]| self.named(known, attribute, value).is_some();
                self.complete(&mut entry, &is_meant).await.map_err(refused)?;
                for (description, values) in &entry.attributes {
                    for value in values {
                        let Some((target, is_user)) = self.named(known, description, value) else { continue };
                        let attribute = plain(description).to_owned();
                        let at = (entry.dn.clone(), attribute.clone(), value.clone());
                        let (holder, classes) = (entry.dn.clone(), entry.classes());
                        let value = value.clone();
                        found.insert(at, Reference { holder, classes, attribute, value, target, is_user });
                    }
                }
            }
        }
        Ok(())
    }

    fn named(&self, known: &Known, description: &str, value: &[u8]) -> Option<(usize, bool)> {
        let text = std::str::from_utf8(value).ok()?;
        if plain(description).eq_ignore_ascii_case(MEMBER_BY_NAME) {
            return known.by_user.get(text).map(|at| (*at, true));
        }
        if !self.world.schema.is_reference(description) {
            return None;
        }
        known.by_name.get(&key(text, &self.world.schema)).map(|at| (*at, false))
    }

    /// Asks for the rest of attributes of which Active Directory gave a part (`member;range=0-1499`), and keeps of it what is
    /// meant.
    pub(crate) async fn complete(
        &self,
        entry: &mut Entry,
        is_meant: &(dyn Fn(&str, &[u8]) -> bool + Sync),
    ) -> Result<(), Trouble> {
        let parts = entry.attributes.iter().filter_map(|(description, _)| part(description));
        let parts: Vec<(String, u64)> = parts.map(|(attribute, last)| (attribute.to_owned(), last)).collect();
        for (attribute, last) in parts {
            let mut next = Some(last + 1);
            while let Some(from) = next.take() {
                let wanted = format!("{attribute};range={from}-*");
                let Some(more) = self.session.entry(Query::of(&entry.dn, &[&wanted])).await? else { break };
                for (description, values) in more.attributes {
                    next = next.or_else(|| part(&description).map(|(_, last)| last + 1));
                    let values: Vec<_> = values.into_iter().filter(|value| is_meant(&attribute, value)).collect();
                    entry.attributes.push((attribute.clone(), values));
                }
                if entry.values(&attribute).count() > VALUES_MAX {
                    let why = format!("an entry has more than {VALUES_MAX} values of `{attribute}`");
                    return Err(Trouble::Lost(ConnectError::Refused { why }));
                }
            }
        }
        Ok(())
    }
}

/// Of a part that is not the last: its attribute, and where it ends.
fn part(description: &str) -> Option<(&str, u64)> {
    let (attribute, options) = description.split_once(';')?;
    let range = options.split(';').find_map(|option| option.strip_prefix("range="))?;
    Some((attribute, range.split_once('-')?.1.parse().ok()?))
}

fn users(targets: &[Target]) -> impl Iterator<Item = (usize, &str)> {
    targets.iter().enumerate().flat_map(|(at, target)| target.users.iter().map(move |user| (at, user.as_str())))
}

/// The filters that find all who name targets: few of them, or one that finds whoever refers to anything.
fn filters(attributes: &[&str], targets: &[Target]) -> Vec<String> {
    let of_filter = (TESTS_MAX / attributes.len().max(1)).max(1);
    if targets.len().div_ceil(of_filter) > SEARCHES_MAX {
        let tests: Vec<String> = attributes.iter().map(|attribute| format!("({attribute}=*)")).collect();
        return vec![format!("(|{})", tests.join(""))];
    }
    let tests = |target: &Target| {
        let by_name = attributes.iter().filter(|attribute| **attribute != MEMBER_BY_NAME);
        let by_name = by_name.map(|attribute| format!("({attribute}={})", escaped(&target.dn)));
        let is_user = attributes.contains(&MEMBER_BY_NAME);
        let by_user =
            target.users.iter().filter(|_| is_user).map(|user| format!("({MEMBER_BY_NAME}={})", escaped(user)));
        by_name.chain(by_user).collect::<String>()
    };
    let some = targets.chunks(of_filter);
    some.map(|targets| format!("(|{})", targets.iter().map(tests).collect::<String>())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(n: usize) -> Vec<Target> {
        (0..n).map(|at| Target { dn: format!("uid=u{at},dc=x"), users: vec![format!("u{at}")] }).collect()
    }

    #[test]
    fn many_people_cost_one_search_and_not_one_each() {
        assert_eq!(filters(&["member", "memberUid"], &targets(1)), ["(|(member=uid=u0,dc=x)(memberUid=u0))"]);
        assert_eq!(filters(&["member", "manager"], &targets(2_400)).len(), 8);
        assert_eq!(filters(&["member", "manager"], &targets(2_401)), ["(|(member=*)(manager=*))"]);
    }

    #[test]
    fn a_part_says_where_it_ends() {
        assert_eq!(part("member;range=0-1499"), Some(("member", 1_499)));
        assert_eq!(part("member;range=1500-*"), None);
        assert_eq!(part("member"), None);
    }
}
