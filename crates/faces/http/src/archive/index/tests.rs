use candor_manifest::{Manifest, Source, check};
use candor_vault::ExportPart;
use candor_words::Language;

use super::super::columns::Columns;
use super::super::sheets::Sheets;
use super::super::told::Told;
use super::*;

const POLICY: &str = r#"policy "Shop", version 1, in en
controller "A <Firm>" in DE, contact privacy@firm.example
law gdpr
data account "Your account" {
    email "Email address": EmailAddress, from subject, identifies the subject
}
purpose service "Run it" is ServiceProvision {
    because contract
    uses account
}
keep account until 30 days after contract ends, then erase
system shop "The shop" is sqlite at env SHOP {
    place orders key id {
        owned by subject through mail as account.email
        account.email at mail
        on erasure delete
    }
}
"#;

fn manifest() -> Manifest {
    let source = Source { path: "policy.candor".into(), text: POLICY.into() };
    check(&[source]).unwrap().manifest
}

fn parts() -> Vec<ExportPart> {
    use candor_vault::{SystemRow, SystemValue, WithheldField};
    let value = |text: &str| SystemValue { value: Some(text.to_owned()), field: None };
    let row = |n: usize| SystemRow {
        system: "shop".into(),
        place: "orders".into(),
        key: vec![n.to_string()],
        role: "owner",
        values: [("note".to_owned(), value("<script>alert(1)</script>"))].into(),
        withheld: vec![WithheldField { field: "seller".into(), code: "others.information", message: "m" }],
    };
    let mut parts: Vec<ExportPart> = (0..30).map(|n| ExportPart::Row(row(n))).collect();
    let ended = |system: &str, state| SystemEnd {
        system: system.into(),
        title: "The shop".into(),
        state,
        because: (state == "failed").then(|| "the system was not reached".to_owned()),
        n_rows: 30,
        places: Vec::new(),
    };
    parts.extend(["read", "failed", "not_connected"].map(|state| ExportPart::System(ended("shop", state))));
    parts
}

fn pages() -> [String; 2] {
    let columns = Columns::of(&manifest());
    let (mut told, mut sheets) = (Told::default(), Sheets::new(&columns, usize::MAX));
    for part in parts() {
        sheets.add(&part).unwrap();
        told.add(&part);
    }
    for folder in ["", "part-2/", "part-3/"] {
        told.wrote("systems/shop/orders.csv", folder);
    }
    let seen = sheets.into_seen();
    Language::ALL.map(|language| page(language, &columns, &told, &seen))
}

#[test]
fn the_page_shows_how_tables_begin_and_leads_to_every_file() {
    let [english, german] = pages();
    for (page, parts) in [
        (
            &english,
            [
                "The first 20 of 30 rows",
                "30 values",
                "read, 30 rows",
                "the organisation has to give the rest itself",
                "not connected",
            ],
        ),
        (
            &german,
            [
                "Die ersten 20 von 30 Zeilen",
                "30 Angaben",
                "gelesen, 30 Zeilen",
                "den Rest muss die Organisation selbst geben",
                "nicht verbunden",
            ],
        ),
    ] {
        for part in parts {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(
            page.contains("href=\"systems/shop/orders.csv\"")
                && page.contains("href=\"part-3/systems/shop/orders.csv\"")
        );
        assert!(page.contains("the system was not reached") && page.contains("orders.seller"), "{page}");
        assert_eq!(page.matches("<tr>").count(), 21);
    }
    assert!(english.contains("<html lang=\"en\">") && english.contains("href=\"index.de.html\""));
    assert!(german.contains("<html lang=\"de\">") && german.contains("href=\"index.html\""));
}

#[test]
fn what_stands_in_a_value_is_text_and_nothing_is_fetched() {
    for page in pages() {
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script"), "{page}");
        assert!(page.contains("default-src 'none'; style-src 'sha256-"), "{page}");
        assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("src=\""), "{page}");
    }
}
