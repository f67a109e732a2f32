//! Whoever looks on sees each change of somebody's standing before it, and acts once it is durable and before it is acknowledged.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use candor_store::Store;
use candor_vault::{Aftermath, ConsentVerb, NewSubject, Onlooker, StandingTurn};
use candor_words::{SpanUnit, SubjectId, TenantId};

use crate::support::record;
use crate::{account, places};

/// A turn with whether the subject was erased in the store before it, and after.
type Seen = (StandingTurn, bool, bool);

struct Notes {
    store: Arc<dyn Store>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

async fn is_erased(store: &Arc<dyn Store>, tenant: TenantId, subject: SubjectId) -> bool {
    store.subject(tenant, subject).await.unwrap().unwrap().erased_entry.is_some()
}

#[async_trait]
impl Onlooker for Notes {
    async fn before(&self, tenant: TenantId, subject: SubjectId, turn: StandingTurn) -> Option<Aftermath> {
        let (store, seen) = (Arc::clone(&self.store), Arc::clone(&self.seen));
        let before = is_erased(&store, tenant, subject).await;
        Some(Box::pin(async move {
            let after = is_erased(&store, tenant, subject).await;
            seen.lock().unwrap().push((turn, before, after));
        }))
    }
}

#[tokio::test]
async fn every_change_of_a_standing_is_seen_before_and_acted_upon_after() {
    for place in places().await {
        let seen = Arc::default();
        place.vault.watched_by(Arc::new(Notes { store: Arc::clone(place.vault.store()), seen: Arc::clone(&seen) }));
        let taken = || std::mem::take(&mut *seen.lock().unwrap());
        let ada = place.made(vec![account("ada@example.org")]).await;
        place.put(ada, account("ada@example.com")).await;
        assert_eq!(taken(), [], "neither somebody new nor a value changes what stood");
        place.say(ada, "newsletter", ConsentVerb::Given).await;
        place.say(ada, "newsletter", ConsentVerb::Withdrawn).await;
        assert_eq!(taken(), [(StandingTurn::Changes, false, false); 2]);
        place.vault.deactivate(&place.admin, ada).await.unwrap();
        assert_eq!(taken(), [(StandingTurn::Rests, false, false)]);
        place.vault.deactivate(&place.admin, ada).await.unwrap_err();
        assert_eq!(taken(), [], "what did not happen has no aftermath");
        place.vault.erase(&place.admin, ada, None).await.unwrap();
        assert_eq!(taken(), [(StandingTurn::Ends, false, true)]);

        // A keep rule erases by no draft, and is seen all the same.
        let new = NewSubject { records: vec![record("case", &[("text", "help".into())])], contract: None };
        let bob = place.vault.create_subject(&place.admin, new).await.unwrap();
        place.vault.close_record(&place.admin, bob.subject, "case", bob.records[0]).await.unwrap();
        taken();
        place.pass(24, SpanUnit::Month);
        assert_eq!(place.run().await.looked.n_erased, 1);
        assert_eq!(taken(), [(StandingTurn::Ends, false, true)]);
    }
}
