//! What holds for every text: the parser ends, formatting settles, JSON loses nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use candor_manifest::tree::{AtomKind, Block, Gap, Part, Statement};
use candor_manifest::{Source, Tree, bounds, check, format, from_json, parse, render, to_json};
use proptest::prelude::*;

const SKETCH: &str = include_str!("../../../../spec/manifest/valid/sketch.candor");

fn source(text: &str) -> [Source; 1] {
    [Source { path: "case".to_owned(), text: text.to_owned() }]
}

/// Pieces that can stand in a line: words of all kinds, and what has a meaning of its own.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "purpose", "data", "keep", "until", "rights", "within", "account.email", "because", "30", "days",
            "https://a.example/b#c", "pd:EmailAddress", "dpv:x", "a@b.example", "2026-11-21", "pd", "x://", "§"
        ]).prop_map(str::to_owned),
        2 => "[a-z@:/.\\-]{1,8}",
        1 => "\"[a-zé #{},:\\\\n]{0,9}\"",
        1 => prop::sample::select(vec![":", ",", "#", "# note", "{", "}", "\"", "\\", "\t", "\u{202E}"]).prop_map(str::to_owned),
    ]
}

/// Texts of such lines; many have the right shape.
fn text() -> impl Strategy<Value = String> {
    let line = prop::collection::vec(piece(), 0..6).prop_map(|pieces| pieces.join(" "));
    let statement = prop_oneof![
        3 => prop::collection::vec("[a-z]{1,9}|\"[a-z ]{0,9}\"|[A-Z][a-z]{1,50}", 1..6)
            .prop_map(|words| words.join(" ")),
        1 => prop::collection::vec("[a-z]{1,9}( [a-z]{1,9})?", 2..9).prop_map(|parts| parts.join(", ")),
        1 => prop::collection::vec("[a-z]{1,9}", 2..5).prop_map(|parts| parts.join(", # why\n  # and\n")),
        1 => Just(String::new()),
        1 => "#[ #]{0,3}[a-zé{}\"]{0,9}",
        1 => Just("}".to_owned()),
        1 => "[a-z]{1,6}( #[a-z ]{0,5})?".prop_map(|head| format!("{}{{ # open", head.split('#').next().unwrap_or("x"))),
        1 => Just("rights under x {\n access within 1 day, b\n automated decision within 2 days\n} # end".to_owned()),
        1 => line,
    ];
    prop::collection::vec(statement, 0..14).prop_map(|lines| lines.join("\n"))
}

/// The tree without places, which formatting may move.
fn shape(tree: &Tree) -> String {
    fn gaps(gaps: &[Gap]) -> String {
        gaps.iter().filter(|gap| **gap != Gap::Blank).map(|gap| format!("{gap:?}")).collect()
    }
    fn part(part: &Part) -> String {
        let words: Vec<&AtomKind> = part.atoms.iter().map(|atom| &atom.kind).collect();
        format!("{:?} {words:?} {:?}", part.before, part.comment)
    }
    fn statement(one: &Statement) -> String {
        let parts: Vec<String> = one.parts.iter().map(part).collect();
        let block = one.block.as_ref().map(|block: &Block| {
            let inside: String = block.statements.iter().map(statement).collect();
            format!("{{{inside} {} {:?}}}", gaps(&block.after), block.comment)
        });
        format!("{} {parts:?} {block:?} {:?}\n", gaps(&one.before), one.comment)
    }
    tree.files
        .iter()
        .map(|file| file.statements.iter().map(statement).collect::<String>() + &gaps(&file.after))
        .collect()
}

