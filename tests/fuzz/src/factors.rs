//! What people and their browsers hand in to prove who they are: recovery codes, answers of passkey ceremonies.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use candor_factors::RecoveryCode;
use candor_identity_port::{Holder, Passkey, Passkeys, Site};
use candor_passkeys::WebAuthn;
use candor_words::{Secret, SubjectId};
use serde_json::{Value, json};

const ORIGIN: &str = "https://id.vendor.example";

/// Any text is a recovery code that reads back as itself, or an error.
pub(crate) fn recovery_code(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(code) = RecoveryCode::parse(text) else { return };
    let shown = code.text();
    let again = RecoveryCode::parse(shown.expose()).expect("what is shown reads back");
    let key = Secret::new([1; 32]);
    assert_eq!(again.digest(&key, b"ada"), code.digest(&key, b"ada"));
}

fn site() -> Site {
    Site { origin: ORIGIN.into(), name: "Vendor".into() }
}

/// A state whose challenge is 32 zeros, so that kept inputs answer it.
fn with_zeros(state: &[u8], pointer: &str) -> Vec<u8> {
    let mut state: Value = serde_json::from_slice(state).expect("a state");
    *state.pointer_mut(pointer).expect("a challenge") = BASE64.encode([0; 32]).into();
    state.to_string().into_bytes()
}

static REGISTRATION: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let holder = Holder { subject: SubjectId::from_bytes([7; 16]), name: "ada".into() };
    let begun = WebAuthn.start_registration(&site(), &holder, &[]).expect("a ceremony");
    with_zeros(&begun.state, "/state/rs/challenge")
});

static SIGN_IN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let begun = WebAuthn.start_sign_in(&site(), &[]).expect("a ceremony");
    with_zeros(&begun.state, "/ast/challenge")
});

/// The passkey of the kept registration.
static PASSKEY: LazyLock<Passkey> = LazyLock::new(|| {
    let answer = include_str!("../../../fuzz/corpus/passkey_answer/create");
    WebAuthn.finish_registration(&site(), &REGISTRATION, answer).expect("the kept registration")
});

/// Any answer of a browser is taken or refused; what is taken claims to come from the passkey it is taken for.
pub(crate) fn passkey_answer(bytes: &[u8]) {
    let Ok(answer) = std::str::from_utf8(bytes) else { return };
    if let Ok(passkey) = WebAuthn.finish_registration(&site(), &REGISTRATION, answer) {
        assert!(!passkey.id.is_empty());
    }
    let claimed = WebAuthn.claimed(answer);
    if let Ok(used) = WebAuthn.finish_sign_in(&site(), &SIGN_IN, answer, &PASSKEY) {
        assert_eq!(used.id, PASSKEY.id);
        // Whose it is may be unreadable, and then nobody is signed in.
        assert!(claimed.is_err() || claimed.is_ok_and(|claimed| claimed.id == used.id));
    }
}

/// As [`passkey_answer`], for the bytes inside: the attestation object of a registration.
pub(crate) fn passkey_object(bytes: &[u8]) {
    let page = json!({ "type": "webauthn.create", "challenge": BASE64.encode([0; 32]), "origin": ORIGIN, "crossOrigin": false });
    let response =
        json!({ "attestationObject": BASE64.encode(bytes), "clientDataJSON": BASE64.encode(page.to_string()) });
    let id = BASE64.encode([1; 32]);
    let answer =
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {} });
    if let Ok(passkey) = WebAuthn.finish_registration(&site(), &REGISTRATION, &answer.to_string()) {
        assert!(!passkey.id.is_empty());
    }
}
