//! What goes, when, and what stands in the way.

use candor_ledger::EntryBody;
use candor_vault::{ConsentVerb, ContractAct, ExportKind, ExportPart, NewSubject};
use candor_words::{Instant, SpanUnit, SubjectId};

use crate::support::record;
use crate::{ONLY, account, code, observed, places};

#[tokio::test]
async fn one_field_of_a_record_ends_before_the_others_with_its_key() {
    for place in places().await {
        let ada = place.made(vec![account("ada@example.org")]).await;
        let device = place.put(ada, observed("device", &[("model", "M1".into()), ("ip", "203.0.113.7".into())])).await;
        let n_keys = place.n_keys(ada).await;
        place.pass(89, SpanUnit::Day);
        assert_eq!(place.run().await.looked.n_subjects, 0, "nothing is due: nobody is opened");
        place.pass(1, SpanUnit::Day);
        let run = place.run().await;
        assert_eq!((run.looked.n_values_erased, run.looked.n_records, run.looked.n_keys_destroyed), (1, 1, 1));
        assert_eq!(place.n_keys(ada).await, n_keys - 1);
        assert_eq!(place.n_given(ada, "service", "device.ip").await, 0);
        assert_eq!(place.n_given(ada, "service", "device.model").await, 1);
        let ip = place.vault.plan(place.tenant, None).await.unwrap().field("device.ip").unwrap();
        let entries = place.entries().await;
        assert!(entries.iter().any(|body| matches!(body,
            EntryBody::KeepEnded { outcome: 1, n_records: 1, fields, .. } if fields.iter().eq([ip.at()]))));
        assert!(entries.iter().any(|body| matches!(body, EntryBody::KeyDestroyed { .. })));

        // Signing in puts the rest off; twelve months after the last one it goes.
        place.vault.report_event(&place.admin, ada, "last_sign_in", None).await.unwrap();
        place.pass(11, SpanUnit::Month);
        place.run().await;
        assert_eq!(place.n_stored(ada, "device").await, 1);
        place.pass(1, SpanUnit::Month);
        place.run().await;
        assert_eq!(place.n_stored(ada, "device").await, 0);
        let gone = place.vault.store().record(place.tenant, ada, "device", device.record).await.unwrap();
        assert!(gone.is_none());
        assert_eq!(place.n_given(ada, "service", "account.email").await, 1, "the account stays");
    }
}

#[tokio::test]
async fn a_corrected_value_goes_with_its_older_versions_and_the_rest_of_them_stays() {
    for place in places().await {
        let ada = place.made(vec![account("ada@example.org")]).await;
        let device = place.put(ada, observed("device", &[("model", "M1".into()), ("ip", "203.0.113.7".into())])).await;
        let corrected = observed("device", &[("model", "M2".into()), ("ip", "203.0.113.8".into())]);
        place.vault.rectify(&place.admin, ada, device.record, corrected, None).await.unwrap();
        place.pass(90, SpanUnit::Day);
        place.run().await;
        let history =
            place.vault.store().history(place.tenant, ada, "device", device.record, None, 10).await.unwrap().rows;
        assert_eq!(history.len(), 1);
        let holds = |text: &str| history[0].sealed.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(holds("model") && !holds("ip"), "the older version keeps what may still be kept");
    }
}

#[tokio::test]
async fn nothing_on_hold_goes_and_the_preview_says_on_what_ground() {
    for place in places().await {
        let ada = place.made(vec![account("ada@example.org")]).await;
        place.put(ada, observed("device", &[("model", "M1".into()), ("ip", "203.0.113.7".into())])).await;
        let bob = place.made(vec![observed("device", &[("model", "M1".into()), ("ip", "203.0.113.9".into())])]).await;
        let hold = place.vault.place_hold(&place.admin, ada, "case 17", None).await.unwrap();
        place.pass(90, SpanUnit::Day);

        let preview = place.vault.preview_retention(&place.admin).await.unwrap();
        assert_eq!((preview.n_subjects, preview.n_erased, preview.truncated), (2, 0, false));
        assert_eq!(preview.held_back[0].ground, "case 17");
        assert_eq!(preview.held_back[0].examples, [ada]);
        let [outcome] = &preview.outcomes[..] else { panic!("{preview:?}") };
        assert_eq!((outcome.outcome, outcome.n_subjects, outcome.n_values), ("erased", 1, 1));
        assert_eq!(outcome.text, "keep device.ip until 90 days after created, then erase within 7 days");
        assert_eq!(outcome.examples, [bob]);
        assert_eq!(place.n_given(bob, "service", "device.ip").await, 1, "a preview changes nothing");

        let run = place.run().await;
        assert_eq!((run.looked.n_held, run.looked.n_values_erased), (1, 1));
        assert_eq!(place.n_given(ada, "service", "device.ip").await, 1);
        assert_eq!(place.run().await.looked.n_subjects, 0, "who is on hold is not looked at again and again");
        place.vault.lift_hold(&place.admin, ada, hold.id).await.unwrap();
        assert_eq!(place.run().await.looked.n_values_erased, 1);
        assert_eq!(place.n_given(ada, "service", "device.ip").await, 0);
    }
}

