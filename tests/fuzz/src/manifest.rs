//! Policies, as text and in their JSON form.

use candor_manifest::{Source, format, from_json};

/// Any text is a policy or a list of findings; what holds is formatted to the same policy again.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = |text: &str| [Source { path: "fuzz.candor".into(), text: text.to_owned() }];
    if candor_manifest::check(&source(text)).is_ok() {
        let formatted = format(text).expect("what is checked can be formatted");
        assert!(candor_manifest::check(&source(&formatted)).is_ok(), "{formatted}");
        assert_eq!(format(&formatted).as_deref(), Ok(formatted.as_str()));
    }
}

/// Any JSON is the form of a policy or an error.
pub(crate) fn json(bytes: &[u8]) {
    if let Ok(value) = serde_json::from_slice(bytes) {
        let _ = from_json(&value);
    }
}
