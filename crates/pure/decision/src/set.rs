//! Sets of positions as eight machine words: what a decision is made of.
//!
//! One shape serves fields, purposes and opt-out slots, each a type of its own, so that a set of
//! purposes never stands where a set of fields is due. Nothing here allocates.

use std::marker::PhantomData;

use candor_manifest::model::{FIELDS_MAX, FieldIx, PurposeIx};

const WORDS: usize = 8;

/// The most positions a set holds; those beyond are never members.
pub const POSITIONS_MAX: usize = WORDS * 64;

const _: () = assert!(POSITIONS_MAX == FIELDS_MAX);

/// A position that a [`Set`] may hold.
pub trait Position: Copy {
    /// The position as a number.
    fn number(self) -> u16;
    /// The position with that number.
    fn from_number(number: u16) -> Self;
}

macro_rules! positions {
    ($($name:ty),*) => {$(
        impl Position for $name {
            fn number(self) -> u16 {
                self.0
            }

            fn from_number(number: u16) -> Self {
                Self(number)
            }
        }
    )*};
}

/// The position of a (purpose, channel) pair from which people may opt out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct SlotIx(pub u16);

positions!(FieldIx, PurposeIx, SlotIx);

/// A set of fields.
pub type FieldSet = Set<FieldIx>;
/// A set of purposes.
pub type PurposeSet = Set<PurposeIx>;
/// A set of opt-out slots.
pub type SlotSet = Set<SlotIx>;

/// A set of at most [`POSITIONS_MAX`] positions.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Set<Ix> {
    words: [u64; WORDS],
    of: PhantomData<Ix>,
}

impl<Ix> Set<Ix> {
    /// The set without members.
    pub const EMPTY: Self = Self::from_words([0; WORDS]);

    /// Takes the words as they were stored; bit `n % 64` of word `n / 64` stands for position `n`.
    pub const fn from_words(words: [u64; WORDS]) -> Self {
        Self { words, of: PhantomData }
    }

    /// Returns the words to store.
    pub const fn as_words(&self) -> &[u64; WORDS] {
        &self.words
    }

    /// The members of either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        self.joined(other, |mine, theirs| mine | theirs)
    }

    /// The members of both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.joined(other, |mine, theirs| mine & theirs)
    }

    /// The members of this that are not in the other.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        self.joined(other, |mine, theirs| mine & !theirs)
    }

    /// True when there is no member.
    pub fn is_empty(&self) -> bool {
        self.words.iter().fold(0, |all, word| all | word) == 0
    }

    /// True when every member is in the other too.
    pub fn is_within(&self, other: &Self) -> bool {
        self.minus(other).is_empty()
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    #[inline]
    fn joined(&self, other: &Self, by: impl Fn(u64, u64) -> u64) -> Self {
        let mut words = self.words;
        for (mine, theirs) in words.iter_mut().zip(other.words) {
            *mine = by(*mine, theirs);
        }
        Self::from_words(words)
    }
}

impl<Ix: Position> Set<Ix> {
    /// The set of one position.
    pub fn of(ix: Ix) -> Self {
        let mut set = Self::EMPTY;
        set.insert(ix);
        set
    }

    /// Adds a position; a position beyond [`POSITIONS_MAX`] is left out.
    #[inline]
    pub fn insert(&mut self, ix: Ix) {
        let (word_at, bit) = place(ix);
        if let Some(word) = self.words.get_mut(word_at) {
            *word |= bit;
        }
    }

    /// Takes a position out.
    #[inline]
    pub fn remove(&mut self, ix: Ix) {
        let (word_at, bit) = place(ix);
        if let Some(word) = self.words.get_mut(word_at) {
            *word &= !bit;
        }
    }

    /// True when the position is a member.
    #[inline]
    pub fn contains(&self, ix: Ix) -> bool {
        let (word_at, bit) = place(ix);
        self.words.get(word_at).is_some_and(|word| word & bit != 0)
    }

    /// The members, lowest position first.
    pub fn iter(&self) -> impl Iterator<Item = Ix> + use<Ix> {
        self.words.into_iter().zip(0u16..).flat_map(|(mut word, word_at)| {
            std::iter::from_fn(move || {
                let bit = u16::try_from(word.trailing_zeros()).ok().filter(|bit| *bit < 64)?;
                word &= word - 1;
                Some(Ix::from_number(word_at * 64 + bit))
            })
        })
    }
}

#[inline]
fn place<Ix: Position>(ix: Ix) -> (usize, u64) {
    let number = ix.number();
    (usize::from(number >> 6), 1 << (number & 63))
}

impl<Ix> Default for Set<Ix> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<Ix: Position> FromIterator<Ix> for Set<Ix> {
    fn from_iter<T: IntoIterator<Item = Ix>>(positions: T) -> Self {
        let mut set = Self::EMPTY;
        set.extend(positions);
        set
    }
}

impl<Ix: Position> Extend<Ix> for Set<Ix> {
    fn extend<T: IntoIterator<Item = Ix>>(&mut self, positions: T) {
        for ix in positions {
            self.insert(ix);
        }
    }
}

impl<Ix: Position> std::fmt::Debug for Set<Ix> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter().map(Position::number)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_lists_what_was_put_in_lowest_first() {
        let set: FieldSet = [511, 0, 64, 63].into_iter().map(FieldIx).collect();
        assert_eq!(set.iter().map(|ix| ix.0).collect::<Vec<_>>(), [0, 63, 64, 511]);
        assert_eq!(set.len(), 4);
    }

    #[test]
    fn a_position_beyond_the_bound_is_never_a_member() {
        let set = FieldSet::of(FieldIx(512));
        assert!(set.is_empty());
        assert!(!set.contains(FieldIx(512)));
    }

    #[test]
    fn words_come_back_as_they_were_stored() {
        let set: PurposeSet = [3, 300].into_iter().map(PurposeIx).collect();
        assert_eq!(PurposeSet::from_words(*set.as_words()), set);
    }

    #[test]
    fn both_either_and_only_mine() {
        let mine: FieldSet = [1, 100].into_iter().map(FieldIx).collect();
        let theirs: FieldSet = [100, 200].into_iter().map(FieldIx).collect();
        assert_eq!(mine.and(&theirs), FieldSet::of(FieldIx(100)));
        assert_eq!(mine.or(&theirs).len(), 3);
        assert_eq!(mine.minus(&theirs), FieldSet::of(FieldIx(1)));
        assert!(FieldSet::of(FieldIx(1)).is_within(&mine));
        assert!(!mine.is_within(&theirs));
    }
}
