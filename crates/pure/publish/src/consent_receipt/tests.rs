use super::*;
use crate::fixture;

fn step(status: ConsentStatus, day: i8, entry: u64) -> ConsentStep {
    ConsentStep {
        status,
        at: Instant::from_date(2026, 3, day).unwrap(),
        until: status.is_valid().then(|| Instant::from_date(2028, 3, day).unwrap()),
        text_digest: "aa".repeat(32),
        language: Some("en".to_owned()),
        method: Some("sign_up_form".to_owned()),
        entry: Some(entry),
    }
}

fn record<'a>(manifest: &'a Manifest, purpose: &str, events: Vec<ConsentStep>) -> ConsentRecord<'a> {
    ConsentRecord {
        manifest,
        policy_digest: "bb".repeat(32),
        purpose: &manifest.purposes[manifest.purpose(purpose).unwrap().at()],
        subject: "ref_00".to_owned(),
        record_id: "11111111-1111-4111-8111-111111111111".to_owned(),
        receipt_id: "22222222-2222-4222-8222-222222222222".to_owned(),
        made_at: Instant::from_date(2026, 3, 20).unwrap(),
        verifier_key: "log+key".to_owned(),
        events,
    }
}

fn withdrawn() -> Vec<ConsentStep> {
    vec![step(ConsentStatus::Requested, 1, 4), step(ConsentStatus::Given, 2, 5), step(ConsentStatus::Withdrawn, 9, 8)]
}

#[test]
fn a_withdrawn_consent_reads_as_expected_in_dpv() {
    let manifest = fixture::small();
    let mut document = consent_receipt_dpv(&record(&manifest, "newsletter", withdrawn()));
    document["@context"] = json!("as in the policy's own export, with rdf and xsd");
    insta::assert_json_snapshot!(document);
}

#[test]
fn a_consent_reads_as_expected_in_kantaras_form() {
    let manifest = fixture::small();
    let events = withdrawn()[..2].to_vec();
    insta::assert_json_snapshot!(consent_receipt_kantara(&record(&manifest, "newsletter", events)).unwrap());
}

#[test]
fn what_the_technical_specification_asks_for_is_there_and_in_lists() {
    let manifest = fixture::small();
    let document = consent_receipt_dpv(&record(&manifest, "newsletter", withdrawn()));
    let record = &document["dpv:hasRecordOfActivity"][0];
    let process = &record["dpv:hasProcess"][0];
    let filled = |node: &Value, name: &str| {
        assert!(node[name].as_array().is_some_and(|items| !items.is_empty()), "{name}: {}", node[name]);
    };
    for name in [
        "dct:conformsTo",
        "dct:identifier",
        "dpv:hasDataSubject",
        "dpv:hasNotice",
        "dct:language",
        "dpv:hasDataController",
        "dpv:hasConsentStatus",
    ] {
        filled(record, name);
    }
    for name in [
        "dpv:hasPurpose",
        "dpv:hasPersonalData",
        "dpv:hasLegalBasis",
        "dpv:hasProcessing",
        "dpv:hasStorageCondition",
        "dpv:hasJurisdiction",
        "dpv:hasConsentControl",
        "dpv:hasRight",
    ] {
        filled(process, name);
    }
    let statuses: Vec<_> = record["dpv:hasConsentStatus"].as_array().unwrap().iter().map(|s| &s["@type"][0]).collect();
    assert_eq!(statuses, ["dpv:ConsentRequested", "dpv:ConsentGiven", "dpv:ConsentWithdrawn"]);
    for status in record["dpv:hasConsentStatus"].as_array().unwrap() {
        filled(status, "dpv:isIndicatedAtTime");
        filled(status, "dpv:hasNotice");
    }
}

#[test]
fn the_fields_are_those_of_the_purpose_and_no_other() {
    let manifest = fixture::small();
    let document = consent_receipt_dpv(&record(&manifest, "billing", withdrawn()));
    let data = &document["dpv:hasRecordOfActivity"][0]["dpv:hasProcess"][0]["dpv:hasPersonalData"];
    let named: Vec<_> = data.as_array().unwrap().iter().map(|node| node["dct:identifier"][0].clone()).collect();
    assert_eq!(named, ["account.email", "account.name", "account.card"]);
    let kantara = consent_receipt_kantara(&record(&manifest, "billing", withdrawn())).unwrap();
    let purpose = &kantara["services"][0]["purposes"][0];
    assert_eq!(purpose["thirdPartyName"], "Example Payments");
    assert_eq!(purpose["termination"], "Withdrawn at 2026-03-09T00:00:00.000Z");
}

#[test]
fn what_was_never_agreed_has_no_receipt_in_kantaras_form() {
    let manifest = fixture::small();
    let refused = vec![step(ConsentStatus::Refused, 1, 4)];
    assert_eq!(consent_receipt_kantara(&record(&manifest, "newsletter", refused.clone())), None);
    let document = consent_receipt_dpv(&record(&manifest, "newsletter", refused));
    let status = &document["dpv:hasRecordOfActivity"][0]["dpv:hasConsentStatus"][0];
    assert_eq!(status["@type"], json!(["dpv:ConsentRefused"]));
    assert!(status.get("dpv:hasDuration").is_none());
}
