//! How often a second factor may be guessed, and how many codes are sent: counted per account, in the store, over every
//! attempt and every restart.
//!
//! Whoever guesses has proved the first factor, so nobody else is locked out by it. Ten guesses are free; each one more
//! waits twice as long as the one before, from a quarter of an hour up to a day. A right one forgets them all.

use candor_vault::{ErrorKind, VaultError};
use candor_words::{Instant, SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use crate::drawer::{Kept, Sort};
use crate::identity::Identity;

/// Guesses that wait for nothing.
pub(crate) const GUESSES_FREE: u32 = 10;
const WAIT_MS: i64 = 15 * 60 * 1000;
const WAIT_MS_MAX: i64 = 24 * 60 * 60 * 1000;
/// Codes that are sent to one person within [`WAIT_MS`].
pub(crate) const SENT_MAX: usize = 5;
/// How long it is remembered that somebody guessed.
const KEPT_MS: i64 = 60 * 24 * 60 * 60 * 1000;
/// How often a count that others change meanwhile is taken again.
const ROUNDS_MAX: usize = 8;

/// What was counted of one person.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Counted {
    n_guessed: u32,
    next_at: Option<Instant>,
    sent_at: Vec<Instant>,
}

impl Sort for Counted {
    const KIND: u16 = 19;
}

impl Counted {
    /// Counts a guess before it is looked at.
    fn guess(&mut self, now: Instant) -> Result<(), VaultError> {
        if self.next_at.is_some_and(|next_at| now < next_at) {
            return Err(too_often());
        }
        self.n_guessed = self.n_guessed.saturating_add(1);
        if let Some(n_over) = self.n_guessed.checked_sub(GUESSES_FREE) {
            let wait_ms = WAIT_MS.saturating_mul(1 << n_over.min(20)).min(WAIT_MS_MAX);
            self.next_at = Some(Instant::from_millis(now.as_millis().saturating_add(wait_ms)));
        }
        Ok(())
    }

    /// Counts a code before it is sent.
    fn send(&mut self, now: Instant) -> Result<(), VaultError> {
        self.sent_at.retain(|at| now.as_millis() - at.as_millis() < WAIT_MS);
        if self.sent_at.len() >= SENT_MAX {
            return Err(too_often());
        }
        self.sent_at.push(now);
        Ok(())
    }
}

impl Identity {
    /// Counts a guess; true when it is the one that begins to be slowed down.
    ///
    /// # Errors
    /// `factor.too_often`.
    pub(crate) async fn count_guess(&self, tenant: TenantId, subject: SubjectId) -> Result<bool, VaultError> {
        let counted = self.count_codes(tenant, subject, Counted::guess).await?;
        Ok(counted.n_guessed == GUESSES_FREE)
    }

    /// Counts a code that is to be sent.
    ///
    /// # Errors
    /// `factor.too_often`.
    pub(crate) async fn count_sent(&self, tenant: TenantId, subject: SubjectId) -> Result<(), VaultError> {
        self.count_codes(tenant, subject, Counted::send).await.map(drop)
    }

    /// Forgets the guesses: the last one was right.
    pub(crate) async fn guessed_right(&self, tenant: TenantId, subject: SubjectId) -> Result<(), VaultError> {
        let forget = |counted: &mut Counted, _: Instant| {
            (counted.n_guessed, counted.next_at) = (0, None);
            Ok(())
        };
        self.count_codes(tenant, subject, forget).await.map(drop)
    }

    /// Changes the count, once, whoever else changes it at the same time.
    async fn count_codes(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        change: impl Fn(&mut Counted, Instant) -> Result<(), VaultError>,
    ) -> Result<Counted, VaultError> {
        let name = self.vault.slip_name(tenant, Counted::KIND, subject.as_bytes()).await?;
        let end = Some(self.in_ms(KEPT_MS));
        for _ in 0..ROUNDS_MAX {
            let kept = self.kept::<Counted>(tenant, name).await?;
            let mut body = kept.as_ref().map(|kept| kept.body.clone()).unwrap_or_default();
            change(&mut body, self.now())?;
            let put = match kept {
                Some(kept) => Kept { body: body.clone(), expires_at: end, ..kept }.put_again()?,
                None => self.put_new(name, Some(subject), end, &body)?,
            };
            match self.vault.change_slips(&self.door(tenant), vec![put], Vec::new()).await {
                Err(error) if error.code() == "slip.changed" => {}
                done => return done.map(|_| body),
            }
        }
        Err(too_often())
    }
}

fn too_often() -> VaultError {
    VaultError::new(
        ErrorKind::TooOften,
        "factor.too_often",
        "nothing was done: too many codes were tried or sent before",
    )
    .help("wait a while, or use a passkey")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Instant {
        Instant::from_millis(ms)
    }

    #[test]
    fn guesses_wait_longer_and_longer() {
        let mut counted = Counted::default();
        for _ in 0..GUESSES_FREE {
            counted.guess(at(0)).unwrap();
        }
        let (mut now, mut wait_ms) = (0, WAIT_MS);
        for _ in 0..12 {
            assert_eq!(counted.guess(at(now + wait_ms - 1)).unwrap_err().code(), "factor.too_often");
            now += wait_ms;
            counted.guess(at(now)).unwrap();
            wait_ms = (wait_ms * 2).min(WAIT_MS_MAX);
        }
        assert_eq!(wait_ms, WAIT_MS_MAX);
    }

    #[test]
    fn five_codes_are_sent_within_a_quarter_of_an_hour() {
        let mut counted = Counted::default();
        for n in 0..5 {
            counted.send(at(n)).unwrap();
        }
        assert_eq!(counted.send(at(5)).unwrap_err().code(), "factor.too_often");
        counted.send(at(WAIT_MS)).unwrap();
        assert_eq!(counted.send(at(WAIT_MS)).unwrap_err().code(), "factor.too_often");
    }
}
