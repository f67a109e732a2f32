//! The policy as linked data: the W3C Data Privacy Vocabulary 2.3 in JSON-LD 1.1.
//!
//! One `dpv:Process` per purpose, with its data, basis, controller, recipients, storage conditions and rights; one
//! process inside it per disclosure, whose legal basis is the safeguard when the data goes abroad. The ids are
//! relative, so that they resolve against the address the document is served from.

use candor_manifest::model::{
    Contact, Country, Field, FieldIx, Keep, KeepAction, Manifest, Purpose, Recipient, RecipientRole, Safeguard, Share,
    SpecialBasis,
};
use serde_json::{Value, json};

use crate::{facts, records::MEASURES, wording};

/// Renders the policy as JSON-LD.
pub fn dpv_jsonld(manifest: &Manifest) -> Value {
    let mut graph = vec![controller(manifest)];
    graph.extend(manifest.recipients.iter().map(recipient));
    graph.extend(manifest.fields.iter().map(data));
    graph.extend(manifest.purposes.iter().map(|purpose| process(manifest, purpose)));
    json!({ "@context": context(), "@graph": graph })
}

pub(crate) fn context() -> Value {
    let reference = |iri: &str| json!({ "@id": iri, "@type": "@id", "@container": "@set" });
    json!({
        "dpv": "https://w3id.org/dpv#",
        "pd": "https://w3id.org/dpv/pd#",
        "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
        "loc": "https://w3id.org/dpv/loc#",
        "dct": "http://purl.org/dc/terms/",
        "dpv:hasContext": reference("dpv:hasContext"),
        "dpv:hasDataController": reference("dpv:hasDataController"),
        "dpv:hasJurisdiction": reference("dpv:hasJurisdiction"),
        "dpv:hasLegalBasis": reference("dpv:hasLegalBasis"),
        "dpv:hasLocation": reference("dpv:hasLocation"),
        "dpv:hasPersonalData": reference("dpv:hasPersonalData"),
        "dpv:hasPolicy": reference("dpv:hasPolicy"),
        "dpv:hasProcessing": reference("dpv:hasProcessing"),
        "dpv:hasPurpose": reference("dpv:hasPurpose"),
        "dpv:hasRecipient": reference("dpv:hasRecipient"),
        "dpv:hasRight": reference("dpv:hasRight"),
        "dpv:hasTechnicalOrganisationalMeasure": reference("dpv:hasTechnicalOrganisationalMeasure"),
    })
}

pub(crate) fn controller(manifest: &Manifest) -> Value {
    let contacts = manifest.controller.contacts.iter().map(|contact| match contact {
        Contact::Email(text) | Contact::Telephone(text) | Contact::Web(text) | Contact::Post(text) => text,
    });
    json!({
        "@id": "#controller",
        "@type": ["dpv:DataController"],
        "dpv:hasName": [manifest.controller.name],
        "dpv:hasContact": contacts.collect::<Vec<_>>(),
        "dpv:hasLocation": location(manifest.controller.country),
        "dct:hasVersion": [manifest.version],
    })
}

pub(crate) fn recipient(recipient: &Recipient) -> Value {
    let role = match recipient.role {
        RecipientRole::Processor => "dpv:DataProcessor",
        RecipientRole::Controller => "dpv:DataController",
        RecipientRole::JointController => "dpv:JointDataControllers",
        RecipientRole::Authority => "dpv:Authority",
        RecipientRole::App => "dpv:ThirdParty",
        RecipientRole::Users | RecipientRole::Public => "dpv:Recipient",
    };
    let mut types = vec!["dpv:Recipient"];
    if role != "dpv:Recipient" {
        types.push(role);
    }
    let mut node = json!({
        "@id": recipient_id(recipient),
        "@type": types,
        "dpv:hasName": [recipient.title],
        "dpv:hasLocation": location(recipient.country),
    });
    if let Some(url) = &recipient.policy_url {
        node["dpv:hasPolicy"] = json!([url]);
    }
    node
}

pub(crate) fn data(field: &Field) -> Value {
    let mut types = vec![format!("pd:{}", field.term)];
    if field.special {
        types.push("dpv:SpecialCategoryPersonalData".to_owned());
    }
    if field.derived.is_some() {
        types.push("dpv:DerivedPersonalData".to_owned());
    }
    json!({
        "@id": data_id(field),
        "@type": types,
        "dct:identifier": [field.name],
        "dct:title": [field.title],
        "dct:source": field.sources.iter().map(wording::source).collect::<Vec<_>>(),
    })
}

fn process(manifest: &Manifest, purpose: &Purpose) -> Value {
    let rights = facts::rights_under(&purpose.basis).iter().map(|right| format!("eu-gdpr:{right}"));
    let recipients = purpose.shares.iter().filter_map(|share| facts::recipient(manifest, share.with));
    let measures = MEASURES.iter().map(|measure| format!("dpv:{}", measure.term));
    let deidentified = purpose.de_identified.map(|_| "dpv:Deidentification".to_owned());
    json!({
        "@id": format!("#purpose-{}", purpose.name),
        "@type": ["dpv:Process"],
        "dct:identifier": [purpose.name],
        "dct:title": [purpose.title],
        "dpv:hasPurpose": [format!("dpv:{}", purpose.term)],
        "dpv:hasLegalBasis": bases(purpose),
        "dpv:hasPersonalData": data_ids(manifest, &facts::fields_of(purpose)),
        "dpv:hasProcessing": processing(purpose),
        "dpv:hasDataController": ["#controller"],
        "dpv:hasRecipient": recipients.map(recipient_id).collect::<Vec<_>>(),
        "dpv:hasRight": rights.collect::<Vec<_>>(),
        "dpv:hasStorageCondition": storage(manifest, purpose),
        "dpv:hasTechnicalOrganisationalMeasure": measures.chain(deidentified).collect::<Vec<_>>(),
        "dpv:hasProcess": purpose.shares.iter().filter_map(|share| disclosure(manifest, share)).collect::<Vec<_>>(),
    })
}

