//! Both ceremonies against a software authenticator, honest and hostile.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod device;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use candor_identity_port::{Holder, Passkey, PasskeyError, Passkeys, Site};
use candor_passkeys::WebAuthn;
use candor_words::SubjectId;
use device::Device;
use serde_json::{Value, json};

const ORIGIN: &str = "https://id.vendor.example";
const HOST: &str = "id.vendor.example";
const ADA: SubjectId = SubjectId::from_bytes([7; 16]);

fn site() -> Site {
    Site { origin: ORIGIN.into(), name: "Vendor".into() }
}

fn holder() -> Holder {
    Holder { subject: ADA, name: "ada@people.example".into() }
}

fn register(device: &mut Device) -> Result<Passkey, PasskeyError> {
    let ceremony = WebAuthn.start_registration(&site(), &holder(), &[]).unwrap();
    let answer = device.create(&ceremony.options).to_string();
    WebAuthn.finish_registration(&site(), &ceremony.state, &answer)
}

fn sign_in(device: &mut Device, passkey: &Passkey) -> Result<Passkey, PasskeyError> {
    let ceremony = WebAuthn.start_sign_in(&site(), &[]).unwrap();
    let answer = device.get(&ceremony.options).to_string();
    WebAuthn.finish_sign_in(&site(), &ceremony.state, &answer, passkey)
}

fn registered() -> (Device, Passkey) {
    let mut device = Device::new(ORIGIN, HOST);
    let passkey = register(&mut device).unwrap();
    (device, passkey)
}

#[test]
fn a_passkey_is_registered_and_signs_in_without_a_name() {
    let (mut device, passkey) = registered();
    assert_eq!(passkey.id, device.id);
    assert!(!passkey.is_synced);
    let ceremony = WebAuthn.start_sign_in(&site(), &[]).unwrap();
    let answer = device.get(&ceremony.options).to_string();
    let claimed = WebAuthn.claimed(&answer).unwrap();
    assert_eq!((claimed.id, claimed.subject), (device.id.clone(), Some(ADA)));
    let used = WebAuthn.finish_sign_in(&site(), &ceremony.state, &answer, &passkey).unwrap();
    assert_ne!(used.kept, passkey.kept, "the counter moved on");
    sign_in(&mut device, &used).unwrap();
}

#[test]
fn what_the_browser_is_asked_is_a_verified_discoverable_credential_without_attestation() {
    let known = vec![vec![1; 32]];
    let ceremony = WebAuthn.start_registration(&site(), &holder(), &known).unwrap();
    let options: Value = serde_json::from_str(&ceremony.options).unwrap();
    let asked = &options["publicKey"];
    assert_eq!(asked["rp"], json!({ "id": HOST, "name": "Vendor" }));
    assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(asked["attestation"], "none");
    assert_eq!(asked["excludeCredentials"][0]["id"], BASE64.encode(&known[0]));
    let signing_in: Value = serde_json::from_str(&WebAuthn.start_sign_in(&site(), &known).unwrap().options).unwrap();
    assert_eq!(signing_in["publicKey"]["userVerification"], "required");
    assert_eq!(signing_in["publicKey"]["rpId"], HOST);
    assert_eq!(signing_in["publicKey"]["allowCredentials"][0]["id"], BASE64.encode(&known[0]));
    assert_eq!(signing_in.get("mediation"), None);
}

#[test]
fn an_answer_from_another_page_is_refused_however_it_is_called() {
    let (mut device, passkey) = registered();
    for origin in [
        "https://evilid.vendor.example",
        "https://badvendor.example",
        "https://id.vendor.example.evil.example",
        "https://sub.id.vendor.example",
        "https://vendor.example",
        "https://id.vendor.example:8443",
        "https://id.vendor.example/",
        "https://id.vendor.example.",
        "https://ID.vendor.example",
        "https://id.vendor.example@evil.example",
        "http://id.vendor.example",
        "null",
        "",
    ] {
        device.origin = origin.into();
        let refused = sign_in(&mut device, &passkey).unwrap_err();
        // What is no address at all cannot even be read.
        assert!(matches!(refused, PasskeyError::Mismatch | PasskeyError::Answer), "{origin}: {refused}");
        let refused = register(&mut Device::new(origin, HOST)).unwrap_err();
        assert!(matches!(refused, PasskeyError::Mismatch | PasskeyError::Answer), "{origin}: {refused}");
    }
    device.origin = ORIGIN.into();
    sign_in(&mut device, &passkey).unwrap();
}

#[test]
fn a_page_in_a_frame_of_another_site_is_another_page() {
    let (mut device, passkey) = registered();
    device.cross_origin = true;
    assert_eq!(sign_in(&mut device, &passkey), Err(PasskeyError::Mismatch));
    let mut framed = Device::new(ORIGIN, HOST);
    framed.cross_origin = true;
    assert_eq!(register(&mut framed), Err(PasskeyError::Mismatch));
}

#[test]
fn a_signature_for_another_party_is_refused() {
    let (mut device, passkey) = registered();
    for rp_id in ["vendor.example", "evilid.vendor.example", "example", ""] {
        device.rp_id = rp_id.into();
        assert_eq!(sign_in(&mut device, &passkey), Err(PasskeyError::Mismatch), "{rp_id}");
        assert_eq!(register(&mut Device::new(ORIGIN, rp_id)), Err(PasskeyError::Mismatch), "{rp_id}");
    }
}

