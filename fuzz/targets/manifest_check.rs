//! Any text is a policy or a list of findings; what holds is formatted to the same policy again.

#![no_main]

use candor_manifest::{Source, check, format};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = |text: &str| [Source { path: "fuzz.candor".into(), text: text.to_owned() }];
    if check(&source(text)).is_ok() {
        let formatted = format(text).expect("what is checked can be formatted");
        assert!(check(&source(&formatted)).is_ok());
        assert_eq!(format(&formatted).as_deref(), Ok(formatted.as_str()));
    }
});
