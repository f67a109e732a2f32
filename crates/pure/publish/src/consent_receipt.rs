//! One consent as its receipt: ISO/IEC TS 27560:2023 in the profile of W3C DPV, and Kantara Consent Receipt 1.1.0.
//!
//! Rendered from the policy under which the consent was asked and from what was said since. The person is named by
//! the blinded reference that the ledger knows them under, never by an id or a value. In the first form every property is a
//! list, so that a reader without a JSON-LD processor has one shape to expect.

use candor_manifest::model::{Contact, Country, Field, Law, Manifest, Purpose};
use candor_words::Instant;
use serde_json::{Map, Value, json};

use crate::{dpv, facts, wording};

/// A consent, and the policy it speaks of.
#[derive(Debug, Clone)]
pub struct ConsentRecord<'a> {
    /// The policy under which it was asked.
    pub manifest: &'a Manifest,
    /// The digest of that policy, in hexadecimal.
    pub policy_digest: String,
    /// What for.
    pub purpose: &'a Purpose,
    /// The blinded reference of who was asked (`pii_principal_id`).
    pub subject: String,
    /// A UUID, the same for every receipt of this consent.
    pub record_id: String,
    /// A UUID of this receipt.
    pub receipt_id: String,
    /// When the receipt is made.
    pub made_at: Instant,
    /// The key that the receipt is signed with.
    pub verifier_key: String,
    /// What was said, oldest first.
    pub events: Vec<ConsentStep>,
}

/// One change of a consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentStep {
    /// What it became.
    pub status: ConsentStatus,
    /// When.
    pub at: Instant,
    /// Until when it then held; `None` means until it is taken back.
    pub until: Option<Instant>,
    /// SHA-256 of the text that was shown, in hexadecimal.
    pub text_digest: String,
    /// In what language.
    pub language: Option<String>,
    /// How it was said, as a word of the controller's.
    pub method: Option<String>,
    /// The ledger entry that proves it; `None` for what follows from the passing of time.
    pub entry: Option<u64>,
}

/// Where a consent stands, in the words of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentStatus {
    /// Asked, and waits for the person's answer or its confirmation.
    Requested,
    /// In force.
    Given,
    /// In force, said anew.
    Renewed,
    /// Declined.
    Refused,
    /// Taken back.
    Withdrawn,
    /// Over, because it held for a time only.
    Expired,
}

impl ConsentStatus {
    /// True for the two in which the data may be used.
    pub const fn is_valid(self) -> bool {
        matches!(self, Self::Given | Self::Renewed)
    }

    const fn term(self) -> &'static str {
        match self {
            Self::Requested => "dpv:ConsentRequested",
            Self::Given => "dpv:ConsentGiven",
            Self::Renewed => "dpv:RenewedConsentGiven",
            Self::Refused => "dpv:ConsentRefused",
            Self::Withdrawn => "dpv:ConsentWithdrawn",
            Self::Expired => "dpv:ConsentExpired",
        }
    }
}

const PROFILE: &str = "https://w3id.org/dpv/schema/dpv-27560#";

/// Renders the consent as a receipt in JSON-LD: its record, with every change of it.
pub fn consent_receipt_dpv(of: &ConsentRecord<'_>) -> Value {
    let mut context = dpv::context();
    context["rdf"] = json!("http://www.w3.org/1999/02/22-rdf-syntax-ns#");
    context["xsd"] = json!("http://www.w3.org/2001/XMLSchema#");
    json!({
        "@context": context,
        "@id": urn(&of.receipt_id),
        "@type": ["dpv:ConsentReceipt"],
        "dct:conformsTo": profiles(of, "receipt-record", "receipt-eu-gdpr"),
        "dpv:hasIdentifier": [of.receipt_id],
        "dct:created": [instant(of.made_at)],
        "dpv:hasRecordOfActivity": [record(of)],
    })
}

fn record(of: &ConsentRecord<'_>) -> Value {
    json!({
        "@id": urn(&of.record_id),
        "@type": ["dpv:ConsentRecord"],
        "dct:conformsTo": profiles(of, "record", "record-eu-gdpr"),
        "dct:identifier": [of.record_id],
        "dpv:hasDataSubject": [{
            "@id": "#subject", "@type": ["dpv:DataSubject"], "dct:identifier": [of.subject],
        }],
        "dct:language": [language(of)],
        "dpv:hasNotice": notices(of),
        "dpv:hasDataController": [dpv::controller(of.manifest)],
        "dpv:hasProcess": [process(of)],
        "dpv:hasConsentStatus": of.events.iter().map(status).collect::<Vec<_>>(),
    })
}