#[track_caller]
fn settles(text: &str) {
    let Ok(once) = format(text) else { return };
    let twice = format(&once).unwrap_or_else(|findings| panic!("{once:?} is not read again: {findings:?}"));
    assert_eq!(once, twice, "from {text:?}");
    assert_eq!(shape(&parse(&source(text)).0), shape(&parse(&source(&once)).0), "from {text:?}");
    let form = to_json(&parse(&source(text)).0);
    assert_eq!(from_json(&form).unwrap_or_else(|trouble| panic!("{trouble}: {form}")), once, "from {text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formatting_settles_and_json_loses_nothing(text in text()) {
        settles(&text);
    }

    #[test]
    fn any_text_is_read_to_its_end(text in "\\PC{0,200}") {
        let sources = source(&text);
        let findings = check(&sources).map(|checked| checked.warnings).unwrap_or_else(|findings| findings);
        render(&findings, &sources, true);
        settles(&text);
    }

    #[test]
    fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let sources = source(&String::from_utf8_lossy(&bytes));
        let findings = check(&sources).map(|checked| checked.warnings).unwrap_or_else(|findings| findings);
        render(&findings, &sources, false);
    }

    #[test]
    fn a_policy_with_a_piece_put_in_is_read_to_its_end(at in 0..SKETCH.len(), piece in piece()) {
        let Some((before, behind)) = SKETCH.split_at_checked(at) else { return Ok(()) };
        let text = format!("{before}{piece}{behind}");
        let sources = source(&text);
        let findings = check(&sources).map(|checked| checked.warnings).unwrap_or_else(|findings| findings);
        render(&findings, &sources, false);
        settles(&text);
    }

    #[test]
    fn a_policy_with_a_stretch_cut_out_is_read_to_its_end(from in 0..SKETCH.len(), length in 1_usize..60) {
        let to = (from + length).min(SKETCH.len());
        let (Some(before), Some(behind)) = (SKETCH.get(..from), SKETCH.get(to..)) else { return Ok(()) };
        let text = format!("{before}{behind}");
        let sources = source(&text);
        let findings = check(&sources).map(|checked| checked.warnings).unwrap_or_else(|findings| findings);
        render(&findings, &sources, false);
        settles(&text);
    }
}

#[test]
fn files_mean_what_they_mean_in_one() {
    let (first, second) = SKETCH.split_at(SKETCH.find("\npurpose billing").unwrap());
    let sources = [
        Source { path: "a".to_owned(), text: first.to_owned() },
        Source { path: "b".to_owned(), text: second.to_owned() },
    ];
    let apart = serde_json::to_value(check(&sources).unwrap().manifest).unwrap();
    let together = serde_json::to_value(check(&source(SKETCH)).unwrap().manifest).unwrap();
    assert_eq!(apart, together);
}

#[test]
fn a_json_form_past_the_bounds_is_refused() {
    let mut deep = serde_json::json!({"parts": [["a"]]});
    for _ in 0..bounds::DEPTH_MAX {
        deep = serde_json::json!({"parts": [["a"]], "block": {"statements": [deep]}});
    }
    let form = |statements: serde_json::Value| serde_json::json!({"candor": 1, "statements": statements});
    assert!(from_json(&form(serde_json::json!([deep.clone()]))).is_ok());
    let deeper = serde_json::json!({"parts": [["a"]], "block": {"statements": [deep]}});
    assert!(from_json(&form(serde_json::json!([deeper]))).is_err());
    let many = vec![serde_json::json!({"parts": [["a"]]}); bounds::STATEMENTS_MAX + 1];
    assert!(from_json(&form(many.into())).is_err());
}

#[test]
fn nothing_is_smuggled_in_through_a_word_of_the_json_form() {
    for word in ["a b", "a,", "a\nsells data", "\"x\"", "a{", "", " a", "a#b"] {
        let form = serde_json::json!({"candor": 1, "statements": [{"parts": [["law", word]]}]});
        assert!(from_json(&form).is_err(), "{word:?}");
    }
    let form = serde_json::json!({"candor": 1, "statements": [{"before": ["x\nsells data"], "parts": [["law"]]}]});
    assert!(from_json(&form).is_err());
    assert!(from_json(&serde_json::json!({"candor": 2, "statements": []})).is_err());
}
