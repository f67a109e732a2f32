//! Consent: asked with a text, and never in force longer than the subject wants.

use candor_decision::Verdict;
use candor_ledger::{Digest, EntryBody};
use candor_vault::{ConsentAct, ConsentVerb};
use candor_words::{Span, SpanUnit, to_hex};

use crate::{code, places};

#[tokio::test]
async fn a_purpose_on_consent_is_off_until_consent_is_given() {
    for place in places().await {
        let ada = place.ada().await;
        assert_eq!(place.refusal(ada, "testimonials").await, "basis.consent_missing");
        let choice = place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        assert_eq!((choice.kind, choice.state), ("consent.given", "given"));
        assert!(place.is_granted(ada, "testimonials").await);
    }
}

#[tokio::test]
async fn a_refused_consent_opens_nothing() {
    for place in places().await {
        let ada = place.ada().await;
        assert_eq!(place.say(ada, "testimonials", ConsentVerb::Refused).await.unwrap().state, "refused");
        assert_eq!(place.refusal(ada, "testimonials").await, "basis.consent_missing");
    }
}

#[tokio::test]
async fn a_withdrawal_is_in_force_at_once_and_the_past_stays_provable() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        let read_at = place.now();
        assert!(place.is_granted(ada, "testimonials").await);
        place.pass(1, SpanUnit::Hour);
        let choice = place.say(ada, "testimonials", ConsentVerb::Withdrawn).await.unwrap();
        assert_eq!(choice.kind, "consent.withdrawn");
        assert_eq!(place.refusal(ada, "testimonials").await, "basis.consent_missing");

        let ask = place.ask(ada, "testimonials", &["account.name"]);
        let then = place.vault.why(&place.admin, &ask, Some(read_at)).await.unwrap();
        let now = place.vault.why(&place.admin, &ask, None).await.unwrap();
        assert_eq!((then.verdict, now.verdict), (Verdict::Granted, Verdict::Refused));
        assert_eq!(now.refused[0].code, "basis.consent_missing");
    }
}

#[tokio::test]
async fn each_act_keeps_its_text_and_its_place_in_the_ledger() {
    for place in places().await {
        let ada = place.ada().await;
        let text = "Dürfen wir Ihre Worte zeigen?";
        let act = ConsentAct {
            purpose: "testimonials".into(),
            act: ConsentVerb::Given,
            text: Some(text.into()),
            language: Some("de".into()),
            method: Some("sign_up_form".into()),
        };
        let given = place.vault.consent(&place.admin, ada, act).await.unwrap();
        let withdrawn = place.say(ada, "testimonials", ConsentVerb::Withdrawn).await.unwrap();
        let digest = to_hex(&Digest::of(text.as_bytes()).0);
        assert_eq!(given.text_digest.as_deref(), Some(digest.as_str()));
        assert_eq!(withdrawn.text_digest, given.text_digest);

        let page = place.vault.consents(&place.admin, ada, None, 1).await.unwrap();
        let first = &page.rows[0];
        assert_eq!(
            (first.kind.as_str(), first.text.as_deref(), first.language.as_deref()),
            ("consent.given", Some(text), Some("de"))
        );
        assert_eq!((first.method.as_deref(), first.entry), (Some("sign_up_form"), given.entry));
        let page = place.vault.consents(&place.admin, ada, page.next, 10).await.unwrap();
        assert_eq!((page.rows.len(), page.rows[0].entry, page.next), (1, withdrawn.entry, None));
        let body = place.entry(withdrawn.entry).await.body;
        assert!(matches!(body, EntryBody::ConsentWithdrawn { text, .. } if to_hex(&text.0) == digest));
    }
}

#[tokio::test]
async fn the_text_is_the_notice_or_else_the_title() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "newsletter", ConsentVerb::Given).await.unwrap();
        place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        let page = place.vault.consents(&place.admin, ada, None, 10).await.unwrap();
        let texts: Vec<_> = page.rows.iter().filter_map(|event| event.text.as_deref()).collect();
        assert_eq!(texts, ["May we write to you about new products?", "Publish what you said about us"]);
    }
}

