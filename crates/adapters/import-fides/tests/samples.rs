//! Samples in the shape that Fides documents, and the manifests that come of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

use std::fs;
use std::path::{Path, PathBuf};

use candor_import_fides::{FidesError, Options, SystemKind, Translation, translate};
use candor_manifest::{Severity, Source, check, format};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name)
}

fn translated(name: &str, options: &Options) -> Translation {
    let text = fs::read_to_string(sample(name)).unwrap();
    translate(&[(name.to_owned(), text)], options).unwrap()
}

fn known() -> Options {
    Options { country: Some("GB".to_owned()), laws: vec!["gdpr".to_owned()], kind: Some(SystemKind::Postgres) }
}

/// The codes of the errors that the check finds, each once.
fn errors(manifest: &str) -> Vec<String> {
    let source = Source { path: "policy.candor".to_owned(), text: manifest.to_owned() };
    let findings = check(&[source]).map(|checked| checked.warnings).unwrap_or_else(|findings| findings);
    let errors = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
    let mut codes: Vec<String> = errors.map(|finding| finding.code.to_string()).collect();
    codes.sort();
    codes.dedup();
    codes
}

#[track_caller]
fn golden(name: &str, options: &Options) -> Translation {
    let translation = translated(&format!("{name}.yml"), options);
    let manifest = format(&translation.manifest).unwrap_or_else(|_| panic!("it parses:\n{}", translation.manifest));
    let numbered = translation.questions.iter().zip(1..).map(|(question, n)| format!("question {n}: {question}\n"));
    let notes = translation.notes.iter().map(|note| format!("note: {note}\n"));
    let report: String = numbered.chain(notes).collect();
    for (ending, text) in [("candor", &manifest), ("report", &report)] {
        let file = sample(&format!("{name}.{ending}"));
        if std::env::var_os("CANDOR_REGEN").is_some() {
            fs::write(&file, text).unwrap();
        }
        assert_eq!(fs::read_to_string(&file).unwrap_or_default(), *text, "{}", file.display());
    }
    for (question, n) in translation.questions.iter().zip(1..) {
        let start: String = format!("# question {n}: {question}").chars().take(60).collect();
        assert!(translation.manifest.contains(&start), "{start}");
    }
    translation
}

#[test]
fn a_shop_that_says_most_passes_the_check_but_for_what_it_leaves_open() {
    let translation = golden("shop", &known());
    // How long customers are kept is the one thing that the sample does not say and the check cannot do without.
    assert_eq!(errors(&translation.manifest), ["field-without-keep"]);
    let answered = translation.manifest.clone() + "keep customers until contract ends, then erase within 30 days\n";
    assert_eq!(errors(&answered), [""; 0]);
}

#[test]
fn what_a_source_leaves_open_is_asked_and_never_made_up() {
    let translation = golden("clinic", &Options::default());
    let errors = errors(&translation.manifest);
    for open in ["controller-missing", "law-missing", "purpose-without-basis"] {
        assert!(errors.iter().any(|code| code == open), "{open}: {errors:?}");
    }
    assert!(!translation.manifest.contains("audit"));
}

#[test]
fn yaml_beyond_its_bounds_is_refused() {
    let refused = |text: &str| match translate(&[("bad.yml".to_owned(), text.to_owned())], &Options::default()) {
        Err(FidesError::Malformed { reason, .. }) => {
            assert!(!reason.contains('\n'), "{reason}");
            true
        }
        _ => false,
    };
    assert!(refused("dataset: ["), "not closed");
    assert!(refused("dataset: 5"), "another shape");
    assert!(refused("dataset: &all []\nsystem: *all"), "an alias");
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ndataset: [*c]";
    assert!(refused(bomb), "an alias bomb");
    assert!(refused(&format!("dataset: {}{}", "[".repeat(10_000), "]".repeat(10_000))), "depth");
    assert!(refused(&format!("dataset: [{{name: {}}}]", "x".repeat(5 << 20))), "length");
    assert!(matches!(translate(&[], &Options::default()), Err(FidesError::Nothing)));
    let policy = "policy:\n  - fides_key: p\n    rules: []\n";
    assert!(matches!(translate(&[("p.yml".into(), policy.into())], &Options::default()), Err(FidesError::Nothing)));
}
