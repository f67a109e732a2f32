//! The same over a vendor's own policy.

use candor_decision::Verdict;
use candor_manifest::model::RightKind;
use candor_vault::{ConsentVerb, NewRequest, NewSubject};
use serde_json::json;

use crate::places_under;
use crate::support::record;

const ASSIGNTASK: &str = include_str!("../../../../../policies/assigntask/policy.candor");

#[tokio::test]
async fn a_person_of_assigntask_agrees_takes_back_and_is_forgotten() {
    for place in places_under(ASSIGNTASK).await {
        let account = record("account", &[("email", "lin@example.org".into()), ("name", "Lin".into())]);
        let quote = record("testimonial", &[("quote", json!("It works."))]);
        let new = NewSubject { records: vec![account, quote], ..NewSubject::default() };
        let lin = place.vault.create_subject(&place.admin, new).await.unwrap().subject;
        let ask = candor_vault::Ask {
            recipient: Some("readers".into()),
            ..place.ask(lin, "testimonials", &["testimonial.quote"])
        };
        let verdict = async || place.vault.read(&place.admin, &ask).await.unwrap().verdict;
        assert_eq!(verdict().await, Verdict::Refused);
        place.say(lin, "testimonials", ConsentVerb::Given).await.unwrap();
        assert_eq!(verdict().await, Verdict::Granted);
        place.say(lin, "testimonials", ConsentVerb::Withdrawn).await.unwrap();
        assert_eq!(verdict().await, Verdict::Refused);

        let new = NewRequest { right: RightKind::Erasure, country: Some("FR".into()), received_at: None };
        let request = place.vault.open_request(&place.admin, lin, new).await.unwrap();
        place.vault.prove_identity(&place.admin, request.id).await.unwrap();
        place.vault.erase(&place.admin, lin, Some(request.id)).await.unwrap();
        assert!(place.vault.store().keys(place.tenant, lin).await.unwrap().is_empty());
        let letter = place.vault.letter(&place.admin, request.id).await.unwrap();
        assert_eq!(letter.authority.unwrap().country.as_str(), "FR");
    }
}
