//! Objections, preferences, instructions, contract, age, restriction, deactivation.

use candor_decision::{Channel, Verdict};
use candor_ledger::{Digest, EntryBody};
use candor_vault::{AgeAct, ConsentVerb, ContractAct, InstructAct, OptAct, Resolution, Terms};
use candor_words::{Span, SpanUnit};

use crate::support::record;
use crate::{Place, code, places};

fn overridden(ground: &str) -> Resolution {
    Resolution::Overridden { ground: ground.into() }
}

#[tokio::test]
async fn an_objection_stops_a_legitimate_interest_until_it_is_answered() {
    for place in places().await {
        let ada = place.ada().await;
        assert!(place.read(ada, "security").await.verdict == Verdict::Granted);
        let choice = place.vault.object(&place.admin, ada, "security").await.unwrap();
        assert_eq!(choice.state, "pending");
        assert_eq!(place.refusal(ada, "security").await, "basis.objected");
        let resolve = |resolution| place.vault.resolve_objection(&place.admin, ada, "security", resolution);
        assert_eq!(code(resolve(overridden("")).await), "objection.ground");
        assert_eq!(resolve(overridden("ongoing attack on the account")).await.unwrap().state, "overridden");
        assert!(place.is_granted(ada, "security").await);
        assert_eq!(code(resolve(Resolution::Upheld).await), "objection.not_pending");
    }
}

#[tokio::test]
async fn an_objection_to_marketing_is_final() {
    for place in places().await {
        let ada = place.ada().await;
        assert_eq!(place.vault.object(&place.admin, ada, "tips").await.unwrap().state, "upheld");
        assert_eq!(place.refusal(ada, "tips").await, "basis.objected");
        let answered = place.vault.resolve_objection(&place.admin, ada, "tips", overridden("we like to sell")).await;
        assert_eq!(code(answered), "objection.absolute");
        assert_eq!(place.refusal(ada, "tips").await, "basis.objected");
    }
}

#[tokio::test]
async fn objecting_again_does_not_reopen_what_was_upheld() {
    for place in places().await {
        let ada = place.ada().await;
        place.vault.object(&place.admin, ada, "security").await.unwrap();
        place.vault.resolve_objection(&place.admin, ada, "security", Resolution::Upheld).await.unwrap();
        assert_eq!(place.vault.object(&place.admin, ada, "security").await.unwrap().state, "upheld");
    }
}

#[tokio::test]
async fn a_contract_and_a_consent_know_no_objection_but_marketing_does() {
    for place in places().await {
        let ada = place.ada().await;
        assert_eq!(code(place.vault.object(&place.admin, ada, "service").await), "objection.not_possible");
        assert_eq!(code(place.vault.object(&place.admin, ada, "testimonials").await), "objection.not_possible");
        assert_eq!(place.vault.object(&place.admin, ada, "newsletter").await.unwrap().state, "upheld");
    }
}

#[tokio::test]
async fn a_later_consent_of_the_subject_ends_their_own_objection() {
    for place in places().await {
        let ada = place.ada().await;
        place.vault.object(&place.admin, ada, "newsletter").await.unwrap();
        place.say(ada, "newsletter", ConsentVerb::Given).await.unwrap();
        assert_eq!(place.refusal(ada, "newsletter").await, "basis.objected");
        place.say(ada, "newsletter", ConsentVerb::Confirmed).await.unwrap();
        let ask = place.ask(ada, "newsletter", &["account.email"]);
        assert_eq!(place.vault.read(&place.admin, &ask).await.unwrap().verdict, Verdict::Granted);
    }
}

async fn send(place: &Place, subject: candor_words::SubjectId, channel: Channel) -> Option<&'static str> {
    let ask = candor_vault::Ask { channel: Some(channel), ..place.ask(subject, "tips", &["account.email"]) };
    let answer = place.vault.read(&place.admin, &ask).await.unwrap();
    answer.refused.first().map(|refused| refused.code)
}

#[tokio::test]
async fn messages_can_be_declined_per_purpose_and_channel() {
    for place in places().await {
        let ada = place.ada().await;
        assert_eq!(send(&place, ada, Channel::Email).await, None);
        let opt = |act| place.vault.opt(&place.admin, ada, "tips", Channel::Email, act);
        assert_eq!(opt(OptAct::Out).await.unwrap().state, "opted_out");
        assert_eq!(send(&place, ada, Channel::Email).await, Some("opted_out"));
        assert_eq!(opt(OptAct::In).await.unwrap().state, "opted_in");
        assert_eq!(send(&place, ada, Channel::Email).await, None);
    }
}

