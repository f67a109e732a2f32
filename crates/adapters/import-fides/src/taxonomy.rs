//! Fides' data categories and data uses as DPV terms. `taxonomy/README.md` tells where the tables come from.

use std::collections::HashMap;

use crate::shapes::{Override, Resources};

/// A key in the words of DPV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term {
    /// The term's local name.
    pub(crate) name: &'static str,
    /// True when it is broader than the key: a person should look.
    pub(crate) is_broader: bool,
}

/// Both tables, with what the source adds to them.
pub(crate) struct Taxonomy {
    categories: HashMap<&'static str, Term>,
    uses: HashMap<&'static str, Term>,
    parents: HashMap<String, String>,
}

/// A chain of parents that is longer has a loop.
const PARENTS_MAX: usize = 32;

impl Taxonomy {
    pub(crate) fn new(resources: &Resources) -> Self {
        let own = resources.data_category.iter().chain(&resources.data_use);
        let parents =
            own.filter_map(|Override { fides_key, parent_key, .. }| Some((fides_key.clone(), parent_key.clone()?)));
        Self {
            categories: table(include_str!("taxonomy/categories.tsv")),
            uses: table(include_str!("taxonomy/uses.tsv")),
            parents: parents.collect(),
        }
    }

    /// The kind of personal data of a category; `None` when it is about no person or not known.
    pub(crate) fn category(&self, key: &str) -> Option<Term> {
        self.find(&self.categories, key)
    }

    /// The class of a purpose.
    pub(crate) fn data_use(&self, key: &str) -> Option<Term> {
        self.find(&self.uses, key)
    }

    /// True when a category is another or stands below it.
    pub(crate) fn is_within(&self, key: &str, ancestor: &str) -> bool {
        let mut at = Some(key.to_owned());
        for _ in 0..PARENTS_MAX {
            match at {
                Some(key) if key == ancestor => return true,
                Some(key) => at = self.parent(&key),
                None => return false,
            }
        }
        false
    }

    fn find(&self, table: &HashMap<&'static str, Term>, key: &str) -> Option<Term> {
        let mut at = key.to_owned();
        for n_steps in 0..PARENTS_MAX {
            if let Some(term) = table.get(at.as_str()) {
                return Some(Term { is_broader: term.is_broader || n_steps > 0, ..*term });
            }
            at = self.parent(&at)?;
        }
        None
    }

    fn parent(&self, key: &str) -> Option<String> {
        self.parents.get(key).cloned().or_else(|| Some(key.rsplit_once('.')?.0.to_owned()))
    }
}

fn table(text: &'static str) -> HashMap<&'static str, Term> {
    let rows = text.lines().skip(1).filter_map(|line| {
        let mut cells = line.split('\t');
        Some((cells.next()?, Term { name: cells.next()?, is_broader: cells.next()? == "1" }))
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_of_the_tables_is_one_of_the_vocabulary() {
        let taxonomy = Taxonomy::new(&Resources::default());
        assert!(taxonomy.categories.len() > 80 && taxonomy.uses.len() > 40);
        for (key, term) in &taxonomy.categories {
            assert!(candor_manifest::dpv::data(term.name).is_some(), "{key}: {}", term.name);
        }
        for (key, term) in &taxonomy.uses {
            assert!(candor_manifest::dpv::purpose(term.name).is_some(), "{key}: {}", term.name);
        }
    }

    #[test]
    fn what_is_not_listed_is_its_nearest_parent_and_counts_as_broader() {
        let own = |key: &str, parent: &str| Override {
            fides_key: key.to_owned(),
            name: None,
            parent_key: Some(parent.to_owned()),
        };
        let data_category = vec![own("loyalty", "user.contact.email"), own("a", "b"), own("b", "a")];
        let taxonomy = Taxonomy::new(&Resources { data_category, ..Resources::default() });
        let email = Term { name: "EmailAddress", is_broader: false };
        assert_eq!(taxonomy.category("user.contact.email"), Some(email));
        assert_eq!(taxonomy.category("user.contact.email.work"), Some(Term { is_broader: true, ..email }));
        assert_eq!(taxonomy.category("loyalty"), Some(Term { is_broader: true, ..email }));
        assert_eq!(taxonomy.category("system.operations"), None);
        assert_eq!(taxonomy.category("a"), None);
        assert!(taxonomy.is_within("loyalty", "user.contact") && !taxonomy.is_within("user.contact", "loyalty"));
        assert!(!taxonomy.is_within("user.contacts", "user.contact"));
    }
}
