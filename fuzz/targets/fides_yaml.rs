//! Any YAML is a manifest that parses and is formatted once and for all, or an error.

#![no_main]

use candor_import_fides::{Options, translate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let sources = [("fuzz.yml".to_owned(), text.to_owned())];
    if let Ok(translation) = translate(&sources, &Options::default()) {
        let formatted = candor_manifest::format(&translation.manifest).expect("what is translated parses");
        assert_eq!(candor_manifest::format(&formatted).as_deref(), Ok(formatted.as_str()));
    }
});