#[tokio::test]
async fn what_is_fixed_says_why() {
    for place in places().await {
        let ada = place.ada().await;
        let error = place.vault.opt(&place.admin, ada, "service", Channel::Email, OptAct::Out).await.unwrap_err();
        assert_eq!(error.code(), "opt_out.fixed");
        assert_eq!(error.details(), [("why", "what the service has to tell you is part of it".to_owned())]);
        let opt = |purpose| place.vault.opt(&place.admin, ada, purpose, Channel::Push, OptAct::Out);
        assert_eq!(code(opt("tips").await), "channel.undeclared");
        assert_eq!(code(opt("profiling").await), "purpose.undeclared");
    }
}

#[tokio::test]
async fn the_preference_centre_shows_what_can_be_chosen_and_what_is_fixed() {
    for place in places().await {
        let ada = place.ada().await;
        place.vault.opt(&place.admin, ada, "newsletter", Channel::Sms, OptAct::Out).await.unwrap();
        place.vault.object(&place.admin, ada, "security").await.unwrap();
        place.say(ada, "newsletter", ConsentVerb::Given).await.unwrap();
        let shown = place.vault.preferences(&place.admin, ada).await.unwrap().purposes;
        let of = |name: &str| shown.iter().find(|purpose| purpose.purpose == name).unwrap();
        assert_eq!(shown.len(), 5);
        assert_eq!(of("service").fixed.as_deref(), Some("what the service has to tell you is part of it"));
        let newsletter = of("newsletter");
        let consent = newsletter.consent.as_ref().unwrap();
        assert!(newsletter.is_marketing && !consent.in_force && consent.state.is_some());
        let channels: Vec<_> = newsletter.channels.iter().map(|channel| (channel.channel, channel.opted_out)).collect();
        assert_eq!(channels, [("email", false), ("sms", true)]);
        assert!(of("security").can_object && of("security").objection.is_some());
        assert!(of("testimonials").consent.as_ref().unwrap().state.is_none() && !of("testimonials").can_object);
    }
}

#[tokio::test]
async fn an_app_receives_what_the_subject_instructed_and_no_longer() {
    for place in places().await {
        let ada = place.ada().await;
        let ask = candor_vault::Ask { recipient: Some("app".into()), ..place.ask(ada, "service", &["account.email"]) };
        let verdict = async || place.vault.read(&place.admin, &ask).await.unwrap().verdict;
        assert_eq!(verdict().await, Verdict::Refused);
        let instruct =
            |recipient: &'static str, act| place.vault.instruct(&place.admin, ada, "service", recipient, act);
        instruct("app", InstructAct::Give).await.unwrap();
        assert_eq!(verdict().await, Verdict::Granted);
        instruct("app", InstructAct::TakeBack).await.unwrap();
        assert_eq!(verdict().await, Verdict::Refused);
        assert_eq!(code(instruct("police", InstructAct::Give).await), "instruction.not_possible");
    }
}

#[tokio::test]
async fn a_purpose_on_contract_ends_with_it() {
    for place in places().await {
        let ada = place.ada().await;
        assert!(place.is_granted(ada, "service").await);
        assert_eq!(place.vault.contract(&place.admin, ada, ContractAct::End).await.unwrap().state, "ended");
        assert_eq!(place.refusal(ada, "service").await, "basis.contract_ended");
        assert_eq!(code(place.vault.contract(&place.admin, ada, ContractAct::End).await), "contract.not_running");
        let until = Some(place.now().plus(Span::new(1, SpanUnit::Year)));
        place.vault.contract(&place.admin, ada, ContractAct::Start { until }).await.unwrap();
        assert!(place.is_granted(ada, "service").await);
        place.pass(1, SpanUnit::Year);
        assert_eq!(place.refusal(ada, "service").await, "basis.contract_ended");
        let past = ContractAct::Start { until: Some(place.now()) };
        assert_eq!(code(place.vault.contract(&place.admin, ada, past).await), "until.past");
    }
}

