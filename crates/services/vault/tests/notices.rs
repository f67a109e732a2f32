//! Notice of changes: everybody once, by mail and in the app; what fails is tried again, listed, and never lost.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "notices/carrier.rs"]
mod carrier;
#[path = "notices/consent_again.rs"]
mod consent_again;
#[path = "notices/in_app.rs"]
mod in_app;
#[path = "notices/mailing.rs"]
mod mailing;
#[path = "notices/putting.rs"]
mod putting;
mod support;

use std::sync::Arc;

use candor_store_memory::MemoryStore;
use candor_vault::{JobOutcome, PolicyView, Post, VaultError};
use candor_words::{Instant, Span, SpanUnit};

use carrier::Carrier;
use support::{POLICY, World, world_over};

/// What the small policy promises here.
const PROMISE: &str = "notice of significant change by email, in app, 7 days before\n";
/// The purpose that rests on consent, as the small policy has it, and reaching further.
const NEWS: &str = "uses account.email, account.name\n    by email, sms, opt-out offered";
const MORE_NEWS: &str = "uses account.email, account.name, account.job\n    by email, sms, opt-out offered";
/// A change that needs notice and nobody's consent.
const SUPPORT: (&str, &str) =
    ("uses account.email, account.name, ticket\n", "uses account.email, account.name, account.job, ticket\n");

/// A world whose policy promises notice, and a carrier of mail.
async fn told_world() -> (World, Arc<Carrier>) {
    told_over(Arc::new(MemoryStore::new())).await
}

async fn told_over(store: Arc<dyn candor_store::Store>) -> (World, Arc<Carrier>) {
    let world = world_over(store, &format!("{POLICY}\n{PROMISE}")).await;
    let carrier = Arc::new(Carrier::default());
    world.tell_by(&carrier);
    world.clock.advance(Span::new(1, SpanUnit::Hour));
    (world, carrier)
}

impl World {
    fn tell_by(&self, carrier: &Arc<Carrier>) {
        let mail: Arc<dyn candor_notify::Notify> = carrier.clone();
        self.vault.tell_by(Post { mail: Some(mail), public_url: "https://privacy.example".into() });
    }

    /// Puts the policy with changes, without a date.
    async fn put(&self, changes: &[(&str, &str)]) -> Result<PolicyView, VaultError> {
        self.put_dated(None, changes).await
    }

    async fn put_dated(&self, date: Option<&str>, changes: &[(&str, &str)]) -> Result<PolicyView, VaultError> {
        let mut text = format!("{POLICY}\n{PROMISE}");
        let version = date.map_or("2".to_owned(), |date| format!("2, effective {date}"));
        for (from, to) in [&[("version 2026-01-29", format!("version {version}").as_str())], changes].concat() {
            assert!(text.contains(from), "the policy has no `{from}`");
            text = text.replace(from, to);
        }
        self.vault.put_policy(&self.admin, vec![("policy.candor".to_owned(), text)]).await
    }

    /// Runs the jobs that are due, once each; returns what became of those that tell people.
    async fn run_jobs(&self) -> Vec<JobOutcome> {
        let now = self.vault.now();
        let until = Instant::from_millis(now.as_millis() + 60_000);
        let mut outcomes = Vec::new();
        for job in self.vault.store().lease_jobs(now, until, 100).await.unwrap() {
            let outcome = self.vault.run_job(&job).await.unwrap();
            if job.kind == "notice.mail" {
                outcomes.push(outcome);
            }
        }
        outcomes
    }

    /// Runs jobs and lets time pass until nothing is left to tell; returns how many rounds it took.
    async fn tell_everybody(&self) -> usize {
        for round in 1..=100 {
            let left = self.vault.store().jobs(self.tenant, None, 100).await.unwrap().rows;
            if !left.iter().any(|job| job.kind == "notice.mail") {
                return round - 1;
            }
            self.run_jobs().await;
            self.clock.advance(Span::new(1, SpanUnit::Minute));
        }
        panic!("telling people did not come to an end");
    }
}
