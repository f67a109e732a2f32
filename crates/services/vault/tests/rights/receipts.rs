//! Consent receipts: every change in them, signed whole, and nobody's id or values.

use candor_ledger::{ConsentReceipt, EntryBody, VerifierKey};
use candor_store::PAGE_MAX;
use candor_vault::{ConsentVerb, ReceiptForm};
use candor_words::{SpanUnit, SubjectId};
use serde_json::Value;

use crate::{Place, code, places};

impl Place {
    async fn receipt(&self, subject: SubjectId, purpose: &str, form: ReceiptForm) -> ConsentReceipt {
        self.vault.consent_receipt(&self.admin, subject, purpose, form).await.unwrap()
    }

    async fn ledger_key(&self) -> VerifierKey {
        let key = self.vault.ledger_file(self.tenant, "key").await.unwrap().unwrap();
        VerifierKey::parse(String::from_utf8(key).unwrap().trim()).unwrap()
    }
}

fn read(receipt: &ConsentReceipt) -> Value {
    serde_json::from_str(&receipt.to_json()).unwrap()
}

fn statuses(receipt: &ConsentReceipt) -> Vec<String> {
    let document = read(receipt);
    let statuses =
        document["receipt"]["dpv:hasRecordOfActivity"][0]["dpv:hasConsentStatus"].as_array().unwrap().clone();
    statuses.iter().map(|status| status["@type"][0].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_receipt_tells_every_change_and_proves_the_present_one() {
    for place in places().await {
        let ada = place.ada().await;
        for verb in [ConsentVerb::Given, ConsentVerb::Confirmed, ConsentVerb::Withdrawn] {
            place.say(ada, "newsletter", verb).await.unwrap();
            place.pass(1, SpanUnit::Day);
        }
        let last = place.say(ada, "newsletter", ConsentVerb::Given).await.unwrap();
        let receipt = place.receipt(ada, "newsletter", ReceiptForm::Dpv).await;
        assert_eq!(
            statuses(&receipt),
            ["dpv:ConsentRequested", "dpv:ConsentGiven", "dpv:ConsentWithdrawn", "dpv:ConsentRequested"]
        );
        let key = place.ledger_key().await;
        let entry = receipt.verify(&key).unwrap();
        assert_eq!((receipt.index(), entry.at), (last.entry, last.at));
        assert!(matches!(entry.body, EntryBody::Other { code: 1, .. }));
        assert_eq!(read(&receipt)["text"], "May we write to you about new products?");
    }
}

#[tokio::test]
async fn the_receipt_names_the_person_by_the_ledgers_reference_only() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        for form in [ReceiptForm::Dpv, ReceiptForm::Kantara] {
            let receipt = place.receipt(ada, "testimonials", form).await;
            let entry = receipt.verify(&place.ledger_key().await).unwrap();
            let text = receipt.to_json();
            assert!(text.contains(&entry.subject.unwrap().to_string()));
            for personal in
                [ada.to_string(), ada.to_string()[4..].to_owned(), "ada@example.org".into(), "Lovelace".into()]
            {
                assert!(!text.contains(&personal), "{personal}");
            }
        }
    }
}

#[tokio::test]
async fn the_same_consent_keeps_its_number_and_each_state_has_a_receipt_of_its_own() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        let first = read(&place.receipt(ada, "testimonials", ReceiptForm::Dpv).await)["receipt"].clone();
        place.say(ada, "testimonials", ConsentVerb::Withdrawn).await.unwrap();
        let second = read(&place.receipt(ada, "testimonials", ReceiptForm::Dpv).await)["receipt"].clone();
        let record = |receipt: &Value| receipt["dpv:hasRecordOfActivity"][0]["dct:identifier"][0].clone();
        assert_eq!(record(&first), record(&second));
        assert_ne!(first["dpv:hasIdentifier"], second["dpv:hasIdentifier"]);
        let id = record(&first).as_str().unwrap().to_owned();
        assert_eq!((id.len(), &id[14..15]), (36, "4"), "{id}");
    }
}

