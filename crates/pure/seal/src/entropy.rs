//! The machine's random bytes.

use candor_words::Entropy;

/// The operating system's generator, through aws-lc's.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// Ends the process when the machine has no random bytes: a key that somebody can guess
    /// would be worse than no service.
    fn fill(&self, into: &mut [u8]) {
        if aws_lc_rs::rand::fill(into).is_err() {
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        let (mut one, mut two) = ([0; 32], [0; 32]);
        SystemEntropy.fill(&mut one);
        SystemEntropy.fill(&mut two);
        assert_ne!(one, two);
    }
}
