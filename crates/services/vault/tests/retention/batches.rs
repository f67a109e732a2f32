//! Many at once: batches, one unit each, begun anew where they were left.

use candor_vault::{ContractAct, NewSubject, Recurring};
use candor_words::{Instant, SpanUnit};

use crate::support::record;
use crate::{observed, places};

#[tokio::test]
async fn many_subjects_go_in_few_units_and_the_job_does_it() {
    for place in places().await {
        let mut made = Vec::new();
        for n in 0..1_100 {
            let new =
                NewSubject { records: vec![record("profile", &[("about", format!("p{n}").into())])], contract: None };
            made.push(place.vault.create_subject(&place.admin, new).await.unwrap().subject);
        }
        // Every other one has a device, whose address ends.
        for subject in made.iter().step_by(2) {
            place.put(*subject, observed("device", &[("model", "M1".into()), ("ip", "203.0.113.7".into())])).await;
        }
        place.pass(90, SpanUnit::Day);
        assert_eq!(place.vault.n_due(place.tenant).await.unwrap(), 550);
        let commits = || place.vault.counters().commits.load(std::sync::atomic::Ordering::Relaxed);
        place.vault.schedule(Recurring::Retention).await.unwrap();
        let before = commits();
        let now = place.vault.now();
        let until = Instant::from_millis(now.as_millis() + 60_000);
        for job in place.vault.store().lease_jobs(now, until, 10).await.unwrap() {
            place.vault.run_job(&job).await.unwrap();
        }
        assert!(commits() - before <= 1, "{} units for 550 subjects", commits() - before);
        assert_eq!(place.vault.n_due(place.tenant).await.unwrap(), 0);
        assert_eq!(place.n_stored(made[0], "device").await, 1);
        assert_eq!(place.vault.schedule(Recurring::Retention).await.unwrap(), 0, "nothing is due, nothing is written");
    }
}

#[tokio::test]
async fn more_records_than_one_unit_changes_go_in_several() {
    for place in places().await {
        let ada = place.made(Vec::new()).await;
        for n in 0..1_203 {
            place.put(ada, observed("device", &[("model", format!("M{n}").into())])).await;
        }
        place.vault.contract(&place.admin, ada, ContractAct::End).await.unwrap();
        place.pass(12, SpanUnit::Month);
        let run = place.run().await;
        assert_eq!((run.looked.n_records, run.n_left, run.looked.n_erased), (1_203, 0, 1));
        assert!(place.vault.store().record(place.tenant, ada, "device", crate::ONLY).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_sign_in_while_a_batch_is_being_made_is_never_lost() {
    for place in places().await {
        let ada = place.made(vec![observed("device", &[("model", "M1".into())])]).await;
        place.pass(12, SpanUnit::Month);
        // Both want the subject: whoever comes second sees what the first did.
        let signed_in = place.vault.report_event(&place.admin, ada, "last_sign_in", None);
        let (signed_in, run) = tokio::join!(signed_in, place.vault.run_retention(&place.admin));
        let n_stored = place.n_stored(ada, "device").await;
        assert_eq!((signed_in.is_ok(), run.unwrap().looked.n_values_erased), (true, 1 - n_stored as u64));
    }
}
