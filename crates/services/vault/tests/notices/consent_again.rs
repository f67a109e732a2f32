//! Consent covers what was said yes to; what a later version adds waits for a new yes.

use candor_decision::Verdict;
use candor_vault::{ConsentAct, ConsentVerb};
use candor_words::{Span, SpanUnit, SubjectId};

use super::support::World;
use super::{MORE_NEWS, NEWS, told_world};

const TEXT: &str = "May we write to you about new products?";
const NEW_TEXT: &str = "May we write to you about new products and your job?";

fn act(purpose: &str, verb: ConsentVerb, text: Option<&str>) -> ConsentAct {
    ConsentAct { purpose: purpose.into(), act: verb, text: text.map(str::to_owned), language: None, method: None }
}

impl World {
    async fn says(&self, subject: SubjectId, purpose: &str, verb: ConsentVerb) {
        self.vault.consent(&self.admin, subject, act(purpose, verb, None)).await.unwrap();
    }

    async fn says_to(&self, subject: SubjectId, purpose: &str, text: &str) {
        self.vault.consent(&self.admin, subject, act(purpose, ConsentVerb::Given, Some(text))).await.unwrap();
    }

    /// What is granted, and what is refused with its reason.
    async fn read(
        &self,
        subject: SubjectId,
        purpose: &str,
        fields: &[&str],
    ) -> (Vec<String>, Vec<(String, &'static str)>) {
        let answer = self.vault.read(&self.admin, &self.ask(subject, purpose, fields)).await.unwrap();
        let granted = answer.records.iter().flat_map(|record| record.values.keys().cloned()).collect();
        (granted, answer.refused.into_iter().map(|refused| (refused.field, refused.code)).collect())
    }

    async fn asks_again(&self, subject: SubjectId, purpose: &str) -> (bool, bool) {
        let preferences = self.vault.preferences(&self.admin, subject).await.unwrap();
        let found = preferences.purposes.into_iter().find(|preference| preference.purpose == purpose).unwrap();
        let consent = found.consent.unwrap();
        (consent.ask_again, consent.in_force)
    }
}

const FIELDS: [&str; 3] = ["account.email", "account.name", "account.job"];

fn refused(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(field.to_owned(), code)]
}

#[tokio::test]
async fn a_field_that_is_added_waits_for_a_new_yes_and_the_rest_goes_on() {
    let (world, _) = told_world().await;
    let ada = world.ada().await;
    world.says(ada, "newsletter", ConsentVerb::Given).await;
    world.put(&[(NEWS, MORE_NEWS)]).await.unwrap();
    // Until the version takes effect nothing changes.
    let (granted, _) = world.read(ada, "newsletter", &FIELDS[..2]).await;
    assert_eq!(granted, ["email", "name"]);
    assert_eq!(world.asks_again(ada, "newsletter").await, (false, true));

    world.clock.advance(Span::new(8, SpanUnit::Day));
    let (granted, not) = world.read(ada, "newsletter", &FIELDS).await;
    assert_eq!(
        (granted, not),
        (vec!["email".to_owned(), "name".to_owned()], refused("account.job", "field.consent_again"))
    );
    assert_eq!(world.asks_again(ada, "newsletter").await, (true, true));
    let why = world.vault.why(&world.admin, &world.ask(ada, "newsletter", &["account.job"]), None).await.unwrap();
    assert_eq!((why.verdict, why.refused[0].code), (Verdict::Refused, "field.consent_again"));

    world.clock.advance(Span::new(1, SpanUnit::Day));
    let before = world.vault.now();
    world.clock.advance(Span::new(1, SpanUnit::Day));
    world.says(ada, "newsletter", ConsentVerb::Given).await;
    let (granted, not) = world.read(ada, "newsletter", &FIELDS).await;
    assert_eq!((granted.len(), not), (3, Vec::new()));
    assert_eq!(world.asks_again(ada, "newsletter").await, (false, true));
    // What was so before the new yes can still be told.
    let why =
        world.vault.why(&world.admin, &world.ask(ada, "newsletter", &["account.job"]), Some(before)).await.unwrap();
    assert_eq!(why.refused[0].code, "field.consent_again");
}

#[tokio::test]
async fn another_text_or_channel_asks_for_the_whole_purpose_again() {
    for change in [(TEXT, NEW_TEXT), ("by email, sms, opt-out offered", "by email, sms, telephone, opt-out offered")] {
        let (world, _) = told_world().await;
        let ada = world.ada().await;
        world.says(ada, "newsletter", ConsentVerb::Given).await;
        world.put(&[change]).await.unwrap();
        world.clock.advance(Span::new(8, SpanUnit::Day));
        let (granted, not) = world.read(ada, "newsletter", &["account.email"]).await;
        assert_eq!((granted, not), (Vec::new(), refused("account.email", "basis.consent_again")), "{change:?}");
        assert_eq!(world.asks_again(ada, "newsletter").await, (true, false));
        // Withdrawn is withdrawn: then nothing is asked again, it is just missing.
        world.says(ada, "newsletter", ConsentVerb::Withdrawn).await;
        let (_, not) = world.read(ada, "newsletter", &["account.email"]).await;
        assert_eq!(not, refused("account.email", "basis.consent_missing"));
        assert_eq!(world.asks_again(ada, "newsletter").await, (false, false));
        world.says(ada, "newsletter", ConsentVerb::Given).await;
        assert_eq!(world.read(ada, "newsletter", &["account.email"]).await.0, ["email"]);
    }
}