#[tokio::test]
async fn nobody_too_young_is_served() {
    for place in places().await {
        let ada = place.ada().await;
        let choice = place.vault.set_age(&place.admin, ada, AgeAct::Under).await.unwrap();
        assert_eq!(place.refusal(ada, "service").await, "age.under");
        let event = place.vault.store().events(place.tenant, ada, None, 100).await.unwrap().rows.pop().unwrap();
        let payload = Digest::of(event.detail.as_bytes());
        assert_eq!(
            place.entry(choice.entry).await.body,
            EntryBody::Other { code: 6, payload },
            "committed to, not told"
        );
        place.vault.set_age(&place.admin, ada, AgeAct::AtLeast).await.unwrap();
        assert!(place.is_granted(ada, "service").await);
    }
}

#[tokio::test]
async fn restricted_data_is_read_for_what_the_terms_allow_until_they_end() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        let until = Some(place.now().plus(Span::new(10, SpanUnit::Day)));
        let terms = Terms {
            allowed_purposes: vec!["security".into()],
            until,
            agreement: Some("letter of 1 June".into()),
            ..Terms::default()
        };
        let choice = place.vault.restrict(&place.admin, ada, terms).await.unwrap();
        assert_eq!((choice.state, choice.until), ("restricted", until));
        assert_eq!(place.refusal(ada, "service").await, "restriction");
        assert!(place.is_granted(ada, "security").await);
        assert!(place.is_granted(ada, "testimonials").await, "consent goes on (Art. 18(2))");
        let view = place.vault.subject(&place.admin, ada).await.unwrap();
        assert_eq!(view.standing.unwrap().restriction.unwrap().agreement.as_deref(), Some("letter of 1 June"));
        place.pass(10, SpanUnit::Day);
        assert!(place.is_granted(ada, "service").await);
    }
}

#[tokio::test]
async fn the_terms_of_a_restriction_are_checked() {
    for place in places().await {
        let ada = place.ada().await;
        let restrict = |terms| place.vault.restrict(&place.admin, ada, terms);
        let allowing = |purpose: &str| Terms { allowed_purposes: vec![purpose.into()], ..Terms::default() };
        assert_eq!(code(restrict(allowing("profiling")).await), "purpose.undeclared");
        assert_eq!(code(restrict(allowing("@access")).await), "purpose.undeclared");
        assert_eq!(code(restrict(Terms { until: Some(place.now()), ..Terms::default() }).await), "until.past");
        let long = Terms { agreement: Some("x".repeat(201)), ..Terms::default() };
        assert_eq!(code(restrict(long).await), "restriction.agreement");
        assert!(place.is_granted(ada, "service").await);
    }
}

#[tokio::test]
async fn a_restriction_is_lifted_after_the_subject_was_told() {
    for place in places().await {
        let ada = place.ada().await;
        assert_eq!(code(place.vault.lift_restriction(&place.admin, ada, "email of 1 June").await), "restriction.none");
        place.vault.restrict(&place.admin, ada, Terms::default()).await.unwrap();
        assert_eq!(code(place.vault.lift_restriction(&place.admin, ada, " ").await), "restriction.not_informed");
        assert_eq!(place.refusal(ada, "service").await, "restriction");
        place.vault.lift_restriction(&place.admin, ada, "email of 1 June").await.unwrap();
        assert!(place.is_granted(ada, "service").await);
        let events = place.vault.store().events(place.tenant, ada, None, 100).await.unwrap().rows;
        assert!(events.last().unwrap().detail.contains("email of 1 June"));
    }
}

#[tokio::test]
async fn deactivating_deletes_nothing() {
    for place in places().await {
        let ada = place.ada().await;
        let ticket = place
            .vault
            .put_record(&place.admin, ada, record("ticket", &[("description", "broken".into())]))
            .await
            .unwrap();
        assert_eq!(place.vault.deactivate(&place.admin, ada).await.unwrap().state, "deactivated");
        assert_eq!(code(place.vault.deactivate(&place.admin, ada).await), "subject.state");
        assert_eq!(place.refusal(ada, "tips").await, "subject.deactivated");
        let kept = place.vault.records(&place.admin, ada, None, None, 10).await.unwrap().rows;
        assert!(kept.iter().any(|row| row.record == ticket.record));
        assert_eq!(place.vault.subject(&place.admin, ada).await.unwrap().state, "deactivated");
        assert_eq!(place.vault.reactivate(&place.admin, ada).await.unwrap().state, "active");
        assert!(place.is_granted(ada, "service").await);
        assert_eq!(place.read(ada, "tips").await.verdict, Verdict::Granted);
    }
}
