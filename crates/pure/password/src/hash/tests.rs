use candor_words::{Secret, SeededEntropy};

use super::*;
use crate::{HashMemory, hash_candidate};

/// What every hash below was made of, by the libraries of other languages.
const PASSWORD: &[u8] = b"correct horse battery staple";

const HASHES: [(&str, &str); 14] = [
    ("bcrypt", "$2a$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS"),
    ("bcrypt", "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS"),
    ("bcrypt", "$2y$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS"),
    ("bcrypt", "bcrypt$$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS"),
    ("bcrypt_sha256", "bcrypt_sha256$$2b$05$abcdefghijklmnopqrstuuo5UaIBysJIH5CaMip.8XQbctZzHcXPa"),
    ("wordpress bcrypt", "$wp$2y$05$abcdefghijklmnopqrstuuLtr61Zun9VeMy6q1tHddJGde8vA6ORO"),
    ("phpass", "$P$6abcdefghbHujEoLzRzAGlPkJFQiyg0"),
    ("phpass", "$H$6abcdefghbHujEoLzRzAGlPkJFQiyg0"),
    ("pbkdf2", "pbkdf2_sha1$1000$saltsalt1234$eCf+oMvtMfCO7D42q2PPK+HQhmU="),
    ("pbkdf2", "pbkdf2_sha256$1000$saltsalt1234$qd0pqAIabexmLip6f4V0eMuvYZgUp1acMpYH8xLhV7k="),
    ("pbkdf2", "$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHQxMjM0$qd0pqAIabexmLip6f4V0eMuvYZgUp1acMpYH8xLhV7k"),
    (
        "pbkdf2",
        "$pbkdf2-sha512$1000$c2FsdHNhbHQxMjM0$CKh82KKl2WPDpEZyy8W2E6oAy.LrC2zm/LDdjaeyTvYO26uZ.ikG2Gyr6.Pcbw0G4FqsAFc10phAJQxy8Eb.Xw",
    ),
    ("pbkdf2", "$pbkdf2$1000$c2FsdHNhbHQxMjM0$eCf.oMvtMfCO7D42q2PPK.HQhmU"),
    ("scrypt", "$scrypt$ln=10,r=8,p=1$c2FsdHNhbHQxMjM0$ULPCf79q+yCJg/3kAO/2YPZMxck1fZaZ7cEGDUP037o"),
];

#[test]
fn the_hashes_of_other_programs_match_their_password_and_no_other() {
    for (form, text) in HASHES {
        let hash = PasswordHash::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(hash.form(), form, "{text}");
        assert!(hash.matches(PASSWORD, &mut HashMemory::default()), "{text}");
        assert!(!hash.matches(b"correct horse battery stapl", &mut HashMemory::default()), "{text}");
        assert!(!hash.matches(b"", &mut HashMemory::default()), "{text}");
        assert!(!hash.is_current(), "{text}");
    }
}

