//! Every finding, by example: each file of `spec/manifest/errors` holds texts with what is wrong underlined.
//!
//! Below a line, `#   ^^^^ code` names the code and underlines the primary place; `# anywhere code` names one that
//! has no place; `# alone` on the first line leaves the base policy out. Nothing else may be found.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::PathBuf;

use candor_manifest::diagnostic::codes;
use candor_manifest::{Source, bounds, check, locate};

/// Findings whose text is too long to be written out; each has a test below.
const GENERATED: [&str; 5] =
    ["text-too-long", "too-many-statements", "too-many-findings", "string-too-long", "too-many"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../spec/manifest/errors")
}

fn cases() -> Vec<(String, String)> {
    let mut cases: Vec<(String, String)> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    cases.sort();
    cases
}

fn sources(name: &str, text: &str) -> Vec<Source> {
    let base = std::fs::read_to_string(folder().join("_base.candor")).unwrap();
    let mut sources = vec![Source { path: name.to_owned(), text: text.to_owned() }];
    if !text.starts_with("# alone") && name != "_base.candor" {
        sources.push(Source { path: "_base.candor".to_owned(), text: base });
    }
    sources
}

/// Returns `line:column+length code` for each finding, sorted.
fn found(name: &str, text: &str) -> Vec<String> {
    let sources = sources(name, text);
    let findings = match check(&sources) {
        Ok(checked) => checked.warnings,
        Err(findings) => findings,
    };
    let mut found: Vec<String> = locate(&findings, &sources)
        .iter()
        .map(|finding| {
            let label = &finding.labels[0];
            match label.length {
                0 => format!("anywhere {}", finding.code),
                length => format!("{} {}:{}+{length} {}", label.path, label.line, label.column, finding.code),
            }
        })
        .collect();
    found.sort();
    found
}

/// Reads what the comments of a case expect.
fn expected(name: &str, text: &str) -> Vec<String> {
    let mut expected = Vec::new();
    let mut above = 0;
    for (at, line) in text.lines().enumerate() {
        if let Some(code) = line.strip_prefix("# anywhere ") {
            expected.push(format!("anywhere {code}"));
            continue;
        }
        let mark = line.strip_prefix('#').map(str::trim_start).filter(|rest| rest.starts_with('^'));
        match mark {
            Some(mark) => {
                let column = line.chars().take_while(|c| *c != '^').count() + 1;
                let length = mark.chars().take_while(|c| *c == '^').count();
                let code = mark.trim_start_matches('^').trim();
                expected.push(format!("{name} {above}:{column}+{length} {code}"));
            }
            None => above = at + 1,
        }
    }
    expected.sort();
    expected
}

#[test]
fn each_case_finds_what_it_underlines_and_nothing_else() {
    let mut wrong = Vec::new();
    for (name, text) in cases() {
        let (found, expected) = (found(&name, &text), expected(&name, &text));
        if found != expected {
            wrong.push(format!("{name}\n  found    {found:?}\n  expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_code_has_a_case() {
    let cases: String = cases().into_iter().map(|(_, text)| text).collect();
    let missing: Vec<&str> = codes::ALL
        .iter()
        .map(|code| code.name)
        .filter(|name| !GENERATED.contains(name) && !cases.contains(&format!(" {name}\n")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[track_caller]
fn finds(text: &str, code: &str, number: &str) {
    let sources = sources("generated", text);
    let findings = check(&sources).unwrap_err();
    let finding = findings.iter().find(|finding| finding.code == code).expect("the code is found");
    assert!(finding.message.contains(number), "{}", finding.message);
}

#[test]
fn a_text_past_the_bound_is_refused_with_the_bound() {
    finds(&"# long\n".repeat(bounds::TEXT_BYTES_MAX / 7 + 1), "text-too-long", &bounds::TEXT_BYTES_MAX.to_string());
}

#[test]
fn statements_past_the_bound_are_refused_with_the_bound() {
    finds(&"law\n".repeat(bounds::STATEMENTS_MAX + 1), "too-many-statements", &bounds::STATEMENTS_MAX.to_string());
}

#[test]
fn findings_past_the_bound_are_not_shown() {
    finds(&"what\n".repeat(bounds::DIAGNOSTICS_MAX + 9), "too-many-findings", &bounds::DIAGNOSTICS_MAX.to_string());
}

#[test]
fn a_string_past_the_bound_is_refused_with_the_bound() {
    let long = "a".repeat(bounds::STRING_BYTES_MAX + 1);
    finds(&format!("staff helper \"{long}\" for service"), "string-too-long", &bounds::STRING_BYTES_MAX.to_string());
    finds(&format!("staff {long} for service"), "string-too-long", &bounds::STRING_BYTES_MAX.to_string());
}

#[test]
fn declarations_past_the_bound_are_refused_with_the_bound() {
    let fields: String = (0..600).map(|n| format!("    f{n}: Name\n")).collect();
    finds(&format!("data many {{\n{fields}}}\n"), "too-many", "512");
    let purposes: String = (0..600)
        .map(|n| {
            format!("purpose p{n} \"P\" is ServiceProvision {{\n    because contract\n    uses account.name\n}}\n")
        })
        .collect();
    finds(&purposes, "too-many", "500");
    let news: String = (0..120)
        .map(|n| {
            format!(
                "purpose p{n} \"P\" is ServiceProvision {{\n    because contract\n    uses account.name\n    \
                 by email, sms, telephone, post, push, opt-out offered\n}}\n"
            )
        })
        .collect();
    finds(&news, "too-many", "512");
}
