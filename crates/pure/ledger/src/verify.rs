//! Verifies proofs, with nothing but hashes at hand.
//!
//! Source: RFC 9162 §2.1.3.2 (inclusion) and §2.1.4.2 (consistency).

use crate::proof::{ConsistencyProof, InclusionProof};
use crate::{Digest, hash_node};

/// The longest path a proof in a 64-bit log can have.
const PATH_MAX: usize = 65;

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Sizes and positions that no log has, or a path of the wrong length.
    #[error("the proof does not hold: its sizes, position and path do not fit together")]
    Malformed,
    /// The hashes lead to another root.
    #[error("the proof does not hold: it leads to another root than the one given")]
    RootDiffers,
}

/// Verifies that a leaf is in the tree with this root.
///
/// # Errors
/// `Malformed`, `RootDiffers`.
pub fn verify_inclusion(leaf: &Digest, proof: &InclusionProof, root: &Digest) -> Result<(), VerifyError> {
    if proof.index >= proof.size || proof.path.len() > PATH_MAX {
        return Err(VerifyError::Malformed);
    }
    let (mut at, mut last) = (proof.index, proof.size - 1);
    let mut hash = *leaf;
    for sibling in &proof.path {
        if last == 0 {
            return Err(VerifyError::Malformed);
        }
        if at & 1 == 1 || at == last {
            hash = hash_node(sibling, &hash);
            climb_to_right_child(&mut at, &mut last);
        } else {
            hash = hash_node(&hash, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(VerifyError::Malformed);
    }
    if hash == *root { Ok(()) } else { Err(VerifyError::RootDiffers) }
}

/// Verifies that the tree with `root` begins with all of the tree with `old_root`.
///
/// # Errors
/// `Malformed`, `RootDiffers`.
pub fn verify_consistency(proof: &ConsistencyProof, old_root: &Digest, root: &Digest) -> Result<(), VerifyError> {
    if proof.old_size > proof.size || proof.path.len() > PATH_MAX {
        return Err(VerifyError::Malformed);
    }
    if proof.old_size == 0 || proof.old_size == proof.size {
        return verify_trivial(proof, old_root, root);
    }
    // A complete old tree is a subtree of the new one, so the proof leaves its root out.
    let mut path = proof.path.iter();
    let first = if proof.old_size.is_power_of_two() { Some(old_root) } else { path.next() };
    let Some(first) = first.filter(|_| !proof.path.is_empty()) else {
        return Err(VerifyError::Malformed);
    };
    let (mut at, mut last) = (proof.old_size - 1, proof.size - 1);
    let shift = at.trailing_ones();
    (at, last) = (at >> shift, last >> shift);
    let (mut old, mut new) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return Err(VerifyError::Malformed);
        }
        if at & 1 == 1 || at == last {
            old = hash_node(sibling, &old);
            new = hash_node(sibling, &new);
            climb_to_right_child(&mut at, &mut last);
        } else {
            new = hash_node(&new, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(VerifyError::Malformed);
    }
    if old == *old_root && new == *root { Ok(()) } else { Err(VerifyError::RootDiffers) }
}

/// The empty tree begins every tree, and every tree begins with itself: neither has a path.
fn verify_trivial(proof: &ConsistencyProof, old_root: &Digest, root: &Digest) -> Result<(), VerifyError> {
    if !proof.path.is_empty() {
        return Err(VerifyError::Malformed);
    }
    let expected = if proof.old_size == proof.size { *root } else { Digest::of(b"") };
    if *old_root == expected { Ok(()) } else { Err(VerifyError::RootDiffers) }
}

/// Skips the levels where the node has no sibling: "until either LSB(fn) is set or fn is 0".
fn climb_to_right_child(at: &mut u64, last: &mut u64) {
    while *at & 1 == 0 && *at != 0 {
        *at >>= 1;
        *last >>= 1;
    }
}