#[tokio::test]
async fn a_yes_to_the_new_text_may_come_before_it_takes_effect_and_one_to_the_old_is_none_after() {
    let (world, _) = told_world().await;
    let (early, late) = (world.person("e@people.example", "E").await, world.person("l@people.example", "L").await);
    world.put(&[(TEXT, NEW_TEXT)]).await.unwrap();
    world.says_to(early, "newsletter", NEW_TEXT).await;
    world.clock.advance(Span::new(8, SpanUnit::Day));
    assert_eq!(world.read(early, "newsletter", &["account.email"]).await.0, ["email"]);
    world.says_to(late, "newsletter", TEXT).await;
    let (_, not) = world.read(late, "newsletter", &["account.email"]).await;
    assert_eq!(not, refused("account.email", "basis.consent_again"));
}

#[tokio::test]
async fn a_narrower_version_keeps_consent() {
    let (world, _) = told_world().await;
    let ada = world.ada().await;
    world.says(ada, "newsletter", ConsentVerb::Given).await;
    let fewer = "uses account.email\n    by email, sms, opt-out offered";
    let put = world.put(&[(NEWS, fewer)]).await.unwrap();
    assert_eq!(put.notice, None);
    let (granted, not) = world.read(ada, "newsletter", &["account.email"]).await;
    assert_eq!((granted, not), (vec!["email".to_owned()], Vec::new()));
    assert_eq!(world.asks_again(ada, "newsletter").await, (false, true));
}

#[tokio::test]
async fn a_share_that_is_added_waits_and_the_use_inside_goes_on() {
    let (world, _) = told_world().await;
    let ada = world.ada().await;
    world.says(ada, "newsletter", ConsentVerb::Given).await;
    let shared =
        "uses account.email, account.name\n    share account.email with gateway\n    by email, sms, opt-out offered";
    world.put(&[(NEWS, shared)]).await.unwrap();
    world.clock.advance(Span::new(8, SpanUnit::Day));
    assert_eq!(world.read(ada, "newsletter", &["account.email"]).await.0, ["email"]);
    let mut ask = world.ask(ada, "newsletter", &["account.email"]);
    ask.recipient = Some("gateway".into());
    let answer = world.vault.read(&world.admin, &ask).await.unwrap();
    assert_eq!(answer.refused[0].code, "field.consent_again");
    world.says(ada, "newsletter", ConsentVerb::Given).await;
    assert!(world.vault.read(&world.admin, &ask).await.unwrap().refused.is_empty());
}

#[tokio::test]
async fn a_yes_confirmed_after_the_change_speaks_of_what_was_shown_before_it() {
    let (world, _) = told_world().await;
    let ada = world.ada().await;
    let twice = (
        "purpose newsletter \"Tell you what is new\" is DirectMarketing {\n    because consent\n",
        "purpose newsletter \"Tell you what is new\" is DirectMarketing {\n    because consent, double opt-in\n",
    );
    world.put(&[twice]).await.unwrap();
    world.clock.advance(Span::new(8, SpanUnit::Day));
    world.says(ada, "newsletter", ConsentVerb::Given).await;
    world.put_dated(Some("2026-07-01"), &[twice, (NEWS, MORE_NEWS)]).await.unwrap();
    world.clock.advance(Span::new(30, SpanUnit::Day));
    world.says(ada, "newsletter", ConsentVerb::Confirmed).await;
    let (granted, not) = world.read(ada, "newsletter", &FIELDS).await;
    assert_eq!((granted.len(), not), (2, refused("account.job", "field.consent_again")));
}

#[tokio::test]
async fn who_must_be_asked_again_is_listed() {
    let (world, _) = told_world().await;
    let mut said = Vec::new();
    for at in 0..5 {
        let subject = world.person(&format!("p{at}@people.example"), "P").await;
        if at < 3 {
            world.says(subject, "newsletter", ConsentVerb::Given).await;
            said.push(subject);
        }
    }
    world.put(&[(NEWS, MORE_NEWS)]).await.unwrap();
    assert_eq!(world.vault.ask_again(&world.admin, None, 10).await.unwrap().0.rows, []);
    world.clock.advance(Span::new(8, SpanUnit::Day));
    said.sort_unstable();
    let mut found = Vec::new();
    let (mut after, mut n_looked_at) = (None, 0);
    loop {
        let (page, looked_at) = world.vault.ask_again(&world.admin, after, 2).await.unwrap();
        assert!(page.rows.len() <= 2 && page.rows.iter().all(|row| row.purposes == ["newsletter"]), "{page:?}");
        found.extend(page.rows.into_iter().map(|row| row.subject));
        n_looked_at += looked_at;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((found, n_looked_at), (said.clone(), 5));
    world.says(said[0], "newsletter", ConsentVerb::Given).await;
    let (page, _) = world.vault.ask_again(&world.admin, None, 10).await.unwrap();
    assert_eq!(page.rows.iter().map(|row| row.subject).collect::<Vec<_>>(), said[1..]);
}
