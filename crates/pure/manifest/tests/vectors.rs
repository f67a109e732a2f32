//! The vectors of `spec/manifest`: what any implementation of the language must agree on.
//!
//! `CANDOR_REGEN=1 cargo test -p candor-manifest --test vectors` writes what the code says now.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};

use candor_manifest::diagnostic::codes;
use candor_manifest::{Severity, Source, check, format, from_json, parse, render, to_json};
use serde_json::Value;

fn spec() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../spec")
}

fn texts(folder: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(spec().join("manifest").join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "candor"))
        .filter(|path| !path.to_str().unwrap().ends_with(".expected.candor"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

#[track_caller]
fn agrees(path: &Path, now: &str) {
    if std::env::var_os("CANDOR_REGEN").is_some() {
        std::fs::write(path, now).unwrap();
    }
    let vector = std::fs::read_to_string(path).unwrap_or_default();
    assert!(vector == now, "{} differs from what the code says:\n{now}", path.display());
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

#[test]
fn each_valid_text_is_canonical_and_has_the_form_and_meaning_that_stand_beside_it() {
    for path in texts("valid") {
        let text = format(&std::fs::read_to_string(&path).unwrap()).unwrap();
        agrees(&path, &text);
        let name = path.file_name().unwrap().to_str().unwrap();
        let sources = [Source { path: name.to_owned(), text: text.clone() }];
        let checked = check(&sources).unwrap_or_else(|findings| panic!("{}", render(&findings, &sources, false)));
        assert!(checked.warnings.is_empty(), "{}", render(&checked.warnings, &sources, false));
        let form = to_json(&parse(&sources).0);
        agrees(&path.with_extension("json"), &pretty(&form));
        assert_eq!(from_json(&form).unwrap(), text, "the JSON form gives its text back");
        agrees(&path.with_extension("manifest.json"), &pretty(&serde_json::to_value(checked.manifest).unwrap()));
    }
}

#[test]
fn each_text_is_formatted_as_stands_beside_it() {
    for path in texts("formatting") {
        let now = format(&std::fs::read_to_string(&path).unwrap()).unwrap();
        agrees(&path.with_extension("expected.candor"), &now);
        assert_eq!(format(&now).unwrap(), now);
    }
}

#[test]
fn the_specification_lists_every_finding() {
    let text = std::fs::read_to_string(spec().join("manifest.md")).unwrap();
    let rows: Vec<String> = codes::ALL
        .iter()
        .map(|code| {
            let weight = if code.severity == Severity::Error { "error" } else { "warning" };
            format!("| `{}` | {weight} | {} |", code.name, code.meaning)
        })
        .collect();
    let missing: Vec<&String> = rows.iter().filter(|row| !text.contains(row.as_str())).collect();
    assert!(
        missing.is_empty(),
        "spec/manifest.md lacks:\n{}",
        missing.iter().map(|row| format!("{row}\n")).collect::<String>()
    );
    let listed = text.lines().filter(|line| line.contains("| error |") || line.contains("| warning |")).count();
    assert_eq!(listed, rows.len(), "spec/manifest.md lists findings that the code does not have");
}
