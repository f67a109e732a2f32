//! Legal holds: nothing is destroyed, and whoever is refused is told the ground.

use candor_vault::ErrorKind;
use candor_words::{Span, SpanUnit};
use serde_json::Value;

use crate::support::record;
use crate::{code, places};

#[tokio::test]
async fn a_hold_states_its_ground_to_whoever_it_refuses() {
    for place in places().await {
        let ada = place.ada().await;
        let hold = place.vault.place_hold(&place.admin, ada, "case 4711, Delhi High Court", None).await.unwrap();
        let error = place.vault.erase(&place.admin, ada, None).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Conflict, "hold.in_force"));
        assert!(error.details().contains(&("ground", "case 4711, Delhi High Court".to_owned())));
        assert!(error.details().contains(&("hold", hold.id.to_string())));
        assert!(place.is_granted(ada, "service").await, "nothing was changed");
        assert!(place.vault.requests(&place.admin, Some(ada), None, 10).await.unwrap().rows.is_empty());

        place.vault.lift_hold(&place.admin, ada, hold.id).await.unwrap();
        assert!(place.vault.holds(&place.admin, ada).await.unwrap().is_empty());
        place.vault.erase(&place.admin, ada, None).await.unwrap();
    }
}

#[tokio::test]
async fn nothing_of_a_held_subject_is_deleted_emptied_or_overwritten() {
    for place in places().await {
        let ada = place.ada().await;
        let ticket = place
            .vault
            .put_record(&place.admin, ada, record("ticket", &[("description", "one".into())]))
            .await
            .unwrap();
        place.vault.place_hold(&place.admin, ada, "case 4711", None).await.unwrap();
        let deleted = place.vault.delete_record(&place.admin, ada, "ticket", ticket.record).await;
        assert_eq!(code(deleted), "hold.in_force");
        let emptied = place.vault.put_record(&place.admin, ada, record("account", &[("job", Value::Null)])).await;
        assert_eq!(code(emptied), "hold.in_force");
        let changed = record("ticket", &[("description", "two".into())]);
        place.vault.patch_record(&place.admin, ada, ticket.record, changed).await.unwrap();
        let history =
            place.vault.store().history(place.tenant, ada, "ticket", ticket.record, None, 10).await.unwrap().rows;
        assert_eq!(history.len(), 1);
    }
}

#[tokio::test]
async fn a_hold_that_ends_refuses_nothing_afterwards() {
    for place in places().await {
        let ada = place.ada().await;
        let until = place.now().plus(Span::new(1, SpanUnit::Month));
        place.vault.place_hold(&place.admin, ada, "case 4711", Some(until)).await.unwrap();
        assert_eq!(code(place.vault.erase(&place.admin, ada, None).await), "hold.in_force");
        place.pass(1, SpanUnit::Month);
        assert!(!place.vault.holds(&place.admin, ada).await.unwrap()[0].in_force);
        place.vault.erase(&place.admin, ada, None).await.unwrap();
    }
}

#[tokio::test]
async fn a_hold_needs_a_ground_of_one_short_line() {
    for place in places().await {
        let ada = place.ada().await;
        for ground in ["", "  ", "two\nlines", &"x".repeat(201)] {
            assert_eq!(code(place.vault.place_hold(&place.admin, ada, ground, None).await), "hold.ground");
        }
        let past = place.vault.place_hold(&place.admin, ada, "case 4711", Some(place.now())).await;
        assert_eq!(code(past), "until.past");
        let unknown = candor_words::HoldId::from_bytes([1; 16]);
        assert_eq!(code(place.vault.lift_hold(&place.admin, ada, unknown).await), "hold.unknown");
    }
}
