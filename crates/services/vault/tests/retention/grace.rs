//! Sealed, but not gone: grace and quarantine.

use candor_ledger::EntryBody;
use candor_vault::{ContractAct, ExportKind, ExportPart};
use candor_words::SpanUnit;

use crate::support::record;
use crate::{account, code, places};

#[tokio::test]
async fn within_the_grace_all_is_found_again_and_after_it_nothing() {
    for place in places().await {
        let ada = place.made(vec![account("ada@example.org")]).await;
        place.vault.deactivate(&place.admin, ada).await.unwrap();
        place.pass(59, SpanUnit::Day);
        place.run().await;
        assert_eq!(place.n_given(ada, "service", "account.email").await, 1, "kept a reasonable time");
        place.pass(1, SpanUnit::Day);
        assert_eq!(place.run().await.looked.n_values_set_aside, 3);
        assert_eq!(place.refusal(ada, "service", "account.email").await, "value.sealed");
        assert_eq!(place.n_stored(ada, "account").await, 1);
        let found = place.vault.find(&place.admin, "service", "account.email", "ada@example.org").await.unwrap();
        assert_eq!(found, Some(ada), "who comes back is found");

        place.pass(59, SpanUnit::Day);
        place.run().await;
        place.vault.reactivate(&place.admin, ada).await.unwrap();
        let answer = place.read(ada, "service", "account").await;
        assert_eq!(answer.records[0].values["email"].value, "ada@example.org");
        assert_eq!(answer.records[0].values.len(), 3, "all as it was, at once");
        assert!(place.entries().await.iter().any(|body| matches!(body, EntryBody::KeepEnded { outcome: 5, .. })));
        place.pass(1, SpanUnit::Year);
        place.run().await;
        assert_eq!(place.n_given(ada, "service", "account.email").await, 1);

        place.vault.deactivate(&place.admin, ada).await.unwrap();
        place.vault.contract(&place.admin, ada, ContractAct::End).await.unwrap();
        place.pass(60, SpanUnit::Day);
        place.run().await;
        place.pass(60, SpanUnit::Day);
        assert_eq!(place.run().await.looked.n_erased, 1);
        assert_eq!(code(place.vault.reactivate(&place.admin, ada).await), "subject.erased");
    }
}

#[tokio::test]
async fn a_run_that_comes_late_skips_what_is_over() {
    for place in places().await {
        let ada = place.made(vec![account("ada@example.org")]).await;
        place.vault.deactivate(&place.admin, ada).await.unwrap();
        place.pass(120, SpanUnit::Day);
        let run = place.run().await;
        assert_eq!((run.looked.n_values_set_aside, run.looked.n_values_erased), (0, 3));
        assert_eq!(place.n_stored(ada, "account").await, 0);
    }
}

#[tokio::test]
async fn what_is_quarantined_no_purpose_reads_until_it_is_erased() {
    for place in places().await {
        let profile = record("profile", &[("about", "engines".into())]);
        let ada = place.made(vec![account("ada@example.org"), profile]).await;
        place.vault.contract(&place.admin, ada, ContractAct::End).await.unwrap();
        assert_eq!(place.run().await.looked.n_values_quarantined, 1);
        place.vault.contract(&place.admin, ada, ContractAct::Start { until: None }).await.unwrap();
        place.vault.contract(&place.admin, ada, ContractAct::End).await.unwrap();
        place.run().await;
        let gone = place.read(ada, "service", "profile.about").await;
        assert!(gone.records.is_empty(), "{gone:?}");
        assert_eq!(place.n_stored(ada, "profile").await, 1, "stored, sealed");

        // The subject is given what is still kept of them.
        let mut export = place.vault.export(&place.admin, ada, ExportKind::Access).await.unwrap();
        let mut given = Vec::new();
        while let Some(part) = export.next().await.unwrap() {
            if let ExportPart::Record(record) = part {
                given.extend(record.values.into_keys());
            }
        }
        assert!(given.contains(&"about".to_owned()), "{given:?}");

        // The second end: 90 days after the first.
        place.pass(89, SpanUnit::Day);
        place.run().await;
        assert_eq!(place.n_stored(ada, "profile").await, 1);
        place.pass(1, SpanUnit::Day);
        assert_eq!(place.run().await.looked.n_values_erased, 1);
        assert_eq!(place.n_stored(ada, "profile").await, 0);
    }
}

#[tokio::test]
async fn a_contract_renewed_in_time_brings_back_what_was_quarantined() {
    for place in places().await {
        let ada = place.made(vec![record("profile", &[("about", "engines".into())])]).await;
        place.vault.contract(&place.admin, ada, ContractAct::End).await.unwrap();
        place.run().await;
        place.vault.contract(&place.admin, ada, ContractAct::Start { until: None }).await.unwrap();
        assert_eq!(place.run().await.looked.n_values_found_again, 1);
        assert_eq!(place.n_given(ada, "service", "profile.about").await, 1);
    }
}

#[tokio::test]
async fn who_is_under_age_is_erased_in_one_step_unless_a_hold_keeps_them() {
    for place in places().await {
        let ada = place.made(vec![account("ada@example.org")]).await;
        let hold = place.vault.place_hold(&place.admin, ada, "case 17", None).await.unwrap();
        assert_eq!(code(place.vault.erase_minor(&place.admin, ada).await), "hold.in_force");
        assert_eq!(place.refusal(ada, "service", "account.email").await, "age.under", "unread meanwhile");
        place.vault.lift_hold(&place.admin, ada, hold.id).await.unwrap();
        let Erasure::Done(erased) = place.vault.erase_minor(&place.admin, ada).await.unwrap() else { panic!() };
        assert_eq!(erased.n_keys_destroyed, 1);
        assert_eq!(place.vault.erase_minor(&place.admin, ada).await.unwrap(), Erasure::Done(erased));
        let asked = place.vault.read(&place.admin, &place.ask(ada, "service", &["account.email"])).await;
        assert_eq!(code(asked), "subject.erased");
    }
}
