//! The terms of the W3C Data Privacy Vocabulary 2.3 that a policy may speak in.
//!
//! The tables are compiled in; `dpv/README.md` tells where they come from.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::spell;

/// One term of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The local name: `DirectMarketing`.
    pub name: &'static str,
    /// The English label: `Direct Marketing`.
    pub label: &'static str,
    /// The broader term, when it is in the same table.
    pub broader: Option<&'static str>,
    /// True for the special categories of GDPR Art. 9.
    pub special: bool,
    space: &'static str,
}

impl Term {
    /// The term's address.
    pub fn iri(&self) -> String {
        format!("{}{}", self.space, self.name)
    }
}

const DPV: &str = "https://w3id.org/dpv#";
const PD: &str = "https://w3id.org/dpv/pd#";
const GDPR: &str = "https://w3id.org/dpv/legal/eu/gdpr#";

/// A vocabulary table, found by term.
pub struct Table {
    rows: Vec<Term>,
    by_name: HashMap<&'static str, usize>,
}

impl Table {
    fn read(text: &'static str, space: &'static str) -> Self {
        let mut rows: Vec<Term> = text.lines().skip(1).filter_map(|line| row(line, space)).collect();
        let names: HashMap<&str, ()> = rows.iter().map(|term| (term.name, ())).collect();
        for term in &mut rows {
            term.broader = term.broader.filter(|broader| names.contains_key(broader));
        }
        let by_name = rows.iter().enumerate().map(|(at, term)| (term.name, at)).collect();
        Self { rows, by_name }
    }

    /// Finds a term by its local name.
    pub fn get(&self, name: &str) -> Option<&Term> {
        self.by_name.get(name).and_then(|at| self.rows.get(*at))
    }

    /// Every term, in byte order.
    pub fn terms(&self) -> &[Term] {
        &self.rows
    }

    /// True when `name` is `ancestor` or stands anywhere below it.
    pub fn is_narrower(&self, name: &str, ancestor: &str) -> bool {
        // A table of n terms has no chain longer than n: the walk ends even if the table had a loop.
        let mut at = self.get(name);
        for _ in 0..self.rows.len() {
            match at {
                Some(term) if term.name == ancestor => return true,
                Some(term) => at = term.broader.and_then(|broader| self.get(broader)),
                None => return false,
            }
        }
        false
    }

    /// The term that was perhaps meant.
    pub fn nearest(&self, name: &str) -> Option<&'static str> {
        spell::nearest(name, self.rows.iter().map(|term| term.name))
    }
}

fn row(line: &'static str, space: &'static str) -> Option<Term> {
    let mut cells = line.split('\t');
    let (name, label, broader) = (cells.next()?, cells.next()?, cells.next()?);
    let special = cells.next() == Some("1");
    Some(Term { name, label, broader: Some(broader).filter(|term| !term.is_empty()), special, space })
}

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = $file:literal in $space:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name() -> &'static Table {
            static TABLE: OnceLock<Table> = OnceLock::new();
            TABLE.get_or_init(|| Table::read(include_str!($file), $space))
        }
    )*};
}

tables! {
    /// Why data is processed.
    purposes = "dpv/purposes.tsv" in DPV;
    /// Kinds of personal data.
    personal_data = "dpv/personal_data.tsv" in PD;
    /// What is done with data.
    processing = "dpv/processing.tsv" in DPV;
    /// Technical and organisational measures.
    measures = "dpv/measures.tsv" in DPV;
    /// The legal bases of GDPR Art. 6, 9, 45, 46 and 49.
    legal_bases = "dpv/legal_bases.tsv" in GDPR;
    /// The rights of GDPR Art. 7(3), 13 to 22 and 77 to 79.
    rights = "dpv/rights.tsv" in GDPR;
    /// Reasons for delaying or refusing a right.
    justifications = "dpv/justifications.tsv" in GDPR;
}

/// Finds a purpose term.
pub fn purpose(term: &str) -> Option<&'static Term> {
    purposes().get(term)
}

/// Finds a term for a kind of personal data.
pub fn data(term: &str) -> Option<&'static Term> {
    personal_data().get(term)
}

/// True when a right exists under an Art. 6 basis, both by their DPV terms (`A6-1-a`, `A20`).
pub fn basis_gives(basis: &str, right: &str) -> bool {
    let pairs = include_str!("dpv/basis_rights.tsv");
    pairs.lines().skip(1).filter_map(|line| line.split_once('\t')).any(|pair| pair == (basis, right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_narrower_than_itself_and_its_ancestors() {
        assert!(purposes().is_narrower("TargetedAdvertising", "Advertising"));
        assert!(purposes().is_narrower("Marketing", "Marketing"));
        assert!(!purposes().is_narrower("CustomerCare", "Marketing"));
        assert!(!purposes().is_narrower("NoSuchTerm", "Marketing"));
    }

    #[test]
    fn the_tables_hold_what_the_vocabulary_lists() {
        assert!(purposes().terms().len() > 100 && personal_data().terms().len() > 200);
        assert_eq!(data("Health").map(Term::iri).as_deref(), Some("https://w3id.org/dpv/pd#Health"));
        assert!(data("ReligiousBelief").is_some_and(|term| term.special));
        assert!(data("EmailAddress").is_some_and(|term| !term.special));
    }

    #[test]
    fn portability_comes_with_consent_and_contract_alone() {
        assert!(basis_gives("A6-1-a", "A20") && basis_gives("A6-1-b", "A20"));
        assert!(!basis_gives("A6-1-f", "A20") && basis_gives("A6-1-f", "A21"));
    }
}
