//! Full bundles as they lie in the database: each entry as its difference from the one before it.
//!
//! Entries have one layout, and neighbours share most of it: the plan, the actor, the better part of the time, often
//! the subject. Of some 115 bytes of an entry some 30 are left. Form: `ff`, then per entry its length in two bytes, big end
//! first, and runs until the length is filled: how many bytes are as in the entry before, how many follow that are
//! not, and those. A bundle that begins otherwise is in tlog-tiles form, as it was written before there was this.

use candor_ledger::{BUNDLE_ENTRIES_MAX, split_bundle};

/// No bundle begins so: it would be an entry far beyond the longest.
const PACKED: u8 = 0xff;

/// Packs a bundle in tlog-tiles form; what is not one is kept as it is.
pub(crate) fn pack(bundle: &[u8]) -> Vec<u8> {
    let Ok(entries) = split_bundle(bundle) else { return bundle.to_vec() };
    let mut packed = Vec::with_capacity(bundle.len() / 2);
    packed.push(PACKED);
    let mut before: &[u8] = &[];
    for entry in entries {
        put(&mut packed, before, entry);
        before = entry;
    }
    packed
}

fn put(packed: &mut Vec<u8>, before: &[u8], entry: &[u8]) {
    packed.extend_from_slice(&u16::try_from(entry.len()).unwrap_or(u16::MAX).to_be_bytes());
    let is_same = |at: usize| before.get(at) == entry.get(at);
    let mut at = 0;
    while at < entry.len() {
        let end = entry.len().min(at + usize::from(u8::MAX));
        let new_at = (at..end).find(|at| !is_same(*at)).unwrap_or(end);
        let end = entry.len().min(new_at + usize::from(u8::MAX));
        // A lone byte that is the same costs less among those that are not than a run of its own.
        let same_at = (new_at..end).find(|at| is_same(*at) && is_same(at + 1) && is_same(at + 2)).unwrap_or(end);
        packed.push((new_at - at) as u8);
        packed.push((same_at - new_at) as u8);
        packed.extend_from_slice(entry.get(new_at..same_at).unwrap_or_default());
        at = same_at;
    }
}

/// Takes a bundle out again, in tlog-tiles form; `None` when it is damaged.
pub(crate) fn unpack(packed: Vec<u8>) -> Option<Vec<u8>> {
    let Some((&PACKED, mut rest)) = packed.split_first() else { return Some(packed) };
    let mut bundle = Vec::with_capacity(packed.len() * 4);
    let mut before = 0..0;
    let mut n_entries = 0;
    while !rest.is_empty() {
        n_entries += 1;
        if n_entries > BUNDLE_ENTRIES_MAX {
            return None;
        }
        let (length, after) = rest.split_first_chunk()?;
        bundle.extend_from_slice(length);
        let start = bundle.len();
        let end = start + usize::from(u16::from_be_bytes(*length));
        rest = after;
        while bundle.len() < end {
            let ([same, new], after) = rest.split_first_chunk()?;
            let (same, new) = (usize::from(*same), usize::from(*new));
            let at = before.start + (bundle.len() - start);
            if same + new == 0 || (same > 0 && at + same > before.end) || bundle.len() + same + new > end {
                return None;
            }
            bundle.extend_from_within(at..at + same);
            let (literal, after) = after.split_at_checked(new)?;
            bundle.extend_from_slice(literal);
            rest = after;
        }
        before = start..end;
    }
    Some(bundle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(entries: &[&[u8]]) -> Vec<u8> {
        let framed = entries.iter().flat_map(|entry| {
            let length = u16::try_from(entry.len()).unwrap().to_be_bytes();
            [&length, *entry].concat()
        });
        framed.collect()
    }

    #[test]
    fn a_bundle_unpacks_to_what_was_packed() {
        let long = [7_u8; 700];
        let mut other = long;
        other[300] = 8;
        other[699] = 9;
        let cases: [&[&[u8]]; 6] = [
            &[],
            &[b""],
            &[b"one", b"one", b"onf", b"on", b""],
            &[&long, &other, &long[..400], &other],
            &[b"abcdef", b"abXdef", b"abXdYf", b"zbXdYfgh"],
            &[b"", b"a", b"", b"ab"],
        ];
        for entries in cases {
            let bundle = bundle(entries);
            assert_eq!(unpack(pack(&bundle)), Some(bundle.clone()), "{entries:?}");
            // What older programs wrote is read as it is.
            assert_eq!(unpack(bundle.clone()), Some(bundle));
        }
    }

    #[test]
    fn entries_that_share_most_take_little() {
        let entry = |n: u8| [&[5; 100][..], &[n; 16]].concat();
        let entries: Vec<Vec<u8>> = (0..=255).map(entry).collect();
        let whole = bundle(&entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
        assert!(pack(&whole).len() < whole.len() / 5);
    }

    #[test]
    fn a_packed_bundle_that_was_cut_or_changed_is_never_read_past_its_end() {
        let packed = pack(&bundle(&[b"abcdefgh", b"abcdXfgh", b"abcdXfghijkl"]));
        for end in 1..packed.len() {
            let cut = unpack(packed[..end].to_vec());
            assert!(cut.is_none_or(|cut| split_bundle(&cut).is_ok_and(|entries| entries.len() < 3)));
        }
        for at in 1..packed.len() {
            for bit in 0..8 {
                let mut changed = packed.clone();
                changed[at] ^= 1 << bit;
                let _ = unpack(changed);
            }
        }
    }
}
