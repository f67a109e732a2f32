use candor_manifest::model::{Authority, Country, Recipient, RecipientRole};

use super::*;
use crate::{facts, fixture};

const CONTEXT: PageContext<'_> = PageContext { tenant_slug: "sketch", base_path: "", versions: &[] };

fn page(manifest: &Manifest) -> String {
    policy_page(manifest, &CONTEXT).into_string()
}

/// One element a line, so that a change of the page is a change of a line.
fn lines(html: &str) -> String {
    html.replace("><", ">\n<")
}

#[test]
fn a_small_policy_reads_as_expected() {
    insta::assert_snapshot!(lines(&page(&fixture::small())));
}

#[test]
fn each_item_stands_beside_its_purposes_and_no_others() {
    let manifest = fixture::small();
    let html = page(&manifest);
    let mut found = Vec::new();
    for row in html.split("<tr id=\"data-").skip(1) {
        let (field, rest) = row.split_once('"').unwrap();
        let row = rest.split("</tr>").next().unwrap();
        let links = row.split("href=\"#purpose-").skip(1).map(|link| link.split('"').next().unwrap());
        found.extend(links.map(|purpose| (purpose.to_owned(), field.to_owned())));
    }
    found.sort();
    let mut declared: Vec<_> = facts::pairs(&manifest).into_iter().map(|(p, f)| (p.to_owned(), f.to_owned())).collect();
    declared.sort();
    assert_eq!(found, declared);
}

#[test]
fn texts_of_the_policy_cannot_become_markup() {
    const HOSTILE: &str = "\"><script>alert('x')</script>&lt;";
    let hostile = || HOSTILE.to_owned();
    let mut manifest = fixture::small();
    manifest.name = hostile();
    manifest.version = hostile();
    manifest.controller.name = hostile();
    for field in &mut manifest.fields {
        field.title = hostile();
    }
    for group in &mut manifest.groups {
        group.title = hostile();
    }
    for purpose in &mut manifest.purposes {
        purpose.title = hostile();
        purpose.notice = Some(hostile());
    }
    for recipient in &mut manifest.recipients {
        recipient.title = hostile();
        recipient.policy_url = Some(hostile());
    }
    let versions = [VersionLink { version: hostile(), href: Some(hostile()) }];
    let context = PageContext { tenant_slug: HOSTILE, base_path: HOSTILE, versions: &versions };
    let html = policy_page(&manifest, &context).into_string();
    assert!(!html.contains("<script"));
    assert!(!html.contains("\">&lt;script>"));
    assert!(html.contains("&quot;&gt;&lt;script&gt;"));
}

#[test]
fn a_link_cannot_carry_another_scheme() {
    let mut manifest = fixture::small();
    for recipient in &mut manifest.recipients {
        recipient.policy_url = Some("javascript:alert(1)".to_owned());
    }
    let url = Some("data:text/html,x".to_owned());
    manifest.authorities = vec![Authority { name: "Board".to_owned(), country: Country(*b"IN"), url }];
    let html = page(&manifest);
    assert!(!html.contains("href=\"javascript:") && !html.contains("href=\"data:"));
}

#[test]
fn ids_are_unique_and_every_anchor_leads_somewhere() {
    let html = page(&fixture::small());
    let values = |mark: &str| -> Vec<String> {
        html.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let mut ids = values(" id=\"");
    let n_ids = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), n_ids);
    for anchor in values("href=\"#") {
        assert!(ids.contains(&anchor), "{anchor}");
    }
}

#[test]
fn a_recipient_without_fields_is_still_named() {
    let mut manifest = fixture::small();
    manifest.recipients.push(Recipient {
        name: "board".to_owned(),
        title: "A board".to_owned(),
        country: Country(*b"IN"),
        role: RecipientRole::Authority,
        safeguard: None,
        policy_url: None,
        told_at: None,
        is_transfer: false,
    });
    assert!(page(&manifest).contains("id=\"recipient-board\""));
}
