//! Names to positions, in a few tens of nanoseconds.
//!
//! An open table with a multiplicative hash, eight bytes at a time. The names come from the policy,
//! so nobody outside can choose ones that collide; whoever asks can only look up.

/// A name that was declared twice.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Twice(pub(crate) String);

/// Looks positions up by name; immutable once built.
#[derive(Debug)]
pub(crate) struct Names {
    slots: Box<[Slot]>,
    mask: usize,
    names: Box<[Box<str>]>,
}

/// `ix_plus_one == 0` is an empty slot; `hash` spares most comparisons of text.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u32,
    ix_plus_one: u32,
}

impl Names {
    /// Builds the table; each name's position is its place in the iterator.
    ///
    /// # Errors
    /// A name that occurs twice.
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self, Twice> {
        let names: Box<[Box<str>]> = names.map(Box::from).collect();
        let n_slots = (names.len() * 4).next_power_of_two();
        let mut table = Self { slots: vec![Slot::default(); n_slots].into(), mask: n_slots - 1, names };
        for (name, ix_plus_one) in table.names.iter().zip(1u32..) {
            if table.find(name).is_some() {
                return Err(Twice(name.to_string()));
            }
            let hash = hash_of(name);
            let start = hash as usize;
            // INVARIANT: three slots of four stay empty, so that this search and `find` end.
            let free = (start..).map(|at| at & table.mask).find(|at| is_free(&table.slots, *at));
            if let Some(slot) = free.and_then(|at| table.slots.get_mut(at)) {
                *slot = Slot { hash, ix_plus_one };
            }
        }
        Ok(table)
    }

    /// Finds the position of a name.
    #[inline]
    pub(crate) fn find(&self, name: &str) -> Option<u16> {
        let hash = hash_of(name);
        let mut at = hash as usize & self.mask;
        loop {
            let slot = self.slots.get(at)?;
            let ix = slot.ix_plus_one.checked_sub(1)?;
            if slot.hash == hash && self.names.get(ix as usize).is_some_and(|known| **known == *name) {
                return u16::try_from(ix).ok();
            }
            at = (at + 1) & self.mask;
        }
    }

    /// The name at a position.
    pub(crate) fn name(&self, ix: usize) -> Option<&str> {
        self.names.get(ix).map(|name| &**name)
    }
}

fn is_free(slots: &[Slot], at: usize) -> bool {
    slots.get(at).is_none_or(|slot| slot.ix_plus_one == 0)
}

#[inline]
fn hash_of(name: &str) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let (chunks, rest) = name.as_bytes().as_chunks::<8>();
    let mut hash = name.len() as u64;
    for chunk in chunks {
        hash = (hash.rotate_left(23) ^ u64::from_le_bytes(*chunk)).wrapping_mul(FACTOR);
    }
    let tail = rest.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte));
    hash = (hash.rotate_left(23) ^ tail).wrapping_mul(FACTOR);
    // The high half is the well-mixed one.
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_at_its_place_and_no_other() {
        let names: Vec<String> = (0..500).map(|n| format!("group_{}.field_{n}", n % 7)).collect();
        let table = Names::new(names.iter().map(String::as_str)).unwrap();
        for (name, ix) in names.iter().zip(0u16..) {
            assert_eq!(table.find(name), Some(ix));
            assert_eq!(table.name(usize::from(ix)), Some(name.as_str()));
        }
        assert_eq!(table.find("group_0.field_500"), None);
        assert_eq!(table.find(""), None);
    }

    #[test]
    fn a_table_without_names_finds_nothing() {
        assert_eq!(Names::new(std::iter::empty()).unwrap().find("any"), None);
    }

    #[test]
    fn a_name_twice_is_refused() {
        assert_eq!(Names::new(["a", "b", "a"].into_iter()).unwrap_err(), Twice("a".to_owned()));
    }
}