/// The clauses of GDPR Art. 6 and 9 that a purpose rests on.
pub(crate) fn bases(purpose: &Purpose) -> Vec<String> {
    let mut bases = vec![format!("eu-gdpr:{}", facts::article_6(&purpose.basis))];
    bases.extend(purpose.special.map(|special| format!("eu-gdpr:{}", article_9(special))));
    bases
}

pub(crate) fn processing(purpose: &Purpose) -> Vec<&'static str> {
    let mut verbs = vec!["dpv:Collect", "dpv:Store", "dpv:Use"];
    if purpose.de_identified.is_some() {
        verbs.push("dpv:Anonymise");
    }
    if !purpose.shares.is_empty() {
        verbs.push("dpv:Disclose");
    }
    verbs
}

fn disclosure(manifest: &Manifest, share: &Share) -> Option<Value> {
    let recipient = facts::recipient(manifest, share.with)?;
    let verb = if recipient.is_transfer { "dpv:Transfer" } else { "dpv:Disclose" };
    let mut node = json!({
        "@type": ["dpv:Process"],
        "dpv:hasProcessing": [verb],
        "dpv:hasPersonalData": data_ids(manifest, &share.fields),
        "dpv:hasRecipient": [recipient_id(recipient)],
    });
    if let Some(safeguard) = recipient.safeguard.filter(|_| recipient.is_transfer) {
        node["dpv:hasLegalBasis"] = json!([format!("eu-gdpr:{}", article_45_to_49(safeguard))]);
    }
    Some(node)
}

/// The rules over this purpose's fields, each naming the fields it covers here.
pub(crate) fn storage(manifest: &Manifest, purpose: &Purpose) -> Vec<Value> {
    let used = facts::fields_of(purpose);
    let ix = manifest.purpose(&purpose.name);
    let keeps = manifest.keeps.iter().filter(|keep| keep.purpose.is_none() || keep.purpose == ix);
    let conditions = keeps.filter_map(|keep| {
        let covered: Vec<_> = keep.fields.iter().copied().filter(|field| used.contains(field)).collect();
        (!covered.is_empty()).then(|| condition(manifest, keep, &covered))
    });
    conditions.collect()
}

fn condition(manifest: &Manifest, keep: &Keep, covered: &[FieldIx]) -> Value {
    let end = match keep.action {
        KeepAction::Erase => "dpv:Erase",
        KeepAction::Anonymise => "dpv:Anonymise",
        KeepAction::Quarantine => "dpv:Restrict",
    };
    json!({
        "@type": ["dpv:StorageCondition"],
        "dct:description": [wording::keep(keep)],
        "dpv:hasPersonalData": data_ids(manifest, covered),
        "dpv:hasDuration": [{ "@type": ["dpv:UntilEventDuration"], "dct:description": [wording::keep_until(keep)] }],
        "dpv:hasProcessing": [end],
    })
}

fn data_ids(manifest: &Manifest, ixs: &[FieldIx]) -> Vec<String> {
    facts::fields(manifest, ixs).into_iter().map(data_id).collect()
}

fn data_id(field: &Field) -> String {
    format!("#data-{}", field.name)
}

fn recipient_id(recipient: &Recipient) -> String {
    format!("#recipient-{}", recipient.name)
}

pub(crate) fn location(country: Country) -> Value {
    if country == Country::WORLD {
        return json!([]);
    }
    json!([format!("loc:{}", country.as_str())])
}

fn article_9(special: SpecialBasis) -> &'static str {
    match special {
        SpecialBasis::ExplicitConsent => "A9-2-a",
        SpecialBasis::Employment => "A9-2-b",
        SpecialBasis::VitalInterest => "A9-2-c",
        SpecialBasis::NotForProfit => "A9-2-d",
        SpecialBasis::MadePublic => "A9-2-e",
        SpecialBasis::LegalClaims => "A9-2-f",
        SpecialBasis::SubstantialPublicInterest => "A9-2-g",
        SpecialBasis::HealthCare => "A9-2-h",
        SpecialBasis::PublicHealth => "A9-2-i",
        SpecialBasis::Research => "A9-2-j",
    }
}

fn article_45_to_49(safeguard: Safeguard) -> &'static str {
    match safeguard {
        Safeguard::Adequacy => "A45-3",
        Safeguard::Scc => "A46-2-c",
        Safeguard::Bcr => "A46-2-b",
        Safeguard::Consent => "A49-1-a",
        Safeguard::Contract => "A49-1-b",
        Safeguard::LegalClaims => "A49-1-e",
    }
}

#[cfg(test)]
mod tests;
