//! Envelopes and key wrapping.
