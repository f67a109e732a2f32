//! How long, how often, how much.

use std::time::Duration;

/// How a site is asked.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long one answer is waited for.
    pub answer: Duration,
    /// How often the same is asked, before it is given up.
    pub tries_max: u32,
    /// How long the first pause between two tries is; each further one is twice as long.
    pub pause: Duration,
    /// The longest pause that is taken because the site asks for it; for a longer one it counts as busy.
    pub pause_max: Duration,
    /// The most bytes of an answer.
    pub answer_bytes_max: usize,
    /// The most calls in a second; as many as there are, when nothing is said.
    pub per_second: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(30),
            tries_max: 4,
            pause: Duration::from_millis(500),
            pause_max: Duration::from_secs(30),
            answer_bytes_max: 16 * 1024 * 1024,
            per_second: None,
        }
    }
}
