//! Every policy of the repository is rendered in every form, and each form is read back: it holds the pairs of
//! purpose and field that the policy allows, and no others.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::Path;

use candor_manifest::{Manifest, Source, check};
use candor_publish::{PageContext, dpv_jsonld, facts, policy_page, records_of_processing, records_page};

const SLUGS: [&str; 5] = ["asign2", "miniorange-cloud", "assigntask", "miniorange-plugins", "plugin-vendor"];

type Pairs = BTreeSet<(String, String)>;

fn policies() -> Vec<(&'static str, Manifest)> {
    SLUGS.into_iter().map(|slug| (slug, policy(slug))).collect()
}

fn policy(slug: &str) -> Manifest {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../policies").join(slug).join("policy.candor");
    let text = std::fs::read_to_string(path).expect("the policy can be read");
    let checked = check(&[Source { path: slug.to_owned(), text }]).expect("the policy holds");
    assert!(checked.warnings.is_empty(), "{slug} has warnings");
    checked.manifest
}

fn declared(manifest: &Manifest) -> Pairs {
    let pairs = facts::pairs(manifest);
    assert!(!pairs.is_empty());
    pairs.into_iter().map(|(purpose, field)| (purpose.to_owned(), field.to_owned())).collect()
}

fn page(slug: &str, manifest: &Manifest) -> String {
    let context = PageContext { tenant_slug: slug, base_path: "", versions: &[] };
    policy_page(manifest, &context).into_string()
}

/// What stands between each `mark` and the next quote.
fn values<'a>(html: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap_or_default())
}

#[test]
fn the_table_of_data_on_the_page_is_what_runs() {
    for (slug, manifest) in policies() {
        let html = page(slug, &manifest);
        let mut found = Pairs::new();
        for row in html.split("<tr id=\"data-").skip(1) {
            let (field, rest) = row.split_once('"').unwrap();
            let row = rest.split("</tr>").next().unwrap();
            found.extend(values(row, "href=\"#purpose-").map(|purpose| (purpose.to_owned(), field.to_owned())));
        }
        assert_eq!(found, declared(&manifest), "{slug}");
    }
}

#[test]
fn the_purposes_on_the_page_are_what_runs() {
    for (slug, manifest) in policies() {
        let html = page(slug, &manifest);
        let mut found = Pairs::new();
        for card in html.split("<section class=\"purpose\" id=\"purpose-").skip(1) {
            let (purpose, rest) = card.split_once('"').unwrap();
            let card = rest.split("</section>").next().unwrap();
            found.extend(values(card, "href=\"#data-").map(|field| (purpose.to_owned(), field.to_owned())));
        }
        assert_eq!(found, declared(&manifest), "{slug}");
    }
}

#[test]
fn the_records_are_what_runs() {
    for (slug, manifest) in policies() {
        let records = records_of_processing(&manifest);
        let rows: Pairs = records.rows().iter().map(|row| (row.cells[0].clone(), row.cells[3].clone())).collect();
        assert_eq!(rows, declared(&manifest), "{slug}");

        let context = PageContext { tenant_slug: slug, base_path: "", versions: &[] };
        let html = records_page(&records, &context).into_string();
        let ids = values(&html, "<tr id=\"").map(|id| id.split_once(':').expect("purpose and field"));
        let found: Pairs = ids.map(|(purpose, field)| (purpose.to_owned(), field.to_owned())).collect();
        assert_eq!(found, declared(&manifest), "{slug}");
    }
}

#[test]
fn the_linked_data_is_what_runs() {
    for (slug, manifest) in policies() {
        let text = dpv_jsonld(&manifest).to_string();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let mut found = Pairs::new();
        for node in document["@graph"].as_array().unwrap() {
            let Some(purpose) = node["@id"].as_str().unwrap().strip_prefix("#purpose-") else { continue };
            for id in node["dpv:hasPersonalData"].as_array().unwrap() {
                let field = id.as_str().unwrap().strip_prefix("#data-").unwrap();
                found.insert((purpose.to_owned(), field.to_owned()));
            }
        }
        assert_eq!(found, declared(&manifest), "{slug}");
    }
}

#[test]
fn what_each_recipient_gets_is_on_the_page() {
    for (slug, manifest) in policies() {
        let html = page(slug, &manifest);
        for purpose in &manifest.purposes {
            for share in &purpose.shares {
                let recipient = facts::recipient(&manifest, share.with).unwrap();
                let row = html.split(&format!("<tr id=\"recipient-{}\"", recipient.name)).nth(1).unwrap();
                let row = row.split("</tr>").next().unwrap();
                assert!(row.contains(&format!("href=\"#purpose-{}\"", purpose.name)), "{slug} {}", purpose.name);
            }
        }
    }
}

#[test]
fn ids_are_unique_and_every_anchor_leads_somewhere() {
    for (slug, manifest) in policies() {
        let html = page(slug, &manifest);
        let ids: Vec<_> = values(&html, " id=\"").collect();
        let known: BTreeSet<_> = ids.iter().copied().collect();
        assert_eq!(known.len(), ids.len(), "{slug}");
        for anchor in values(&html, "href=\"#") {
            assert!(known.contains(anchor), "{slug} #{anchor}");
        }
    }
}

#[test]
fn every_form_of_a_policy_is_the_same_each_time() {
    for (slug, manifest) in policies() {
        let again = policy(slug);
        assert_eq!(page(slug, &manifest), page(slug, &again));
        assert_eq!(records_of_processing(&manifest), records_of_processing(&again));
        assert_eq!(dpv_jsonld(&manifest), dpv_jsonld(&again));
    }
}
