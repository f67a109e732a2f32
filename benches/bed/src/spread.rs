//! Times as a distribution.

use std::time::Duration;

/// Times of one kind, in order.
#[derive(Default)]
pub struct Spread(Vec<Duration>);

impl Spread {
    /// Takes times in any order.
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The time that this share of them does not exceed, such as 0.99.
    pub fn at(&self, share: f64) -> Duration {
        let last = self.0.len().saturating_sub(1);
        self.0.get(((last as f64) * share).round() as usize).copied().unwrap_or_default()
    }
}

/// A time with three digits and its unit.
pub fn shown(time: Duration) -> String {
    match time.as_nanos() {
        0..10_000 => format!("{:.2} µs", time.as_secs_f64() * 1e6),
        10_000..1_000_000 => format!("{:.0} µs", time.as_secs_f64() * 1e6),
        1_000_000..10_000_000_000 => format!("{:.2} ms", time.as_secs_f64() * 1e3),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}
