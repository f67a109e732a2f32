//! Any text is a password hash of bounded cost or an error; nothing is verified here, for that takes its time.

#![no_main]

use candor_password::PasswordHash;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(hash) = PasswordHash::parse(text) {
        assert!(!hash.form().is_empty());
    }
});
