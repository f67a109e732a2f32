use super::*;
use crate::fixture;

#[test]
fn the_records_of_a_small_policy_read_as_expected() {
    insta::assert_json_snapshot!(records_of_processing(&fixture::small()));
}

#[test]
fn the_rows_are_the_pairs_of_the_policy() {
    let manifest = fixture::small();
    let rows = records_of_processing(&manifest).rows();
    let listed: Vec<_> = rows.iter().map(|row| (row.cells[0].as_str(), row.cells[3].as_str())).collect();
    assert_eq!(listed, facts::pairs(&manifest));
}

#[test]
fn a_transfer_names_its_safeguard() {
    let rows = records_of_processing(&fixture::small()).rows();
    let card = rows.iter().find(|row| row.cells[3] == "account.card").unwrap();
    assert_eq!(card.cells[9], "Example Payments (the United States): Standard contractual clauses");
}

#[test]
fn a_spreadsheet_takes_no_cell_for_a_formula() {
    let check = |text: &str, written: &str| assert_eq!(csv_cell(text), written);
    check("plain", "\"plain\"");
    check("say \"no\"", "\"say \"\"no\"\"\"");
    check("=HYPERLINK(1)", "\"'=HYPERLINK(1)\"");
    check("+1", "\"'+1\"");
    check("-1", "\"'-1\"");
    check("@SUM(A1)", "\"'@SUM(A1)\"");
    check("\t=1", "\"'\t=1\"");
    check("\n=1", "\"'\n=1\"");
}

#[test]
fn every_measure_is_a_term_of_the_vocabulary() {
    let table = include_str!("../../../manifest/src/dpv/measures.tsv");
    for measure in MEASURES {
        assert!(table.lines().any(|row| row.split('\t').next() == Some(measure.term)), "{}", measure.term);
    }
}