#[tokio::test]
async fn a_hold_that_ends_by_itself_lets_go_then() {
    for place in places().await {
        let ada = place.made(vec![observed("device", &[("model", "M1".into()), ("ip", "203.0.113.7".into())])]).await;
        let until = place.vault.now().plus(candor_words::Span::new(100, SpanUnit::Day));
        place.vault.place_hold(&place.admin, ada, "case 17", Some(until)).await.unwrap();
        place.pass(95, SpanUnit::Day);
        assert_eq!(place.run().await.looked.n_held, 1);
        place.pass(5, SpanUnit::Day);
        assert_eq!(place.run().await.looked.n_values_erased, 1);
    }
}

#[tokio::test]
async fn whoever_has_nothing_left_is_erased_whole() {
    for place in places().await {
        let new = NewSubject { records: vec![record("case", &[("text", "help".into())])], contract: None };
        let ada = place.vault.create_subject(&place.admin, new).await.unwrap();
        place.vault.close_record(&place.admin, ada.subject, "case", ada.records[0]).await.unwrap();
        place.pass(24, SpanUnit::Month);
        let preview = place.vault.preview_retention(&place.admin).await.unwrap();
        assert_eq!(preview.n_erased, 1);
        assert_eq!(place.run().await.looked.n_erased, 1);
        let asked = place.vault.read(&place.admin, &place.ask(ada.subject, "support", &["case.text"])).await;
        assert_eq!(code(asked), "subject.erased");
        assert_eq!(place.n_keys(ada.subject).await, 0);
        assert!(matches!(place.entries().await.last(), Some(EntryBody::Erased { n_keys: 1, request: None })));
        // Erasing again gives the same outcome, as after an erasure that somebody asked for.
        let erased = place.vault.erase(&place.admin, ada.subject, None).await.unwrap();
        assert_eq!((erased.n_keys_destroyed, erased.request), (1, None));
    }
}

#[tokio::test]
async fn a_running_contract_or_an_open_request_keeps_the_subject() {
    for place in places().await {
        let new = NewSubject { records: vec![record("case", &[("text", "help".into())])], contract: None };
        let ada = place.vault.create_subject(&place.admin, new).await.unwrap();
        place.vault.close_record(&place.admin, ada.subject, "case", ada.records[0]).await.unwrap();
        let act = ContractAct::Start { until: None };
        place.vault.contract(&place.admin, ada.subject, act).await.unwrap();
        place.pass(24, SpanUnit::Month);
        let run = place.run().await;
        assert_eq!((run.looked.n_values_erased, run.looked.n_erased), (1, 0));
        assert_eq!(place.n_given(ada.subject, "support", "case.text").await, 0);
    }
}

#[tokio::test]
async fn a_purpose_reads_no_longer_than_its_own_rule_allows() {
    for place in places().await {
        let ada = place.made(vec![account("ada@example.org"), record("offer", &[("topic", "engines".into())])]).await;
        place.put(ada, record("case", &[("text", "old".into())])).await;
        assert_eq!(place.n_given(ada, "campaign", "account.name").await, 1);
        place.vault.report_event(&place.admin, ada, "campaign_over", None).await.unwrap();
        assert_eq!(place.refusal(ada, "campaign", "account.name").await, "keep.ended");
        assert_eq!(place.n_given(ada, "support", "account.name").await, 1, "other purposes go on");
        let unheard = place.vault.report_event(&place.admin, ada, "unheard_of", None).await;
        assert_eq!(code(unheard), "event.undeclared");
        let tomorrow = place.vault.now().plus(candor_words::Span::new(1, SpanUnit::Day));
        let early = place.vault.report_event(&place.admin, ada, "campaign_over", Some(tomorrow)).await;
        assert_eq!(code(early), "event.to_come");

        // By the date of each record: the older one is no longer there for it.
        place.pass(9, SpanUnit::Day);
        place.put(ada, record("case", &[("text", "new".into())])).await;
        assert_eq!(place.n_given(ada, "recent", "case.text").await, 2);
        place.pass(1, SpanUnit::Day);
        assert_eq!(place.n_given(ada, "recent", "case.text").await, 1);
        assert_eq!(place.n_given(ada, "support", "case.text").await, 2);
        place.pass(9, SpanUnit::Day);
        assert_eq!(place.refusal(ada, "recent", "case.text").await, "value.sealed");

        // What no rule of its own keeps goes with the last purpose that may use it.
        place.say(ada, "newsletter", ConsentVerb::Given).await;
        place.run().await;
        assert_eq!(place.n_stored(ada, "offer").await, 1);
        place.say(ada, "newsletter", ConsentVerb::Withdrawn).await;
        place.run().await;
        assert_eq!(place.n_stored(ada, "offer").await, 0);
        assert_eq!(place.n_given(ada, "support", "account.name").await, 1);
    }
}

