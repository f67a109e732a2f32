//! The counts: of one person under their own key, and of everybody by value, under keyed names.
//!
//! All of them end, so that no backup holds any: after a restore everybody is new once. A sign-in changes a dozen slips in one unit. Two of one tenant at once wait for each other here; should anything else
//! have changed one meanwhile, the whole is read and counted anew.

use candor_risk::{Attempt as Shown, History, PersonTally, Totals, ValueTally, Week, history, learn};
use candor_vault::{NewSlip, SlipChange, VaultError};
use candor_words::{Instant, SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use super::note::Note;
use super::policy::RiskPolicy;
use crate::attempt::Attempt;
use crate::drawer::{Kept, Sort, written};
use crate::identity::Identity;

/// How often counting begins anew before it is given up.
const TRIES_MAX: usize = 5;
/// What the totals are called; there is one of each tenant.
const TOTALS: [u8; 32] = [0; 32];

/// Body of a person's counts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct OfPerson(PersonTally);

/// Body of the totals.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct OfAll(Totals);

/// Body of a value's counts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct OfValue(ValueTally);

impl Sort for OfPerson {
    const KIND: u16 = 20;
}

impl Sort for OfAll {
    const KIND: u16 = 21;
}

impl Sort for OfValue {
    const KIND: u16 = 22;
}

/// What is counted that concerns one attempt, and how it is kept.
pub(super) struct Counts<'a> {
    shown: &'a Shown,
    person: Place<OfPerson>,
    all: Place<OfAll>,
    values: Vec<Place<OfValue>>,
}

/// A slip that is there, or where it would be.
enum Place<T> {
    Kept(Kept<T>),
    Free([u8; 32], Option<SubjectId>),
}

impl<T: Sort + Clone + Default> Place<T> {
    fn body(&self) -> T {
        match self {
            Self::Kept(kept) => kept.body.clone(),
            Self::Free(..) => T::default(),
        }
    }

    /// The change that keeps another body here until an instant, unless somebody else did meanwhile.
    fn put(&self, body: T, ends_at: Option<Instant>) -> Result<SlipChange, VaultError> {
        match self {
            Self::Kept(kept) => Kept { body, expires_at: ends_at, ..kept.clone() }.put_again(),
            Self::Free(name, owner) => {
                let body = written(&body)?;
                let new = NewSlip { kind: T::KIND, name: *name, owner: *owner, expires_at: ends_at, body };
                Ok(SlipChange::Put(new, candor_vault::Expect::Absent))
            }
        }
    }
}

impl Counts<'_> {
    /// What a score reads.
    pub(super) fn history(&self, since: Week) -> History {
        let values: Vec<ValueTally> = self.values.iter().map(|place| place.body().0).collect();
        history(self.shown, &self.person.body().0, &self.all.body().0, &values, since)
    }

    /// The changes that count a sign-in.
    fn counted(&self, policy: &RiskPolicy, now: Instant) -> Result<Vec<SlipChange>, VaultError> {
        let (OfPerson(mut person), OfAll(mut all)) = (self.person.body(), self.all.body());
        let mut values: Vec<ValueTally> = self.values.iter().map(|place| place.body().0).collect();
        learn(self.shown, &mut person, &mut all, &mut values, (policy.since(now), Week::of(now)));
        let ends_at = Some(policy.ends_at(now));
        let mut changes = vec![self.person.put(OfPerson(person), ends_at)?, self.all.put(OfAll(all), ends_at)?];
        for (place, tally) in self.values.iter().zip(values) {
            changes.push(place.put(OfValue(tally), ends_at)?);
        }
        Ok(changes)
    }
}

impl Identity {
    /// Reads the counts that concern an attempt.
    pub(super) async fn counts<'a>(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        shown: &'a Shown,
    ) -> Result<Counts<'a>, VaultError> {
        let mut values = Vec::with_capacity(shown.values().len());
        for named in shown.values() {
            // A name of one level is no name of another, and says nothing without the key.
            let mut name = [0; 32];
            name[..16].copy_from_slice(named.name.as_bytes());
            values.push(self.counted_at(tenant, name, None).await?);
        }
        let mut name = [0; 32];
        name[..16].copy_from_slice(subject.as_bytes());
        let person = self.counted_at(tenant, name, Some(subject)).await?;
        Ok(Counts { shown, person, all: self.counted_at(tenant, TOTALS, None).await?, values })
    }

    /// Counts a completed sign-in.
    pub(super) async fn count(
        &self,
        tenant: TenantId,
        policy: &RiskPolicy,
        attempt: &Attempt,
        shown: &Shown,
        note: Option<[u8; 32]>,
    ) -> Result<(), VaultError> {
        let _alone = self.counting.of(tenant).lock().await;
        let mut n_tries = 0;
        loop {
            n_tries += 1;
            let mut changes = Vec::new();
            if !shown.is_empty() {
                changes = self.counts(tenant, attempt.subject, shown).await?.counted(policy, self.now())?;
            }
            if let Some(name) = note
                && let Some(mut kept) = self.kept::<Note>(tenant, name).await?
            {
                kept.body.complete(attempt.methods);
                changes.push(kept.put_again()?);
            }
            match self.vault.change_slips(&self.door(tenant), changes, Vec::new()).await {
                Err(error) if error.code() == "slip.changed" && n_tries < TRIES_MAX => {}
                done => return done.map(drop),
            }
        }
    }

    async fn counted_at<T: Sort>(
        &self,
        tenant: TenantId,
        name: [u8; 32],
        owner: Option<SubjectId>,
    ) -> Result<Place<T>, VaultError> {
        let kept = self.kept(tenant, name).await?;
        Ok(kept.map_or(Place::Free(name, owner), Place::Kept))
    }
}

/// Who counts waits for who counts for the same tenant: conflicts would only make both begin anew.
pub(crate) struct Counting(Box<[tokio::sync::Mutex<()>]>);

impl Counting {
    const PLACES: usize = 64;

    pub(crate) fn new() -> Self {
        Self((0..Self::PLACES).map(|_| tokio::sync::Mutex::new(())).collect())
    }

    fn of(&self, tenant: TenantId) -> &tokio::sync::Mutex<()> {
        &self.0[usize::from(tenant.as_bytes()[0]) % Self::PLACES]
    }
}
