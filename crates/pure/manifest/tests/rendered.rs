//! Findings as people read them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::PathBuf;

use candor_manifest::{Source, check, render};

#[track_caller]
fn rendered(case: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../spec/manifest/errors");
    let read = |name: &str| Source { path: name.to_owned(), text: std::fs::read_to_string(folder.join(name)).unwrap() };
    let mut sources = vec![read(&format!("{case}.candor"))];
    if !sources[0].text.starts_with("# alone") {
        sources.push(read("_base.candor"));
    }
    let findings = match check(&sources) {
        Ok(checked) => checked.warnings,
        Err(findings) => findings,
    };
    render(&findings, &sources, false)
}

macro_rules! snapshots {
    ($($test:ident = $case:literal;)*) => {$(
        #[test]
        fn $test() {
            insta::assert_snapshot!(rendered($case));
        }
    )*};
}

snapshots! {
    a_misspelt_clause_is_guessed = "unknown-clause";
    an_unclosed_block_points_at_its_opener_and_at_what_proves_it = "unclosed-block";
    an_unclosed_string_is_one_finding = "unclosed-string";
    a_misspelt_term_is_guessed = "data-term-unknown";
    a_name_declared_twice_shows_both = "name-declared-twice";
    a_field_without_purpose_names_the_article = "field-without-purpose";
    a_special_category_shows_where_it_is_declared = "special-without-basis";
    a_transfer_without_safeguard_lists_the_safeguards = "transfer-without-safeguard";
    a_deadline_past_the_law_cites_the_clause = "deadline-past-law";
    a_scrubbed_identifier_points_into_the_other_file = "scrub-on-identifier";
    a_policy_without_policy_line_says_how_to_begin = "policy-missing";
    a_connection_string_tells_to_change_the_password = "connection-string";
}
