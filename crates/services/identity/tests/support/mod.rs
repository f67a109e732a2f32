//! A front door over a vault in memory, with a clock that stands still, chance that repeats, and letters that are kept.

#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use candor_identity::{Identity, IdentityParts, RiskSettings, SignUp, SignUpOutcome, Step, Token, Visit};
use candor_notify::{Message, Notify, Undelivered};
use candor_seal::{KeyVersion, RootKey};
use candor_store_memory::MemoryStore;
use candor_vault::{Caller, NewTenant, Post, TenantView, Vault, VaultParts};
use candor_words::{Instant, ManualClock, Secret, SeededEntropy};
use parking_lot::Mutex;
use serde_json::Value;

pub const PASSWORD: &str = "correct horse battery";

/// Letters that were sent: to whom, title, text.
#[derive(Default)]
pub struct Letters(Mutex<Vec<(String, String, String)>>, Mutex<Option<Arc<dyn Notify>>>);

#[async_trait]
impl Notify for Letters {
    async fn deliver(&self, message: &Message) -> Result<(), Undelivered> {
        let first = self.1.lock().clone();
        if let Some(first) = first {
            first.deliver(message).await?;
        }
        let Message { to, title, text, .. } = message;
        self.0.lock().push((to.expose().clone(), title.clone(), text.clone()));
        Ok(())
    }
}

impl Letters {
    /// The newest letter to somebody; waits until there are as many as `n`.
    pub async fn to(&self, address: &str, n: usize) -> (String, String) {
        for _ in 0..1000 {
            let found: Vec<_> = self.0.lock().iter().filter(|(to, ..)| to == address).cloned().collect();
            if found.len() >= n {
                let (_, title, text) = found[n - 1].clone();
                return (title, text);
            }
            tokio::task::yield_now().await;
        }
        panic!("no {n} letters to {address}: {:?}", self.0.lock());
    }

    /// The newest letter of a title to somebody; waits until there is one.
    pub async fn titled(&self, address: &str, wanted: &str) -> String {
        for _ in 0..1000 {
            let all = self.0.lock().clone();
            if let Some((.., text)) = all.into_iter().rev().find(|(to, title, _)| to == address && title == wanted) {
                return text;
            }
            tokio::task::yield_now().await;
        }
        panic!("no letter `{wanted}` to {address}: {:?}", self.0.lock());
    }

    /// Lets another carrier be asked before each letter; what it refuses is not kept.
    pub fn ask_first(&self, carrier: Option<Arc<dyn Notify>>) {
        *self.1.lock() = carrier;
    }

    pub fn n(&self) -> usize {
        self.0.lock().len()
    }
}

/// The code in a letter's link.
pub fn code(text: &str) -> Token {
    let (_, rest) = text.split_once("?code=").expect("a link");
    Token::parse(&rest[..candor_identity::TOKEN_CHARS]).expect("a code")
}

pub struct World {
    pub identity: Arc<Identity>,
    pub clock: Arc<ManualClock>,
    pub tenant: TenantView,
    pub letters: Arc<Letters>,
    /// Text messages that were sent.
    pub texts: Arc<Letters>,
    /// The key of the tenant's administrator.
    pub administrator: Caller,
}

pub const POLICY: &str = include_str!("policy.candor");

pub async fn world() -> World {
    world_of(POLICY).await
}

pub async fn world_of(policy: &str) -> World {
    world_with(policy, RiskSettings::default()).await
}

/// A world where an operator set how sign-ins are judged.
pub async fn world_with(policy: &str, risk: RiskSettings) -> World {
    let clock = Arc::new(ManualClock::new(Instant::from_date(2026, 6, 1).unwrap()));
    let root = RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).unwrap();
    let parts = VaultParts {
        store: Arc::new(MemoryStore::new()),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(42)),
        roots: vec![root],
        origin: "candor.test".into(),
    };
    let vault = Vault::open(parts).unwrap();
    let letters = Arc::new(Letters::default());
    vault.tell_by(Post { mail: Some(letters.clone()), public_url: "https://id.example".into() });
    let sources = vec![("policy.candor".to_owned(), policy.to_owned())];
    let created = vault.create_tenant(NewTenant { slug: "acme".into(), title: "Acme".into(), sources }).await.unwrap();
    let administrator = vault.authenticate(created.administrator.secret.expose()).await.unwrap();
    let texts = Arc::new(Letters::default());
    let identity = Identity::open(IdentityParts {
        vault,
        entropy: Arc::new(SeededEntropy::new(7)),
        passkeys: Arc::new(candor_passkeys::WebAuthn),
        sms: Some(texts.clone()),
    });
    identity.judge_by(risk);
    let tenant = identity.tenant("acme").await.unwrap();
    World { identity, clock, tenant, letters, texts, administrator }
}

pub fn visit() -> Visit {
    Visit::new(Some("192.0.2.7".parse().unwrap()), "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "en", None)
}

pub fn form(email: &str) -> SignUp {
    let values = [("account.email", email), ("account.company", "Acme")];
    SignUp {
        values: values.map(|(name, value)| (name.to_owned(), Value::from(value))).into(),
        password: Some(Secret::new(PASSWORD.to_owned())),
        consents: BTreeMap::from([("newsletter".to_owned(), true)]),
        is_old_enough: Some(true),
        then: None,
    }
}

impl World {
    /// Signs somebody up and confirms their address.
    pub async fn account(&self, email: &str) -> Step {
        let outcome = self.identity.sign_up(&self.tenant, form(email), &visit()).await.unwrap();
        assert!(matches!(outcome, SignUpOutcome::Written));
        let (_, text) = self.letters.to(email, 1).await;
        self.identity.confirm_sign_up(&self.tenant, &code(&text), &visit()).await.unwrap()
    }

    pub async fn sign_in(&self, identifier: &str, password: &str) -> Step {
        let password = Secret::new(password.to_owned());
        self.identity.sign_in(self.tenant.id, identifier, password, None, &visit()).await.unwrap()
    }
}