#[test]
fn whoever_is_not_verified_is_refused() {
    let (mut device, passkey) = registered();
    device.verifies = false;
    assert_eq!(sign_in(&mut device, &passkey), Err(PasskeyError::Unverified));
    let mut careless = Device::new(ORIGIN, HOST);
    careless.verifies = false;
    assert_eq!(register(&mut careless), Err(PasskeyError::Unverified));
}

#[test]
fn an_answer_counts_for_its_own_challenge_only() {
    let (mut device, passkey) = registered();
    let first = WebAuthn.start_sign_in(&site(), &[]).unwrap();
    let second = WebAuthn.start_sign_in(&site(), &[]).unwrap();
    let answer = device.get(&first.options).to_string();
    let finished = WebAuthn.finish_sign_in(&site(), &second.state, &answer, &passkey);
    assert_eq!(finished, Err(PasskeyError::Mismatch));
    // One ceremony's answer is none to the other.
    let registration = WebAuthn.start_registration(&site(), &holder(), &[]).unwrap();
    let finished = WebAuthn.finish_sign_in(&site(), &registration.state, &answer, &passkey);
    assert_eq!(finished, Err(PasskeyError::Mismatch));
}

#[test]
fn a_counter_that_goes_back_shows_a_copy() {
    let (mut device, passkey) = registered();
    device.counter = 40;
    let used = sign_in(&mut device, &passkey).unwrap();
    for counter in [40, 1] {
        device.counter = counter;
        assert_eq!(sign_in(&mut device, &used), Err(PasskeyError::Copied), "{counter}");
    }
    device.counter = 41;
    sign_in(&mut device, &used).unwrap();
}

#[test]
fn a_synced_passkey_without_a_counter_signs_in_again_and_again() {
    let mut device = Device::new(ORIGIN, HOST);
    (device.counter, device.is_synced) = (0, true);
    let passkey = register(&mut device).unwrap();
    assert!(passkey.is_synced);
    sign_in(&mut device, &passkey).unwrap();
    sign_in(&mut device, &passkey).unwrap();
}

#[test]
fn another_key_does_not_sign_for_a_passkey() {
    let (device, passkey) = registered();
    let mut forger = Device::new(ORIGIN, HOST);
    forger.id.clone_from(&device.id);
    forger.counter = 100;
    assert_eq!(sign_in(&mut forger, &passkey), Err(PasskeyError::Signature));
    let (mut other, _) = registered();
    assert_eq!(sign_in(&mut other, &passkey), Err(PasskeyError::Mismatch));
}

#[test]
fn a_passkey_that_the_holder_has_is_not_registered_twice() {
    let (mut device, passkey) = registered();
    let ceremony = WebAuthn.start_registration(&site(), &holder(), &[passkey.id]).unwrap();
    let answer = device.create(&ceremony.options).to_string();
    assert_eq!(WebAuthn.finish_registration(&site(), &ceremony.state, &answer), Err(PasskeyError::Known));
}

#[test]
fn nothing_of_the_device_is_kept_beside_key_and_counter() {
    let (_, passkey) = registered();
    let kept: Value = serde_json::from_slice(&passkey.kept).unwrap();
    assert_eq!(kept["attestation"], json!({ "data": "None", "metadata": "None" }));
}

#[test]
fn answers_of_any_form_are_refused_without_a_word_of_them() {
    let (mut device, passkey) = registered();
    let ceremony = WebAuthn.start_sign_in(&site(), &[]).unwrap();
    let good = device.get(&ceremony.options);
    let mut long = good.clone();
    long["response"]["signature"] = "A".repeat(100_000).into();
    let mut bare = good.clone();
    bare["response"]["clientDataJSON"] = BASE64.encode("{}").into();
    for answer in ["".to_owned(), "null".into(), "[[[[".into(), "[".repeat(60_000), long.to_string(), bare.to_string()]
    {
        let finished = WebAuthn.finish_sign_in(&site(), &ceremony.state, &answer, &passkey);
        assert_eq!(finished, Err(PasskeyError::Answer), "{}", answer.len());
    }
    for state in [&b""[..], b"{}", b"\xff"] {
        let finished = WebAuthn.finish_sign_in(&site(), state, &good.to_string(), &passkey);
        assert_eq!(finished, Err(PasskeyError::Mismatch));
    }
}

#[test]
fn passkeys_are_for_https_and_for_localhost() {
    let start = |origin: &str| WebAuthn.start_sign_in(&Site { origin: origin.into(), name: "V".into() }, &[]).map(drop);
    for origin in ["https://id.vendor.example", "https://id.vendor.example:8443", "http://localhost:8700"] {
        assert_eq!(start(origin), Ok(()), "{origin}");
    }
    for origin in
        ["http://id.vendor.example", "http://127.0.0.1:8700", "https://[::1]", "https://id.vendor.example/x", "x", ""]
    {
        assert_eq!(start(origin), Err(PasskeyError::Site), "{origin}");
    }
}