fn profiles(of: &ConsentRecord<'_>, any: &str, gdpr: &str) -> Vec<String> {
    let names = [Some(any), Some(gdpr).filter(|_| of.manifest.laws.contains(&Law::Gdpr))];
    names.into_iter().flatten().map(|name| format!("{PROFILE}{name}")).collect()
}

/// The policy, and each text that was shown.
fn notices(of: &ConsentRecord<'_>) -> Vec<Value> {
    let mut notices = vec![json!({
        "@type": ["dpv:PrivacyNotice"],
        "dct:identifier": [of.policy_digest],
        "dct:title": [of.manifest.name],
        "dct:hasVersion": [of.manifest.version],
        "dct:language": of.manifest.languages,
    })];
    let mut shown: Vec<&str> = Vec::new();
    for event in &of.events {
        if !shown.contains(&event.text_digest.as_str()) {
            shown.push(&event.text_digest);
            notices.push(json!({
                "@type": ["dpv:ConsentNotice"],
                "dct:identifier": [text_id(&event.text_digest)],
                "dct:language": event.language.iter().collect::<Vec<_>>(),
            }));
        }
    }
    notices
}

fn process(of: &ConsentRecord<'_>) -> Value {
    let (manifest, purpose) = (of.manifest, of.purpose);
    let fields = facts::fields(manifest, &facts::fields_of(purpose));
    let recipients = purpose.shares.iter().filter_map(|share| facts::recipient(manifest, share.with));
    let mut conditions = vec![json!({
        "@type": ["dpv:StorageLocation"],
        "dpv:hasLocation": dpv::location(manifest.controller.country),
    })];
    conditions.extend(dpv::storage(manifest, purpose));
    let rights = facts::rights_under(&purpose.basis).iter().map(|right| format!("eu-gdpr:{right}"));
    let contacts = dpv::controller(manifest)["dpv:hasContact"].clone();
    let mut jurisdiction = json!({
        "dpv:hasJurisdiction": dpv::location(manifest.controller.country),
        "dpv:hasApplicableLaw": manifest.laws.iter().map(|law| wording::law(*law)).collect::<Vec<_>>(),
    });
    let mut node = json!({
        "@type": ["dpv:Process"],
        "dct:identifier": [purpose.name],
        "dpv:hasService": [manifest.name],
        "dpv:hasPurpose": [{
            "@type": [format!("dpv:{}", purpose.term)],
            "dct:title": [purpose.title],
        }],
        "dpv:hasLegalBasis": dpv::bases(purpose),
        "dpv:hasPersonalData": fields.into_iter().map(data).collect::<Vec<_>>(),
        "dpv:hasProcessing": dpv::processing(purpose),
        "dpv:hasStorageCondition": conditions,
        "dpv:hasRecipient": recipients.map(dpv::recipient).collect::<Vec<_>>(),
        "dpv:hasRight": rights.collect::<Vec<_>>(),
        "dpv:hasConsentControl": [{ "@type": ["dpv:WithdrawConsent"], "dpv:isExercisedAt": contacts }],
    });
    if let (Some(node), Some(more)) = (node.as_object_mut(), jurisdiction.as_object_mut()) {
        node.append(more);
    }
    node
}

fn data(field: &Field) -> Value {
    let mut node = dpv::data(field);
    let necessity = if field.optional { "dpv:Optional" } else { "dpv:Required" };
    node["dpv:hasNecessity"] = json!([necessity]);
    node
}

fn status(event: &ConsentStep) -> Value {
    let by = if event.status == ConsentStatus::Expired { "#controller" } else { "#subject" };
    let mut node = json!({
        "@type": [event.status.term()],
        "dpv:isIndicatedAtTime": [instant(event.at)],
        "dpv:isIndicatedBy": [{ "@id": by }],
        "dpv:hasNotice": [{ "dct:identifier": [text_id(&event.text_digest)] }],
        "dpv:hasIndicationMethod": event.method.iter().collect::<Vec<_>>(),
        "dct:source": event.entry.iter().map(|entry| format!("ledger entry {entry}")).collect::<Vec<_>>(),
    });
    if event.status.is_valid() {
        node["dpv:hasDuration"] = match event.until {
            Some(until) => json!([{ "@type": ["dpv:UntilTimeDuration"], "rdf:value": [instant(until)] }]),
            None => json!([{ "@type": ["dpv:UntilEventDuration"], "rdf:value": ["until it is taken back"] }]),
        };
    }
    node
}

