//! The rest of a file: pieces of 64 KiB, each sealed with its number, and the last one as the last.

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};

use crate::AgeError;

/// How long every piece is but the last.
pub const CHUNK_BYTES: usize = 64 << 10;

/// Seals pieces one after the other.
pub struct Chunks {
    key: LessSafeKey,
    n: u64,
    is_over: bool,
}

impl std::fmt::Debug for Chunks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chunks").field("n", &self.n).field("is_over", &self.is_over).finish_non_exhaustive()
    }
}

impl Chunks {
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, AgeError> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).map_err(|_| AgeError::Ended)?;
        Ok(Self { key: LessSafeKey::new(key), n: 0, is_over: false })
    }

    /// Seals a piece of exactly [`CHUNK_BYTES`] that another one follows.
    ///
    /// # Errors
    /// [`AgeError::Ended`]: another length, or the last piece was sealed.
    pub fn seal(&mut self, piece: &mut Vec<u8>) -> Result<(), AgeError> {
        if piece.len() != CHUNK_BYTES {
            return Err(AgeError::Ended);
        }
        self.next(piece, 0)
    }

    /// Seals the last piece: 1 to [`CHUNK_BYTES`] bytes, or none when it is the only one.
    ///
    /// # Errors
    /// [`AgeError::Ended`]: another length, or the last piece was sealed.
    pub fn seal_last(&mut self, piece: &mut Vec<u8>) -> Result<(), AgeError> {
        if piece.len() > CHUNK_BYTES || (piece.is_empty() && self.n > 0) {
            return Err(AgeError::Ended);
        }
        self.next(piece, 1)?;
        self.is_over = true;
        Ok(())
    }

    fn next(&mut self, piece: &mut Vec<u8>, last: u8) -> Result<(), AgeError> {
        if self.is_over {
            return Err(AgeError::Ended);
        }
        let mut nonce = [0; 12];
        // Eleven bytes count, of which eight are more than anybody will ever send.
        if let Some(counting) = nonce.get_mut(3..11) {
            counting.copy_from_slice(&self.n.to_be_bytes());
        }
        if let Some(end) = nonce.last_mut() {
            *end = last;
        }
        self.n = self.n.checked_add(1).ok_or(AgeError::Ended)?;
        // INVARIANT: the number is new each time, so that no nonce comes twice under this file's key.
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), piece)
            .map_err(|_| AgeError::Ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_have_their_length_and_nothing_follows_the_last() {
        let mut chunks = Chunks::new(&[7; 32]).unwrap();
        assert_eq!(chunks.seal(&mut vec![0; CHUNK_BYTES - 1]), Err(AgeError::Ended));
        let (mut one, mut other) = (vec![0; CHUNK_BYTES], vec![0; CHUNK_BYTES]);
        chunks.seal(&mut one).unwrap();
        assert_eq!(one.len(), CHUNK_BYTES + 16);
        chunks.seal(&mut other).unwrap();
        assert_ne!(one, other, "equal pieces are not seen to be equal");
        assert_eq!(chunks.seal_last(&mut Vec::new()), Err(AgeError::Ended), "an empty piece ends an empty file alone");
        chunks.seal_last(&mut vec![1]).unwrap();
        assert_eq!(chunks.seal(&mut vec![0; CHUNK_BYTES]), Err(AgeError::Ended));
        assert_eq!(chunks.seal_last(&mut vec![0; 1]), Err(AgeError::Ended));
    }
}
