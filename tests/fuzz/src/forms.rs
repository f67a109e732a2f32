//! Forms that browsers post.

use std::sync::OnceLock;

use candor_identity::FrontDoor;
use candor_manifest::{Manifest, Source, check};
use candor_web::sign_up::{SignUpForm, SignUpRefusal, read_sign_up};
use candor_web::{Language, Posted};
use candor_words::Instant;

const POLICY: &str = include_str!("../../../policies/assigntask/policy.candor");

fn manifest() -> &'static Manifest {
    static MANIFEST: OnceLock<Manifest> = OnceLock::new();
    MANIFEST.get_or_init(|| {
        let source = Source { path: "policy.candor".to_owned(), text: POLICY.to_owned() };
        check(&[source]).expect("a policy").manifest
    })
}

/// A posted sign-up: every value that comes of it is within its field's bound, and a child's form gives nothing.
pub(crate) fn sign_up(bytes: &[u8]) {
    let Ok(posted) = Posted::read(bytes) else { return };
    let door = FrontDoor::of(manifest()).expect("a front door");
    let form = SignUpForm::of(manifest(), &door);
    let now = Instant::from_millis(1_795_000_000_000);
    match read_sign_up(&form, &posted, "d", now) {
        Ok(sign_up) => {
            assert!(sign_up.is_of_age, "the policy has an age rule");
            for (ix, value) in &sign_up.values {
                let field = form.field(*ix).expect("a field of the form");
                assert!(field.derived.is_none() && !field.hashed && !field.special);
                assert!(value.as_str().is_none_or(|text| !text.is_empty() && text.len() <= field.bytes_max as usize));
            }
            for ix in &form.needed {
                assert!(sign_up.values.iter().any(|(known, _)| known == ix), "what is needed is there");
            }
        }
        Err(SignUpRefusal::Faults(faults)) => {
            assert!(!faults.is_empty() && faults.len() <= form.fields().count() + form.consents.len() + 1);
            assert!(faults.iter().all(|fault| !fault.text(Language::German).is_empty()));
        }
        Err(SignUpRefusal::PolicyChanged) => assert_ne!(posted.get("policy"), "d"),
        Err(SignUpRefusal::TooYoung(age)) => assert_eq!(age, 18),
    }
}
