//! The memory that an Argon2 hash fills, kept from one to the next.
//!
//! A fresh 19 MiB costs the system about a tenth of the hash: pages are found, cleared and given back each time.

use argon2::{Argon2, Block};

use crate::argon2id::MEMORY_KIB;

/// Memory for one hash at a time; empty until the first. Whoever hashes often keeps it, and drops it when there is nothing to
/// hash.
#[derive(Default)]
pub struct HashMemory(Vec<Block>);

impl HashMemory {
    /// Hashes into `digest`. True unless the library refuses its input.
    pub(crate) fn hash(&mut self, argon2: &Argon2<'_>, candidate: &[u8], salt: &[u8], digest: &mut [u8]) -> bool {
        // What lies here from the hash before is never read: the first pass writes each block before it looks at it.
        let n_blocks = argon2.params().block_count();
        if n_blocks > MEMORY_KIB as usize {
            // One that somebody else made costlier is not what is kept for.
            return argon2.hash_password_into(candidate, salt, digest).is_ok();
        }
        if self.0.len() < n_blocks {
            self.0.resize(n_blocks, Block::new());
        }
        let Some(blocks) = self.0.get_mut(..n_blocks) else { return false };
        argon2.hash_password_into_with_memory(candidate, salt, digest, blocks).is_ok()
    }
}
