use super::*;
use crate::fixture;

fn processes(document: &Value) -> Vec<&Value> {
    let nodes = document["@graph"].as_array().unwrap().iter();
    nodes.filter(|node| node["@type"].as_array().unwrap().contains(&json!("dpv:Process"))).collect()
}

#[test]
fn a_small_policy_exports_as_expected() {
    insta::assert_json_snapshot!(dpv_jsonld(&fixture::small()));
}

#[test]
fn the_export_holds_the_pairs_of_the_policy() {
    let manifest = fixture::small();
    let document = dpv_jsonld(&manifest);
    let mut found = Vec::new();
    for process in processes(&document) {
        let purpose = process["dct:identifier"][0].as_str().unwrap();
        for id in process["dpv:hasPersonalData"].as_array().unwrap() {
            found.push((purpose, id.as_str().unwrap().strip_prefix("#data-").unwrap()));
        }
    }
    assert_eq!(found, facts::pairs(&manifest));
}

#[test]
fn consent_gives_withdrawal_and_portability_and_an_obligation_gives_neither() {
    let document = dpv_jsonld(&fixture::small());
    let rights = |purpose: &str| {
        let process = processes(&document).into_iter().find(|node| node["dct:identifier"] == json!([purpose])).unwrap();
        process["dpv:hasRight"].as_array().unwrap().clone()
    };
    assert!(rights("newsletter").contains(&json!("eu-gdpr:A7-3")));
    assert!(rights("newsletter").contains(&json!("eu-gdpr:A20")));
    assert!(rights("research").contains(&json!("eu-gdpr:A21")));
    assert!(!rights("tax").contains(&json!("eu-gdpr:A17")));
    assert!(!rights("tax").contains(&json!("eu-gdpr:A20")));
}

#[test]
fn a_transfer_rests_on_its_safeguard() {
    let document = dpv_jsonld(&fixture::small());
    let share = &processes(&document)[0]["dpv:hasProcess"][0];
    assert_eq!(share["dpv:hasProcessing"], json!(["dpv:Transfer"]));
    assert_eq!(share["dpv:hasLegalBasis"], json!(["eu-gdpr:A46-2-c"]));
}

#[test]
fn every_prefix_is_declared_and_every_reference_defined() {
    let document = dpv_jsonld(&fixture::small());
    let ids: Vec<_> = document["@graph"].as_array().unwrap().iter().map(|node| node["@id"].clone()).collect();
    let mut texts = Vec::new();
    strings(&document["@graph"], &mut texts);
    for text in texts {
        if text.starts_with('#') {
            assert!(ids.contains(&json!(text)), "{text}");
        } else if let Some((prefix, _)) = text.split_once(':').filter(|(prefix, _)| !prefix.contains([' ', 'h'])) {
            assert!(document["@context"].get(prefix).is_some(), "{text}");
        }
    }
}

fn strings<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, into)),
        Value::Object(members) => members.values().for_each(|item| strings(item, into)),
        _ => {}
    }
}
