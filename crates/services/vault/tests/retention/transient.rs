//! What ends with its process is held in memory only.

use candor_decision::Verdict;
use candor_words::SpanUnit;

use crate::support::record;
use crate::{account, code, places};

#[tokio::test]
async fn a_secret_is_read_while_its_process_goes_on_and_never_stored() {
    for place in places().await {
        let ada = place.made(vec![account("ada@example.org")]).await;
        let keys = place.n_keys(ada).await;
        let secret = place.put(ada, record("secret", &[("text", "s3cret".into())])).await;
        assert_eq!((place.n_stored(ada, "secret").await, place.n_keys(ada).await), (0, keys), "no row, no key");
        let given = place.read(ada, "service", "secret.text").await;
        assert_eq!(given.records[0].values["text"].value, "s3cret");
        assert_eq!(given.records[0].record, secret.record);
        assert_eq!(place.refusal(ada, "newsletter", "secret.text").await, "basis.consent_missing", "the same door");
        place
            .vault
            .patch_record(&place.admin, ada, secret.record, record("secret", &[("text", "n3w".into())]))
            .await
            .unwrap();
        assert_eq!(place.read(ada, "support", "secret.text").await.records[0].values["text"].value, "n3w");

        let closed = place.vault.close_record(&place.admin, ada, "secret", secret.record).await.unwrap();
        assert!(closed.closed_at.is_some());
        let gone = place.read(ada, "service", "secret.text").await;
        assert_eq!((gone.verdict, gone.records.len()), (Verdict::Granted, 0));
        assert_eq!(code(place.vault.close_record(&place.admin, ada, "secret", secret.record).await), "record.unknown");
        assert_eq!((place.n_stored(ada, "secret").await, place.n_keys(ada).await), (0, keys));
    }
}

#[tokio::test]
async fn a_process_that_takes_too_long_is_ended_and_so_is_that_of_an_erased_subject() {
    for place in places().await {
        let ada = place.made(vec![account("ada@example.org")]).await;
        place.put(ada, record("secret", &[("text", "s3cret".into())])).await;
        place.pass(59, SpanUnit::Minute);
        assert_eq!(place.n_given(ada, "service", "secret.text").await, 1);
        place.pass(1, SpanUnit::Minute);
        assert_eq!(place.n_given(ada, "service", "secret.text").await, 0);
        place.put(ada, record("secret", &[("text", "s3cret".into())])).await;
        place.vault.erase(&place.admin, ada, None).await.unwrap();
        let asked = place.vault.read(&place.admin, &place.ask(ada, "service", &["secret.text"])).await;
        assert_eq!(code(asked), "subject.erased");
    }
}