#[tokio::test]
async fn a_consent_that_ran_out_says_so_and_can_be_renewed() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "newsletter", ConsentVerb::Given).await.unwrap();
        let confirmed = place.say(ada, "newsletter", ConsentVerb::Confirmed).await.unwrap();
        place.pass(24, SpanUnit::Month);
        let receipt = place.receipt(ada, "newsletter", ReceiptForm::Dpv).await;
        assert_eq!(statuses(&receipt), ["dpv:ConsentRequested", "dpv:ConsentGiven", "dpv:ConsentExpired"]);
        assert_eq!(receipt.index(), confirmed.entry);
        place.pass(1, SpanUnit::Day);
        for verb in [ConsentVerb::Given, ConsentVerb::Confirmed] {
            place.say(ada, "newsletter", verb).await.unwrap();
        }
        let renewed = statuses(&place.receipt(ada, "newsletter", ReceiptForm::Dpv).await);
        assert_eq!(renewed[2..], ["dpv:ConsentExpired", "dpv:ConsentRequested", "dpv:RenewedConsentGiven"]);
    }
}

#[tokio::test]
async fn a_receipt_speaks_of_the_policy_under_which_was_asked() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        place.pass(1, SpanUnit::Day);
        let without = crate::POLICY.replace("purpose testimonials", "purpose quotes");
        place.vault.put_policy(&place.admin, vec![("policy.candor".into(), without)]).await.unwrap();
        place.say(ada, "testimonials", ConsentVerb::Withdrawn).await.unwrap();
        let kantara = read(&place.receipt(ada, "testimonials", ReceiptForm::Kantara).await)["receipt"].clone();
        let purpose = &kantara["services"][0]["purposes"][0];
        assert_eq!(purpose["purpose"], "Publish what you said about us");
        assert!(purpose["termination"].as_str().unwrap().starts_with("Withdrawn at "), "{purpose}");
    }
}

#[tokio::test]
async fn where_there_is_no_consent_there_is_no_receipt() {
    for place in places().await {
        let ada = place.ada().await;
        let ask = |purpose: &'static str, form| place.vault.consent_receipt(&place.admin, ada, purpose, form);
        assert_eq!(code(ask("testimonials", ReceiptForm::Dpv).await), "consent.none");
        assert_eq!(code(ask("nothing", ReceiptForm::Dpv).await), "consent.none");
        place.say(ada, "testimonials", ConsentVerb::Refused).await.unwrap();
        assert_eq!(code(ask("testimonials", ReceiptForm::Kantara).await), "receipt.never_given");
        assert_eq!(statuses(&place.receipt(ada, "testimonials", ReceiptForm::Dpv).await), ["dpv:ConsentRefused"]);
        place.vault.erase(&place.admin, ada, None).await.unwrap();
        assert_eq!(code(ask("testimonials", ReceiptForm::Dpv).await), "subject.erased");
        assert!(place.vault.store().events(place.tenant, ada, None, PAGE_MAX).await.unwrap().rows.is_empty());
    }
}

#[tokio::test]
async fn a_receipt_kept_from_before_an_erasure_verifies_still_and_so_does_the_erasures() {
    for place in places().await {
        let ada = place.ada().await;
        place.say(ada, "testimonials", ConsentVerb::Given).await.unwrap();
        let kept = place.receipt(ada, "testimonials", ReceiptForm::Dpv).await.to_json();
        let erased = place.vault.erase(&place.admin, ada, None).await.unwrap();
        let key = place.ledger_key().await;
        assert!(ConsentReceipt::parse(kept.as_bytes()).unwrap().verify(&key).is_ok());
        let json = place.vault.inclusion(place.tenant, erased.entry, None).await.unwrap().to_json();
        let entry = candor_ledger::Receipt::parse(json.as_bytes()).unwrap().verify(&key).unwrap();
        assert!(
            matches!(entry.body, EntryBody::Erased { n_keys, request } if n_keys == erased.n_keys_destroyed && request == erased.request)
        );
    }
}