#[tokio::test]
async fn double_opt_in_waits_for_its_confirmation() {
    for place in places().await {
        let ada = place.ada().await;
        assert_eq!(code(place.say(ada, "newsletter", ConsentVerb::Confirmed).await), "consent.not_waiting");
        let waiting = place.say(ada, "newsletter", ConsentVerb::Given).await.unwrap();
        assert_eq!((waiting.kind, waiting.state, waiting.until), ("consent.unconfirmed", "unconfirmed", None));
        assert!(matches!(place.entry(waiting.entry).await.body, EntryBody::Other { code: 1, .. }));
        assert_eq!(place.refusal(ada, "newsletter").await, "basis.consent_missing");
        let confirmed = place.say(ada, "newsletter", ConsentVerb::Confirmed).await.unwrap();
        assert_eq!((confirmed.kind, confirmed.state), ("consent.confirmed", "given"));
        assert!(matches!(place.entry(confirmed.entry).await.body, EntryBody::ConsentGiven { .. }));
        let ask = place.ask(ada, "newsletter", &["account.email"]);
        assert_eq!(place.vault.read(&place.admin, &ask).await.unwrap().verdict, Verdict::Granted);
    }
}

#[tokio::test]
async fn a_consent_lapses_when_the_policy_says() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "newsletter", ConsentVerb::Given).await.unwrap();
        let confirmed = place.say(ada, "newsletter", ConsentVerb::Confirmed).await.unwrap();
        assert_eq!(confirmed.until, Some(place.now().plus(Span::new(24, SpanUnit::Month))));
        place.pass(24, SpanUnit::Month);
        assert_eq!(place.refusal(ada, "newsletter").await, "basis.consent_missing");
    }
}

#[tokio::test]
async fn what_does_not_rest_on_consent_takes_none() {
    for place in places().await {
        let ada = place.ada().await;
        for act in [ConsentVerb::Given, ConsentVerb::Withdrawn] {
            assert_eq!(code(place.say(ada, "service", act).await), "consent.not_the_basis");
            assert_eq!(code(place.say(ada, "profiling", act).await), "purpose.undeclared");
            assert_eq!(code(place.say(ada, "@access", act).await), "purpose.undeclared");
        }
        assert!(place.vault.consents(&place.admin, ada, None, 10).await.unwrap().rows.is_empty());
    }
}

#[tokio::test]
async fn consent_can_be_taken_back_from_a_purpose_that_is_no_longer_declared() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        place.pass(1, SpanUnit::Day);
        let without = crate::POLICY.replace("purpose testimonials", "purpose quotes");
        place.vault.put_policy(&place.admin, vec![("policy.candor".into(), without)]).await.unwrap();
        let choice = place.say(ada, "testimonials", ConsentVerb::Withdrawn).await.unwrap();
        assert_eq!(choice.state, "withdrawn");
        let view = place.vault.subject(&place.admin, ada).await.unwrap();
        assert_eq!(view.standing.unwrap().consents["testimonials"].state, candor_vault::ConsentState::Withdrawn);
    }
}

#[tokio::test]
async fn texts_languages_and_methods_are_bounded() {
    for place in places().await {
        let ada = place.ada().await;
        let act = |text: &str, language: &str, method: &str| ConsentAct {
            purpose: "testimonials".into(),
            act: ConsentVerb::Given,
            text: Some(text.into()),
            language: Some(language.into()),
            method: Some(method.into()),
        };
        let say = |act| place.vault.consent(&place.admin, ada, act);
        assert_eq!(code(say(act(" ", "en", "form")).await), "consent.text_length");
        assert_eq!(code(say(act(&"x".repeat(20_001), "en", "form")).await), "consent.text_length");
        assert_eq!(code(say(act("Yes?", "e n", "form")).await), "consent.language");
        assert_eq!(code(say(act("Yes?", "en", "ada@example.org")).await), "consent.method");
        assert!(!place.is_granted(ada, "testimonials").await);
    }
}
