//! Repeatable chance for made-up people; never for keys.

/// A sequence that the seed determines.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// Starts the sequence of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Source: splitmix64 (Steele, Lea, Flood 2014).
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 when there is none.
    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 { 0 } else { self.next() % n }
    }

    /// True about once in `n` times.
    pub fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// One of a list that is not empty; the empty text of one that is.
    pub fn one_of(&mut self, list: &[&'static str]) -> &'static str {
        let at = usize::try_from(self.below(list.len() as u64)).unwrap_or_default();
        list.get(at).copied().unwrap_or_default()
    }

    /// Lower-case hexadecimal of a length.
    pub fn hex(&mut self, n_digits: usize) -> String {
        let mut text = String::with_capacity(n_digits);
        while text.len() < n_digits {
            text.push_str(&format!("{:016x}", self.next()));
        }
        text.truncate(n_digits);
        text
    }
}
