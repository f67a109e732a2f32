//! Chance as an argument.

use std::sync::Mutex;

/// Fills buffers with bytes nobody can guess.
pub trait Entropy: Send + Sync {
    /// Overwrites all of `into` with fresh random bytes.
    fn fill(&self, into: &mut [u8]);
}

/// A repeatable source for tests: the same seed gives the same bytes. Never for real keys.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<u64>);

impl SeededEntropy {
    /// Starts the sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Entropy for SeededEntropy {
    /// Source: splitmix64 (Steele, Lea, Flood 2014).
    fn fill(&self, into: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in into.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
        }
    }
}
