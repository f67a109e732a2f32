//! Recipients in memory, and what is looked at of pushes.

use std::sync::Arc;

use async_trait::async_trait;
use candor_connect::{Callback, CallbackError, Callbacks};
use candor_ledger::VerifierKey;
use candor_notify::{Message, Notify, Undelivered};
use candor_vault::{Post, PushView};
use candor_words::{Instant, RequestId, SubjectId};
use parking_lot::Mutex;
use serde_json::Value;

use super::World;

pub const HOSTER: &str = "HOSTER_NOTICES=https://hoster.example/told#whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[derive(Default)]
pub struct Outside {
    pub mails: Mutex<Vec<(String, String, String)>>,
    pub posts: Mutex<Vec<Callback>>,
    pub n_refusals: Mutex<u32>,
}

impl Outside {
    /// What hears of a world's requests.
    pub fn of(world: &World) -> Arc<Self> {
        let outside = Arc::new(Self::default());
        world.vault.tell_by(Post { mail: Some(Arc::new(Carrier(outside.clone()))), public_url: String::new() });
        world.rights.tell_by(Arc::new(Poster(outside.clone())));
        outside
    }
}

struct Carrier(Arc<Outside>);

#[async_trait]
impl Notify for Carrier {
    async fn deliver(&self, message: &Message) -> Result<(), Undelivered> {
        let mail = (message.id.clone(), message.to.expose().clone(), message.text.clone());
        self.0.mails.lock().push(mail);
        Ok(())
    }
}

struct Poster(Arc<Outside>);

#[async_trait]
impl Callbacks for Poster {
    async fn post(&self, callback: &Callback) -> Result<(), CallbackError> {
        let mut left = self.0.n_refusals.lock();
        if *left > 0 {
            *left -= 1;
            return Err(CallbackError::Refused { status: 503 });
        }
        self.0.posts.lock().push(callback.clone());
        Ok(())
    }
}

/// The pushes about a person, oldest first.
pub async fn pushes(world: &World, subject: SubjectId) -> Vec<PushView> {
    let mut pushes = world.vault.pushes(&world.admin, subject, None, 100).await.unwrap().rows;
    pushes.sort_by_key(|push| (push.since, push.id));
    pushes
}

/// Has every push about a person done.
pub async fn settle(world: &World, subject: SubjectId) {
    for push in pushes(world, subject).await.iter().filter(|push| push.closed_at.is_none()) {
        world.until(push.id, "answered").await;
    }
}

/// What a receipt that verifies tells; nothing of anybody stands in it.
pub async fn receipt(world: &World, request: RequestId) -> Value {
    let receipt = world.vault.rights_receipt(&world.admin, request).await.unwrap();
    receipt.verify(&VerifierKey::parse(&world.verifier_key).unwrap()).unwrap();
    let rendering = receipt.rendering().clone();
    for mark in ["xample.org", "Ada", "Lovelace"] {
        assert!(!rendering.to_string().contains(mark), "{rendering}");
    }
    rendering
}

/// A second passes.
pub fn tick(world: &World) {
    world.clock.set(Instant::from_millis(world.vault.now().as_millis() + 1_000));
}
