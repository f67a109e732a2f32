//! Entries, Merkle tree, checkpoints, proofs and their checker.