/// Source: the test suite of the reference implementation of Argon2, and that of phpass.
#[test]
fn published_vectors_match() {
    for (password, text) in [
        ("password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
        ("password", "argon2$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
        ("password", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA"),
        ("test12345", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"),
    ] {
        let hash = PasswordHash::parse(text).unwrap();
        assert!(hash.matches(password.as_bytes(), &mut HashMemory::default()), "{text}");
        assert!(!hash.matches(b"passwore", &mut HashMemory::default()), "{text}");
    }
}

#[test]
fn a_new_hash_is_argon2id_current_and_salted_anew() {
    let (entropy, mut memory) = (SeededEntropy::new(1), HashMemory::default());
    let candidate = Secret::new("correct horse battery staple".to_owned());
    let [first, second] = [0, 1].map(|_| hash_candidate(&candidate, &entropy, &mut memory).unwrap());
    assert_ne!(first, second);
    assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
    let hash = PasswordHash::parse(&first).unwrap();
    assert!(hash.is_current() && hash.matches(PASSWORD, &mut memory) && !hash.matches(b"correct", &mut memory));
    let long = Secret::new("x".repeat(1025));
    assert!(matches!(hash_candidate(&long, &entropy, &mut memory), Err(HashError::TooCostly { .. })));
}

#[test]
fn what_is_no_hash_or_a_broken_one_is_refused() {
    let code = |text: &str| PasswordHash::parse(text).map(|_| ()).unwrap_err().code();
    for text in [
        "",
        "hunter2",
        "correct horse battery staple",
        "$5$salt$digest",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$argon2d$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "pbkdf2_md5$1$a$b",
        &"$2b$".repeat(200),
        "$2b$05$äbcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS",
    ] {
        assert_eq!(code(text), "hash.unknown_form", "{text}");
    }
    for text in [
        "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/Zsu",
        "$2b$5$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuSx",
        "$2b$03$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS",
        "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO_uVh34H/qI/ZsuS",
        "$argon2id$v=18$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=2$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFh",
        "$argon2id$v=19$m=4,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc$x",
        "pbkdf2_sha256$0$saltsalt1234$qd0pqAIabexmLip6f4V0eMuvYZgUp1acMpYH8xLhV7k=",
        "pbkdf2_sha256$-1$saltsalt1234$qd0pqAIabexmLip6f4V0eMuvYZgUp1acMpYH8xLhV7k=",
        "pbkdf2_sha256$1000$saltsalt1234$qd0pqA=",
        "$pbkdf2-sha256$i=1000,l=31$c2FsdHNhbHQxMjM0$qd0pqAIabexmLip6f4V0eMuvYZgUp1acMpYH8xLhV7k",
        "$scrypt$ln=10,r=8$c2FsdHNhbHQxMjM0$ULPCf79q+yCJg/3kAO/2YPZMxck1fZaZ7cEGDUP037o",
        "$scrypt$ln=0,r=8,p=1$c2FsdHNhbHQxMjM0$ULPCf79q+yCJg/3kAO/2YPZMxck1fZaZ7cEGDUP037o",
        "$P$6abcdefghbHujEoLzRzAGlPkJFQiyg",
        "$P$6abcdefghbHujEoLzRzAGlPkJFQiygz",
        "$P$",
    ] {
        assert_eq!(code(text), "hash.malformed", "{text}");
    }
}

#[test]
fn a_hash_that_would_take_too_long_is_refused_before_it_is_stored() {
    let code = |text: &str| PasswordHash::parse(text).map(|_| ()).unwrap_err().code();
    for text in [
        "$2b$15$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS",
        "$2b$31$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS",
        "$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=4294967295,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "pbkdf2_sha256$4294967295$saltsalt1234$qd0pqAIabexmLip6f4V0eMuvYZgUp1acMpYH8xLhV7k=",
        "$scrypt$ln=20,r=8,p=1$c2FsdHNhbHQxMjM0$ULPCf79q+yCJg/3kAO/2YPZMxck1fZaZ7cEGDUP037o",
        "$scrypt$ln=4294967295,r=8,p=1$c2FsdHNhbHQxMjM0$ULPCf79q+yCJg/3kAO/2YPZMxck1fZaZ7cEGDUP037o",
        "$scrypt$ln=10,r=8,p=4294967295$c2FsdHNhbHQxMjM0$ULPCf79q+yCJg/3kAO/2YPZMxck1fZaZ7cEGDUP037o",
        "$P$Rabcdefghbo5JCDB4YNCoFd5T8L5qR1",
    ] {
        assert_eq!(code(text), "hash.too_costly", "{text}");
    }
}

#[test]
fn what_an_earlier_hash_left_in_the_memory_changes_nothing() {
    let mut memory = HashMemory::default();
    let [small, large] = ["$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$", "$argon2id$v=19$m=256,t=3,p=2$b3RoZXJzYWx0$"]
        .map(|form| {
            let text = format!("{form}{}", "A".repeat(43));
            PasswordHash::parse(&text).unwrap()
        });
    let entropy = SeededEntropy::new(7);
    let made = hash_candidate(&Secret::new("tr0ub4dor".to_owned()), &entropy, &mut HashMemory::default()).unwrap();
    let made = PasswordHash::parse(&made).unwrap();
    for _ in 0..2 {
        assert!(!large.matches(b"tr0ub4dor", &mut memory) && !small.matches(b"tr0ub4dor", &mut memory));
        assert!(made.matches(b"tr0ub4dor", &mut memory));
        assert!(!made.matches(b"tr0ub4dox", &mut memory));
    }
}
