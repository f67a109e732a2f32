//! Password hashing: slow by design, so it runs beside the async threads, few at a time, and no long queue forms.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use candor_password::{CANDIDATE_BYTES_MAX, HashMemory, hash_candidate};
use candor_words::Secret;
use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::caller::Caller;
use crate::records::NewRecord;
use crate::value::HASHES_MAX;
use crate::{ErrorKind, Vault, VaultError};

/// The most hashings that wait for their turn; who comes then is told to come back.
const WAITING_MAX: usize = 256;
/// The member under which a value comes that is to be hashed here.
const PLAIN: &str = "plain";

/// Who may hash at the same time.
pub(crate) struct Hashers {
    turns: Arc<Semaphore>,
    desks: Arc<Desks>,
}

/// What hashings share: how many there are, and the memory that those before left to the next.
#[derive(Default)]
struct Desks {
    n_present: AtomicUsize,
    memories: Mutex<Vec<HashMemory>>,
}

impl Hashers {
    /// As many at a time as there are processors. What else the server answers shares them fairly: a hashing runs on a
    /// thread of its own, and the system gives one that wakes for a short while its turn before one that only works.
    pub(crate) fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { turns: Arc::new(Semaphore::new(processors)), desks: Arc::default() }
    }

    /// Runs slow work when it is its turn.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut HashMemory) -> T + Send + 'static,
    ) -> Result<T, VaultError> {
        let place = Place::take(&self.desks)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| busy())?;
        let working = tokio::task::spawn_blocking(move || {
            // Held by the work, not by who asked: one that hangs up does not let another in beside it.
            let _turn = turn;
            let mut memory = place.0.memories.lock().pop().unwrap_or_default();
            let done = work(&mut memory);
            place.leave(memory);
            done
        });
        working.await.map_err(|_| VaultError::new(ErrorKind::Internal, "hash.failed", "the hashing broke off"))
    }
}

/// A place among those that wait or work; held until the work is done, whoever hangs up meanwhile.
struct Place(Arc<Desks>);

impl Place {
    fn take(desks: &Arc<Desks>) -> Result<Self, VaultError> {
        let place = Self(Arc::clone(desks));
        // Dropped again at once when there are too many.
        if desks.n_present.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX { Err(busy()) } else { Ok(place) }
    }

    /// Leaves the memory to somebody who waits; a server at rest keeps none.
    fn leave(self, memory: HashMemory) {
        let mut memories = self.0.memories.lock();
        if self.0.n_present.load(Ordering::Relaxed) > memories.len() + 1 {
            memories.push(memory);
        } else {
            memories.clear();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.n_present.fetch_sub(1, Ordering::Relaxed);
    }
}

fn busy() -> VaultError {
    VaultError::new(
        ErrorKind::Unavailable,
        "hash.busy",
        "more passwords wait to be hashed than the server takes at once",
    )
    .help("try again in a second")
}

impl Vault {
    /// Puts an Argon2id hash in the place of each `{"plain": …}` of a field that the policy keeps as a hash.
    ///
    /// # Errors
    /// More candidates at once than one value may hold hashes; one that is empty or too long; too much hashing under
    /// way.
    pub(crate) async fn hash_plain(&self, caller: &Caller, records: &mut [NewRecord]) -> Result<(), VaultError> {
        let tenant = self.tenant(caller.tenant()).await?;
        let policy = Arc::clone(tenant.policy_at(self.now())?);
        let mut n_hashed = 0;
        for record in records {
            for (name, value) in &mut record.values {
                let field = policy.plan.field(&format!("{}.{name}", record.group));
                if !field.is_some_and(|field| policy.manifest().fields[field.at()].hashed) {
                    continue;
                }
                let items = match value {
                    Value::Array(items) => items.as_mut_slice(),
                    value => std::slice::from_mut(value),
                };
                for item in items {
                    let Some(candidate) = plain_in(item) else { continue };
                    n_hashed += 1;
                    if n_hashed > HASHES_MAX {
                        return Err(VaultError::bad("hash.too_many", "at most 16 candidates are hashed at once"));
                    }
                    *item = self.hash_one(candidate).await?.into();
                }
            }
        }
        Ok(())
    }

    /// Hashes a password that somebody chose, with Argon2id, for a field that the policy keeps as a hash.
    ///
    /// # Errors
    /// One that is empty or too long; too much hashing under way.
    pub async fn hash_password(&self, password: Secret<String>) -> Result<String, VaultError> {
        self.hash_one(password).await
    }

    /// Hashes one candidate with Argon2id.
    pub(crate) async fn hash_one(&self, candidate: Secret<String>) -> Result<String, VaultError> {
        if !(1..=CANDIDATE_BYTES_MAX).contains(&candidate.expose().len()) {
            return Err(VaultError::bad("candidate.length", "a password to be hashed has 1 to 1024 bytes"));
        }
        let mut salt = [0; 16];
        self.entropy.fill(&mut salt);
        let hashed = self.hashers.run(move |memory| hash_candidate(&candidate, &Salt(salt), memory)).await?;
        hashed.map_err(|_| VaultError::new(ErrorKind::Internal, "hash.failed", "the hashing broke off"))
    }
}

/// Takes the candidate out of `{"plain": …}`.
fn plain_in(value: &mut Value) -> Option<Secret<String>> {
    let members = value.as_object_mut().filter(|members| members.len() == 1)?;
    match members.get_mut(PLAIN) {
        Some(Value::String(text)) => Some(Secret::new(std::mem::take(text))),
        _ => None,
    }
}

/// Chance that was drawn before, for work on another thread.
struct Salt([u8; 16]);

impl candor_words::Entropy for Salt {
    fn fill(&self, into: &mut [u8]) {
        for (byte, drawn) in into.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *drawn;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_goes_from_one_hashing_to_who_waits_and_none_is_kept_at_rest() {
        let hashers = Arc::new(Hashers::new());
        let kept = |hashers: &Hashers| hashers.desks.memories.lock().len();
        let (sender, receiver) = std::sync::mpsc::channel::<()>();
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let slow = tokio::spawn({
            let hashers = Arc::clone(&hashers);
            async move {
                let slow = move |_: &mut HashMemory| {
                    begun.send(()).ok();
                    receiver.recv()
                };
                hashers.run(slow).await
            }
        });
        has_begun.await.unwrap();
        // With one processor the second would wait for the first; it is let go only then.
        let is_alone = std::thread::available_parallelism().map_or(1, usize::from) == 1;
        if is_alone {
            sender.send(()).unwrap();
        } else {
            hashers.run(|_| ()).await.unwrap();
            assert_eq!(kept(&hashers), 1, "somebody else is there");
            sender.send(()).unwrap();
        }
        slow.await.unwrap().unwrap().unwrap();
        assert_eq!(kept(&hashers), 0);
        assert_eq!(hashers.desks.n_present.load(Ordering::Relaxed), 0);
    }
}
