//! A carrier that keeps what it is given, and fails as it is told to.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use candor_notify::{Message, Notify, Undelivered};

/// A message as it was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub id: String,
    pub to: String,
    pub title: String,
    pub text: String,
}

#[derive(Default)]
pub struct Carrier {
    sent: Mutex<Vec<Sent>>,
    failures: Mutex<BTreeMap<String, (Undelivered, u32)>>,
    is_away: Mutex<bool>,
    /// After so many messages it takes one more and never answers; 0 means never.
    hangs_after: AtomicUsize,
}

impl Carrier {
    pub fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// Fails the next `times` messages to an address.
    pub fn fail(&self, to: &str, how: Undelivered, times: u32) {
        self.failures.lock().unwrap().insert(to.to_owned(), (how, times));
    }

    pub fn go_away(&self, is_away: bool) {
        *self.is_away.lock().unwrap() = is_away;
    }

    pub fn hang_after(&self, n: usize) {
        self.hangs_after.store(n, Ordering::SeqCst);
    }
}

#[async_trait::async_trait]
impl Notify for Carrier {
    async fn deliver(&self, message: &Message) -> Result<(), Undelivered> {
        assert_eq!(message.opt_out, None, "notice has no opt-out");
        if *self.is_away.lock().unwrap() {
            return Err(Undelivered::Unreachable);
        }
        let to = message.to.expose().clone();
        if let Some((how, times)) = self.failures.lock().unwrap().get_mut(&to)
            && *times > 0
        {
            *times -= 1;
            return Err(*how);
        }
        let sent = Sent { id: message.id.clone(), to, title: message.title.clone(), text: message.text.clone() };
        let n_sent = {
            let mut all = self.sent.lock().unwrap();
            all.push(sent);
            all.len()
        };
        let hangs_after = self.hangs_after.load(Ordering::SeqCst);
        if hangs_after > 0 && n_sent > hangs_after {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}
