//! Somewhere to be told at: what was told there last, and when it is tried again.

use candor_words::Instant;
use serde::{Deserialize, Serialize};

/// How often a call-back is tried for one status.
pub const TELLS_MAX: u32 = 10;
/// The wait after the first one that nobody took; doubled after each other.
const BACK_OFF_MS: i64 = 5_000;
const BACK_OFF_MS_MAX: i64 = 3_600_000;

/// Somewhere to be told at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Telling {
    pub address: String,
    /// The status that was told last.
    told: Option<String>,
    /// The status that is to be told now.
    telling: Option<String>,
    /// How often that was tried.
    attempts: u32,
    again_at: Option<Instant>,
}

impl Telling {
    pub fn at(address: &str) -> Self {
        Self { address: address.to_owned(), told: None, telling: None, attempts: 0, again_at: None }
    }

    /// Whether a status is to be told now; one that was not told yet begins anew.
    pub fn is_due(&mut self, status: &str, now: Instant) -> bool {
        self.turn_to(status);
        let is_due = self.again_at.is_none_or(|again_at| again_at <= now) && self.attempts < TELLS_MAX;
        self.told.as_deref() != Some(status) && is_due
    }

    /// Notes whether somebody took it.
    pub fn note(&mut self, status: &str, is_taken: bool, now: Instant) {
        self.turn_to(status);
        if is_taken {
            (self.told, self.attempts, self.again_at) = (Some(status.to_owned()), 0, None);
            return;
        }
        let wait = BACK_OFF_MS.saturating_mul(1 << self.attempts.min(20)).min(BACK_OFF_MS_MAX);
        self.attempts += 1;
        self.again_at = Some(Instant::from_millis(now.as_millis().saturating_add(wait)));
    }

    fn turn_to(&mut self, status: &str) {
        if self.telling.as_deref() != Some(status) {
            (self.telling, self.attempts, self.again_at) = (Some(status.to_owned()), 0, None);
        }
    }
}

/// Whether an address is `https` on one of the hosts that were named: a server that calls whatever it is told to is a way
/// into its own network.
pub(crate) fn is_of(hosts: &[String], address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    hosts.iter().any(|known| known == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_told_until_it_is_taken_or_was_tried_often() {
        let (mut telling, mut now) = (Telling::at("https://a.example/told"), Instant::from_millis(0));
        for _ in 0..TELLS_MAX {
            assert!(telling.is_due("open", now));
            telling.note("open", false, now);
            assert!(!telling.is_due("open", now), "it waits");
            now = Instant::from_millis(now.as_millis() + BACK_OFF_MS_MAX);
        }
        assert!(!telling.is_due("open", now), "often enough");
        assert!(telling.is_due("denied", now), "another status begins anew");
        telling.note("denied", true, now);
        assert!(!telling.is_due("denied", now));
    }

    #[test]
    fn only_hosts_that_were_named_are_called() {
        let hosts = ["agent.example".to_owned(), "localhost:8443".to_owned()];
        for address in ["https://agent.example/told", "https://agent.example", "https://localhost:8443/x?y"] {
            assert!(is_of(&hosts, address), "{address}");
        }
        for address in [
            "http://agent.example/told",
            "https://agent.example.evil.example/",
            "https://agent.example@evil.example/",
            "https://localhost/",
            "https://agent.example\\@evil.example",
            "",
        ] {
            assert!(!is_of(&hosts, address), "{address}");
        }
    }
}