#[tokio::test]
async fn emptying_one_only_record_leaves_those_of_other_groups() {
    for place in places().await {
        let profile = record("profile", &[("about", "engines".into()), ("motto", "on".into())]);
        let ada = place.made(vec![account("ada@example.org"), profile]).await;
        let emptied = record("account", &[("job", serde_json::Value::Null)]);
        place.vault.patch_record(&place.admin, ada, ONLY, emptied).await.unwrap();
        assert_eq!(place.n_given(ada, "service", "profile.about").await, 1);
    }
}

/// The states of the subject's records in an access export: version and one value of each, newest first.
async fn states(place: &crate::Place, subject: SubjectId, group: &str, field: &str) -> Vec<(u32, String)> {
    let mut export = place.vault.export(&place.admin, subject, ExportKind::Access).await.unwrap();
    let mut states = Vec::new();
    while let Some(part) = export.next().await.unwrap() {
        if let ExportPart::Record(record) = part
            && record.group == group
        {
            assert!(record.withheld.is_empty(), "no value of another group: {record:?}");
            states.push((record.version, record.values[field].value.as_str().unwrap().to_owned()));
        }
    }
    states
}

#[tokio::test]
async fn only_records_of_several_groups_keep_their_own_corrections() {
    for place in places().await {
        let ada = place.made(vec![account("ada@example.org"), record("profile", &[("about", "one".into())])]).await;
        for (name, about) in [("Bea", "two"), ("Cleo", "three")] {
            for corrected in
                [record("account", &[("name", name.into())]), record("profile", &[("about", about.into())])]
            {
                place.vault.rectify(&place.admin, ada, ONLY, corrected, None).await.unwrap();
            }
        }
        let of = |states: [&str; 3]| [3, 2, 1].into_iter().zip(states.map(str::to_owned)).collect::<Vec<_>>();
        assert_eq!(states(&place, ada, "account", "name").await, of(["Cleo", "Bea", "Ada"]));
        assert_eq!(states(&place, ada, "profile", "about").await, of(["three", "two", "one"]));

        place.vault.delete_record(&place.admin, ada, "profile", ONLY).await.unwrap();
        assert_eq!(states(&place, ada, "account", "name").await, of(["Cleo", "Bea", "Ada"]));
        assert_eq!(states(&place, ada, "profile", "about").await, []);
        // One that is put anew has no past.
        place.put(ada, record("profile", &[("about", "four".into())])).await;
        let corrected = record("profile", &[("about", "five".into())]);
        place.vault.rectify(&place.admin, ada, ONLY, corrected, None).await.unwrap();
        let anew = [(2, "five".to_owned()), (1, "four".to_owned())];
        assert_eq!(states(&place, ada, "profile", "about").await, anew);
        // A keep rule that ends for one group's record takes that one's past only.
        place.vault.contract(&place.admin, ada, ContractAct::End).await.unwrap();
        place.pass(91, SpanUnit::Day);
        place.run().await;
        place.pass(1, SpanUnit::Day);
        place.run().await;
        assert_eq!(place.n_stored(ada, "profile").await, 0);
        assert_eq!(states(&place, ada, "account", "name").await, of(["Cleo", "Bea", "Ada"]));
    }
}

#[tokio::test]
async fn new_rules_are_carried_out_on_what_is_there_already() {
    for place in places().await {
        let ada = place.made(vec![account("ada@example.org")]).await;
        place.put(ada, observed("device", &[("model", "M1".into()), ("ip", "203.0.113.7".into())])).await;
        place.pass(8, SpanUnit::Day);
        let shorter = crate::POLICY.replace("keep device.ip until 90 days", "keep device.ip until 7 days");
        place.vault.put_policy(&place.admin, vec![("policy.candor".to_owned(), shorter)]).await.unwrap();
        assert_eq!(place.run().await.looked.n_values_erased, 0, "not before everybody was looked at");
        let now = place.vault.now();
        let until = Instant::from_millis(now.as_millis() + 60_000);
        for job in place.vault.store().lease_jobs(now, until, 10).await.unwrap() {
            place.vault.run_job(&job).await.unwrap();
        }
        assert_eq!(place.run().await.looked.n_values_erased, 1);
    }
}