/// Renders the consent in the form of Kantara; `None` when it was never in force, which that form cannot say.
pub fn consent_receipt_kantara(of: &ConsentRecord<'_>) -> Option<Value> {
    let (manifest, purpose) = (of.manifest, of.purpose);
    let given = of.events.iter().rev().find(|event| event.status.is_valid())?;
    let fields = facts::fields(manifest, &facts::fields_of(purpose));
    let special: Vec<_> = fields.iter().filter(|field| field.special).map(|field| field.title.as_str()).collect();
    let parties: Vec<_> = purpose.shares.iter().filter_map(|share| facts::recipient(manifest, share.with)).collect();
    let mut reason = json!({
        "purpose": purpose.title,
        "purposeCategory": [purpose.term],
        "consentType": "EXPLICIT",
        "piiCategory": fields.iter().map(|field| field.title.as_str()).collect::<Vec<_>>(),
        "primaryPurpose": !purpose.is_marketing,
        "termination": termination(of, given),
        "thirdPartyDisclosure": !parties.is_empty(),
    });
    if !parties.is_empty() {
        let names: Vec<_> = parties.iter().map(|party| party.title.as_str()).collect();
        reason["thirdPartyName"] = json!(wording::list(&names));
    }
    Some(json!({
        "version": "KI-CR-v1.1.0",
        "jurisdiction": jurisdiction(manifest.controller.country),
        "consentTimestamp": given.at.as_millis().div_euclid(1000),
        "collectionMethod": given.method.as_deref().unwrap_or("not stated"),
        "consentReceiptID": of.receipt_id,
        "publicKey": of.verifier_key,
        "language": given.language.clone().unwrap_or_else(|| language(of)),
        "piiPrincipalId": of.subject,
        "piiControllers": [party(manifest)],
        "policyUrl": web(manifest).unwrap_or_else(|| format!("urn:candor:policy:{}", of.policy_digest)),
        "services": [{ "service": manifest.name, "purposes": [reason] }],
        "sensitive": !special.is_empty(),
        "spiCat": special,
    }))
}

/// When the consent ends or ended, in words: this form has no place of its own for it.
fn termination(of: &ConsentRecord<'_>, given: &ConsentStep) -> String {
    let last = of.events.last().unwrap_or(given);
    match (last.status, given.until) {
        (ConsentStatus::Withdrawn, _) => format!("Withdrawn at {}", last.at),
        (ConsentStatus::Refused, _) => format!("Refused at {}", last.at),
        (ConsentStatus::Expired, _) => format!("Expired at {}", last.at),
        (_, Some(until)) => format!("When it is withdrawn, and at {until} at the latest"),
        (_, None) => "When it is withdrawn".to_owned(),
    }
}

fn party(manifest: &Manifest) -> Value {
    let mut node = Map::new();
    let controller = &manifest.controller;
    node.insert("piiController".to_owned(), json!(controller.name));
    node.insert("onBehalf".to_owned(), json!(false));
    node.insert("contact".to_owned(), json!(controller.name));
    let mut address = json!({ "addressCountry": jurisdiction(controller.country) });
    for contact in controller.contacts.iter().rev() {
        // Walked backwards, so that the first of each kind stays.
        match contact {
            Contact::Email(text) => node.insert("email".to_owned(), json!(text)),
            Contact::Telephone(text) => node.insert("phone".to_owned(), json!(text)),
            Contact::Web(text) => node.insert("piiControllerUrl".to_owned(), json!(text)),
            Contact::Post(text) => {
                address["streetAddress"] = json!(text);
                None
            }
        };
    }
    node.insert("address".to_owned(), address);
    Value::Object(node)
}

fn web(manifest: &Manifest) -> Option<String> {
    manifest.controller.contacts.iter().find_map(|contact| match contact {
        Contact::Web(url) => Some(url.clone()),
        _ => None,
    })
}

fn jurisdiction(country: Country) -> String {
    if country == Country::WORLD { "worldwide".to_owned() } else { country.as_str().to_owned() }
}

/// The language of the text shown last, else the policy's own.
fn language(of: &ConsentRecord<'_>) -> String {
    let shown = of.events.iter().rev().find_map(|event| event.language.as_ref());
    shown.or(of.manifest.languages.first()).map_or_else(|| "en".to_owned(), String::clone)
}

fn instant(at: Instant) -> Value {
    json!({ "@value": at, "@type": "xsd:dateTime" })
}

fn text_id(digest: &str) -> String {
    format!("sha256:{digest}")
}

fn urn(uuid: &str) -> String {
    format!("urn:uuid:{uuid}")
}

#[cfg(test)]
mod tests;
